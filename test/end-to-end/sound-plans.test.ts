import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { InternalOutcome } from '../../simulator/internal-call.ts';
import { listCases } from '../../src/adapters/store/cases/case-store.ts';
import type { Actor } from '../../src/model/actor.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { secondsAgo, userRecord } from '../investigation/trail-records.ts';
import { type Installation, openInstallation } from './installation.ts';

/*
 * Three plans that were once wrong enough to stop a release, each through the whole product: a new key for what the intruder had
 * made, and advice that nobody can follow.
 */

// Real servers, a worker of its own, and a machine that other tests may share.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

const account = '111122223333';
const owner = { userName: 'deployer', accessKeyId: 'AKIADEPLOYER00000001' };
/** Made with the stolen key, in sight. */
const made = { userName: 'svc-sync', accessKeyId: '' };
/** Made today; no record shows by whom. */
const unseen = { userName: 'backup-agent', accessKeyId: 'AKIABACKUPAGENT00001' };
const instanceId = 'i-0123456789abcdef0';
const centerRole = 'AWSReservedSSO_Admin_0123456789abcdef';
const attackTool = 'Boto3/1.34 md/Botocore#1.34 ua/2.0 os/linux#6.6.9-kali1-amd64 md/arch#x86_64 lang/python#3.11';
const ordinary = 'aws-cli/2.15.0';
const dayMs = 86_400_000;

interface PlannedAction {
  readonly id: string;
  readonly type: string;
  readonly target: { readonly userName?: string; readonly accessKeyId?: string };
  readonly recommended: boolean;
  /** Left to people: nothing that Trailhound does. */
  readonly byHand: boolean;
}

interface Shown {
  readonly status: string;
  readonly look: { readonly ended: boolean } | null;
  readonly verdict: string | null;
  readonly plan: { readonly digest: string; readonly actions: readonly PlannedAction[] } | null;
}

let here: Installation;
beforeAll(async () => {
  const createdAt = Date.now() - 60 * dayMs;
  const user = {
    name: owner.userName,
    createdAt,
    policies: { work: allow('iam:*', 's3:*', 'sts:*') },
    keys: [{ id: owner.accessKeyId, createdAt }],
  };
  here = await openInstallation({
    simulator: { accounts: [{ id: account, regions: ['us-east-1'], users: [user] }], lookupRate: 100 },
    settings: { collection: { sweep_delays: ['5s', '15s'] } },
  });
  // Its owner has used the key for long.
  here.simulator.control.insertRecords({ records: [usedByOwner()] });
  intrude();
  await here.startWorker();
});
afterAll(() => here.close());

/** All that happens in the account before it is first read. */
function intrude(): void {
  intruderCalls(owner.accessKeyId, ['sts', 'GetCallerIdentity'], { userAgent: attackTool });
  made.accessKeyId = makeUser(owner.accessKeyId, made.userName);
  expect(intruderCalls(made.accessKeyId, ['s3', 'ListBuckets'], { userAgent: attackTool }).allowed).toBe(true);

  here.simulator.control.addUser(account, {
    name: unseen.userName,
    policies: { work: allow('s3:*') },
    keys: [{ id: unseen.accessKeyId }],
  });
  intruderCalls(unseen.accessKeyId, ['s3', 'ListBuckets'], { userAgent: attackTool });

  const stolen = sessionCall('Web', instanceId);
  const ofCenter = sessionCall(centerRole, 'jo@example.com', 'aws-reserved/sso.amazonaws.com/');
  here.simulator.control.insertRecords({ records: [givenByEc2(stolen, 'Web'), stolen, ofCenter, stoppedByService()] });
}

function allow(...actions: readonly string[]) {
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] };
}

function usedByOwner(): JsonObject {
  const { userName, accessKeyId } = owner;
  return userRecord({
    eventTime: secondsAgo(4 * 86_400),
    sourceIPAddress: '198.51.100.7',
    userIdentity: {
      type: 'IAMUser',
      principalId: userNamed(userName).id,
      arn: `arn:aws:iam::${account}:user/${userName}`,
      accountId: account,
      accessKeyId,
      userName,
    },
  });
}

interface SimulatedUser {
  readonly name: string;
  readonly id: string;
  readonly keys: readonly { readonly id: string; readonly status: string }[];
}

function userNamed(name: string): SimulatedUser {
  const { users } = here.simulator.control.iam(account) as { readonly users: readonly SimulatedUser[] };
  const user = users.find((each) => each.name === name);
  if (user === undefined) throw new Error(`the simulated account has no user ${name}`);
  return user;
}

/** A call of the intruder's, from wherever it is, with whatever it has. */
function intruderCalls(
  accessKeyId: string,
  [service, operation]: readonly ['iam' | 's3' | 'sts', string],
  { input = {}, userAgent = ordinary }: { readonly input?: JsonObject; readonly userAgent?: string } = {},
): InternalOutcome {
  return here.simulator.control.call({
    accessKeyId,
    service,
    operation,
    input,
    region: 'us-east-1',
    sourceIp: '203.0.113.66',
    userAgent,
  });
}

