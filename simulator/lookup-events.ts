import { createHash } from 'node:crypto';
import { AwsError } from './aws-error.ts';
import type { Delivery, TrailRecord } from './cloudtrail-log.ts';
import { compareDeliveries } from './cloudtrail-log.ts';
import { isObject, parseJson, textOf } from './json.ts';
import type { JsonObject, JsonValue } from './json.ts';

const dayMs = 24 * 60 * 60 * 1_000;
/** The event history reaches back 90 days. */
const historyMs = 90 * dayMs;
const attributeKeys = [
  'EventId',
  'EventName',
  'ReadOnly',
  'Username',
  'ResourceType',
  'ResourceName',
  'EventSource',
  'AccessKeyId',
];

export interface LookupPage {
  readonly deliveries: readonly Delivery[];
  readonly nextToken: string | null;
}

/** Answers a LookupEvents request out of an account-region's history: newest first, a page of at most 50. */
export function lookupEvents(
  history: readonly Delivery[],
  input: JsonObject,
  nowMs: number,
  scope: string,
): LookupPage {
  refuseUnknownCategory(input['EventCategory']);
  if (input['EventCategory'] === 'insight') return { deliveries: [], nextToken: null };
  const size = pageSize(input['MaxResults']);
  const { from, to } = timeRange(input, nowMs);
  const matches = attributeFilter(input['LookupAttributes']);
  const after = positionOf(input, scope);
  const page: Delivery[] = [];
  for (let index = history.length - 1; index >= 0; index -= 1) {
    const delivery = history[index];
    if (!delivery || delivery.eventTimeMs > to || (after && compareDeliveries(delivery, after) >= 0)) continue;
    if (delivery.eventTimeMs < from) break;
    if (delivery.visibleAtMs > nowMs || !isManagementEvent(delivery.record) || !matches(delivery.record)) continue;
    // One more than a page shows that there is another page.
    if (page.length === size) return { deliveries: page, nextToken: tokenFor(input, scope, page.at(-1)) };
    page.push(delivery);
  }
  return { deliveries: page, nextToken: null };
}

/** An entry of the answer's `Events`, with the record as a JSON string. */
export function lookupEntry({ record, text }: Delivery): JsonObject {
  return {
    EventId: record['eventID'] ?? null,
    EventName: record['eventName'] ?? null,
    ReadOnly: textOf(record['readOnly'] ?? false),
    ...withoutUndefined({ AccessKeyId: accessKeyIdOf(record), Username: userNameOf(record) }),
    EventTime: Math.floor(Date.parse(textOf(record['eventTime'])) / 1_000),
    EventSource: record['eventSource'] ?? null,
    Resources: resourcesOf(record).map(({ type, name }) => ({ ResourceType: type, ResourceName: name })),
    CloudTrailEvent: text ?? JSON.stringify(record),
  };
}

function isManagementEvent(record: TrailRecord): boolean {
  return (
    record['managementEvent'] !== false && record['eventCategory'] !== 'Data' && record['eventCategory'] !== 'Insight'
  );
}

/** Insights events are another kind, of which there are none here. */
function refuseUnknownCategory(value: JsonValue | undefined): void {
  if (value === undefined || value === null || value === 'insight') return;
  throw new AwsError(
    'InvalidEventCategoryException',
    'Occurs if an event category that is not valid is specified as a value of EventCategory.',
  );
}

function pageSize(value: JsonValue | undefined): number {
  if (value === undefined || value === null) return 50;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 50) return value;
  throw new AwsError('InvalidMaxResultsException', 'A limit of up to 50 is expected.');
}

function timeRange(input: JsonObject, nowMs: number): { from: number; to: number } {
  const from = instant(input['StartTime']) ?? nowMs - historyMs;
  const to = instant(input['EndTime']) ?? nowMs;
  if (from > to) throw new AwsError('InvalidTimeRangeException', 'StartTime is after EndTime.');
  return { from: Math.max(from, nowMs - historyMs), to };
}

function instant(value: JsonValue | undefined): number | null {
  if (value === undefined || value === null) return null;
  const ms = typeof value === 'number' ? value * 1_000 : Date.parse(textOf(value));
  if (Number.isNaN(ms)) throw new AwsError('InvalidTimeRangeException', 'A time is not one.');
  return Math.round(ms);
}

