import type { Client } from '@temporalio/client';
import { MockActivityEnvironment } from '@temporalio/testing';
import { Client as PostgresClient } from 'pg';
import { expect } from 'vitest';
import type { Simulator, SimulatorOptions } from '../../simulator/server.ts';
import { createRespondActivities, type RespondPorts } from '../../activities/respond.ts';
import type { RespondResult } from '../../src/messages/respond-messages.ts';
import type { Instant } from '../../src/model/ids.ts';
import { acceptMemories } from '../../src/response/accept-memories.ts';
import { compareMemories } from '../../src/response/memory-agreement.ts';
import { type Compromise, openBench, type ResponseBench, startRespond } from './response-bench.ts';
import { composeRespondPorts, type RespondWorkerSettings, startRespondWorker } from './respond-worker.ts';
import { intruder, startCompromisedAccount } from './simulated-account.ts';

/** A responder at work: a simulated account with users to contain, a store, a Temporal, and a worker on them. */
export interface Responder {
  readonly simulator: Simulator;
  readonly bench: ResponseBench;
  readonly settings: RespondWorkerSettings;
  /** What the worker's activities work on. */
  readonly ports: RespondPorts;
  /** Of the worker's namespace. */
  readonly client: Client;
  /** Of PostgreSQL, as whoever owns it. */
  readonly attacker: PostgresClient;
  /** How many calls have come to AWS, from anybody, that change something. */
  writesSeen(): number;
  /** A call in IAM by somebody who may do everything. */
  intruderCalls(operation: string, input: object): void;
  /** Calls an activity past any workflow, with arguments and in the name of the execution of the attacker's choice. */
  callByHand(
    name: 'takeStep' | 'settleStep' | 'endAction',
    asked: unknown,
    execution?: { readonly workflowId: string; readonly runId: string },
  ): Promise<unknown>;
  /** Begins a response and holds it behind its first write, which AWS throttles all along. */
  heldResponse(victim: Compromise): Promise<HeldResponse>;
  /** Goes on with what the register and the store do not agree on, as `register accept` does. */
  acceptMemories(): Promise<void>;
  close(): Promise<void>;
}

/** A response that has written down what it checked, and waits for AWS to take its first write. */
export interface HeldResponse {
  /** How it ended without a write: what was begun before the store was changed AWS refuses too. */
  ended(): Promise<RespondResult>;
}

export interface ResponderOptions {
  readonly simulator?: SimulatorOptions;
  readonly settings?: Partial<RespondWorkerSettings>;
  /** Puts other ports in the place of the worker's. */
  readonly ports?: (ports: RespondPorts) => RespondPorts;
}

export async function openResponder(options: ResponderOptions = {}): Promise<Responder> {
  const simulator = await startCompromisedAccount(options.simulator);
  const bench = await openBench(simulator);
  const settings = { ...(await bench.settings()), ...options.settings };
  const composed = composeRespondPorts(settings);
  const { ports } = composed;
  const worker = await startRespondWorker(settings, options.ports?.(ports) ?? ports);
  const attacker = new PostgresClient(settings.storeUrl);
  await attacker.connect();
  const client = await bench.clientFor(settings);
  return {
    simulator,
    bench,
    settings,
    ports,
    client,
    attacker,
    writesSeen: () =>
      simulator.control.requests().filter(({ operation }) => /^(Create|Update|Delete|Put)/.test(operation)).length,
    intruderCalls: (operation, input) => {
      const outcome = simulator.control.call({
        accessKeyId: intruder.id,
        service: 'iam',
        operation,
        input: { ...input },
        region: 'us-east-1',
        sourceIp: '203.0.113.9',
        userAgent: 'aws-cli/2.0',
      });
      if (!outcome.allowed) throw new Error(outcome.message);
    },
    callByHand: async (name, asked, execution = byHand) => {
      const environment = new MockActivityEnvironment({ workflowExecution: execution });
      const activity: (request: never) => Promise<unknown> = createRespondActivities(ports)[name];
      return await environment.run(activity as (request: unknown) => Promise<unknown>, asked);
    },
    heldResponse: async (victim) => {
      const fault = simulator.control.addFault({
        kind: 'throttled',
        match: { operation: 'UpdateAccessKey' },
        times: null,
      });
      const handle = await startRespond(client, victim.workflowId, await victim.input());
      const checked = `select 1 from action_steps where mark = 'checked'
        and intent_id in (select intent_id from response_actions where plan_digest = $1)`;
      await expect
        .poll(async () => (await attacker.query(checked, [victim.plan.digest])).rowCount, { timeout: 30_000 })
        .toBe(1);
      return {
        ended: async () => {
          const result = (await handle.result()) as RespondResult;
          simulator.control.removeFault(fault.id);
          return result;
        },
      };
    },
    acceptMemories: async () => {
      const { register, journal } = ports;
      const differences = await compareMemories(register, () => journal.actions());
      await acceptMemories(register, differences, 'as the test has it', new Date().toISOString() as Instant);
    },
    close: async () => {
      await attacker.end();
      await worker.stop();
      await composed.close();
      await bench.close();
      await simulator.stop();
    },
  };
}

const byHand = { workflowId: 'by-hand', runId: 'by-hand' } as const;
