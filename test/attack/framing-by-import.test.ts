import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import { createImportStore } from '../../src/adapters/store/collection/import-store.ts';
import { loadPlans } from '../../src/adapters/store/cases/plan-store.ts';
import { storeRecords } from '../../src/adapters/store/collection/page-store.ts';
import { readShownRecords } from '../../src/collection/read-records.ts';
import { lookupSourceId } from '../../src/model/log-source.ts';
import type { CaseId, Instant } from '../../src/model/ids.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { planWords } from '../../src/investigation/plan/plan-words.ts';
import { awaitsDecision, type CaseWorld, openCaseWorld } from '../investigation/case-world.ts';
import { found } from '../investigation/archive-of.ts';
import { accountId, s3BrowserRecord, secondsAgo } from '../investigation/trail-records.ts';

let world: CaseWorld | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

const source = lookupSourceId(accountId, 'us-east-1');
function now() {
  return new Date().toISOString() as Instant;
}

/** The account is watched, and its trail was read completely over the last day. */
async function watch({ store: { db } }: CaseWorld): Promise<void> {
  const [from, to] = [secondsAgo(86_400), secondsAgo(1)];
  await db
    .insertInto('log_sources')
    .values({
      id: source,
      kind: 'lookup',
      account_id: accountId,
      region: 'us-east-1',
      watched_from: from,
      live_from: from,
      detail: '{}',
    })
    .execute();
  await db
    .insertInto('windows')
    .values({
      source_id: source,
      from_at: from,
      to_at: to,
      state: 'covered',
      filter: '"all"',
      covered_at: to,
      retry_at: null,
      error: null,
    })
    .execute();
}

async function imported(here: CaseWorld, record: JsonObject): Promise<CaseId> {
  const importing = await createImportStore(here.store, 'a-folder', now());
  await importing.store(readShownRecords([JSON.stringify(record)], accountId, now()), now());
  const caseId = await here.raiseAlert(found(record));
  await here.ring(caseId);
  return caseId;
}

async function shownByTrail(here: CaseWorld, record: JsonObject): Promise<void> {
  const records = readShownRecords([JSON.stringify(record)], accountId, now());
  await here.store.db
    .transaction()
    .execute(async (db) => storeRecords(db, { source: { id: source }, seenAt: now(), ...records }));
}

test('one imported record about a person of a watched account is no reason to act, and every place says so', async () => {
  const here = await openCaseWorld({ trailRead: false });
  world = here;
  await watch(here);
  const caseId = await imported(here, s3BrowserRecord({ eventTime: secondsAgo(7_200) }));
  await here.until(caseId, ({ state }) => state.status === 'needs-a-person');
  const [presented] = await loadPlans(here.store.db, caseId);
  const opened = presented?.opened;
  if (opened?.kind !== 'intact') throw new Error('the plan is as it was made');
  expect(opened.plan.actions).toEqual([]);
  expect(opened.plan.waysIn.filter(({ what }) => what.kind === 'access-key')).toEqual([]);
  expect(JSON.stringify(planWords(opened.plan))).toContain('UNCONFIRMED: 1 of the alerts');

  const program = [
    'src/entry/cli/main.ts',
    '--config',
    here.configFile,
    'investigations',
    'show',
    caseId,
    '--evidence',
    '--plan',
  ];
  const { stdout } = await promisify(execFile)(process.execPath, program);
  expect(stdout.match(/UNCONFIRMED/g)?.length).toBeGreaterThanOrEqual(3);
});

test("the same record is one as soon as the account's own trail shows it as well", async () => {
  const here = await openCaseWorld({ trailRead: false });
  world = here;
  await watch(here);
  const record = s3BrowserRecord({ eventTime: secondsAgo(7_200) });
  await shownByTrail(here, record);
  const caseId = await imported(here, record);
  await here.until(caseId, awaitsDecision);
});

test('an imported copy with other content does not take the place of what the trail showed', async () => {
  const here = await openCaseWorld({ trailRead: false });
  world = here;
  await watch(here);
  const record = s3BrowserRecord({ eventTime: secondsAgo(7_200) });
  await shownByTrail(here, record);
  const importing = await createImportStore(here.store, 'a-folder', now());
  const altered = { ...record, eventName: 'DeleteBucket', sourceIPAddress: '198.51.100.1' };
  await importing.store(readShownRecords([JSON.stringify(altered)], accountId, now()), now());
  const caseId = await here.raiseAlert(found(record));
  await here.ring(caseId);
  await here.until(caseId, awaitsDecision);
  const rows = await here.store.db.selectFrom('evidence').select('content').where('case_id', '=', caseId).execute();
  expect(JSON.stringify(rows)).not.toContain('DeleteBucket');
});
