import { sha256Hex } from '../digest/canonical-digest.ts';
import type { Actor } from '../model/actor.ts';
import type { AccountId } from '../model/ids.ts';
import type { JsonObject } from '../model/json.ts';
import type { EcsDocument } from '../model/trail-event.ts';
import { objectIn, textAt } from './ecs-path.ts';
import { anonymousPrincipal } from './identities.ts';
import { withheld } from './record-fields.ts';
import { plainText, safe, type SafeText } from '../model/safe-text.ts';
import { seenAs } from './untold-caller.ts';

/** A document, and in it the caller's part, which every question here is about. */
interface Called {
  readonly ecs: EcsDocument;
  /** `aws.cloudtrail.user_identity`. */
  readonly identity: JsonObject;
  /** Its `session_context.session_issuer`. */
  readonly issuer: JsonObject;
}

/** Longer keys are cut short by a hash, so that an index and a search attribute can carry them. */
const actorKeyLimit = 200;

/**
 * Who is behind the credential that signed a request, as far as this one record proves it.
 *
 * Identity types are those of CloudTrail's `userIdentity` element. A temporary key of an IAM user (GetSessionToken,
 * console, GetFederationToken) is that user; an Identity Center session is the person where the record names one
 * (`onBehalfOf`); what names nobody is an unresolved key.
 */
export function actorOf(ecs: EcsDocument): Actor {
  const identity = objectIn(ecs, 'aws.cloudtrail.user_identity');
  const called = { ecs, identity, issuer: objectIn(identity, 'session_context.session_issuer') };
  if (isService(called)) return { kind: 'service', name: serviceName(called) };
  return personOf(called) ?? byIdentityType(called);
}

function byIdentityType(called: Called): Actor {
  const { ecs, identity } = called;
  const accountId = accountOf(ecs);
  switch (textAt(identity, 'type')) {
    case 'Root':
      return { kind: 'root', accountId };
    case 'IAMUser':
      return userOf(called, accountId) ?? unnamed(called, accountId);
    case 'FederatedUser':
      return federatedUserOf(called, accountId);
    case 'AssumedRole':
    case 'Role':
      return roleSessionOf(called, accountId) ?? unnamed(called, accountId);
    case 'Unknown':
      return accountId === recipientOf(ecs)
        ? unnamed(called, accountId)
        : (outsiderOf(called, accountId) ?? unnamed(called, accountId));
    default:
      // AWSAccount, Directory, WebIdentityUser, SAMLUser, and types that AWS adds.
      return outsiderOf(called, accountId) ?? unnamed(called, accountId);
  }
}

/** A stable text for an actor, by unique ID where known; parts are percent-encoded, so that no name can pass for another. */
export function actorKey(actor: Actor): string {
  const key = [actor.kind, ...keyParts(actor)].map(encodePart).join('/');
  return key.length <= actorKeyLimit ? key : `${actor.kind}/sha256/${sha256Hex(key)}`;
}

function keyParts(actor: Actor): readonly string[] {
  switch (actor.kind) {
    case 'person':
      return [actor.directory, actor.userId];
    case 'user':
      return [actor.accountId, actor.userId ?? `name:${actor.name}`];
    case 'root':
      return [actor.accountId];
    case 'role-session':
      return [actor.accountId, actor.roleId ?? `name:${actor.roleName}`, actor.sessionName];
    case 'external':
      return [actor.accountId, actor.principal];
    case 'service':
      return [actor.name];
    default:
      return [actor.accountId, actor.accessKeyId, ...(actor.seenAs === undefined ? [] : [actor.seenAs])];
  }
}

