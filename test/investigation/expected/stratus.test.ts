import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { investigatePaths, shapeOf } from './investigate-records.ts';
import type { Instant } from '../../../src/model/ids.ts';
import { conclusionsOf, sorted } from './conclusions.ts';
import { stratusConclusions } from './stratus-conclusions.ts';
import { stratusCases } from './stratus.ts';

const folder = fileURLToPath(new URL('../../../../shared/corpora/cloudtrail-stratus/', import.meta.url));
const present = existsSync(folder);
if (!present) console.warn('SKIPPED: the recordings in ../shared/corpora/cloudtrail-stratus are not here');

describe.skipIf(!present)('recordings of real attacks', () => {
  test.each(Object.entries(stratusCases))('%s is one case, with these identities and links', async (name, expected) => {
    const cases = await investigatePaths([`${folder}aws.${name}.json`]);
    expect(cases.map(({ document }) => shapeOf(document))).toEqual([{ accounts: 1, ...expected }]);
  });

  test.each(Object.entries(stratusConclusions))(
    '%s comes to these conclusions, and no other',
    async (name, expected) => {
      const [only] = await investigatePaths([`${folder}aws.${name}.json`]);
      expect(only && conclusionsOf(only.document)).toEqual(sorted(expected));
    },
  );

  test('today their sessions have ended, and nothing is proposed against them', async () => {
    const cases = await investigatePaths([folder], { asOf: '2026-11-28T00:00:00Z' as Instant });
    const sessions = cases.flatMap(({ document }) => document.waysIn.filter(({ kind }) => kind === 'session'));
    expect(sessions.length).toBeGreaterThan(8);
    expect(new Set(sessions.map(({ state }) => state))).toEqual(new Set(['closed']));
    const types = cases.flatMap(({ document }) => document.plan.actions.map(({ type }) => type));
    expect(types).not.toContain('revokeRoleSessions');
    expect(types).not.toContain('denyUserEverything');
  });

  test('whatever a line of a case names is among its identities', async () => {
    for (const { document } of await investigatePaths([folder])) {
      const known = new Set(document.identities.map(({ id }) => id));
      const named = [
        ...document.timeline.map(({ identity }) => identity),
        ...document.waysIn.map(({ identity }) => identity),
        ...document.links.flatMap(({ from, to }) => [from, to]),
        ...document.effects.map(({ identity }) => identity),
      ];
      expect(named.filter((id) => !known.has(id))).toEqual([]);
    }
  });

  test('all together are a case each, whichever thread reads what', async () => {
    const cases = await investigatePaths([folder], { threads: 1 });
    expect(cases).toHaveLength(Object.keys(stratusCases).length);
    const shapes = cases.map(({ document }) => JSON.stringify(shapeOf(document)));
    const expected = Object.values(stratusCases).map((each) => JSON.stringify({ accounts: 1, ...each }));
    expect(shapes.toSorted()).toEqual(expected.toSorted());
  });
});
