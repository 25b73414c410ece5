import { expect, test } from 'vitest';
import { type AcceptPorts, acceptWayInOfCase, type KnownWayIn } from '../../src/commands/case-acts.ts';
import { wayInId } from '../../src/investigation/ways-in/candidate.ts';
import type { AcceptanceStatement } from '../../src/model/acceptance.ts';
import type { AccountId, CaseId, Instant } from '../../src/model/ids.ts';
import type { WayInSubject } from '../../src/model/way-in.ts';

/*
 * The attacker chooses names until the ID of its way in begins like that of one which a person wants to accept.
 */

function trustOf(roleName: string, letsIn: string): WayInSubject {
  return { kind: 'trust', accountId: '111122223333' as AccountId, roleName, letsIn: [letsIn] };
}

const partner = wayInId(trustOf('partner-readonly', 'arn:aws:iam::777777777777:root'));

/** Found in a moment: 16 bits. */
function namedLike(id: string): WayInSubject {
  for (let tried = 0; ; tried += 1) {
    const what = trustOf(`admin-${tried.toString(36)}`, 'arn:aws:iam::999999999999:root');
    if (wayInId(what).startsWith(id.slice(0, 4))) return what;
  }
}

const evil: KnownWayIn = { id: '', what: namedLike(partner), state: 'open', eventIds: ['e1', 'e2'] };
const waysIn = [{ ...evil, id: wayInId(evil.what) }];

async function accept(wayIn: string, { confirmed = true } = {}) {
  const [shown, signed]: readonly AcceptanceStatement[][] = [[], []];
  const ports = {
    caseNamed: async (typed: string) => typed as CaseId,
    goesOnIn: async () => null,
    waysInOf: async () => waysIn,
    show: (statement: AcceptanceStatement) => void shown?.push(statement),
    confirm: async () => confirmed,
    sign: async (statement: AcceptanceStatement) => {
      signed?.push(statement);
      return { jws: 'a.b.c' };
    },
    newId: () => 'acceptance-1',
    audience: 'here',
    now: () => '2026-11-24T12:00:00.000Z' as Instant,
    messages: { accept: async () => ({ kind: 'done' }) },
  } as unknown as AcceptPorts;
  const asked = { caseId: 'TH-7Q2M9K', wayIn, reason: 'the partner, contract 4711' };
  const error = await acceptWayInOfCase(ports, { name: 'ann' }, asked).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return { shown, signed, error };
}

test('a way in is accepted by no beginning of its ID, however long', async () => {
  const [{ id } = { id: '' }] = waysIn;
  expect(id).toMatch(/^[0-9a-f]{20}$/);
  for (const length of [4, 8, 16, 19]) {
    const { signed, shown, error } = await accept(id.slice(0, length));
    expect([signed, shown]).toEqual([[], []]);
    expect(error).toMatchObject({ code: 'no-such-way-in', remedy: expect.stringContaining('20 characters') });
  }
  expect((await accept(partner)).error).toMatchObject({ code: 'no-such-way-in' });
  expect((await accept(id)).signed).toMatchObject([{ wayInId: id, seen: ['e1', 'e2'] }]);
});

test('what is signed was shown whole, with the records that show it, and nothing is signed that is not confirmed', async () => {
  const [{ id } = { id: '' }] = waysIn;
  const { shown, signed } = await accept(id);
  expect(signed).toEqual(shown);
  const declined = await accept(id, { confirmed: false });
  expect(declined.shown).toHaveLength(1);
  expect([declined.signed, declined.error]).toMatchObject([[], { code: 'not-confirmed' }]);
});
