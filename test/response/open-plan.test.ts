import { expect, test } from 'vitest';
import { sealPlan } from '../../src/digest/plan-digest.ts';
import type { AccountId, Instant } from '../../src/model/ids.ts';
import type { Plan } from '../../src/model/plan.ts';
import type { WayIn } from '../../src/model/way-in.ts';
import { openPlan } from '../../src/response/open-plan.ts';
import { aPlan } from '../approval/decision-fixtures.ts';

const accountId = '111122223333' as AccountId;
const at = '2026-07-05T03:12:00.000Z' as Instant;

const wayIn: WayIn = {
  id: 'e07f2a',
  identity: `key:${accountId}/AKIAEXAMPLEMALLORY`,
  what: { kind: 'access-key', accountId, userName: 'mallory', accessKeyId: 'AKIAEXAMPLEMALLORY' },
  origin: 'used',
  state: 'open',
  until: 'until-removed',
  proof: [],
};

/** Everything that a way in says of some cases only. */
const saidOfSome: Readonly<Record<string, Partial<WayIn>>> = {
  'that a key was made whose ID is in no record': {
    what: { kind: 'access-key', accountId, userName: 'mallory', accessKeyId: 'of e1', madeAt: at },
  },
  'that a boundary holds it back': { state: 'closed', heldBack: true },
  'which organization alone it lets in': { narrowedTo: 'o-aa111bb222' },
  'that its end was begun': { state: 'unknown', endBegun: at },
  'who switched it on again': { reopened: { at, by: { kind: 'user', accountId, name: 'owner' } } },
  'a text as long as a record lets it be': {
    what: { kind: 'grant', accountId, holder: 'mallory', policy: 'p'.repeat(200_000), administrator: true },
  },
};

test.each(Object.entries(saidOfSome))('a plan can be presented whose way in says %s', (_, said) => {
  const plan: Plan = sealPlan({ ...aPlan(), waysIn: [{ ...wayIn, ...said }] });
  expect(openPlan(JSON.parse(JSON.stringify(plan)))).toEqual({ kind: 'intact', plan });
});

test('what no plan says is an altered plan, though its digest is made over it', () => {
  const noted = { ...wayIn, note: 'approved already' };
  const plan = sealPlan({ ...aPlan(), waysIn: [noted] });
  expect(openPlan(plan)).toEqual({ kind: 'altered' });
});
