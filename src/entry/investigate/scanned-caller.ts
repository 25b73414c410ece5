import { saysNothing } from '../../cloudtrail/java-map-text.ts';
import { pathIndex, type ScannedRecord } from '../../cloudtrail/scan/scanned-record.ts';
import { callerFrom, type EventCaller } from '../../cloudtrail/caller.ts';

const type = pathIndex('userIdentity.type');
const arn = pathIndex('userIdentity.arn');
const identityAccount = pathIndex('userIdentity.accountId');
const recipientAccount = pathIndex('recipientAccountId');
const accessKeyId = pathIndex('userIdentity.accessKeyId');
const principalId = pathIndex('userIdentity.principalId');
const userName = pathIndex('userIdentity.userName');
const issuerArn = pathIndex('userIdentity.sessionContext.sessionIssuer.arn');
const invokedBy = pathIndex('userIdentity.invokedBy');
const sourceAddress = pathIndex('sourceIPAddress');
const fromConsole = pathIndex('sessionCredentialFromConsole');
const onBehalfOf = pathIndex('userIdentity.onBehalfOf');
const userAgent = pathIndex('userAgent');
const request = pathIndex('requestParameters');

/** Whom a scanned record names as its caller, without the document in between; the same as of the document. */
export function scannedCaller(record: ScannedRecord): EventCaller {
  const kind = textOf(record, type);
  const isVouchedFor = kind === 'SAMLUser' || kind === 'WebIdentityUser' || kind === 'Unknown' || kind === undefined;
  return callerFrom({
    type: kind,
    arn: textOf(record, arn),
    accountId: textOf(record, identityAccount) ?? textOf(record, recipientAccount),
    receivedBy: textOf(record, recipientAccount),
    accessKeyId: textOf(record, accessKeyId),
    principalId: textOf(record, principalId),
    userName: textOf(record, userName),
    issuerArn: textOf(record, issuerArn),
    invokedBy: textOf(record, invokedBy),
    address: textOf(record, sourceAddress),
    userAgent: kind === 'Unknown' ? textOf(record, userAgent) : undefined,
    fromConsole: isTrue(record),
    onBehalfOf: record.has(onBehalfOf) ? personOf(record) : undefined,
    vouchedBy: isVouchedFor ? vouchedBy(record) : undefined,
  });
}

/** The service that a record names as its caller, and nobody behind it; `undefined` where it names somebody else, or names it otherwise. */
export function callingService(record: ScannedRecord): string | undefined {
  if (record.commonTexts(type)[0] !== 'AWSService' || record.has(onBehalfOf)) return undefined;
  const [name] = record.commonTexts(invokedBy);
  return name === undefined || saysNothing(name) ? undefined : name;
}

/**
 * The beginning of the ARN of a role's session, `arn:aws:sts::ACCOUNT:assumed-role/ROLE`; `undefined` where the caller is anything
 * else, or a person is named as well.
 */
export function roleOfSession(record: ScannedRecord): string | undefined {
  if (record.has(onBehalfOf) || record.commonTexts(type)[0] !== 'AssumedRole') return undefined;
  return record.commonTextsBefore(arn, 0x2f)[0];
}

/** The address that a scanned record's call came from. */
export function scannedAddress(record: ScannedRecord): string | undefined {
  return textOf(record, sourceAddress);
}

/** True where the record's caller may be a session of an instance's or a task's role: a guess that is never wrongly false. */
export function maybeInstanceSession(record: ScannedRecord): boolean {
  const end = (record.ends[principalId] ?? 0) - 1;
  if (!record.has(principalId)) return false;
  return isInstanceMark(record, end - 20) || isInstanceMark(record, end - 11) || isTaskMark(record, end - 33);
}

/** Whether `:i-` stands there. */
function isInstanceMark({ bytes, starts }: ScannedRecord, at: number): boolean {
  return at > (starts[principalId] ?? 0) && bytes[at] === 0x3a && bytes[at + 1] === 0x69 && bytes[at + 2] === 0x2d;
}

/** Whether `:` and a digit of a number in sixteens stand there. */
function isTaskMark({ bytes, starts }: ScannedRecord, at: number): boolean {
  const digit = bytes[at + 1] ?? 0;
  const isDigit = (digit >= 0x30 && digit <= 0x39) || (digit >= 0x61 && digit <= 0x66);
  return at > (starts[principalId] ?? 0) && bytes[at] === 0x3a && isDigit;
}

export function namesPerson(record: ScannedRecord): boolean {
  return record.has(onBehalfOf);
}

/** Names a person's session, its key and from where it was used, for the first look at whether that was seen before. */
export function sessionText(record: ScannedRecord): string {
  // A console has a new key for every few requests.
  const key = isTrue(record) ? 'console' : (record.text(accessKeyId) ?? '');
  return [principalId, onBehalfOf, sourceAddress]
    .map((index) => record.text(index) ?? '')
    .concat(key)
    .join(' ');
}

function personOf(record: ScannedRecord): { readonly userId: string; readonly directory: string } | undefined {
  const found = record.json(onBehalfOf) as { userId?: unknown; identityStoreArn?: unknown } | null;
  const { userId, identityStoreArn: directory } = found ?? {};
  return typeof userId === 'string' && typeof directory === 'string' ? { userId, directory } : undefined;
}

function vouchedBy(record: ScannedRecord): string | undefined {
  const asked = record.has(request)
    ? (record.json(request) as { principalArn?: unknown; trustAnchorArn?: unknown } | null)
    : null;
  if (typeof asked?.principalArn === 'string') return asked.principalArn;
  if (typeof asked?.trustAnchorArn === 'string') return asked.trustAnchorArn;
  const provider = (record.parse().userIdentity as { identityProvider?: unknown } | undefined)?.identityProvider;
  return typeof provider === 'string' ? provider : undefined;
}

function textOf(record: ScannedRecord, index: number): string | undefined {
  const text = record.text(index);
  return text === undefined || saysNothing(text) ? undefined : text;
}

/** CloudTrail writes it as text. */
function isTrue(record: ScannedRecord): boolean {
  const value = record.has(fromConsole) ? record.json(fromConsole) : undefined;
  return value === true || value === 'true';
}
