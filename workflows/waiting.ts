// oxlint-disable-next-line no-restricted-imports -- here alone: each wait below says what it is for
import * as temporal from '@temporalio/workflow';

/* The waits of workflows: each timer says in Temporal's UI what comes after it. */

/** Waits until something holds, however long that takes; no timer. */
export function condition(holds: () => boolean): Promise<void> {
  return temporal.condition(holds);
}

/** Waits until something holds, or a time has passed; tells whether it holds. @param summary what ends with the time */
export function conditionWithin(holds: () => boolean, waitMs: number, summary: string): Promise<boolean> {
  return temporal.condition(holds, waitMs, { summary });
}

/** Waits for a time. @param summary what comes after it */
export function sleep(waitMs: number, summary: string): Promise<void> {
  return temporal.sleep(waitMs, { summary });
}
