import { CallFailure } from '../../response/call-failure.ts';
import { classifyAwsError, type AwsFailure, type AwsFailureKind } from './aws-errors.ts';

/**
 * Runs an AWS call for a response; what AWS or the network throws becomes a {@link CallFailure} with a sentence of ours.
 * An error that has nothing to do with AWS (a mistake of ours) is thrown as it is.
 *
 * @param operation `iam:CreateAccessKey`, ...
 */
export async function orCallFailure<T>(operation: string, accountId: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const failure = classifyAwsError(error);
    if (failure.kind === 'unknown' && failure.httpStatus === null) throw error;
    throw new CallFailure({
      operation,
      kind: failure.kind,
      ran: failure.ran,
      retryable: failure.retryable,
      retryAfterMs: failure.retryAfterMs,
      awsRequestId: failure.awsRequestId,
      sentence: sentenceFor(operation, accountId, failure),
    });
  }
}

const endings: { readonly [Kind in AwsFailureKind]?: string } = {
  'expired-credentials': 'was refused for expired credentials: renew those that Trailhound runs with.',
  'invalid-credentials':
    'was refused for invalid credentials, or there are none: check those that Trailhound runs with.',
  'signature-rejected': "was refused for its signature: check this machine's clock and the secret key.",
  throttled: 'was throttled by AWS.',
  'unreadable-answer': 'was answered with something that is no answer of AWS, so that it is not known whether it ran.',
  'not-found': 'names something that is not there (any more).',
  'limit-exceeded': 'would exceed a limit of AWS.',
  'already-exists': 'would make what is there already.',
};

function sentenceFor(operation: string, accountId: string, failure: AwsFailure): string {
  const { kind, name, permission, httpStatus } = failure;
  const what = `${operation} in account ${accountId}`;
  if (kind === 'access-denied') {
    return `${what} was denied: allow ${permission ?? operation} to the role that Trailhound responds with, and look for explicit denies.`;
  }
  if (kind === 'unreachable') return `${what} got no answer (${name}): check the network and the endpoint.`;
  return `${what} ${endings[kind] ?? `failed (${name}, status ${httpStatus ?? 'none'}).`}`;
}
