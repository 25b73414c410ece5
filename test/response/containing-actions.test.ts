import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Simulator } from '../../simulator/server.ts';
import type { AwsAccess } from '../../src/adapters/aws/clients.ts';
import type { Action, ActionOf, ActionType } from '../../src/model/action.ts';
import type { Instant } from '../../src/model/ids.ts';
import { moduleOf, stepsOf } from '../../src/response/action-registry.ts';
import { intentIdOf } from '../../src/response/intent.ts';
import { runStep } from '../../src/response/run-step.ts';
import { StepBlocked, type StepContext } from '../../src/response/step.ts';
import { aPlan } from '../approval/decision-fixtures.ts';
import { Crash, FakeAccount, type Fault } from './fake-account.ts';
import { memoryJournal } from './memory-journal.ts';
import { memoryOf } from './memory-register.ts';
import { rotationByHand } from './rotation-by-hand.ts';
import { accessTo, accountId, accountOf, startCompromisedAccount, userStateOf } from './simulated-account.ts';

/*
 * The actions that end more than a key, over the real SDK against the simulated AWS, which judges every call by the policies that
 * they put there; then the same steps over an account in memory, under any faults and crashes.
 */

const plan = aPlan();
const everything = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
};
const victimKey = { id: 'AKIAVICTIM0000000001', secret: 'victim/secret+of+the+simulated+account01' };

const userTarget = { kind: 'user', accountId, userName: 'victim' } as const;
const roleTarget = { kind: 'role', accountId, roleName: 'Deployer' } as const;
const base = { dependsOn: [], recommended: true };

const denial: ActionOf<'denyUserEverything'> = {
  ...base,
  id: `deny-victim@${accountId}`,
  type: 'denyUserEverything',
  target: userTarget,
  params: { policyName: 'TrailhoundDenyEverything-TH-7Q2M9K' },
};

const disabling: ActionOf<'disableCreatedIdentity'> = {
  ...denial,
  id: `disable-victim@${accountId}`,
  type: 'disableCreatedIdentity',
};

function revocation(issuedBefore: Instant): ActionOf<'revokeRoleSessions'> {
  return {
    ...base,
    id: `revoke-Deployer@${accountId}`,
    type: 'revokeRoleSessions',
    target: roleTarget,
    params: { policyName: 'TrailhoundRevokeSessions-TH-7Q2M9K', issuedBefore, sessions: [] },
  };
}

