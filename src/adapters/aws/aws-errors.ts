/** What kind of failure an AWS call ended in; decided by error name, code and HTTP status, never by message text. */
export type AwsFailureKind =
  | 'throttled'
  | 'access-denied'
  | 'expired-credentials'
  | 'invalid-credentials'
  | 'signature-rejected'
  | 'not-found'
  | 'already-exists'
  | 'conflict'
  | 'limit-exceeded'
  | 'invalid-next-token'
  | 'invalid-request'
  | 'unreachable'
  | 'server-fault'
  /** What came back is no answer of AWS: cut, empty, a page, another protocol. It is as good as lost. */
  | 'unreadable-answer'
  | 'unknown';

/** A failed AWS call, told apart from all others as far as it can be. */
export interface AwsFailure {
  readonly kind: AwsFailureKind;
  /** The error's own name: `ThrottlingException`, `NoSuchEntityException`, `SyntaxError`, ... */
  readonly name: string;
  readonly httpStatus: number | null;
  readonly awsRequestId: string | null;
  /**
   * Whether the call can have taken effect: `no` where AWS refused it or was never reached,
   * `unknown` where the answer was lost, cut or a server's fault.
   */
  readonly ran: 'no' | 'unknown';
  /** What AWS asks to wait (the `Retry-After` header), in milliseconds. */
  readonly retryAfterMs: number | null;
  /** The missing permission (`iam:CreateAccessKey`), where AWS's own message names it. */
  readonly permission: string | null;
  /** True where the same call may succeed later without anybody changing anything. */
  readonly retryable: boolean;
  /** AWS's message, for people only. */
  readonly message: string;
}

/**
 * Error names by kind. CloudTrail and Secrets Manager use `...Exception`, the query protocol of IAM and STS the bare
 * code, and the SDK's modelled classes add the suffix: so names are compared without it.
 * Sources: the services' API models and the "Common errors" pages of their API references.
 */
const kindsByName: Readonly<Record<string, AwsFailureKind>> = {
  Throttling: 'throttled',
  Throttled: 'throttled',
  ThrottledRequest: 'throttled',
  RequestThrottled: 'throttled',
  RequestLimitExceeded: 'throttled',
  TooManyRequests: 'throttled',
  SlowDown: 'throttled',
  AccessDenied: 'access-denied',
  UnauthorizedOperation: 'access-denied',
  NotAuthorized: 'access-denied',
  AuthorizationError: 'access-denied',
  OptInRequired: 'access-denied',
  ExpiredToken: 'expired-credentials',
  RequestExpired: 'expired-credentials',
  TokenRefreshRequired: 'expired-credentials',
  InvalidClientTokenId: 'invalid-credentials',
  UnrecognizedClient: 'invalid-credentials',
  InvalidAccessKeyId: 'invalid-credentials',
  AuthFailure: 'invalid-credentials',
  MissingAuthenticationToken: 'invalid-credentials',
  CredentialsProviderError: 'invalid-credentials',
  TokenProviderError: 'invalid-credentials',
  SignatureDoesNotMatch: 'signature-rejected',
  InvalidSignature: 'signature-rejected',
  IncompleteSignature: 'signature-rejected',
  RequestTimeTooSkewed: 'signature-rejected',
  NoSuchEntity: 'not-found',
  ResourceNotFound: 'not-found',
  EntityAlreadyExists: 'already-exists',
  ResourceExists: 'already-exists',
  ConcurrentModification: 'conflict',
  EntityTemporarilyUnmodifiable: 'conflict',
  DeleteConflict: 'invalid-request',
  LimitExceeded: 'limit-exceeded',
  InvalidNextToken: 'invalid-next-token',
  ServiceFailure: 'server-fault',
  ServiceUnavailable: 'server-fault',
  InternalFailure: 'server-fault',
  InternalError: 'server-fault',
  InternalServer: 'server-fault',
  InternalServerError: 'server-fault',
  InternalService: 'server-fault',
  InternalServiceError: 'server-fault',
  TimeoutError: 'unreachable',
  RequestTimeout: 'unreachable',
  AbortError: 'unreachable',
  NetworkingError: 'unreachable',
  UnreadableAnswerError: 'unreadable-answer',
};

/**
 * Names that the SDK gives where it could not read an error out of the answer: a code that is missing (`NotFound` with status 404),
 * or a body that its parsers choked on.
 */
const unreadableNames: ReadonlySet<string> = new Set(['Unknown', 'UnknownError', 'NotFound', 'Error', 'SyntaxError']);

/** Node's socket and DNS codes; those in which no request can have left the machine are `no` to "did it run". */
const ranByCode: Readonly<Record<string, 'no' | 'unknown'>> = {
  ECONNREFUSED: 'no',
  ENOTFOUND: 'no',
  EAI_AGAIN: 'no',
  EHOSTUNREACH: 'no',
  ENETUNREACH: 'no',
  ECONNRESET: 'unknown',
  ECONNABORTED: 'unknown',
  EPIPE: 'unknown',
  ETIMEDOUT: 'unknown',
};

