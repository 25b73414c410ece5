import { describe, expect, test } from 'vitest';
import { session } from '../../../src/cloudtrail/identities.ts';
import { seenEvent } from '../../../src/investigation/seen-event.ts';
import type { AlertId } from '../../../src/model/ids.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { found } from '../archive-of.ts';
import { accountId } from '../trail-records.ts';
import { assessed, call, callBySession, member, minute } from './assessed.ts';

const day = 1_440;
const terraform = 'APN/1.0 HashiCorp/1.0 Terraform/1.5.7';
const ours = 'repo:acme/infra:ref:refs/heads/main';

/** One run of a pipeline: a session of its role on a runner that nobody saw before. */
interface Run {
  readonly at: number;
  readonly address: string;
  readonly client: string;
  /** The subject of the token that it began its session with; null where no record shows that. */
  readonly subject: string | null;
}

function run(daysBefore: number, given: Partial<Run> = {}): Run {
  const address = `20.1.${daysBefore}.7`;
  return { at: -daysBefore * day, address, client: terraform, subject: ours, ...given };
}

function keyOf({ at }: Run): string {
  return `ASIARUN${String(at + 100_000)}`;
}

function made(of: Run, seconds: number, service: string, action: string, given: JsonObject): JsonObject {
  const at = of.at + seconds / 60;
  const role = { roleName: 'deploy', sessionName: `run${of.at}`, key: keyOf(of) };
  return callBySession(at, role, service, action, { sourceIPAddress: of.address, userAgent: of.client, ...given });
}

function began(of: Run): readonly JsonObject[] {
  if (of.subject === null) return [];
  const sessionArn = `arn:aws:sts::${accountId}:assumed-role/deploy/run${of.at}`;
  return [
    call(of.at, 'sts', 'AssumeRoleWithWebIdentity', {
      readOnly: true,
      sourceIPAddress: of.address,
      userAgent: of.client,
      userIdentity: {
        type: 'WebIdentityUser',
        principalId: `token.actions.githubusercontent.com:sts.amazonaws.com:${of.subject}`,
        userName: of.subject,
        identityProvider: `arn:aws:iam::${accountId}:oidc-provider/token.actions.githubusercontent.com`,
      },
      requestParameters: { roleArn: `arn:aws:iam::${accountId}:role/deploy`, roleSessionName: `run${of.at}` },
      responseElements: {
        credentials: { accessKeyId: keyOf(of), expiration: 'Dec 24, 2026, 1:00:00 AM' },
        assumedRoleUser: { assumedRoleId: `AROAEXAMPLE:run${of.at}`, arn: sessionArn },
      },
    }),
  ];
}

function user(of: Run, userName: string): JsonObject {
  return made(of, 60, 'iam', 'CreateUser', {
    requestParameters: { userName },
    responseElements: { user: { userName, userId: `AIDA${userName.toUpperCase()}` } },
  });
}
function key(of: Run, userName: string): JsonObject {
  return made(of, 70, 'iam', 'CreateAccessKey', {
    requestParameters: { userName },
    responseElements: { accessKey: { accessKeyId: `AKIA${userName.toUpperCase()}`, userName, status: 'Active' } },
  });
}
function code(of: Run, functionName: string): JsonObject {
  return made(of, 80, 'lambda', 'UpdateFunctionCode20150331v2', { requestParameters: { functionName } });
}
/** What it does each day. */
function deployed(of: Run): readonly JsonObject[] {
  const name = `smtp${-of.at / day}`;
  return [...began(of), user(of, name), key(of, name), code(of, 'api')];
}
function grant(of: Run, policyArn: string): JsonObject {
  return made(of, 90, 'iam', 'AttachUserPolicy', { requestParameters: { userName: 'smtp0', policyArn } });
}

const month = Array.from({ length: 20 }, (_, index) => run(index + 1));
const today = run(0);

/** @param acts what the latest run does, all of it alerted on. */
function quiet(before: readonly JsonObject[], acts: readonly JsonObject[]): boolean {
  const alerted = acts.map((record) => seenEvent(found(record)));
  const sessions = new Set(alerted.flatMap(({ actor }) => (actor.kind === 'role-session' ? [actor.sessionName] : [])));
  const { quiet: isQuiet } = assessed([...before, ...acts], {
    alerts: [{ id: 'sha256:alert' as string as AlertId, ruleName: 'A rule', eventRefs: alerted.map(({ ref }) => ref) }],
    identities: [...sessions].map((name) => member(session(accountId, 'deploy', name))),
    now: minute(day),
  });
  return isQuiet;
}

const before = month.flatMap(deployed);

describe('a pipeline that comes from a new runner each day', () => {
  test('is quiet with what it does each day', () => {
    expect(quiet(before, deployed(today))).toBe(true);
  });

  test('where no record shows who begins its sessions, too', () => {
    const unseen = month.map((each) => ({ ...each, subject: null }));
    expect(quiet(unseen.flatMap(deployed), deployed({ ...today, subject: null }))).toBe(true);
  });

  test('after five days, and no sooner', () => {
    expect(quiet(month.slice(0, 5).flatMap(deployed), deployed(today))).toBe(true);
    expect(quiet(month.slice(0, 4).flatMap(deployed), deployed(today))).toBe(false);
  });

  const fixed = month.map((each) => ({ ...each, address: '198.51.100.7' }));
  const rehearsed = month.slice(0, 6).map((each) => code(each, 'billing'));
  const elsewhere = { ...today, address: '203.0.113.66' };
  test.each<[string, readonly JsonObject[], readonly JsonObject[]]>([
    ['comes from one address, and now from another', fixed.flatMap(deployed), deployed(today)],
    ['has another client', before, deployed({ ...today, client: 'aws-cli/2.15' })],
    ['has a client that names one product of its own', before, deployed({ ...today, client: 'APN/1.0 Boto3/1.34' })],
    ['has its session by the token of another branch', before, deployed({ ...today, subject: 'repo:acme/infra:pull' })],
    ['has its session by nobody knows whom', before, deployed({ ...today, subject: null })],
    ['makes a key for a user that is not its own', before, [...deployed(today), key(today, 'alice')]],
    ['puts code into another function', before, [...deployed(today), code(today, 'billing')]],
    [
      'does so after a rehearsal of a few days',
      [...before, ...rehearsed],
      [...deployed(today), code(today, 'billing')],
    ],
    [
      'does something else',
      before,
      [...deployed(today), made(today, 95, 'cloudtrail', 'StopLogging', { requestParameters: { name: 'main' } })],
    ],
    [
      'grants what leads to more',
      before,
      [...deployed(today), grant(today, 'arn:aws:iam::aws:policy/PowerUserAccess')],
    ],
    ['has a session that is used from two addresses', before, [...deployed(today), code(elsewhere, 'api')]],
  ])('and loud where it %s', (_, earlier, acts) => {
    expect(quiet(earlier, acts)).toBe(false);
  });
});
