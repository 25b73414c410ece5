import { AwsError, validationError } from '../aws-error.ts';
import { callerArn, callerContext, callerPolicies, callerUserId } from '../caller.ts';
import type { JsonObject } from '../json.ts';
import type { CallContext, Operation, Output } from '../operation.ts';
import { optionalNumber, optionalText, requiredText, trailDate } from '../operation-input.ts';
import { evaluatePolicies, evaluateTrust } from '../policy-evaluation.ts';
import { secretAccessKey, sessionToken, uniqueId } from '../random.ts';
import { accountOf } from '../world.ts';
import type { AccountState, RoleState, SessionState } from '../world.ts';

const hourSeconds = 3_600;

/** Who am I, and temporary credentials. */
export const stsOperations: readonly Operation[] = [
  {
    service: 'sts',
    name: 'GetCallerIdentity',
    readOnly: true,
    // AWS answers this call whatever the policies say, explicit denials included.
    needs: () => [],
    run: (_input, { caller, account }) => ({
      output: { UserId: callerUserId(caller), Account: account.id, Arn: callerArn(caller) },
    }),
    parameters: () => null,
  },
  {
    service: 'sts',
    name: 'AssumeRole',
    readOnly: true,
    // Judged within: the trust policy and the caller's policies decide together.
    needs: () => [],
    run: assumeRole,
  },
  {
    service: 'sts',
    name: 'GetSessionToken',
    readOnly: true,
    needs: () => [],
    run(input, context) {
      const { caller, nowMs } = context;
      if (caller.kind !== 'user') {
        throw new AwsError('AccessDenied', 'Cannot call GetSessionToken with session credentials', { status: 403 });
      }
      const seconds = durationSeconds(input, 12 * hourSeconds, 36 * hourSeconds);
      const session = newSession(context.account, nowMs, seconds, optionalText(input, 'TokenCode') !== undefined, {
        kind: 'user',
        userId: caller.user.id,
      });
      keepSession(context, session);
      return {
        output: { Credentials: shownCredentials(session) },
        responseElements: { credentials: trailCredentials(session) },
      };
    },
  },
  {
    service: 'sts',
    name: 'GetFederationToken',
    readOnly: true,
    needs: () => [{ action: 'sts:GetFederationToken', resource: '*' }],
    run(input, context) {
      const { caller, nowMs, account } = context;
      if (caller.kind !== 'user') {
        throw new AwsError('AccessDenied', 'Cannot call GetFederationToken with session credentials', { status: 403 });
      }
      const name = requiredText(input, 'Name');
      const seconds = durationSeconds(input, 12 * hourSeconds, 36 * hourSeconds);
      // Without a policy the token may do nothing (STS API reference).
      const policy = optionalText(input, 'Policy') ?? '{"Version":"2012-10-17","Statement":[]}';
      const session = newSession(account, nowMs, seconds, false, {
        kind: 'user',
        userId: caller.user.id,
        federated: { name, policy },
      });
      keepSession(context, session);
      const federatedUser = {
        federatedUserId: `${account.id}:${name}`,
        arn: `arn:${account.partition}:sts::${account.id}:federated-user/${name}`,
      };
      return {
        output: {
          Credentials: shownCredentials(session),
          FederatedUser: { FederatedUserId: federatedUser.federatedUserId, Arn: federatedUser.arn },
        },
        responseElements: { credentials: trailCredentials(session), federatedUser },
      };
    },
  },
];

function assumeRole(input: JsonObject, context: CallContext): ReturnType<Operation['run']> {
  const roleArn = requiredText(input, 'RoleArn');
  const sessionName = sessionNameOf(input);
  const target = roleByArn(context, roleArn);
  if (!target || !mayAssume(input, context, target)) throw denied(context, 'sts:AssumeRole', roleArn);
  const sourceIdentity = sourceIdentityOf(input, context, target);
  const chained = context.caller.kind === 'role-session';
  const seconds = durationSeconds(input, hourSeconds, target.role.maxSessionSeconds);
  if (chained && seconds > hourSeconds) {
    throw validationError(
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
    );
  }
  const session = newSession(target.account, context.nowMs, seconds, false, {
    kind: 'role',
    roleId: target.role.id,
    sessionName,
    sourceIdentity,
  });
  keepSession(context, session);
  const arn = `arn:${target.account.partition}:sts::${target.account.id}:assumed-role/${target.role.name}/${sessionName}`;
  const assumedRoleId = `${target.role.id}:${sessionName}`;
  const result = {
    output: {
      Credentials: shownCredentials(session),
      AssumedRoleUser: { AssumedRoleId: assumedRoleId, Arn: arn },
      SourceIdentity: sourceIdentity ?? undefined,
    },
    responseElements: {
      credentials: trailCredentials(session),
      assumedRoleUser: { assumedRoleId, arn },
      ...(sourceIdentity === null ? {} : { sourceIdentity }),
    },
    resources: [{ ARN: target.role.arn, accountId: target.account.id, type: 'AWS::IAM::Role' }],
  };
  return target.account === context.account ? result : { ...result, alsoIn: target.account };
}

