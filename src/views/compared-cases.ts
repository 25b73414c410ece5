import { z } from 'zod';
import { minuteMs } from '../model/duration.ts';
import type { CaseId, Instant } from '../model/ids.ts';
import { caseId } from './scalars.ts';

/** A run of a case's workflow as Temporal lists it. What it says of the case was written by the workflow, or by whoever owns Temporal. */
export interface ListedCase {
  readonly id: CaseId;
  /** It has not ended. */
  readonly runs: boolean;
  readonly startedAt: Instant;
  readonly endedAt: Instant | null;
  readonly status: string | null;
  readonly severity: string | null;
  readonly verdict: string | null;
  readonly tags: readonly string[];
}

/** Where a case that Temporal knows and the store differ. */
export interface CaseDifference {
  readonly id: CaseId;
  /** `not-in-store`: no row is there; `closed-in-store-alone`: the row says that it is over, and its workflow goes on. */
  readonly what: 'not-in-store' | 'closed-in-store-alone';
  /** The status as its workflow says it; null where it says none. */
  readonly status: string | null;
}

/** What came of comparing the store with Temporal. */
export interface ComparedCases {
  readonly differences: readonly CaseDifference[];
  /** How many cases were compared. */
  readonly compared: number;
  /** All that Temporal lists was compared; else the latest only. */
  readonly whole: boolean;
}

export interface ComparedCasesPorts {
  /** In pages; those that run and then the latest first. */
  readonly listed: (limit: number) => AsyncIterable<readonly ListedCase[]>;
  /** What the store's rows say of cases; those without a row are not there. */
  readonly standingOf: (
    ids: readonly CaseId[],
  ) => Promise<ReadonlyMap<CaseId, { readonly status: string; readonly closedAt: Instant | null }>>;
  readonly now: () => Instant;
}

/** A case closes in the store first, and a merged one is told; meanwhile its workflow runs. */
const endsWithinMs = 5 * minuteMs;

/**
 * Compares the store with what Temporal lists of its cases: whoever owns the store can delete a case's row, or close it, and its workflow
 * knows nothing of it. A row is there before its workflow, so that one without a row has lost it.
 *
 * @param limit how many runs of Temporal's are looked at, at most
 */
export async function comparedCases(ports: ComparedCasesPorts, limit: number): Promise<ComparedCases> {
  const seen = new Map<CaseId, CaseDifference | null>();
  let runs = 0;
  for await (const page of ports.listed(limit)) {
    runs += page.length;
    const cases = page.filter(({ id }) => caseId.safeParse(id).success); // whoever owns Temporal starts what they like
    const rows = await ports.standingOf([...new Set(cases.map(({ id }) => id))]);
    for (const listed of cases) {
      const { id, status } = listed;
      const what = differenceOf(listed, rows.get(id), ports.now());
      if (what !== null || !seen.has(id)) seen.set(id, what === null ? null : { id, what, status });
    }
  }
  const differences = [...seen.values()].filter((each) => each !== null);
  return { differences, compared: seen.size, whole: runs < limit };
}

function differenceOf(
  { runs, status }: ListedCase,
  row: { readonly status: string; readonly closedAt: Instant | null } | undefined,
  now: Instant,
): CaseDifference['what'] | null {
  if (row === undefined) return 'not-in-store';
  const isOver = row.closedAt !== null || row.status === 'closed' || row.status === 'merged';
  if (!isOver || !runs || status === 'closed' || status === 'merged') return null;
  // What is closed in time to come was closed by nobody.
  const closedForMs = row.closedAt === null ? Number.POSITIVE_INFINITY : Date.parse(now) - Date.parse(row.closedAt);
  return closedForMs >= 0 && closedForMs < endsWithinMs ? null : 'closed-in-store-alone';
}

/** How many cases Temporal and the store tell different things of, beside a list. */
export const comparedCasesSchema = z
  .strictObject({
    /** Temporal has their workflows, and the store has no row of them. */
    notInStore: z.number(),
    /** Closed by their rows, while their workflows go on. */
    closedInStoreAlone: z.number(),
    /** False where the latest that Temporal lists were compared, and there are more. */
    whole: z.boolean(),
  })
  /** Null where Temporal did not answer. */
  .nullable();
export type ComparedCasesInNumbers = z.infer<typeof comparedCasesSchema>;

export function comparedInNumbers(compared: ComparedCases | null): ComparedCasesInNumbers {
  if (compared === null) return null;
  const { differences, whole } = compared;
  const notInStore = differences.filter(({ what }) => what === 'not-in-store').length;
  return { notInStore, closedInStoreAlone: differences.length - notInStore, whole };
}
