import Table from 'cli-table3';
import { stringify } from 'csv-stringify/sync';
import { alertRow, alertSubject, jsonLine } from '../../detection/alert-row.ts';
import type { OfflineAlert } from '../../detection/offline.ts';
import { plainText } from '../../investigation/plain-text.ts';
import { severities, type Severity } from '../../model/severity.ts';
import type { Style } from '../terminal-style.ts';

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

export function ndjsonReport(alerts: readonly OfflineAlert[]): string {
  return alerts.map((alert) => `${jsonLine(alertRow(alert))}\n`).join('');
}

/** One alert a row; lists are joined by a space, and cells that a spreadsheet would take for formulas are defused. */
export function csvReport(alerts: readonly OfflineAlert[]): string {
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
  const rows = alerts.map((alert) => [
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
  ]);
  return stringify([header, ...rows], { escape_formulas: true });
}

export function tableReport(alerts: readonly OfflineAlert[], style: Style): string {
  const table = new Table({
    head: ['time (UTC)', 'severity', 'rule', 'what', 'accounts', 'events'],
    style: { head: [], border: [] },
    wordWrap: true,
    colWidths: [22, 10, 42, 52, 15, 8],
  });
  for (const alert of alerts) {
    table.push([
      timeOf(alert)
        .replace('T', ' ')
        .replace(/\.\d+Z$/, ''),
      coloured(alert.rule.severity, style),
      plainText(alert.rule.name),
      plainText(`${alertSubject(alert)}${alert.suppressed ? ' (suppressed)' : ''}`),
      accountsOf(alert)
        .map((id) => plainText(id))
        .join(' '),
      String(alert.eventRefs.length),
    ]);
  }
  return alerts.length === 0 ? '' : `${table.toString()}\n`;
}

export function summaryReport(alerts: readonly OfflineAlert[], totals: DetectionTotals, style: Style): string {
  const lines = [
    `${style.strong(count(alerts.length, 'alert'))} of ${count(new Set(alerts.map(({ rule }) => rule.id)).size, 'rule')} on ${count(totals.records, 'record')} in ${count(totals.inputs, 'input')}${totals.malformed > 0 ? `; ${count(totals.malformed, 'malformed record')} skipped` : ''}`,
    ...severities.toReversed().flatMap((severity) => severityLines(alerts, severity, style)),
    `${count(totals.rules, 'rule')} ran${totals.notRun.length === 0 ? '' : `; not run: ${totals.notRun.join(', ')}`}`,
    ...unableLines(totals),
    ...(totals.heldCandidates > 100_000
      ? [`memory grew with ${totals.heldCandidates} candidates that rules with a history keep`]
      : []),
  ];
  return `${lines.join('\n')}\n`;
}

function severityLines(alerts: readonly OfflineAlert[], severity: Severity, style: Style): readonly string[] {
  const counts = new Map<string, number>();
  for (const { rule } of alerts) {
    if (rule.severity === severity) counts.set(rule.name, (counts.get(rule.name) ?? 0) + 1);
  }
  return [...counts]
    .toSorted(([, a], [, b]) => b - a)
    .map(
      ([name, times]) => `  ${coloured(severity, style).padEnd(8)} ${String(times).padStart(6)}  ${plainText(name)}`,
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

function coloured(severity: Severity, style: Style): string {
  if (severity === 'critical' || severity === 'high') return style.bad(severity);
  return severity === 'medium' ? style.warning(severity) : severity;
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
