import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** What a signed request says of its signature (Authorization header of Signature Version 4). */
export interface Signature {
  readonly accessKeyId: string;
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** `X-Amz-Date`, as it was sent (yyyymmddThhmmssZ). */
  readonly timestamp: string;
  readonly sessionToken: string | null;
}

export interface SignedRequest {
  readonly method: string;
  /** Path and query, as on the request line. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

const authorization =
  /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\/(\d{8})\/([^/,\s]+)\/([^/,\s]+)\/aws4_request,\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]{64})$/u;

/** Reads the signature off a request; null where there is none that can be read. */
export function signatureOf(headers: IncomingHttpHeaders): Signature | null {
  const match = authorization.exec(headers.authorization ?? '');
  if (!match) return null;
  const [, accessKeyId = '', date = '', region = '', service = '', signedHeaders = '', signature = ''] = match;
  return {
    accessKeyId,
    date,
    region,
    service,
    signedHeaders: signedHeaders.split(';'),
    signature,
    timestamp: header(headers, 'x-amz-date') ?? '',
    sessionToken: header(headers, 'x-amz-security-token') ?? null,
  };
}

/** The instant of a signature in milliseconds; NaN where it has none. */
export function signedAt(signature: Signature): number {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/u.exec(signature.timestamp) ?? [];
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

/** Whether the request was signed with this secret, computed anew from what arrived. */
export function signatureHolds(signature: Signature, request: SignedRequest, secret: string): boolean {
  const scope = `${signature.date}/${signature.region}/${signature.service}/aws4_request`;
  const stringToSign = [
    'AWS4-HMAC-SHA256',
    signature.timestamp,
    scope,
    sha256(canonicalRequest(signature, request)),
  ].join('\n');
  const signingKey = [signature.date, signature.region, signature.service, 'aws4_request'].reduce<Buffer | string>(
    (key, part) => hmac(key, part),
    `AWS4${secret}`,
  );
  const expected = hmac(signingKey, stringToSign);
  const given = Buffer.from(signature.signature, 'hex');
  return expected.length === given.length && timingSafeEqual(expected, given);
}

function canonicalRequest(signature: Signature, request: SignedRequest): string {
  const [path = '/', query = ''] = request.target.split('?', 2);
  const headers = signature.signedHeaders.map(
    (name) => `${name}:${(header(request.headers, name) ?? '').trim().replace(/\s+/gu, ' ')}\n`,
  );
  return [
    request.method,
    path.split('/').map(encodeURIComponent).join('/'),
    query === ''
      ? ''
      : query
          .split('&')
          .map((pair) => (pair.includes('=') ? pair : `${pair}=`))
          .sort()
          .join('&'),
    headers.join(''),
    signature.signedHeaders.join(';'),
    sha256(request.body),
  ].join('\n');
}

function header(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(',') : value;
}

function sha256(data: Buffer | string): string {
  return createHash('sha256').update(data).digest('hex');
}

function hmac(key: Buffer | string, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest();
}
