import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { CaseId, Digest, Instant } from '../model/ids.ts';

export interface UndoInput {
  readonly caseId: CaseId;
  /** The plan whose response is taken back. */
  readonly undoes: Digest;
  readonly requestedBy: string;
  readonly reason?: string;
}

export type UndoState =
  | { readonly kind: 'planning' }
  | {
      readonly kind: 'awaiting-decision';
      readonly plan: Digest;
      readonly version: number;
      readonly actionIds: readonly string[];
      readonly expiresAt: Instant;
    }
  | { readonly kind: 'responding'; readonly plan: Digest; readonly version: number }
  | { readonly kind: 'nothing-to-undo' | 'expired' | 'rejected'; readonly plan: Digest }
  /** The case has a fresh plan since: whoever would still undo asks again. */
  | { readonly kind: 'superseded'; readonly plan: Digest; readonly by: Digest }
  | { readonly kind: 'ended'; readonly plan: Digest; readonly ended: string };

export type UndoResult = UndoState;

export const undoProgress = defineQuery<UndoState>('undoProgress');

/** The case has presented a plan of its own, `by`, and `plan` is void since. */
export const superseded = defineSignal<[{ readonly plan: Digest; readonly by: Digest }]>('superseded');
