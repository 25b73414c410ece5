import { expect, test } from 'vitest';
import { caseRecord, type WrittenRecord } from '../../src/audit/audit-record.ts';
import type { AuditNote } from '../../src/audit/audit-kinds.ts';
import type { Instant } from '../../src/model/ids.ts';
import { intentIdOf } from '../../src/response/intent.ts';
import { type OwnEnds, responseViews } from '../../src/views/responses.ts';
import { aPlan, caseId } from '../approval/decision-fixtures.ts';

const plan = aPlan();
const other = aPlan({ version: 2 });
const intentId = `sha256:${'1'.repeat(64)}`;
const lift = 'lift-revoke-Deployer@111122223333';
const at = '2026-11-24T12:00:00.000Z' as Instant;

function written(note: object): WrittenRecord {
  const { id, entry } = caseRecord(caseId, { at, ...note } as AuditNote);
  return { id, ...entry };
}

const response = written({
  kind: 'response-ended',
  subject: plan.digest,
  data: {
    ended: 'contained',
    actions: [{ actionId: lift, outcome: 'later', detail: 'It is taken after 2026-11-25T00:05:00.000Z.', keys: [] }],
  },
});

function liftEnded(outcome: string, planDigest: string): WrittenRecord {
  const data = { outcome, detail: `${outcome}, as IAM shows it.`, keys: [], planDigest, intentId };
  return written({ kind: 'action-ended', subject: lift, data });
}

function told(...records: readonly WrittenRecord[]) {
  return responseViews([response, ...records], [], null).map(({ actions }) => actions.map(({ outcome }) => outcome));
}

test('what was to be taken later is told as it ended, once its follow-up has ended', () => {
  expect(told()).toEqual([['later']]);
  expect(told(liftEnded('done', plan.digest))).toEqual([['done']]);
  expect(told(liftEnded('failed', plan.digest))).toEqual([['failed']]);
  const [ended] = responseViews([response, liftEnded('done', plan.digest)], [], null);
  expect(ended?.actions[0]?.detail).toBe('done, as IAM shows it.');
});

test('and not by the end of the same action of another plan', () => {
  expect(told(liftEnded('done', other.digest))).toEqual([['later']]);
});

test('that something was done, and which key was made, is told where the responder itself has said so', () => {
  const key = {
    accessKeyId: 'AKIANEWNEWNEWNEWNEW1',
    fate: 'live',
    secretArn: 'arn:aws:secretsmanager:us-east-1:1:secret:x',
  };
  const record = written({
    kind: 'response-ended',
    subject: plan.digest,
    data: {
      ended: 'contained',
      actions: [{ actionId: 'deactivate-it', outcome: 'done', detail: 'Done.', keys: [key] }],
    },
  });
  const intent = intentIdOf(plan.digest, 'deactivate-it');
  const word = { outcome: 'done', detail: 'As IAM shows it.', keys: [{ ...key, secretArn: 'arn:ours' }] } as const;
  function toldBy(own: OwnEnds | null) {
    const [view] = responseViews([record], [], own);
    return [view?.ended, view?.actions[0]?.outcome, view?.actions[0]?.keys.map(({ secretArn }) => secretArn)];
  }
  expect(toldBy(new Map([[intent, word as never]]))).toEqual(['contained', 'done', ['arn:ours']]);
  expect(toldBy(new Map())).toEqual(['unknown', 'unknown', []]);
  expect(toldBy(new Map([[intent, { outcome: 'failed', detail: '', keys: [] }]]))).toEqual(['unknown', 'failed', []]);
  // Where nobody can tell, what is on record is told.
  expect(toldBy(null)).toEqual(['contained', 'done', [key.secretArn]]);
});
