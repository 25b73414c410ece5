import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';

/**
 * How far this machine's clock is ahead of AWS's, in milliseconds, by the `Date` header of an answer of STS (RFC 9110, whole
 * seconds); null where the answer has none. An answer that refuses the call serves as well.
 * @throws the SDK's own error where nothing answers
 */
export async function clockAheadMs(sts: STSClient): Promise<number | null> {
  const command = new GetCallerIdentityCommand({});
  let answeredAt: number | null = null;
  const sentAt = Date.now();
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      answeredAt = dateIn(result.response);
      return result;
    },
    // Next to the wire, so that refusals pass here too.
    { step: 'deserialize', priority: 'low', name: 'trailhoundClock' },
  );
  try {
    await sts.send(command);
  } catch (error) {
    if (answeredAt === null) throw error;
  }
  // The server wrote its time somewhere between our sending and receiving.
  return answeredAt === null ? null : (sentAt + Date.now()) / 2 - answeredAt;
}

function dateIn(answer: unknown): number | null {
  const headers = (answer as { readonly headers?: Readonly<Record<string, string>> } | undefined)?.headers;
  const at = Date.parse(headers?.['date'] ?? '');
  return Number.isNaN(at) ? null : at;
}
