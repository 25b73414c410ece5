import type { ApproverKey } from '../approval/approver-key.ts';
import { openDecision } from '../approval/signed-decision.ts';
import type { SignedDecision } from '../model/decision.ts';
import type { Clock } from './ports.ts';
import type { Register } from './register.ts';

/**
 * Has the register remember that a plan was rejected, where an approver signed that: whoever keeps the rejection back afterwards, and
 * shows somebody's approval, has nothing carried out. Anything else that is signed is passed over.
 *
 * @throws ResponderStopped where the register cannot be used.
 */
export async function spendRejection(
  signed: SignedDecision,
  judges: {
    readonly register: Register;
    readonly approverKeys: readonly ApproverKey[];
    readonly audience: string;
    readonly clock: Pick<Clock, 'now'>;
  },
): Promise<void> {
  const opened = await openDecision(signed, judges.approverKeys);
  if (opened.kind === 'refused') return;
  const { verdict, audience, planDigest, decisionId } = opened.statement;
  if (verdict !== 'reject' || audience !== judges.audience) return;
  await judges.register.spend({ kind: 'rejection', planDigest, decisionId, at: judges.clock.now() });
}
