import { expect, test } from 'vitest';
import { accountOfEvent } from '../../src/cloudtrail/identities.ts';

const [own, other] = ['111122223333', '444455556666'];

test.each([
  ['the one whose trail has it', accountOfEvent(other, own), own],
  ["its caller's, where no trail is named", accountOfEvent(other, undefined, undefined), other],
  ['nobody, where the caller has no credentials and no trail is named', accountOfEvent('ANONYMOUS_PRINCIPAL'), ''],
  ['the one whose trail has it, whoever calls', accountOfEvent('ANONYMOUS_PRINCIPAL', undefined, own), own],
])('an event of files is of %s', (_, found, account) => {
  expect(found).toBe(account);
});
