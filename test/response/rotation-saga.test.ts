import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JournalMark } from '../../src/response/action-journal.ts';
import { stepNamed, stepsOf } from '../../src/response/action-registry.ts';
import { intentIdOf, sessionOf } from '../../src/response/intent.ts';
import { runStep, settleStep } from '../../src/response/run-step.ts';
import { NeedsSettling, SettlingHeld, StepBlocked, type StepContext } from '../../src/response/step.ts';
import { ResponderStopped } from '../../src/response/responder-stopped.ts';
import { memoryOf } from './memory-register.ts';
import { aPlan, rotationIn } from '../approval/decision-fixtures.ts';
import { Crash, FakeAccount, type Fault, type FakeOptions } from './fake-account.ts';

const plan = aPlan();
const action = rotationIn(plan);
const { caseId } = plan;
const intentId = intentIdOf(plan.digest, action.id);
const { sessionName } = sessionOf(caseId, intentId);
const oldKey = action.target.accessKeyId;
const steps = stepsOf('rotateAccessKey').map((outline) => outline.name);

function aFake(options: Partial<FakeOptions> = {}): FakeAccount {
  const fake = new FakeAccount({ maxKeys: 2, listLagMs: 0, trailDelayMs: 300, ...options }, sessionName);
  fake.addForeign(oldKey, 86_400_000);
  return fake;
}

function contextFor(fake: FakeAccount, step: string): StepContext {
  return {
    action,
    caseId,
    intentId,
    hands: fake.hands,
    clock: fake.clock,
    limits: { settleMs: 2_000, trailProofTimeoutMs: 600_000, lookAgainMs: 500, storeAgainForMs: 1_000 },
    guarded: { userNames: [], paths: fake.protectedPaths },
    mayChange: true,
    memory: memoryOf(fake.register, intentId, step, fake.clock),
    journal: {
      rows: () => fake.journal.rowsOf(intentId, step),
      mark: (mark: JournalMark, data, awsRequestIds, attempt = 0) =>
        fake.journal.write({ intentId, step, mark, attempt, at: fake.clock.now(), awsRequestIds, data }),
    },
  };
}

/** A key of somebody else's stands in the way. */
class KeyNotOurs extends Error {}

