import { categoryOf } from '../../cloudtrail/event-categories.ts';
import {
  actingService,
  callerId,
  callerName,
  callerTexts,
  type CallerTexts,
  userIdentityFields,
} from '../../cloudtrail/identity.ts';
import { isIpAddress } from '../../cloudtrail/ip-address.ts';
import { javaMapText, mostJavaTextLength, saysNothing } from '../../cloudtrail/java-map-text.ts';
import { meaningful } from '../../cloudtrail/meaningful.ts';
import {
  addendumFields,
  maxFlattenedText,
  resourcesOf,
  signInAction,
  signInFields,
  signInOutcome,
  tlsText,
} from '../../cloudtrail/normalize.ts';
import { filledText, requestFacts } from '../../cloudtrail/own-fields.ts';
import { compact, isJsonObject } from '../../cloudtrail/record-fields.ts';
import type { RecordPath } from '../../cloudtrail/scan/record-keys.ts';
import { pathIndex } from '../../cloudtrail/scan/scanned-record.ts';
import { userAgentName } from '../../cloudtrail/user-agent-name.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { valuesAtPath } from './document-fields.ts';
import type { FieldValue } from './field-value.ts';
import type { RecordValues } from './record-values.ts';

/** A field's values, read from a record by itself; `undefined` where this record needs its whole document for that. */
export type ScannedField = (values: RecordValues) => readonly FieldValue[] | undefined;

const none: readonly FieldValue[] = [];

/**
 * The way to read an ECS field from a scanned record: the same values that the normalised document has at that path. null
 * where there is none: then the document is made.
 */
export function scannedField(path: string): ScannedField | null {
  const own = ownFields.get(path);
  if (own !== undefined) return own;
  for (const [prefix, section] of sections) {
    if (path.startsWith(prefix)) return section(path.slice(prefix.length));
  }
  return null;
}

function textField(path: RecordPath): ScannedField {
  const index = pathIndex(path);
  return (values) => listOf(values.text(index));
}

/** The same for texts of which there are few. */
function commonTextField(path: RecordPath): ScannedField {
  const index = pathIndex(path);
  return ({ record }) => {
    const texts = record.commonTexts(index);
    return texts.length === 0 || saysNothing(texts[0] ?? '') ? none : texts;
  };
}

function firstTextField(...paths: readonly RecordPath[]): ScannedField {
  const indexes = paths.map(pathIndex);
  return (values) => {
    for (const index of indexes) {
      const text = values.text(index);
      if (text !== undefined) return [text];
    }
    return none;
  };
}

function constantField(text: string): () => readonly FieldValue[] {
  const values = [text];
  return () => values;
}

function listOf(value: FieldValue | undefined): readonly FieldValue[] {
  return value === undefined ? none : [value];
}

const eventName = pathIndex('eventName');
const address = pathIndex('sourceIPAddress');
const agent = pathIndex('userAgent');
const request = pathIndex('requestParameters');
const response = pathIndex('responseElements');
const additional = pathIndex('additionalEventData');
const errorCode = pathIndex('errorCode');
const errorMessage = pathIndex('errorMessage');
const addendum = pathIndex('addendum');
const hostHeader = pathIndex('tlsDetails.clientProvidedHostHeader');
const fromConsole = pathIndex('sessionCredentialFromConsole');

const success = constantField('success');
const failure = constantField('failure');

function outcome(values: RecordValues): readonly FieldValue[] {
  const signIn = isSignIn(values) ? signInOutcome(objectOf(values, response)) : undefined;
  if (signIn !== undefined) return [signIn];
  return saysSomething(values, errorCode) || saysSomething(values, errorMessage) ? failure() : success();
}

function isSignIn({ record }: RecordValues): boolean {
  return record.textLength(eventName) === signInAction.length && record.commonTexts(eventName)[0] === signInAction;
}

