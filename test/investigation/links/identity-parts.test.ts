import { expect, test } from 'vitest';
import { consoleSession, session, user } from '../../../src/cloudtrail/identities.ts';
import { isConsoleSession } from '../../../src/investigation/links/identity-parts.ts';
import type { AccountId } from '../../../src/model/ids.ts';

const account = '111122223333' as AccountId;

test('what is done in the console is told from sessions and users that are called so', () => {
  expect(isConsoleSession(consoleSession(user(account, 'alice')).id)).toBe(true);
  expect(isConsoleSession(consoleSession(session(account, 'deploy', 'alice')).id)).toBe(true);
  expect(isConsoleSession(`session/${account}/console`)).toBe(true);
  for (const other of [
    session(account, 'consoles', 'alice').id,
    session(account, 'deploy', 'console').id,
    session('console' as AccountId, 'deploy', 'alice').id,
    user(account, 'console').id,
    `user/${account}/console/alice`,
    'session/console',
    'session/',
    '',
  ])
    expect(isConsoleSession(other), other).toBe(false);
});
