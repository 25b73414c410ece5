import { stringify } from 'csv-stringify/sync';
import { alertRow, alertSubject, jsonLine } from '../../detection/alert-row.ts';
import type { AlertCounts, OfflineAlert } from '../../detection/offline.ts';
import { plainText } from '../../investigation/plain-text.ts';
import { severities, type Severity } from '../../model/severity.ts';
import { severityPainted } from '../severity-painted.ts';
import { tableParts } from '../terminal-table.ts';
import type { Style } from '../terminal-style.ts';
import { alertColumns } from './alert-table.ts';

/** What a run read and with which rules, for the summary. */
export interface DetectionTotals {
  readonly records: number;
  readonly malformed: number;
  readonly inputs: number;
  readonly rules: number;
  /** Sentences with a count: what did not run. */
  readonly notRun: readonly string[];
  /** Rules that cannot fire on this input, with what they lack. */
  readonly unable: readonly { readonly name: string; readonly lacks: readonly string[] }[];
  readonly heldCandidates: number;
}

/** Rows that are made at once: few enough for memory, enough not to be written one by one. */
const rowsAtOnce = 500;

export function* ndjsonReport(alerts: readonly OfflineAlert[]): Generator<string> {
  for (const some of inParts(alerts)) yield some.map((alert) => `${jsonLine(alertRow(alert))}\n`).join('');
}

/** One alert a row; lists are joined by a space, and cells that a spreadsheet would take for formulas are defused. */
export function* csvReport(alerts: readonly OfflineAlert[]): Generator<string> {
  const header = [
    'timestamp',
    'severity',
    'risk_score',
    'rule_id',
    'rule_name',
    'rule_type',
    'subject',
    'accounts',
    'event_ids',
    'suppressed',
  ];
  yield stringify([header]);
  for (const some of inParts(alerts)) yield stringify(some.map(csvRow), { escape_formulas: true });
}

function csvRow(alert: OfflineAlert): readonly string[] {
  return [
    timeOf(alert),
    alert.rule.severity,
    String(alert.rule.riskScore),
    alert.rule.id,
    alert.rule.name,
    alert.rule.type,
    plainText(alertSubject(alert), 2000),
    plainText(accountsOf(alert).join(' '), 2000),
    plainText(alert.eventRefs.map(({ eventId }) => eventId).join(' '), 30_000),
    alert.suppressed ? 'yes' : 'no',
  ];
}

export function* tableReport(alerts: readonly OfflineAlert[], style: Style): Generator<string> {
  if (alerts.length === 0) return;
  for (const part of tableParts(alertColumns(style), alerts, style)) yield `${part}\n`;
}

function* inParts(alerts: readonly OfflineAlert[]): Generator<readonly OfflineAlert[]> {
  for (let at = 0; at < alerts.length; at += rowsAtOnce) yield alerts.slice(at, at + rowsAtOnce);
}

export function summaryReport(counts: AlertCounts, totals: DetectionTotals, style: Style): string {
  const alerts = [...counts.values()].reduce((sum, times) => sum + times, 0);
  const lines = [
    `${style.strong(count(alerts, 'alert'))} of ${count(counts.size, 'rule')} on ${count(totals.records, 'record')} in ${count(totals.inputs, 'input')}${totals.malformed > 0 ? `; ${count(totals.malformed, 'malformed record')} skipped` : ''}`,
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

function timeOf({ eventTimeMs }: OfflineAlert): string {
  return new Date(eventTimeMs).toISOString();
}

function accountsOf({ eventRefs }: OfflineAlert): readonly string[] {
  return [...new Set(eventRefs.map(({ accountId }) => accountId as string))];
}
