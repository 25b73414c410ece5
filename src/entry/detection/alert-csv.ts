import { stringify } from 'csv-stringify/sync';
import { alertSubject } from '../../detection/alert-row.ts';
import type { OfflineAlert } from '../../detection/offline.ts';
import { plainText } from '../../investigation/plain-text.ts';
import { inParts } from './in-parts.ts';

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

function timeOf({ eventTimeMs }: OfflineAlert): string {
  return new Date(eventTimeMs).toISOString();
}

function accountsOf({ eventRefs }: OfflineAlert): readonly string[] {
  return [...new Set(eventRefs.map(({ accountId }) => accountId as string))];
}
