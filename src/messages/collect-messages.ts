import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { AccountId } from '../model/ids.ts';

export interface PollAccountInput {
  readonly accountId: AccountId;
}

export interface PollProgress {
  readonly regionsDone: number;
  readonly regionsTotal: number;
}
export const pollProgress = defineQuery<PollProgress>('progress');

export interface DetectInput {
  readonly partition: number;
}
/** A doorbell: events were published; `detect` reads them after its own cursor. */
export const published = defineSignal('published');