function signInField(rest: string): ScannedField {
  return (values) => (isSignIn(values) ? valuesAtPath(signInFields(objectOf(values, additional)) ?? {}, rest) : none);
}

function objectOf(values: RecordValues, path: number): JsonObject {
  const value = meaningful(values.json(path));
  return isJsonObject(value) ? value : {};
}

/** Nearly always it is a text, which need not be parsed. */
function saysSomething(values: RecordValues, path: number): boolean {
  const { record } = values;
  if (!record.has(path)) return false;
  return record.textLength(path) >= 0 ? values.text(path) !== undefined : meaningful(values.json(path)) !== undefined;
}

function sourceIp(values: RecordValues): readonly FieldValue[] {
  const text = values.text(address);
  return text !== undefined && isIpAddress(text) ? [text] : none;
}

function correctedEvent(values: RecordValues): readonly FieldValue[] {
  if (!values.record.has(addendum)) return none;
  const fields = addendumFields({ addendum: objectOf(values, addendum) }) ?? {};
  return valuesAtPath(fields, 'original_event_id');
}

function tlsServerName(values: RecordValues): readonly FieldValue[] {
  return listOf(tlsText(values.text(hostHeader)));
}

function sessionFromConsole(values: RecordValues): readonly FieldValue[] | undefined {
  const value = meaningful(values.json(fromConsole));
  return typeof value === 'object' || value === null ? none : listOf(value);
}

/** Fields that are a text of the record as it stands. */
const plainTexts: ReadonlyMap<string, RecordPath> = new Map([
  ['event.id', 'eventID'],
  ['source.address', 'sourceIPAddress'],
  ['user_agent.original', 'userAgent'],
  ['aws.cloudtrail.error_code', 'errorCode'],
  ['aws.cloudtrail.error_message', 'errorMessage'],
  ['aws.cloudtrail.user_identity.arn', 'userIdentity.arn'],
  ['aws.cloudtrail.user_identity.access_key_id', 'userIdentity.accessKeyId'],
  ['aws.cloudtrail.user_identity.invoked_by', 'userIdentity.invokedBy'],
  ['aws.cloudtrail.user_identity.session_context.session_issuer.arn', 'userIdentity.sessionContext.sessionIssuer.arn'],
]);

/** Texts of a record of which one is the field's value as it stands, if the field has one. */
export interface HoldingTexts {
  readonly texts: readonly number[];
  /** A record that has this may hold the value elsewhere; -1 where there is no such. */
  readonly unless: number;
}

/** `undefined` where it is not that simple. */
export function holdingTexts(path: string): HoldingTexts | undefined {
  const text = plainTexts.get(path);
  if (text !== undefined) return { texts: [pathIndex(text)], unless: -1 };
  return path === 'user.name' ? { texts: [identityName, issuerName], unless: additional } : undefined;
}

/** The value of a record that a field of many keys is made of. */
export function keyedValue(path: string): number | undefined {
  return path === 'aws.cloudtrail.flattened.request_parameters' ? request : undefined;
}

