import { afterEach, expect, test, vi } from 'vitest';
import { demonstration, keysOf, stolenKeyUser, untilCase } from './demonstration.ts';
import { type Installation, openInstallation } from './installation.ts';

// A whole story, on a machine that other tests may share.
vi.setConfig({ testTimeout: 300_000 });

let here: Installation;
afterEach(() => here.close());

interface Shown {
  readonly status: string;
  readonly plan: { readonly digest: string; readonly actions: readonly { readonly id: string }[] };
  readonly undo: {
    readonly digest: string;
    readonly actions: readonly { readonly id: string; readonly type: string }[];
  } | null;
  readonly responses: readonly { readonly ended: string; readonly actions: readonly { readonly outcome: string }[] }[];
}

function firstCharacters(digest: string): string {
  return digest.replace('sha256:', '').slice(0, 20);
}

test('a response is stopped between two steps, planned anew, carried out, and taken back, each by a command', async () => {
  here = await openInstallation({ simulator: demonstration('looks-around'), settings: { response: { watch: '10m' } } });
  const [stolen] = keysOf(here, stolenKeyUser);
  await here.startWorker();
  const id = await untilCase(here, 'awaiting-decision');
  function shown() {
    return here.json<Shown>('investigations', 'show', id);
  }
  function command(...args: readonly string[]) {
    return here.trailhound('investigations', ...args);
  }
  async function approve(digest: string, ...more: readonly string[]) {
    const { plan } = await shown();
    // Two actions at first, and the new key once nothing is open; what takes a response back is chosen whole.
    const onKey = plan.actions
      .map(({ id: action }) => action)
      .filter((action) => /^(deactivate|deny|rotate)-/.test(action));
    const chosen = digest === plan.digest ? ['--actions', onKey.join()] : [];
    const given = ['--plan', firstCharacters(digest), '--reason', 'a drill', '--key', here.keys.alice];
    return command('approve', id, ...given, ...chosen, ...more);
  }

  const idle = await command('stop', id);
  expect([idle.code, idle.err]).toEqual([3, expect.stringContaining('not-responding')]);
  const early = await command('undo', id);
  expect([early.code, early.err]).toEqual([3, expect.stringContaining('nothing-to-undo')]);

  const held = here.simulator.control.addFault({
    kind: 'throttled',
    match: { operation: 'UpdateAccessKey' },
    times: null,
  });
  expect((await approve((await shown()).plan.digest)).code).toBe(0);
  await here.until('the response is held up', () =>
    here.simulator.control.requests().find(({ operation }) => operation === 'UpdateAccessKey'),
  );
  const stopping = await command('stop', id, '--reason', 'it pays the wages', '--key', here.keys.alice);
  expect([stopping.code, stopping.out]).toEqual([0, expect.stringContaining('before its next step')]);
  here.simulator.control.removeFault(held.id);
  await here.until('the response has ended', async () => {
    const [response] = (await shown()).responses;
    return response;
  });
  const stopped = (await shown()).responses;
  expect(stopped).toMatchObject([{ ended: 'stopped' }]);
  expect(JSON.stringify(stopped)).toMatch(/Stopped by alice \(user \w+\): it pays the wages\./);

  const replanned = await command('replan', id);
  expect([replanned.code, replanned.out]).toEqual([0, expect.stringContaining('has a fresh plan')]);
  const contained = await approve((await shown()).plan.digest, '--wait');
  expect([contained.code, contained.err]).toEqual([0, expect.any(String)]);
  const rotated = keysOf(here, stolenKeyUser);
  expect(rotated.map(({ id: key, status }) => [key === stolen?.id, status])).toEqual([
    [true, 'Inactive'],
    [false, 'Active'],
  ]);

  const late = await command('stop', id);
  expect(late.code).toBe(6);
  expect(late.out).toMatch(/nothing was left to stop; this is what was done.*\n.*rotate-\w+: done\./);
  expect(late.err).toContain('it was too late');

  const undoing = await command('undo', id, '--reason', 'it pays the wages', '--key', here.keys.alice);
  expect([undoing.code, undoing.out]).toEqual([0, expect.stringContaining('would undo it')]);
  expect(undoing.out).toMatch(/--reason "WHY" --wait$/m);
  const again = await command('undo', id);
  expect([again.code, again.err]).toEqual([3, expect.stringContaining('already-undoing')]);
  const { undo } = await shown();
  // The key was off already when the second response looked: only the first one's undoing turns it on again.
  expect(undo?.actions.map(({ type }) => type)).toEqual(['deactivateAccessKey']);
  const undone = await approve(undo?.digest ?? '', '--wait');
  expect([undone.code, undone.err]).toEqual([0, expect.any(String)]);
  expect(keysOf(here, stolenKeyUser).map(({ status }) => status)).toEqual(['Inactive', 'Inactive']);
  expect((await shown()).responses.at(-1)).toMatchObject({ ended: 'undone' });
  const now = await command('show', id, '--plan');
  expect(now.out).toMatch(/First of all\n\s+What the response did was taken back at .*: it contains nothing any more/);

  // The response that was stopped had done something as well; then nothing is left.
  for (let left = 0; ; left += 1) {
    expect(left).toBeLessThan(2);
    const more = await command('undo', id);
    if (more.code === 3) {
      expect(more.err).toContain('nothing-to-undo');
      break;
    }
    const { undo: next } = await shown();
    // It would make the stolen key active again: that is recommended to nobody, and chosen by its name.
    const actions = next?.actions.map(({ id: action }) => action).join() ?? '';
    expect((await approve(next?.digest ?? '', '--actions', actions, '--wait')).code).toBe(0);
  }
  expect(keysOf(here, stolenKeyUser).map(({ status }) => status)).toEqual(['Active', 'Inactive']);
  const told = await here.json<{ readonly entries: readonly { readonly kind: string; readonly what: string }[] }>(
    'audit',
    'show',
    id,
  );
  const decided = told.entries.filter(({ kind, what }) => kind === 'decided' && what.includes('a drill'));
  expect(decided.length).toBeGreaterThanOrEqual(3);
  expect(JSON.stringify(told.entries)).toContain('alice (user ');
});
