import { CompactSign, compactVerify, decodeProtectedHeader } from 'jose';
import { maxDecisionLength, type DecisionStatement, type SignedDecision } from '../model/decision.ts';
import type { ApproverKey, ApproverSigningKey } from './approver-key.ts';
import { decisionStatementSchema } from './decision-statement.ts';
import { refuse, type Refusal } from './refusal.ts';

/** Our own `typ` (RFC 7515 4.1.9): a signature made for another purpose with the same key is no decision. */
const decisionType = 'trailhound-decision+jws';
const algorithm = 'EdDSA';

/** Signs a statement as compact JWS: EdDSA over Ed25519 (RFC 7515, RFC 8037), with the key named by its thumbprint. */
export async function signDecision(statement: DecisionStatement, key: ApproverSigningKey): Promise<SignedDecision> {
  const payload = new TextEncoder().encode(JSON.stringify(decisionStatementSchema.parse(statement)));
  const jws = await new CompactSign(payload)
    .setProtectedHeader({ alg: algorithm, typ: decisionType, kid: key.keyId })
    .sign(key.privateKey);
  return { jws };
}

export type OpenedDecision =
  { readonly kind: 'opened'; readonly statement: DecisionStatement } | ({ readonly kind: 'refused' } & Refusal);

/**
 * Checks that a configured approver signed exactly this text, and reads the statement in it.
 * What the statement says is judged elsewhere.
 */
export async function openDecision(
  decision: SignedDecision,
  approverKeys: readonly ApproverKey[],
): Promise<OpenedDecision> {
  const keyId = namedKey(decision.jws);
  if (keyId === null) return { kind: 'refused', ...refuse('malformed') };
  const key = approverKeys.find((candidate) => candidate.keyId === keyId);
  if (key === undefined) return { kind: 'refused', ...refuse('unknown-approver') };

  const payload = await signedPayload(decision.jws, key);
  if (payload === null) return { kind: 'refused', ...refuse('bad-signature') };
  const statement = readStatement(payload);
  if (statement === null) return { kind: 'refused', ...refuse('malformed') };
  if (statement.approver !== key.name) {
    const found = `The key is ${key.name}'s, and the decision speaks for somebody else.`;
    return { kind: 'refused', ...refuse('unknown-approver', found) };
  }
  return { kind: 'opened', statement };
}

function namedKey(jws: string): string | null {
  if (jws.length > maxDecisionLength || !isCanonical(jws)) return null;
  try {
    const { alg, typ, kid } = decodeProtectedHeader(jws);
    return alg === algorithm && typ === decisionType && kid !== undefined ? kid : null;
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

function readStatement(payload: Uint8Array): DecisionStatement | null {
  try {
    return decisionStatementSchema.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload)));
  } catch {
    return null;
  }
}
