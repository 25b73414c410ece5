import type { Instant } from '../model/ids.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import type { EcsDocument } from '../model/trail-event.ts';
import { categoryOf } from './event-categories.ts';
import { callerFields, callerId, callerName, callerTexts, userIdentityFields } from './identity.ts';
import { isIpAddress } from './ip-address.ts';
import { hashMapOrder, javaMapText, mostJavaTextLength } from './java-map-text.ts';
import { MalformedRecordError } from './malformed-record-error.ts';
import { meaningful } from './meaningful.ts';
import { ownFields, withheldAndWithdrawn } from './own-fields.ts';
import { compact, isJsonObject, meaningfulText, objectAt, scalarAt, fieldText, type Sparse } from './record-fields.ts';
import { ecsTime } from './record-time.ts';
import { userAgentName } from './user-agent-name.ts';

export interface NormalizeOptions {
  /** Becomes `event.ingested`; without it the field is left out, so that the same record gives the same document. */
  readonly ingestedAt?: Instant;
  /** The record's own text, kept as `event.original`; without it the field is left out. */
  readonly original?: string;
}

/** From this length on Elastic leaves the flattened copy out: Lucene takes no longer term. */
export const maxFlattenedText = 32_766;

/**
 * Makes the ECS document of a CloudTrail record, as Elastic's AWS integration (8.9) does, field by field.
 *
 * @throws MalformedRecordError where it is no CloudTrail record: no time, no name, nested too deep.
 */
export function normalizeRecord(raw: JsonObject, options: NormalizeOptions = {}): EcsDocument {
  const record = meaningful(raw);
  if (!isJsonObject(record)) throw new MalformedRecordError('it holds nothing');
  const action = actionOf(record);
  const caller = callerFields(record);
  const origin = sourceFields(record);
  const parameters = parameterFields(raw, record);
  const source = fieldText(record, 'eventSource');
  const request = objectAt(record, 'requestParameters');
  const response = objectAt(record, 'responseElements');
  const document: Record<string, Sparse> = {
    '@timestamp': eventTime(record),
    aws: compact({
      cloudtrail: compact({ ...recordFields(record), ...parameters, console_login: consoleLogin(record, action) }),
    }),
    cloud: compact({
      account: compact({ id: callerAccount(record) }),
      provider: 'aws',
      region: fieldText(record, 'awsRegion'),
      service: compact({ name: source?.replace(/\.amazonaws\.com$/, '') }),
    }),
    data_stream: { dataset: 'aws.cloudtrail' },
    ecs: { version: '8.11.0' },
    event: eventFields(record, action, options),
    group: compact({ id: fieldText(objectAt(response, 'group'), 'groupId'), name: fieldText(request, 'groupName') }),
    related: compact({
      hosts: filled(hostsOf(record)),
      user: filled([...new Set([...caller.names, ...namesIn(request), ...createdUserIds(response)])]),
      ip: origin?.ip === undefined ? undefined : [origin.ip],
    }),
    service: compact({ name: caller.serviceName }),
    source: origin,
    tls: tlsFields(record),
    trailhound: ownFields(raw),
    user: compact({
      id: caller.userId,
      name: caller.userName,
      email: caller.userEmail,
      target: compact({ id: fieldText(objectAt(response, 'user'), 'userId'), name: fieldText(request, 'userName') }),
      changes: compact({ name: fieldText(request, 'newUserName') }),
    }),
    user_agent: userAgentFields(record),
  };
  return compact(document) ?? {};
}

/**
 * The part of {@link normalizeRecord}'s document that tells who called what, from where, on what and how it ended: all that links and
 * evidence are made of, for less than half the cost. What is in it is the same.
 *
 * @throws MalformedRecordError as that does.
 */
export function normalizeCall(raw: JsonObject): EcsDocument {
  const record = meaningful(raw);
  if (!isJsonObject(record)) throw new MalformedRecordError('it holds nothing');
  const action = actionOf(record);
  const caller = callerTexts(record);
  const document: Record<string, Sparse> = {
    '@timestamp': eventTime(record),
    aws: compact({ cloudtrail: compact({ ...recordFields(record), flattened: flattenedFields(raw, record) }) }),
    cloud: compact({
      account: compact({ id: callerAccount(record) }),
      region: fieldText(record, 'awsRegion'),
    }),
    event: compact({
      action,
      id: eventId(record),
      outcome: outcomeOf(record, action),
      provider: fieldText(record, 'eventSource'),
    }),
    source: sourceFields(record),
    trailhound: withheldAndWithdrawn(raw),
    user: compact({ id: callerId(caller), name: callerName(caller) }),
    user_agent: compact({ original: fieldText(record, 'userAgent') }),
  };
  return compact(document) ?? {};
}

function sourceFields(record: JsonObject): JsonObject | undefined {
  const address = fieldText(record, 'sourceIPAddress');
  return compact({ address, ip: address !== undefined && isIpAddress(address) ? address : undefined });
}

