import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { ended, prepareCopies, type RunningCopies, type RunningCopy } from '../embedded/running-copies.ts';

/*
 * Backup and restore as docs/operations.md describes them, on the demonstration: its case waits for a decision. Each test takes the
 * installation where the one before has left it.
 */

// Other test files run beside these servers.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

let copies: RunningCopies;
let dataDir: string;
let copy: RunningCopy;
beforeAll(async () => {
  copies = await prepareCopies();
  dataDir = join(copies.folder, 'data');
  copy = copies.start(dataDir);
});
afterAll(() => copies.close());

const waits = /case (?<id>TH-\w+) waits for a decision/;
/** Whose plan has all of the attack in it: the role of the second account comes last. */
const wholePlan = /by hand: Close the trust policy of role deploy-from-production[^]*waits for a decision/;

/** Root's cluster lies outside of the data folder. */
async function clusterOf(of: string): Promise<string | null> {
  const named = await readFile(join(of, 'postgres-folder'), 'utf8').catch(() => null);
  return named?.trim() ?? null;
}

async function backUp(to: string): Promise<void> {
  await mkdir(to);
  await cp(dataDir, join(to, 'data'), { recursive: true });
  const cluster = await clusterOf(dataDir);
  if (cluster !== null) await cp(cluster, join(to, basename(cluster)), { recursive: true });
}

async function restore(from: string): Promise<void> {
  await rm(dataDir, { recursive: true });
  await cp(join(from, 'data'), dataDir, { recursive: true });
  const cluster = await clusterOf(dataDir);
  if (cluster === null) return;
  await rm(cluster, { recursive: true, force: true });
  await cp(join(from, basename(cluster)), cluster, { recursive: true });
}

function trailhound(...args: readonly string[]) {
  return new Promise<{ readonly code: unknown; readonly out: string }>((resolve) => {
    const child = execFile(
      process.execPath,
      ['src/entry/cli/main.ts', '--config', join(dataDir, 'simulated.toml'), ...args],
      (_error, out, err) => resolve({ code: child.exitCode, out: out + err }),
    );
  });
}

function daysBackup(): string {
  return join(copies.folder, 'backup');
}

test('what was put back goes on: the case waits for its decision, nothing is unread, and an approval is carried out', async () => {
  await copy.until(wholePlan);
  const id = waits.exec(copy.output())?.groups?.['id'] ?? '';
  expect(await ended(copy.child, 'SIGINT')).toBe(0);
  await backUp(daysBackup());
  await restore(daysBackup());

  copy = copies.start(dataDir);
  await copy.until(/case TH-\w+ is open: awaiting-decision/);
  await copy.until(/the promised history of all \d+ account-regions is covered/);
  expect(copy.output()).not.toContain('Responses are stopped');
  expect(await trailhound('coverage', '--gaps')).toEqual({ code: 0, out: expect.stringContaining('no gaps') });
  const shown = await trailhound('investigations', 'show', id, '--json');
  const { plan } = JSON.parse(shown.out) as { readonly plan: { readonly digest: string } };
  const act = ['investigations', 'approve', id, '--plan', plan.digest];
  const approved = await trailhound(...act, '--reason', 'restored after the disk failed', '--wait');
  expect(approved.out).toMatch(/done\. Key AKIA\w+ is inactive, as IAM shows it/);
});

test('a database that is older than the register stops responses, which is said at the start, until a person accepts', async () => {
  expect(await ended(copy.child, 'SIGINT')).toBe(0);
  const register = join(copies.folder, 'register');
  await cp(join(dataDir, 'responder'), register, { recursive: true });
  await restore(daysBackup());
  await rm(join(dataDir, 'responder'), { recursive: true });
  await cp(register, join(dataDir, 'responder'), { recursive: true });

  copy = copies.start(dataDir);
  await copy.until(/Responses are stopped: the register has \d+ actions? that the store does not know/);
  expect(await trailhound('register', 'check')).toMatchObject({ code: 1 });
  expect(await trailhound('register', 'accept', '--reason', 'restored after the disk failed')).toMatchObject({
    code: 0,
  });
  expect(await trailhound('register', 'check')).toMatchObject({ code: 0 });
});
