import * as fc from 'fast-check';
import { globSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FaultDefinition, FaultKind } from '../../../simulator/faults.ts';
import type { Simulator } from '../../../simulator/server.ts';
import { awsAccountHands } from '../../../src/adapters/aws/account-hands.ts';
import { createAwsAccess, type AwsAccess } from '../../../src/adapters/aws/clients.ts';
import { createTrailReader } from '../../../src/adapters/aws/cloudtrail-reader.ts';
import { createIdentityReader } from '../../../src/adapters/aws/identity-reader.ts';
import { createRegionLister } from '../../../src/adapters/aws/region-lister.ts';
import { dynamoDbRegister } from '../../../src/adapters/aws/dynamodb-register.ts';
import { examineRole } from '../../../src/adapters/aws/role-examination.ts';
import { watchedAmong } from '../../../src/investigation/watched-accounts.ts';
import type { CaseId, Instant } from '../../../src/model/ids.ts';
import { CallFailure } from '../../../src/response/call-failure.ts';
import type { AccountHands } from '../../../src/response/ports.ts';
import { type Register, registerKeyOf } from '../../../src/response/register.ts';
import { SecretText } from '../../../src/response/secret-text.ts';
import { createRegisterTable } from '../../response/register-table.ts';
import {
  accessTo,
  accountId,
  accountOf,
  intruder,
  oldKey,
  startCompromisedAccount,
  userName,
} from '../../response/simulated-account.ts';

/* Every call that we make, each with every answer that is none: whatever comes back, nothing is concluded from it. */

const roleName = 'Deployer';

let simulator: Simulator;
let access: AwsAccess;
let hands: AccountHands;

/** A role beside the user, who has one of everything that can be asked about. */
function startFuzzedAccount(): Promise<Simulator> {
  const nothing = { Version: '2012-10-17', Statement: [] };
  const administrator = { attachedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] };
  const user = {
    name: userName,
    id: 'AIDADATAEXPORT000001',
    keys: [oldKey],
    password: true,
    groups: ['analysts'],
    policies: { own: nothing },
    attachedPolicyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
  };
  const account = {
    id: accountId,
    regions: ['us-east-1'],
    roles: [{ name: roleName, trust: nothing }],
    groups: [{ name: 'analysts' }],
    users: [user, { name: 'intruder', keys: [intruder], ...administrator }],
  };
  return startCompromisedAccount({ accounts: [account] });
}

beforeEach(async () => {
  simulator = await startFuzzedAccount();
  access = accessTo(simulator);
  hands = await awsAccountHands({ access, accounts: [accountOf(simulator)] })(accountId, {
    sessionName: 'TH-000001.intent',
    sourceIdentity: 'TH-000001',
    intentId: 'intent',
  });
});

afterEach(async () => {
  access.destroy();
  await simulator.stop();
});

const secretPlace = ['trailhound/fuzzed', 'us-east-1'] as const;

async function storeSecret(on: AccountHands): Promise<unknown> {
  const key = { accessKeyId: 'AKIAFUZZED0000000001', secret: new SecretText('fuzzed') };
  const [name, region] = secretPlace;
  const token = 'f'.repeat(64);
  return await on.secrets.store({ name, region, token, userName, key, caseId: 'TH-000001' as CaseId });
}

interface FuzzedCall {
  readonly operation: string;
  readonly prepare?: (user: FuzzedUser) => Promise<unknown>;
  readonly call: (user: FuzzedUser) => Promise<unknown>;
}

/** A user of the call's own, with one key: what one call did to it is in no other one's way. */
interface FuzzedUser {
  readonly name: string;
  readonly keyId: string;
}

function aUser(): FuzzedUser {
  const name = `fuzzed-${String((users += 1)).padStart(4, '0')}`;
  const keyId = `AKIA${name.toUpperCase().replace('-', '').padEnd(16, '0')}`;
  simulator.control.addUser(accountId, { name, keys: [{ id: keyId }], password: true });
  return { name, keyId };
}
let users = 0;

const policyName = 'TrailhoundFuzzed';
const role = { kind: 'role', name: roleName } as const;
const policyText = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}';

