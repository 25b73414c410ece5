import type { AccountId, Instant } from '../model/ids.ts';
import type { EcsDocument } from '../model/trail-event.ts';
import { textAt } from './ecs-path.ts';

/** What a call left behind that outlives it, or gave to the caller. Names are as the log has them: not yet safe to show. */
export type EventEffect =
  | {
      /** Temporary credentials, for a role or for the caller's own user. */
      readonly kind: 'session-minted';
      readonly accessKeyId: string;
      readonly expiresAt: Instant | null;
      /** The role's ARN; `null` for sessions of the caller's own user. */
      readonly roleArn: string | null;
      readonly roleAccountId: AccountId | null;
    }
  | { readonly kind: 'key-created'; readonly accessKeyId: string; readonly userName: string }
  | { readonly kind: 'user-created'; readonly userName: string }
  | { readonly kind: 'role-created'; readonly roleName: string }
  | { readonly kind: 'password-set'; readonly userName: string }
  | { readonly kind: 'trust-changed'; readonly roleName: string }
  | { readonly kind: 'policy-changed'; readonly target: string }
  | { readonly kind: 'console-login'; readonly mfa: boolean }
  | { readonly kind: 'secret-read'; readonly name: string }
  | { readonly kind: 'trail-weakened'; readonly name: string };

const request = 'aws.cloudtrail.flattened.request_parameters';
const response = 'aws.cloudtrail.flattened.response_elements';

/** Calls whose answer holds temporary credentials (STS API reference). */
export const mintingActions = [
  'AssumeRole',
  'AssumeRoleWithSAML',
  'AssumeRoleWithWebIdentity',
  'GetSessionToken',
  'GetFederationToken',
] as const;

/** The effect of a successful call, where it is one that matters to a case; by `eventSource` and `eventName`. */
export function effectOf(ecs: EcsDocument): EventEffect | undefined {
  if (textAt(ecs, 'event.outcome') !== 'success') return undefined;
  const action = textAt(ecs, 'event.action');
  switch (textAt(ecs, 'event.provider')) {
    case 'sts.amazonaws.com':
      return mintedSession(ecs);
    case 'iam.amazonaws.com':
      return action === undefined ? undefined : identityChange(ecs, action);
    case 'signin.amazonaws.com':
      return action === 'ConsoleLogin' ? consoleLogin(ecs) : undefined;
    case 'secretsmanager.amazonaws.com':
      return secretRead(ecs, action, ['GetSecretValue', 'BatchGetSecretValue'], 'secretId');
    case 'ssm.amazonaws.com':
      return secretRead(ecs, action, ['GetParameter', 'GetParameters', 'GetParametersByPath'], 'name');
    case 'cloudtrail.amazonaws.com':
      return trailChange(ecs, action);
    default:
      return undefined;
  }
}

function mintedSession(ecs: EcsDocument): EventEffect | undefined {
  const accessKeyId = textAt(ecs, `${response}.credentials.accessKeyId`);
  if (accessKeyId === undefined) return undefined;
  const roleArn = textAt(ecs, `${request}.roleArn`) ?? null;
  return {
    kind: 'session-minted',
    accessKeyId,
    expiresAt: trailInstant(textAt(ecs, `${response}.credentials.expiration`)),
    roleArn,
    roleAccountId: (roleArn?.split(':')[4] as AccountId | undefined) ?? null,
  };
}

/** By the name of the IAM call; what it names is in the request, but for a new key's ID. */
function identityChange(ecs: EcsDocument, action: string): EventEffect | undefined {
  const userName = textAt(ecs, `${request}.userName`) ?? textAt(ecs, 'user.name') ?? 'unknown';
  const roleName = textAt(ecs, `${request}.roleName`) ?? 'unknown';
  switch (action) {
    case 'CreateAccessKey': {
      const accessKeyId = textAt(ecs, `${response}.accessKey.accessKeyId`) ?? 'unknown';
      return { kind: 'key-created', accessKeyId, userName };
    }
    case 'CreateUser':
      return { kind: 'user-created', userName };
    case 'CreateRole':
      return { kind: 'role-created', roleName };
    case 'CreateLoginProfile':
    case 'UpdateLoginProfile':
      return { kind: 'password-set', userName };
    case 'UpdateAssumeRolePolicy':
      return { kind: 'trust-changed', roleName };
    default:
      return policyActions.has(action) ? { kind: 'policy-changed', target: policyTarget(ecs) } : undefined;
  }
}

const policyActions: ReadonlySet<string> = new Set([
  'AttachUserPolicy',
  'AttachRolePolicy',
  'AttachGroupPolicy',
  'PutUserPolicy',
  'PutRolePolicy',
  'PutGroupPolicy',
  'AddUserToGroup',
]);

function policyTarget(ecs: EcsDocument): string {
  const names = ['userName', 'roleName', 'groupName'].map((name) => textAt(ecs, `${request}.${name}`));
  return names.find((name) => name !== undefined) ?? 'unknown';
}

function consoleLogin(ecs: EcsDocument): EventEffect {
  const used = textAt(ecs, 'aws.cloudtrail.flattened.additional_eventdata.MFAUsed');
  return { kind: 'console-login', mfa: used === 'Yes' };
}

function secretRead(
  ecs: EcsDocument,
  action: string | undefined,
  actions: readonly string[],
  field: string,
): EventEffect | undefined {
  if (action === undefined || !actions.includes(action)) return undefined;
  return { kind: 'secret-read', name: textAt(ecs, `${request}.${field}`) ?? 'several' };
}

function trailChange(ecs: EcsDocument, action: string | undefined): EventEffect | undefined {
  const weakening = ['StopLogging', 'DeleteTrail', 'UpdateTrail', 'PutEventSelectors'];
  if (action === undefined || !weakening.includes(action)) return undefined;
  return { kind: 'trail-weakened', name: textAt(ecs, `${request}.name`) ?? 'unknown' };
}

/** CloudTrail writes a response's times as `Oct 8, 2024, 4:15:32 PM`, in UTC, or as RFC 3339. */
function trailInstant(text: string | undefined): Instant | null {
  if (text === undefined) return null;
  const plain = text.replaceAll(/\s+/gu, ' ');
  const time = Date.parse(/[Zz]$|UTC|GMT|[+-]\d\d:?\d\d$/u.test(plain) ? plain : `${plain} UTC`);
  return Number.isNaN(time) ? null : (new Date(time).toISOString() as Instant);
}
