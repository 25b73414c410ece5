import { counted } from '../../model/counted.ts';
import type { AlertCounts } from '../../detection/offline/offline.ts';
import { severities, type Severity } from '../../model/severity.ts';
import { severityPainted } from '../terminal/severity-painted.ts';
import type { Style } from '../terminal/terminal-style.ts';
import { plainText, safe, safeJoin, safePadded, type SafeText } from '../../model/safe-text.ts';

/** What a run read and with which rules, for the summary. */
export interface DetectionTotals {
  readonly records: number;
  readonly malformed: number;
  /** Inputs that could not be read to their end. */
  readonly unreadable: number;
  readonly inputs: number;
  readonly rules: number;
  /** A sentence for each reason: which rules did not run. */
  readonly notRun: readonly SafeText[];
  /** Rules that cannot fire on this input, with what they lack. */
  readonly unable: readonly { readonly name: string; readonly lacks: readonly string[] }[];
  readonly heldCandidates: number;
}

export function summaryReport(counts: AlertCounts, totals: DetectionTotals, style: Style): SafeText {
  const alerts = [...counts.values()].reduce((sum, times) => sum + times, 0);
  const lines = [
    safeJoin(
      [
        safe`${style.strong(counted(alerts, 'alert'))} of ${counted(counts.size, 'rule')} on ${counted(totals.records, 'record')} in ${counted(totals.inputs, 'input')}`,
        ...(totals.malformed > 0 ? [safe`${counted(totals.malformed, 'malformed record')} skipped`] : []),
        ...(totals.unreadable > 0 ? [safe`${counted(totals.unreadable, 'input')} not read to the end`] : []),
      ],
      '; ',
    ),
    ...severities.toReversed().flatMap((severity) => severityLines(counts, severity, style)),
    safe`${counted(totals.rules, 'rule')} ran`,
    ...totals.notRun.map((sentence) => safe`  ${sentence}`),
    ...unableLines(totals),
    ...(totals.heldCandidates > 100_000
      ? [
          safe`memory grew with ${totals.heldCandidates} candidates: events that a rule matched are held until all have been read`,
        ]
      : []),
  ];
  return safe`${safeJoin(lines, '\n')}\n`;
}

function severityLines(counts: AlertCounts, severity: Severity, style: Style): readonly SafeText[] {
  return [...counts]
    .filter(([rule]) => rule.severity === severity)
    .toSorted(([one, a], [other, b]) => b - a || one.name.localeCompare(other.name))
    .map(
      ([rule, times]) =>
        safe`  ${severityPainted(safePadded(plainText(severity), 8), style)} ${safePadded(safe`${times}`, 6, 'start')}  ${plainText(rule.name)}`,
    );
}

function unableLines({ unable }: DetectionTotals): readonly SafeText[] {
  if (unable.length === 0) return [];
  return [
    safe`${counted(unable.length, 'rule')} cannot fire on records without enrichment:`,
    ...unable.map((rule) => safe`  ${unableLine(rule)}`),
  ];
}

/** A rule that cannot fire, with what it lacks. */
export function unableLine({ name, lacks }: DetectionTotals['unable'][number]): SafeText {
  return safe`${plainText(name)} (needs ${plainText(lacks.join(' and '))})`;
}