/** The users that a request names. */
function namesIn(request: JsonObject): readonly string[] {
  return [fieldText(request, 'userName'), fieldText(request, 'newUserName')].filter((name) => name !== undefined);
}

/** The ID that IAM gave a user whom the call created. */
function createdUserIds(response: JsonObject): readonly string[] {
  const id = fieldText(objectAt(response, 'user'), 'userId');
  return id === undefined ? [] : [id];
}

function hostsOf(record: JsonObject): readonly string[] {
  const host = tlsHost(record);
  return host === undefined ? [] : [host];
}

function eventTime(record: JsonObject): string {
  const text = requiredText(record, 'eventTime');
  const time = ecsTime(text);
  if (time === undefined) throw new MalformedRecordError('eventTime is no time');
  return time;
}

function requiredText(record: JsonObject, key: string): string {
  const text = fieldText(record, key);
  if (text === undefined) throw new MalformedRecordError(`${key} is missing or no text`);
  return text;
}

/**
 * Aggregated records spell it `eventId`; the oldest have none.
 *
 * @throws MalformedRecordError where it is something else than a text.
 */
function eventId(record: JsonObject): string | undefined {
  const id = record.eventID ?? record.eventId;
  if (id !== undefined && typeof id !== 'string') throw new MalformedRecordError('eventID is no text');
  return id;
}

/** Insight events say what was done within their details. */
function actionOf(record: JsonObject): string | undefined {
  return record.insightDetails === undefined ? requiredText(record, 'eventName') : fieldText(record, 'eventName');
}

/** The caller's account; the receiving one where the record does not say who called. */
function callerAccount(record: JsonObject): string | undefined {
  return fieldText(objectAt(record, 'userIdentity'), 'accountId') ?? recipientAccount(record);
}

function recipientAccount(record: JsonObject): string | undefined {
  return fieldText(record, 'recipientAccountId') ?? fieldText(record, 'accountId');
}

function eventFields(
  record: JsonObject,
  action: string | undefined,
  options: NormalizeOptions,
): JsonObject | undefined {
  const { category, type } = categoryOf(action ?? '');
  return compact({
    action,
    category: filled(category),
    created: options.ingestedAt,
    dataset: 'aws.cloudtrail',
    id: eventId(record),
    ingested: options.ingestedAt,
    kind: 'event',
    original: options.original,
    outcome: outcomeOf(record, action),
    provider: fieldText(record, 'eventSource'),
    type,
  });
}

function outcomeOf(record: JsonObject, action: string | undefined): string {
  const login = action === signInAction ? signInOutcome(objectAt(record, 'responseElements')) : undefined;
  if (login !== undefined) return login;
  return record.errorCode === undefined && record.errorMessage === undefined ? 'success' : 'failure';
}

/** What became of a sign-in stands in its response. */
export const signInAction = 'ConsoleLogin';

/** `event.outcome` of a sign-in, where its response says so. */
export function signInOutcome(response: JsonObject): string | undefined {
  return fieldText(response, 'ConsoleLogin')?.toLowerCase();
}

/** What goes over with another name only. */
function recordFields(record: JsonObject): Record<string, Sparse> {
  return {
    event_version: fieldText(record, 'eventVersion'),
    event_type: fieldText(record, 'eventType'),
    event_category: fieldText(record, 'eventCategory'),
    api_version: scalarAt(record, 'apiVersion'),
    management_event: scalarAt(record, 'managementEvent'),
    read_only: scalarAt(record, 'readOnly'),
    recipient_account_id: recipientAccount(record),
    request_id: fieldText(record, 'requestID'),
    shared_event_id: fieldText(record, 'sharedEventID') ?? fieldText(record, 'sharedEventId'),
    vpc_endpoint_id: fieldText(record, 'vpcEndpointId'),
    vpc_endpoint_account_id: fieldText(record, 'vpcEndpointAccountId'),
    error_code: fieldText(record, 'errorCode'),
    error_message: fieldText(record, 'errorMessage'),
    session_credential_from_console: scalarAt(record, 'sessionCredentialFromConsole'),
    edge_device_details: record.edgeDeviceDetails,
    resources: resourcesOf(record),
    addendum: addendumFields(record),
    user_identity: userIdentityFields(record),
  };
}

/** `aws.cloudtrail.addendum`: why a record was delivered again, and what it corrects. */
export function addendumFields(record: JsonObject): JsonObject | undefined {
  const addendum = objectAt(record, 'addendum');
  return compact({
    reason: fieldText(addendum, 'reason'),
    updated_fields: addendum.updatedFields,
    original_request_id: fieldText(addendum, 'originalRequestID') ?? fieldText(addendum, 'originalRequestId'),
    original_event_id: fieldText(addendum, 'originalEventID') ?? fieldText(addendum, 'originalEventId'),
  });
}

