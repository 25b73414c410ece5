import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Plans that undo what another has done: counted by themselves, beside a case's other plans. */
export const undoPlans: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements = [
  'alter table plans add column undoes text',
  'alter table plans drop constraint plans_case_id_version_key',
  'create unique index plans_of_case on plans (case_id, version) where undoes is null',
  'create unique index undo_plans_of_case on plans (case_id, version) where undoes is not null',
];
