import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** What a process prints, as it prints it. */
export interface FollowedOutput {
  readonly output: () => string;
  /** Waits for a text of the output; rejects with all of it where the process ends without, or a time has passed. */
  until(pattern: RegExp): Promise<RegExpExecArray>;
  /** Its exit code; null where a signal ended it. */
  readonly ended: Promise<number | null>;
}

/** Follows both streams of a process that pipes them. @param patienceMs how long a text is waited for */
export function followOutput(child: ChildProcess, patienceMs = 180_000): FollowedOutput {
  let output = '';
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
      for (const listener of listeners) listener();
    });
  const ended = once(child, 'close').then(([code]) => code as number | null);
  function until(pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      function fail(how: string): void {
        reject(new Error(`${how} ${String(pattern)}:\n${output}`));
      }
      const inVain = setTimeout(() => fail('waited in vain for'), patienceMs);
      function look(): void {
        const found = pattern.exec(output);
        if (found === null) return;
        listeners.delete(look);
        clearTimeout(inVain);
        resolve(found);
      }
      listeners.add(look);
      void ended.then(() => fail('ended without'));
      look();
    });
  }
  return { output: () => output, until, ended };
}
