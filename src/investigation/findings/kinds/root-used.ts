import { safe } from '../../../model/safe-text.ts';
import type { FindingKind } from '../case-finding.ts';
import { distinct, inWords, suspicious } from '../drawing.ts';
import { counted } from '../../../model/counted.ts';

/** Root of an account acted, or tried to: no policy of the account holds it back. */
export const rootUsed: FindingKind = ({ calls }) => {
  const byRoot = calls.calls.filter(({ actor }) => actor.kind === 'root');
  return suspicious({
    kind: 'root-used',
    sentence: safe`Root made ${counted(byRoot.length, 'call')} (${inWords(byRoot.map(({ action }) => action))}). No policy of the account holds it back.`,
    confidence: 'high',
    techniques: ['T1078.004'],
    facts: {
      accounts: distinct(byRoot.map(({ ref }) => ref.accountId)),
      actions: distinct(byRoot.map(({ action }) => action)).slice(0, 25),
      calls: byRoot.length,
    },
    events: byRoot,
  });
};
