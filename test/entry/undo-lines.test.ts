import { expect, test } from 'vitest';
import { signedOpensLines, undoLines, voidSoonLines } from '../../src/entry/investigations/undo-lines.ts';
import { planWords } from '../../src/investigation/plan/plan-words.ts';
import { opensAgain } from '../../src/views/plan.ts';
import type { AccountId, CaseId, Digest, Instant } from '../../src/model/ids.ts';
import { denialLiftOf } from '../../src/response/actions/user-denial.ts';
import { readerFaults } from '../harness/reader-faults.ts';

const accountId = '111122223333' as AccountId;
const digest: Digest = `sha256:${'cd'.repeat(32)}`;
function liftOf(userName: string, recommended: boolean) {
  const lift = denialLiftOf(
    { kind: 'user', accountId, userName },
    { policyName: 'TrailhoundDenyEverything-TH-7Q2M9K' },
  );
  return { ...lift, recommended };
}
const made = {
  id: 'w',
  identity: 'user/111122223333/svc',
  what: { kind: 'user', accountId, userName: 'svc' },
  origin: 'made',
  state: 'open',
  until: 'until-removed',
  proof: [],
} as const;
const words = planWords({
  purpose: { undo: digest },
  actions: [liftOf('svc', false), liftOf('bob', true)],
  byHand: [],
  waysIn: [made],
});
const undoing = {
  kind: 'awaiting-decision',
  plan: digest,
  version: 3,
  expiresAt: '2026-11-20T11:10:00.123Z' as Instant,
} as never;

test('a plan to undo fits a terminal, with what it does by itself first, what it opens, and the command to approve it', () => {
  const lines = undoLines('TH-7Q2M9K' as CaseId, undoing, words, 80);
  expect(readerFaults(lines.join('\n'), { width: 80 })).toEqual([]);
  const text = lines.join(' ').replaceAll(/\s+/gu, ' ');
  expect(text).toContain('waits for a decision until 2026-11-20 11:10:00 UTC does lift-deny-bob@111122223333 Takes');
  expect(text).toContain('and, only if chosen with --actions lift-deny-svc@111122223333 Takes');
  expect(text).toMatch(/ Not by itself: .* in would open again/u);
  expect(lines.some((line) => line.includes(`--plan ${'cd'.repeat(10)}`))).toBe(true);
});

test('what gives back to an intruder is chosen by name, never by a command to copy that names all of it', () => {
  const none = planWords({
    purpose: { undo: digest },
    actions: [liftOf('svc', false), liftOf('svc-backup', false)],
    byHand: [],
    waysIn: [made],
  });
  const lines = undoLines('TH-7Q2M9K' as CaseId, undoing, none, undefined);
  expect(lines.find((line) => line.includes('investigations approve'))).toMatch(
    / --actions ID,ID --reason "WHY" --wait$/u,
  );
});

test('whoever asks to undo while the case is watched is told what makes the plan void before its time', () => {
  expect(voidSoonLines('watching').join('')).toMatch(
    /still being watched: a plan that it presents .* makes this one void/u,
  );
  expect(voidSoonLines('awaiting-decision')).toEqual([]);
});

test('whoever signs an undoing is told which ways in open again by what they chose of it, and of another plan nothing', async () => {
  async function signing(purpose: 'contain' | { readonly undo: Digest }, chosen: readonly string[]) {
    const plan = { digest, purpose, actions: [liftOf('svc', false), liftOf('bob', true)], byHand: [], waysIn: [made] };
    const ports = { planOf: async () => ({ kind: 'intact', plan }) as never };
    return signedOpensLines(await opensAgain(ports, digest, chosen), 80)
      .join(' ')
      .replaceAll(/\s+/gu, ' ');
  }
  expect(await signing({ undo: digest }, ['lift-deny-bob@111122223333'])).toBe('no way in would open again');
  const both = await signing({ undo: digest }, ['lift-deny-bob@111122223333', 'lift-deny-svc@111122223333']);
  expect(both).toMatch(/^1 way in would open again .*svc/u);
  expect(both).not.toMatch(/only if chosen/iu);
  expect(await signing('contain', ['lift-deny-bob@111122223333'])).toBe('');
});
