import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { approve, newKey, untilPlanned, wholeAttack } from './demonstrations-case.ts';
import {
  clearPlace,
  type Copy,
  here,
  killAll,
  newPlace,
  npmStart,
  type Place,
  pressCtrlC,
  processesOf,
  stolenUsersKeys,
  trailhound,
} from './npm-start.ts';

if (process.platform !== 'linux') throw new Error('these tests find leftover processes by /proc: run them on Linux');

const waiting = /case TH-\w+ waits for a decision/;

let places: Place[] = [];
async function makePlace(place?: Omit<Place, 'dataDir'>): Promise<Place> {
  const made = await newPlace(place);
  places.push(made);
  return made;
}
beforeEach(() => {
  places = [];
});
afterEach(async () => {
  for (const place of places) await clearPlace(place);
});

/** Ctrl-C, and then nothing is left. */
async function stopByCtrlC(copy: Copy, place: Place): Promise<void> {
  const code = await pressCtrlC(copy);
  // npm itself ends by the signal.
  expect([code ?? 0, copy.output()]).toEqual([0, expect.stringContaining('stopped; the next start goes on from here')]);
  expect(await processesOf(place)).toEqual([]);
}

/** Approves what is recommended against the whole attack, and waits until it has ended. */
async function contain(place: Place): Promise<void> {
  const approved = await approve(place, wholeAttack, '--wait');
  expect([approved.code, approved.err]).toEqual([0, expect.any(String)]);
}

test('twice in a row: the second start goes on with the case that the first left waiting', async () => {
  const place = await makePlace();
  const first = npmStart(place);
  const { id } = await untilPlanned(place, wholeAttack);
  expect(first.output()).toMatch(/no real AWS account is touched/);
  await stopByCtrlC(first, place);

  const second = npmStart(place);
  await second.until(new RegExp(`case ${id} waits for a decision`));
  await contain(place);
  await second.until(/attacker .*: refused \(InvalidAccessKeyId\)/);
  await stopByCtrlC(second, place);
  expect(await stolenUsersKeys(place)).toMatchObject([{ status: 'Inactive' }]);
});

test('twice at once: the same folder is refused with the reason, another folder takes other ports', async () => {
  const [one, other] = [await makePlace(), await makePlace()];
  const first = npmStart(one);
  const beside = npmStart(other);
  await Promise.all([first.until(waiting), beside.until(waiting)]);
  const same = npmStart(one);
  expect(await same.ended).toBe(1);
  expect(same.output()).toMatch(/already runs on .*data \(process \d+\)\n\s+remedy: /);
  await stopByCtrlC(first, one);
  await stopByCtrlC(beside, other);
});

test.each(['SIGTERM', 'SIGKILL'] as const)(
  'npm ended by %s alone: all that it started ends, and the next start waits for that',
  async (signal) => {
    const place = await makePlace();
    const first = npmStart(place);
    await first.until(/Temporal answers at/);
    first.signalNpm(signal);
    const next = npmStart(place);
    await next.until(/Temporal answers at/);
    await stopByCtrlC(next, place);
  },
);

/** Random numbers that a seed repeats (mulberry32). */
function randomFrom(seed: number) {
  let state = seed;
  return (limit: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * limit;
  };
}

type Keys = Awaited<ReturnType<typeof stolenUsersKeys>>;