/** An actor in words for people; names come from log authors, so they are stripped of control characters and bounded. */
export function describeActor(actor: Actor): SafeText {
  switch (actor.kind) {
    case 'person':
      return safe`person ${plainText(actor.name ?? actor.userId)} (Identity Center)`;
    case 'user':
      return safe`IAM user ${plainText(actor.name)} in ${plainText(actor.accountId)}`;
    case 'root':
      return safe`root of ${plainText(actor.accountId)}`;
    case 'role-session':
      return safe`session ${plainText(actor.sessionName)} of role ${plainText(actor.roleName)} in ${plainText(actor.accountId)}`;
    case 'external':
      if (actor.principal === anonymousPrincipal) return safe`anonymous callers of ${plainText(actor.accountId)}`;
      // A unique ID is how any other account's record names a caller, a watched one's too.
      if (/^A(?:IDA|ROA)/u.test(actor.principal))
        return safe`principal ${plainText(actor.principal)} of account ${plainText(actor.accountId)}`;
      return safe`outside principal ${plainText(actor.principal)} in ${plainText(actor.accountId)}`;
    case 'service':
      return safe`AWS service ${plainText(actor.name)}`;
    default:
      if (actor.accessKeyId === '') {
        const seen = actor.seenAs === undefined ? safe`` : safe` (${plainText(actor.seenAs)})`;
        return safe`unknown identity in ${plainText(actor.accountId)}${seen}`;
      }
      return safe`unresolved access key ${plainText(actor.accessKeyId)} in ${plainText(actor.accountId)}`;
  }
}

/** The account whose access an actor uses; `undefined` for people and services, who belong to none. */
export function actorAccount(actor: Actor): AccountId | undefined {
  return 'accountId' in actor ? actor.accountId : undefined;
}

/** The caller's account, as the mapping to ECS has it; the account that received the record where that is unknown or nobody's. */
function accountOf(ecs: EcsDocument): AccountId {
  const id = isAnonymous(ecs) ? undefined : textAt(ecs, 'cloud.account.id');
  return (id ?? recipientOf(ecs) ?? 'unknown') as AccountId;
}

function recipientOf(ecs: EcsDocument): string | undefined {
  return textAt(ecs, 'aws.cloudtrail.recipient_account_id');
}

function isAnonymous(ecs: EcsDocument): boolean {
  return textAt(ecs, 'cloud.account.id') === anonymousPrincipal;
}

function isService({ identity, issuer }: Called): boolean {
  const type = textAt(identity, 'type');
  const viaLinkedRole = textAt(issuer, 'arn')?.includes(':role/aws-service-role/') ?? false;
  return type === 'AWSService' || (type === 'AssumedRole' && viaLinkedRole);
}

function serviceName({ ecs, identity, issuer }: Called): string {
  const linked = /:role\/aws-service-role\/([^/]+)\//u.exec(textAt(issuer, 'arn') ?? '')?.[1];
  return textAt(identity, 'invoked_by') ?? linked ?? textAt(ecs, 'source.address') ?? 'unknown';
}

/** Identity Center names the person on most, not all, events of a session. */
function personOf(called: Called): Actor | undefined {
  const { ecs, identity } = called;
  const userId = textAt(identity, 'on_behalf_of.user_id');
  const directory = textAt(identity, 'on_behalf_of.identity_store_arn');
  if (userId === undefined || directory === undefined) return undefined;
  const type = textAt(identity, 'type');
  const name = type === 'AssumedRole' ? sessionNameOf(called) : textAt(ecs, 'user.name');
  return { kind: 'person', directory, userId, ...(name === undefined ? {} : { name }) };
}

function userOf({ ecs, identity }: Called, accountId: AccountId): Actor | undefined {
  const given = textAt(ecs, 'user.name');
  const name = given === withheld ? undefined : (given ?? lastPart(textAt(identity, 'arn')));
  const userId = uniqueId(textAt(ecs, 'user.id'), 'AIDA');
  if (name === undefined) return undefined;
  return { kind: 'user', accountId, name, ...(userId === undefined ? {} : { userId }) };
}

