import { cp, mkdir, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { approve, untilPlanned, wholeAttack } from './demonstrations-case.ts';
import { clearPlace, type Copy, newPlace, npmStart, type Place, pressCtrlC, trailhound } from './npm-start.ts';

/*
 * Backup and restore as docs/operations.md describes them, on the demonstration: its case waits for a decision. Each test takes the
 * installation where the one before has left it.
 */

let place: Place;
let copy: Copy;
let backups: string;
beforeAll(async () => {
  place = await newPlace();
  backups = join(place.dataDir, '../backups');
  copy = npmStart(place);
});
afterAll(() => clearPlace(place));

/** Root's cluster lies outside of the data folder. */
async function clusterOf(of: string): Promise<string | null> {
  const named = await readFile(join(of, 'postgres-folder'), 'utf8').catch(() => null);
  return named?.trim() ?? null;
}

async function backUp(to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  await cp(place.dataDir, join(to, 'data'), { recursive: true });
  const cluster = await clusterOf(place.dataDir);
  if (cluster !== null) await cp(cluster, join(to, basename(cluster)), { recursive: true });
}

async function restore(from: string): Promise<void> {
  await rm(place.dataDir, { recursive: true });
  await cp(join(from, 'data'), place.dataDir, { recursive: true });
  const cluster = await clusterOf(place.dataDir);
  if (cluster === null) return;
  await rm(cluster, { recursive: true, force: true });
  await cp(join(from, basename(cluster)), cluster, { recursive: true });
}

/** What a command printed, and how it ended. */
async function run(...args: readonly string[]) {
  const { code, out, err } = await trailhound(place, ...args);
  return { code, text: out + err };
}

test('what was put back goes on: the case waits for its decision, nothing is unread, and an approval is carried out', async () => {
  const { id } = await untilPlanned(place, wholeAttack);
  await pressCtrlC(copy);
  await backUp(backups);
  await restore(backups);

  copy = npmStart(place);
  await copy.until(new RegExp(`case ${id} waits for a decision`));
  await copy.until(/the promised history of all \d+ account-regions is covered/);
  expect(copy.output()).not.toContain('Responses are stopped');
  expect(await run('coverage', '--gaps')).toEqual({ code: 0, text: expect.stringContaining('no gaps') });
  const approved = await approve(place, wholeAttack, '--wait');
  expect([approved.caseId, approved.out]).toEqual([
    id,
    expect.stringMatching(/done\. Key AKIA\w+ is inactive, as IAM shows it/),
  ]);
});

test('a database that is older than the register stops responses, which is said at the start, until a person accepts', async () => {
  await pressCtrlC(copy);
  const responder = join(place.dataDir, 'responder');
  const register = join(backups, 'register');
  await cp(responder, register, { recursive: true });
  await restore(backups);
  await rm(responder, { recursive: true });
  await cp(register, responder, { recursive: true });

  copy = npmStart(place);
  await copy.until(/Responses are stopped: the register has \d+ actions? that the store does not know/);
  expect(await run('register', 'check')).toMatchObject({ code: 1 });
  expect(await run('register', 'accept', '--reason', 'restored after the disk failed')).toMatchObject({
    code: 0,
  });
  expect(await run('register', 'check')).toMatchObject({ code: 0 });
});
