import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FaultDefinition, FaultKind } from '../../../simulator/faults.ts';
import type { Simulator } from '../../../simulator/server.ts';
import { awsAccountHands } from '../../../src/adapters/aws/account-hands.ts';
import type { AwsAccess } from '../../../src/adapters/aws/clients.ts';
import { createTrailReader } from '../../../src/adapters/aws/cloudtrail-reader.ts';
import { createIdentityReader } from '../../../src/adapters/aws/identity-reader.ts';
import { createRegionLister } from '../../../src/adapters/aws/region-lister.ts';
import { watchedAmong } from '../../../src/investigation/watched-accounts.ts';
import type { CaseId, Instant } from '../../../src/model/ids.ts';
import { CallFailure } from '../../../src/response/call-failure.ts';
import type { AccountHands } from '../../../src/response/ports.ts';
import { SecretText } from '../../../src/response/secret-text.ts';
import {
  accessTo,
  accountId,
  accountOf,
  oldKey,
  startCompromisedAccount,
  userName,
} from '../../response/simulated-account.ts';

/* Every call that a response makes, each with every answer that is none: whatever comes back, nothing is concluded from it. */

let simulator: Simulator;
let access: AwsAccess;
let hands: AccountHands;

beforeEach(async () => {
  simulator = await startCompromisedAccount();
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
  readonly prepare?: () => Promise<unknown>;
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
  simulator.control.addUser(accountId, { name, keys: [{ id: keyId }] });
  return { name, keyId };
}
let users = 0;

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
  {
    operation: 'LookupEvents',
    prepare: () => hands.keys.create(userName),
    call: () => hands.trail.makingOf(userName, 'AKIANOTSEEN000000001', '2026-11-01T00:00:00.000Z' as Instant),
  },
];

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
async function failureOf({ operation, call }: FuzzedCall, fault: Omit<FaultDefinition, 'match'>): Promise<unknown> {
  const user = aUser();
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
      await call.prepare?.();
      expectLost(await failureOf(call, { kind }));
    },
  );

  test.each(calls.map((call) => [call.operation, call] as const))('%s, cut anywhere', async (_operation, call) => {
    await call.prepare?.();
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
    for (const { operation, call } of calls) await expect(call(aUser()), operation).resolves.toBeDefined();
  });
});

describe('who reads, for collection and for evidence', () => {
  test.each(['truncated', 'empty', 'html-answer', 'wrong-protocol', 'wrong-length'] as const)(
    'takes no list for empty that was not read: %s',
    async (kind) => {
      const account = accountOf(simulator);
      simulator.control.addFault({ kind, match: { operation: 'LookupEvents' }, times: null });
      simulator.control.addFault({ kind, match: { operation: 'DescribeRegions' }, times: null });
      const span = { from: Math.floor(Date.now() / 1000) - 60, to: Math.floor(Date.now() / 1000) };
      const source = { accountId, region: 'us-east-1' };
      const reader = createTrailReader(access);
      const page = await reader.page({ account, source, span, filter: 'all', token: null } as never, async () => {});
      expect(page).toMatchObject({ kind: 'fault' });
      expect(await createRegionLister(access).enabledRegions(account)).toMatchObject({ kind: 'unknown' });
    },
  );

  test('takes no user for one without keys, password and devices whose answers were not read', async () => {
    for (const operation of ['ListAccessKeys', 'GetLoginProfile', 'ListMFADevices', 'GetUser']) {
      simulator.control.addFault({ kind: 'html-answer', match: { operation }, times: 3 });
    }
    const identities = createIdentityReader(access, watchedAmong([accountOf(simulator)]));
    const state = await identities.userState(accountId, userName);
    // The second look, two seconds later, is answered.
    expect(state).toMatchObject({ exists: true, hasPassword: false, mfaDevices: 0, problems: [] });
    expect(state.keys?.map((key) => key.accessKeyId)).toEqual([oldKey.id]);
  });
});
