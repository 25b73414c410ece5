import { describe, expect, test } from 'vitest';
import { actorKey, actorOf, describeActor } from '../../src/cloudtrail/actor.ts';
import { callerFrom, callerOf, type EventCallerFields } from '../../src/cloudtrail/caller.ts';
import { seedOfEvent } from '../../src/cloudtrail/seed.ts';
import type { JsonObject } from '../../src/model/json.ts';

const account = '111122223333';
const chrome = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36';

/** A call whose caller AWS does not tell; it writes the account's ID for the principal then. */
function unknown(
  address: string,
  agent: string,
  user: { readonly id?: string; readonly name?: string } = {},
): JsonObject {
  return {
    cloud: { account: { id: account } },
    user: { id: account, ...user },
    source: { address },
    user_agent: { original: agent },
    aws: { cloudtrail: { recipient_account_id: account, user_identity: { type: 'Unknown' } } },
  };
}

describe('callers of one account whom AWS does not name', () => {
  const one = unknown('203.0.113.7', chrome);
  const others = {
    'from another address': unknown('198.51.100.9', chrome),
    'with another program': unknown('203.0.113.7', 'aws-cli/2.15.0'),
    'under a name': unknown('203.0.113.7', chrome, { name: 'ann' }),
    'with a principal of its own': unknown('203.0.113.7', chrome, { id: '94482488-3041-7026-18f3-be45837cd0e4' }),
  };

  test.each(Object.entries(others))('are no one suspect, nor one identity: %s', (_what, other) => {
    expect(actorKey(actorOf(one))).not.toBe(actorKey(actorOf(other)));
    expect(callerOf(one).identity.id).not.toBe(callerOf(other).identity.id);
    expect(seedOfEvent(one)?.principal).not.toBe(seedOfEvent(other)?.principal);
  });

  test('are one where all that is seen of them is the same, also after an update of the program', () => {
    const later = unknown('203.0.113.7', chrome.replace('126', '127'));
    expect(actorKey(actorOf(one))).toBe(actorKey(actorOf(later)));
    expect(callerOf(one).identity.id).toBe(callerOf(later).identity.id);
  });

  test('are not the account itself, by which it lets others in', () => {
    for (const document of [one, ...Object.values(others)])
      expect(callerOf(document).identity).toMatchObject({
        kind: 'account',
        id: expect.stringMatching(/^account\/\d+\/./),
      });
  });

  test('are told with what is seen of them', () => {
    expect(describeActor(actorOf(one))).toBe(`unknown identity in ${account} (203.0.113.7 Chrome)`);
    expect(describeActor(actorOf(others['under a name']))).toBe(`unknown identity in ${account} (ann)`);
    expect(describeActor(actorOf({}))).toBe('unknown identity in unknown');
  });

  test('hide their name as AWS hides it: that is no name', () => {
    const hidden = unknown('203.0.113.7', chrome, { name: 'HIDDEN_DUE_TO_SECURITY_REASONS' });
    expect(actorKey(actorOf(hidden))).toBe(actorKey(actorOf(one)));
  });
});

test('an outside account of which no more is known stays that account, and so does a key', () => {
  const fields: EventCallerFields = {
    type: 'Unknown',
    receivedBy: account,
    address: '203.0.113.7',
    fromConsole: false,
  };
  expect(callerFrom({ ...fields, accountId: '999988887777' }).identity.id).toBe('account/999988887777');
  expect(callerFrom({ ...fields, accountId: account, accessKeyId: 'ASIAEXAMPLE' }).credential?.id).toBe(
    'access-key/ASIAEXAMPLE',
  );
});
