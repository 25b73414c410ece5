import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Installation, openInstallation } from '../end-to-end/installation.ts';
import { accountId, trailRecord } from '../collection/collecting.ts';

vi.setConfig({ testTimeout: 180_000 });

const recordings = join(import.meta.dirname, '../../../shared/corpora/cloudtrail-stratus');
const available = existsSync(recordings);
if (!available) console.warn(`SKIPPED in part: the recorded attacks are not here (${recordings})`);

let here: Installation;

beforeAll(async () => {
  here = await openInstallation({ simulator: { accounts: [{ id: '444455556666', regions: ['us-east-1'] }] } });
});
afterAll(() => here.close());

async function countOf(table: 'event_keys' | 'sightings'): Promise<number> {
  const { db } = here.connections.store;
  const { count } = await db
    .selectFrom(table)
    .select((eb) => eb.fn.countAll<bigint>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Alerts as the offline run names them: the rule, and the events. */
async function alertsInStore(): Promise<readonly string[]> {
  const rows = await here.connections.store.db
    .selectFrom('alerts')
    .select(['rule_id', 'event_refs', 'status_kind'])
    .where('status_kind', '<>', 'superseded')
    .execute();
  expect(rows.filter((row) => row.status_kind !== 'live')).toEqual([]);
  return rows.map((row) => `${row.rule_id} ${row.event_refs.map(({ eventId }) => eventId).join(' ')}`).toSorted();
}

describe('import, from the command line', () => {
  test('goes on after it was killed, and stores each event once', async () => {
    const file = join(here.folder, 'many.ndjson');
    const start = Date.UTC(2024, 2, 1);
    const total = 6000;
    const lines = Array.from({ length: total }, (_, index) =>
      JSON.stringify(
        trailRecord(`many-${index}`, start + index * 1000, {
          eventName: 'DescribeInstances',
          userAgent: 'aws-cli/2.17',
        }),
      ),
    );
    writeFileSync(file, lines.join('\n'));
    const config = join(here.folder, 'trailhound.toml');
    const command = ['src/entry/cli/main.ts', '--config', config, 'import', file, '--label', 'many'];
    const killed = spawn(process.execPath, command, { stdio: 'ignore' });
    await here.until('some of it was stored', async () => ((await countOf('event_keys')) > 500 ? true : undefined));
    const exit = once(killed, 'exit');
    killed.kill('SIGKILL');
    await exit;
    const before = await countOf('event_keys');
    expect(before).toBeLessThan(total);
    const outcome = await here.json<Readonly<Record<string, unknown>>>('import', file, '--label', 'many');
    expect(outcome).toMatchObject({ source: 'import/many', records: total, malformed: 0, published: total });
    expect(outcome['newRecords']).toBeLessThanOrEqual(total - before + 500);
    expect(await countOf('event_keys')).toBe(total);
    expect(await countOf('sightings')).toBe(total);
    const { entries } = await here.json<{ readonly entries: readonly { readonly what: string }[] }>('audit', 'changes');
    const imports = entries.map(({ what }) => what).filter((what) => what.includes('import/many'));
    expect(imports).toEqual([
      expect.stringMatching(/^The import as log source import\/many is complete: 6,000 records \(6,000 new, /),
      `An import as log source import/many was begun: 1 input of ${file}.`,
    ]);
  });

  test.runIf(available)(
    'raises the alerts of an offline run over the same recordings, and opens cases for them',
    async () => {
      const offline = await here.trailhound('detect', recordings, '--output', 'ndjson');
      const expected = offline.out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { readonly rule_id: string; readonly event_ids: readonly string[] })
        .map(({ rule_id, event_ids }) => `${rule_id} ${event_ids.join(' ')}`)
        .toSorted();
      expect(expected.length).toBeGreaterThan(10);
      await here.startWorker();
      const { code, out, err } = await here.trailhound('import', recordings);
      expect(err).not.toContain('could not be rung');
      expect(code).toBe(0);
      expect(out).toContain('import/cloudtrail-stratus');
      await here.until('every event was judged', async () => {
        const { db } = here.connections.store;
        const { seq } = await db.selectFrom('detect_cursor').select('seq').executeTakeFirstOrThrow();
        const { last_seq } = await db.selectFrom('publish_sequence').select('last_seq').executeTakeFirstOrThrow();
        return seq === last_seq ? true : undefined;
      });
      expect(await alertsInStore()).toEqual(expected);
      const { investigations } = await here.json<{ readonly investigations: readonly object[] }>(
        'investigations',
        'list',
      );
      expect(investigations.length).toBeGreaterThan(0);
    },
  );
});

describe('events, from the command line', () => {
  test('search prints a table, data for scripts, and where a query is wrong', async () => {
    const table = await here.trailhound(
      'events',
      'search',
      '--pivot',
      'user=mallory',
      '--to',
      '2024-03-01',
      '--limit',
      '3',
    );
    expect(table.out.split('\n').slice(0, 2).join('\n')).toMatch(
      /^time \(UTC\) +action .*\n2024-03-01 \d\d:\d\d:\d\d  DescribeInst/,
    );
    expect(table.err).toContain('3 events, newest first, and there are more');
    const data = await here.trailhound('events', 'search', 'event.id: many-7', '--json');
    expect(JSON.parse(data.out)).toMatchObject({ event: { id: 'many-7' }, user: { name: 'mallory' } });
    const csv = await here.trailhound('events', 'search', 'event.id: many-7', '-o', 'csv');
    expect(csv.out).toMatch(/^timestamp,account,.*\n2024-03-01T00:00:07Z,111122223333,us-east-1,/);
    const none = await here.trailhound(
      'events',
      'search',
      'event.action: Nothing',
      '--from',
      '-2h',
      '--account',
      accountId,
    );
    expect(none).toMatchObject({ code: 0, out: '' });
    expect(none.err).toMatch(/No event matches event.action: Nothing\.\nSearched account 111122223333, from 20/);
    const wrong = await here.trailhound('events', 'search', 'event.action: (a or');
    expect(wrong.code).toBe(2);
    expect(wrong.err).toMatch(/line 1, column 20: .*\n +1 \| event\.action: \(a or\n +\| +\^\n +remedy: /);
    expect((await here.trailhound('events', 'search', '--pivot', 'host=x')).code).toBe(2);
  });

  test('what it finds can be judged by rules as it is', async () => {
    const found = await here.trailhound('events', 'search', '--json', '--limit', 'all', '--account', accountId);
    const file = join(here.folder, 'found.ndjson');
    writeFileSync(file, found.out);
    const { code, err } = await here.trailhound('detect', file, '--output', 'summary');
    expect({ code, malformed: err.includes('malformed') }).toEqual({ code: 0, malformed: false });
  });

  test('export prints a line for each event and source', async () => {
    const { out } = await here.trailhound('events', 'export', '--account', accountId, '--to', '2024-03-01');
    const lines = out.trim().split('\n');
    expect(lines.length).toBe(6000);
    expect(Object.keys(JSON.parse(lines[0] ?? '') as object)).toEqual([
      'account',
      'event_id',
      'occurred_at',
      'ingested_at',
      'source',
    ]);
  });
});