describe('over the SDK against the simulated AWS', () => {
  let simulator: Simulator;
  let access: AwsAccess;

  beforeEach(async () => {
    simulator = await startCompromisedAccount();
    access = accessTo(simulator);
    simulator.control.addUser(accountId, {
      name: 'victim',
      keys: [victimKey, { id: 'AKIAVICTIM0000000002' }],
      policies: { all: everything },
      password: true,
    });
    simulator.control.addRole(accountId, {
      name: 'Deployer',
      trust: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${accountId}:root` }, Action: 'sts:AssumeRole' },
        ],
      },
      policies: { all: everything },
    });
  });

  afterEach(async () => {
    access.destroy();
    await simulator.stop();
  });

  async function take(action: Action, journal = memoryJournal()) {
    await rotationByHand(plan, action, accountOf(simulator), access, journal).takeAll();
    return journal;
  }

  /** A call by whoever holds a key; how AWS answers it. */
  function call(accessKeyId: string, service: 'sts' | 'cloudtrail' | 'iam', operation: string, input = {}) {
    return simulator.control.call({
      accessKeyId,
      service,
      operation,
      input,
      region: 'us-east-1',
      sourceIp: '198.51.100.7',
      userAgent: 'S3 Browser',
    });
  }
  function mayAct(accessKeyId: string): boolean {
    return call(accessKeyId, 'cloudtrail', 'LookupEvents').allowed;
  }
  function session(operation: 'GetSessionToken' | 'GetFederationToken' | 'AssumeRole', input: object = {}): string {
    const made = call(victimKey.id, 'sts', operation, input);
    if (!made.allowed) throw new Error(made.message);
    return (made.output['Credentials'] as { readonly AccessKeyId: string }).AccessKeyId;
  }
  function roleSession() {
    return session('AssumeRole', { RoleArn: `arn:aws:iam::${accountId}:role/Deployer`, RoleSessionName: 'ci' });
  }

  test('a key that was made for an owner who is denied everything works once the denial is lifted, as the plan has it', async () => {
    const owner = { kind: 'user', accountId, userName: 'owner' } as const;
    const old = 'AKIAOWNER00000000001';
    simulator.control.addUser(accountId, { name: 'owner', keys: [{ id: old }], policies: { all: everything } });
    const ofOwner = { ...denial, id: `deny-owner@${accountId}`, target: owner };
    await take(ofOwner);
    const target = { kind: 'access-key', accountId, userName: 'owner', accessKeyId: old } as const;
    const params = { secretName: 'trailhound/owner', secretRegion: 'us-east-1' };
    await take({ ...base, id: `rotate-${old}`, type: 'rotateAccessKey', target, params });
    const made = userStateOf(simulator, target).live.map(({ id }) => id);
    expect(made.map(mayAct)).toEqual([false]);
    await take({
      ...ofOwner,
      id: `lift-deny-owner@${accountId}`,
      type: 'liftUserDenial',
      dependsOn: [`rotate-${old}`],
    });
    expect([old, ...made].map(mayAct)).toEqual([false, true]);
  });

  test('denying a user everything ends its key, its sessions and its federation tokens, and can be undone', async () => {
    const minted = session('GetSessionToken');
    const federated = session('GetFederationToken', { Name: 'bob', Policy: JSON.stringify(everything) });
    const credentials = [victimKey.id, minted, federated];
    expect(credentials.map(mayAct)).toEqual([true, true, true]);
    const journal = await take(denial);
    expect(credentials.map(mayAct)).toEqual([false, false, false]);
    // The record of the next refused call shows it.
    await expect
      .poll(() => simulator.control.deliveries().map(({ record }) => record['errorCode'] ?? null))
      .toContain('AccessDenied');
    expect(journal.rows.map(({ mark }) => mark)).toEqual(['intended', 'checked', 'called', 'verified']);
    await take(denial, journal);
    const puts = simulator.control.requests().filter(({ operation }) => operation === 'PutUserPolicy');
    expect(puts.length).toBe(1);

    const { actions, byHand } = moduleOf(denial.type).inverse(denial, journal.rows);
    expect([actions.length, byHand.length]).toEqual([1, 0]);
    for (const undoing of actions) await take(undoing);
    expect(credentials.map(mayAct)).toEqual([true, true, true]);
  });

  test("revoking a role's older sessions ends them and leaves newer ones, until it is taken off", async () => {
    const older = roleSession();
    expect(mayAct(older)).toBe(true);
    const instant = new Date(Date.now() + 1).toISOString() as Instant;
    await expect.poll(() => new Date().toISOString() > instant).toBe(true);
    const action = revocation(instant);
    const journal = await take(action);
    const newer = roleSession();
    expect([older, newer].map(mayAct)).toEqual([false, true]);
    expect(mayAct(victimKey.id)).toBe(true);

    const notYet = { ...liftOf(action), params: { ...liftOf(action).params, notBefore: inAnHour() } };
    const early = rotationByHand(plan, notYet, accountOf(simulator), access, memoryJournal());
    await expect(early.take('lift-revocation')).rejects.toThrow(/must stay until/);
    expect(mayAct(older)).toBe(false);
    for (const undoing of moduleOf(action.type).inverse(action, journal.rows).actions) await take(undoing);
    expect([older, newer].map(mayAct)).toEqual([true, true]);
  });

  test('disabling an identity shuts out its keys, sessions and password, deletes nothing else, and can be undone but for the password', async () => {
    const minted = session('GetSessionToken');
    const journal = await take(disabling);
    const { all } = userStateOf(simulator, { userName: 'victim', accessKeyId: victimKey.id });
    expect(all.map(({ status }) => status)).toEqual(['Inactive', 'Inactive']);
    expect([victimKey.id, minted].map(mayAct)).toEqual([false, false]);
    function profile() {
      return call('AKIAINTRUDER00000001', 'iam', 'GetLoginProfile', { UserName: 'victim' });
    }
    expect(profile()).toMatchObject({ allowed: false, code: 'NoSuchEntity' });
    const deleted = simulator.control.requests().filter(({ operation }) => operation.startsWith('Delete'));
    expect(deleted.map(({ operation }) => operation)).toEqual(['DeleteLoginProfile']);

    const { actions, byHand } = moduleOf(disabling.type).inverse(disabling, journal.rows);
    expect(byHand).toEqual([{ kind: 'password-gone', accountId, userName: 'victim' }]);
    for (const undoing of actions) await take(undoing);
    expect([victimKey.id, minted].map(mayAct)).toEqual([true, true]);
    expect(profile()).toMatchObject({ allowed: false });
  });

  test('a policy of the same name by somebody else is not overwritten', async () => {
    const put = {
      UserName: 'victim',
      PolicyName: denial.params.policyName,
      PolicyDocument: JSON.stringify(everything),
    };
    expect(call('AKIAINTRUDER00000001', 'iam', 'PutUserPolicy', put).allowed).toBe(true);
    await expect(take(denial)).rejects.toThrow(/is not overwritten/);
  });

  test('a policy of ours that somebody changed is not taken off: it is left, and said', async () => {
    const changed = JSON.stringify({
      ...everything,
      Statement: [...everything.Statement, { Effect: 'Deny', Action: 'iam:*', Resource: '*' }],
    });
    const action = revocation(new Date().toISOString() as Instant);
    await take(denial);
    await take(action);
    const { policyName } = action.params;
    const put = [
      ['PutUserPolicy', { UserName: 'victim', PolicyName: denial.params.policyName, PolicyDocument: changed }],
      ['PutRolePolicy', { RoleName: 'Deployer', PolicyName: policyName, PolicyDocument: changed }],
    ] as const;
    for (const [operation, input] of put) {
      expect(call('AKIAINTRUDER00000001', 'iam', operation, input).allowed).toBe(true);
    }
    for (const undoing of [denial, action].flatMap((each) => moduleOf(each.type).inverse(each, []).actions)) {
      await expect(take(undoing)).rejects.toThrow(/not as Trailhound wrote it: somebody changed it, and it is left/);
    }
    const removals = simulator.control.requests().filter(({ operation }) => /^Delete.*Policy$/.test(operation));
    expect(removals).toEqual([]);
  });

  test('never touches a role that AWS keeps, the role that Trailhound acts with, nor one that merely has the name', async () => {
    const instant = new Date().toISOString() as Instant;
    simulator.control.addRole(accountId, {
      name: 'KeptByAws',
      path: '/aws-service-role/support.amazonaws.com/',
      trust: { Version: '2012-10-17', Statement: [] },
    });
    const others: readonly (readonly [object, RegExp])[] = [
      [{ roleName: 'KeptByAws' }, /kept by AWS/],
      [{ roleName: 'TrailhoundRespond' }, /Trailhound acts with/],
      [{ roleId: 'AROASOMEBODYELSE' }, /belongs to another role by now/],
    ];
    for (const [change, why] of others) {
      const action = revocation(instant);
      await expect(take({ ...action, target: { ...action.target, ...change } })).rejects.toThrow(why);
    }
    const puts = simulator.control.requests().filter(({ operation }) => operation.startsWith('Put'));
    expect(puts).toEqual([]);
  });

  test('each needs exactly the permissions that it names', async () => {
    const anew = { ...disabling, params: { policyName: 'AnotherName' } };
    const actions: readonly Action[] = [denial, revocation(new Date().toISOString() as Instant), anew];
    for (const action of actions) {
      const asked = simulator.control.requests().length;
      await take(action);
      const operations = simulator.control
        .requests()
        .slice(asked)
        .map(({ service, operation }) => `${service}:${operation}`);
      const used = new Set(operations.filter((each) => each.startsWith('iam:')));
      expect([...used].sort()).toEqual([...moduleOf(action.type).permissions].sort());
    }
  });
});

function liftOf(action: ActionOf<'revokeRoleSessions'>): ActionOf<'liftRoleRevocation'> {
  const [lift] = moduleOf(action.type).inverse(action, []).actions;
  return lift as ActionOf<'liftRoleRevocation'>; // what its inverse is made of
}

function inAnHour(): Instant {
  return new Date(Date.now() + 3_600_000).toISOString() as Instant;
}

describe('over an account in memory', () => {
  const target = { kind: 'access-key', accountId, userName: 'victim', accessKeyId: 'AKIAFIRST' } as const;
  const repeatable: readonly (readonly [Action, (account: FakeAccount) => boolean])[] = [
    [denial, (account) => account.policies.size === 1],
    [revocation('2026-11-24T12:00:00Z' as Instant), (account) => account.policies.size === 1],
    [
      disabling,
      (account) =>
        account.policies.size === 1 &&
        !account.password &&
        [...account.keys.values()].every(({ status }) => status === 'Inactive'),
    ],
    [{ ...denial, type: 'liftUserDenial' }, (account) => account.policies.size === 0],
    [liftOf(revocation('2026-11-24T12:00:00Z' as Instant)), (account) => account.policies.size === 0],
    [
      { ...base, id: 'activate', type: 'activateAccessKey', target, params: {} },
      (account) => account.keys.get('AKIAFIRST')?.status === 'Active',
    ],
  ];

  test.each(repeatable.map(([action, reached]) => [action.type, action, reached] as const))(
    '%s reaches its end after any faults, crashes and repetitions, with each row written before what follows it',
    async (type: ActionType, action, reached) => {
      const fault = fc.oneof(
        { weight: 3, arbitrary: fc.constant<Fault>('none') },
        { weight: 1, arbitrary: fc.constantFrom<Fault>('refused', 'lost', 'crash-before', 'crash-after') },
      );
      let crashes = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(fault, { maxLength: 40, size: 'max' }), async (faults) => {
          const account = new FakeAccount({ maxKeys: 5, listLagMs: 0, trailDelayMs: 0 }, 'session');
          account.addForeign('AKIAFIRST', 1_000);
          account.addForeign('AKIASECOND', 1_000);
          let at = 0;
          account.nextFault = () => faults[at++] ?? 'none';
          for (const { name, does } of stepsOf(type)) {
            for (let done = false; !done;) {
              done = await runStep(does, contextFor(account, action, name)).then(
                () => true,
                (error: unknown) => {
                  if (error instanceof StepBlocked) throw error;
                  crashes += error instanceof Crash ? 1 : 0;
                  return false;
                },
              );
            }
          }
          expect(reached(account)).toBe(true);
          for (const { name } of stepsOf(type)) {
            const marks = account.rows.filter(({ step }) => step === name).map(({ mark }) => mark);
            expect(marks).toEqual(['intended', 'checked', 'called', 'verified']);
          }
        }),
        { numRuns: 300 },
      );
      expect(crashes).toBeGreaterThan(100);
    },
  );
});

function contextFor(account: FakeAccount, action: Action, step: string): StepContext {
  const intentId = intentIdOf(plan.digest, action.id);
  return {
    action,
    caseId: plan.caseId,
    intentId,
    hands: account.hands,
    clock: account.clock,
    limits: { settleMs: 1_000, trailProofTimeoutMs: 10_000, lookAgainMs: 100, storeAgainForMs: 0 },
    guarded: { userNames: [], paths: [] },
    mayChange: true,
    memory: memoryOf(account.register, intentId, step, account.clock),
    journal: {
      rows: () => account.journal.rowsOf(intentId, step),
      mark: (mark, data, awsRequestIds, attempt = 0) =>
        account.journal.write({ intentId, step, mark, attempt, at: account.clock.now(), awsRequestIds, data }),
    },
  };
}
