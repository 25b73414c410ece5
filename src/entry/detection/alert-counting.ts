import type { RuleSet } from '../../detection/engine.ts';
import { type AlertCounts, countAlerts } from '../../detection/offline/offline.ts';
import type { DetectionThreads } from './detection-threads.ts';
import { partsOf, sharedCounter, type CountsById, type PartsTask } from './thread-messages.ts';

/** Counts the alerts of those parts of some logs that no other thread takes. */
export function countTakenParts(ruleSet: RuleSet, { logs, next }: PartsTask): CountsById {
  return new Map(Array.from(countAlerts(ruleSet, logs, partsOf(next)), ([rule, count]) => [rule.id, count]));
}

/** Counts all alerts, on this thread and those beside it. */
export async function countOnThreads(
  ruleSet: RuleSet,
  logs: PartsTask['logs'],
  threads: Pick<DetectionThreads, 'count'>,
): Promise<AlertCounts> {
  const task = { logs, next: sharedCounter() };
  const others = threads.count(task);
  const counts = [countTakenParts(ruleSet, task), ...(await others)];
  function countOf(ruleId: string): number {
    return counts.reduce((sum, some) => sum + (some.get(ruleId) ?? 0), 0);
  }
  const byRule = ruleSet.rules.map(({ rule }) => [rule, countOf(rule.id)] as const);
  return new Map(byRule.filter(([, count]) => count > 0));
}
