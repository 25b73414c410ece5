import { expect, test } from 'vitest';
import {
  assignCase,
  closeCase,
  linkCases,
  noteOnCase,
  type NotePorts,
  splitCase,
} from '../../src/commands/case-acts.ts';
import { decideOnPlan } from '../../src/commands/decide.ts';
import { askForPlan } from '../../src/commands/replan.ts';
import { stopResponse } from '../../src/commands/stop-response.ts';
import { askToUndo } from '../../src/commands/undo-response.ts';
import type { AccountId, CaseId, Instant } from '../../src/model/ids.ts';
import { sealPlan } from '../../src/digest/plan-digest.ts';
import { deactivationOf } from '../../src/response/actions/access-key-target.ts';
import { cases } from '../../src/views/cases.ts';
import { goesOnIn } from '../../src/views/case.ts';
import type { CaseRecord } from '../../src/investigation/case/case-ports.ts';

const [merged, into] = ['TH-7Q2M9K' as CaseId, 'TH-B4XD21' as CaseId];
const carol = { name: 'carol' };

/** A case that was merged, whose workflow has ended, beside the one that goes on. */
const notes: string[] = [];
const ports = {
  caseNamed: async (typed: string) => typed as CaseId,
  goesOnIn: async (caseId: CaseId) => (caseId === merged ? into : null),
  messages: {
    accept: async () => null,
    close: async () => null,
    note: async () => null,
    assign: async () => null,
    link: async () => null,
    split: async () => null,
  },
  noteLater: async (caseId: CaseId) => void notes.push(caseId),
  plansOf: async () => [],
  responseEndsOf: async () => [],
  ownEndsOf: async () => null,
  mergedFromOf: async () => [],
  summaryOf: async () => null,
  undoingOf: async () => null,
  startUndoing: async () => true,
  stop: async () => false,
  endOf: async () => null,
  replan: async () => null,
  reopen: async () => ({ kind: 'goes-on-in', caseId: into }) as const,
  takeUp: async () => undefined,
  auditLog: { append: async () => undefined },
  now: () => '2026-11-24T12:00:00.000Z' as Instant,
  sign: async () => ({ jws: '' }),
  show: () => undefined,
  confirm: async () => true,
  decide: async () => null,
  leftByHand: async () => [],
  confirmLeft: async () => true,
  newId: () => '1',
  audience: 'here',
} satisfies NotePorts & Record<string, unknown>;

const reason = 'it is known';
const refused = {
  approve: () => decideOnPlan(ports, carol, { caseId: merged, verdict: 'approve', plan: 'ab'.repeat(20), reason }),
  reject: () => decideOnPlan(ports, carol, { caseId: merged, verdict: 'reject', plan: 'ab'.repeat(20), reason }),
  replan: () => askForPlan(ports, carol, { caseId: merged }),
  stop: () => stopResponse(ports, carol, { caseId: merged }),
  undo: () => askToUndo(ports, carol, { caseId: merged }),
  close: () => closeCase(ports, carol, { caseId: merged, verdict: 'inconclusive', reason }),
  assign: () => assignCase(ports, carol, { caseId: merged, person: 'dave' }),
  link: () => linkCases(ports, carol, { caseId: merged, other: 'TH-C', reason }),
  split: () => splitCase(ports, carol, { caseId: merged, actors: ['bob'], reason }),
} as const;

test.each(Object.entries(refused))('%s of a case that was merged says where to go on', async (name, act) => {
  await expect(act()).rejects.toMatchObject({
    code: 'case-merged',
    message: expect.stringContaining(`${merged} was merged into ${into}`),
    remedy: expect.stringContaining(
      `trailhound investigations ${name === 'approve' || name === 'reject' ? 'show' : name} ${into}`,
    ),
    exitCode: 3,
  });
});

test('cases that were joined already are not joined again, and one that goes on elsewhere is joined there', async () => {
  await expect(linkCases(ports, carol, { caseId: into, other: merged, reason })).rejects.toMatchObject({
    code: 'joined-already',
    message: expect.stringContaining(`${merged} was merged into ${into}`),
    remedy: expect.stringContaining('They are one case already'),
  });
  await expect(linkCases(ports, carol, { caseId: 'TH-C', other: merged, reason })).rejects.toMatchObject({
    code: 'case-merged',
    remedy: expect.stringContaining(`trailhound investigations link TH-C ${into} --reason TEXT`),
  });
});

test('a note is taken all the same', async () => {
  await noteOnCase(ports, carol, { caseId: merged, text: 'seen' });
  expect(notes).toEqual([merged]);
});

test('a case that was merged more than once goes on where the last did, and a circle ends', async () => {
  const next: Readonly<Record<string, string>> = { a: 'b', b: 'c', x: 'y', y: 'x' };
  function caseOf(id: string) {
    return Promise.resolve({ mergedInto: next[id] ?? null } as unknown as CaseRecord);
  }
  expect(await goesOnIn({ caseOf }, 'a' as CaseId)).toBe('c');
  expect(await goesOnIn({ caseOf }, 'c' as CaseId)).toBeNull();
  expect(await goesOnIn({ caseOf }, 'x' as CaseId)).toBe('y');
});

const superseded = sealPlan({
  caseId: merged,
  version: 1,
  purpose: 'contain',
  actions: [
    deactivationOf({
      kind: 'access-key',
      accountId: '111122223333' as AccountId,
      userName: 'bob',
      accessKeyId: 'AKIABOB',
    }),
  ],
  byHand: [],
  waysIn: [],
  basis: { evidence: [], rules: [], policy: `sha256:${'0'.repeat(64)}` },
});

test.each([
  ['of a case that was merged', merged, 'presented', 'case-merged', into],
  ['that another has taken the place of', 'TH-C4XD22' as CaseId, 'superseded', 'wrong-plan', 'TH-C4XD22'],
] as const)('a plan %s is refused before anything is shown or signed', async (_what, caseId, standing, code, named) => {
  const done: string[] = [];
  const presented = {
    digest: superseded.digest,
    version: 1,
    undoes: null,
    opened: { kind: 'intact', plan: superseded },
    standing,
    presentedAt: ports.now(),
    expiresAt: ports.now(),
  } as const;
  const seen = {
    ...ports,
    plansOf: async () => [presented],
    show: () => void done.push('shown'),
    sign: async () => ({ jws: '' }),
  };
  const request = { caseId, verdict: 'approve', plan: superseded.digest, reason } as const;
  const error = await decideOnPlan(seen, carol, request).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code, remedy: expect.stringContaining(named) });
  expect((error as { readonly remedy: string }).remedy).not.toContain('CASE');
  expect(done).toEqual([]);
});

test('a case that was merged is listed below the one that goes on', async () => {
  const records = [
    { id: merged, mergedInto: into },
    { id: 'TH-C', mergedInto: null },
    { id: into, mergedInto: null },
  ].map((each) => ({
    ...each,
    actor: { kind: 'user', accountId: '111122223333', name: 'bob' },
    accountId: '111122223333',
    status: 'watching',
    verdict: null,
  }));
  const listed = await cases(
    { cases: async () => records as never, waitingUndosOf: async () => new Map(), now: ports.now } as never,
    {
      limit: 10,
    },
  );
  expect(listed.investigations.map(({ id }) => id)).toEqual(['TH-C', into, merged]);
});
