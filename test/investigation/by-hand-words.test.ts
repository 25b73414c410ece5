import { expect, test } from 'vitest';
import { byHandWords } from '../../src/investigation/plan/by-hand-words.ts';
import { commandsFor } from '../../src/investigation/plan/by-hand-commands.ts';
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

test.each([
  { kind: 'session', roleName: 'AWSReservedSSO_Admin_0123456789abcdef' },
  { kind: 'role', roleName: 'AWSServiceRoleForSupport' },
  { kind: 'trust', roleName: 'AWSReservedSSO_Admin_0123456789abcdef' },
  { kind: 'grant', holder: 'role AWSReservedSSO_Admin_0123456789abcdef', policy: 'inline policy x' },
])('of a role that AWS keeps nobody is told to change anything: $kind', (what) => {
  expect(commandsFor(what as never)).toEqual([]);
});

test('one imported event is told as one', () => {
  expect(String(byHandWords({ kind: 'unconfirmed', events: 1 }))).toContain(
    "1 of the alerts' events was imported, and the account's own trail does not show it.",
  );
  expect(String(byHandWords({ kind: 'unconfirmed', events: 2 }))).toContain('events were imported');
});
