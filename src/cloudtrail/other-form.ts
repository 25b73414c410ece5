import type { JsonObject, JsonValue } from '../model/json.ts';
import { isJsonObject } from './record-fields.ts';

/** What stands where records are looked for and is known to be something else; each with what to do. */
const forms = {
  ocsf: 'an OCSF export, as of Security Lake: its fields are not those of CloudTrail; read the files of the trail',
  'guardduty-findings': 'GuardDuty findings: they are no CloudTrail records',
  findings: 'findings of Security Hub, Inspector, Macie or Access Analyzer: they are no CloudTrail records',
  digests: 'CloudTrail digests: they vouch for log files and hold no records',
  's3-notices': 'notices that name files in S3: read the files that they name',
  'config-items': 'items of AWS Config: they are no CloudTrail records',
  'query-rows':
    'rows of a query in CloudTrail Lake or Athena: their columns are not whole records; select eventJson, or read the files of the trail',
  'flattened-records':
    'records flattened into columns, as Splunk exports them: parts of them are missing; export the raw events (_raw)',
  'sentinel-rows':
    "rows of Microsoft Sentinel's AWSCloudTrail table: who made a call is spread over columns of its own; read the files of the trail that Sentinel reads",
  udm: 'events in UDM, as Google SecOps (Chronicle) has them: their fields are not those of CloudTrail; export the raw logs, or read the files of the trail',
  'renamed-fields':
    'records whose fields a log service has renamed (evt.name for eventName): read its archive of raw events, or the files of the trail',
  'typed-values':
    "records as MongoDB or DynamoDB keep them, with types around their values ($date, S, M): export them as the trail's JSON",
  'search-fields':
    "fields that Elasticsearch's search gave (fields), or documents in ECS without event.dataset: ask for whole documents (_source)",
  'lake-activity': 'activity of other systems that was put into CloudTrail Lake: it is no call to AWS',
  'cef-lines': 'lines of CEF or LEEF, which have a few fields of each event: read the files of the trail',
  'looked-up-items':
    'items of LookupEvents without CloudTrailEvent, which holds the record: leave CloudTrailEvent in what --query asks for',
  'console-csv':
    "the console's CSV of Event history: it has a few columns of each event; choose Download as JSON, or use aws cloudtrail lookup-events",
  csv: 'a CSV file without a column of records: export whole records as JSON',
  'detection-rules': 'detection rules: name them with --rules',
  'eventbridge-events': 'EventBridge events of other kinds than calls by CloudTrail',
  'control-messages': 'control messages of CloudWatch Logs, by which it tries a subscription: they hold no records',
  yaml: 'YAML, as the AWS CLI prints it with --output yaml: ask it for --output json',
  table: 'a table that the AWS CLI printed: ask it for --output json',
  markup: 'XML or HTML, as of an error or a sign-in page: export the records as JSON',
  text: 'text that is no JSON',
  unknown: 'JSON of a form that is not known: it has no field of a CloudTrail record',
  empty: 'nothing: it is empty',
  parquet: 'a Parquet file: export its records as JSON',
  columnar: 'an Avro or ORC file: export its records as JSON',
  packed: 'packed in a way that is not known here (xz, 7z, lz4, Snappy, RAR): unpack it first',
  binary: 'binary data of an unknown kind',
} as const;

export type OtherFormName = keyof typeof forms;

/** What is no CloudTrail record, by the form that it has. */
export interface OtherForm {
  readonly kind: 'other';
  readonly form: OtherFormName;
}

export function otherForm(form: OtherFormName): OtherForm {
  return { kind: 'other', form };
}

/** What it is and what to do, in half a sentence that stands behind a file's name. */
export function otherFormInWords(form: OtherFormName): string {
  return forms[form];
}

/** Forms without anything of a record in them are not worth a word where records stand beside them. */
export function saysLittle({ form }: OtherForm): boolean {
  return form === 'unknown' || form === 'text';
}

const recordKeys = ['eventName', 'eventTime', 'eventID', 'eventSource', 'eventVersion', 'userIdentity'];

/** Whether an object has what a CloudTrail record has, be it complete or not. */
export function looksLikeRecord(value: JsonObject): boolean {
  return recordKeys.some((key) => Object.hasOwn(value, key));
}

