import canonicalize from 'canonicalize';
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { sha256Hex } from '../../../digest/canonical-digest.ts';
import { wellFormed } from '../../../model/well-formed.ts';

/**
 * Audit records become the bytes that their IDs were made of, numbered at commit without gaps. Of what was written before, the bytes are
 * made again from the columns; where a column had changed on its way in, they no longer give the ID, and the row says so.
 */
export const auditBytes: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of before) await sql.raw(statement).execute(db);
    for (const row of await rowsOf(db)) {
      const canonical = canonicalOf(row);
      const recovered = `sha256:${sha256Hex(canonical)}` === row.id;
      await sql`
        update audit_records set canonical = ${canonical}, recovered = ${recovered}, position = ${row.place}
        where id = ${row.id}`.execute(db);
    }
    for (const statement of after) await sql.raw(statement).execute(db);
  },
};

interface Row {
  readonly id: string;
  readonly at: string;
  readonly actor: string;
  readonly case_id: string | null;
  readonly kind: string;
  readonly subject: string;
  readonly data: unknown;
  readonly place: bigint;
}

async function rowsOf(db: Kysely<unknown>): Promise<readonly Row[]> {
  const { rows } = await sql<Row>`
    select id, at, actor, case_id, kind, subject, data, row_number() over (order by position) as place
    from audit_records order by position`.execute(db);
  return rows;
}

/** PostgreSQL leaves out the zeros at a fraction's end; the instants of records had three digits. */
function canonicalOf({ at, actor, case_id: caseId, kind, subject, data }: Row): string {
  const entry = { at: new Date(at).toISOString(), actor, kind, subject, data };
  return canonicalize(wellFormed(caseId === null ? entry : { ...entry, caseId })) ?? '';
}

const before = [
  'alter table audit_records disable trigger audit_records_only_grow',
  'alter table audit_records alter column position drop identity',
  'alter table audit_records drop constraint audit_records_position_key',
  'alter table audit_records add column canonical text',
  'alter table audit_records add column recovered boolean',
];

const after = [
  'alter table audit_records drop column data',
  'alter table audit_records alter column canonical set not null',
  'alter table audit_records add constraint audit_records_position_key unique (position)',
  // Null is a record that was written as bytes; those before them digest to their ID where nothing had changed on the way.
  `alter table audit_records add constraint digests_to_its_id
    check (recovered is false or id = 'sha256:' || encode(sha256(convert_to(canonical, 'UTF8')), 'hex'))`,
  'alter table audit_records enable trigger audit_records_only_grow',
];
