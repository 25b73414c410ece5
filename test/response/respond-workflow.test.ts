import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RespondResult, stop } from '../../src/messages/respond-messages.ts';
import { startRespond } from './response-bench.ts';
import { openResponder, type Responder } from './responder.ts';
import { userStateOf } from './simulated-account.ts';

let here: Responder;
beforeAll(async () => {
  here = await openResponder({ simulator: { deliveryDelay: { minMs: 300, maxMs: 600 } } });
});
afterAll(() => here.close());

describe('a response', () => {
  test('rotates the key, records each step before the next, and says what it did', async () => {
    const { plan, target, workflowId, input } = await here.bench.compromise();
    const handle = await startRespond(here.client, workflowId, await input());
    const result = (await handle.result()) as RespondResult;
    expect(result).toMatchObject({ ended: 'contained', actions: [{ type: 'rotateAccessKey', outcome: 'done' }] });
    const { live, oldStatus, stored } = userStateOf(here.simulator, target);
    expect(oldStatus).toBe('Inactive');
    expect(live.length).toBe(1);
    expect(stored.get(live[0]?.id ?? '')).toBe(live[0]?.secret);

    const kinds = await here.bench.store.db
      .selectFrom('audit_records')
      .select(['kind', 'subject'])
      .where('case_id', '=', plan.caseId)
      .orderBy('position')
      .execute();
    expect(kinds.map((row) => row.kind)).toEqual(['action-step', 'action-step', 'action-ended']);
    const ended = await here.bench.store.db
      .selectFrom('response_actions')
      .selectAll()
      .where('plan_digest', '=', plan.digest)
      .executeTakeFirstOrThrow();
    expect(ended.result).toMatchObject({ outcome: 'done', reached: 'verified', verifiedBy: ['iam'] });
    const logged = await here.bench.store.db
      .selectFrom('own_calls')
      .select('operation')
      .where('intent_id', '=', ended.intent_id)
      .execute();
    expect(logged.map((row) => row.operation)).toEqual(
      expect.arrayContaining(['iam:UpdateAccessKey', 'iam:CreateAccessKey', 'secretsmanager:CreateSecret']),
    );
  });

  test('settles a lost answer to CreateAccessKey before it makes another key', async () => {
    const { target, workflowId, input } = await here.bench.compromise();
    here.simulator.control.addFault({ kind: 'cut-after', match: { operation: 'CreateAccessKey' } });
    const handle = await startRespond(here.client, workflowId, await input());
    expect(await handle.result()).toMatchObject({ ended: 'contained' });
    const { live, all, stored } = userStateOf(here.simulator, target);
    expect(all.length).toBe(2);
    expect(stored.get(live[0]?.id ?? '')).toBe(live[0]?.secret);
  });

  test('names the missing permission and leaves no key behind when the secret must not be stored', async () => {
    const { target, workflowId, input } = await here.bench.compromise();
    const fault = here.simulator.control.addFault({
      kind: 'access-denied',
      match: { operation: 'CreateSecret' },
      times: null,
    });
    const handle = await startRespond(here.client, workflowId, await input());
    const result = (await handle.result()) as RespondResult;
    here.simulator.control.removeFault(fault.id);
    expect(result.ended).toBe('partly-contained');
    const { detail = '' } = result.actions[0] ?? {};
    expect(detail).toContain('secretsmanager:CreateSecret');
    expect(detail.split(`Key ${target.accessKeyId} is inactive`)).toHaveLength(2);
    expect(userStateOf(here.simulator, target).live).toEqual([]);
  });

  test('ends between two steps when a person stops it', async () => {
    const { target, workflowId, input } = await here.bench.compromise();
    const fault = here.simulator.control.addFault({
      kind: 'throttled',
      match: { operation: 'UpdateAccessKey' },
      times: null,
    });
    const handle = await startRespond(here.client, workflowId, await input());
    expect(await handle.executeUpdate(stop, { args: [{ requestedBy: 'bob' }] })).toEqual({ stopping: true });
    here.simulator.control.removeFault(fault.id);
    const result = (await handle.result()) as RespondResult;
    expect(result).toMatchObject({ ended: 'stopped', actions: [{ outcome: 'stopped' }] });
    expect(result.actions[0]?.detail).toContain('Stopped by bob');
    expect(userStateOf(here.simulator, target).all.length).toBe(1);
  });
});