/** The form of an object that is no record and around none, by the fields that only this form has; null where none is known. */
export function otherFormOf(value: JsonObject): OtherFormName | null {
  function has(key: string): boolean {
    return Object.hasOwn(value, key);
  }
  if (has('class_uid') || has('category_uid')) return 'ocsf';
  if (has('digestS3Bucket') || has('digestStartTime')) return 'digests';
  if (isGuardDuty(value)) return 'guardduty-findings';
  const listed = value.Findings ?? value.findings;
  if (Array.isArray(listed) && listed.length > 0 && listed.every((each) => isJsonObject(each) && isGuardDuty(each)))
    return 'guardduty-findings';
  if (has('ProductArn') || has('findingArn') || has('Findings') || has('findings')) return 'findings';
  if (has('s3Bucket') || isJsonObject(value.s3) || value.Event === 's3:TestEvent') return 's3-notices';
  if (has('configurationItem') || has('configurationItems') || has('configSnapshotId')) return 'config-items';
  if (isSentinelRow(value)) return 'sentinel-rows';
  if (isUdm(value.udm ?? value)) return 'udm';
  if (hasRenamedFields(value)) return 'renamed-fields';
  if (hasTypedValues(value)) return 'typed-values';
  if (isSearchAnswer(value)) return 'search-fields';
  const columns = columnsFormOf(value);
  if (columns !== null) return columns;
  if (has('EventId') && has('EventName')) return 'looked-up-items';
  if (has('Event ID') || has('Event name')) return 'console-csv';
  if (has('rule_id') && (has('query') || has('risk_score'))) return 'detection-rules';
  if (has('detail-type'))
    return value['detail-type'] === 'GuardDuty Finding' ? 'guardduty-findings' : 'eventbridge-events';
  return null;
}

/** The form of a record that was laid out in columns, by which its inner objects were lost. */
export function columnsFormOf(value: JsonObject): 'query-rows' | 'flattened-records' | null {
  if (isQueryRow(value)) return 'query-rows';
  return hasFlattenedParts(value) ? 'flattened-records' : null;
}

/** A row of AWSCloudTrail, or what its query answers: columns by name, then rows. */
function isSentinelRow(value: JsonObject): boolean {
  const { columns } = value;
  return (
    Object.hasOwn(value, 'AwsEventId') ||
    (Object.hasOwn(value, 'UserIdentityType') && Object.hasOwn(value, 'EventName')) ||
    value.Type === 'AWSCloudTrail' ||
    (Array.isArray(columns) && columns.some((column) => isJsonObject(column) && column.name === 'AwsEventId'))
  );
}

/** By what Google's data model asks of every event's metadata. */
function isUdm(value: JsonValue): boolean {
  if (!isJsonObject(value) || !isJsonObject(value.metadata)) return false;
  const { metadata } = value;
  return [metadata.vendor_name ?? metadata.vendorName, metadata.product_name ?? metadata.productName].every(
    (name) => typeof name === 'string',
  );
}

/** As Datadog's pipeline for CloudTrail leaves them. */
function hasRenamedFields({ evt }: JsonObject): boolean {
  return isJsonObject(evt) && typeof evt.name === 'string';
}

/** Integrations of CloudTrail Lake put into it what was done elsewhere, in the form of a record and with names of their own. */
export function isOfOtherSystem({ eventCategory }: JsonObject): boolean {
  return eventCategory === 'ActivityAuditLog';
}

/** https://www.mongodb.com/docs/manual/reference/mongodb-extended-json/ and DynamoDB's AttributeValue. */
function hasTypedValues({ eventTime, eventName }: JsonObject): boolean {
  return (
    (isJsonObject(eventTime) && Object.hasOwn(eventTime, '$date')) ||
    (isJsonObject(eventName) && typeof eventName.S === 'string')
  );
}

/** Of a search's answer, fields as lists of values; of ECS, documents that somebody chose fields of. */
function isSearchAnswer(value: JsonObject): boolean {
  const fields = isJsonObject(value.fields) ? value.fields : value;
  const isListed = Array.isArray(fields['event.dataset']) || Array.isArray(fields['event.action']);
  return isListed || (isJsonObject(value.aws) && isJsonObject(value.aws.cloudtrail));
}

function isGuardDuty(value: JsonObject): boolean {
  const service = value.service ?? value.Service;
  return (
    isJsonObject(service) &&
    (value.type ?? value.Type) !== undefined &&
    (value.severity ?? value.Severity) !== undefined
  );
}

/** Their columns are in lower case, or have the structs in them as text (`{type=IAMUser, ...}`). */
function isQueryRow(value: JsonObject): boolean {
  function isStructText(part: JsonValue | undefined): boolean {
    return typeof part === 'string' && /^\{\w+=/.test(part);
  }
  return (
    (['eventname', 'EVENTNAME'].some((key) => Object.hasOwn(value, key)) &&
      ['eventtime', 'EVENTTIME'].some((key) => Object.hasOwn(value, key))) ||
    isStructText(value.userIdentity) ||
    isStructText(value.useridentity)
  );
}

function hasFlattenedParts(value: JsonObject): boolean {
  return Object.keys(value).some(isFlattenedKey);
}

/** Whether a key is of a record whose parts were laid out as columns. */
export function isFlattenedKey(key: string): boolean {
  return /^(?:(?:userIdentity|requestParameters|responseElements)[.{]|(?:data\.)?aws\.eventName$)/.test(key);
}
