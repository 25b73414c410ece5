import type { JsonObject, JsonValue } from '../model/json.ts';
import type { OfflineAlert } from './offline.ts';
import type { AlertDetail } from './rule-type.ts';

/** An alert as scripts read it, one JSON object a line: the field names are fixed. */
export function alertRow({ rule, eventTimeMs, eventRefs, detail, suppressed }: OfflineAlert): JsonObject {
  const eventIds = eventRefs.map(({ eventId }) => eventId);
  return {
    '@timestamp': new Date(eventTimeMs).toISOString(),
    rule_id: rule.id,
    rule_name: rule.name,
    rule_type: rule.type,
    severity: rule.severity,
    risk_score: rule.riskScore,
    event_ids: eventIds,
    account_ids: [...new Set(eventRefs.map(({ accountId }) => accountId as string))],
    ...detailFields(detail, eventIds),
    ...(rule.buildingBlock ? { building_block: true } : {}),
    ...(suppressed ? { suppressed: true } : {}),
  };
}

function detailFields(detail: AlertDetail, eventIds: readonly string[]): Record<string, JsonValue> {
  switch (detail.kind) {
    case 'query':
      return {};
    case 'new_terms':
      return { new_terms: detail.values };
    case 'threshold':
      return { threshold: { values: detail.values, count: detail.count, cardinality: detail.cardinality } };
    case 'sequence':
      return { sequence: { join: detail.join, event_ids: eventIds } };
  }
}

/** JSON on one line that shows nothing but itself on a terminal: control characters are escaped. */
export function jsonLine(value: JsonValue): string {
  return JSON.stringify(value).replaceAll(
    /[\u007F-\u009F\u00AD\u061C\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** What is particular to an alert, in a few words: its terms, its count, its join values. */
export function alertSubject({ detail, eventRefs }: OfflineAlert): string {
  switch (detail.kind) {
    case 'query':
      return '';
    case 'new_terms':
      return detail.values.join(', ');
    case 'threshold': {
      const distinct = detail.cardinality === null ? '' : `, ${detail.cardinality} distinct`;
      return `${detail.values.join(', ')} (${eventCount(detail.count)}${distinct})`;
    }
    case 'sequence':
      return `${detail.join.join(', ')} (${eventCount(eventRefs.length)})`;
  }
}

function eventCount(count: number): string {
  return `${count} event${count === 1 ? '' : 's'}`;
}
