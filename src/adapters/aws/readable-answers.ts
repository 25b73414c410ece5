import type { IAMClient } from '@aws-sdk/client-iam';
import { TrailhoundError } from '../../model/trailhound-error.ts';

/** An HTTP answer that is no answer of AWS: cut, empty, a page, another protocol. Whether the call ran is not known. */
export class UnreadableAnswerError extends TrailhoundError {
  override readonly name = 'UnreadableAnswerError';
  override readonly code = 'unreadable-answer';
  readonly $metadata: { readonly httpStatusCode: number | undefined; readonly requestId: string | undefined };
  /** The SDK may try again where more attempts than one are allowed. */
  readonly $retryable = { throttling: false };

  constructor(what: string, status?: number, requestId?: string, options?: ErrorOptions) {
    super(what, {
      ...options,
      remedy: 'look at what stands between this machine and AWS: a proxy, a firewall, `aws.endpoint`',
    });
    this.$metadata = { httpStatusCode: status, requestId };
  }
}

/**
 * Gives a part of an answer that AWS never leaves out.
 *
 * @throws UnreadableAnswerError where it is not there: nothing may be concluded from such an answer.
 */
export function required<T>(part: T | undefined, named: string): T {
  if (part === undefined) throw new UnreadableAnswerError(`the answer has no ${named}`);
  return part;
}

/** How a service writes its answers. */
export type WireProtocol = 'query' | 'json';

/** The stack of any client: all are alike but for the types of their inputs. */
type AnyStack = IAMClient['middlewareStack'];

interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  body: unknown;
}

/**
 * Has a client take no HTTP answer for one of AWS that is none. The SDK takes an empty body, and a page with status 200, for the
 * success of a call of the query protocol, and a page with status 404 for "there is no such thing": so each body is looked at
 * before it is parsed. What looks whole is parsed, and judged, by the SDK.
 *
 * Answers of our services fit into memory; no operation of ours streams.
 */
export function refuseUnreadableAnswers(stack: AnyStack, protocol: WireProtocol): void {
  stack.add(
    (next, context) => async (args) => {
      const result = await next(args);
      const answer = result.response as HttpAnswer;
      const requestId = answer.headers['x-amzn-requestid'];
      const body = await wholeBody(answer, requestId);
      answer.body = body;
      const operation = (context.commandName ?? '').replace(/Command$/, '');
      if (!looksWhole(new TextDecoder().decode(body).trim(), answer, protocol, operation)) {
        throw new UnreadableAnswerError(`${operation}: the answer is none of AWS's`, answer.statusCode, requestId);
      }
      return result;
    },
    // Next to the wire: what the SDK's own step gets to see has passed here.
    { step: 'deserialize', priority: 'low', name: 'trailhoundReadableAnswers' },
  );
}

async function wholeBody(answer: HttpAnswer, requestId: string | undefined): Promise<Uint8Array> {
  const { body, statusCode } = answer;
  if (body instanceof Uint8Array) return body;
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) chunks.push(chunk);
  } catch (error) {
    throw new UnreadableAnswerError('the answer broke off', statusCode, requestId, { cause: error });
  }
  return Buffer.concat(chunks);
}

/** A server's fault says by its status alone what it is, whatever comes with it. */
function looksWhole(body: string, { statusCode, headers }: HttpAnswer, protocol: WireProtocol, operation: string) {
  if (statusCode >= 500) return true;
  const succeeded = statusCode >= 200 && statusCode < 300;
  if (protocol === 'json') {
    const isObject = body.startsWith('{') && body.endsWith('}');
    return isObject && (succeeded || body.includes('"__type"') || headers['x-amzn-errortype'] !== undefined);
  }
  if (succeeded) return body.includes(`<${operation}Response`) && body.endsWith(`</${operation}Response>`);
  return body.includes('<Code>') && /<\/(?:ErrorResponse|Response)>$/.test(body);
}
