import type { Client, WorkflowHandle } from '@temporalio/client';
import { describe, expect, test } from 'vitest';
import { startCompromisedAccount } from './simulated-account.ts';
import type { Simulator } from '../../simulator/server.ts';
import { stop } from '../../src/messages/respond-messages.ts';
import { readHistory, recordedHistories, recordHistory, recording, replay } from '../harness/recorded-histories.ts';
import { type Compromise, openBench, startRespond } from './response-bench.ts';
import { composeRespondPorts, startRespondWorker } from './respond-worker.ts';

/** One history for each way through the workflow. */
const stories: Readonly<Record<string, (scene: Scene) => Promise<WorkflowHandle>>> = {
  'respond-rotated': async ({ client, victim }) => startRespond(client, victim.workflowId, await victim.input()),
  'respond-lost-answer': async ({ client, victim, simulator }) => {
    simulator.control.addFault({ kind: 'cut-after', match: { operation: 'CreateAccessKey' } });
    return await startRespond(client, victim.workflowId, await victim.input());
  },
  'respond-secret-denied': async ({ client, victim, simulator }) => {
    simulator.control.addFault({ kind: 'access-denied', match: { operation: 'CreateSecret' } });
    return await startRespond(client, victim.workflowId, await victim.input());
  },
  'respond-held-up': async ({ client, victim, simulator }) => {
    simulator.control.addFault({ kind: 'failed-after', match: { operation: 'CreateAccessKey' } });
    simulator.control.addFault({ kind: 'access-denied', match: { operation: 'LookupEvents' }, times: 3 });
    return await startRespond(client, victim.workflowId, await victim.input());
  },
  'respond-refused': async ({ client, victim }) =>
    startRespond(client, victim.workflowId, { ...(await victim.input()), decisions: [] }),
  'respond-stopped': async ({ client, victim, simulator }) => {
    simulator.control.addFault({ kind: 'throttled', match: { operation: 'UpdateAccessKey' }, times: 2 });
    const handle = await startRespond(client, victim.workflowId, await victim.input());
    await handle.executeUpdate(stop, { args: [{ requestedBy: 'bob' }] });
    return handle;
  },
};

interface Scene {
  readonly client: Client;
  readonly victim: Compromise;
  readonly simulator: Simulator;
}

if (recording) {
  test('records a history of each way through respond', async () => {
    const simulator = await startCompromisedAccount({ deliveryDelay: { minMs: 200, maxMs: 500 } });
    const bench = await openBench(simulator);
    const settings = await bench.settings();
    const composed = composeRespondPorts(settings);
    const worker = await startRespondWorker(settings, composed.ports);
    const client = await bench.clientFor(settings);
    for (const [name, tell] of Object.entries(stories)) {
      const handle = await tell({ client, victim: await bench.compromise(), simulator });
      await handle.result();
      await recordHistory(name, handle);
    }
    await worker.stop();
    await composed.close();
    await bench.close();
    await simulator.stop();
  });
}

describe('an open response is taken over by this version', () => {
  test('whatever way it has gone', async () => {
    const recorded = await recordedHistories('respond-');
    expect(recorded).toEqual(expect.arrayContaining(Object.keys(stories)));
    for (const name of recorded) await replay(await readHistory(name));
  });

  test('and a history that this version would not have made is told from it', async () => {
    const text = JSON.stringify(await readHistory('respond-rotated'));
    const other = JSON.parse(text.replace('"beginResponse"', '"openResponse"'));
    await expect(replay(other)).rejects.toThrow(/[Nn]ondeterminism|determinism/);
  });
});
