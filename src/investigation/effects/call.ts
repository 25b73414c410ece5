import type { AccountId, Instant } from '../../model/ids.ts';
import type { JsonObject } from '../../model/json.ts';
import type { EcsDocument } from '../../model/trail-event.ts';
import { instantOfMs } from '../../model/instant.ts';
import { objectIn, textAt, valueAt } from '../../cloudtrail/ecs-path.ts';
import { isJsonObject, withheld } from '../../cloudtrail/record-fields.ts';
import { writtenList } from '../../cloudtrail/written-list.ts';
import { plainAction } from '../plain-action.ts';
import type { Effect } from './effect.ts';
import { unrecorded } from './unrecorded.ts';

/** A successful call, as its effects are read from it. */
export interface EffectCall {
  /** `iam`, `ec2`: the event source without its domain. */
  readonly service: string;
  /** Without the API version that some services write after it (`AddPermission20150331v2`). */
  readonly action: string;
  /** The account that the call was made in, to which what it names belongs. */
  readonly accountId: AccountId;
  readonly region: string;
  /** The caller's user name, {@link rootName} for root; absent for roles and services. */
  readonly callerUserName: string | undefined;
  /** The caller is a session of a role. */
  readonly callerIsRole: boolean;
  readonly request: JsonObject;
  readonly response: JsonObject;
  readonly additional: JsonObject;
  readonly ecs: EcsDocument;
}

/** How AWS's credential report names root among the users; no user can be named so. */
export const rootName = '<root_account>';

/** Reads effects from calls of one name, `service/Action`. */
export type EffectReaders = Readonly<Record<string, (call: EffectCall) => readonly Effect[]>>;

const flattened = 'aws.cloudtrail.flattened';

/** What a document says of a call; `undefined` where it names none. */
export function callOf(ecs: EcsDocument): EffectCall | undefined {
  const [provider, action] = [textAt(ecs, 'event.provider'), textAt(ecs, 'event.action')];
  if (provider === undefined || action === undefined) return undefined;
  const type = textAt(ecs, 'aws.cloudtrail.user_identity.type');
  const account = textAt(ecs, 'aws.cloudtrail.recipient_account_id') ?? textAt(ecs, 'cloud.account.id') ?? 'unknown';
  return {
    service: provider.replace(/\.amazonaws\.com$/, ''),
    action: plainAction(action),
    accountId: account as AccountId,
    region: textAt(ecs, 'cloud.region') ?? 'unknown',
    callerUserName: type === 'Root' ? rootName : type === 'IAMUser' ? textAt(ecs, 'user.name') : undefined,
    callerIsRole: type === 'AssumedRole',
    request: objectIn(ecs, `${flattened}.request_parameters`),
    response: objectIn(ecs, `${flattened}.response_elements`),
    additional: objectIn(ecs, `${flattened}.additional_eventdata`),
    ecs,
  };
}

/** A text at a dotted path; also a number or boolean, as text. Absent where it is empty or withheld by AWS. */
export function scalarText(object: JsonObject, path: string): string | undefined {
  const value = valueAt(object, path);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' && value !== '' && value !== withheld ? value : undefined;
}

/** The first text at any of some paths; {@link unrecorded} where there is none. */
export function nameAt(object: JsonObject, ...paths: readonly string[]): string {
  for (const path of paths) {
    const found = scalarText(object, path);
    if (found !== undefined) return found;
  }
  return unrecorded;
}

/** All texts in a list at a path. */
export function textsIn(object: JsonObject, path: string): readonly string[] {
  return writtenList(valueAt(object, path)).flatMap((each) => {
    if (typeof each === 'string') return each === '' ? [] : [each];
    return typeof each === 'number' ? [String(each)] : [];
  });
}

/** All objects in a list at a path. */
export function objects(object: JsonObject, path: string): readonly JsonObject[] {
  return writtenList(valueAt(object, path)).filter(isJsonObject);
}

/** CloudTrail writes flags as booleans and as texts. */
export function isTrue(object: JsonObject, path: string): boolean {
  return scalarText(object, path)?.toLowerCase() === 'true';
}

export function isFalse(object: JsonObject, path: string): boolean {
  return scalarText(object, path)?.toLowerCase() === 'false';
}

/** CloudTrail writes a response's times as `Oct 8, 2024, 4:15:32 PM`, in UTC, or as RFC 3339. */
export function trailInstant(written: string | undefined): Instant | null {
  if (written === undefined) return null;
  const plain = written.replaceAll(/\s+/gu, ' ');
  const time = Date.parse(/[Zz]$|UTC|GMT|[+-]\d\d:?\d\d$/u.test(plain) ? plain : `${plain} UTC`);
  return Number.isNaN(time) ? null : instantOfMs(time);
}

/** The account in an ARN, or an account ID by itself. */
export function accountIn(arnOrId: string): AccountId | null {
  const account = /^\d{12}$/.test(arnOrId) ? arnOrId : (arnOrId.split(':')[4] ?? '');
  return /^\d{12}$/.test(account) ? (account as AccountId) : null;
}
