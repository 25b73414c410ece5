import { alertSubject } from '../../detection/alerts/alert-row.ts';
import type { OfflineAlert } from '../../detection/offline/offline.ts';
import { severityPainted } from '../terminal/severity-painted.ts';
import type { Style } from '../terminal/terminal-style.ts';
import { tableParts, type TableColumn } from '../terminal/terminal-table.ts';
import { plainText, safe, safeJoin, type SafeText } from '../../model/safe-text.ts';
import { utcTime } from '../../model/utc-time.ts';

/** A table of alerts for people, in parts that are printed as they come. */
export function* tableReport(alerts: readonly OfflineAlert[], style: Style): Generator<SafeText> {
  if (alerts.length === 0) return;
  for (const part of tableParts(alertColumns(style), alerts, style)) yield safe`${part}\n`;
}

/** What a table of alerts shows of each. */
function alertColumns(style: Style): readonly TableColumn<OfflineAlert>[] {
  return [
    { head: 'time (UTC)', of: ({ eventTimeMs }) => utcTime(new Date(eventTimeMs).toISOString()) },
    { head: 'severity', of: ({ rule }) => severityPainted(plainText(rule.severity), style) },
    { head: 'rule', of: ({ rule }) => plainText(rule.name), least: 26, grows: 3 },
    { head: 'what', of: whatOf, least: 18, grows: 2 },
    { head: 'events', of: ({ eventRefs }) => safe`${eventRefs.length}`, optional: true },
    { head: 'accounts', of: accountsOf, optional: true },
  ];
}

function whatOf(alert: OfflineAlert): SafeText {
  return plainText(`${alertSubject(alert)}${alert.suppressed ? ' (suppressed)' : ''}`);
}

function accountsOf({ eventRefs }: OfflineAlert): SafeText {
  return safeJoin([...new Set(eventRefs.map(({ accountId }) => plainText(accountId)))], ' ');
}