/** The intruder makes a user that may do much, and a key for it; returns the key's ID. */
function makeUser(by: string, userName: string): string {
  for (const [operation, input] of [
    ['CreateUser', {}],
    ['PutUserPolicy', { PolicyName: 'work', PolicyDocument: JSON.stringify(allow('s3:*')) }],
    ['CreateAccessKey', {}],
  ] as const) {
    const outcome = intruderCalls(by, ['iam', operation], { input: { UserName: userName, ...input } });
    if (!outcome.allowed) throw new Error(`${operation}: ${outcome.message}`);
  }
  const [key] = userNamed(userName).keys;
  if (key === undefined) throw new Error('no key was made');
  return key.id;
}

async function caseOf(is: (actor: Actor) => boolean, status?: string): Promise<string> {
  return await here.until(`there is the case${status === undefined ? '' : ` which is ${status}`}`, async () => {
    const cases = await listCases(here.connections.store.db, {});
    return cases.find((each) => is(each.actor) && (status ?? each.status) === each.status)?.id;
  });
}

function isUser(name: string) {
  return (actor: Actor) => actor.kind === 'user' && actor.name === name;
}

function show(id: string): Promise<Shown> {
  return here.json<Shown>('investigations', 'show', id);
}

async function approve(id: string, digest: string, ...more: readonly string[]): Promise<void> {
  const decision = ['--plan', digest, '--reason', 'not ours', '--key', here.keys.alice, '--wait', ...more];
  const { code, out, err } = await here.trailhound('investigations', 'approve', id, ...decision);
  // 4: every action was done, and what no action closes is open still.
  expect([[0, 4].includes(code), out, err]).toEqual([true, expect.any(String), expect.any(String)]);
}

/** Approves what is recommended, again and again, until the case offers new keys or has closed. */
async function contain(id: string): Promise<{ readonly seen: readonly PlannedAction[]; readonly last: Shown }> {
  const seen: PlannedAction[] = [];
  const decided = new Set<string>();
  for (;;) {
    const last = await here.until('there is a plan to decide on, or the case is closed', async () => {
      const shown = await show(id);
      const isWhole = shown.status === 'awaiting-decision' && shown.look?.ended === true;
      const fresh = isWhole && !decided.has(shown.plan?.digest ?? '');
      return fresh || shown.status === 'closed' ? shown : undefined;
    });
    if (last.status === 'closed' || last.plan === null) return { seen, last };
    const ours = last.plan.actions.filter(isOurs);
    if (ours.every(({ type }) => type === 'rotateAccessKey')) return { seen, last };
    seen.push(...ours);
    decided.add(last.plan.digest);
    await approve(id, last.plan.digest);
  }
}

/** For whom Trailhound has asked for a new key. */
function newKeysFor(): readonly unknown[] {
  return here.simulator.control
    .requests()
    .filter(({ operation, callerArn }) => operation === 'CreateAccessKey' && callerArn?.includes(':assumed-role/'))
    .map(({ input }) => (input as JsonObject)['UserName']);
}

test('a user that the intruder made gets no new key; the key that was stolen gets one last of all, where a person ticks it', async () => {
  const id = await caseOf(isUser(owner.userName), 'awaiting-decision');
  await here.until('the plan has what the intruder made', async () => {
    const { plan } = await show(id);
    return plan?.actions.find(({ target }) => target.userName === made.userName);
  });
  const { seen, last } = await contain(id);
  expect(seen.filter(({ type }) => type === 'rotateAccessKey')).toEqual([]);
  expect(userNamed(made.userName).keys.map(({ status }) => status)).toEqual(['Inactive']);
  expect(intruderCalls(made.accessKeyId, ['s3', 'ListBuckets']).allowed).toBe(false);

  expect(last.plan?.actions.filter(isOurs)).toEqual([
    expect.objectContaining({ id: `rotate-${owner.accessKeyId}`, type: 'rotateAccessKey', recommended: false }),
  ]);
  await approve(id, last.plan?.digest ?? '', '--actions', `rotate-${owner.accessKeyId}`);
  await caseOf(isUser(owner.userName), 'closed');
  expect(await show(id)).toMatchObject({ verdict: 'contained' });
  expect(newKeysFor()).toEqual([owner.userName]);
  expect(userNamed(made.userName).keys.map(({ status }) => status)).toEqual(['Inactive']);
  expect(userNamed(owner.userName).keys.map(({ status }) => status)).toEqual(['Inactive', 'Active']);
});

test('nor does a user made today that nobody was seen to make: its case is contained without an offer', async () => {
  const id = await caseOf(isUser(unseen.userName));
  const { seen, last } = await contain(id);
  expect(last).toMatchObject({ status: 'closed', verdict: 'contained' });
  expect(seen.length).toBeGreaterThan(0);
  expect(seen.filter(({ type }) => type === 'rotateAccessKey')).toEqual([]);
  expect(newKeysFor()).not.toContain(unseen.userName);
  expect(userNamed(unseen.userName).keys.map(({ status }) => status)).toEqual(['Inactive']);
});

