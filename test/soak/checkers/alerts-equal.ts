import type { Flaw } from './flaw.ts';

/** An alert as far as it must be the same whichever way its events came. */
export interface ComparedAlert {
  readonly ruleName: string;
  readonly group: readonly string[];
  /** `<account>/<event ID>`: which copy of an event came first is the network's choice. */
  readonly anchor: string;
  readonly events: readonly string[];
}

/** Compares the alerts of the live line with those that the truth gives. */
export function checkAlertsEqual(truth: readonly ComparedAlert[], live: readonly ComparedAlert[]): readonly Flaw[] {
  const [expected, found] = [counted(truth), counted(live)];
  const flaws: Flaw[] = [];
  for (const [key, count] of expected) {
    const times = found.get(key) ?? 0;
    if (times < count) flaws.push({ kind: 'alert', subject: `missing: ${key}` });
  }
  for (const [key, count] of found) {
    const times = expected.get(key) ?? 0;
    if (count > times)
      flaws.push({ kind: 'alert', subject: `${times === 0 ? 'not in the truth' : 'doubled'}: ${key}` });
  }
  return flaws;
}

function counted(alerts: readonly ComparedAlert[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { ruleName, group, anchor, events } of alerts) {
    const key = JSON.stringify([ruleName, group, anchor, [...new Set(events)].toSorted()]);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}
