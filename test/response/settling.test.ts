import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { loadAuditRecords } from '../../src/adapters/store/audit/audit-store.ts';
import { closeCaseIfNoUnclaimed } from '../../src/adapters/store/cases/alert-claims.ts';
import { loadUnsettledKeys } from '../../src/adapters/store/response/unsettled-key-store.ts';
import { progress, type RespondProgress, type RespondResult } from '../../src/messages/respond-messages.ts';
import { type Compromise, startRespond } from './response-bench.ts';
import { openResponder, type Responder } from './responder.ts';
import { userStateOf } from './simulated-account.ts';

let here: Responder;
beforeAll(async () => {
  here = await openResponder({ simulator: { deliveryDelay: { minMs: 100, maxMs: 400 } } });
});
afterAll(() => here.close());
afterEach(() => here.simulator.control.removeFault());

const lostCreation = { kind: 'failed-after', match: { operation: 'CreateAccessKey' } } as const;

async function respondTo(victim: Compromise): Promise<WorkflowHandle> {
  return await startRespond(here.client, victim.workflowId, await victim.input());
}

async function untilHeld(handle: WorkflowHandle): Promise<NonNullable<RespondProgress['held']>> {
  return await expect
    .poll(async () => (await handle.query(progress)).held, { timeout: 20_000, interval: 100 })
    .not.toBeNull()
    .then(async () => {
      const { held } = await handle.query(progress);
      if (held === null) throw new Error('it was held up, and is not any more');
      return held;
    });
}

/** At the end: the old key inactive, one new key, and that one stored. */
function expectWhole(victim: Compromise): void {
  const { live, oldStatus, stored } = userStateOf(here.simulator, victim.target);
  expect(oldStatus).toBe('Inactive');
  expect(live.length).toBe(1);
  expect(stored.get(live[0]?.id ?? '')).toBe(live[0]?.secret);
}

function keysMade(victim: Compromise): readonly string[] {
  return here.simulator.control.deliveries().flatMap(({ record }) => {
    const made = (
      record as { readonly responseElements?: { readonly accessKey?: { accessKeyId: string; userName: string } } }
    ).responseElements?.accessKey;
    return made?.userName === victim.target.userName ? [made.accessKeyId] : [];
  });
}

async function auditText(victim: Compromise): Promise<string> {
  const records = await loadAuditRecords(here.bench.store.db, victim.plan.caseId);
  return JSON.stringify(records.map(({ kind, data }) => ({ kind, data })));
}

describe('after a lost answer to CreateAccessKey, nothing ends the settling but its end', () => {
  test.each([
    [
      'the answer to GetCallerIdentity is cut short',
      { kind: 'truncated', match: { operation: 'GetCallerIdentity' }, times: 4 },
    ],
    ['the answer to LookupEvents is cut short', { kind: 'truncated', match: { operation: 'LookupEvents' } }],
    ['the list of keys comes empty', { kind: 'empty', match: { operation: 'ListAccessKeys' }, skip: 2, times: 3 }],
    ['the answer to DeleteAccessKey is lost', { kind: 'failed-after', match: { operation: 'DeleteAccessKey' } }],
  ] as const)('when then %s', async (_what, fault) => {
    const victim = await here.bench.compromise();
    here.simulator.control.addFault(lostCreation);
    here.simulator.control.addFault(fault);
    const result = (await (await respondTo(victim)).result()) as RespondResult;
    expect(result).toMatchObject({ ended: 'contained', actions: [{ outcome: 'done' }] });
    expectWhole(victim);
    const told = result.actions[0]?.keys ?? [];
    expect(told.map((key) => key.accessKeyId)).toEqual(keysMade(victim));
    expect(told.map((key) => key.fate)).toEqual(['removed', 'live']);
    for (const id of keysMade(victim)) expect(await auditText(victim)).toContain(id);
  });

  test.each([
    ['LookupEvents is denied', ['LookupEvents']],
    ['LookupEvents and DeleteAccessKey are denied', ['LookupEvents', 'DeleteAccessKey']],
    ['ListAccessKeys is denied, so that no key can be named', ['ListAccessKeys']],
  ] as const)(
    '%s: a person is told which key may be live, and it goes on when the cause is gone',
    async (_what, denied) => {
      const victim = await here.bench.compromise();
      here.simulator.control.addFault(lostCreation);
      for (const operation of denied) {
        // The first looks of the step are answered: it is the settling that cannot go on.
        const skip = operation === 'ListAccessKeys' ? 3 : 0;
        here.simulator.control.addFault({ kind: 'access-denied', match: { operation }, times: null, skip });
      }
      const handle = await respondTo(victim);
      const held = await untilHeld(handle);
      expect(held.why).toContain(denied[0]);
      expect(held.why).toContain(victim.target.userName);

      const [shown] = await loadUnsettledKeys(here.bench.store.db, victim.plan.caseId);
      const [made] = keysMade(victim);
      expect(shown?.accessKeyIds).toEqual(denied[0] === 'ListAccessKeys' ? [] : [made]);
      expect(await closeCaseIfNoUnclaimed(here.bench.store.db, victim.plan.caseId, 'nothing-to-do')).toBe(false);
      expect(await auditText(victim)).toContain(denied[0]);
      expect((await handle.describe()).status.name).toBe('RUNNING');

      here.simulator.control.removeFault();
      expect(await handle.result()).toMatchObject({ ended: 'contained' });
      expectWhole(victim);
      expect(await loadUnsettledKeys(here.bench.store.db, victim.plan.caseId)).toEqual([]);
    },
  );
});

