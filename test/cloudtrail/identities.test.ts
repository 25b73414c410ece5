import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { session } from '../../src/cloudtrail/identities.ts';
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
