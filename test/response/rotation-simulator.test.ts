import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Simulator } from '../../simulator/server.ts';
import type { AnsweredCall, AwsAccess } from '../../src/adapters/aws/clients.ts';
import { CallFailure } from '../../src/response/call-failure.ts';
import { NeedsSettling, StepBlocked } from '../../src/response/step.ts';
import { aPlan, rotationIn } from '../approval/decision-fixtures.ts';
import { memoryJournal } from './memory-journal.ts';
import { rotationByHand } from './rotation-by-hand.ts';
import { accessTo, accountOf, oldKey, startCompromisedAccount, stateOf, makeForeignKey } from './simulated-account.ts';

const plan = aPlan();
const rotation = rotationIn(plan);

let simulator: Simulator;
let access: AwsAccess;
let calls: AnsweredCall[];

beforeEach(async () => {
  calls = [];
  simulator = await startCompromisedAccount({ deliveryDelay: { minMs: 200, maxMs: 400 } });
  access = accessTo(simulator, (call) => calls.push(call));
});

afterEach(async () => {
  access.destroy();
  await simulator.stop();
});

function byHand(journal = memoryJournal()) {
  return rotationByHand(plan, rotation, accountOf(simulator), access, journal);
}

function expectRotated(): void {
  const { keys, secrets } = stateOf(simulator);
  expect(keys.find((key) => key.id === oldKey.id)?.status).toBe('Inactive');
  const fresh = keys.filter((key) => key.id !== oldKey.id);
  expect(fresh.map((key) => key.status)).toEqual(['Active']);
  expect(secrets.length).toBe(1);
  expect(JSON.parse(secrets[0]?.versions[0]?.value ?? '{}')).toMatchObject({
    accessKeyId: fresh[0]?.id,
    secretAccessKey: fresh[0]?.secret,
  });
}

describe('a rotation over the SDK against the simulated AWS', () => {
  test('contains, makes a key, stores its secret under the intent, and verifies', async () => {
    const journal = memoryJournal();
    const hand = byHand(journal);
    await hand.takeAll();
    expectRotated();
    const [secret] = stateOf(simulator).secrets;
    expect(secret?.versions[0]?.id).toBe(hand.intentId);
    const madeSecret = stateOf(simulator).keys.find((key) => key.id !== oldKey.id)?.secret ?? 'none';
    expect(JSON.stringify(journal.rows)).not.toContain(madeSecret);
  });

  test('reports every answered write with its request ID, case and intent', async () => {
    const hand = byHand();
    await hand.takeAll();
    const writes = calls.filter((call) => /Create|Update|Delete/.test(call.operation));
    expect(writes.map((call) => call.operation)).toEqual([
      'iam:UpdateAccessKey',
      'iam:CreateAccessKey',
      'secretsmanager:CreateSecret',
    ]);
    for (const write of writes) {
      expect(write.session).toMatchObject({ sourceIdentity: plan.caseId, intentId: hand.intentId });
      expect(write.awsRequestId).not.toBe('');
    }
    const asked = simulator.control.requests();
    expect(JSON.stringify(asked)).not.toContain('GetSecretValue');
  });

  test.each(['cut-after', 'truncated', 'server-error', 'html-error', 'cut-before', 'throttled'] as const)(
    'ends with one new key when CreateAccessKey meets: %s',
    async (kind) => {
      simulator.control.addFault({ kind, match: { operation: 'CreateAccessKey' } });
      const hand = byHand();
      await hand.take('deactivate-old-key');
      const first = await hand.take('create-and-store-key').catch((error: unknown) => error);
      if (kind === 'throttled') expect(first).toBeInstanceOf(CallFailure);
      else expect(first).toBeInstanceOf(NeedsSettling);
      await hand.takeAll();
      expectRotated();
      const asked = calls.filter((call) => call.operation === 'iam:CreateAccessKey').length;
      expect(asked).toBeLessThanOrEqual(2);
    },
  );

  test.each(['cut-after', 'truncated', 'cut-before', 'server-error'] as const)(
    'ends with one new key when storing its secret meets: %s',
    async (kind) => {
      simulator.control.addFault({ kind, match: { operation: 'CreateSecret' } });
      await byHand().takeAll();
      expectRotated();
    },
  );

  test('removes the key at once when its secret must not be stored, and names the permission', async () => {
    simulator.control.addFault({ kind: 'access-denied', match: { operation: 'CreateSecret' }, times: null });
    const hand = byHand();
    const ended = await hand.takeAll().catch((error: unknown) => error);
    expect(ended).toBeInstanceOf(CallFailure);
    expect((ended as CallFailure).message).toContain('secretsmanager:CreateSecret');
    expect(stateOf(simulator).keys.map((key) => [key.id, key.status])).toEqual([[oldKey.id, 'Inactive']]);
    expect(stateOf(simulator).secrets).toEqual([]);
  });

  test('never touches a key that somebody else made meanwhile, and says that it is not ours', async () => {
    simulator.control.addFault({ kind: 'cut-before', match: { operation: 'CreateAccessKey' } });
    const hand = byHand();
    await hand.take('deactivate-old-key');
    await hand.take('create-and-store-key').catch(() => null);
    makeForeignKey(simulator);
    await expect(hand.takeAll()).rejects.toThrow(/made by somebody else/);
    expect(stateOf(simulator).keys.filter((key) => key.status === 'Active').length).toBe(1);
  });

  test('refuses to touch the identity that it acts with, a protected user and a renamed one', async () => {
    const other = { ...rotation, target: { ...rotation.target, userId: 'AIDASOMEBODYELSE' } };
    const hand = rotationByHand(plan, other, accountOf(simulator), access, memoryJournal());
    await expect(hand.takeAll()).rejects.toThrow(/belongs to another user by now/);
    const gone = { ...rotation, target: { ...rotation.target, accessKeyId: 'AKIANOTTHERE00000001' } };
    await expect(
      rotationByHand(plan, gone, accountOf(simulator), access, memoryJournal()).takeAll(),
    ).rejects.toBeInstanceOf(StepBlocked);
    expect(stateOf(simulator).keys.map((key) => key.status)).toEqual(['Active']);
  });
});