/** GetFederationToken's sessions: the record names the user, or root, whose key made them. */
function federatedUserOf(called: Called, accountId: AccountId): Actor {
  const { issuer } = called;
  const issuerType = textAt(issuer, 'type');
  if (issuerType === 'Root') return { kind: 'root', accountId };
  const name = lastPart(textAt(issuer, 'arn'));
  const userId = uniqueId(textAt(issuer, 'principal_id'), 'AIDA');
  if (issuerType === 'IAMUser' && name !== undefined) {
    return { kind: 'user', accountId, name, ...(userId === undefined ? {} : { userId }) };
  }
  return outsiderOf(called, accountId) ?? unnamed(called, accountId);
}

function roleSessionOf(called: Called, accountId: AccountId): Actor | undefined {
  const { ecs, issuer } = called;
  const roleName = lastPart(textAt(issuer, 'arn')) ?? roleInSessionArn(called) ?? textAt(ecs, 'user.name');
  const sessionName = sessionNameOf(called);
  if (roleName === undefined || sessionName === undefined) return undefined;
  const roleId = textAt(issuer, 'principal_id') ?? textAt(ecs, 'user.id')?.split(':')[0];
  return { kind: 'role-session', accountId, roleName, sessionName, ...(roleId === undefined ? {} : { roleId }) };
}

/** The tail of `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`, else of the principal ID `AROA...:SESSION`. */
function sessionNameOf({ ecs, identity }: Called): string | undefined {
  const fromArn = /:assumed-role\/[^/]+\/(.+)$/u.exec(textAt(identity, 'arn') ?? '')?.[1];
  const principal = textAt(ecs, 'user.id') ?? '';
  const fromId = principal.includes(':') ? principal.slice(principal.indexOf(':') + 1) : '';
  return fromArn ?? (fromId === '' ? undefined : fromId);
}

function roleInSessionArn({ identity }: Called): string | undefined {
  return /:assumed-role\/([^/]+)\//u.exec(textAt(identity, 'arn') ?? '')?.[1];
}

function outsiderOf({ ecs, identity }: Called, accountId: AccountId): Actor | undefined {
  if (isAnonymous(ecs)) return { kind: 'external', accountId, principal: anonymousPrincipal };
  const type = textAt(identity, 'type');
  const principal = textAt(ecs, 'user.id') ?? textAt(identity, 'arn') ?? textAt(ecs, 'user.name');
  if (principal !== undefined) return { kind: 'external', accountId, principal };
  if (type === 'AWSAccount') return { kind: 'external', accountId, principal: `account ${accountId}` };
  return undefined;
}

function unnamed({ ecs, identity }: Called, accountId: AccountId): Actor {
  const accessKeyId = textAt(identity, 'access_key_id');
  if (accessKeyId !== undefined) return { kind: 'unresolved-key', accountId, accessKeyId };
  // Whoever tries passwords from many places is one caller whose name AWS hides.
  if (textAt(identity, 'type') !== 'Unknown') return { kind: 'unresolved-key', accountId, accessKeyId: '' };
  const seen = seenAs({
    accountId,
    principalId: textAt(ecs, 'user.id'),
    userName: textAt(ecs, 'user.name'),
    address: textAt(ecs, 'source.address') ?? textAt(ecs, 'source.ip'),
    userAgent: textAt(ecs, 'user_agent.original'),
  });
  return { kind: 'unresolved-key', accountId, accessKeyId: '', ...(seen === '' ? {} : { seenAs: seen }) };
}

function lastPart(arn: string | undefined): string | undefined {
  const part = arn?.split('/').at(-1);
  return part === undefined || part === '' || part === arn ? undefined : part;
}

/** IAM's unique IDs say by their prefix what they name. */
function uniqueId(id: string | undefined, prefix: string): string | undefined {
  return id?.startsWith(prefix) === true && !id.includes(':') ? id : undefined;
}

function encodePart(part: string): string {
  return encodeURIComponent(part.toWellFormed()).replaceAll('%3A', ':').replaceAll('%40', '@');
}