test('killed by SIGKILL at ten random moments, some in the middle of a rotation: it ends contained, with one new key whose secret is stored', async () => {
  const seed = Number(process.env['TRAILHOUND_SEED'] ?? Math.floor(Math.random() * 1e9));
  console.log(`seed ${seed}: TRAILHOUND_SEED=${seed} npm run test:long repeats it`);
  const random = randomFrom(seed);
  const place = await makePlace();
  /** The starting processes, or everything that runs: as an impatient person, or as a machine that loses its power. */
  async function kill(copy: Copy): Promise<string> {
    const everything = random(1) < 0.5;
    if (everything) await killAll(place);
    else copy.signalGroup('SIGKILL');
    await copy.ended;
    return everything ? 'everything' : 'the start alone';
  }
  async function killAfter(copy: Copy, what: string, ms: number): Promise<void> {
    const byItself = await Promise.race([delay(ms), copy.ended.then(() => true)]);
    if (byItself === true) throw new Error(`${what}, it ended by itself:\n${copy.output()}`);
    console.log(`killed ${await kill(copy)} ${Math.round(ms)} ms after ${what}`);
  }

  /** Kills everything as soon as the user's keys look so: the rotation is under way. */
  async function killWhen(copy: Copy, what: string, reached: (keys: Keys) => boolean): Promise<void> {
    await vi.waitUntil(async () => reached(await stolenUsersKeys(place)), { timeout: 180_000, interval: 10 });
    await killAll(place);
    await copy.ended;
    console.log(`killed everything when ${what}; then the keys were`, await stolenUsersKeys(place));
  }

  for (let kills = 0; kills < 3; kills += 1) await killAfter(npmStart(place), 'a start', random(15_000));
  const deciding = npmStart(place);
  const { id } = await untilPlanned(place, wholeAttack);
  await killAfter(deciding, 'the plan', random(3_000));
  const again = npmStart(place);
  await Promise.all([
    approve(place, wholeAttack),
    killWhen(again, 'the old key was inactive', ([old]) => old?.status === 'Inactive'),
  ]);
  const rotating = npmStart(place);
  await Promise.all([approve(place, newKey), killWhen(rotating, 'a new key was there', (keys) => keys.length > 1)]);
  for (let kills = 6; kills < 10; kills += 1) {
    const next = npmStart(place);
    await next.until(/Temporal answers at/);
    await killAfter(next, 'the servers were back', random(7_000));
  }

  const last = npmStart(place);
  async function verdict(): Promise<string | null> {
    const shown = await trailhound(place, 'investigations', 'show', id, '--json');
    return shown.code === 0 ? (JSON.parse(shown.out) as { readonly verdict: string | null }).verdict : null;
  }
  await expect.poll(verdict, { timeout: 300_000, interval: 1_000 }).toBe('contained');
  const [old, ...made] = await stolenUsersKeys(place);
  expect(old?.status).toBe('Inactive');
  expect(made).toMatchObject([{ status: 'Active', stored: true }]);
  await stopByCtrlC(last, place);
});

const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('SKIPPED: only root can make another user to run as');

test.skipIf(!isRoot)('as another user than root, in a clone of its own', async () => {
  const name = `trailhound-${process.pid}`;
  const home = mkdtempSync(join(tmpdir(), 'trailhound-home-'));
  execFileSync('useradd', ['--no-create-home', '--home-dir', home, name]);
  try {
    function idOf(flag: string) {
      return Number(execFileSync('id', [flag, name], { encoding: 'utf8' }));
    }
    const user = { uid: idOf('-u'), gid: idOf('-g'), home };
    const clone = join(home, 'trailhound');
    execFileSync('git', ['clone', '--quiet', '--no-hardlinks', here.checkout, clone]);
    execFileSync('cp', [
      '--archive',
      '--reflink=auto',
      join(here.checkout, 'node_modules'),
      join(clone, 'node_modules'),
    ]);
    execFileSync('chown', ['--recursive', `${user.uid}:${user.gid}`, home]);
    chmodSync(home, 0o700);
    const place: Place = { ...here, checkout: clone, dataDir: join(home, 'data'), user };
    const copy = npmStart(place);
    await contain(place);
    await stopByCtrlC(copy, place);
    expect(await stolenUsersKeys(place)).toMatchObject([{ status: 'Inactive' }]);
  } finally {
    await killAll({ dataDir: join(home, 'data') });
    rmSync(home, { recursive: true, force: true });
    execFileSync('userdel', [name]);
  }
});
