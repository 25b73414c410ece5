import { asyncLocalStorage } from '@temporalio/activity';

/** Well below the heartbeat time-outs of the workflows, which are 15 s. */
const beatMs = 3_000;

/**
 * Lets Temporal know all the while that this worker lives, whatever the work waits for: so a dead one is soon replaced.
 * Outside of a worker, as in a test that calls an activity as a function, there is nobody to tell.
 */
export async function alive<T>(work: Promise<T>): Promise<T> {
  const activity = asyncLocalStorage.getStore();
  const beats = setInterval(() => activity?.heartbeat(), beatMs);
  try {
    return await work;
  } finally {
    clearInterval(beats);
  }
}
