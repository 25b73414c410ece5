import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { cancellationSignal, heartbeat } from '@temporalio/activity';
import type { CollectionPolicy } from '../src/collection/collection-policy.ts';
import { moreUrgent, nextRead, type PlannedRead } from '../src/collection/next-read.ts';
import type {
  CollectionStore,
  OpenRead,
  PageAnswer,
  ReadState,
  RequestPacer,
  TrailReader,
  WatchedSource,
} from '../src/collection/ports.ts';
import { readRecords } from '../src/collection/read-records.ts';
import { type ReadEvent, type ReadStep, readStep, resumeRead } from '../src/collection/read-step.ts';
import { afterRead, expired, type SourceLedger } from '../src/collection/source-ledger.ts';
import type { Span } from '../src/collection/span.ts';
import type { Account } from '../src/model/account.ts';
import type { AccountId, Instant } from '../src/model/ids.ts';

export interface CollectPorts {
  readonly store: CollectionStore;
  readonly reader: TrailReader;
  readonly pacer: RequestPacer;
  readonly policy: CollectionPolicy;
  /** Rings `detect`; what is lost here is rung again by the reconciler. */
  readonly ringDetect: () => Promise<void>;
}

export interface ReadRequest {
  readonly accountId: AccountId;
  /** Regions that are not done by then go on in a later poll. */
  readonly withinMs: number;
}

export interface ReadOutcome {
  readonly regionsDone: number;
  readonly regionsTotal: number;
  /** Reads that ended, well or badly, and wait for publishing. */
  readonly reads: number;
  readonly failures: number;
}

export interface PublishOutcome {
  readonly events: number;
  readonly windows: number;
}

/** Reads CloudTrail and publishes what was read; see `workflows/poll-account.ts`. */
export function createCollectActivities(ports: CollectPorts) {
  return {
    /** Reads what is due of all regions of the account, side by side, for a bounded time. */
    async readDueWindows({ accountId, withinMs }: ReadRequest): Promise<ReadOutcome> {
      const watched = await ports.store.watched(accountId);
      if (watched === null) return { regionsDone: 0, regionsTotal: 0, reads: 0, failures: 0 };
      const poll = { account: watched.account, now: Math.floor(Date.now() / 1000), deadline: Date.now() + withinMs };
      const outcomes = await Promise.all(watched.sources.map((source) => readSource(ports, source, poll)));
      return {
        regionsDone: outcomes.filter((outcome) => outcome.done).length,
        regionsTotal: outcomes.length,
        reads: outcomes.reduce((sum, outcome) => sum + outcome.reads, 0),
        failures: outcomes.reduce((sum, outcome) => sum + outcome.failures, 0),
      };
    },

    /** Makes the complete windows' events visible to detection, in one transaction. */
    async publishWindows({ accountId }: { readonly accountId: AccountId }): Promise<PublishOutcome> {
      const now = Math.floor(Date.now() / 1000);
      const publication = await ports.store.publish(accountId, (ledger, ended) =>
        expired(
          ended.reduce((state, read) => afterRead(state, read, ports.policy), ledger),
          now,
          ports.policy,
        ),
      );
      if (publication.ring) await ports.ringDetect();
      return { events: publication.events, windows: publication.windows };
    },
  };
}

interface Poll {
  readonly account: Account;
  /** Seconds since 1970: the end of every live window of this poll. */
  readonly now: number;
  /** Milliseconds since 1970. */
  readonly deadline: number;
}

interface SourceOutcome {
  readonly done: boolean;
  readonly reads: number;
  readonly failures: number;
}

/** Reads what is due of one region, one read after the other, until nothing is due or the time is up. */
async function readSource(ports: CollectPorts, watched: WatchedSource, poll: Poll): Promise<SourceOutcome> {
  let ledger = watched.ledger;
  let open = watched.openReads;
  const tried: Span[] = [];
  let reads = 0;
  let failures = 0;
  for (;;) {
    const due = nextRead(ledger, poll.now, ports.policy, [...tried, ...open.map((read) => read.span)]);
    const read = moreUrgent(open[0], due === null ? null : openRead(watched, due, poll));
    if (read === null) return { done: true, reads, failures };
    const end = await carryOut(ports, watched, read, poll);
    if (end === null) return { done: false, reads, failures };
    reads += 1;
    if (end.state.kind === 'failed') failures += 1;
    open = open.filter((other) => other.readId !== read.readId);
    tried.push(read.span);
    ledger = afterEnd(ledger, end, ports.policy);
  }
}

function openRead(watched: WatchedSource, plan: PlannedRead, poll: Poll): OpenRead {
  return {
    readId: randomUUID(),
    sourceId: watched.source.id,
    ...plan,
    startedAt: Math.max(poll.now, Math.floor(Date.now() / 1000)),
    token: null,
    pages: 0,
    records: 0,
    newRecords: 0,
    throttles: 0,
    restarts: 0,
  };
}

interface EndedHere {
  readonly read: OpenRead;
  readonly state: Extract<ReadState, { kind: 'complete' | 'failed' }>;
}

/** Carries out a read's effects until it has ended; null where the time was up before. */
async function carryOut(
  ports: CollectPorts,
  watched: WatchedSource,
  read: OpenRead,
  poll: Poll,
): Promise<EndedHere | null> {
  let step = resumeRead(read);
  let requestId: string | null = null;
  for (;;) {
    if (step.effect.kind !== 'request') return await ended(ports, read, step, requestId);
    await ports.store.saveRead({ ...read, ...step.progress }, { kind: 'running' }, requestId);
    if (Date.now() + step.effect.afterMs > poll.deadline) return null;
    await sleep(step.effect.afterMs, undefined, { signal: cancellationSignal() });
    await ports.pacer.turn(watched.source.id);
    heartbeat();
    const { span, filter } = read;
    const { token } = step.progress;
    const answer = await ports.reader.page({ account: poll.account, source: watched.source, span, filter, token });
    step = readStep(step.progress, await eventOf(ports, watched, answer), ports.policy, Math.random());
    requestId = answer.requestId;
  }
}

/** Stores what a page brought, before anything follows from it. */
async function eventOf(ports: CollectPorts, watched: WatchedSource, answer: PageAnswer): Promise<ReadEvent> {
  const { source } = watched;
  if (answer.kind !== 'page') {
    if (answer.requestId !== null) {
      await ports.store.recordOwnCall({ requestId: answer.requestId, source, at: answer.at });
    }
    return answer;
  }
  const { newRecords } = await ports.store.storePage({
    source,
    requestId: answer.requestId,
    seenAt: answer.at,
    ...readRecords(answer.records, source.accountId, answer.at),
  });
  return { kind: 'page', records: answer.records.length, newRecords, nextToken: answer.nextToken };
}

async function ended(
  ports: CollectPorts,
  read: OpenRead,
  step: ReadStep,
  requestId: string | null,
): Promise<EndedHere> {
  const endedAt = new Date().toISOString() as Instant;
  const final: OpenRead = { ...read, ...step.progress };
  const state: EndedHere['state'] =
    step.effect.kind === 'failed'
      ? { kind: 'failed', endedAt, error: step.effect.error }
      : { kind: 'complete', endedAt };
  await ports.store.saveRead(final, state, requestId);
  return { read: final, state };
}

function afterEnd(ledger: SourceLedger, { read, state }: EndedHere, policy: CollectionPolicy): SourceLedger {
  const outcome: Parameters<typeof afterRead>[1]['outcome'] =
    state.kind === 'failed' ? { kind: 'failed', error: state.error } : { kind: 'complete' };
  return afterRead(ledger, { ...read, outcome }, policy);
}
