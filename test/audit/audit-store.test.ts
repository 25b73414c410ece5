import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { appendAuditRecords, auditRecordsAfter, loadAuditRecords } from '../../src/adapters/store/audit/audit-store.ts';
import { openStore, type Store } from '../../src/adapters/store/database.ts';
import { audit } from '../../src/adapters/store/migrations/0005-audit.ts';
import { auditBytes } from '../../src/adapters/store/migrations/0039-audit-bytes.ts';
import { auditRecord, type SealedRecord } from '../../src/audit/audit-record.ts';
import { canonicalDigest } from '../../src/digest/canonical-digest.ts';
import type { CaseId, Instant } from '../../src/model/ids.ts';
import { testDatabaseUrl } from '../harness/test-servers.ts';

const caseId = 'TH-7Q2M9K' as CaseId;
let store: Store;

beforeEach(async () => {
  store = openStore(await testDatabaseUrl());
  await store.migrate();
});
afterEach(() => store.close());

test('a record digests to its own ID after it was stored, whatever its instant ends with and whatever its texts hold', async () => {
  const instants = ['2026-11-24T12:00:00.120Z', '2026-11-24T12:00:00.000Z', '2026-11-24T12:00:00.123Z'] as Instant[];
  const records = instants.map((at) =>
    auditRecord({
      kind: 'needs-a-person',
      at,
      actor: 'al\u0000ice',
      caseId,
      subject: 'lone \ud800 half',
      data: { why: 'response-failed', detail: 'nul \u0000, half \udc00 and a backslash \\u0000' },
    }),
  );
  await appendAuditRecords(store.db, records);
  const read = await loadAuditRecords(store.db, caseId);
  expect(read.map(({ id }) => id)).toEqual(records.map(({ id }) => id));
  for (const { id, intact, ...content } of read) {
    expect(canonicalDigest(content)).toBe(id);
    expect(intact).toBe(true);
  }
});

test('records that are written at once by many are numbered without gaps, each batch in its order, and none twice', async () => {
  const batches = Array.from({ length: 8 }, (_batch, batch) =>
    Array.from({ length: 5 }, (_record, index) => rejection(`${batch}/${index}`)),
  );
  const twice = [...batches, ...batches, batches.flat()];
  await Promise.all(twice.map((batch) => appendAuditRecords(store.db, batch)));
  const read = await auditRecordsAfter(store.db, 0n);
  expect(read.map(({ position }) => position)).toEqual(Array.from({ length: 40 }, (_each, index) => BigInt(index + 1)));
  expect(new Set(read.map(({ subject }) => subject)).size).toBe(40);
});

test('who has seen a record has seen all before it, though a longer transaction began to write first', async () => {
  let go: () => void = () => undefined;
  const released = new Promise<void>((resolve) => {
    go = resolve;
  });
  const long = store.db.transaction().execute(async (transaction) => {
    await appendAuditRecords(transaction, [rejection('first')]);
    await released;
  });
  await expect.poll(() => lockHolders()).toBe(1);
  const short = appendAuditRecords(store.db, [rejection('second')]);
  await expect.poll(() => lockHolders()).toBe(2);
  expect(await auditRecordsAfter(store.db, 0n)).toEqual([]);
  go();
  await Promise.all([long, short]);
  expect((await auditRecordsAfter(store.db, 0n)).map(({ subject }) => subject)).toEqual(['first', 'second']);
});

test('the table takes no row that is not what its ID was made of, and lets none be changed', async () => {
  await appendAuditRecords(store.db, [rejection('kept')]);
  await expect(
    sql`insert into audit_records (position, id, at, actor, kind, subject, canonical)
      values (7, 'sha256:00', now(), 'mallory', 'case-closed', 'x', '{}')`.execute(store.db),
  ).rejects.toThrow('digests_to_its_id');
  await expect(sql`update audit_records set actor = 'mallory'`.execute(store.db)).rejects.toThrow('never changed');
});

test('records that were written before there were bytes stay readable, and say whether their bytes give their ID', async () => {
  const [whole, changed] = [rejection('whole'), rejection('with \u0000')];
  const older = openStore(await testDatabaseUrl());
  try {
    await older.migrate();
    await sql.raw('drop table audit_records; drop function refuse_audit_change').execute(older.db);
    await audit.up(older.db);
    for (const { id, entry } of [whole, changed])
      await sql`insert into audit_records (id, at, actor, case_id, kind, subject, data)
        values (${id}, ${entry.at}, ${entry.actor}, ${caseId}, ${entry.kind}, ${entry.subject}, ${JSON.stringify(entry.data)})`.execute(
        older.db,
      );
    await auditBytes.up(older.db);
    await appendAuditRecords(older.db, [rejection('new')]);
    const read = await auditRecordsAfter(older.db, 0n);
    expect(read.map(({ subject, intact, position }) => [subject, intact, position])).toEqual([
      ['whole', true, 1n],
      ['with \uFFFD', false, 2n],
      ['new', true, 3n],
    ]);
  } finally {
    await older.close();
  }
});

function rejection(subject: string): SealedRecord {
  return auditRecord({
    kind: 'write-refused',
    at: '2026-11-24T12:00:00.100Z' as Instant,
    actor: 'trailhound',
    caseId,
    subject,
    data: { code: 'expired', planDigest: null },
  });
}

async function lockHolders(): Promise<number> {
  const { rows } = await sql<{ readonly count: bigint }>`
    select count(*) from pg_locks where locktype = 'advisory'
      and database = (select oid from pg_database where datname = current_database())`.execute(store.db);
  return Number(rows[0]?.count);
}
