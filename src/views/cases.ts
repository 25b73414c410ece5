import { z } from 'zod';
import type { CaseFilter, CaseRecord } from '../investigation/case/case-ports.ts';
import type { CaseId, Digest } from '../model/ids.ts';
import { leftOfClosed } from './closed-ways-in.ts';
import type { CasePorts } from './case.ts';
import type { LiveCasePorts } from './live-case.ts';
import { caseRow, caseRowSchema } from './case-row.ts';
import { comparedCasesSchema } from './compared-cases.ts';
import { digest, list } from './scalars.ts';

export interface CasesPorts {
  /** Those that match, the latest opened first. */
  readonly cases: (filter: CaseFilter) => Promise<readonly CaseRecord[]>;
  /** Of some cases, the digest of the plan to undo that waits for a decision. */
  readonly waitingUndosOf: (ids: readonly CaseId[]) => Promise<ReadonlyMap<CaseId, Digest>>;
}

/** A case in a line. */
export const caseLineSchema = caseRowSchema.extend({
  /** The plan to undo that waits for a decision. */
  waitingUndo: digest.nullable(),
  /**
   * Of a case that closed as contained, or as an intrusion that is over: how many ways in are open now, or of which nobody knows;
   * `not-looked-at` where it closed more than 7 days ago, or looking took too long. Null of any other case.
   */
  waysInLeft: z.union([z.number(), z.literal('not-looked-at')]).nullable(),
  /** Of such a case: how many things are left to do by hand; null where nobody looked. */
  leftByHand: z.number().nullable(),
});
export type CaseLine = z.infer<typeof caseLineSchema>;

export const casesSchema = z.strictObject({
  investigations: list(caseLineSchema),
  /** Of all cases, whatever is listed. */
  comparedWithTemporal: comparedCasesSchema,
});

/** Which cases there are, the latest opened first. */
export async function cases(
  ports: CasesPorts & LiveCasePorts & Pick<CasePorts, 'plansOf'>,
  filter: CaseFilter,
): Promise<Pick<z.infer<typeof casesSchema>, 'investigations'>> {
  const records = await ports.cases(filter);
  const undos = await ports.waitingUndosOf(records.map(({ id }) => id));
  const left = await leftOfClosed(ports, records);
  return {
    investigations: mergedBelow(records).map((record) => ({
      ...caseRow(record),
      waitingUndo: undos.get(record.id) ?? null,
      waysInLeft: left.get(record.id)?.waysIn ?? null,
      leftByHand: left.get(record.id)?.byHand ?? null,
    })),
  };
}

/** A case that was merged into another stands below that one: it is the other that goes on. */
function mergedBelow(records: readonly CaseRecord[]): readonly CaseRecord[] {
  const shown = new Set(records.map(({ id }) => id));
  const into = Map.groupBy(records, ({ mergedInto }) =>
    mergedInto !== null && shown.has(mergedInto) ? mergedInto : null,
  );
  const placed = new Set<CaseRecord>();
  function withMerged(record: CaseRecord): readonly CaseRecord[] {
    if (placed.has(record)) return []; // whoever writes into the store can write a circle
    placed.add(record);
    return [record, ...(into.get(record.id) ?? []).flatMap(withMerged)];
  }
  return [...(into.get(null) ?? []), ...records].flatMap(withMerged);
}
