import type { JsonObject } from '../model/json.ts';
import type { Rule } from '../model/rule.ts';
import { safeJson } from '../model/safe-text.ts';
import { aboutFields, aboutSentence } from './alert-about.ts';
import type { OfflineAlert } from './offline.ts';
import { ruleTypes } from './rule-types.ts';

/** An alert as scripts read it, one JSON object a line: the field names are fixed. */
export function alertRow(alert: OfflineAlert): JsonObject {
  return { '@timestamp': timestampOf(alert), ...ruleFields(alert.rule), ...ownFields(alert) };
}

/** The JSON of {@link alertRow}; what it says of the rule, which is most of it, is made once for each. */
export function alertLine(alert: OfflineAlert): string {
  const { rule } = alert;
  let ofRule = ruleTexts.get(rule);
  if (ofRule === undefined) {
    ofRule = safeJson(ruleFields(rule)).slice(1, -1);
    ruleTexts.set(rule, ofRule);
  }
  return `{"@timestamp":"${timestampOf(alert)}",${ofRule},${safeJson(ownFields(alert)).slice(1)}`;
}

const ruleTexts = new WeakMap<Rule, string>();

function timestampOf({ eventTimeMs }: OfflineAlert): string {
  return new Date(eventTimeMs).toISOString();
}

function ruleFields(rule: Rule): JsonObject {
  return {
    rule_id: rule.id,
    rule_name: rule.name,
    rule_type: rule.type,
    severity: rule.severity,
    risk_score: rule.riskScore,
  };
}

function ownFields({ rule, eventRefs, detail, suppressed, about }: OfflineAlert): JsonObject {
  const eventIds = eventRefs.map(({ eventId }) => eventId);
  return {
    event_ids: eventIds,
    account_ids: [...new Set(eventRefs.map(({ accountId }) => accountId as string))],
    ...(about === null ? {} : aboutFields(about)),
    ...ruleTypes.get(rule.type)?.alertAsJson(detail, eventIds),
    ...(rule.buildingBlock ? { building_block: true } : {}),
    ...(suppressed ? { suppressed: true } : {}),
  };
}

/** What an alert is about, in a few words: who did what, from where and on what; its terms, its count, its join values. */
export function alertSubject(alert: OfflineAlert): string {
  const sentence = alert.about === null ? '' : aboutSentence(alert.about);
  const particulars = ruleTypes.get(alert.rule.type)?.alertInWords(alert.detail, alert.eventRefs.length) ?? '';
  return [sentence, particulars].filter((text) => text !== '').join('; ');
}
