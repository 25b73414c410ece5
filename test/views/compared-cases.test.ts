import { describe, expect, test } from 'vitest';
import { currentInstant, instantOfMs } from '../../src/model/instant.ts';
import type { CaseId, Instant } from '../../src/model/ids.ts';
import { comparedCases, type ListedCase } from '../../src/views/compared-cases.ts';

describe('the store is compared with what Temporal lists', () => {
  const now = currentInstant();
  function ago(ms: number): Instant {
    return instantOfMs(Date.parse(now) - ms);
  }
  function listed(id: string, status: string | null, runs = true): ListedCase {
    const times = { startedAt: ago(60_000), endedAt: null };
    return { id: id as CaseId, runs, ...times, status, severity: null, verdict: null, tags: [] };
  }
  type Rows = Readonly<Record<string, { readonly status: string; readonly closedAt: Instant | null }>>;
  async function compared(pages: readonly (readonly ListedCase[])[], rows: Rows, limit = 1_000) {
    const asked: string[] = [];
    const answer = await comparedCases(
      {
        async *listed(most) {
          let left = most;
          for (const page of pages) {
            yield page.slice(0, left);
            left -= page.length;
            if (left <= 0) return;
          }
        },
        async standingOf(ids) {
          asked.push(...ids);
          return new Map(Object.entries(rows).filter(([id]) => ids.includes(id as CaseId)) as never);
        },
        now: () => now,
      },
      limit,
    );
    return { ...answer, asked };
  }

  test('what closes now, a merged one that is not told yet, and one that was taken up again are no differences', async () => {
    const answer = await compared(
      [
        [listed('TH-A', 'watching'), listed('TH-B', 'gathering')],
        [listed('TH-C', 'closed'), listed('TH-D', 'watching'), listed('TH-D', null, false)],
      ],
      {
        'TH-A': { status: 'closed', closedAt: ago(10_000) },
        'TH-B': { status: 'merged', closedAt: ago(10_000) },
        'TH-C': { status: 'closed', closedAt: ago(3_600_000) },
        'TH-D': { status: 'gathering', closedAt: null },
      },
    );
    expect(answer).toMatchObject({ differences: [], compared: 4, whole: true });
  });

  test('a row that closed in time to come, or that says merged or closed without a time, closed nothing', async () => {
    const { differences } = await compared([[listed('TH-A', null), listed('TH-B', 'quiet'), listed('TH-C', null)]], {
      'TH-A': { status: 'closed', closedAt: ago(-60_000) },
      'TH-B': { status: 'merged', closedAt: ago(3_600_000) },
      'TH-C': { status: 'closed', closedAt: null },
    });
    expect(differences.map(({ id, what }) => [id, what])).toEqual([
      ['TH-A', 'closed-in-store-alone'],
      ['TH-B', 'closed-in-store-alone'],
      ['TH-C', 'closed-in-store-alone'],
    ]);
  });

  test('no more is looked at than was asked for, and that is said; what is no ID of a case is nobody else’s', async () => {
    const pages = [[listed('TH-A', null), listed("x' or 1=1", null)], [listed('TH-B', null)], [listed('TH-C', null)]];
    const answer = await compared(pages, {}, 3);
    expect(answer).toMatchObject({ compared: 2, whole: false, asked: ['TH-A', 'TH-B'] });
    expect((await compared(pages, {})).whole).toBe(true);
  });
});
