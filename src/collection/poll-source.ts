import type { SourceId } from '../model/ids.ts';
import type { CollectionPolicy } from './collection-policy.ts';
import { isReadAsNow, moreUrgent, nextRead, nextReadWithin } from './next-read.ts';
import type { OpenRead } from './ports.ts';
import { type ReadEvent, readStep, resumeRead } from './read-step.ts';
import { afterRead, type EndedRead, type SourceLedger } from './source-ledger.ts';
import { missingFrom, type Span } from './span.ts';

/** What a poll of a source wants done next. */
export type PollEffect =
  /** Write the read down as it stands, wait, and ask for the page that its token names. The answer is a {@link ReadEvent}. */
  | { readonly kind: 'request'; readonly read: OpenRead; readonly afterMs: number }
  /** Write down how the read has ended. */
  | { readonly kind: 'ended'; readonly read: OpenRead; readonly outcome: EndedRead['outcome'] };

export interface SourceOutcome {
  /** False where the time was up before all that is due was read. */
  readonly done: boolean;
  /** True where a part of the asked span failed a while ago and is left alone for now. */
  readonly waits: boolean;
  readonly reads: number;
  readonly failures: number;
}

export interface PolledSource {
  readonly sourceId: SourceId;
  readonly ledger: SourceLedger;
  readonly openReads: readonly OpenRead[];
  /** Given, only this is read: a span that somebody asked for. */
  readonly within?: Span;
}

/** The world's part in a poll, given from outside so that a virtual clock and fixed randomness can take its place. */
export interface PollWorld {
  /** The poll's time in seconds since 1970: the end of every live window of this poll. */
  readonly now: number;
  /** Seconds since 1970, at this moment. */
  clock(): number;
  newReadId(): string;
  /** From 0 to 1. */
  random(): number;
}

/**
 * One poll of one source, as a state machine: it yields what is to be done and is told what came of it, and does nothing
 * itself. It reads what is due, the most urgent first, until nothing is, or until it is answered with null: the time is up.
 */
export function* pollSource(
  source: PolledSource,
  world: PollWorld,
  policy: CollectionPolicy,
): Generator<PollEffect, SourceOutcome, ReadEvent | null> {
  let { ledger, openReads: open } = source;
  const tried: Span[] = [];
  let reads = 0;
  let failures = 0;
  for (;;) {
    const read = nextOf(source, ledger, open, tried, world, policy);
    if (read === null) return { done: true, waits: hasUnread(source.within, ledger), reads, failures };
    const ended = yield* carryOut(read, world, policy);
    if (ended === null) return { done: false, waits: false, reads, failures };
    reads += 1;
    if (ended.outcome.kind === 'failed') failures += 1;
    open = open.filter((other) => other.readId !== read.readId);
    // A live read that went well is not due again in this poll, and its overlap must not hold up the sweep of what lies below it.
    if (read.reason !== 'live' || ended.outcome.kind === 'failed') tried.push(read.span);
    ledger = afterRead(ledger, ended, policy);
  }
}

function hasUnread(within: Span | undefined, ledger: SourceLedger): boolean {
  if (within === undefined) return false;
  const read = ledger.windows.filter((window) => window.state !== 'failed' && isReadAsNow(window, ledger));
  return missingFrom(within, read).length > 0;
}

function nextOf(
  { sourceId, within }: PolledSource,
  ledger: SourceLedger,
  open: readonly OpenRead[],
  tried: readonly Span[],
  world: PollWorld,
  policy: CollectionPolicy,
): OpenRead | null {
  const taken = [...tried, ...open.map((read) => read.span)];
  const due =
    within === undefined
      ? nextRead(ledger, world.now, policy, taken)
      : nextReadWithin(within, ledger, world.now, policy, taken);
  const fresh: OpenRead | null = due && {
    readId: world.newReadId(),
    sourceId,
    ...due,
    startedAt: Math.max(world.now, world.clock()),
    token: null,
    pages: 0,
    records: 0,
    newRecords: 0,
    throttles: 0,
    restarts: 0,
    faultsInARow: 0,
    lastFault: null,
  };
  return moreUrgent(open[0], fresh);
}

/** Carries a read to its end; null where the time was up before. */
function* carryOut(
  read: OpenRead,
  world: PollWorld,
  policy: CollectionPolicy,
): Generator<PollEffect, EndedRead | null, ReadEvent | null> {
  let step = resumeRead(read);
  while (step.effect.kind === 'request') {
    const event = yield { kind: 'request', read: { ...read, ...step.progress }, afterMs: step.effect.afterMs };
    if (event === null) return null;
    step = readStep(step.progress, event, policy, world.random());
  }
  const outcome: EndedRead['outcome'] =
    step.effect.kind === 'failed' ? { kind: 'failed', error: step.effect.error } : { kind: 'complete' };
  const final: OpenRead = { ...read, ...step.progress };
  yield { kind: 'ended', read: final, outcome };
  return { ...final, outcome };
}
