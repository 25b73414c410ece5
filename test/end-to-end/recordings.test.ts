import type { NewTermsDetail } from '../../src/detection/rule-types/new-terms.ts';
import { copyFileSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { loadCaseView } from '../../src/entry/compose/case-ports.ts';
import { listCases } from '../../src/adapters/store/cases/case-store.ts';
import { type Installation, openInstallation } from './installation.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const corpora = join(import.meta.dirname, '../../../shared/corpora');
const recordings = join(corpora, 'cloudtrail-stratus');
const available = existsSync(recordings) && existsSync(join(corpora, 'elastic-rules'));
if (!available) console.warn(`SKIPPED: the recorded attacks and the rule repository are not here (${corpora})`);

/** Rule ID, rule type, and what it must alert on: the event ID, the new terms as JSON, or the event IDs of a sequence. */
type Verdict = readonly [ruleId: string, type: string, what: string];

const verdicts = available
  ? readFileSync(join(corpora, 'cloudtrail-stratus.verdicts.tsv'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split('\t') as unknown as Verdict) // three columns, as its README says
  : [];
const ruleIds = [...new Set(verdicts.map(([ruleId]) => ruleId))];

/** The rule repository's files with these rules, copied to a folder of their own. */
function copyRules(folder: string): number {
  const files = globSync(join(corpora, 'elastic-rules/aws/*.toml')).filter((file) => {
    const text = readFileSync(file, 'utf8');
    return ruleIds.some((ruleId) => text.includes(`rule_id = "${ruleId}"`));
  });
  for (const file of files) copyFileSync(file, join(folder, basename(file)));
  return files.length;
}

/** How many sources' history is not read yet, of those that there are. */
async function unreadSources({ connections }: Installation) {
  const { rows } = await sql<{ readonly all: bigint; readonly unread: bigint; readonly published: bigint }>`
    select count(*) as all, (select coalesce(max(last_seq), 0) from publish_sequence) as published,
           count(*) filter (where extract(epoch from s.live_from - s.watched_from) >
             (select coalesce(sum(extract(epoch from w.to_at - w.from_at) + 1), 0) from windows w
              where w.source_id = s.id and w.state = 'covered')) as unread
    from log_sources s where s.active`.execute(connections.store.db);
  return rows[0] ?? { all: 0n, unread: 0n, published: 0n };
}

/** What was published up to a number and is not judged yet, and what waits for a rule to have learnt. */
async function leftToJudge({ connections }: Installation, published: bigint) {
  const { rows } = await sql<{ readonly events: bigint; readonly learning: bigint }>`
    select greatest(0, ${published} - (select coalesce(max(seq), 0) from detect_cursor)) as events,
           (select count(*) from alerts where status_kind = 'learning' and rule_id = any(${ruleIds})) as learning
  `.execute(connections.store.db);
  return rows[0] ?? { events: 0n, learning: 0n };
}

describe.skipIf(!available)('recorded attacks, served as if they happened now', () => {
  let here: Installation;
  let rules: string;
  beforeAll(async () => {
    rules = mkdtempSync(join(tmpdir(), 'trailhound-rules-'));
    expect(copyRules(rules)).toBe(ruleIds.length);
    here = await openInstallation({
      simulator: { recordsFolder: recordings },
      settings: {
        rules: { directories: [rules] },
        collection: { poll_interval: '10s', sweep_delays: ['1h'] },
      },
    });
    await here.startWorker();
    const published = await here.until('all recordings are read', async () => {
      const sources = await unreadSources(here);
      return sources.all === 35n && sources.unread === 0n ? sources.published : undefined;
    });
    // Polls go on, and with them what is published: of our own calls.
    await here.until('all recordings are judged', async () => {
      const left = await leftToJudge(here, published);
      return left.events <= 0n && left.learning === 0n ? true : undefined;
    });
  });
  afterAll(async () => {
    await here.close();
    rmSync(rules, { recursive: true });
  });

  function alerts() {
    return here.connections.store.db
      .selectFrom('alerts')
      .select(['rule_id', 'status_kind', 'detail', 'event_refs', 'group_values', 'case_id'])
      .where('rule_id', 'in', ruleIds)
      .execute();
  }

  test('raise exactly the alerts that an independent evaluator expects, by rule and event', async () => {
    const found = (await alerts()).map(({ rule_id, detail, event_refs }) => {
      const what =
        detail.kind === 'new_terms'
          ? `[${(detail as NewTermsDetail).values.map((value) => JSON.stringify(value)).join(', ')}]`
          : event_refs.map(({ eventId }) => eventId).join(',');
      return `${rule_id}\t${what}`;
    });
    expect(found.toSorted()).toEqual(verdicts.map(([ruleId, _type, what]) => `${ruleId}\t${what}`).toSorted());
  });

  test('come to cases, every alert to one, and the cases show them by rule and event', async () => {
    const expected = await alerts();
    expect(expected.filter(({ status_kind }) => status_kind !== 'live')).toEqual([]);
    expect(expected.filter(({ case_id }) => case_id === null)).toEqual([]);
    const { db } = here.connections.store;
    const shown: string[] = [];
    for (const { id } of await listCases(db, { limit: 1_000 })) {
      const view = await loadCaseView(db, id, null);
      for (const { ruleId, eventIds } of view.alerts) shown.push(`${ruleId}\t${eventIds.join(',')}`);
    }
    const ofThese = shown.filter((line) => ruleIds.some((ruleId) => line.startsWith(ruleId)));
    expect(ofThese.toSorted()).toEqual(
      expected
        .map(({ rule_id, event_refs }) => `${rule_id}\t${event_refs.map(({ eventId }) => eventId).join(',')}`)
        .toSorted(),
    );
  });

  test('are listed by rule on the command line, and each case is claimed and led to a plan', async () => {
    const { db } = here.connections.store;
    await here.until('every alert is claimed by its case', async () => {
      const row = await db
        .selectFrom('alerts')
        .select((select) => select.fn.countAll<bigint>().as('count'))
        .where('case_id', 'is not', null)
        .where('claimed_at', 'is', null)
        .executeTakeFirstOrThrow();
      return row.count === 0n ? true : undefined;
    });
    const [[ruleId, , eventId] = ['', '', '']] = verdicts.filter(([, type]) => type === 'query');
    await here.until('the case has a plan or says why there is none', async () => {
      const cases = await listCases(db, { rule: ruleId });
      return cases.every(({ status }) => status !== 'gathering') ? true : undefined;
    });
    const { investigations } = await here.json<{ readonly investigations: readonly { readonly id: string }[] }>(
      'investigations',
      'list',
      '--rule',
      ruleId,
    );
    expect(investigations).toHaveLength(1);
    const shown = await here.json<{ readonly alerts: readonly object[] }>(
      'investigations',
      'show',
      investigations[0]?.id ?? '',
    );
    expect(shown.alerts).toContainEqual(expect.objectContaining({ ruleId, eventIds: [eventId] }));
  });
});
