import type { DecisionStatement, SignedDecision } from '../model/decision.ts';
import { decisionStatementSchema } from './decision-statement.ts';

/**
 * What a decision says, without asking who signed it: for the record of a refused one only. `null` where it says nothing
 * that can be read.
 */
export function claimedStatement({ jws }: SignedDecision): DecisionStatement | null {
  try {
    const payload: unknown = JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return decisionStatementSchema.parse(payload);
  } catch {
    return null;
  }
}