/** `aws.cloudtrail.resources`, without repeats of the same ARN, account and type; also of one that is not in a list. */
export function resourcesOf(record: JsonObject): readonly JsonObject[] | undefined {
  const listed = isJsonObject(record.resources) ? [record.resources] : record.resources;
  if (!Array.isArray(listed)) return undefined;
  const unique = new Map<string, JsonObject>();
  for (const resource of listed as readonly JsonValue[]) {
    if (!isJsonObject(resource)) continue;
    const { ARN, accountId, ...others } = resource;
    const fields = compact({ ...others, arn: ARN ?? others.arn, account_id: accountId ?? others.account_id });
    if (fields !== undefined) unique.set(resourceKey(fields), fields);
  }
  if (unique.size === 0) return undefined;
  return hashMapOrder([...unique.keys()])
    .map((key) => unique.get(key))
    .filter((resource) => resource !== undefined);
}

function resourceKey({ arn, account_id: accountId, type }: JsonObject): string {
  return [arn, accountId, type].map((part) => (part === undefined ? '' : (javaMapText(part) ?? ''))).join('_');
}

const parameterNames = [
  ['request_parameters', 'requestParameters'],
  ['response_elements', 'responseElements'],
  ['additional_eventdata', 'additionalEventData'],
  ['service_event_details', 'serviceEventDetails'],
] as const;

/** Each as text in Java's form, and as a flattened copy whose leaves are keywords. */
function parameterFields(raw: JsonObject, record: JsonObject): Record<string, Sparse> {
  const texts: Record<string, Sparse> = {};
  const flattened: Record<string, Sparse> = { insight_details: record.insightDetails };
  for (const [field, key] of parameterNames) {
    const value = record[key];
    const original = raw[key];
    if (value === undefined || original === undefined) continue;
    // The order of keys depends on how many there were before empty ones were dropped, so the text is made of the original.
    const text = javaMapText(original);
    texts[field] = text;
    if (text !== undefined && text.length < maxFlattenedText) flattened[field] = value;
  }
  return { ...texts, flattened: compact(flattened) };
}

/** The flattened copies alone: their texts are made only where their lengths decide. */
function flattenedFields(raw: JsonObject, record: JsonObject): JsonObject | undefined {
  const flattened: Record<string, Sparse> = { insight_details: record.insightDetails };
  for (const [field, key] of parameterNames) {
    const original = raw[key];
    if (original !== undefined && isFlattened(original)) flattened[field] = record[key];
  }
  return compact(flattened);
}

function isFlattened(value: JsonValue): boolean {
  if (mostJavaTextLength(value) < maxFlattenedText) return true;
  const text = javaMapText(value);
  return text !== undefined && text.length < maxFlattenedText;
}

function consoleLogin(record: JsonObject, action: string | undefined): JsonObject | undefined {
  return action === signInAction ? signInFields(objectAt(record, 'additionalEventData')) : undefined;
}

/** `aws.cloudtrail.console_login` of a sign-in, from its additional data. */
export function signInFields(data: JsonObject): JsonObject | undefined {
  function unlessNo(value: Sparse): boolean | undefined {
    return value === undefined ? undefined : value !== 'No';
  }
  const fields = compact({
    mobile_version: unlessNo(data.MobileVersion),
    login_to: data.LoginTo,
    mfa_used: unlessNo(data.MFAUsed),
  });
  return compact({ additional_eventdata: fields });
}

/** `TLSv1.3` is protocol `tls`, version `1.3`; `tls.curve` is the group of the key exchange, such as `X25519MLKEM768`. */
function tlsFields(record: JsonObject): JsonObject | undefined {
  const details = objectAt(record, 'tlsDetails');
  const [, protocol, version] = /^(.*?)v(.*)$/.exec(tlsText(details.tlsVersion) ?? '') ?? [];
  return compact({
    cipher: tlsText(details.cipherSuite),
    client: compact({ server_name: tlsHost(record) }),
    curve: tlsText(details.keyExchange),
    version,
    version_protocol: protocol?.toLowerCase(),
  });
}

function tlsHost(record: JsonObject): string | undefined {
  return tlsText(objectAt(record, 'tlsDetails').clientProvidedHostHeader);
}

/** A value of `tlsDetails`; services write more words for "no value" there than elsewhere. */
export function tlsText(value: JsonValue | undefined): string | undefined {
  const text = meaningfulText(value);
  return text === undefined || /^(?:n\/?a|null|none|unknown|undefined)$/iu.test(text) ? undefined : text;
}

function userAgentFields(record: JsonObject): JsonObject | undefined {
  const original = fieldText(record, 'userAgent');
  if (original === undefined) return undefined;
  const { name, version } = userAgentName(original);
  return compact({ original, name, version });
}

function filled(list: readonly string[]): readonly string[] | undefined {
  return list.length === 0 ? undefined : list;
}
