import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { cancellationSignal } from '@temporalio/activity';
import type { AddressLookup } from '../src/cloudtrail/enrich.ts';
import type { CollectionPolicy } from '../src/collection/collection-policy.ts';
import { sliceEnd } from '../src/collection/next-read.ts';
import { operationalAlertsOf } from '../src/collection/operational-alerts.ts';
import { type PollWorld, pollSource, type SourceOutcome } from '../src/collection/poll-source.ts';
import type {
  CollectionStore,
  OperationalAlert,
  PageAnswer,
  ReadState,
  RequestPacer,
  TrailReader,
  WatchedSource,
} from '../src/collection/ports.ts';
import { readShownRecords } from '../src/collection/read-records.ts';
import type { ReadEvent } from '../src/collection/read-step.ts';
import { afterRead, type EndedRead, expired } from '../src/collection/source-ledger.ts';
import { instantOfSeconds, secondsOf, type Span } from '../src/collection/span.ts';
import type { CaseTrouble, Chore, HeldBackAlerts, UpkeepState, UpkeepStore } from '../src/collection/upkeep-ports.ts';
import type { Window } from '../src/model/coverage.ts';
import type { Account } from '../src/model/account.ts';
import type { AccountId, Instant } from '../src/model/ids.ts';
import { currentInstant } from '../src/model/instant.ts';
import { alive } from './alive.ts';
import { counted, forNumber } from '../src/model/counted.ts';
import { utcTime } from '../src/model/utc-time.ts';

