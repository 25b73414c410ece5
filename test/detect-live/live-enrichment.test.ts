import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createImportStore } from '../../src/adapters/store/collection/import-store.ts';
import { inputSources } from '../../src/adapters/files/input-paths.ts';
import { openEnrichment } from '../../src/entry/compose/enrichment.ts';
import { loadRuleSet } from '../../src/entry/compose/rule-set.ts';
import { loadConfig } from '../../src/entry/config/config.ts';
import { recordings } from '../../src/entry/import/recordings.ts';
import type { Instant } from '../../src/model/ids.ts';
import { type Collecting, deliver, startCollecting, trailRecord } from '../collection/collecting.ts';

const databases = join(import.meta.dirname, '../cloudtrail/address-databases');
const [cities, networks] = [join(databases, 'cities.mmdb'), join(databases, 'networks.mmdb')];
const [france, brazil, unknown] = ['192.0.2.7', '198.51.100.9', '203.0.113.1'];

/** Rules that cannot fire without enrichment, by their IDs. */
const rules = {
  'new-network': `type = "new_terms"\nquery = 'event.action: ListBuckets'\n[rule.new_terms]\nvalue = ["user.name", "source.as.organization.name"]\nhistory_window_start = [{ field = "history_window_start", value = "now-7d" }]`,
  'from-brazil': `type = "query"\nquery = 'event.action: ListBuckets and source.geo.country_iso_code: BR'`,
  'two-countries': `type = "threshold"\nquery = 'event.action: ListBuckets'\nfrom = "now-1h"\n[rule.threshold]\nfield = ["user.name"]\nvalue = 2\ncardinality = [{ field = "source.geo.country_iso_code", value = 2 }]`,
  'same-city': `type = "eql"\nlanguage = "eql"\nquery = 'sequence by user.name, source.geo.city_name with maxspan=1h [any where event.action == "ListBuckets"] [any where event.action == "GetUser"]'`,
} as const;

let folder: string;
const running: Collecting[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'trailhound-live-enrichment-'));
  for (const [id, body] of Object.entries(rules)) {
    const head = `[rule]\nname = "${id}"\ndescription = "d"\nrule_id = "${id}"\nrisk_score = 21\nseverity = "low"`;
    writeFileSync(join(folder, `${id}.toml`), `${head}\n${body}\n`);
  }
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()));
});

afterAll(() => rmSync(folder, { recursive: true }));

/** The configuration as an operator writes it. */
function configured(mmdb: readonly string[]) {
  const file = join(folder, 'trailhound.config');
  writeFileSync(file, `[rules]\ndirectories = ["."]\n[enrichment]\nmmdb = ${JSON.stringify(mmdb)}\n`);
  return loadConfig(file, {});
}

/** A store, and the activities as the worker makes them of that configuration. */
async function startEnriched(mmdb: readonly string[]): Promise<Collecting> {
  const config = configured(mmdb);
  const enrich = await openEnrichment(config);
  const collecting = await startCollecting({
    policy: { sweepDelaysS: [0] },
    historyMs: 8 * 86_400_000, // or the rule that learns would still be learning
    ruleSet: await loadRuleSet(config, () => {}, enrich?.gives),
    ...(enrich === undefined ? {} : { enrich }),
  });
  running.push(collecting);
  return collecting;
}

const ofThisTest = new Set<string>(Object.keys(rules));

/** Each alert as its rule and its events. */
async function liveAlerts({ store }: Collecting): Promise<readonly string[]> {
  const rows = await store.db.selectFrom('alerts').selectAll().where('status_kind', '=', 'live').execute();
  return rows
    .filter(({ rule_id: id }) => ofThisTest.has(id))
    .map((row) => `${row.rule_id}: ${row.event_refs.map(({ eventId }) => eventId).join(' ')}`)
    .toSorted();
}

function offlineAlerts(records: readonly unknown[], mmdb: readonly string[]): Promise<readonly string[]> {
  const options = mmdb.flatMap((path) => ['--mmdb', path]);
  return new Promise((resolve, reject) => {
    const args = ['src/entry/cli/main.ts', 'detect', '--rules', folder, '-o', 'ndjson', ...options];
    const child = execFile(process.execPath, args, (error, stdout) => {
      if (error !== null) return reject(error);
      const lines = stdout.split('\n').filter((line) => line !== '');
      const alerts = lines.map((line) => JSON.parse(line) as { rule_id: string; event_ids: readonly string[] });
      return resolve(alerts.map(({ rule_id: id, event_ids: ids }) => `${id}: ${ids.join(' ')}`).toSorted());
    });
    child.stdin?.end(JSON.stringify({ Records: records }));
  });
}

