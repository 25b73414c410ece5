import { safe } from '../../../model/safe-text.ts';
import { repairs } from '../../habits/repairs.ts';
import type { FindingKind } from '../case-finding.ts';
import { benign } from '../drawing.ts';
import { alertedOfCase } from '../habit.ts';
import { counted } from '../../../model/counted.ts';

/** What was alerted on only puts back what somebody else had changed, gives back what they took, or takes rights away. */
export const putBackFinding: FindingKind = (ground) => {
  const alerted = alertedOfCase(ground);
  const proved = alerted.filter(repairs(ground, 'proved'));
  const all = alerted.filter(repairs(ground, 'perhaps'));
  const isProved = proved.length === all.length;
  return benign({
    kind: 'probably-benign',
    sentence: isProved
      ? safe`${all.length} of ${counted(alerted.length, 'call')} that were alerted on put back what somebody else had changed, and give nothing that was not given before: they may be a repair.`
      : safe`${all.length} of ${counted(alerted.length, 'call')} that were alerted on take away what somebody else had given, give back what they had taken, or put back what they had changed: ask whoever made them whether that is a repair.`,
    confidence: isProved ? 'medium' : 'low',
    techniques: [],
    facts: { because: 'repair', calls: all.length, of: alerted.length },
    events: all,
  });
};