async function attempt(fake: FakeAccount, step: string, what: 'run' | 'settle'): Promise<'done' | Error> {
  const implementation = stepNamed('rotateAccessKey', step);
  if (implementation === null) throw new Error(`no step ${step}`);
  try {
    if (what === 'run') await runStep(implementation.does, contextFor(fake, step));
    else if ((await settleStep(implementation.does, contextFor(fake, step))).foreign.length > 0) {
      return new KeyNotOurs();
    }
    return 'done';
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
}

function isFinal(error: Error) {
  return error instanceof StepBlocked || error instanceof KeyNotOurs;
}

/** Goes on as the workflow does: take a step; where it fails, settle it, then take it again; to an end. */
async function finish(fake: FakeAccount): Promise<'done' | Error> {
  for (const step of steps) {
    for (let round = 0; ; round += 1) {
      if (round > 60) throw new Error(`step ${step} does not come to an end`);
      const ran = await attempt(fake, step, 'run');
      if (ran === 'done') break;
      const settled = await attempt(fake, step, 'settle');
      if (settled !== 'done' && isFinal(settled)) return settled;
      if (isFinal(ran)) return ran;
      fake.nowMs += 500;
    }
  }
  return 'done';
}

function expectPromises(fake: FakeAccount, foreign: readonly string[]): void {
  const ours = fake.liveOrInactive().filter((key) => key.madeBy === fake.responderArn);
  expect(ours.filter((key) => key.status === 'Active').length).toBeLessThanOrEqual(1);
  for (const key of ours) {
    const stored = [...fake.secrets.values()].some(
      (secret) => secret.accessKeyId === key.accessKeyId && secret.secret === key.secret,
    );
    expect(stored).toBe(true);
  }
  for (const accessKeyId of foreign)
    expect(fake.keys.get(accessKeyId)).toMatchObject({ status: 'Active', deleted: false });
  expect(JSON.stringify(fake.rows)).not.toContain('secret-of-');
}

describe('a rotation', () => {
  test('deactivates the old key, then makes one new key, whose secret is stored', async () => {
    const fake = aFake();
    expect(await finish(fake)).toBe('done');
    expectPromises(fake, []);
    expect(fake.keys.get(oldKey)?.status).toBe('Inactive');
    expect(fake.liveOrInactive().length).toBe(2);
    expect(fake.rows.map((row) => `${row.step} ${row.mark}`)).toEqual([
      'deactivate-old-key intended',
      'deactivate-old-key checked',
      'deactivate-old-key called',
      'deactivate-old-key verified',
      'create-and-store-key intended',
      'create-and-store-key checked',
      'create-and-store-key calling',
      'create-and-store-key called',
      'create-and-store-key verified',
    ]);
  });

  test('is not done again when the journal was lost: the secret that carries its token tells', async () => {
    const fake = aFake();
    await finish(fake);
    fake.rows.length = 0;
    expect(await finish(fake)).toBe('done');
    expect(fake.liveOrInactive().length).toBe(2);
  });

  test('removes no key of a user who became protected meanwhile, and says which one may be live', async () => {
    const fake = aFake();
    await attempt(fake, 'deactivate-old-key', 'run');
    loseAnswerTo(fake, 'create');
    await attempt(fake, 'create-and-store-key', 'run');
    fake.nowMs += 10_000;
    fake.protectedPaths.push('/');
    const held = await attempt(fake, 'create-and-store-key', 'settle');
    expect(held).toBeInstanceOf(SettlingHeld);
    expect((held as SettlingHeld).held).toMatchObject({ mayBeLive: ['AKIANEW000000001'], passing: false });
    expect((held as SettlingHeld).message).toMatch(/protected by configuration/);
    expect(fake.keys.get('AKIANEW000000001')).toMatchObject({ status: 'Active', deleted: false });
    fake.protectedPaths.pop();
    expect(await attempt(fake, 'create-and-store-key', 'settle')).toBe('done');
    expect(fake.keys.get('AKIANEW000000001')?.deleted).toBe(true);
  });

  test('stops where the register knows of an attempt that the journal has lost, and names the key that may be live', async () => {
    const fake = aFake();
    await attempt(fake, 'deactivate-old-key', 'run');
    loseAnswerTo(fake, 'create');
    expect(await attempt(fake, 'create-and-store-key', 'run')).toBeInstanceOf(NeedsSettling);
    fake.rows.length = 0;
    fake.nowMs += 600_000;
    // Nothing of it is begun again, and what is found is left as it is.
    expect(await attempt(fake, 'create-and-store-key', 'run')).toBeInstanceOf(NeedsSettling);
    const stopped = await attempt(fake, 'create-and-store-key', 'settle');
    expect(stopped).toBeInstanceOf(SettlingHeld);
    expect((stopped as SettlingHeld).held).toMatchObject({ mayBeLive: ['AKIANEW000000001'], passing: false });
    expect((stopped as SettlingHeld).message).toMatch(/AKIANEW000000001 .* may be live .* register accept/);
    expect((stopped as SettlingHeld).cause).toBeInstanceOf(ResponderStopped);
    expect(fake.keys.get('AKIANEW000000001')).toMatchObject({ status: 'Active', deleted: false });

    // A person who has accepted it is told which key it was; the action is over.
    await fake.register.spend({ kind: 'accepted', intentId, reason: 'restored', at: fake.clock.now() });
    expect(await attempt(fake, 'create-and-store-key', 'settle')).toBeInstanceOf(KeyNotOurs);
    expect(await attempt(fake, 'create-and-store-key', 'run')).toBeInstanceOf(StepBlocked);
    expect(fake.liveOrInactive().length).toBe(2);
  });

  test('is refused before anything is made where the user has two keys', async () => {
    const fake = aFake();
    fake.addForeign('AKIAFOREIGN000000001');
    expect(await finish(fake)).toBeInstanceOf(StepBlocked);
    expect(fake.keys.get(oldKey)?.status).toBe('Inactive');
    expectPromises(fake, ['AKIAFOREIGN000000001']);
  });

  test('does not make a second key before the fate of the first is known', async () => {
    const fake = aFake();
    await attempt(fake, 'deactivate-old-key', 'run');
    loseAnswerTo(fake, 'create');
    expect(await attempt(fake, 'create-and-store-key', 'run')).toBeInstanceOf(NeedsSettling);
    expect(await attempt(fake, 'create-and-store-key', 'run')).toBeInstanceOf(NeedsSettling);
    expect(fake.liveOrInactive().length).toBe(2);
    expect(await finish(fake)).toBe('done');
    expectPromises(fake, []);
    expect([...fake.keys.values()].filter((key) => key.deleted).length).toBe(1);
  });

  test("leaves an unexpected key alone that the trail shows to be somebody else's, and says so", async () => {
    const fake = aFake();
    await attempt(fake, 'deactivate-old-key', 'run');
    fake.hands = {
      ...fake.hands,
      keys: {
        ...fake.hands.keys,
        create: async (user) => {
          fake.addForeign('AKIAFOREIGN000000001');
          return await new FakeAccount({ maxKeys: 0, listLagMs: 0, trailDelayMs: 0 }, 'x').hands.keys.create(user);
        },
      },
    };
    expect(await finish(fake)).toBeInstanceOf(KeyNotOurs);
    expectPromises(fake, ['AKIAFOREIGN000000001']);
  });

  test('leaves an unexpected key alone whose making the trail never shows', async () => {
    const fake = aFake({ trailDelayMs: Number.MAX_SAFE_INTEGER });
    await attempt(fake, 'deactivate-old-key', 'run');
    loseAnswerTo(fake, 'create');
    await attempt(fake, 'create-and-store-key', 'run');
    fake.nowMs += 600_000;
    const held = await attempt(fake, 'create-and-store-key', 'settle');
    expect(held).toBeInstanceOf(SettlingHeld);
    expect((held as SettlingHeld).held).toMatchObject({ mayBeLive: ['AKIANEW000000001'], passing: false });
    expect(fake.liveOrInactive().length).toBe(2);

    // A person deletes it: that settles it.
    const made = fake.keys.get('AKIANEW000000001');
    if (made !== undefined) made.deleted = true;
    expect(await attempt(fake, 'create-and-store-key', 'settle')).toBe('done');
  });

  test('keeps its promises under any faults, crashes and repetitions', async () => {
    const fault = fc.oneof(
      { weight: 6, arbitrary: fc.constant<Fault>('none') },
      { weight: 1, arbitrary: fc.constantFrom<Fault>('refused', 'lost', 'crash-before', 'crash-after') },
    );
    const move = fc.record({
      step: fc.constantFrom(...steps),
      what: fc.constantFrom<'run' | 'settle' | 'foreign' | 'wait'>('run', 'run', 'settle', 'foreign', 'wait'),
      repeat: fc.integer({ min: 1, max: 3 }),
    });
    const ends = { done: 0, crashes: 0, removals: 0, foreign: 0 };
    await fc.assert(
      fc.asyncProperty(
        fc.array(fault, { maxLength: 80, size: 'max' }),
        fc.array(move, { maxLength: 20, size: 'max' }),
        fc.record({
          maxKeys: fc.constantFrom(2, 5),
          listLagMs: fc.constantFrom(0, 1_000),
          trailDelayMs: fc.nat(5_000),
          intruder: fc.nat(3).map((n) => n === 0),
        }),
        async (faults, moves, options) => {
          const fake = aFake(options);
          const foreign: string[] = [];
          let at = 0;
          fake.nextFault = () => faults[at++] ?? 'none';
          // The workflow takes the second step only after the first has ended.
          let reached = 0;
          for (const { step, what, repeat } of moves) {
            if (what === 'wait') fake.nowMs += 700;
            if (
              what === 'foreign' &&
              options.intruder &&
              foreign.length === 0 &&
              fake.liveOrInactive().length < options.maxKeys
            ) {
              foreign.push('AKIAFOREIGN000000001');
              fake.addForeign('AKIAFOREIGN000000001');
            }
            if ((what !== 'run' && what !== 'settle') || steps.indexOf(step) > reached) continue;
            for (let n = 0; n < repeat; n += 1) {
              const result = await attempt(fake, step, what);
              if (result instanceof Crash) ends.crashes += 1;
              if (what === 'run' && result === 'done') reached = Math.max(reached, steps.indexOf(step) + 1);
            }
          }
          const end = await finish(fake);
          if (end === 'done') ends.done += 1;
          ends.foreign += foreign.length;
          ends.removals += [...fake.keys.values()].filter((key) => key.deleted).length;
          expect(fake.keys.get(oldKey)?.status).toBe('Inactive');
          expectPromises(fake, foreign);
          if (foreign.length === 0) expect(end).toBe('done');
        },
      ),
      { numRuns: 3_000 },
    );
    // A property that never crashed, removed or met a foreign key would have shown nothing.
    expect(Math.min(ends.done, ends.crashes, ends.removals, ends.foreign)).toBeGreaterThan(50);
  });
});

/** The next CreateAccessKey takes effect, and its answer is lost. */
function loseAnswerTo(fake: FakeAccount, what: 'create'): void {
  const real = fake.hands;
  let lost = false;
  fake.hands = {
    ...real,
    keys: {
      ...real.keys,
      [what]: async (user: string) => {
        if (!lost) {
          lost = true;
          fake.nextFault = () => 'lost';
        }
        try {
          return await real.keys.create(user);
        } finally {
          fake.nextFault = () => 'none';
        }
      },
    },
  };
}
