import type { Client } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { Worker } from '@temporalio/worker';
import { plainText } from '../../model/safe-text.ts';
import { TrailhoundError } from '../../model/trailhound-error.ts';

/** Open workflows cannot go on with this bundle: their code would take another way than their histories did. */
export class ReplayMismatchError extends TrailhoundError {
  override readonly name = 'ReplayMismatchError';
  override readonly code = 'replay-mismatch';
  override readonly remedy =
    'run the version that was here before until they have ended; whoever changed the workflows has to keep the old way with `patched()`';
  readonly workflowIds: readonly string[];
  constructor(mismatches: readonly { readonly workflowId: string; readonly reason: string }[]) {
    super(
      [
        'open workflows cannot go on with this version:',
        ...mismatches.map((each) => `${each.workflowId}: ${each.reason}`),
      ].join('\n'),
    );
    this.workflowIds = mismatches.map(({ workflowId }) => workflowId);
  }
}

const fetchedAtOnce = 5;

/**
 * Replays every open workflow of a namespace against a bundle, without doing anything; resolves to how many there were.
 * @throws ReplayMismatchError naming each that does not fit
 */
export async function replayOpenWorkflows(
  client: Client,
  dataConverter: DataConverter,
  bundleFile: string,
): Promise<number> {
  const histories = client.workflow
    .list({ query: `ExecutionStatus = 'Running'` })
    .intoHistories({ concurrency: fetchedAtOnce });
  // Nothing of a replay is sent, so that its failures need no encryption: whoever is refused has to read why.
  const { payloadCodecs = [] } = dataConverter;
  const options = {
    workflowBundle: { codePath: bundleFile },
    dataConverter: { payloadCodecs },
    reuseV8Context: true,
    // In a thread of its own, as work is done: the SDK replays in the one that asks, and leaves its hook for stack traces there, which
    // then runs for every promise of this process as long as it lives. Its type does not name the option.
    debugMode: false,
    replayName: 'before-start',
  };
  const results = Worker.runReplayHistories(options, histories);
  const mismatches: { workflowId: string; reason: string }[] = [];
  let replayed = 0;
  for await (const { workflowId, error } of results) {
    replayed += 1;
    if (error !== undefined) mismatches.push({ workflowId, reason: plainText(reasonOf(error.message), 300) });
  }
  if (mismatches.length > 0) throw new ReplayMismatchError(mismatches);
  return replayed;
}

/** The SDK's message shows the structure of the failed task; what the workflow said stands in it, as a quoted text. */
function reasonOf(message: string): string {
  const [, said] = /\bmessage: ("(?:[^"\\]|\\.)*")/.exec(message) ?? [];
  try {
    return said === undefined ? message : String(JSON.parse(said));
  } catch {
    return message;
  }
}
