import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { byHandWords } from '../../src/investigation/plan/by-hand-words.ts';
import { commandsFor } from '../../src/investigation/plan/by-hand-commands.ts';
import type { AccountId } from '../../src/model/ids.ts';
import type { JsonValue } from '../../src/model/json.ts';

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

describe('the commands that close a trust are whole', () => {
  const accountId = '111122223333' as AccountId;
  const evil = '999988887777';

  test('those that it was opened to are taken out of what stands there, and nothing else is', () => {
    const commands = commandsFor({ kind: 'trust', accountId, roleName: 'deploy', letsIn: [evil, '*'] }).map(String);
    expect(commands.join(' ')).not.toMatch(/AS_IT_WAS/);
    expect(commands[0]).toMatch(/--role-name deploy .*> trust\.json$/);
    expect(commands[2]).toContain('--policy-document file://closed.json');
    const folder = mkdtempSync(join(tmpdir(), 'trust-'));
    function stands(principal: JsonValue): JsonValue {
      return { Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' };
    }
    function closed(...principals: readonly JsonValue[]): JsonValue {
      const document = { Version: '2012-10-17', Statement: principals.map(stands) };
      writeFileSync(join(folder, 'trust.json'), JSON.stringify(document));
      execFileSync('sh', ['-c', commands[1] ?? ''], { cwd: folder });
      const { Statement: statements } = JSON.parse(readFileSync(join(folder, 'closed.json'), 'utf8')) as {
        readonly Statement: JsonValue;
      };
      return statements;
    }
    const own = `arn:aws:iam::${accountId}:role/ci`;
    const root = `arn:aws:iam::${evil}:root`;
    expect(closed({ AWS: [own, root], Service: 'ec2.amazonaws.com' }, '*', { AWS: root })).toEqual([
      stands({ AWS: [own], Service: 'ec2.amazonaws.com' }),
    ]);
    expect(closed({ AWS: own })).toEqual([stands({ AWS: own })]);
    expect(closed({ AWS: '*' })).toEqual([{ Effect: 'Deny', Principal: '*', Action: 'sts:AssumeRole' }]);
  });

  test('where whom it lets in could not be read, and for a role that the intruder made, nobody is let in', () => {
    for (const what of [
      { kind: 'trust', accountId, roleName: 'deploy', letsIn: [] },
      { kind: 'role', accountId, roleName: 'deploy' },
    ] as const) {
      const commands = commandsFor(what).map(String).join('\n');
      expect(commands).not.toMatch(/file:/);
      expect(commands).toContain('"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole"');
    }
  });
});
