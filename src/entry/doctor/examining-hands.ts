import type { ExaminingHands } from '../../adapters/aws/role-examination.ts';
import type { Store } from '../../adapters/store/database.ts';
import { createOwnCallRecorder } from '../../adapters/store/collection/own-call-recorder.ts';
import { createRequestPacer } from '../../adapters/store/collection/request-pacer.ts';
import { composeAws } from '../compose/aws.ts';
import type { Config } from '../config/config.ts';
import { openConfiguredStore } from '../compose/connections.ts';
import { noteInFile } from './noted-calls.ts';

const connectTimeoutMs = 5_000;

/** The store, or why it cannot be used now. */
async function storeOrReason(config: Config): Promise<Store | string> {
  try {
    return await openConfiguredStore(config, { maxConnections: 4, connectTimeoutMs });
  } catch (error) {
    return error instanceof Error && error.message !== '' ? error.message : 'the store does not answer';
  }
}

/**
 * Runs an examination with AWS and, where the store can be used, its limiter of LookupEvents. The calls stand in the log of our own
 * calls, or are kept for it, so that no rule takes them for activity: whatever asks AWS for a person goes through here.
 *
 * @param work is told why there is no limiter, or null where there is one.
 */
export async function withExaminingHands<T>(
  config: Config,
  work: (hands: ExaminingHands, unpaced: string | null) => Promise<T>,
): Promise<T> {
  const store = await storeOrReason(config);
  if (typeof store === 'string') {
    const aws = composeAws(config, noteInFile(config.dataDir));
    return work({ aws, pacer: null }, store).finally(() => aws.destroy());
  }
  const ownCalls = createOwnCallRecorder(store.db);
  const aws = composeAws(config, (call) => ownCalls.note(call));
  try {
    return await work({ aws, pacer: createRequestPacer(store.db) }, null);
  } finally {
    aws.destroy();
    try {
      await ownCalls.flush();
    } finally {
      await store.close();
    }
  }
}
