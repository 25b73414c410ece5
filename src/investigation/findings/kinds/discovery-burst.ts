import { safe } from '../../../model/safe-text.ts';
import { minuteMs } from '../../../model/duration.ts';
import type { SeenEvent } from '../../seen-event.ts';
import type { FindingKind } from '../case-finding.ts';
import { distinct, inWords, suspicious } from '../drawing.ts';
import { habitOf } from '../habit.ts';
import { actionName } from './denied-attempts.ts';

const windowMs = 10 * minuteMs;
const actionsNeeded = 8;
const servicesNeeded = 4;

/** Many kinds of reading that are new to the identity, over several services, within minutes: somebody looks around. */
export const discoveryBurst: FindingKind = (ground) => {
  const usual = new Set(habitOf(ground).map(actionName));
  const reads = ground.calls.calls.filter((call) => call.readOnly && !usual.has(actionName(call)));
  const burst = densest(reads);
  const actions = distinct(burst.map(actionName));
  const services = distinct(burst.map(({ provider }) => provider.replace('.amazonaws.com', '')));
  if (actions.length < actionsNeeded || services.length < servicesNeeded) return [];
  return suspicious({
    kind: 'discovery-burst',
    sentence: safe`Looked around: ${actions.length} kinds of reading over ${services.length} services (${inWords(services, 6)}) within 10 minutes, all new to the identity.`,
    confidence: 'medium',
    techniques: ['T1580', 'T1526'],
    facts: { actions, services, calls: burst.length },
    events: burst,
  });
};

/** The ten minutes with the most different actions. */
function densest(reads: readonly SeenEvent[]): readonly SeenEvent[] {
  let best: readonly SeenEvent[] = [];
  let most = 0;
  let from = 0;
  const inWindow = new Map<string, number>();
  for (const [to, last] of reads.entries()) {
    inWindow.set(actionName(last), (inWindow.get(actionName(last)) ?? 0) + 1);
    for (
      let first = reads[from];
      first !== undefined && Date.parse(last.at) - Date.parse(first.at) > windowMs;
      first = reads[from]
    ) {
      const left = (inWindow.get(actionName(first)) ?? 1) - 1;
      if (left === 0) inWindow.delete(actionName(first));
      else inWindow.set(actionName(first), left);
      from += 1;
    }
    if (inWindow.size > most) {
      most = inWindow.size;
      best = reads.slice(from, to + 1);
    }
  }
  return best;
}
