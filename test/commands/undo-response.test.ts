import { expect, test } from 'vitest';
import { askToUndo, type UndoPorts } from '../../src/commands/undo-response.ts';
import type { WrittenRecord } from '../../src/audit/audit-record.ts';
import type { UndoInput } from '../../src/messages/undo-messages.ts';
import type { Digest, Instant } from '../../src/model/ids.ts';
import { aPlan, caseId } from '../approval/decision-fixtures.ts';

const at = '2026-11-24T12:00:00.000Z' as Instant;
const plans = [aPlan(), aPlan({ version: 2 }), aPlan({ version: 3 })];
const [first, second, unused] = plans.map(({ digest }) => digest) as [Digest, Digest, Digest];

function ended(subject: Digest): WrittenRecord {
  const data = { ended: 'contained', actions: [] };
  return { id: subject, at, subject, caseId, kind: 'response-ended', data } as unknown as WrittenRecord;
}

/** A case whose two responses stand, and what was asked to be undone. */
function twiceContained(asked: UndoInput[]): UndoPorts {
  return {
    caseNamed: async () => caseId,
    goesOnIn: async () => null,
    mergedFromOf: async () => [],
    responseEndsOf: async () => [ended(first), ended(second)],
    ownEndsOf: async () => null,
    plansOf: async () =>
      plans.map((plan) => ({ digest: plan.digest, undoes: null, opened: { kind: 'intact', plan } })) as never,
    startUndoing: async (input) => {
      asked.push(input);
      return true;
    },
    undoingOf: async () => ({ kind: 'nothing-to-undo', plan: unused }),
  };
}

test.each([
  ['the latest, where none is named', undefined, second],
  ['the one that is named, whatever stands since', first.slice('sha256:'.length, 'sha256:'.length + 20), first],
])('a response is undone: %s', async (_which, plan, undoes) => {
  const asked: UndoInput[] = [];
  await askToUndo(twiceContained(asked), { name: 'carol' }, { caseId, plan });
  expect(asked).toMatchObject([{ caseId, undoes }]);
});

test('what was never carried out, or is no plan of the case, is refused with what can be undone', async () => {
  const asked: UndoInput[] = [];
  const ports = twiceContained(asked);
  await expect(askToUndo(ports, { name: 'carol' }, { caseId, plan: unused })).rejects.toMatchObject({
    code: 'nothing-to-undo',
    remedy: expect.stringContaining(`${first} and ${second}`),
  });
  await expect(askToUndo(ports, { name: 'carol' }, { caseId, plan: 'ab'.repeat(20) })).rejects.toMatchObject({
    code: 'wrong-plan',
  });
  expect(asked).toEqual([]);
});