const ownFields: ReadonlyMap<string, ScannedField> = new Map<string, ScannedField>([
  ...Array.from(plainTexts, ([path, text]) => [path, textField(text)] as const),
  ['event.action', commonTextField('eventName')],
  ['event.provider', commonTextField('eventSource')],
  ['event.outcome', outcome],
  ['event.kind', constantField('event')],
  ['event.dataset', constantField('aws.cloudtrail')],
  ['data_stream.dataset', constantField('aws.cloudtrail')],
  ['event.category', ({ record }) => categoryOf(record.commonTexts(eventName)[0] ?? '').category],
  ['event.type', ({ record }) => categoryOf(record.commonTexts(eventName)[0] ?? '').type],
  ['cloud.provider', constantField('aws')],
  ['cloud.region', commonTextField('awsRegion')],
  ['cloud.account.id', firstTextField('userIdentity.accountId', 'recipientAccountId', 'accountId')],
  ['source.ip', sourceIp],
  ['user_agent.name', (values) => listOf(values.text(agent)).map((text) => userAgentName(String(text)).name)],
  ['aws.cloudtrail.recipient_account_id', firstTextField('recipientAccountId', 'accountId')],
  ['aws.cloudtrail.session_credential_from_console', sessionFromConsole],
  ['aws.cloudtrail.user_identity.type', commonTextField('userIdentity.type')],
  ['aws.cloudtrail.request_parameters', parameterText('requestParameters')],
  ['aws.cloudtrail.response_elements', parameterText('responseElements')],
  ['aws.cloudtrail.additional_eventdata', parameterText('additionalEventData')],
  ['aws.cloudtrail.service_event_details', parameterText('serviceEventDetails')],
  ['trailhound.user.name', (values) => listOf(callerName(new ScannedPlainCaller(values)))],
  ['trailhound.user.target.name', (values) => listOf(filledText(rawObject(values, request).userName))],
  ['trailhound.user.changes.name', (values) => listOf(filledText(rawObject(values, request).newUserName))],
  ['aws.cloudtrail.addendum.original_event_id', correctedEvent],
  ['tls.client.server_name', tlsServerName],
  ['related.hosts', tlsServerName],
  ['service.name', (values) => listOf(actingService(new ScannedCaller(values)))],
  ['user.id', (values) => listOf(callerId(new ScannedCaller(values)))],
  ['user.name', (values) => listOf(callerName(new ScannedCaller(values)))],
]);

/** Fields below a prefix, made from the rest of their path. */
const sections: readonly (readonly [prefix: string, field: (rest: string) => ScannedField])[] = [
  ['aws.cloudtrail.flattened.request_parameters.', flattenedField('requestParameters')],
  ['aws.cloudtrail.flattened.response_elements.', flattenedField('responseElements')],
  ['aws.cloudtrail.user_identity.', (rest) => (values) => valuesAtPath(userIdentityFields(caller(values)) ?? {}, rest)],
  ['aws.cloudtrail.console_login.', signInField],
  ['aws.cloudtrail.resources.', (rest) => (values) => resourceValues(values, rest)],
  ['trailhound.policy.', (rest) => (values) => valuesAtPath(factsOf(values), `policy.${rest}`)],
  ['trailhound.environment_withheld', () => (values) => valuesAtPath(factsOf(values), 'environment_withheld')],
  ['trailhound.shared_with', () => (values) => valuesAtPath(factsOf(values), 'shared_with')],
  ['trailhound.opened_to_internet', () => (values) => valuesAtPath(factsOf(values), 'opened_to_internet')],
  // A record itself never has these: they come from enrichment, of whole documents.
  ...['source.as.', 'source.geo.', 'entity.', 'related.entity'].map((prefix) => [prefix, () => () => none] as const),
];

const identity = pathIndex('userIdentity');

const identityType = pathIndex('userIdentity.type');
const identityName = pathIndex('userIdentity.userName');
const principal = pathIndex('userIdentity.principalId');
const invoker = pathIndex('userIdentity.invokedBy');
const issuerArn = pathIndex('userIdentity.sessionContext.sessionIssuer.arn');
const issuerName = pathIndex('userIdentity.sessionContext.sessionIssuer.userName');

/** Who called; parsed is only what people of Identity Center have. */
class ScannedCaller implements CallerTexts {
  protected readonly values: RecordValues;

  constructor(values: RecordValues) {
    this.values = values;
  }

  get type(): string | undefined {
    return this.values.common(identityType);
  }

  get userName(): string | undefined {
    return this.values.text(identityName);
  }

  get principalId(): string | undefined {
    return this.values.text(principal);
  }

  get invokedBy(): string | undefined {
    return this.values.text(invoker);
  }

  get issuerArn(): string | undefined {
    return this.values.text(issuerArn);
  }

  get issuerUserName(): string | undefined {
    return this.values.text(issuerName);
  }