const nowMs = Math.floor(Date.now() / 1000) * 1000;
function at(minutesAgo: number): number {
  return nowMs - minutesAgo * 60_000;
}

async function storedSource({ store }: Collecting, eventId: string) {
  const rows = await store.db.selectFrom('events').select('ecs').where('event_id', '=', eventId).execute();
  return rows.map(({ ecs }) => ecs.source);
}

test('live detection with databases gives the alerts of `detect --mmdb`, of late events as well', async () => {
  const first = [
    trailRecord('listed-in-france', at(50), { sourceIPAddress: france }),
    trailRecord('listed-in-brazil', at(40), { sourceIPAddress: brazil }),
    trailRecord('listed-nowhere', at(30), { sourceIPAddress: unknown }),
  ];
  const late = [
    trailRecord('asked-in-france', at(45), { sourceIPAddress: france, eventName: 'GetUser' }),
    trailRecord('listed-first', at(55), { sourceIPAddress: brazil }),
  ];
  const collecting = await startEnriched([cities, networks]);
  await deliver(collecting, ...first);
  expect(await liveAlerts(collecting)).toEqual(await offlineAlerts(first, [cities, networks]));
  await deliver(collecting, ...late);
  const alerts = await liveAlerts(collecting);
  expect(alerts).toEqual(await offlineAlerts([...first, ...late], [cities, networks]));
  expect(new Set(alerts.map((line) => line.split(':')[0]))).toEqual(ofThisTest);
});

test('without databases both find nothing for such rules', async () => {
  const record = trailRecord('listed-in-brazil', at(40), { sourceIPAddress: brazil });
  const collecting = await startEnriched([]);
  await deliver(collecting, record);
  expect(await liveAlerts(collecting)).toEqual([]);
  expect(await offlineAlerts([record], [])).toEqual([]);
});

test('a corrected event is enriched by its corrected address', async () => {
  const collecting = await startEnriched([cities, networks]);
  await deliver(collecting, trailRecord('e', at(20), { sourceIPAddress: france }));
  await deliver(collecting, trailRecord('e', at(20), { sourceIPAddress: brazil }));
  expect(await storedSource(collecting, 'e')).toMatchObject([
    { ip: france, geo: { country_iso_code: 'FR' }, as: { organization: { name: 'Example Carrier' } } },
    { ip: brazil, geo: { country_iso_code: 'BR' }, as: { organization: { name: 'Example VPN' } } },
  ]);
  expect(await liveAlerts(collecting)).toContain('from-brazil: e');
});

test('imported recordings are enriched as well, but for what they say themselves', async () => {
  const collecting = await startEnriched([cities]);
  const ecs = {
    '@timestamp': '2026-01-02T03:04:05Z',
    event: { id: 'exported', action: 'ListBuckets', dataset: 'aws.cloudtrail' },
    cloud: { account: { id: '111122223333' } },
    source: { ip: brazil, geo: { country_iso_code: 'SE' } },
  };
  const file = join(folder, 'recording.ndjson');
  const record = trailRecord('recorded', at(40), { sourceIPAddress: brazil });
  writeFileSync(file, `${JSON.stringify(record)}\n${JSON.stringify(ecs)}\n`);
  const now = new Date().toISOString() as Instant;
  const store = await createImportStore(collecting.store, 'incident', now);
  const enrich = await openEnrichment(configured([cities]));
  for await (const read of recordings(inputSources([file]), { now, enrich })) await store.store(read, now);
  await store.publish();
  expect(await storedSource(collecting, 'recorded')).toMatchObject([{ geo: { city_name: 'Recife' } }]);
  expect(await storedSource(collecting, 'exported')).toEqual([ecs.source]);
});

test('a worker names the rules that need what no database gives, and refuses a file that is no database', async () => {
  async function warnings(mmdb: readonly string[]): Promise<readonly string[]> {
    const config = configured(mmdb);
    const lines: string[] = [];
    await loadRuleSet(config, (line) => lines.push(line), (await openEnrichment(config))?.gives);
    return lines.flatMap(
      (line) => /([\w-]+)\.toml: cannot fire: it needs ([\w.]+)/.exec(line)?.slice(1).join(' ') ?? [],
    );
  }
  expect(await warnings([cities])).toEqual(['new-network source.as']);
  expect(await warnings([cities, networks])).toEqual([]);
  expect((await warnings([])).length).toBe(Object.keys(rules).length);
  await expect(openEnrichment(configured(['from-brazil.toml']))).rejects.toThrow(/from-brazil\.toml cannot be read/);
});
