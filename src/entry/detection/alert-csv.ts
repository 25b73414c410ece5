import { alertSubject } from '../../detection/alerts/alert-row.ts';
import type { OfflineAlert } from '../../detection/offline/offline.ts';
import { safeCsv } from '../terminal/safe-csv.ts';
import { inParts } from './in-parts.ts';
import { plainText, safe, type SafeText } from '../../model/safe-text.ts';

/** One alert a row; lists are joined by a space, and cells that a spreadsheet would take for formulas are defused. */
export function* csvReport(alerts: readonly OfflineAlert[]): Generator<SafeText> {
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
  yield safeCsv([header.map((name) => plainText(name))]);
  for (const some of inParts(alerts)) yield safeCsv(some.map(csvRow));
}

function csvRow(alert: OfflineAlert): readonly SafeText[] {
  return [
    timeOf(alert),
    plainText(alert.rule.severity),
    safe`${alert.rule.riskScore}`,
    plainText(alert.rule.id, 2000),
    plainText(alert.rule.name, 2000),
    plainText(alert.rule.type),
    plainText(alertSubject(alert), 2000),
    plainText(accountsOf(alert).join(' '), 2000),
    plainText(alert.eventRefs.map(({ eventId }) => eventId).join(' '), 30_000),
    alert.suppressed ? safe`yes` : safe`no`,
  ];
}

function timeOf({ eventTimeMs }: OfflineAlert): SafeText {
  return plainText(new Date(eventTimeMs).toISOString());
}

function accountsOf({ eventRefs }: OfflineAlert): readonly string[] {
  return [...new Set(eventRefs.map(({ accountId }) => accountId as string))];
}
