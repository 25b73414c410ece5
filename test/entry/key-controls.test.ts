import { expect, test, vi } from 'vitest';
import {
  createKeyHandler,
  createShownPlans,
  type KeyControls,
  type PlanAtTerminal,
} from '../../src/entry/start/key-controls.ts';
import type { Config } from '../../src/entry/config/config.ts';
import type { Screen } from '../../src/entry/start/screen.ts';
import type { CaseId } from '../../src/model/ids.ts';
import { safe, type SafeText } from '../../src/model/safe-text.ts';

function plan(hex: string, acts: PlanAtTerminal['acts'] = [safe`deny user bob everything`]): PlanAtTerminal {
  return {
    caseId: 'TH-7Q2M9K' as CaseId,
    digest: `sha256:${hex.repeat(32)}`,
    acts,
  };
}

/** The keys of a terminal whose screen and signing are looked at. */
function terminal() {
  const notes: string[] = [];
  const signed: string[] = [];
  let now = 0;
  let failure: Error | undefined;
  const plans = createShownPlans();
  const held: { why: SafeText | null } = { why: null };
  const handle = createKeyHandler(
    {
      config: { dataDir: '/data' } as Config,
      screen: { note: (text: string) => void notes.push(text) } as unknown as Screen,
      plans,
      onHold: async () => held.why,
      signer: async () => {
        if (failure !== undefined) throw failure;
        return { approver: 'dana' } as Awaited<ReturnType<NonNullable<KeyControls['signer']>>>;
      },
      sign: async (_config, _signer, { digest }, verdict) => void signed.push(`${verdict} ${digest.slice(7, 9)}`),
    },
    () => now,
  );
  async function press(keys: string) {
    for (const key of keys) await handle(key);
    return signed.splice(0);
  }
  return {
    notes,
    plans,
    press,
    held,
    wait: (ms: number) => void (now += ms),
    fail: (error: Error) => void (failure = error),
  };
}

test('a and r sign by a second press only, and say before what they will sign', async () => {
  const { notes, plans, press, wait } = terminal();
  expect(await press('aa')).toEqual([]);
  expect(notes).toEqual(['no case waits for a decision', 'no case waits for a decision']);
  plans.show(plan('ab'));
  expect(await press('a')).toEqual([]);
  expect(notes.at(-1)).toBe(
    `press a again to sign, as dana, that plan ${'ab'.repeat(10)} of case TH-7Q2M9K is approved: it will deny user bob everything. This is begun at once, and told here as it is done. Any other key leaves it`,
  );
  wait(1_000);
  expect(await press('a')).toEqual(['approve ab']);
  expect(await press('a')).toEqual([]);
  expect(await press('r')).toEqual([]);
  wait(1_000);
  expect(await press('r')).toEqual(['reject ab']);
  plans.show(plan('ef', []));
  expect(await press('aa')).toEqual([]);
  expect(notes.at(-1)).toContain('recommends nothing');
});

test('where there is no key to sign with, nobody is asked, and it is said why', async () => {
  const { notes, plans, press, fail } = terminal();
  plans.show(plan('ab'));
  fail(new Error('the approver key cannot be read'));
  await expect(press('a')).rejects.toThrow('the approver key cannot be read');
  expect(notes).toEqual([]);
});

test('a plan on hold is neither asked about nor signed, not by the second press either', async () => {
  const { notes, plans, press, wait, held } = terminal();
  plans.show(plan('ab'));
  held.why = safe`nothing yet: the case is looked at anew`;
  expect(await press('a')).toEqual([]);
  expect(notes).toEqual([`plan ${'ab'.repeat(10)} of case TH-7Q2M9K: nothing yet: the case is looked at anew`]);
  held.why = null;
  expect(await press('a')).toEqual([]);
  wait(1_000);
  held.why = safe`nothing more: local approved it`;
  expect(await press('a')).toEqual([]);
  expect(notes.at(-1)).toContain('nothing more: local approved it');
  held.why = null;
  expect(await press('r')).toEqual([]);
});

test('the plan of a case that was merged is none that keys decide on', async () => {
  const { plans } = terminal();
  const other = { ...plan('cd'), caseId: 'TH-B4XD21' as CaseId };
  plans.show(plan('ab'));
  plans.show(other);
  plans.forget(other.caseId);
  expect(plans.latest()).toEqual(plan('ab'));
  plans.forget('TH-7Q2M9K' as CaseId);
  expect(plans.latest()).toBeUndefined();
});

test('a press is forgotten after another key, for another plan, and after a while', async () => {
  const { plans, press, wait } = terminal();
  plans.show(plan('ab'));
  expect(await press('axa')).toEqual([]);
  expect(await press('?a')).toEqual([]);
  plans.show(plan('cd'));
  expect(await press('a')).toEqual([]);
  wait(16_000);
  expect(await press('a')).toEqual([]);
  wait(1_000);
  expect(await press('a')).toEqual(['approve cd']);
});

test('a key that is pressed twice in haste, held down or typed ahead signs nothing; after a second without it, it does', async () => {
  const { notes, plans, press, wait } = terminal();
  plans.show(plan('ab'));
  expect(await press('aaaa')).toEqual([]);
  expect(notes).toHaveLength(1);
  for (let held = 0; held < 100; held += 1) {
    wait(30);
    expect(await press('a')).toEqual([]);
  }
  wait(999);
  expect(await press('a')).toEqual([]);
  wait(1_000);
  expect(await press('a')).toEqual(['approve ab']);
});

test('? and h tell the keys, q and Ctrl-C stop', async () => {
  const { notes, press } = terminal();
  const kill = vi.spyOn(process, 'kill').mockReturnValue(true);
  await press('?h');
  expect(notes).toHaveLength(2);
  expect(notes[0]).toBe(notes[1]);
  for (const said of [
    'q or Ctrl-C stops',
    "signs it with the local approver's key, /data/approvers/local.key, and sends it",
  ])
    expect(notes[0]).toContain(said);
  await press('q\u0003');
  expect(kill.mock.calls).toEqual([
    [process.pid, 'SIGINT'],
    [process.pid, 'SIGINT'],
  ]);
  kill.mockRestore();
});
