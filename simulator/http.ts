import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { authenticate } from './authentication.ts';
import type { AwsError } from './aws-error.ts';
import type { ControlAnswer } from './control-endpoint.ts';
import type { Answer, Call, Dispatch } from './dispatch.ts';
import type { Fault } from './faults.ts';
import type { JsonObject } from './json.ts';
import type { ServiceName } from './operation.ts';
import { readEc2, writeEc2, writeEc2Error } from './protocols/ec2-query.ts';
import { readJson11, writeJson11, writeJson11Error } from './protocols/json-1-1.ts';
import { readQuery, writeQuery, writeQueryError } from './protocols/query-xml.ts';
import type { WireAnswer, WireRequest } from './protocols/wire.ts';
import { refusalDialects } from './services/operations.ts';
import { signatureOf } from './sigv4.ts';
import type { World } from './world.ts';

export interface HttpParts {
  readonly world: World;
  readonly dispatch: Dispatch;
  readonly control: (method: string, path: string, body: Buffer) => Promise<ControlAnswer>;
  /** The simulated clock: answers carry it, so that an SDK whose clock is off can correct itself. */
  readonly now: () => number;
  /** The address that the trail shows for callers over HTTP. */
  readonly callerIp: string;
}

/** The HTTP server: AWS calls by their signature's service, and the control endpoint under `/_control/`. */
export function createHttpServer(parts: HttpParts): Server {
  return createServer((request, response) => {
    response.setHeader('date', new Date(parts.now()).toUTCString());
    handle(parts, request, response).catch((error: unknown) => {
      process.stderr.write(`simulator: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
      response.socket?.destroy();
    });
  });
}

async function handle(parts: HttpParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await bodyOf(request);
  const target = request.url ?? '/';
  if (target.startsWith('/_control/')) {
    const answer = await parts.control(request.method ?? 'GET', target.slice('/_control'.length), body);
    send(response, {
      status: answer.status,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(answer.body),
    });
    return;
  }
  await answerAws(parts, request, response, body);
}

async function answerAws(
  parts: HttpParts,
  request: IncomingMessage,
  response: ServerResponse,
  body: Buffer,
): Promise<void> {
  const signature = signatureOf(request.headers);
  const wire = { headers: request.headers, target: single(request.headers['x-amz-target']), body };
  const service = serviceOf(signature?.service, wire.target);
  const { operation, input } = readCall(service, wire);
  const dialect = refusalDialects[service];
  const signed = { method: request.method ?? 'POST', target: request.url ?? '/', headers: request.headers, body };
  const call: Call = {
    service,
    operation,
    input,
    region: signature?.region ?? 'us-east-1',
    accessKeyId: signature?.accessKeyId ?? null,
    sourceIp: single(request.headers['x-simulator-source-ip']) || parts.callerIp,
    userAgent: request.headers['user-agent'] ?? '',
    dialect,
    authenticate: (nowMs) => authenticate(parts.world, signature, signed, dialect, nowMs),
  };
  await deliver(response, parts.dispatch(call), (answer) => write(service, operation, answer));
}

/** Sends an answer, or what a fault makes of it. */
async function deliver(response: ServerResponse, answer: Answer, write: (answer: Answer) => WireAnswer): Promise<void> {
  const { fault } = answer;
  if (fault?.kind === 'cut-before' || fault?.kind === 'cut-after') {
    response.socket?.destroy();
    return;
  }
  if (fault?.kind === 'html-error') {
    const page =
      '<html><head><title>Service Unavailable</title></head><body><h1>Service Unavailable</h1></body></html>';
    send(response, { status: fault.status ?? 503, headers: { 'content-type': 'text/html' }, body: page });
    return;
  }
  if (fault?.kind === 'slow') await sleep(fault.delayMs ?? 1_000);
  const whole = write(answer);
  if (fault?.kind === 'wrong-length') {
    response.writeHead(whole.status, { ...whole.headers, 'content-length': String(Buffer.byteLength(whole.body)) });
    response.write(cut(whole.body, fault), () => response.socket?.destroy());
    return;
  }
  send(response, garbled(whole, fault));
}

/** What a fault leaves of a whole answer, or makes of it; one that refuses is left as it is. */
function garbled(whole: WireAnswer, fault: Fault | null): WireAnswer {
  if (whole.status !== 200) return whole;
  switch (fault?.kind) {
    case 'truncated':
      return { ...whole, body: cut(whole.body, fault) };
    case 'empty':
      return { ...whole, body: '' };
    case 'html-answer':
      return { ...whole, headers: { 'content-type': 'text/html' }, body: '<html><body>Please sign in</body></html>' };
    case 'wrong-protocol':
      return { ...whole, body: whole.body.startsWith('{') ? '<Answer><Ok>true</Ok></Answer>' : '{"ok":true}' };
    default:
      return whole;
  }
}

/** At least one character short of whole: what is left would be whole otherwise. */
function cut(body: string, { keep = 0.5 }: Fault): string {
  return body.slice(0, Math.min(body.length - 1, Math.floor(body.length * keep)));
}

function send(response: ServerResponse, answer: WireAnswer): void {
  response.writeHead(answer.status, { ...answer.headers, 'content-length': String(Buffer.byteLength(answer.body)) });
  response.end(answer.body);
}

function serviceOf(signed: string | undefined, target: string): ServiceName {
  if (signed === 'cloudtrail' || target.startsWith('CloudTrail_')) return 'cloudtrail';
  if (signed === 'secretsmanager' || target.startsWith('secretsmanager.')) return 'secretsmanager';
  if (signed === 'dynamodb' || target.startsWith('DynamoDB_')) return 'dynamodb';
  if (signed === 'sts' || signed === 'ec2') return signed;
  return 'iam';
}

function readCall(service: ServiceName, wire: WireRequest): { operation: string; input: JsonObject } {
  if (refusalDialects[service] === 'json') return readJson11(wire) ?? { operation: 'unreadable body', input: {} };
  return service === 'ec2' ? readEc2(wire) : readQuery(wire);
}

function write(service: ServiceName, operation: string, { result, requestId }: Answer): WireAnswer {
  if ('error' in result) return writeError(service, result.error, requestId);
  if (refusalDialects[service] === 'json') return writeJson11(result.output, requestId);
  return service === 'ec2'
    ? writeEc2(operation, result.output, requestId)
    : writeQuery(service === 'sts' ? 'sts' : 'iam', operation, result.output, requestId);
}

function writeError(service: ServiceName, error: AwsError, requestId: string): WireAnswer {
  if (refusalDialects[service] === 'json') return writeJson11Error(error, requestId);
  return service === 'ec2'
    ? writeEc2Error(error, requestId)
    : writeQueryError(service === 'sts' ? 'sts' : 'iam', error, requestId);
}

/** AWS's limit for these services is far below; a body beyond it is no request of an SDK. */
const longestBody = 10 * 1024 * 1024;

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > longestBody) throw new Error('request body too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function single(value: string | string[] | undefined): string {
  return Array.isArray(value) ? (value[0] ?? '') : (value ?? '');
}
