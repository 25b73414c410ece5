import type { DecisionStatement, SignedDecision } from '../model/decision.ts';
import type { ApproverKey, ApproverSigningKey } from './approver-key.ts';
import { decisionStatementSchema } from './decision-statement.ts';
import { refuse, type Refusal } from './refusal.ts';
import { openStatement, signStatement, type StatementKind } from './signed-statement.ts';

const decisionKind: StatementKind<DecisionStatement> = {
  type: 'trailhound-decision+jws',
  schema: decisionStatementSchema,
};

/** Signs a decision about a plan. */
export async function signDecision(statement: DecisionStatement, key: ApproverSigningKey): Promise<SignedDecision> {
  return await signStatement(decisionKind, statement, key);
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
  const opened = await openStatement(decisionKind, decision.jws, approverKeys);
  switch (opened.kind) {
    case 'opened':
      return opened;
    case 'malformed':
    case 'bad-signature':
      return { kind: 'refused', ...refuse(opened.kind) };
    case 'unknown-key':
      return { kind: 'refused', ...refuse('unknown-approver') };
    case 'speaks-for-another': {
      const found = `The key is ${opened.keyOf}'s, and the decision speaks for somebody else.`;
      return { kind: 'refused', ...refuse('unknown-approver', found) };
    }
  }
}
