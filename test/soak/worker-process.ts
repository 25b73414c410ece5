import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { SoakWorkerSettings } from './soak-worker.ts';

const script = fileURLToPath(new URL('soak-worker.ts', import.meta.url));

/** A collector as a process of its own. */
export interface WorkerProcess {
  readonly pid: number;
  /** Resolves when it works. */
  readonly running: Promise<void>;
  kill(): Promise<void>;
  stop(): Promise<void>;
  /** What it wrote last, where it ended and nobody had asked for that. */
  readonly mishap: string | null;
}

export function startWorkerProcess(settings: SoakWorkerSettings): WorkerProcess {
  const child = spawn(process.execPath, [script, JSON.stringify(settings)], { stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      lines.push(text);
      lines.splice(0, lines.length - 50);
    });
  }
  const exited = once(child, 'exit');
  let expected = false;
  let mishap: string | null = null;
  const running = new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (text: string) => {
      if (text.includes('running')) resolve();
    });
    void exited.then(() => {
      if (!expected) mishap = lines.join('');
      reject(new Error(`the worker ended before it worked:\n${lines.join('')}`));
    });
  });
  running.catch(() => {}); // a worker may be killed before anybody waits for it
  async function end(signal: NodeJS.Signals): Promise<void> {
    expected = true;
    if (isOver(child)) return;
    child.kill(signal);
    const insist = setTimeout(() => child.kill('SIGKILL'), 20_000);
    await exited;
    clearTimeout(insist);
  }
  return {
    pid: child.pid ?? 0,
    running,
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    get mishap() {
      return mishap;
    },
  };
}

function isOver(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
