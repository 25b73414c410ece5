import type { JsonObject } from '../model/json.ts';
import { compact, meaningfulText, objectAt, scalarAt, snakeKeys, fieldText } from './record-fields.ts';
import { ecsTime } from './record-time.ts';

/** Who made the call, as far as the record says it in ECS's terms. */
export interface CallerFields {
  readonly userName: string | undefined;
  readonly userId: string | undefined;
  readonly userEmail: string | undefined;
  /** The AWS service that acted for itself; then there is no user. */
  readonly serviceName: string | undefined;
  /** Every name of the caller: session, its local part, ID, user or role, and the person on whose behalf it is. */
  readonly names: readonly string[];
}

const serviceRolePath = ':role/aws-service-role/';

/** What of a record tells who the caller is; each text is read when it is asked for, and absent where it says nothing. */
export interface CallerTexts {
  readonly type: string | undefined;
  readonly userName: string | undefined;
  readonly principalId: string | undefined;
  readonly invokedBy: string | undefined;
  /** `userIdentity.sessionContext.sessionIssuer`. */
  readonly issuerArn: string | undefined;
  readonly issuerUserName: string | undefined;
  /** `userIdentity.onBehalfOf.userId`. */
  readonly onBehalfOf: string | undefined;
  /** `additionalEventData.UserName` of a sign-in, before the person is known otherwise. */
  readonly signInName: string | undefined;
}

/** `user.*`, `service.name` and the caller's part of `related.user`. */
export function callerFields(record: JsonObject): CallerFields {
  const identity = objectAt(record, 'userIdentity');
  const caller = callerTexts(record);
  const userName = callerName(caller);
  const userId = callerId(caller);
  const session = sessionName(fieldText(identity, 'arn'));
  const email = [userName, session].find((name) => name?.includes('@') === true);
  const names = [session, localPart(session), userId, userName, caller.onBehalfOf].filter((name) => name !== undefined);
  return {
    userName,
    userId,
    userEmail: email,
    serviceName: actingService(caller),
    names: [...new Set(names)],
  };
}

/** `user.name`; a service that acts for itself has none. */
export function callerName(caller: CallerTexts): string | undefined {
  const { type, userName } = caller;
  if (actsAsService(caller)) return undefined;
  if (type === 'AssumedRole' || type === 'FederatedUser') return caller.issuerUserName ?? userName;
  return namedBySignIn(type) ? (userName ?? caller.signInName) : userName;
}

/** People of Identity Center; AWS writes `Unknown` for them until their sign-in is complete. */
function namedBySignIn(type: string | undefined): boolean {
  return type === 'IdentityCenterUser' || type === 'Unknown';
}

/** `user.id`; a service that acts for itself has none. */
export function callerId(caller: CallerTexts): string | undefined {
  if (actsAsService(caller)) return undefined;
  return caller.principalId ?? (caller.type === 'IdentityCenterUser' ? caller.onBehalfOf : undefined);
}

/** Of a parsed record. @param read tells a text from what says nothing. */
export function callerTexts(record: JsonObject, read = meaningfulText): CallerTexts {
  const identity = objectAt(record, 'userIdentity');
  const issuer = sessionIssuer(identity);
  const isSignIn = record.eventName === 'UserAuthentication';
  return {
    type: read(identity.type),
    userName: read(identity.userName),
    principalId: read(identity.principalId),
    invokedBy: read(identity.invokedBy),
    issuerArn: read(issuer.arn),
    issuerUserName: read(issuer.userName),
    onBehalfOf: read(objectAt(identity, 'onBehalfOf').userId),
    signInName: isSignIn ? read(objectAt(record, 'additionalEventData').UserName) : undefined,
  };
}

/** Never decided by `invokedBy` alone: a service that calls on behalf of a person sets it too. */
function actsAsService(caller: CallerTexts): boolean {
  const { type } = caller;
  return type === 'AWSService' || (type === 'AssumedRole' && caller.issuerArn?.includes(serviceRolePath) === true);
}

/** `service.name`: the AWS service, where one acts for itself. */
export function actingService(caller: CallerTexts): string | undefined {
  if (!actsAsService(caller)) return undefined;
  const { invokedBy } = caller;
  if (invokedBy !== undefined || caller.type === 'AWSService') return invokedBy;
  const arn = caller.issuerArn ?? '';
  const path = arn.slice(arn.indexOf(serviceRolePath) + serviceRolePath.length);
  const service = path.split('/')[0];
  return service === '' ? undefined : service;
}

function sessionIssuer(identity: JsonObject): JsonObject {
  return objectAt(objectAt(identity, 'sessionContext'), 'sessionIssuer');
}

/** The session's own name: what follows the last slash of an STS ARN. */
function sessionName(arn: string | undefined): string | undefined {
  if (arn === undefined || !/^arn:[^:]+:sts:/.test(arn)) return undefined;
  const tail = arn.slice(arn.lastIndexOf('/') + 1);
  return tail === '' || tail === arn ? undefined : tail;
}

function localPart(name: string | undefined): string | undefined {
  const at = name?.indexOf('@') ?? -1;
  return at > 0 ? name?.slice(0, at) : undefined;
}

/** `aws.cloudtrail.user_identity`. */
export function userIdentityFields(record: JsonObject): JsonObject | undefined {
  const identity = objectAt(record, 'userIdentity');
  const onBehalfOf = objectAt(identity, 'onBehalfOf');
  return compact({
    type: fieldText(identity, 'type'),
    arn: fieldText(identity, 'arn'),
    access_key_id: fieldText(identity, 'accessKeyId'),
    invoked_by: fieldText(identity, 'invokedBy'),
    credential_id: fieldText(identity, 'credentialId'),
    identity_provider: fieldText(identity, 'identityProvider'),
    session_context: sessionContextFields(identity),
    on_behalf_of: compact({
      user_id: fieldText(onBehalfOf, 'userId'),
      identity_store_arn: fieldText(onBehalfOf, 'identityStoreArn'),
    }),
    in_scope_of: snakeKeys(objectAt(identity, 'inScopeOf')),
    invoked_by_delegate: compact({ account_id: fieldText(objectAt(identity, 'invokedByDelegate'), 'accountId') }),
  });
}

function sessionContextFields(identity: JsonObject): JsonObject | undefined {
  const context = objectAt(identity, 'sessionContext');
  const attributes = objectAt(context, 'attributes');
  const created = fieldText(attributes, 'creationDate');
  const issuer = sessionIssuer(identity);
  return compact({
    mfa_authenticated: scalarAt(attributes, 'mfaAuthenticated'),
    creation_date: created === undefined ? undefined : ecsTime(created),
    session_issuer: compact({
      type: fieldText(issuer, 'type'),
      principal_id: fieldText(issuer, 'principalId'),
      arn: fieldText(issuer, 'arn'),
      account_id: fieldText(issuer, 'accountId'),
    }),
    source_identity: fieldText(context, 'sourceIdentity'),
    sign_in_session_arn: fieldText(context, 'signInSessionArn') ?? fieldText(identity, 'signInSessionArn'),
    assumed_root: scalarAt(context, 'assumedRoot'),
    ec2_role_delivery: scalarAt(context, 'ec2RoleDelivery'),
    web_id_federation_data: snakeKeys(objectAt(context, 'webIdFederationData')),
  });
}
