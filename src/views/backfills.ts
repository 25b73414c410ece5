import { z } from 'zod';
import type { BackfillProgress } from '../messages/collect-messages.ts';
import { instant, list } from './scalars.ts';

const progressSchema = z.strictObject({
  window: z.strictObject({ from: instant, to: instant }),
  /** All before and at this is read and published; null before the first slice is. */
  readTo: instant.nullable(),
  events: z.number(),
  paused: z.boolean(),
  /** Why it does not get on; null where it does. */
  trouble: z.string().nullable(),
}) satisfies z.ZodType<BackfillProgress>;

const backfillViewSchema = z.strictObject({
  id: z.string(),
  /** As Temporal calls it: running, completed, failed, cancelled, ... */
  status: z.string(),
  /** Null once it has ended otherwise than well. */
  progress: progressSchema.nullable(),
});
/** A backfill and where it stands. */
export type BackfillView = z.infer<typeof backfillViewSchema>;

export const backfillSchema = z.strictObject({ backfill: backfillViewSchema });
export const backfillsSchema = z.strictObject({ backfills: list(backfillViewSchema) });

export interface BackfillsPorts {
  /** The IDs of those that are known, the latest first. */
  readonly backfillIds: () => AsyncIterable<string>;
  /** Null where there is none, or it is past its retention. */
  readonly backfillOf: (id: string) => Promise<BackfillView | null>;
}

/** All backfills that are known, the latest first. */
export async function backfills({ backfillIds, backfillOf }: BackfillsPorts): Promise<z.infer<typeof backfillsSchema>> {
  const views = new Map<string, BackfillView>();
  for await (const id of backfillIds()) {
    const view = views.has(id) ? null : await backfillOf(id);
    if (view !== null) views.set(id, view);
  }
  return { backfills: [...views.values()] };
}
