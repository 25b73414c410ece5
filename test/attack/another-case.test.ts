import { Client as PostgresClient } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStore, type Store } from '../../src/adapters/store/database.ts';
import { casePorts } from '../../src/entry/compose/case-ports.ts';
import { caseNamed } from '../../src/views/case.ts';
import { testDatabaseUrl } from '../harness/test-servers.ts';

/*
 * The attacker owns PostgreSQL, its operators too, and answers a question about one case with another: what a person does about the one
 * that they named would be done to that.
 */

let store: Store;
let attacker: PostgresClient;
beforeAll(async () => {
  const url = await testDatabaseUrl();
  store = openStore(url);
  await store.migrate();
  attacker = new PostgresClient(url);
  await attacker.connect();
});
afterAll(async () => {
  await attacker.end();
  await store.close();
});

async function named(typed: string): Promise<string> {
  const { id } = await caseNamed(casePorts(store.db, null), typed);
  return id;
}

test('a case that a person names is that one, whatever the store takes for equal', async () => {
  await attacker.query(
    `insert into cases (id, actor_key, actor, account_id, status, severity, opened_at)
     values ('TH-HJKMNP', 'user/1', '{"kind":"root","accountId":"111122223333"}', '111122223333', 'gathering', 'low', now())`,
  );
  expect(await named('th-hjkmnp')).toBe('TH-HJKMNP');
  // Every case is equal to every other.
  await attacker.query('alter table cases rename to kept_cases');
  await attacker.query(`create collation any_case (provider = icu, locale = 'und-u-ks-level1', deterministic = false)`);
  await attacker.query(
    `create view cases as select replace(id, 'TH-HJ', 'th-hj') collate any_case as id, actor_key, actor, account_id, status, severity,
     opened_at, closed_at, verdict, merged_into, assigned_to from kept_cases`,
  );
  await expect(named('TH-HJKMNP')).rejects.toThrow('there is no case TH-HJKMNP');
});
