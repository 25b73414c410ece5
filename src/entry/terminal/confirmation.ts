import { createInterface } from 'node:readline/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { TrailhoundError } from '../../model/trailhound-error.ts';
import { interrupted } from '../cli/exit-codes.ts';

/** So long what was typed before the question is thrown away. */
const typedAheadMs = 1_000;

/** Whoever was asked pressed Ctrl-C. */
export class InterruptedError extends TrailhoundError {
  override readonly name = 'InterruptedError';
  override readonly code = 'interrupted';
  readonly exitCode = interrupted;
  constructor() {
    super('interrupted at the question: nothing was signed, and nothing was done', {
      remedy: 'type the same command again to be asked anew',
    });
  }
}

/** What a person is asked through. */
type Terminal = Pick<NodeJS.Process, 'stdin' | 'stdout'>;

/**
 * Asks whoever sits at a terminal whether what stands above may be done; only `yes`, typed after the question, says so, and input that ends does not. Where there is no
 * terminal nobody is asked: whoever wrote the script has said it.
 *
 * @throws InterruptedError
 */
export async function isConfirmed(question: string, { stdin, stdout }: Terminal = process): Promise<boolean> {
  if (!stdin.isTTY || !stdout.isTTY) return true;
  await dropTypedAhead(stdin);
  // Whose input has ended already is never asked: nothing would come, and nothing closes again.
  if (stdin.readableEnded) return false;
  const asking = createInterface({ input: stdin, output: stdout });
  const ended = Promise.withResolvers<'closed' | 'interrupted'>();
  asking.once('close', () => ended.resolve('closed'));
  asking.once('SIGINT', () => ended.resolve('interrupted'));
  try {
    const prompt = `${question} Type yes, or anything else to leave it: `;
    const answer = await Promise.race([asking.question(prompt).then((text) => ({ text })), ended.promise]);
    if (typeof answer === 'object') return answer.text.trim().toLowerCase() === 'yes';
    // What is told next begins a line of its own.
    stdout.write('\n');
    if (answer === 'interrupted') throw new InterruptedError();
    return false;
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
