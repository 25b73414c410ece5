import type { Instant } from '../model/ids.ts';

/** What a workflow's history says, decoded: the kinds that a story is told from. Contents are whatever was written there. */
export type HistoryEvent = { readonly at: Instant; readonly workflowId: string } & (
  | { readonly kind: 'workflow-started'; readonly type: string; readonly input: readonly unknown[] }
  | { readonly kind: 'workflow-ended'; readonly how: 'completed' | 'failed' | 'cancelled' | 'terminated' | 'timed-out' }
  | { readonly kind: 'continued-as-new' }
  | { readonly kind: 'activity-scheduled'; readonly name: string; readonly input: readonly unknown[] }
  | {
      readonly kind: 'activity-completed';
      readonly name: string;
      readonly input: readonly unknown[];
      readonly result: unknown;
    }
  | {
      readonly kind: 'activity-failed';
      readonly name: string;
      readonly input: readonly unknown[];
      readonly failure: string;
    }
  | {
      readonly kind: 'update-answered';
      readonly name: string;
      readonly input: readonly unknown[];
      /** When it was taken in; `at` is when it was answered. */
      readonly takenAt: Instant;
      readonly outcome: unknown;
    }
  | { readonly kind: 'signalled'; readonly name: string }
  | { readonly kind: 'child-started'; readonly type: string; readonly childWorkflowId: string }
);
