import { Client as PostgresClient } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  appendAuditRecords,
  auditRecordsAfter,
  installationRecords,
  latestAuditRecord,
  loadAuditRecords,
} from '../../src/adapters/store/audit/audit-store.ts';
import { openStore, type Store } from '../../src/adapters/store/database.ts';
import { caseRecord } from '../../src/audit/audit-record.ts';
import type { AuditNote } from '../../src/audit/audit-kinds.ts';
import type { HistoryEvent } from '../../src/audit/history-event.ts';
import { sha256Hex } from '../../src/digest/canonical-digest.ts';
import type { CaseId, Instant } from '../../src/model/ids.ts';
import { installationStory } from '../../src/views/installation-story.ts';
import { story, storyEntrySchema } from '../../src/views/story.ts';
import { testDatabaseUrl } from '../harness/test-servers.ts';

/*
 * The attacker owns PostgreSQL, and its aim is to have the audit trail tell something else, or nothing.
 */

const caseId = 'TH-7Q2M9K' as CaseId;
const at = '2026-11-24T12:00:00.000Z' as Instant;
const note = {
  kind: 'note-added',
  subject: caseId,
  at,
  actor: 'alice',
  data: { text: 'the key is ours' },
} as const satisfies AuditNote;

let store: Store;
let attacker: PostgresClient;
beforeAll(async () => {
  const url = await testDatabaseUrl();
  store = openStore(url);
  await store.migrate();
  attacker = new PostgresClient(url);
  await attacker.connect();
  // What keeps our own code from changing a record keeps nobody else from it.
  await attacker.query('alter table audit_records disable trigger all');
  await attacker.query('alter table audit_records drop constraint digests_to_its_id');
});
afterAll(async () => {
  await attacker.end();
  await store.close();
});
beforeEach(async () => {
  await attacker.query('truncate audit_records');
  await appendAuditRecords(store.db, [caseRecord(caseId, note)]);
});

/** What a workflow of the case had written down. */
const history: readonly HistoryEvent[] = [
  {
    kind: 'activity-completed',
    at,
    workflowId: `case/${caseId}`,
    name: 'recordNotes',
    input: [{ caseId, notes: [note] }],
    result: null,
  } as never,
];

async function told() {
  const answer = await story(
    { historyOf: async () => ({ events: history, lostRuns: 0 }), recordsOf: (id) => loadAuditRecords(store.db, id) },
    caseId,
  );
  for (const { decidedOn: _, ...entry } of answer.entries) storyEntrySchema.parse(entry);
  return answer;
}

describe('a record whose bytes were changed', () => {
  const forms = [
    ['no JSON', 'the key is ours'],
    ['nothing', ''],
    ['null', 'null'],
    ['a list', '[]'],
    ['an object without fields', '{}'],
    ['fields of other types', `{"at":5,"actor":null,"kind":["note-added"],"subject":{},"data":{}}`],
    ['an instant that is none', JSON.stringify({ ...note, at: 'yesterday', caseId })],
    ['a kind that every object has', JSON.stringify({ ...note, kind: 'constructor', caseId })],
  ] as const;

  test.each(forms)('into %s is named, and the case is told by its history all the same', async (_what, bytes) => {
    await attacker.query('update audit_records set canonical = $1', [bytes]);
    const { differences, entries } = await told();
    expect(differences).toMatchObject([{ id: caseRecord(caseId, note).id, what: 'altered' }]);
    expect(entries.map(({ what }) => what)).toEqual([expect.stringContaining('the key is ours')]);
  });

  test.each(forms)(
    'into %s, under the ID of what it is now, is no record of ours, and told as none',
    async (_what, bytes) => {
      await attacker.query('update audit_records set canonical = $1, id = $2', [bytes, `sha256:${sha256Hex(bytes)}`]);
      const { differences, entries } = await told();
      expect(differences.map(({ what }) => what)).toEqual(expect.arrayContaining(['not-in-table', 'not-in-history']));
      expect(entries.map(({ what }) => what)).toContainEqual(expect.stringContaining('the key is ours'));
    },
  );

  test.each(forms)('into %s keeps nobody from reading those beside it', async (_what, bytes) => {
    await attacker.query('update audit_records set canonical = $1, case_id = null', [bytes]);
    expect((await auditRecordsAfter(store.db, 0n)).map(({ intact }) => intact)).toEqual([false]);
    expect(await latestAuditRecord(store.db, 'note-added')).toMatchObject({ intact: false });
    const { altered } = await installationStory(
      { records: (wanted) => installationRecords(store.db, wanted) },
      { limit: 5 },
    );
    expect(altered).toHaveLength(1);
  });
});

test('of a record that was changed, what the workflow had written is told, and not what the row says now', async () => {
  const now = JSON.stringify({ ...note, caseId, data: { text: 'the key is NOT ours' } });
  await attacker.query('update audit_records set canonical = $1', [now]);
  const { differences, entries } = await told();
  expect(differences).toMatchObject([{ what: 'altered' }]);
  expect(entries.map(({ what }) => what).join(' ')).not.toContain('NOT ours');
});
