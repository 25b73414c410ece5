import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { session, sessionNamed } from '../../src/cloudtrail/identities.ts';
import type { AccountId } from '../../src/model/ids.ts';

const account = '111122223333' as AccountId;
const name = fc.oneof(fc.stringMatching(/^[\w+=,.@:%/-]{1,24}$/), fc.string({ maxLength: 24, unit: 'grapheme' }));

test('no name can pass for another in the ID of an identity, whatever is in it', () => {
  fc.assert(
    fc.property(name, name, (role, sessionName) => {
      const { id } = session(account, role, sessionName);
      if (id.includes('/sha256/')) return;
      const parts = id.split('/');
      expect(parts).toHaveLength(4);
      expect(parts.slice(2).map((part) => decodeURIComponent(part))).toEqual([role, sessionName]);
      expect(id).not.toMatch(/[^\w.:@!~*'()%/-]/u);
    }),
  );
});

test('the session that an ARN names is the same however often, and after however many others, it is asked for', () => {
  function named(user: number) {
    return sessionNamed(`arn:aws:sts::${account}:assumed-role/deploy/session-${user}`);
  }
  const first = named(0);
  expect(first).toEqual(session(account, 'deploy', 'session-0'));
  for (let user = 1; user <= 10_001; user += 1) expect(named(user)?.name).toBe(`deploy/session-${user}`);
  expect(named(0)).toEqual(first);
});

test('an ARN too long to be kept, or of nobody, is read anew and alike', () => {
  const long = 'x'.repeat(400);
  for (let time = 0; time < 2; time += 1) {
    expect(sessionNamed(`arn:aws:sts::${account}:assumed-role/deploy/${long}`)).toEqual(
      session(account, 'deploy', long),
    );
    expect(sessionNamed(`arn:aws:iam::${account}:user/mallory`)).toBeUndefined();
  }
});