const calls: readonly FuzzedCall[] = [
  { operation: 'AssumeRole', call: ({ name }) => hands.keys.keysOf(name) },
  { operation: 'GetCallerIdentity', call: () => hands.responder() },
  { operation: 'GetUser', call: ({ name }) => hands.keys.ownerNamed(name) },
  { operation: 'ListAccessKeys', call: ({ name }) => hands.keys.keysOf(name) },
  { operation: 'UpdateAccessKey', call: ({ name, keyId }) => hands.keys.deactivate(name, keyId) },
  { operation: 'CreateAccessKey', call: ({ name }) => hands.keys.create(name) },
  { operation: 'DeleteAccessKey', call: ({ name, keyId }) => hands.keys.remove(name, keyId) },
  {
    operation: 'DescribeSecret',
    prepare: () => storeSecret(hands),
    call: () => hands.secrets.describe(...secretPlace),
  },
  { operation: 'CreateSecret', call: () => storeSecret(hands) },
  { operation: 'GetRole', call: () => hands.principals.roleNamed(roleName) },
  {
    operation: 'GetUserPolicy',
    prepare: ({ name }) => hands.principals.putPolicy({ kind: 'user', name }, policyName, policyText),
    call: ({ name }) => hands.principals.policyOf({ kind: 'user', name }, policyName),
  },
  {
    operation: 'GetRolePolicy',
    prepare: () => hands.principals.putPolicy(role, policyName, policyText),
    call: () => hands.principals.policyOf(role, policyName),
  },
  {
    operation: 'PutUserPolicy',
    call: ({ name }) => hands.principals.putPolicy({ kind: 'user', name }, policyName, policyText),
  },
  { operation: 'PutRolePolicy', call: () => hands.principals.putPolicy(role, policyName, policyText) },
  {
    operation: 'DeleteUserPolicy',
    prepare: ({ name }) => hands.principals.putPolicy({ kind: 'user', name }, policyName, policyText),
    call: ({ name }) => hands.principals.removePolicy({ kind: 'user', name }, policyName),
  },
  {
    operation: 'DeleteRolePolicy',
    prepare: () => hands.principals.putPolicy(role, policyName, policyText),
    call: () => hands.principals.removePolicy(role, policyName),
  },
  { operation: 'GetLoginProfile', call: ({ name }) => hands.principals.hasPassword(name) },
  { operation: 'DeleteLoginProfile', call: ({ name }) => hands.principals.removePassword(name) },
  {
    operation: 'LookupEvents',
    prepare: ({ name }) => hands.keys.create(name),
    call: ({ name }) => hands.trail.makingOf(name, 'AKIANOTSEEN000000001', '2026-11-01T00:00:00.000Z' as Instant),
  },
];

const unreadable = ['truncated', 'empty', 'html-answer', 'wrong-protocol', 'wrong-length'] as const;

/** What evidence asks about a user. */
const userReads = [
  'GetUser',
  'ListAccessKeys',
  'GetLoginProfile',
  'ListMFADevices',
  'ListAttachedUserPolicies',
  'ListUserPolicies',
  'ListGroupsForUser',
];
/** What collection and `doctor` ask beside LookupEvents. */
const otherReads = ['DescribeRegions', 'SimulatePrincipalPolicy'];
const registerCalls = ['PutItem', 'GetItem', 'Query'];

const garblings: readonly FaultKind[] = [
  'truncated',
  'empty',
  'html-answer',
  'wrong-protocol',
  'wrong-length',
  'failed-after',
  'server-error',
  'html-error',
  'cut-after',
];

/** STS is asked up to three times by the SDK: it is garbled for all of them. */
async function failureOf(
  { operation, prepare, call }: FuzzedCall,
  fault: Omit<FaultDefinition, 'match'>,
): Promise<unknown> {
  const user = aUser();
  await prepare?.(user);
  const added = simulator.control.addFault({ ...fault, match: { operation }, times: null });
  try {
    return await call(user).then(
      (answer) => ({ answered: answer }),
      (error: unknown) => error,
    );
  } finally {
    simulator.control.removeFault(added.id);
  }
}

function expectLost(failure: unknown): void {
  expect(failure).toBeInstanceOf(CallFailure);
  expect((failure as CallFailure).facts).toMatchObject({ ran: 'unknown', retryable: true });
}

describe('an answer that cannot be read is a lost answer', () => {
  test.each(calls.flatMap((call) => garblings.map((kind) => [call.operation, kind, call] as const)))(
    '%s, %s',
    async (_operation, kind, call) => {
      expectLost(await failureOf(call, { kind }));
    },
  );

  test.each(calls.map((call) => [call.operation, call] as const))('%s, cut anywhere', async (_operation, call) => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom<FaultKind>('truncated', 'wrong-length'),
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (kind, keep) => expectLost(await failureOf(call, { kind, keep })),
      ),
      { numRuns: 12 },
    );
  });

  test('and each call is answered when nothing is garbled', async () => {
    for (const { operation, prepare, call } of calls) {
      const user = aUser();
      await prepare?.(user);
      await expect(call(user), operation).resolves.toBeDefined();
    }
  });
});

