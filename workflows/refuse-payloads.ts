import { ApplicationFailure, log, type WorkflowInterceptorsFactory } from '@temporalio/workflow';
import { refusedPayloadFailure, whyRefused } from '../src/messages/refused-payload.ts';

/**
 * Stands before every workflow: what the codec refused (it was plain, or written for another place) gets in nowhere. A signal is
 * dropped, an update and a query are refused, a workflow or an activity with such an input or result fails: nothing
 * waits or tries again for ever because of it.
 */
export const interceptors: WorkflowInterceptorsFactory = () => ({
  inbound: [
    {
      execute: async (input, next) => await next({ ...input, args: checked(input.args) }),
      handleSignal: async (input, next) => {
        const why = input.args.map(whyRefused).find((each) => each !== undefined);
        if (why === undefined) return await next(input);
        log.warn('a signal was refused', { signal: input.signalName, why });
      },
      handleQuery: async (input, next) => await next({ ...input, args: checked(input.args) }),
      validateUpdate: (input, next) => next({ ...input, args: checked(input.args) }),
    },
  ],
  outbound: [
    {
      scheduleActivity: async (input, next) => checkedOne(await next(input)),
      scheduleLocalActivity: async (input, next) => checkedOne(await next(input)),
      startChildWorkflowExecution: async (input, next) => {
        const [started, result] = await next(input);
        return [started, result.then(checkedOne)];
      },
    },
  ],
});

function checked(args: unknown[]): unknown[] {
  return args.map(checkedOne);
}

function checkedOne<T>(value: T): T {
  const why = whyRefused(value);
  if (why !== undefined) throw ApplicationFailure.nonRetryable(why, refusedPayloadFailure);
  return value;
}
