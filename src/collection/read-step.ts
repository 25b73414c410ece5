import type { CollectionPolicy } from './collection-policy.ts';

/** A read in the middle: what it has got, and where it goes on. */
export interface ReadProgress {
  /** The token that the next request carries; null for the first page. */
  readonly token: string | null;
  readonly pages: number;
  readonly records: number;
  readonly newRecords: number;
  readonly throttles: number;
  readonly restarts: number;
  /** Faults, or throttles, since the last page: they set how long to wait. */
  readonly setbacksInARow: number;
  readonly faultsInARow: number;
  /** A sentence about the last fault; null once a page has come. */
  readonly lastFault: string | null;
}

/** What came of a request. */
export type ReadEvent =
  | {
      readonly kind: 'page';
      readonly records: number;
      readonly newRecords: number;
      readonly nextToken: string | null;
    }
  | { readonly kind: 'throttled'; readonly waitMs: number | null }
  | { readonly kind: 'fault'; readonly sentence: string }
  | { readonly kind: 'invalid-token' }
  /** Nothing that a repetition could change: a denied permission, refused credentials. */
  | { readonly kind: 'refused'; readonly sentence: string };

/** What to do next. */
export type ReadEffect =
  | { readonly kind: 'request'; readonly token: string | null; readonly afterMs: number }
  | { readonly kind: 'complete' }
  | { readonly kind: 'failed'; readonly error: string };

export interface ReadStep {
  readonly progress: ReadProgress;
  readonly effect: ReadEffect;
}

/** A restart begins at the newest page again; a span that is too long for its tokens is given up, and read in parts. */
export const mostRestarts = 3;

/** Begins a read, or goes on with one that was left in the middle. */
export function resumeRead(left: Omit<ReadProgress, 'setbacksInARow'>): ReadStep {
  const { token, pages, records, newRecords, throttles, restarts, faultsInARow, lastFault } = left;
  const known = { token, pages, records, newRecords, throttles, restarts, faultsInARow, lastFault };
  const progress = { ...known, setbacksInARow: faultsInARow };
  return { progress, effect: { kind: 'request', token, afterMs: 0 } };
}

/**
 * What a page, or its absence, means for a read.
 *
 * Facts of LookupEvents: newest first; no NextToken is the end, an empty page with one is not; a token is bound to its
 * request's parameters, so after `InvalidNextTokenException` the window starts over; a throttled request has read
 * nothing, so the same page is asked for again.
 *
 * @param jitter a random number from 0 to 1, given from outside so that a simulation can repeat itself.
 */
export function readStep(progress: ReadProgress, event: ReadEvent, policy: CollectionPolicy, jitter: number): ReadStep {
  switch (event.kind) {
    case 'page':
      return afterPage(progress, event);
    case 'throttled':
      return again(
        { ...progress, throttles: progress.throttles + 1 },
        Math.max(event.waitMs ?? 0, backOff(progress, policy, jitter)),
      );
    case 'fault':
      return afterFault(progress, event.sentence, policy, jitter);
    case 'invalid-token':
      return restarted(progress, 'the page token was refused again and again');
    default:
      return { progress, effect: { kind: 'failed', error: event.sentence } };
  }
}

function afterPage(progress: ReadProgress, page: Extract<ReadEvent, { kind: 'page' }>): ReadStep {
  const next: ReadProgress = {
    ...progress,
    token: page.nextToken,
    pages: progress.pages + 1,
    records: progress.records + page.records,
    newRecords: progress.newRecords + page.newRecords,
    setbacksInARow: 0,
    faultsInARow: 0,
    lastFault: null,
  };
  if (page.nextToken === null) return { progress: next, effect: { kind: 'complete' } };
  // The token that was just used would give the same page for ever.
  if (page.nextToken === progress.token) return restarted(next, 'the same page token came back');
  return { progress: next, effect: { kind: 'request', token: page.nextToken, afterMs: 0 } };
}

function afterFault(progress: ReadProgress, sentence: string, policy: CollectionPolicy, jitter: number): ReadStep {
  const faultsInARow = progress.faultsInARow + 1;
  if (faultsInARow >= policy.faultsInARow) return { progress, effect: { kind: 'failed', error: sentence } };
  return again({ ...progress, faultsInARow, lastFault: sentence }, backOff(progress, policy, jitter));
}

function again(progress: ReadProgress, afterMs: number): ReadStep {
  return {
    progress: { ...progress, setbacksInARow: progress.setbacksInARow + 1 },
    effect: { kind: 'request', token: progress.token, afterMs },
  };
}

function restarted(progress: ReadProgress, error: string): ReadStep {
  if (progress.restarts >= mostRestarts) return { progress, effect: { kind: 'failed', error } };
  return {
    progress: { ...progress, token: null, restarts: progress.restarts + 1 },
    effect: { kind: 'request', token: null, afterMs: 0 },
  };
}

/** Doubling with full jitter over its upper half, so that readers who were refused together do not return together. */
function backOff(progress: ReadProgress, policy: CollectionPolicy, jitter: number): number {
  const longest = Math.min(policy.longestBackOffMs, policy.backOffMs * 2 ** Math.min(progress.setbacksInARow, 20));
  return Math.round(longest / 2 + (jitter * longest) / 2);
}
