import type { ApproverKey } from '../approval/approver-key.ts';
import { openDecision } from '../approval/signed-decision.ts';
import type { DecisionStatement, SignedDecision } from '../model/decision.ts';
import type { Clock } from './ports.ts';
import type { Register } from './register.ts';

interface DecisionJudges {
  readonly register: Register;
  readonly approverKeys: readonly ApproverKey[];
  readonly audience: string;
  readonly clock: Pick<Clock, 'now'>;
}

/**
 * Has the register remember that a plan was rejected, where an approver signed that: whoever keeps the rejection back afterwards, and
 * shows somebody's approval, has nothing carried out. Anything else that is signed is passed over.
 *
 * @throws ResponderStopped where the register cannot be used.
 */
export async function spendRejection(signed: SignedDecision, judges: DecisionJudges): Promise<void> {
  const statement = await saidHere(signed, judges);
  if (statement?.verdict !== 'reject') return;
  const { planDigest, decisionId } = statement;
  await judges.register.spend({ kind: 'rejection', planDigest, decisionId, at: judges.clock.now() });
}

/**
 * Has the register remember that a case refused a decision, where an approver signed that: whoever has kept it, and shows it later, has
 * nothing begun. One by which something was begun stays as it is.
 *
 * @throws ResponderStopped where the register cannot be used.
 */
export async function voidDecision(signed: SignedDecision, judges: DecisionJudges): Promise<void> {
  const statement = await saidHere(signed, judges);
  if (statement === null) return;
  const { planDigest, decisionId } = statement;
  await judges.register.spend({ kind: 'decision', decisionId, planDigest, refused: true, at: judges.clock.now() });
}

/** What an approver of ours signed for this installation; null where that is nothing. */
async function saidHere(
  signed: SignedDecision,
  { approverKeys, audience }: DecisionJudges,
): Promise<DecisionStatement | null> {
  const opened = await openDecision(signed, approverKeys);
  return opened.kind === 'opened' && opened.statement.audience === audience ? opened.statement : null;
}