  get onBehalfOf(): string | undefined {
    return callerTexts(caller(this.values)).onBehalfOf;
  }

  get signInName(): string | undefined {
    return callerTexts(caller(this.values)).signInName;
  }
}

/** The same with the names that Elastic takes for "no value". */
class ScannedPlainCaller extends ScannedCaller {
  override get userName(): string | undefined {
    return filledText(this.values.record.text(identityName));
  }

  override get issuerUserName(): string | undefined {
    return filledText(this.values.record.text(issuerName));
  }

  override get signInName(): string | undefined {
    const record = {
      eventName: this.values.text(eventName) ?? '',
      additionalEventData: rawObject(this.values, additional),
    };
    return callerTexts(record, filledText).signInName;
  }
}

const recipient = pathIndex('recipientAccountId');
const aggregated = pathIndex('accountId');
const identityAccount = pathIndex('userIdentity.accountId');

/** What requests come to, by their parsed parameters: several rules ask for several fields of them. */
const knownFacts = new WeakMap<JsonObject, JsonObject>();

function factsOf(values: RecordValues): JsonObject {
  const parameters = rawObject(values, request);
  let facts = knownFacts.get(parameters);
  if (facts === undefined) {
    const account = values.text(recipient) ?? values.text(aggregated) ?? values.text(identityAccount) ?? '';
    facts = compact(requestFacts(parameters, account)) ?? {};
    knownFacts.set(parameters, facts);
  }
  return facts;
}

const noObject: JsonObject = {};

function rawObject(values: RecordValues, path: number): JsonObject {
  const value = values.json(path);
  return isJsonObject(value) ? value : noObject;
}

/** As much of a record as says who called. */
function caller(values: RecordValues): JsonObject {
  const parts = compact({
    eventName: values.text(eventName),
    userIdentity: meaningful(values.json(identity)),
    additionalEventData: meaningful(values.json(additional)),
  });
  return parts ?? {};
}

const resources = pathIndex('resources');

function resourceValues(values: RecordValues, rest: string): readonly FieldValue[] {
  const list = meaningful(values.json(resources));
  if (list === undefined) return none;
  return valuesAtPath({ resources: resourcesOf({ resources: list }) ?? [] }, `resources.${rest}`);
}

function parameterText(path: RecordPath): ScannedField {
  const index = pathIndex(path);
  return (values) => {
    const value = values.json(index);
    return value === undefined ? none : listOf(javaMapText(value));
  };
}

/** A value of fewer bytes cannot have a text of that length: the longest is that of `1e308`, 309 digits for 5 bytes. */
const surelyShortBytes = Math.floor(maxFlattenedText / 100);

/** Its text is too long to be taken apart, as Elastic has it. Nearly none is, and nearly none has to be made to know. */
function isTooLong(value: JsonValue, bytes: number): boolean {
  if (bytes < surelyShortBytes || mostJavaTextLength(value) < maxFlattenedText) return false;
  return (javaMapText(value) ?? '').length >= maxFlattenedText;
}

function flattenedField(path: RecordPath): (rest: string) => ScannedField {
  const index = pathIndex(path);
  return (rest) => {
    // However keys are grouped, the last part of the path stands at a key's end.
    const keyEnd = `${rest.slice(rest.lastIndexOf('.') + 1)}"`;
    return (values) => (values.record.surelyLacksKey(index, keyEnd) ? none : flattenedValues(values, index, rest));
  };
}

function flattenedValues(values: RecordValues, index: number, rest: string): readonly FieldValue[] {
  const value = values.json(index);
  const kept = meaningful(value);
  if (value === undefined || kept === undefined || typeof kept !== 'object') return none;
  const bytes = (values.record.ends[index] ?? 0) - (values.record.starts[index] ?? 0);
  if (isTooLong(value, bytes)) return none;
  return valuesAtPath({ kept }, `kept.${rest}`);
}
