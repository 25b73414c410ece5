import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { installationRecords } from '../../src/adapters/store/audit/audit-store.ts';
import { openStore, type Store } from '../../src/adapters/store/database.ts';
import { recordInventories } from '../../src/adapters/store/audit/inventory-log.ts';
import { generateApproverKey, parseApproverKey } from '../../src/approval/approver-key.ts';
import { compileRuleSet } from '../../src/detection/engine.ts';
import { readExceptions } from '../../src/detection/exceptions/read-exceptions.ts';
import { markExceptions } from '../../src/detection/exceptions/with-exceptions.ts';
import { readRuleFile } from '../../src/detection/rule-file/read-rule-file.ts';
import { inventoriesOf } from '../../src/entry/compose/inventories.ts';
import { renderChanges } from '../../src/entry/audit/print.ts';
import { type Config, loadConfig } from '../../src/entry/config/config.ts';
import { styleFor } from '../../src/entry/terminal/terminal-style.ts';
import type { Instant } from '../../src/model/ids.ts';
import { installationStory, installationStorySchema } from '../../src/views/installation-story.ts';
import { testDatabaseUrl } from '../harness/test-servers.ts';

const at = '2026-11-24T12:00:00.000Z' as Instant;
const later = '2026-11-25T12:00:00.000Z' as Instant;
const password = 'hunter2-secret';
const ids = ['3f3a1b52-7c0e-4f0e-9a43-5d1b0f1f2a11', '5b0c7e9a-7c0e-4f0e-9a43-5d1b0f1f2a12'] as const;
const alice = parseApproverKey('alice', generateApproverKey().publicKeyPem);

let store: Store;
beforeEach(async () => {
  store = openStore(await testDatabaseUrl());
  await store.migrate();
});
afterEach(() => store.close());

function ruleText(id: string, query: string): string {
  return `[rule]\nrule_id = "${id}"\nname = "rule ${id}"\ndescription = "d"\nrisk_score = 21\nseverity = "low"\ntype = "query"
language = "kuery"\nquery = '''${query}'''\n`;
}

function exceptionText(reason: string): string {
  return `[[exception]]\nid = "nightly"\nrule_id = "${ids[0]}"\ncondition = 'user.name: backup'\nowner = "ops"\nreason = "${reason}"\n`;
}

function ruleSetOf(queries: Readonly<Record<string, string>>, reason: string) {
  const files = Object.entries(queries).flatMap(
    ([id, query]) => readRuleFile(`${id}.toml`, ruleText(id, query)).file ?? [],
  );
  expect(files).toHaveLength(Object.keys(queries).length);
  const ruleSet = compileRuleSet(files);
  const { exceptions, errors } = readExceptions('exceptions.toml', exceptionText(reason), ruleSet.fields);
  expect(errors).toEqual([]);
  return markExceptions(ruleSet, exceptions);
}

const before = ruleSetOf({ [ids[0]]: 'event.action: A' }, 'reviewed');

function configured(change: Partial<Config['approval']> = {}): Config {
  const config = loadConfig(undefined, {});
  return {
    ...config,
    store: { ...config.store, url: `postgres://trailhound:${password}@db.example.org/trailhound` },
    temporal: { ...config.temporal, apiKey: password },
    approval: { ...config.approval, approvers: [{ name: 'alice', publicKeyFile: '/keys/alice.pem' }], ...change },
  };
}

async function told() {
  const ports = { records: (query: { readonly limit: number }) => installationRecords(store.db, query) };
  return installationStorySchema.parse(await installationStory(ports, { limit: 100 }));
}

test('what an installation is run with is on record once, however many workers start with it', async () => {
  const inventories = inventoriesOf(configured(), before, [alice]);
  const starts = [1, 2, 3].map((second) => `2026-11-24T12:00:0${second}.000Z` as Instant);
  await Promise.all(starts.map((start) => recordInventories(store.db, inventories, start)));
  await recordInventories(store.db, inventories, later);
  const { entries } = await told();
  expect(entries.map(({ subject }) => subject)).toEqual(['exceptions', 'rules', 'configuration']);
  for (const { at: when } of entries) expect(starts).toContain(when);
});

