import { CompactSign, compactVerify, decodeProtectedHeader } from 'jose';
import type { z } from 'zod';
import { canonicalJson } from '../digest/canonical-digest.ts';
import { maxDecisionLength } from '../model/decision.ts';
import type { ApproverKey, ApproverSigningKey } from './approver-key.ts';

const algorithm = 'EdDSA';

/** A kind of statement that approvers sign. */
export interface StatementKind<Statement extends { readonly approver: string }> {
  /** Our own `typ` (RFC 7515 4.1.9): a signature made for another purpose with the same key is none of this kind. */
  readonly type: string;
  readonly schema: z.ZodType<Statement>;
}

export type OpenedStatement<Statement> =
  | { readonly kind: 'opened'; readonly statement: Statement }
  | { readonly kind: 'malformed' | 'unknown-key' | 'bad-signature' }
  /** The key is that of one approver, and the statement speaks for another. */
  | { readonly kind: 'speaks-for-another'; readonly keyOf: string };

/**
 * Signs a statement's canonical JSON (RFC 8785) as compact JWS: EdDSA over Ed25519 (RFC 7515, RFC 8037), with the key named by its
 * thumbprint.
 */
export async function signStatement<Statement extends { readonly approver: string }>(
  { type, schema }: StatementKind<Statement>,
  statement: Statement,
  key: ApproverSigningKey,
): Promise<{ readonly jws: string }> {
  const payload = new TextEncoder().encode(canonicalJson(schema.parse(statement)));
  const jws = await new CompactSign(payload)
    .setProtectedHeader({ alg: algorithm, typ: type, kid: key.keyId })
    .sign(key.privateKey);
  return { jws };
}

/** How long a statement is once it is signed, in characters, at most: by its canonical JSON, a header that names a key, and a signature. */
export function signedLengthAtMost(statement: object): number {
  const headerAndSignature = 300;
  return Math.ceil((Buffer.byteLength(canonicalJson(statement)) * 4) / 3) + headerAndSignature;
}

/** Checks that a configured approver signed exactly this text, and reads the statement in it. What it says is judged elsewhere. */
export async function openStatement<Statement extends { readonly approver: string }>(
  { type, schema }: StatementKind<Statement>,
  jws: string,
  approverKeys: readonly ApproverKey[],
): Promise<OpenedStatement<Statement>> {
  const keyId = namedKey(jws, type);
  if (keyId === null) return { kind: 'malformed' };
  const key = approverKeys.find((candidate) => candidate.keyId === keyId);
  if (key === undefined) return { kind: 'unknown-key' };
  const payload = await signedPayload(jws, key);
  if (payload === null) return { kind: 'bad-signature' };
  const statement = readStatement(payload, schema);
  if (statement === null) return { kind: 'malformed' };
  return statement.approver === key.name
    ? { kind: 'opened', statement }
    : { kind: 'speaks-for-another', keyOf: key.name };
}

function namedKey(jws: string, type: string): string | null {
  if (jws.length > maxDecisionLength || !isCanonical(jws)) return null;
  try {
    const { alg, typ, kid } = decodeProtectedHeader(jws);
    return alg === algorithm && typ === type && kid !== undefined ? kid : null;
  } catch {
    return null;
  }
}

/** Base64url has spare bits at its end: without this check, one signature has several spellings. */
function isCanonical(jws: string): boolean {
  const parts = jws.split('.');
  return (
    parts.length === 3 &&
    parts.every((part) => Buffer.from(part, 'base64url').toString('base64url') === part && part !== '')
  );
}

async function signedPayload(jws: string, key: ApproverKey): Promise<Uint8Array | null> {
  try {
    const { payload } = await compactVerify(jws, key.publicKey, { algorithms: [algorithm] });
    return payload;
  } catch {
    return null;
  }
}

function readStatement<Statement>(payload: Uint8Array, schema: z.ZodType<Statement>): Statement | null {
  try {
    return schema.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload)));
  } catch {
    return null;
  }
}
