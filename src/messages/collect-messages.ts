import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { Window } from '../model/coverage.ts';
import type { AccountId, Instant } from '../model/ids.ts';

export interface PollAccountInput {
  readonly accountId: AccountId;
}

export interface PollProgress {
  readonly regionsDone: number;
  readonly regionsTotal: number;
}
export const pollProgress = defineQuery<PollProgress>('progress');

/** A doorbell: events were published; `detect` reads them after its own cursor. */
export const published = defineSignal('published');

export interface BackfillInput {
  readonly accountId: AccountId;
  /** Null: all that are watched. */
  readonly regions: readonly string[] | null;
  readonly window: Window;
  /** Carried through continue-as-new. */
  readonly resumed?: { readonly readTo: Instant | null; readonly events: number; readonly paused: boolean };
}

export interface BackfillProgress {
  readonly window: Window;
  /** All before and at this is read and published; null before the first slice is. */
  readonly readTo: Instant | null;
  readonly events: number;
  readonly paused: boolean;
  /** Why it does not get on, a sentence of ours; null where it does. */
  readonly trouble: string | null;
}
export const backfillProgress = defineQuery<BackfillProgress>('progress');
/** Both say whether the backfill is paused now. */
export const pauseBackfill = defineUpdate<{ readonly paused: boolean }>('pause');
export const resumeBackfill = defineUpdate<{ readonly paused: boolean }>('resume');
