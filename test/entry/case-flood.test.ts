import { expect, test } from 'vitest';
import type { WrittenRecord } from '../../src/audit/audit-record.ts';
import { loadConfig } from '../../src/entry/config/config.ts';
import { createCasePace } from '../../src/entry/start/case-pace.ts';
import { createShownPlans } from '../../src/entry/start/key-controls.ts';
import type { Screen, StoryLine } from '../../src/entry/start/screen.ts';
import { nothingTold, tellNews } from '../../src/entry/start/story.ts';
import type { AccountId, CaseId, Instant } from '../../src/model/ids.ts';
import type { NewsPorts, WaitingPorts } from '../../src/views/news.ts';
import { aPlan } from '../approval/decision-fixtures.ts';

const at = '2026-11-24T12:00:00.000Z' as Instant;
const needs = { why: 'nothing-to-do-by-plan' };

/** So many cases that have opened, each with a plan. */
function opened(many: number): { readonly ports: NewsPorts & WaitingPorts; readonly ids: readonly CaseId[] } {
  const ids = Array.from({ length: many }, (_, index) => `TH-CASE${String(index).padStart(2, '0')}` as CaseId);
  const records = ids.flatMap((caseId) =>
    (['case-opened', 'plan-presented', 'needs-a-person'] as const).map((kind): WrittenRecord => ({
      id: `sha256:${caseId}${kind}`,
      at,
      actor: 'trailhound',
      caseId,
      kind,
      subject: caseId,
      data: kind === 'needs-a-person' ? needs : {},
    })),
  );
  async function none() {
    return [];
  }
  const ports = {
    readingProgress: async () => ({ sources: 0, caughtUp: 0, events: 0, alerts: 0 }),
    alertsSince: none,
    knownMatchesSince: none,
    operationalAlerts: none,
    auditRecordsAfter: async () => records.map((record, index) => ({ ...record, position: BigInt(index + 1) })),
    latestAuditPosition: async () => 0n,
    caseOf: async (id: CaseId) => ({
      id,
      mergedInto: null,
      actor: { kind: 'user', accountId: '111122223333' as AccountId, name: `user-of-${id}` },
    }),
    plansOf: async (caseId: CaseId) => {
      const plan = aPlan({ caseId });
      const standing = 'presented';
      return [
        { digest: plan.digest, version: 1, undoes: null, opened: { kind: 'intact', plan }, standing, expiresAt: at },
      ];
    },
    findingsOf: none,
  } as unknown as NewsPorts & WaitingPorts; // what a case has besides is not told
  return { ports, ids };
}

async function told(many: number) {
  const { ports, ids } = opened(many);
  const lines: StoryLine[] = [];
  const plans = createShownPlans();
  const screen = { tell: (line: StoryLine) => void lines.push(line) } as Screen;
  const place = { since: at, alerts: new Set<never>(), auditPosition: 0n };
  await tellNews(ports, nothingTold(place, new Map()), loadConfig(undefined, {}), screen, plans);
  return { ids, plans, text: lines.map(({ text }) => text).join('\n'), lines };
}

test('a few cases that open at once are told whole', async () => {
  const { ids, text } = await told(3);
  for (const id of ids) expect(text).toContain(`approve ${id} --plan`);
  expect(text).not.toContain('more case');
});

test('of many, as after an import, the first are told whole, some are named, and the rest is counted', async () => {
  const { ids, text, lines, plans } = await told(200);
  expect(text.split('\n').length).toBeLessThan(60);
  expect(text.match(/approve TH-CASE\d+ --plan/gu)).toHaveLength(3);
  expect(text).toContain(`case ${ids[5]} about IAM user user-of-${ids[5]} in 111122223333: 2 actions proposed; `);
  expect(text).toMatch(/investigations show TH-CASE05$/mu);
  expect(text).not.toContain('TH-CASE10');
  expect(lines.at(-1)?.text).toMatch(/^and 190 more cases: .*investigations list$/u);
  // Nobody signs by a key what was not shown.
  expect(plans.latest()?.caseId).toBe('TH-CASE02');
});

test('a case that goes on later is told whole, whatever it opened among', () => {
  let now = 0;
  const pace = createCasePace(() => now);
  const ids = Array.from({ length: 12 }, (_, index) => `TH-${index}` as CaseId);
  const tellings = ids.map((id) => pace.tellingOf(id));
  expect(tellings.slice(0, 4)).toEqual(['whole', 'whole', 'whole', 'in-a-line']);
  expect(tellings.slice(-2)).toEqual(['counted', 'counted']);
  expect([pace.takeCounted(), pace.takeCounted()]).toEqual([2, 0]);
  now = 61_000;
  expect([pace.tellingOf('TH-11' as CaseId), pace.tellingOf('TH-99' as CaseId)]).toEqual(['whole', 'whole']);
});
