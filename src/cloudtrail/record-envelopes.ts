import type { JsonObject, JsonValue } from '../model/json.ts';
import { isJsonObject, objectAt } from './record-fields.ts';
import { withoutCellRows } from './record-tables.ts';

/** Lists of records or of envelopes; an empty one is a known form without records. */
const listKeys = [
  'Records', // trail files, SNS and SQS in a function's event
  'Events', // LookupEvents
  'events', // CloudWatch Logs: filter-log-events, get-log-events
  'logEvents', // CloudWatch Logs: subscriptions
  'Messages', // SQS: receive-message
  'records', // Firehose
  'results', // Splunk
];

/** What envelopes have records in: an object, a list, or either as text. */
const contentKeys = [
  'detail', // EventBridge
  'message', // CloudWatch Logs
  '@message', // CloudWatch Logs Insights
  'Message', // SNS
  'Sns', // SNS in a function's event
  'Body', // SQS
  'body', // SQS in a function's event
  '_source', // OpenSearch
  '_raw', // Splunk
  'result', // Splunk
  'event', // Splunk's HTTP collector
  'raw_data', // OCSF
  'eventJson', // CloudTrail Lake
  'event_json',
  'eventjson',
  'awslogs', // CloudWatch Logs in a function's event
  'kinesis', // Kinesis in a function's event
  'data', // Wazuh; Kinesis, Firehose and CloudWatch Logs, as base64
  'aws', // Wazuh
  'log', // Fluent Bit, Docker
  'payload',
  'requestPayload', // Lambda destinations
];

/** What a known envelope holds: its lists, and its contents. */
export function contentsOf(value: JsonObject): readonly JsonValue[] {
  const lists = listKeys.flatMap((key) => (Array.isArray(value[key]) ? [withoutCellRows(value[key])] : []));
  const { hits } = objectAt(value, 'hits');
  const contents = contentKeys.flatMap((key) => contentAt(value, key));
  return [...lists, ...(Array.isArray(hits) ? [hits] : []), ...kafkaValues(value), ...contents];
}

function contentAt(value: JsonObject, key: string): readonly JsonValue[] {
  const content = Object.hasOwn(value, key) ? value[key] : undefined;
  return typeof content === 'object' || typeof content === 'string' ? (content === null ? [] : [content]) : [];
}

/** Kafka in a function's event: `records` by topic and partition, each with its `value` in base64. */
function kafkaValues({ records }: JsonObject): readonly JsonValue[] {
  if (!isJsonObject(records)) return [];
  return Object.values(records)
    .flatMap((batch) => (Array.isArray(batch) ? (batch as readonly JsonValue[]) : []))
    .flatMap((each) => (isJsonObject(each) ? contentAt(each, 'value') : []));
}

/** Keys under which known envelopes have lists. */
export const envelopeLists: ReadonlySet<string> = new Set(listKeys);

/** Where the fields of known envelopes are; the others are looked into last. */
export const envelopeKeys: ReadonlySet<string> = new Set([
  ...listKeys,
  ...contentKeys,
  'hits',
  'QueryResultRows',
  'ResultSet',
]);

/** A list of a known envelope, or of a query's answer: an empty one is a known form without records. */
export function isKnownList(value: JsonObject): boolean {
  const lists = [objectAt(value, 'hits').hits, value.QueryResultRows, objectAt(value, 'ResultSet').Rows];
  return [...listKeys.map((key) => value[key]), ...lists].some(Array.isArray);
}
