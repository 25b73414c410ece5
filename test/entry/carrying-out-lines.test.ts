import { expect, test } from 'vitest';
import { endedLines, runningLine } from '../../src/entry/investigations/carrying-out-lines.ts';
import type { AccountId } from '../../src/model/ids.ts';
import { deactivationOf } from '../../src/response/actions/access-key-target.ts';
import { denialOf } from '../../src/response/actions/user-denial.ts';

const accountId = '111122223333' as AccountId;
const actions = [
  deactivationOf({ kind: 'access-key', accountId, userName: 'bob', accessKeyId: 'AKIABOB' }),
  denialOf({ kind: 'user', accountId, userName: 'bob' }, { policyName: 'TrailhoundDenyEverything-1' }),
];
const [first, second] = actions.map(({ id }) => id);

test('what is being done is told in words, and how far that is', () => {
  expect(runningLine({ actions }, { actionId: second ?? '', step: 'deny-everything' })).toBe(
    '2 of 2: deny user bob everything (deny everything)',
  );
  expect(runningLine({ actions }, { actionId: 'of-another-plan', step: 'x' })).toBe('of-another-plan (x)');
});

test('what came of each action is told in words, with why', () => {
  const ended = [
    { actionId: first ?? '', outcome: 'done', detail: 'Key AKIABOB is inactive.', type: 'deactivateAccessKey' },
    { actionId: second ?? '', outcome: 'already-so', detail: '', type: 'denyUserEverything' },
  ] as never;
  expect(endedLines({ actions }, { actions: ended })).toEqual([
    'done: deactivate access key AKIABOB. Key AKIABOB is inactive.',
    'already so: deny user bob everything',
  ]);
});
