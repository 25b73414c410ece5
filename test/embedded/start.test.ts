import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { glob, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { runningProcess } from '../../src/adapters/embedded/pid-file.ts';
import { processIdentity } from '../../src/adapters/embedded/process-identity.ts';
import { ensureWorkflowBundle } from '../../src/adapters/temporal/workflow-bundle.ts';
import { findTemporal, temporalSources } from '../../src/adapters/embedded/temporal-binary.ts';

/*
 * One copy is started, and each test takes it where the one before has left it: a start takes many servers and their time.
 */

// Other test files run beside these servers.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

let temporal: string;
let folder: string;
let dataDir: string;
let copy: Copy;
const started: ChildProcess[] = [];
beforeAll(async () => {
  temporal = await findTemporal(temporalSources(process.env));
  await ensureWorkflowBundle();
  folder = await mkdtemp(join(tmpdir(), 'trailhound-start-'));
  dataDir = join(folder, 'data');
  copy = startCopy(dataDir);
});
afterAll(async () => {
  for (const child of started.splice(0)) await ended(child, 'SIGINT');
  // Where root runs this, the clusters lie outside.
  for await (const note of glob('*/postgres-folder', { cwd: folder }))
    await rm((await readFile(join(folder, note), 'utf8')).trim(), { recursive: true, force: true });
  await rm(folder, { recursive: true });
});

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exit = once(child, 'exit');
  child.kill(signal);
  const [code] = (await exit) as [number | null];
  return code;
}

interface Copy {
  readonly child: ChildProcess;
  readonly output: () => string;
  until(pattern: RegExp): Promise<void>;
}

function startCopy(dataDir: string): Copy {
  const child = spawn(process.execPath, ['src/entry/cli/main.ts', 'start'], {
    env: { ...process.env, TRAILHOUND_TEMPORAL: temporal, TRAILHOUND_DATA_DIR: dataDir, TRAILHOUND_CONFIG: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  let output = '';
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
      for (const listener of listeners) listener();
    });
  return {
    child,
    output: () => output,
    until: (pattern) =>
      new Promise((resolve, reject) => {
        function look(): void {
          if (!pattern.test(output)) return;
          listeners.delete(look);
          resolve();
        }
        listeners.add(look);
        child.once('exit', () => reject(new Error(`ended without ${String(pattern)}:\n${output}`)));
        look();
      }),
  };
}

const historyRead = /the promised history of all \d+ account-regions is covered/;

/** The processes that a copy has written down. */
async function pidsOf(dataDir: string): Promise<Readonly<Record<string, number | undefined>>> {
  const pids: Record<string, number | undefined> = {};
  for await (const name of glob('*.pid', { cwd: join(dataDir, 'run') }))
    pids[name.replace('.pid', '')] = await runningProcess(join(dataDir, 'run', name));
  return pids;
}

/** None of these processes is there any more. */
async function expectEnded(pids: Readonly<Record<string, number | undefined>>): Promise<void> {
  for (const pid of Object.values(pids)) {
    expect(pid).toBeDefined();
    expect(await processIdentity(pid ?? 0)).toBeUndefined();
  }
}

test('says first that no real AWS is touched, and reads the history', async () => {
  await copy.until(historyRead);
  expect(copy.output().split('\n')[0]).toMatch(/no real AWS account is touched/);
  expect(Object.keys(await pidsOf(dataDir)).toSorted()).toEqual(['postgres', 'simulator', 'temporal', 'worker']);
});

test('a second copy says why not on the same folder, and takes other ports on another', async () => {
  const same = startCopy(dataDir);
  const [code] = (await once(same.child, 'exit')) as [number];
  expect(code).toBe(1);
  expect(same.output()).toContain(`Trailhound already runs on ${dataDir} (process ${copy.child.pid})`);
  expect(same.output()).toContain('remedy:');
  const otherDir = join(folder, 'other');
  const other = startCopy(otherDir);
  await other.until(/Temporal answers at/);
  async function addressOf(of: string) {
    return (JSON.parse(await readFile(join(of, 'running.json'), 'utf8')) as { temporalAddress: string })
      .temporalAddress;
  }
  expect(await addressOf(dataDir)).not.toBe(await addressOf(otherDir));
  await ended(other.child, 'SIGINT');
});

test('a worker that dies is started again', async () => {
  const { worker: before } = await pidsOf(dataDir);
  if (before === undefined) throw new Error('no worker is written down');
  process.kill(before, 'SIGKILL');
  await copy.until(/the worker ended \(signal SIGKILL\); starting it again/);
  await vi.waitUntil(async () => ((await pidsOf(dataDir))['worker'] ?? before) !== before, 20_000);
});

test('goes on after SIGKILL with what it had, ending what that left behind', async () => {
  const left = await pidsOf(dataDir);
  await ended(copy.child, 'SIGKILL');
  copy = startCopy(dataDir);
  await copy.until(/ended the worker that an earlier run had left behind/);
  await copy.until(historyRead);
  const now = await pidsOf(dataDir);
  for (const [name, pid] of Object.entries(left)) expect(now[name]).not.toBe(pid);
  await expectEnded(left);
});

test('ends all that it started', async () => {
  const pids = await pidsOf(dataDir);
  expect(await ended(copy.child, 'SIGINT')).toBe(0);
  await expectEnded(pids);
  expect(existsSync(join(dataDir, 'running.json'))).toBe(false);
});