function attributeFilter(value: JsonValue | undefined): (record: TrailRecord) => boolean {
  if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) return () => true;
  const attributes = Array.isArray(value) ? (value as readonly JsonValue[]) : [];
  const [attribute] = attributes;
  if (attributes.length !== 1 || !isObject(attribute) || !attributeKeys.includes(textOf(attribute['AttributeKey']))) {
    throw new AwsError(
      'InvalidLookupAttributesException',
      'You can only specify one lookup attribute, of a valid key.',
    );
  }
  const key = textOf(attribute['AttributeKey']);
  const wanted = attribute['AttributeValue'];
  if (typeof wanted !== 'string' || wanted === '')
    throw new AwsError('InvalidLookupAttributesException', 'A lookup attribute needs a value.');
  return (record) => attributeValues(record, key).includes(wanted);
}

function attributeValues(record: TrailRecord, key: string): readonly (JsonValue | undefined)[] {
  switch (key) {
    case 'EventId':
      return [record['eventID']];
    case 'EventName':
      return [record['eventName']];
    case 'ReadOnly':
      return [textOf(record['readOnly'] ?? false)];
    case 'Username':
      return [userNameOf(record)];
    case 'EventSource':
      return [record['eventSource']];
    case 'AccessKeyId':
      return [accessKeyIdOf(record)];
    case 'ResourceType':
      return resourcesOf(record).map(({ type }) => type);
    default:
      return resourcesOf(record).map(({ name }) => name);
  }
}

function accessKeyIdOf(record: TrailRecord): JsonValue | undefined {
  const identity = record['userIdentity'];
  return isObject(identity) ? identity['accessKeyId'] : undefined;
}

/** The name that the event history shows: of the user, of the role's session, or `root`. */
function userNameOf(record: TrailRecord): JsonValue | undefined {
  const identity = record['userIdentity'];
  if (!isObject(identity)) return undefined;
  if (identity['type'] === 'Root') return 'root';
  if (identity['type'] === 'AssumedRole') return textOf(identity['principalId'] ?? '').split(':')[1];
  return identity['userName'];
}

const parameterTypes: Readonly<Record<string, string>> = {
  userName: 'AWS::IAM::User',
  accessKeyId: 'AWS::IAM::AccessKey',
  roleName: 'AWS::IAM::Role',
  policyArn: 'AWS::IAM::Policy',
  bucketName: 'AWS::S3::Bucket',
  secretId: 'AWS::SecretsManager::Secret',
  instanceId: 'AWS::EC2::Instance',
};

/** What a record is about: its own `resources`, and the parameters that name one. */
function resourcesOf(record: TrailRecord): readonly { type: string; name: string }[] {
  const listed = Array.isArray(record['resources'])
    ? (record['resources'] as readonly JsonValue[]).filter(isObject)
    : [];
  const parameters = isObject(record['requestParameters']) ? record['requestParameters'] : {};
  const named = Object.entries(parameterTypes).flatMap(([key, type]) => {
    const name = parameters[key];
    return typeof name === 'string' ? [{ type, name }] : [];
  });
  return [
    ...listed.map((resource) => ({ type: textOf(resource['type'] ?? ''), name: textOf(resource['ARN'] ?? '') })),
    ...named,
  ];
}

/** A token holds the place where the next page goes on and a digest of the parameters that it belongs to. */
function tokenFor(input: JsonObject, scope: string, last: Delivery | undefined): string {
  const place = { p: parametersDigest(input, scope), t: last?.eventTimeMs ?? 0, s: last?.seq ?? 0 };
  return Buffer.from(JSON.stringify(place)).toString('base64');
}

function positionOf(input: JsonObject, scope: string): { eventTimeMs: number; seq: number } | null {
  const token = input['NextToken'];
  if (token === undefined || token === null) return null;
  const place = parseJson(Buffer.from(textOf(token), 'base64').toString('utf8'));
  if (!isObject(place) || place['p'] !== parametersDigest(input, scope)) {
    throw new AwsError('InvalidNextTokenException', 'The token does not belong to a request with these parameters.');
  }
  return { eventTimeMs: Number(place['t']), seq: Number(place['s']) };
}

function parametersDigest(input: JsonObject, scope: string): string {
  const parameters = Object.entries(input)
    .filter(([key]) => key !== 'NextToken')
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([scope, parameters]))
    .digest('base64')
    .slice(0, 22);
}

function withoutUndefined(fields: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
