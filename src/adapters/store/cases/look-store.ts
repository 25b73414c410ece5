import { sql } from 'kysely';
import type { LookMemory } from '../../../investigation/evidence-ports.ts';
import type { CaseId, Instant } from '../../../model/ids.ts';
import type { StoreDb } from '../database.ts';
import { exactJsonText } from '../json-text.ts';

const clock = sql<Instant>`clock_timestamp()`;

/** {@link LookMemory} in the store: a row a case, and its pages while they are needed. */
export function storeLooks(db: StoreDb): LookMemory {
  function forgetPages(caseId: CaseId) {
    return db.deleteFrom('lookup_pages').where('case_id', '=', caseId).execute();
  }
  return {
    async begin(caseId, at) {
      const begun = await db
        .insertInto('looks')
        .values({ case_id: caseId, at, moved_at: clock })
        .onConflict((conflict) =>
          conflict
            .column('case_id')
            .doUpdateSet({ at, asked: 0, moved_at: clock, ended: false })
            .where('looks.at', '!=', at),
        )
        .executeTakeFirst();
      if (begun.numInsertedOrUpdatedRows === 1n) await forgetPages(caseId);
    },

    async spend(caseId, requests, budget) {
      const spent = await db
        .updateTable('looks')
        .set((eb) => ({ asked: eb('asked', '+', requests), moved_at: clock }))
        .where('case_id', '=', caseId)
        .where((eb) => eb(eb('asked', '+', requests), '<=', budget))
        .executeTakeFirst();
      return spent.numUpdatedRows === 1n;
    },

    async page(caseId, name) {
      const row = await db
        .selectFrom('lookup_pages')
        .select('page')
        .where('case_id', '=', caseId)
        .where('name', '=', name)
        .executeTakeFirst();
      return row?.page ?? null;
    },

    async keepPage(caseId, name, page) {
      await db
        .insertInto('lookup_pages')
        .values({ case_id: caseId, name, page: exactJsonText(page) })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    },

    async end(caseId) {
      await forgetPages(caseId);
      const ended = await db
        .updateTable('looks')
        .set({ ended: true, moved_at: clock })
        .where('case_id', '=', caseId)
        .returning('asked')
        .executeTakeFirst();
      return ended?.asked ?? 0;
    },
  };
}