export interface CollectPorts {
  readonly store: CollectionStore;
  readonly reader: TrailReader;
  readonly pacer: RequestPacer;
  readonly policy: CollectionPolicy;
  /** Of `source.geo` and `source.as`; none without a database. */
  readonly enrich?: AddressLookup | undefined;
  /** Rings `detect`; what is lost here is rung again by the reconciler. */
  readonly ringDetect: () => Promise<void>;
  /** Where given, the worker has the activities of `createUpkeepActivities` too, and is told when they are due. */
  readonly upkeep?: Pick<UpkeepStore, 'state'>;
  /** Told of what the operators must know, and of its end. */
  readonly onOperationalAlert?: (alert: OperationalAlert, state: 'raised' | 'ended') => void;
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

export interface SliceRequest {
  readonly accountId: AccountId;
  /** Null: all that are watched. */
  readonly regions: readonly string[] | null;
  /** What is left of the span. */
  readonly window: Window;
  readonly withinMs: number;
}

export interface SliceOutcome {
  /** All of the span up to there is read; null where this slice is not done yet. */
  readonly readTo: Instant | null;
  readonly trouble: string | null;
}

export interface PublishOutcome {
  readonly events: number;
  readonly windows: number;
}

export interface CollectionWatch {
  readonly raised: number;
  readonly ended: number;
  readonly choresDue?: readonly Chore[];
}

/** Reads CloudTrail and publishes what was read; see `workflows/poll-account.ts`. */
export function createCollectActivities(ports: CollectPorts) {
  return {
    /** Reads what is due of all regions of the account, side by side, for a bounded time. */
    async readDueWindows({ accountId, withinMs }: ReadRequest): Promise<ReadOutcome> {
      const watched = await ports.store.watched(accountId);
      if (watched === null) return { regionsDone: 0, regionsTotal: 0, reads: 0, failures: 0 };
      const poll = { account: watched.account, now: Math.floor(Date.now() / 1000), deadline: Date.now() + withinMs };
      const outcomes = await alive(allEnded(watched.sources.map((source) => readSource(ports, source, poll))));
      return {
        regionsDone: outcomes.filter((outcome) => outcome.done).length,
        regionsTotal: outcomes.length,
        reads: outcomes.reduce((sum, outcome) => sum + outcome.reads, 0),
        failures: outcomes.reduce((sum, outcome) => sum + outcome.failures, 0),
      };
    },

    /** Reads the next slice of a span that somebody asked for, oldest first, in all its regions side by side. */
    async readSlice({ accountId, regions, window, withinMs }: SliceRequest): Promise<SliceOutcome> {
      const watched = await ports.store.watched(accountId);
      if (watched === null) return { readTo: null, trouble: `account ${accountId} is not watched now` };
      const sources = watched.sources.filter(({ source }) => regions === null || regions.includes(source.region));
      const [from, to] = [secondsOf(window.from), secondsOf(window.to)];
      const ledgers = sources.map(({ ledger }) => ledger);
      const within: Span = { from, to: sliceEnd(ledgers, from, to, ports.policy) };
      const poll = { account: watched.account, now: Math.floor(Date.now() / 1000), deadline: Date.now() + withinMs };
      const outcomes = await alive(allEnded(sources.map((source) => readSource(ports, source, poll, within))));
      if (outcomes.some((outcome) => outcome.failures > 0)) {
        return { readTo: null, trouble: 'a region could not be read; `trailhound coverage` says why' };
      }
      const done = outcomes.every((outcome) => outcome.done) && !outcomes.some((outcome) => outcome.waits);
      return { readTo: done ? instantOfSeconds(within.to) : null, trouble: null };
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

    /** Looks for gaps, sources that fell behind and footprints that stay out, and tells the operators. */
    async watchCollection(): Promise<CollectionWatch> {
      const now = currentInstant();
      const { choresDue, regionTroubles, heldBack, rulesWarming, caseTroubles } =
        (await ports.upkeep?.state(now)) ?? nothingDue;
      const health = await ports.store.sourceHealth(now, ports.policy.footprintLateS);
      const alerts: readonly OperationalAlert[] = [
        ...health.flatMap((source) => operationalAlertsOf(source, secondsOf(now), ports.policy)),
        ...regionTroubles.map(({ accountId, sentence }) => regionsAlert(accountId, sentence)),
        ...heldBack.map(heldBackAlert),
        ...warmingAlerts(rulesWarming),
        ...caseTroubles.map(caseAlert),
      ];
      const { raised, ended } = await ports.store.setOperationalAlerts(alerts, now);
      for (const alert of raised) ports.onOperationalAlert?.(alert, 'raised');
      for (const alert of ended) ports.onOperationalAlert?.(alert, 'ended');
      return { raised: raised.length, ended: ended.length, choresDue };
    },
  };
}

function caseAlert({ kind, caseId, since, how }: CaseTrouble): OperationalAlert {
  return { kind, subject: caseId, sentence: caseSentence(kind) };

  function caseSentence(trouble: CaseTrouble['kind']): string {
    switch (trouble) {
      case 'case-stuck':
        return `this case has made no progress since ${utcTime(since)} UTC: see the worker's log, and \`trailhound audit show ${caseId}\``;
      case 'case-reopened':
        return `it had closed with nothing open, and is open again since ${utcTime(since)} UTC: ${how ?? 'it is not contained'}; see \`trailhound investigations show ${caseId}\``;
      case 'case-taken-up':
        return `its workflow was gone (${how ?? 'unknown how'}), and was taken up again at ${utcTime(since)} UTC from what the store knows: see \`trailhound investigations show ${caseId}\``;
    }
  }
}

/** Waits for all, also where one fails: no reader may go on beside those of the next attempt. */
async function allEnded<T>(work: readonly Promise<T>[]): Promise<readonly T[]> {
  await Promise.allSettled(work);
  return await Promise.all(work);
}

const nothingDue: UpkeepState = { choresDue: [], regionTroubles: [], heldBack: [], rulesWarming: [], caseTroubles: [] };

function regionsAlert(accountId: AccountId, sentence: string): OperationalAlert {
  return { kind: 'regions-unknown', subject: accountId, sentence };
}

function heldBackAlert({ ruleId, ruleName, alerts, oldest }: HeldBackAlerts): OperationalAlert {
  const sentence = `${counted(alerts, 'alert')} of the rule ${forNumber(alerts, 'waits', 'wait')} for a case, the oldest since ${utcTime(oldest)} UTC: it gave as many as its max_signals allows in an interval; they follow in order`;
  return { kind: 'alerts-held-back', subject: `${ruleName} (${ruleId})`, sentence };
}

function warmingAlerts(ruleIds: readonly string[]): readonly OperationalAlert[] {
  return ruleIds.map((subject) => ({
    kind: 'rule-warming',
    subject,
    sentence:
      'the rule is new or changed and still learns what came before it; what it finds until then is marked, not investigated',
  }));
}

interface Poll {
  readonly account: Account;
  /** Seconds since 1970: the end of every live window of this poll. */
  readonly now: number;
  /** Milliseconds since 1970. */
  readonly deadline: number;
}

/** Reads what is due of one region until nothing is, or the time is up; what is to be done comes from the state machine. */
async function readSource(
  ports: CollectPorts,
  watched: WatchedSource,
  poll: Poll,
  within?: Span,
): Promise<SourceOutcome> {
  const { source, ledger } = watched;
  const openReads = watched.openReads.filter((read) => read.readId.startsWith(slicePrefix) === (within !== undefined));
  const polled = { sourceId: source.id, ledger, openReads, ...(within === undefined ? {} : { within }) };
  const machine = pollSource(polled, worldOf(poll, within === undefined ? '' : slicePrefix), ports.policy);
  let requestId: string | null = null;
  let event: ReadEvent | null = null;
  for (;;) {
    const next = event === null ? machine.next() : machine.next(event);
    if (next.done === true) return next.value;
    if (next.value.kind === 'ended') {
      await ports.store.saveRead(next.value.read, endedState(next.value.outcome), requestId);
      [event, requestId] = [null, null];
      continue;
    }
    const { read, afterMs } = next.value;
    await ports.store.saveRead(read, { kind: 'running' }, requestId);
    // What was begun is written down, and a later poll goes on with it.
    if (Date.now() + afterMs > poll.deadline) return outOfTime(machine);
    await sleep(afterMs, undefined, { signal: cancellationSignal() });
    const answer: PageAnswer = await ports.reader.page({ ...read, account: poll.account, source }, () =>
      ports.pacer.turn(source.id),
    );
    event = await eventOf(ports, watched, answer);
    requestId = answer.requestId;
  }
}

/** Marks the reads of a backfill: polls leave them to it. */
const slicePrefix = 'slice/';

function worldOf(poll: Poll, readPrefix: string): PollWorld {
  function clock() {
    return Math.floor(Date.now() / 1000);
  }
  return { now: poll.now, clock, newReadId: () => `${readPrefix}${randomUUID()}`, random: Math.random };
}

function outOfTime(machine: ReturnType<typeof pollSource>): SourceOutcome {
  const last = machine.next(null);
  return last.done === true ? last.value : { done: false, waits: false, reads: 0, failures: 0 };
}

function endedState(outcome: EndedRead['outcome']): ReadState {
  const endedAt = currentInstant();
  return outcome.kind === 'failed' ? { kind: 'failed', endedAt, error: outcome.error } : { kind: 'complete', endedAt };
}

/** Stores what a page brought, before anything follows from it. */
async function eventOf(ports: CollectPorts, watched: WatchedSource, answer: PageAnswer): Promise<ReadEvent> {
  const { source } = watched;
  if (answer.kind !== 'page') {
    if (answer.requestId !== null) {
      await ports.store.recordOwnCall({ requestId: answer.requestId, source, at: answer.at, succeeded: false });
    }
    return answer;
  }
  const { newRecords } = await ports.store.storePage({
    source,
    requestId: answer.requestId,
    seenAt: answer.at,
    ...readShownRecords(answer.records, source.accountId, answer.at, ports.enrich),
  });
  return { kind: 'page', records: answer.records.length, newRecords, nextToken: answer.nextToken };
}
