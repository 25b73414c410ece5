import { safe } from '../../model/safe-text.ts';
import { isUnknownUsage } from '../habits/first-day.ts';
import { isOwnWork } from '../habits/own-work.ts';
import type { CaseFinding, FindingGround } from './case-finding.ts';
import { benign } from './drawing.ts';
import { alertedOfCase } from './habit.ts';

/**
 * Why nothing is recommended in a case of which all that was found may be its owners' work; nothing where something speaks of an intruder.
 * To deny a person or a pipeline what they work with is an outage: that takes more than that they did something for the first time.
 *
 * @param findings all others of the case
 */
export function nothingProved(ground: FindingGround, findings: readonly CaseFinding[]): readonly CaseFinding[] {
  const events = alertedOfCase(ground);
  if (isOwnWork(ground, findings))
    return benign({
      kind: 'probably-benign',
      sentence: safe`Everything was done by somebody who signed in as they do, with a second factor or by their identity provider, from where they have worked before or are alone known from: nothing says that it was anybody else. Ask them, before anything is taken from them.`,
      confidence: 'medium',
      techniques: [],
      facts: { because: 'own-work', calls: events.length },
      events,
    });
  if (isUnknownUsage(ground, findings))
    return benign({
      kind: 'probably-benign',
      sentence: safe`The records begin here: what is usual is not known, and nothing that was found speaks of an intruder. It may be what goes on there every day: ask, before anything is taken away.`,
      confidence: 'low',
      techniques: [],
      facts: { because: 'records-begin', calls: events.length },
      events,
    });
  return [];
}