/** A session's call with an attack tool, as the trail has it. */
function sessionCall(roleName: string, sessionName: string, path = ''): JsonObject {
  const roleId = `AROA${roleName.replaceAll(/[^A-Z0-9]/giu, '').toUpperCase()}`;
  return userRecord({
    eventTime: secondsAgo(5),
    userAgent: attackTool,
    userIdentity: {
      type: 'AssumedRole',
      principalId: `${roleId}:${sessionName}`,
      arn: `arn:aws:sts::${account}:assumed-role/${roleName}/${sessionName}`,
      accountId: account,
      accessKeyId: `ASIA${roleId.slice(4, 12).padEnd(16, '0')}`,
      sessionContext: {
        sessionIssuer: {
          type: 'Role',
          principalId: roleId,
          arn: `arn:aws:iam::${account}:role/${path}${roleName}`,
          accountId: account,
          userName: roleName,
        },
        attributes: { creationDate: secondsAgo(600), mfaAuthenticated: 'false' },
      },
    },
  });
}

/** By which EC2 itself gives an instance its role's credentials. */
function givenByEc2({ userIdentity }: JsonObject, roleName: string): JsonObject {
  return userRecord({
    eventTime: secondsAgo(600),
    eventSource: 'sts.amazonaws.com',
    eventName: 'AssumeRole',
    userIdentity: { type: 'AWSService', invokedBy: 'ec2.amazonaws.com' },
    sourceIPAddress: 'ec2.amazonaws.com',
    userAgent: 'ec2.amazonaws.com',
    requestParameters: { roleArn: `arn:aws:iam::${account}:role/${roleName}`, roleSessionName: instanceId },
    responseElements: {
      credentials: {
        accessKeyId: (userIdentity as JsonObject)['accessKeyId'] ?? null,
        expiration: 'Dec 24, 2099, 4:15:32 PM',
      },
    },
  });
}

function stoppedByService(): JsonObject {
  return userRecord({
    eventTime: secondsAgo(5),
    eventSource: 'cloudtrail.amazonaws.com',
    eventName: 'StopLogging',
    readOnly: false,
    userIdentity: { type: 'AWSService', invokedBy: 'cloudformation.amazonaws.com' },
    sourceIPAddress: 'cloudformation.amazonaws.com',
    userAgent: 'cloudformation.amazonaws.com',
    requestParameters: { name: 'organization-trail' },
  });
}

function isSession(name: string) {
  return (actor: Actor) => actor.kind === 'role-session' && actor.roleName === name;
}

function isOurs({ byHand }: PlannedAction): boolean {
  return !byHand;
}

/** Advice to change a trust, or to contain whoever is behind a session: it has no place where AWS is. */
const closesTrust =
  /(?:close|change|edit|narrow) (?:the|its) trust policy|update-assume-role-policy|contain that identity|leads back to/i;

/** All that a person reads of a case's plan, and of the case, on one line. */
async function wordsOf(id: string): Promise<string> {
  const shown = await Promise.all([
    here.trailhound('investigations', 'show', id, '--plan'),
    here.trailhound('investigations', 'show', id),
  ]);
  return shown
    .map(({ out }) => out)
    .join('\n')
    .replaceAll(/\s+/g, ' ');
}

async function planned(is: (actor: Actor) => boolean): Promise<{ readonly id: string; readonly plan: Shown['plan'] }> {
  const id = await caseOf(is);
  const plan = await here.until('the case has a plan', async () => (await show(id)).plan ?? undefined);
  return { id, plan };
}

test("of an instance's role nobody is told to close the trust, nor to contain EC2: the instance is named, with what can be done", async () => {
  const { id } = await planned(isSession('Web'));
  const words = await wordsOf(id);
  expect(words).not.toMatch(closesTrust);
  expect(words).not.toMatch(/contain[^.]*ec2\.amazonaws\.com/i);
  expect(words).toContain(`aws ec2 modify-instance-attribute --instance-id ${instanceId} --groups`);
});

test('of a role of Identity Center nobody is told to edit what AWS keeps', async () => {
  const { id, plan } = await planned(isSession(centerRole));
  expect(plan?.actions.filter(isOurs)).toEqual([]);
  const words = await wordsOf(id);
  expect(words).not.toMatch(/revoke the role's older sessions|put-role-policy/i);
  expect(words).not.toMatch(closesTrust);
  expect(words).toContain('disable the person in Identity Center');
});

test('and where a service of AWS made the call, nobody is told to contain it', async () => {
  const { id, plan } = await planned(({ kind }) => kind === 'service');
  expect(plan?.actions.filter(isOurs)).toEqual([]);
  const words = await wordsOf(id);
  expect(words).toContain('An AWS service made the calls: find out who configured it');
  expect(words).not.toMatch(/contain[^.]*cloudformation\.amazonaws\.com/i);
  expect(words).not.toMatch(closesTrust);
});
