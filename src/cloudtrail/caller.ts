import type { Identity, IdentityId } from '../model/identity.ts';
import type { AccountId } from '../model/ids.ts';
import type { EcsDocument } from '../model/trail-event.ts';
import { objectIn, textAt, valueAt } from './ecs-path.ts';
import {
  accessKey,
  account,
  anonymous,
  anonymousPrincipal,
  consoleSession,
  lastPart,
  person,
  provider,
  role,
  root,
  service,
  session,
  sessionNamed,
  untold,
  user,
} from './identities.ts';
import { seenAs } from './untold-caller.ts';

/** Who made a call, and with what. */
export interface EventCaller {
  /** What signed the request, as close as the record names it: a session, user, root, person, service or outside principal. */
  readonly identity: Identity;
  /** The person whose session it is, where the record says so. */
  readonly person: Identity | null;
  /** The access key or the console session that the call was made with. */
  readonly credential: Identity | null;
  /** What a record of another account calls the same caller; null where that is not known. */
  readonly alias: IdentityId | null;
}

/** What a record says about its caller. */
export interface EventCallerFields {
  readonly type?: string | undefined;
  readonly arn?: string | undefined;
  /** The caller's account; the one that received the record where that is unknown. */
  readonly accountId?: string | undefined;
  /** The account that received the record. */
  readonly receivedBy?: string | undefined;
  readonly accessKeyId?: string | undefined;
  /** `AIDA...`, or `AROA...:SESSION`. */
  readonly principalId?: string | undefined;
  readonly userName?: string | undefined;
  readonly issuerArn?: string | undefined;
  readonly invokedBy?: string | undefined;
  readonly address?: string | undefined;
  readonly userAgent?: string | undefined;
  readonly fromConsole: boolean;
  readonly onBehalfOf?: { readonly userId: string; readonly directory: string } | undefined;
  /** The SAML or web identity provider, or the trust anchor of Roles Anywhere, that vouches for the caller. */
  readonly vouchedBy?: string | undefined;
}

/** Whom an event names as its caller. */
export function callerOf(ecs: EcsDocument): EventCaller {
  // Each path from the part that it is in: this is asked of every call of a case.
  const identity = objectIn(ecs, 'aws.cloudtrail.user_identity');
  const receivedBy = textAt(ecs, 'aws.cloudtrail.recipient_account_id');
  const userId = textAt(identity, 'on_behalf_of.user_id');
  const directory = textAt(identity, 'on_behalf_of.identity_store_arn');
  const fromConsole = valueAt(ecs, 'aws.cloudtrail.session_credential_from_console');
  const request = objectIn(ecs, 'aws.cloudtrail.flattened.request_parameters');
  return callerFrom({
    type: textAt(identity, 'type'),
    arn: textAt(identity, 'arn'),
    accountId: textAt(ecs, 'cloud.account.id') ?? receivedBy,
    receivedBy,
    accessKeyId: textAt(identity, 'access_key_id'),
    principalId: textAt(ecs, 'user.id'),
    userName: textAt(ecs, 'user.name'),
    issuerArn: textAt(identity, 'session_context.session_issuer.arn'),
    invokedBy: textAt(identity, 'invoked_by'),
    address: textAt(ecs, 'source.address') ?? textAt(ecs, 'source.ip'),
    userAgent: textAt(ecs, 'user_agent.original'),
    fromConsole: fromConsole === true || fromConsole === 'true',
    onBehalfOf: userId === undefined || directory === undefined ? undefined : { userId, directory },
    vouchedBy:
      textAt(request, 'principalArn') ?? textAt(request, 'trustAnchorArn') ?? textAt(identity, 'identity_provider'),
  });
}

/** Whom a record with these fields names as its caller. */
export function callerFrom(fields: EventCallerFields): EventCaller {
  const accountId = (fields.accountId ?? 'unknown') as AccountId;
  const behind = personBehind(fields);
  const identity = isService(fields)
    ? service(accountId, serviceName(fields))
    : identityFrom(fields, accountId, behind);
  const person = behind === undefined || behind.id === identity.id ? null : behind;
  return { identity, person, credential: credentialOf(fields, identity, accountId), alias: aliasOf(fields, identity) };
}

