import { vi } from 'vitest';
import { runCommandLine } from '../../../src/entry/cli/main.ts';

/** Runs a command within this process, with what it writes caught; whoever calls takes the mocks off again. */
export async function runHere(folder: string, args: readonly string[], columns?: number) {
  vi.stubEnv('TRAILHOUND_DATA_DIR', folder);
  vi.stubEnv('TRAILHOUND_CONFIG', '');
  const written = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    vi.spyOn(process[stream], 'write').mockImplementation((part: string | Uint8Array) => {
      written[stream] += typeof part === 'string' ? part : Buffer.from(part).toString('utf8');
      return true;
    });
    if (columns !== undefined) Object.assign(process[stream], { columns });
  }
  const code = await runCommandLine(args);
  return { code, ...written };
}
