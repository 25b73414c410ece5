import { ApplicationFailure, proxyActivities, sleep } from '@temporalio/workflow';

const { repeat } = proxyActivities<{ repeat(text: string): Promise<string> }>({
  taskQueue: 'evidence',
  startToCloseTimeout: '10s',
  retry: { maximumAttempts: 1 },
});

/** Passes a text through an activity, and fails with it where it says so. */
export async function passOn(text: string): Promise<string> {
  const repeated = await repeat(text);
  if (repeated.startsWith('fail:')) throw ApplicationFailure.nonRetryable(repeated, 'RepeatedText');
  return repeated;
}

/** Does one thing and stays open. */
export async function stayOpen(): Promise<void> {
  await repeat('first');
  await sleep('1 hour');
}