describe('who reads, for collection and for evidence', () => {
  test.each(unreadable)('takes no list for empty that was not read: %s', async (kind) => {
    const account = accountOf(simulator);
    simulator.control.addFault({ kind, match: { operation: 'LookupEvents' }, times: null });
    simulator.control.addFault({ kind, match: { operation: 'DescribeRegions' }, times: null });
    const span = { from: Math.floor(Date.now() / 1000) - 60, to: Math.floor(Date.now() / 1000) };
    const source = { accountId, region: 'us-east-1' };
    const reader = createTrailReader(access);
    const page = await reader.page({ account, source, span, filter: 'all', token: null } as never, async () => {});
    expect(page).toMatchObject({ kind: 'fault' });
    expect(await createRegionLister(access).enabledRegions(account)).toMatchObject({ kind: 'unknown' });
  });

  test('takes no user for one without keys, password, devices, policies and groups whose answers were not read', async () => {
    await Promise.all(
      unreadable.map(async (kind) => {
        const garbled = await startFuzzedAccount();
        const reading = accessTo(garbled);
        for (const operation of userReads) garbled.control.addFault({ kind, match: { operation }, times: 3 });
        const identities = createIdentityReader(reading, watchedAmong([accountOf(garbled)]));
        const state = await identities.userState(accountId, userName);
        // The second look at each, two seconds later, is answered.
        expect(state).toMatchObject({ exists: true, userId: 'AIDADATAEXPORT000001', problems: [], mfaDevices: 0 });
        expect(state).toMatchObject({ hasPassword: true, inlinePolicies: ['own'], groups: ['analysts'] });
        expect(state.attachedPolicies).toEqual(['arn:aws:iam::aws:policy/ReadOnlyAccess']);
        expect(state.keys?.map((key) => key.accessKeyId)).toEqual([oldKey.id]);
        reading.destroy();
        await garbled.stop();
      }),
    );
  }, 120_000);

  test.each(unreadable)('takes no role for one that has, or lacks, what it needs: %s', async (kind) => {
    const added = simulator.control.addFault({ kind, match: { operation: 'SimulatePrincipalPolicy' }, times: null });
    const needed = [{ resource: '*', actions: ['iam:GetUser'] }];
    const seen = await examineRole({ aws: access, pacer: null }, accountOf(simulator), 'poll', needed);
    simulator.control.removeFault(added.id);
    expect(seen).toMatchObject({
      kind: 'examined',
      denied: [],
      unknown: [expect.stringContaining('SimulatePrincipalPolicy did not answer')],
    });
  });
});

describe('the register that several machines share', () => {
  const table = 'trailhound-register';
  const entry = { kind: 'end', intentId: 'i', outcome: 'done', at: '2026-11-24T12:00:00.000Z' as Instant } as const;
  const uses: Readonly<Record<string, (register: Register) => Promise<unknown>>> = {
    PutItem: (register) => register.spend(entry),
    GetItem: (register) => register.find(registerKeyOf(entry)),
    Query: (register) => register.begun(),
  };
  test.each(registerCalls.flatMap((operation) => unreadable.map((kind) => [operation, kind] as const)))(
    'concludes nothing from an answer that was not read: %s, %s',
    async (operation, kind) => {
      const { id: accessKeyId, secret: secretAccessKey } = intruder;
      const credentials = { accessKeyId, secretAccessKey };
      const administrator = createAwsAccess({
        endpoint: simulator.url,
        region: 'us-east-1',
        version: '0',
        credentials,
      });
      const client = administrator.dynamoDb('us-east-1', undefined);
      await createRegisterTable(client, table);
      const register = dynamoDbRegister(client, { table, installation: 'test', now: () => entry.at });
      // What was put is known again by its mark when it is put once more.
      const times = operation === 'PutItem' ? 1 : null;
      simulator.control.addFault({ kind, match: { operation }, times });
      const used = uses[operation]?.(register) ?? Promise.reject(new TypeError(operation));
      if (operation === 'PutItem') await expect(used).resolves.toEqual({ entry, fresh: true });
      else await expect(used).rejects.toThrow(/^Responses are stopped: the register in table/);
      administrator.destroy();
    },
  );
});

test('every call that the adapters make is one of those', () => {
  const sources = globSync('src/adapters/aws/*.ts').map((file) => readFileSync(file, 'utf8'));
  const made = sources.flatMap((source) => [...source.matchAll(/new (\w+)Command\(/g)].map(([, name = '']) => name));
  const here = [...calls.map(({ operation }) => operation), ...userReads, ...otherReads, ...registerCalls];
  expect([...new Set(here)].toSorted()).toEqual([...new Set(made)].toSorted());
});