function ranByNetworkCode(code: string | null): 'no' | 'unknown' | null {
  return code !== null && Object.hasOwn(ranByCode, code) ? (ranByCode[code] ?? null) : null;
}

const retryableKinds: ReadonlySet<AwsFailureKind> = new Set<AwsFailureKind>([
  'throttled',
  'expired-credentials',
  'signature-rejected',
  'conflict',
  'unreachable',
  'server-fault',
  'unreadable-answer',
]);

/**
 * Classifies whatever an SDK v3 client threw.
 *
 * Known oddities it rests on: an HTML error page or a truncated answer surfaces as `SyntaxError` with `$metadata`
 * (JSON protocols), as an error named `Unknown` or `NotFound`, or as a plain `Error` of the XML parser (query protocol);
 * an answer shorter than its header says as a plain `Error` with code `ECONNRESET` and status 200; a reset connection as
 * `TimeoutError` without a status; with a clock that is off, and one attempt, the first call fails with
 * `SignatureDoesNotMatch` and the next works. Pages with status 200 that the SDK takes for success are refused by
 * {@link import('./readable-answers.ts').refuseUnreadableAnswers}.
 */
export function classifyAwsError(error: unknown): AwsFailure {
  const seen = readError(error);
  const kind = kindOf(seen);
  return {
    kind,
    name: seen.name,
    httpStatus: seen.httpStatus,
    awsRequestId: seen.awsRequestId,
    ran: mayHaveRun(seen, kind),
    retryAfterMs: seen.retryAfterMs,
    permission: kind === 'access-denied' ? permissionNamedIn(seen.message) : null,
    retryable: retryableKinds.has(kind),
    message: seen.message,
  };
}

interface SeenError {
  readonly name: string;
  readonly code: string | null;
  readonly httpStatus: number | null;
  readonly awsRequestId: string | null;
  readonly attempts: number;
  readonly retryAfterMs: number | null;
  readonly message: string;
}

function readError(error: unknown): SeenError {
  const top = fieldsOf(error);
  const metadata = fieldsOf(top['$metadata']);
  const headers = fieldsOf(fieldsOf(top['$response'])['headers']);
  const retryAfterSeconds = Number(headers['retry-after'] ?? Number.NaN);
  return {
    name: textOr(top['name'], 'Unknown'),
    code: textOrNull(top['code']) ?? textOrNull(fieldsOf(top['cause'])['code']),
    httpStatus: numberOrNull(metadata['httpStatusCode']),
    awsRequestId: textOrNull(metadata['requestId']),
    attempts: numberOrNull(metadata['attempts']) ?? 1,
    retryAfterMs: Number.isFinite(retryAfterSeconds) ? retryAfterSeconds * 1000 : null,
    message: textOr(top['message'], String(error)),
  };
}

function kindOf(seen: SeenError): AwsFailureKind {
  const name = bareName(seen.name);
  // Whoever answers chooses name and code; every object has a `constructor`.
  const byName = Object.hasOwn(kindsByName, name) ? kindsByName[name] : undefined;
  if (byName !== undefined) return byName;
  if (seen.httpStatus === null && ranByNetworkCode(seen.code) !== null) return 'unreachable';
  return kindOfStatus(seen);
}

/** What is left when the name says nothing: an answer that was no AWS error document, or a code that we do not know. */
function kindOfStatus({ name, httpStatus }: SeenError): AwsFailureKind {
  if (httpStatus === null) return 'unknown';
  if (httpStatus >= 500) return 'server-fault';
  if (httpStatus < 400 || unreadableNames.has(name)) return 'unreadable-answer';
  if (httpStatus === 429) return 'throttled';
  if (httpStatus === 403) return 'access-denied';
  if (httpStatus === 404) return 'not-found';
  return 'invalid-request';
}

const refusedBeforeItRan: ReadonlySet<AwsFailureKind> = new Set<AwsFailureKind>([
  'throttled',
  'access-denied',
  'expired-credentials',
  'invalid-credentials',
  'signature-rejected',
  'not-found',
  'already-exists',
  'conflict',
  'limit-exceeded',
  'invalid-next-token',
  'invalid-request',
]);

function mayHaveRun(seen: SeenError, kind: AwsFailureKind): 'no' | 'unknown' {
  if (seen.attempts > 1) return 'unknown'; // an earlier attempt's fate is hidden behind the last one's error
  if (kind === 'unreachable') return ranByNetworkCode(seen.code) ?? 'unknown';
  return refusedBeforeItRan.has(kind) ? 'no' : 'unknown';
}

/** IAM's sentence is "... is not authorized to perform: iam:CreateAccessKey on resource: ...". Shown, never decided on. */
function permissionNamedIn(message: string): string | null {
  return /not authorized to perform: ([a-z0-9-]+:[A-Za-z0-9]+)/.exec(message)?.[1] ?? null;
}

function bareName(name: string): string {
  return name.replace(/Exception$/, '');
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function textOr(value: unknown, fallback: string): string {
  return textOrNull(value) ?? fallback;
}

function numberOrNull(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
