import { ApplicationFailure, proxyActivities, sleep } from '@temporalio/workflow';

const { repeat } = proxyActivities<{ repeat(text: string): Promise<string> }>({
  taskQueue: 'evidence',
  startToCloseTimeout: '10s',
  retry: { maximumAttempts: 1 },
});

/** Passes a text through an activity, and fails with it where it says so. */
export const passOn = async (text: string): Promise<string> => {
  const repeated = await repeat(text);
  if (repeated.startsWith('fail:')) throw ApplicationFailure.nonRetryable(repeated, 'RepeatedText');
  return repeated;
};

/** Does one thing and stays open. */
export const stayOpen = async (): Promise<void> => {
  await repeat('first');
  await sleep('1 hour');
};
