import { setTimeout as sleep } from 'node:timers/promises';
import { awsAccountHands } from '../../src/adapters/aws/account-hands.ts';
import { memoryOf, memoryRegister } from './memory-register.ts';
import type { AwsAccess } from '../../src/adapters/aws/clients.ts';
import type { Account } from '../../src/model/account.ts';
import type { Action } from '../../src/model/action.ts';
import type { Instant } from '../../src/model/ids.ts';
import type { Plan } from '../../src/model/plan.ts';
import type { ActionJournal } from '../../src/response/action-journal.ts';
import { stepNamed, stepsOf } from '../../src/response/action-registry.ts';
import { intentIdOf, sessionOf } from '../../src/response/intent.ts';
import { runStep, settleStep, type StepResult } from '../../src/response/run-step.ts';
import {
  NeedsSettling,
  type StepContext,
  type StepLimits,
  StepPending,
  type StepSettlement,
} from '../../src/response/step.ts';

/** Takes an action's steps over real SDK clients, with no workflow around them. */
export interface RotationByHand {
  readonly intentId: string;
  take(step: string): Promise<StepResult>;
  settle(step: string): Promise<StepSettlement>;
  /** All steps to the end; what is pending is waited for, what was lost is settled. */
  takeAll(): Promise<void>;
}

export function rotationByHand(
  plan: Plan,
  action: Action,
  account: Account,
  access: AwsAccess,
  journal: ActionJournal,
  limits: Partial<StepLimits> = {},
): RotationByHand {
  const register = memoryRegister();
  const intentId = intentIdOf(plan.digest, action.id);
  const open = awsAccountHands({ access, accounts: [account] });

  async function contextOf(step: string): Promise<StepContext> {
    return {
      action,
      caseId: plan.caseId,
      intentId,
      hands: await open(account.id, sessionOf(plan.caseId, intentId)),
      clock: { now, wait: (ms) => sleep(ms) },
      limits: { settleMs: 200, trailProofTimeoutMs: 10_000, lookAgainMs: 50, storeAgainForMs: 300, ...limits },
      guarded: { userNames: [], paths: [] },
      mayChange: true,
      memory: memoryOf(register, intentId, step),
      journal: {
        rows: () => journal.rowsOf(intentId, step),
        mark: (mark, data, awsRequestIds, attempt = 0) =>
          journal.write({ intentId, step, mark, attempt, at: now(), awsRequestIds, data }),
      },
    };
  }
  function stepOf(name: string) {
    const step = stepNamed(action.type, name);
    if (step === null) throw new Error(`no step ${name}`);
    return step.does;
  }
  async function take(step: string) {
    return runStep(stepOf(step), await contextOf(step));
  }
  async function settle(step: string) {
    return settleStep(stepOf(step), await contextOf(step));
  }

  async function untilNotPending<T>(attempt: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await attempt();
      } catch (error) {
        if (!(error instanceof StepPending)) throw error;
        await sleep(error.lookAgainMs);
      }
    }
  }
  async function takeToTheEnd(step: string): Promise<void> {
    try {
      await untilNotPending(() => take(step));
    } catch (error) {
      if (!(error instanceof NeedsSettling)) throw error;
      const { foreign, detail } = await untilNotPending(() => settle(step));
      if (foreign.length > 0) throw new Error(detail, { cause: error });
      await takeToTheEnd(step);
    }
  }
  return {
    intentId,
    take,
    settle,
    takeAll: async () => {
      for (const { name } of stepsOf(action.type)) await takeToTheEnd(name);
    },
  };
}

function now(): Instant {
  return new Date().toISOString() as Instant;
}