test('a rule, an exception and a setting that changed are on record by what is added, removed and changed', async () => {
  await recordInventories(store.db, inventoriesOf(configured(), before, [alice]), at);
  const after = ruleSetOf({ [ids[0]]: 'event.action: B', [ids[1]]: 'event.action: C' }, 'reviewed again');
  const mallory = { ...alice, keyId: 'another key under the same name' };
  await recordInventories(store.db, inventoriesOf(configured({ expiresAfterMs: 5 }), after, [mallory]), later);
  const { entries } = await told();
  expect(entries.filter(({ at: when }) => when === later).map(({ what }) => what)).toEqual([
    'Exceptions are others than before: 1 changed (nightly).',
    `Rules are others than before: 1 added (${ids[1]}), 1 changed (${ids[0]}).`,
    'Settings are others than before: 2 changed (approval.expiresAfterMs, approvers.alice).',
  ]);
  await recordInventories(store.db, inventoriesOf(configured({ approvers: [] }), before, []), later);
  expect((await told()).entries[0]?.what).toBe('Exceptions are others than before: 1 changed (nightly).');
  expect((await told()).entries[2]?.what).toContain('1 removed (approvers.alice)');
});

test('no value of a setting is in the record, and no digest tells one password from another', async () => {
  await recordInventories(store.db, inventoriesOf(configured(), before, [alice]), at);
  const records = JSON.stringify(await installationRecords(store.db, { limit: 10 }));
  expect(records).not.toContain(password);
  expect(records).not.toContain('db.example.org');
  const other = configured();
  const changed = {
    ...other,
    store: { ...other.store, url: other.store.url?.replace(password, 'another') ?? '' },
    temporal: { ...other.temporal, apiKey: 'another' },
  };
  await recordInventories(store.db, inventoriesOf(changed, before, [alice]), later);
  expect((await told()).entries).toHaveLength(3);
});

test('a record that somebody rewrote is compared with nothing: all is on record anew, and the row is told as altered', async () => {
  const inventories = inventoriesOf(configured(), before, [alice]);
  await recordInventories(store.db, inventories, at);
  // As whoever owns the store can.
  await sql`alter table audit_records disable trigger audit_records_only_grow, drop constraint digests_to_its_id`.execute(
    store.db,
  );
  await store.db
    .updateTable('audit_records')
    .set((set) => ({ canonical: set.fn<string>('replace', ['canonical', set.val('trailhound'), set.val('somebody')]) }))
    .where('kind', '=', 'rules-changed')
    .execute();
  await recordInventories(store.db, inventories, later);
  const { entries, altered } = await told();
  expect(entries.map(({ subject, at: when }) => [subject, when])).toContainEqual(['rules', later]);
  expect(altered).toHaveLength(1);
});

test('what changed between two starts reads well in a terminal of 80 columns, and is a line each where it is piped', async () => {
  await recordInventories(store.db, inventoriesOf(configured(), before, [alice]), at);
  const queries = Object.fromEntries(ids.map((id) => [id, 'event.action: B']));
  await recordInventories(store.db, inventoriesOf(configured(), ruleSetOf(queries, 'reviewed'), [alice]), later);
  const answer = await told();
  const shown = renderChanges(answer, { ...styleFor({}), width: 80 });
  const below = ' '.repeat(21);
  expect(shown.split('\n').slice(0, 6)).toEqual([
    'The latest first. Times are UTC.',
    '2026-11-25 12:00:00  state     trailhound: Rules are others than before: 1 added',
    `${below}(${ids[1]}), 1 changed`,
    `${below}(${ids[0]}).`,
    '2026-11-24 12:00:00  seen      trailhound: Exceptions are on record from now on:',
    `${below}1.`,
  ]);
  for (const line of shown.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  expect(renderChanges(answer, styleFor({})).split('\n')).toHaveLength(answer.entries.length + 1);
});
