import { createInterface } from 'node:readline/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** So long what was typed before the question is thrown away. */
const typedAheadMs = 1_000;

/** What a person is asked through. */
type Terminal = Pick<NodeJS.Process, 'stdin' | 'stdout'>;

/**
 * Asks whoever sits at a terminal whether what stands above may be done; only `yes`, typed after the question, says so, and input that ends does not. Where there is no
 * terminal nobody is asked: whoever wrote the script has said it.
 */
export async function isConfirmed(question: string, { stdin, stdout }: Terminal = process): Promise<boolean> {
  if (!stdin.isTTY || !stdout.isTTY) return true;
  await dropTypedAhead(stdin);
  // Whose input has ended already is never asked: nothing would come, and nothing closes again.
  if (stdin.readableEnded) return false;
  const asking = createInterface({ input: stdin, output: stdout });
  try {
    const closed = new Promise<string>((resolve) => asking.once('close', () => resolve('')));
    const answer = await Promise.race([
      asking.question(`${question} Type yes, or anything else to leave it: `),
      closed,
    ]);
    return answer.trim().toLowerCase() === 'yes';
  } finally {
    asking.close();
  }
}

async function dropTypedAhead(stdin: NodeJS.ReadStream): Promise<void> {
  function drop(): void {
    // What was typed before anything could be read is no answer.
  }
  stdin.on('data', drop);
  stdin.resume();
  await sleep(typedAheadMs);
  stdin.off('data', drop);
  stdin.pause();
}