/** The account that received the record. */
export function recipientAccount(ecs: EcsDocument): AccountId {
  const id = textAt(ecs, 'aws.cloudtrail.recipient_account_id') ?? textAt(ecs, 'cloud.account.id') ?? 'unknown';
  return id as AccountId;
}

/** Other accounts' records name a caller by unique ID. */
function aliasOf(fields: EventCallerFields, { accountId, id, kind }: Identity): IdentityId | null {
  const { principalId = '' } = fields;
  if (accountId === null || (kind !== 'user' && kind !== 'session')) return null;
  if (!principalId.startsWith('AIDA') && !principalId.startsWith('AROA')) return null;
  const unnamed = outsider({ ...fields, issuerArn: undefined }, accountId).id;
  return unnamed === id ? null : unnamed;
}

function credentialOf(
  { fromConsole, accessKeyId }: EventCallerFields,
  caller: Identity,
  accountId: AccountId,
): Identity | null {
  if (fromConsole) return consoleSession(caller);
  return accessKeyId === undefined ? null : accessKey(accessKeyId, accountId);
}

function identityFrom(fields: EventCallerFields, accountId: AccountId, behind: Identity | undefined): Identity {
  const { type, arn = '', userName, principalId, vouchedBy = 'unknown' } = fields;
  switch (type) {
    case 'Root':
      return root(accountId);
    case 'IAMUser':
      return user(accountId, userName ?? lastPart(arn));
    case 'AssumedRole':
    case 'FederatedUser':
      return sessionNamed(arn) ?? sessionById(fields, accountId);
    case 'Role':
      return role(accountId, lastPart(arn));
    case 'SAMLUser':
    case 'WebIdentityUser':
      return person(vouchedBy, userName ?? principalId ?? 'unknown');
    case 'IdentityCenterUser':
      return behind ?? person('identity-center', principalId ?? userName ?? 'unknown');
    default:
      // Whoever comes by a certificate has no other name yet (CreateSession of Roles Anywhere).
      return vouchedBy.includes(':trust-anchor/') ? provider(vouchedBy) : outsider(fields, accountId);
  }
}

/** Another account's record names the caller by unique ID: `AIDA...` or `AROA...:session`. */
function outsider(fields: EventCallerFields, accountId: AccountId): Identity {
  if (accountId === anonymousPrincipal) return anonymous();
  const { principalId = '' } = fields;
  if (principalId.startsWith('AIDA')) return user(accountId, principalId);
  if (principalId.startsWith('AROA')) return sessionById(fields, accountId);
  const seen = isUntold(fields) ? seenAs(fields) : '';
  return seen === '' ? account(accountId) : untold(accountId, seen);
}

/** Nobody of the own account whom the record names: an account is all that is known of an outsider, and who it is at home says nothing. */
function isUntold({ type, accountId, receivedBy, accessKeyId }: EventCallerFields): boolean {
  return type === 'Unknown' && accountId === receivedBy && accessKeyId === undefined;
}

function sessionById({ principalId = '', issuerArn = '' }: EventCallerFields, accountId: AccountId): Identity {
  const [roleId = 'unknown', ...rest] = principalId.split(':');
  const roleName = lastPart(issuerArn);
  return session(accountId, roleName === '' ? roleId : roleName, rest.join(':'));
}

/** Identity Center names the person on most, not all, events of a session. */
function personBehind({ onBehalfOf, arn = '', userName }: EventCallerFields): Identity | undefined {
  if (onBehalfOf === undefined) return undefined;
  const sessionName = sessionNamed(arn)?.name;
  const name = sessionName === undefined ? userName : lastPart(sessionName);
  return person(onBehalfOf.directory, onBehalfOf.userId, name);
}

function isService({ type, issuerArn }: EventCallerFields): boolean {
  return type === 'AWSService' || (type === 'AssumedRole' && linkedService(issuerArn) !== undefined);
}

function serviceName({ invokedBy, issuerArn, address = 'unknown' }: EventCallerFields): string {
  return invokedBy ?? linkedService(issuerArn) ?? address;
}

/** The service that a service-linked role belongs to. */
function linkedService(issuerArn = ''): string | undefined {
  return /:role\/aws-service-role\/([^/]+)\//u.exec(issuerArn)?.[1];
}
