/** So many rows are deleted at once: no lock is held for long, and what was done stays done when the time is up. */
export const rowsAtOnce = 20_000;

/** How many rows went, and whether nothing is left that should go. */
export interface Deleted {
  readonly count: number;
  readonly done: boolean;
}

/** Deletes a part of what has been kept for long enough. */
export type Deletion = () => Promise<Deleted>;

/** Of a statement that deletes at most {@link rowsAtOnce}. */
export function deletedRows(count: number | bigint = 0): Deleted {
  return { count: Number(count), done: Number(count) < rowsAtOnce };
}