describe('a response', () => {
  test('waits for a Secrets Manager that throttles, and its reads do not use that time up', async () => {
    const victim = await here.bench.compromise();
    here.simulator.control.addFault({ kind: 'throttled', match: { operation: 'CreateSecret' }, forMs: 3_000 });
    here.simulator.control.addFault({ kind: 'throttled', match: { operation: 'DescribeSecret' }, forMs: 2_000 });
    const result = (await (await respondTo(victim)).result()) as RespondResult;
    expect(result).toMatchObject({ ended: 'contained' });
    expectWhole(victim);
    // While one call is refused, a key that waits for it is not made and removed a hundred times.
    expect(keysMade(victim).length).toBeLessThan(8);
  });

  test('has a time of its own for reads that fail: it is not taken from what changes have', async () => {
    // Two waits fit into the time of either, and five do not.
    const pacing = { firstMs: 200, longestMs: 200, roundsForMs: 450 };
    const impatient = await openResponder({ settings: { pacing } });
    try {
      const { bench, simulator, client } = impatient;
      const victim = await bench.compromise();
      simulator.control.addFault({ kind: 'throttled', match: { operation: 'DescribeSecret' }, times: 3 });
      simulator.control.addFault({ kind: 'throttled', match: { operation: 'CreateAccessKey' }, times: 3 });
      const handle = await startRespond(client, victim.workflowId, await victim.input());
      expect(await handle.result()).toMatchObject({ ended: 'contained', actions: [{ outcome: 'done' }] });
    } finally {
      await impatient.close();
    }
  });

  test('that was found done is told as done, whatever its last step was told as', async () => {
    const impatient = await openResponder({ settings: { pacing: { roundsForMs: 0 } } });
    try {
      const { bench, simulator, client } = impatient;
      const victim = await bench.compromise();
      // Every answer is lost, the first call took effect, and there is no round left after it.
      simulator.control.addFault({ kind: 'cut-after', match: { operation: 'CreateSecret' }, times: null });
      const handle = await startRespond(client, victim.workflowId, await victim.input());
      const result = (await handle.result()) as RespondResult;
      const { live } = userStateOf(simulator, victim.target);
      expect(result).toMatchObject({ ended: 'contained', actions: [{ outcome: 'done' }] });
      expect(result.actions[0]?.keys).toMatchObject([{ accessKeyId: live[0]?.id, fate: 'live' }]);
      expect(result.actions[0]?.detail).toContain(live[0]?.id);
      expect(result.actions[0]?.detail).toContain('arn:aws:secretsmanager:');
    } finally {
      await impatient.close();
    }
  });

  test('tells of a key that it made and removed, when the answer to its removal is lost', async () => {
    const victim = await here.bench.compromise();
    here.simulator.control.addFault({ kind: 'access-denied', match: { operation: 'CreateSecret' }, times: null });
    here.simulator.control.addFault({ kind: 'cut-after', match: { operation: 'DeleteAccessKey' } });
    const result = (await (await respondTo(victim)).result()) as RespondResult;
    expect(result).toMatchObject({ ended: 'partly-contained', actions: [{ outcome: 'failed' }] });
    expect(userStateOf(here.simulator, victim.target).all.length).toBe(1);
    const made = keysMade(victim);
    expect(made.length).toBeGreaterThan(0);
    expect(result.actions[0]?.keys).toEqual(
      made.map((accessKeyId) => ({ accessKeyId, fate: 'removed', secretArn: null })),
    );
    for (const id of made) expect(await auditText(victim)).toContain(id);
  });
});
