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
import type { CaseId, Instant } from '../../src/model/ids.ts';
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
  decide: async () => null,
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
    remedy: expect.stringContaining(`trailhound investigations ${name} ${into}`),
    exitCode: 3,
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
