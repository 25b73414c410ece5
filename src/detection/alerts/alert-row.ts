import type { AccountId, Instant } from '../../model/ids.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Rule } from '../../model/rule.ts';
import type { Severity } from '../../model/severity.ts';
import { safeJsonText, type SafeText } from '../../model/safe-text.ts';
import { minuteMs } from '../../model/duration.ts';
import { type AboutFields, aboutOfFields, aboutSentence } from './alert-about.ts';
import type { OfflineAlert } from '../offline/offline.ts';
import { ruleTypes } from '../rule-types.ts';

/** An alert as scripts read it: the field names are fixed, but for those that its rule's type adds. */
export interface AlertRow extends AboutFields {
  readonly '@timestamp': Instant;
  readonly rule_id: string;
  readonly rule_name: string;
  readonly rule_type: string;
  readonly severity: Severity;
  readonly risk_score: number;
  readonly event_ids: readonly string[];
  readonly account_ids: readonly AccountId[];
  readonly building_block?: true;
  readonly suppressed?: true;
}

/** An alert as one JSON object, a line of its own. */
export function alertRow(alert: OfflineAlert): AlertRow {
  const about = alert.about === null ? {} : aboutFieldsIn(alert.about);
  return {
    '@timestamp': timestampOf(alert),
    ...ruleFields(alert.rule),
    ...eventFields(alert),
    ...about,
    ...particulars(alert),
  };
}

/**
 * The JSON of {@link alertRow}, safe to show; what it says of the rule is made once for each, and what it says of the event stands in
 * it as it was kept.
 */
export function alertLine(alert: OfflineAlert): SafeText {
  const { rule } = alert;
  let ofRule = ruleTexts.get(rule);
  if (ofRule === undefined) {
    ofRule = membersOf(ruleFields(rule));
    ruleTexts.set(rule, ofRule);
  }
  let line = `{"@timestamp":"${timestampOf(alert)}",${ofRule},${eventMembers(alert)}`;
  if (alert.about !== null && alert.about !== '{}') line += `,${membersIn(alert.about)}`;
  const others = membersOf(particulars(alert));
  return safeJsonText(others === '' ? `${line}}` : `${line},${others}}`);
}

function membersOf(object: JsonObject): string {
  return membersIn(JSON.stringify(object));
}

/** The members of an object, in its JSON. */
function membersIn(object: string): string {
  return object.slice(1, -1);
}

function aboutFieldsIn(kept: string): AboutFields {
  return JSON.parse(kept) as AboutFields; // the run wrote it
}

const ruleTexts = new WeakMap<Rule, string>();

/** Alerts come in the order of time, and many share a minute: of what is written, the seconds alone change. */
let lastMinute = { ms: Number.NaN, text: '' };

function timestampOf({ eventTimeMs }: OfflineAlert): Instant {
  const ms = Math.floor(eventTimeMs / minuteMs) * minuteMs;
  if (lastMinute.ms !== ms) lastMinute = { ms, text: new Date(ms).toISOString().slice(0, -secondsAtEnd.length) };
  const sinceMs = eventTimeMs - ms;
  return `${lastMinute.text}${twoDigits(Math.floor(sinceMs / 1000))}.${String(sinceMs % 1000).padStart(3, '0')}Z` as Instant;
}

const secondsAtEnd = '00.000Z';

function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

function ruleFields(rule: Rule) {
  return {
    rule_id: rule.id,
    rule_name: rule.name,
    rule_type: rule.type,
    severity: rule.severity,
    risk_score: rule.riskScore,
  };
}

function eventFields({ eventRefs }: OfflineAlert) {
  return {
    event_ids: eventRefs.map(({ eventId }) => eventId),
    account_ids: [...new Set(eventRefs.map(({ accountId }) => accountId))],
  };
}

/** The members of {@link eventFields}, in their JSON: most alerts have one event. */
function eventMembers(alert: OfflineAlert): string {
  const [event, other] = alert.eventRefs;
  if (event === undefined || other !== undefined) return membersOf(eventFields(alert));
  return `"event_ids":[${JSON.stringify(event.eventId)}],"account_ids":[${JSON.stringify(event.accountId)}]`;
}

/** What the rule's type says of it, and what it is marked as. */
function particulars({ rule, eventRefs, detail, suppressed }: OfflineAlert) {
  const eventIds = eventRefs.map(({ eventId }) => eventId);
  return {
    ...ruleTypes.get(rule.type)?.alertAsJson(detail, eventIds),
    ...(rule.buildingBlock ? { building_block: true as const } : {}),
    ...(suppressed ? { suppressed: true as const } : {}),
  };
}

/** What an alert is about, in a few words: who did what, from where and on what; its terms, its count, its join values. */
export function alertSubject(alert: OfflineAlert): string {
  const sentence = alert.about === null ? '' : aboutSentence(aboutOfFields(aboutFieldsIn(alert.about)));
  const inWords = ruleTypes.get(alert.rule.type)?.alertInWords(alert.detail, alert.eventRefs.length) ?? '';
  return [sentence, inWords].filter((text) => text !== '').join('; ');
}
