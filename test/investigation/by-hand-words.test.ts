import { expect, test } from 'vitest';
import { byHandWords } from '../../src/investigation/plan/by-hand-words.ts';
import type { AccountId } from '../../src/model/ids.ts';

const noRoom = {
  kind: 'no-room-for-a-key',
  accountId: '111122223333' as AccountId,
  userName: 'ci-deploy',
  accessKeyId: 'AKIAOLD',
  otherKeyId: 'AKIANEW',
} as const;

test('of two keys, the old inactive one is named for deletion, never the other, which a rotation may have stored', () => {
  const words = String(byHandWords({ ...noRoom, inactive: true }));
  expect(words).toContain('delete AKIAOLD first');
  expect(words).not.toMatch(/delete AKIANEW/i);
});

test('where the key is active, none is named for deletion before somebody knows which is in use', () => {
  expect(String(byHandWords({ ...noRoom, inactive: false }))).not.toMatch(/delete AKIA/i);
});
