import { sql } from 'kysely';
import type { LookMemory, LookReport } from '../../../investigation/evidence-ports.ts';
import type { CaseId, Instant } from '../../../model/ids.ts';
import type { StoreDb } from '../database.ts';
import { exactJsonText, storableText } from '../json-text.ts';

const clock = sql<Instant>`clock_timestamp()`;

/** A row that took no other's place: of a case that was never looked at, there is nothing to forget. */
const isFirst = sql<boolean>`xmax = 0`.as('first');

/** {@link LookMemory} in the store: a row a case, and its pages while they are needed. */
export function storeLooks(db: StoreDb): LookMemory {
  function forgetPages(caseId: CaseId) {
    return db.deleteFrom('lookup_pages').where('case_id', '=', caseId).execute();
  }
  return {
    async begin(caseId, at, budget) {
      const begun = await db
        .insertInto('looks')
        .values({ case_id: caseId, at, budget, moved_at: clock })
        .onConflict((conflict) =>
          conflict
            .column('case_id')
            .doUpdateSet({ at, budget, asked: 0, moved_at: clock, ended: false })
            .where('looks.at', '!=', at),
        )
        .returning(isFirst)
        .executeTakeFirst();
      if (begun === undefined || begun.first) return;
      await forgetPages(caseId);
      await db.deleteFrom('look_pieces').where('case_id', '=', caseId).execute();
    },

    async expect(caseId, pieces) {
      if (pieces.length === 0) return;
      const known = db
        .selectFrom('look_pieces')
        .select(({ fn }) => fn.coalesce(fn.max('place'), sql<number>`0`).as('last'))
        .where('case_id', '=', caseId);
      const { last } = await known.executeTakeFirstOrThrow();
      await db
        .insertInto('look_pieces')
        .values(
          pieces.map(({ piece, source, about }, index) => ({
            case_id: caseId,
            piece,
            place: last + index + 1,
            source,
            about: storableText(about),
            availability: null,
            why: null,
          })),
        )
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    },

    async tell(caseId, piece, { availability, why }) {
      await db
        .updateTable('look_pieces')
        .set({ availability, why: why === undefined ? null : storableText(why) })
        .where('case_id', '=', caseId)
        .where('piece', '=', piece)
        .execute();
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

/** How far the latest look at a case has come; null where nobody has looked. */
export async function loadLook(db: StoreDb, caseId: CaseId): Promise<LookReport | null> {
  const look = await db
    .selectFrom('looks')
    .select(['at', 'ended', 'asked', 'budget'])
    .where('case_id', '=', caseId)
    .executeTakeFirst();
  if (look === undefined) return null;
  const pieces = await db
    .selectFrom('look_pieces')
    .select(['source', 'about', 'availability', 'why'])
    .where('case_id', '=', caseId)
    .orderBy('place')
    .execute();
  return { ...look, pieces };
}
