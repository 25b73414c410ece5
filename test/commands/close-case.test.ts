import { expect, test } from 'vitest';
import { closeCase, type ClosePorts } from '../../src/commands/case-acts.ts';
import type { PersonsVerdict } from '../../src/model/case-state.ts';
import type { CaseId } from '../../src/model/ids.ts';
import { safe } from '../../src/model/safe-text.ts';

const caseId = 'TH-7Q2M9K' as CaseId;
const carol = { name: 'carol' };
const left = [safe`Close the trust policy of role deploy.`];

function closing({
  confirmed,
  verdict,
  ended = false,
}: {
  readonly confirmed: boolean;
  readonly verdict: PersonsVerdict;
  readonly ended?: boolean;
}) {
  const shown: unknown[] = [];
  const sent: string[] = [];
  const ports = {
    caseNamed: async () => caseId,
    goesOnIn: async () => null,
    leftByHand: async () => (ended ? null : left),
    confirmLeft: async (_: CaseId, told: unknown) => {
      shown.push(told);
      return confirmed;
    },
    messages: {
      close: async () => {
        sent.push('close');
        return { kind: 'done' };
      },
    },
  } as unknown as ClosePorts;
  return { shown, sent, closed: closeCase(ports, carol, { caseId, verdict, reason: 'over' }) };
}

test('whoever closes an intrusion is shown what is left to do by hand, and the answer keeps it', async () => {
  const { shown, sent, closed } = closing({ confirmed: true, verdict: 'true-positive' });
  expect(await closed).toEqual({ caseId, verdict: 'true-positive', leftByHand: left });
  expect([shown, sent]).toEqual([[left], ['close']]);
});

test('a case stays open where whoever was shown that does not want it closed', async () => {
  const { sent, closed } = closing({ confirmed: false, verdict: 'inconclusive' });
  await expect(closed).rejects.toMatchObject({ code: 'not-confirmed', exitCode: 3 });
  expect(sent).toEqual([]);
});

test('a false alarm leaves nothing to do', async () => {
  const { shown, closed } = closing({ confirmed: false, verdict: 'false-positive' });
  expect(await closed).toEqual({ caseId, verdict: 'false-positive', leftByHand: [] });
  expect(shown).toEqual([]);
});

test('whoever closes a case that is closed is told so, and asked nothing about it', async () => {
  const { shown, closed } = closing({ confirmed: true, verdict: 'true-positive', ended: true });
  await expect(closed).rejects.toMatchObject({ code: 'case-ended', exitCode: 3 });
  expect(shown).toEqual([]);
});
