import type { SafeText } from '../../model/safe-text.ts';
import { interrupted } from '../cli/exit-codes.ts';
import { tellLine } from './terminal-output.ts';

/**
 * Waits for what goes on without this terminal. Ctrl-C ends the waiting alone, and whoever presses it is told so first.
 *
 * @param onInterrupt what goes on, and how to look at it
 */
export async function watchedWork<T>(work: () => Promise<T>, onInterrupt: SafeText): Promise<T> {
  function leave(): never {
    tellLine(onInterrupt);
    process.exit(interrupted);
  }
  process.once('SIGINT', leave);
  try {
    return await work();
  } finally {
    process.off('SIGINT', leave);
  }
}
