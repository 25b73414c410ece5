import { describe, expect, test } from 'vitest';
import { renderAccounts } from '../../src/entry/accounts/list-accounts.ts';
import { renderChanges, renderStory } from '../../src/entry/audit/print.ts';
import { caseEventTable } from '../../src/entry/case-screen/event-table.ts';
import { renderCoverage } from '../../src/entry/coverage-report/render.ts';
import { eventTable } from '../../src/entry/events/event-table.ts';
import { styleFor } from '../../src/entry/terminal/terminal-style.ts';
import type { SafeText } from '../../src/model/safe-text.ts';
import type { CaseView } from '../../src/views/case.ts';
import type { CoverageView } from '../../src/views/coverage.ts';

/*
 * A phone, or half a screen, at night: no line of ours is wider than the terminal but for a command, which is copied whole, and no
 * word is broken in its middle.
 */

const widths = [40, 80, 120] as const;

function styleOf(width: number) {
  return { ...styleFor({}), width };
}

/** The lines that have no room, commands aside. */
function tooWide(text: SafeText, width: number): readonly string[] {
  return text.split('\n').filter((line) => line.length > width && !line.includes('trailhound '));
}

function wordsOf(text: string): readonly string[] {
  return text.split(/\s+/u);
}

const watched = {
  id: '111122223333',
  name: 'production',
  lifecycle: 'watched',
  partition: 'aws',
  regions: ['eu-central-1', 'eu-west-1', 'us-east-1'],
  pollIntervalMs: 300_000,
  roles: { poll: {}, respond: {}, evidence: {} },
  pause: null,
  learning: { readShare: 1, rulesLearning: [] },
} as never;

function coverageOf(amiss: boolean): CoverageView {
  const source = {
    region: 'eu-central-1',
    windows: [
      {
        from: '2026-11-28T00:00:00Z',
        to: '2026-11-29T00:00:00Z',
        state: 'covered',
        filter: 'all',
        records: 12,
        lateRecords: 0,
      },
    ],
    gaps: amiss ? [{ from: '2026-11-28T01:00:00Z', to: '2026-11-28T02:00:00Z' }] : [],
    trouble: amiss
      ? 'the role that reads the trail may not be assumed: its trust policy names another principal'
      : null,
    malformed: { count: 0, newest: [] },
    footprints: { medianS: 5, p95S: 9, calls: 76, seen: 74 },
  };
  return {
    since: '2026-11-28T00:00:00Z',
    until: '2026-11-29T00:00:00Z',
    nothingWatched: false,
    darkRules: [],
    operationalAlerts: amiss
      ? [
          {
            kind: 'gap',
            subject: 'lookup/111122223333/eu-central-1',
            raisedAt: '2026-11-28T03:00:00Z',
            sentence: 'an hour was not read, and AWS shows it for 89 days more',
          },
        ]
      : [],
    accounts: [{ ...(watched as object), reads: 'all', sources: [source] }],
  } as unknown as CoverageView;
}

const story = {
  id: 'TH-5MS200',
  actor: 'IAM user ci-deploy in 111122223333',
  account: '111122223333',
  status: 'awaiting-decision',
  verdict: null,
  alerts: [
    { ruleName: "A user's key asked who it is, from an address new for it" },
    { ruleName: 'An administrator policy was attached to a user, group or role' },
  ],
  mergedInto: null,
  mergedFrom: ['TH-M8PRRG'],
} as unknown as CaseView;

const entries = [
  {
    id: 'a',
    at: '2026-11-29T21:20:28Z',
    kind: 'state',
    who: 'trailhound',
    what: 'Exceptions are on record from now on: none.',
    subject: 'exceptions',
    awsRequestIds: [],
  },
] as never;

const found = {
  ref: { accountId: '111122223333', eventId: 'bbac2905-7dea-4911-af50-e69b27cc3dc9', revision: 0 },
  at: '2026-11-29T21:20:26Z',
  ecs: {
    event: { action: 'GetBucketLocation', outcome: 'success', provider: 's3.amazonaws.com' },
    source: { address: '203.0.113.77' },
    user: { name: 'ci-deploy' },
  },
};

const row = {
  time: '2026-11-29T21:20:28.000Z',
  account: '111122223333',
  region: 'us-east-1',
  action: 'CreateUser',
  provider: 'iam.amazonaws.com',
  outcome: 'success',
  user: 'ci-deploy',
  target: 'svc-backup',
  accessKey: '',
  address: '203.0.113.77',
  userAgent: '',
  eventId: 'e',
  revision: 0,
};

describe.each(widths)('in %i columns', (width) => {
  const style = styleOf(width);

  test('coverage has room, and no name of a region is broken', () => {
    const text = renderCoverage(coverageOf(true), style, { gapsOnly: false });
    expect(tooWide(text, width)).toEqual([]);
    expect(wordsOf(text)).toContain('eu-central-1');
    expect(text).toMatch(/\brecords\b/u);
  });

  test('the accounts have room, and no word of them is broken', () => {
    const text = renderAccounts([watched], style);
    expect(tooWide(text, width)).toEqual([]);
    expect(text).toContain('111122223333');
    expect(text).toContain('production');
    expect(text).toContain('evidence');
  });

  test("a case's story and what was changed have room, and no word of them is broken", () => {
    const told = renderStory(
      {
        head: story,
        told: { from: 'history', lostRuns: 0, differences: [], entries },
        rules: story.alerts.map(({ ruleName }) => ruleName),
        vouchedFor: null,
      } as never,
      style,
    );
    expect(tooWide(told, width)).toEqual([]);
    const changes = renderChanges({ entries, altered: [] }, style);
    expect(tooWide(changes, width)).toEqual([]);
    expect(changes).toContain('trailhound:');
  });

  test('events have room, of a case and of a search', () => {
    expect(tooWide(caseEventTable([found as never], style), width)).toEqual([]);
    const table = eventTable(style);
    expect(tooWide(table.head, width)).toEqual([]);
    expect(tooWide(table.line(row), width)).toEqual([]);
    expect(table.line(row)).toContain('svc-backup');
  });
});

test('where nothing is amiss no marks are explained, for none follow', () => {
  const calm = coverageOf(false);
  const shown = renderCoverage(calm, styleFor({}), { gapsOnly: true });
  expect(shown).toBe('2026-11-28 00:00:00 to 2026-11-29 00:00:00 (UTC)\n\nno gaps');
  expect(renderCoverage(calm, styleFor({}), { gapsOnly: false })).toContain('= read completely');
});
