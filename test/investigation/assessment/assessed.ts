import { assessCase, type CaseAssessment } from '../../../src/investigation/case/assess-case.ts';
import type { CaseIdentity, CaseMaterial } from '../../../src/investigation/case/case-material.ts';
import { accessKey, role, session, user } from '../../../src/cloudtrail/identities.ts';
import { seenEvent } from '../../../src/investigation/seen-event.ts';
import type { Identity, IdentityRole } from '../../../src/model/identity.ts';
import type { AccountId, AlertId, Instant } from '../../../src/model/ids.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import type { WayIn } from '../../../src/model/way-in.ts';
import { found } from '../archive-of.ts';
import { accessKeyId, accountId, userName, userRecord } from '../trail-records.ts';

const start = Date.parse('2026-11-24T12:00:00Z');

/** Minutes after the intrusion began, as CloudTrail writes times. */
export function minute(minutes: number): Instant {
  return new Date(start + minutes * 60_000).toISOString().replace('.000Z', 'Z') as Instant;
}

/** A call of the suspect user, some minutes into the intrusion. */
export function call(minutes: number, service: string, action: string, given: JsonObject = {}): JsonObject {
  return userRecord({
    eventTime: minute(minutes),
    eventSource: `${service}.amazonaws.com`,
    eventName: action,
    readOnly: /^(?:Get|List|Describe)/.test(action),
    ...given,
  });
}

/** A call by somebody else: an administrator of the account. */
export function callByAdmin(minutes: number, service: string, action: string, given: JsonObject = {}): JsonObject {
  return call(minutes, service, action, {
    userIdentity: {
      type: 'IAMUser',
      principalId: 'AIDAEXAMPLEADMIN',
      arn: `arn:aws:iam::${accountId}:user/admin`,
      accountId,
      accessKeyId: 'AKIAEXAMPLEADMIN',
      userName: 'admin',
    },
    ...given,
  });
}

/** A call by a session of a role. */
export function callBySession(
  minutes: number,
  of: { readonly account?: string; readonly roleName: string; readonly sessionName: string; readonly key: string },
  service: string,
  action: string,
  given: JsonObject = {},
): JsonObject {
  const account = of.account ?? accountId;
  return call(minutes, service, action, {
    userIdentity: {
      type: 'AssumedRole',
      principalId: `AROAEXAMPLE:${of.sessionName}`,
      arn: `arn:aws:sts::${account}:assumed-role/${of.roleName}/${of.sessionName}`,
      accountId: account,
      accessKeyId: of.key,
      sessionContext: {
        sessionIssuer: {
          type: 'Role',
          principalId: 'AROAEXAMPLE',
          arn: `arn:aws:iam::${account}:role/${of.roleName}`,
          accountId: account,
          userName: of.roleName,
        },
        attributes: { creationDate: minute(minutes), mfaAuthenticated: 'false' },
      },
    },
    recipientAccountId: account,
    ...given,
  });
}

export function member(identity: Identity, role: IdentityRole = 'suspect'): CaseIdentity {
  return { ...identity, role, since: minute(-1440), whole: true };
}

/** The suspect user and its key. */
export const suspects: readonly CaseIdentity[] = [
  member(user(accountId, userName)),
  member(accessKey(accessKeyId, accountId)),
];

export function sessionOf(roleName: string, sessionName: string, account: string = accountId): CaseIdentity {
  return member(session(account as AccountId, roleName, sessionName), 'used');
}

export function roleOf(roleName: string): CaseIdentity {
  return { ...member(role(accountId, roleName), 'changed'), whole: false };
}

interface Given extends Partial<CaseMaterial> {
  readonly more?: readonly CaseIdentity[];
}

/** What a case of hand-written records is assessed from: the suspect user's, and whatever is given besides. */
export function materialOf(records: readonly JsonObject[], given: Given = {}): CaseMaterial {
  const { more = [], ...material } = given;
  const events = records.map((record) => seenEvent(found(record)));
  const [first] = events;
  const alerts =
    first === undefined
      ? []
      : [{ id: 'sha256:alert' as string as AlertId, ruleName: 'A rule', eventRefs: [first.ref] }];
  return {
    identities: [...suspects, ...more],
    links: [],
    events,
    alerts,
    identityState: [],
    now: minute(60),
    ...material,
  };
}

/** An alert on each of some records. */
export function alertsOn(...records: readonly JsonObject[]): CaseMaterial['alerts'] {
  return records.map((record, index) => ({
    id: `sha256:${index}` as AlertId,
    ruleName: 'A rule',
    eventRefs: [found(record).ref],
  }));
}

/** The suspect user has an access key made, of its own. */
export function ownKeyMade(minutes: number, newKeyId: string, given: JsonObject = {}): JsonObject {
  return call(minutes, 'iam', 'CreateAccessKey', {
    ...given,
    requestParameters: { userName },
    responseElements: { accessKey: { accessKeyId: newKeyId, userName, status: 'Active' } },
  });
}

/** A role's sessions from before an instant are denied everything, as the console's "revoke active sessions" does. */
export function sessionsRevoked(roleName: string, issuedBefore: Instant): JsonObject {
  return {
    requestParameters: {
      roleName,
      policyName: 'AWSRevokeOlderSessions',
      policyDocument: JSON.stringify({
        Statement: [
          {
            Effect: 'Deny',
            Action: ['*'],
            Resource: ['*'],
            Condition: { DateLessThan: { 'aws:TokenIssueTime': issuedBefore } },
          },
        ],
      }),
    },
  };
}

/** Assesses that case. */
export function assessed(records: readonly JsonObject[], given: Given = {}): CaseAssessment {
  return assessCase(materialOf(records, given));
}

/** `access-key: open`, and the like. */
export function stand(waysIn: readonly WayIn[]): readonly string[] {
  return waysIn.map(({ what, state }) => `${what.kind}: ${typeof state === 'string' ? state : 'accepted'}`).sort();
}
