import type { AlertCounts } from '../../detection/offline.ts';
import { plainText } from '../../investigation/plain-text.ts';
import { severities, type Severity } from '../../model/severity.ts';
import { severityPainted } from '../severity-painted.ts';
import type { Style } from '../terminal-style.ts';

/** What a run read and with which rules, for the summary. */
export interface DetectionTotals {
  readonly records: number;
  readonly malformed: number;
  /** Inputs that could not be read to their end. */
  readonly unreadable: number;
  readonly inputs: number;
  readonly rules: number;
  /** Sentences with a count: what did not run. */
  readonly notRun: readonly string[];
  /** Rules that cannot fire on this input, with what they lack. */
  readonly unable: readonly { readonly name: string; readonly lacks: readonly string[] }[];
  readonly heldCandidates: number;
}

export function summaryReport(counts: AlertCounts, totals: DetectionTotals, style: Style): string {
  const alerts = [...counts.values()].reduce((sum, times) => sum + times, 0);
  const lines = [
    [
      `${style.strong(count(alerts, 'alert'))} of ${count(counts.size, 'rule')} on ${count(totals.records, 'record')} in ${count(totals.inputs, 'input')}`,
      ...(totals.malformed > 0 ? [`${count(totals.malformed, 'malformed record')} skipped`] : []),
      ...(totals.unreadable > 0 ? [`${count(totals.unreadable, 'input')} not read to the end`] : []),
    ].join('; '),
    ...severities.toReversed().flatMap((severity) => severityLines(counts, severity, style)),
    `${count(totals.rules, 'rule')} ran${totals.notRun.length === 0 ? '' : `; not run: ${totals.notRun.join(', ')}`}`,
    ...unableLines(totals),
    ...(totals.heldCandidates > 100_000
      ? [
          `memory grew with ${totals.heldCandidates} candidates: events that a rule matched are held until all have been read`,
        ]
      : []),
  ];
  return `${lines.join('\n')}\n`;
}

function severityLines(counts: AlertCounts, severity: Severity, style: Style): readonly string[] {
  return [...counts]
    .filter(([rule]) => rule.severity === severity)
    .toSorted(([one, a], [other, b]) => b - a || one.name.localeCompare(other.name))
    .map(
      ([rule, times]) =>
        `  ${severityPainted(severity.padEnd(8), style)} ${String(times).padStart(6)}  ${plainText(rule.name)}`,
    );
}

function unableLines({ unable }: DetectionTotals): readonly string[] {
  if (unable.length === 0) return [];
  return [
    `${count(unable.length, 'rule')} cannot fire on records without enrichment:`,
    ...unable.map((rule) => `  ${unableLine(rule)}`),
  ];
}

/** A rule that cannot fire, with what it lacks. */
export function unableLine({ name, lacks }: DetectionTotals['unable'][number]): string {
  return `${plainText(name)} (needs ${lacks.join(' and ')})`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