interface Target {
  readonly account: AccountState;
  readonly role: RoleState;
}

function roleByArn({ world }: CallContext, arn: string): Target | undefined {
  const [, accountId = ''] = /^arn:[a-z-]+:iam::(\d{12}):role\//u.exec(arn) ?? [];
  const account = accountOf(world, accountId);
  const role = account?.roles.find((candidate) => candidate.arn === arn);
  return account && role ? { account, role } : undefined;
}

/** Both sides must agree across accounts; within one, a trust policy that names the caller itself is enough. */
function mayAssume(input: JsonObject, context: CallContext, target: Target): boolean {
  return permits(input, context, target, 'sts:AssumeRole');
}

function permits(input: JsonObject, context: CallContext, target: Target, action: string): boolean {
  const { caller } = context;
  const conditions = callerContext(caller, { ...context, now: context.nowMs });
  for (const [key, parameter] of [
    ['sts:externalid', 'ExternalId'],
    ['sts:rolesessionname', 'RoleSessionName'],
    ['sts:sourceidentity', 'SourceIdentity'],
  ] as const) {
    const value = optionalText(input, parameter);
    if (value !== undefined) conditions.set(key, value);
  }
  const request = { action, resource: target.role.arn, context: conditions };
  const principal = {
    arn: callerArn(caller),
    roleArn: caller.kind === 'role-session' ? caller.role.arn : null,
    accountId: caller.account.id,
  };
  const trust = evaluateTrust(target.role.trustPolicy, principal, request);
  const own = evaluatePolicies(callerPolicies(caller), request);
  if (trust === 'explicitDeny' || trust === 'implicitDeny' || own === 'explicitDeny') return false;
  return own === 'allowed' || (trust === 'exact' && target.account === caller.account);
}

/** A source identity once set stays through role chaining; setting one needs its own permission on both sides. */
function sourceIdentityOf(input: JsonObject, context: CallContext, target: Target): string | null {
  const { caller } = context;
  const inherited = caller.kind === 'role-session' ? caller.sourceIdentity : null;
  const given = optionalText(input, 'SourceIdentity') ?? inherited;
  if (given === null) return null;
  if (!/^[\w+=,.@-]{2,64}$/u.test(given))
    throw validationError(`Value '${given}' at 'sourceIdentity' failed to satisfy constraint`);
  const changed = inherited !== null && given !== inherited;
  if (changed || !permits(input, context, target, 'sts:SetSourceIdentity'))
    throw denied(context, 'sts:SetSourceIdentity', target.role.arn);
  return given;
}

function sessionNameOf(input: JsonObject): string {
  const name = requiredText(input, 'RoleSessionName');
  if (/^[\w+=,.@-]{2,64}$/u.test(name)) return name;
  throw validationError(
    `Value '${name}' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*`,
  );
}

function durationSeconds(input: JsonObject, usual: number, most: number): number {
  const seconds = optionalNumber(input, 'DurationSeconds') ?? Math.min(usual, most);
  if (seconds < 900)
    throw validationError(
      `Value '${seconds}' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900`,
    );
  if (seconds > most)
    throw validationError('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.');
  return seconds;
}

function newSession(
  account: AccountState,
  nowMs: number,
  seconds: number,
  mfa: boolean,
  holder: SessionState['holder'],
): SessionState {
  return {
    accessKeyId: uniqueId('ASIA'),
    secret: secretAccessKey(),
    token: sessionToken(),
    accountId: account.id,
    issuedAt: nowMs,
    expiresAt: nowMs + seconds * 1_000,
    mfa,
    holder,
  };
}

/** Keeps a new session; those that ended a while ago are forgotten, and their keys are then unknown. */
function keepSession({ world, nowMs }: CallContext, session: SessionState): void {
  const forgottenMs = 10 * 60 * 1_000;
  world.sessions = [...world.sessions.filter((old) => old.expiresAt > nowMs - forgottenMs), session];
}

function shownCredentials(session: SessionState): Output {
  return {
    AccessKeyId: session.accessKeyId,
    SecretAccessKey: session.secret,
    SessionToken: session.token,
    Expiration: new Date(session.expiresAt),
  };
}

/** The trail shows the session token and never the secret. */
function trailCredentials(session: SessionState): JsonObject {
  return { accessKeyId: session.accessKeyId, sessionToken: session.token, expiration: trailDate(session.expiresAt) };
}

function denied({ caller }: CallContext, action: string, resource: string): AwsError {
  return new AwsError(
    'AccessDenied',
    `User: ${callerArn(caller)} is not authorized to perform: ${action} on resource: ${resource}`,
    { status: 403 },
  );
}
