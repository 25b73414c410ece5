import { AwsError } from './aws-error.ts';
import { callerOf, credentialOf } from './caller.ts';
import type { Caller, Credential } from './caller.ts';
import { isEnabledRegion } from './enabled-regions.ts';
import { signatureHolds, signedAt } from './sigv4.ts';
import type { Signature, SignedRequest } from './sigv4.ts';
import { obeyedStatus } from './world.ts';
import type { World } from './world.ts';

/** How a service words its refusals of a credential: a set of codes for each family of protocols. */
export type RefusalDialect = 'query' | 'json' | 'ec2' | 's3';

type Refusal = 'unknown-key' | 'bad-signature' | 'expired' | 'unsigned' | 'skewed';

const codes: Readonly<Record<RefusalDialect, Readonly<Record<Refusal, readonly [code: string, status: number]>>>> = {
  query: {
    'unknown-key': ['InvalidClientTokenId', 403],
    'bad-signature': ['SignatureDoesNotMatch', 403],
    expired: ['ExpiredToken', 403],
    unsigned: ['MissingAuthenticationToken', 403],
    skewed: ['SignatureDoesNotMatch', 403],
  },
  json: {
    'unknown-key': ['UnrecognizedClientException', 400],
    'bad-signature': ['InvalidSignatureException', 400],
    expired: ['ExpiredTokenException', 400],
    unsigned: ['MissingAuthenticationTokenException', 400],
    skewed: ['InvalidSignatureException', 400],
  },
  s3: {
    'unknown-key': ['InvalidAccessKeyId', 403],
    'bad-signature': ['SignatureDoesNotMatch', 403],
    expired: ['ExpiredToken', 400],
    unsigned: ['AccessDenied', 403],
    skewed: ['RequestTimeTooSkewed', 403],
  },
  ec2: {
    'unknown-key': ['AuthFailure', 401],
    'bad-signature': ['SignatureDoesNotMatch', 403],
    expired: ['RequestExpired', 400],
    unsigned: ['MissingAuthenticationToken', 403],
    skewed: ['RequestExpired', 400],
  },
};

/** IAM and STS are asked where they are global, and buckets by name. */
const regionalDialects: ReadonlySet<RefusalDialect> = new Set(['json', 'ec2']);

/** AWS takes a signature for 15 minutes around its own clock (Signature Version 4 documentation). */
const skewToleranceMs = 15 * 60 * 1_000;

/**
 * Finds who signed a request, checking signature, token, key status, expiry and clock.
 *
 * Throws the service's own refusal; CloudTrail keeps no record of these.
 */
export function authenticate(
  world: World,
  signature: Signature | null,
  request: SignedRequest,
  dialect: RefusalDialect,
  now: number,
): Caller {
  if (!signature) throw refusal(dialect, 'unsigned', 'Request is missing Authentication Token');
  const credential = usableCredential(world, signature.accessKeyId, signature.sessionToken, dialect, now);
  const secret = credential.kind === 'long-term' ? credential.key.secret : credential.session.secret;
  if (!signatureHolds(signature, request, secret)) {
    throw refusal(
      dialect,
      'bad-signature',
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.',
    );
  }
  checkClock(signature, dialect, now);
  const caller = presentCaller(credential, dialect);
  if (regionalDialects.has(dialect) && !isEnabledRegion(caller.account, signature.region)) throw unknownKey(dialect);
  return caller;
}

/** The same without a signature, for callers that live inside the simulator. */
export function authenticateKey(world: World, accessKeyId: string, dialect: RefusalDialect, now: number): Caller {
  const temporary = world.sessions.find((session) => session.accessKeyId === accessKeyId);
  return presentCaller(usableCredential(world, accessKeyId, temporary?.token ?? null, dialect, now), dialect);
}

/** The refusal of a token that has expired, also made on demand by a fault. */
export function expiredToken(dialect: RefusalDialect): AwsError {
  return refusal(dialect, 'expired', 'The security token included in the request is expired');
}

function usableCredential(
  world: World,
  accessKeyId: string,
  token: string | null,
  dialect: RefusalDialect,
  now: number,
): Credential {
  const credential = credentialOf(world, accessKeyId);
  const usable =
    credential &&
    (credential.kind === 'long-term'
      ? obeyedStatus(credential.key, now) === 'Active'
      : credential.session.token === token);
  if (!credential || !usable) throw unknownKey(dialect);
  if (credential.kind === 'temporary' && credential.session.expiresAt <= now) throw expiredToken(dialect);
  return credential;
}

function presentCaller(credential: Credential, dialect: RefusalDialect): Caller {
  const caller = callerOf(credential);
  if (!caller) throw unknownKey(dialect);
  return caller;
}

function checkClock(signature: Signature, dialect: RefusalDialect, now: number): void {
  const at = signedAt(signature);
  if (Math.abs(at - now) <= skewToleranceMs) return;
  function compact(instant: number): string {
    return new Date(instant).toISOString().replace(/[-:]|\.\d{3}/gu, '');
  }
  const [relation, edge] = at < now ? ['earlier', now - skewToleranceMs] : ['later', now + skewToleranceMs];
  const verb = at < now ? 'Signature expired' : 'Signature not yet current';
  throw refusal(
    dialect,
    'skewed',
    `${verb}: ${signature.timestamp} is now ${relation} than ${compact(edge)} (${compact(now)} ${at < now ? '-' : '+'} 15 min.)`,
  );
}

function unknownKey(dialect: RefusalDialect): AwsError {
  return refusal(dialect, 'unknown-key', 'The security token included in the request is invalid.');
}

function refusal(dialect: RefusalDialect, kind: Refusal, message: string): AwsError {
  const [code, status] = codes[dialect][kind];
  return new AwsError(code, message, { status, trailCode: null });
}
