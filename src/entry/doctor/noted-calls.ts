import { appendFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { OwnCallRecorder, ReportedCall } from '../../adapters/store/collection/own-call-recorder.ts';
import type { AccountId } from '../../model/ids.ts';
import { makeFolderSync } from '../../adapters/files/make-folder.ts';

const noteSchema = z.object({
  awsRequestId: z.string(),
  operation: z.string(),
  accountId: z.string().nullable(),
  atMs: z.number(),
});

function fileIn(dataDir: string): string {
  return join(dataDir, 'own-calls.ndjson');
}

/**
 * Keeps calls of ours that are made while there is no store to log them in, as before the first start: their records would else
 * be taken for somebody's activity.
 */
export function noteInFile(dataDir: string) {
  return ({ awsRequestId, operation, accountId, atMs }: ReportedCall): void => {
    makeFolderSync(dataDir);
    const line = `${JSON.stringify({ awsRequestId, operation, accountId, atMs })}\n`;
    appendFileSync(fileIn(dataDir), line, { mode: 0o600 });
  };
}

/** Moves what was kept so into the log of our own calls. A line that a kill cut short was of a call that nobody waited for. */
export async function takeInNotedCalls(dataDir: string, recorder: OwnCallRecorder): Promise<void> {
  const text = await readFile(fileIn(dataDir), 'utf8').catch(() => '');
  for (const line of text.split('\n').filter((each) => each !== '')) {
    const { data: call } = noteSchema.safeParse(parsed(line));
    if (call !== undefined) recorder.note({ ...call, accountId: call.accountId as AccountId | null, session: null });
  }
  await recorder.flush();
  await rm(fileIn(dataDir), { force: true });
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
