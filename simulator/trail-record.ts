import { callerAccessKeyId, callerArn, callerUserId } from './caller.ts';
import type { Caller } from './caller.ts';
import type { TrailRecord } from './cloudtrail-log.ts';
import type { JsonObject, JsonValue } from './json.ts';
import type { ServiceName } from './operation.ts';
import { newUuid } from './random.ts';

/** What one call left behind, as far as the trail tells it. */
export interface CallFacts {
  readonly service: ServiceName;
  readonly operation: string;
  readonly readOnly: boolean;
  readonly caller: Caller;
  readonly region: string;
  readonly nowMs: number;
  readonly requestId: string;
  readonly sourceIp: string;
  readonly userAgent: string;
  readonly requestParameters: JsonObject | null;
  readonly responseElements: JsonObject | null;
  readonly resources: readonly JsonObject[];
  readonly error: { readonly code: string; readonly message: string } | null;
}

/** Services whose endpoint names no region. */
const globalHosts: Readonly<Partial<Record<ServiceName, string>>> = {
  iam: 'iam.amazonaws.com',
  s3: 's3.amazonaws.com',
};

/** Writes the record of a call as CloudTrail does (event version 1.10, management event). */
export function trailRecord(facts: CallFacts, recipientAccountId: string, sharedEventId: string | null): TrailRecord {
  return {
    eventVersion: '1.10',
    userIdentity: userIdentity(facts.caller),
    eventTime: seconds(facts.nowMs),
    eventSource: `${facts.service}.amazonaws.com`,
    eventName: facts.operation,
    awsRegion: facts.region,
    sourceIPAddress: facts.sourceIp,
    userAgent: facts.userAgent,
    ...(facts.error ? { errorCode: facts.error.code, errorMessage: facts.error.message } : {}),
    requestParameters: facts.requestParameters,
    responseElements: facts.responseElements,
    requestID: facts.requestId,
    eventID: newUuid(),
    readOnly: facts.readOnly,
    ...(facts.resources.length > 0 ? { resources: facts.resources } : {}),
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId,
    ...(sharedEventId === null ? {} : { sharedEventID: sharedEventId }),
    eventCategory: 'Management',
    tlsDetails: {
      tlsVersion: 'TLSv1.3',
      cipherSuite: 'TLS_AES_128_GCM_SHA256',
      clientProvidedHostHeader: globalHosts[facts.service] ?? `${facts.service}.${facts.region}.amazonaws.com`,
    },
  };
}

/** CloudTrail's userIdentity element of a caller. */
function userIdentity(caller: Caller): JsonObject {
  const identity = {
    principalId: callerUserId(caller),
    arn: callerArn(caller),
    accountId: caller.account.id,
    accessKeyId: callerAccessKeyId(caller),
  };
  if (caller.kind === 'user') return { type: 'IAMUser', ...identity, userName: caller.user.name };
  const attributes: Readonly<Record<string, JsonValue>> = {
    creationDate: seconds(caller.session.issuedAt),
    mfaAuthenticated: String(caller.session.mfa),
  };
  if (caller.kind === 'user-session' && caller.federated !== null) {
    const { user, account } = caller;
    const sessionIssuer = {
      type: 'IAMUser',
      principalId: user.id,
      arn: user.arn,
      accountId: account.id,
      userName: user.name,
    };
    return { type: 'FederatedUser', ...identity, sessionContext: { sessionIssuer, attributes } };
  }
  if (caller.kind === 'user-session') {
    return { type: 'IAMUser', ...identity, userName: caller.user.name, sessionContext: { attributes } };
  }
  const { role, account, sourceIdentity } = caller;
  return {
    type: 'AssumedRole',
    ...identity,
    sessionContext: {
      sessionIssuer: { type: 'Role', principalId: role.id, arn: role.arn, accountId: account.id, userName: role.name },
      attributes,
      ...(sourceIdentity === null ? {} : { sourceIdentity }),
    },
  };
}

/** How the account of an assumed role sees a caller from another account (CloudTrail's userIdentity reference). */
export function foreignIdentity(caller: Caller): JsonObject {
  return { type: 'AWSAccount', principalId: callerUserId(caller), accountId: caller.account.id };
}

/** The trail's times are whole seconds. */
function seconds(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/u, 'Z');
}
