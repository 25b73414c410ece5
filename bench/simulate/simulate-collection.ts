import { createHash } from 'node:crypto';
import { type CollectionPolicy, defaultCollectionPolicy } from '../../src/collection/collection-policy.ts';
import { type PollEffect, pollSource } from '../../src/collection/poll-source.ts';
import type { OpenRead } from '../../src/collection/ports.ts';
import type { ReadEvent } from '../../src/collection/read-step.ts';
import { afterRead, type EndedRead, expired, type SourceLedger } from '../../src/collection/source-ledger.ts';
import type { SourceId } from '../../src/model/ids.ts';
import { type FaultKind, faultProbabilities, momentsOwed } from './faults.ts';
import { makeSource, type Random, seeded, shownWithin, type TrueSource } from './simulated-source.ts';

export interface SimulationOptions {
  readonly seed: number;
  readonly sources: number;
  /** Two at least: sweeps and continued reads of what was planted need their time. */
  readonly days: number;
  readonly pollIntervalS?: number;
  readonly policy?: Partial<CollectionPolicy>;
  /** For seeing the checkers fail: what is wrong with the run. */
  readonly plant?: 'loss' | 'gap' | 'double';
}

export interface SimulationResult {
  readonly simulatedS: number;
  readonly polls: number;
  readonly requests: number;
  readonly events: number;
  readonly lateEvents: number;
  readonly longestLedger: number;
  /** What was injected, by kind; every kind occurs in every source. */
  readonly faults: Readonly<Partial<Record<FaultKind, number>>>;
  /** What the checkers found; empty where all is well. */
  readonly findings: readonly string[];
  /** Over all that happened: the same seed gives the same. */
  readonly digest: string;
}

/** LookupEvents gives so many records a page. */
const pageSize = 50;
const dayS = 86_400;
/** 2026-01-01T00:00:00Z. */
const startS = 1_767_225_600;
const historyS = 7 * dayS;

/** A span whose last page was served, whole. */
interface Served {
  readonly from: number;
  readonly to: number;
}

/** What became of a source in the simulation. */
interface SimulatedSource {
  readonly id: SourceId;
  readonly truth: TrueSource;
  ledger: SourceLedger;
  openReads: readonly OpenRead[];
  /** How often each event was stored anew. */
  readonly stored: Uint8Array;
  readonly published: Uint8Array;
  /** Spans of reads whose last page was served: kept by the simulated AWS, not by the collector. */
  served: readonly Served[];
  /** Pages are cut from the list as it was when the read's first page was asked for. */
  readonly listings: Map<string, readonly number[]>;
  deniedUntil: number;
  /** The kinds of fault that have not occurred here yet, each with the second from which on the next occasion takes it. */
  readonly owed: Map<FaultKind, number>;
}

/** Runs the collection's state machine over simulated time, with faults, and checks what it claims against the truth. */
export function simulateCollection(options: SimulationOptions): SimulationResult {
  const run = new Simulation(options);
  for (let index = 0; index < options.sources; index++) run.source(index);
  return run.result();
}

class Simulation {
  readonly #options: SimulationOptions;
  readonly #policy: CollectionPolicy;
  readonly #random: Random;
  readonly #hash = createHash('sha256');
  readonly #faults: Partial<Record<FaultKind, number>> = {};
  readonly #findings: string[] = [];
  #polls = 0;
  #requests = 0;
  #events = 0;
  #lateEvents = 0;
  #longestLedger = 0;
  #reads = 0;

  constructor(options: SimulationOptions) {
    this.#options = options;
    this.#policy = { ...defaultCollectionPolicy, ...options.policy };
    this.#random = seeded(options.seed);
  }

  result(): SimulationResult {
    return {
      simulatedS: this.#options.days * dayS * this.#options.sources,
      polls: this.#polls,
      requests: this.#requests,
      events: this.#events,
      lateEvents: this.#lateEvents,
      longestLedger: this.#longestLedger,
      faults: this.#faults,
      findings: this.#findings,
      digest: this.#hash.digest('hex'),
    };
  }

  /** One source's whole time: polls with faults, then a day without, in which what is late must be caught up with. */
  source(index: number): void {
    const source = this.#newSource(index);
    const intervalS = this.#options.pollIntervalS ?? 300;
    const endS = startS + this.#options.days * dayS;
    const calmEndS = endS + 2 * dayS;
    const offset = Math.floor(this.#random() * intervalS);
    for (let now = startS + offset; now < calmEndS; now += intervalS) {
      const stormy = now < endS;
      if (stormy && this.#hits(source, 'poll missed', now)) now += Math.floor(this.#random() * 6 * 3600);
      this.#poll(source, now, stormy);
    }
    this.#check(source, endS);
  }

  #newSource(index: number): SimulatedSource {
    const { days } = this.#options;
    const truth = makeSource(
      {
        from: startS - historyS,
        to: startS + days * dayS,
        eventsPerHour: 0.5 + this.#random() ** 6 * 200,
        lateShare: 0.02,
        latestS: 20 * 3600,
        // A read of more than a page, in time for its sweeps: without one, no token could be refused in a quiet source.
        burst: { at: startS + Math.floor((0.25 + this.#random() * 0.25) * days * dayS), events: 3 * pageSize },
      },
      this.#random,
    );
    return {
      id: `lookup/${String(index).padStart(12, '0')}/us-east-1` as SourceId,
      truth,
      ledger: { watchedFrom: startS - historyS, liveFrom: startS, windows: [] },
      openReads: [],
      stored: new Uint8Array(truth.eventTimes.length),
      published: new Uint8Array(truth.eventTimes.length),
      served: [],
      listings: new Map(),
      deniedUntil: 0,
      owed: momentsOwed(startS, startS + 0.25 * days * dayS, this.#random),
    };
  }

  /** A poll as the activities carry it out, with the clock moved by hand. */
  #poll(source: SimulatedSource, now: number, stormy: boolean): void {
    this.#polls += 1;
    let clock = now;
    const deadline = now + 20;
    const ended: EndedRead[] = [];
    const running = new Map(source.openReads.map((read) => [read.readId, read]));
    if (stormy && this.#hits(source, 'permission withdrawn', now)) {
      source.deniedUntil = now + Math.floor(this.#random() * 12 * 3600);
    }
    const world = {
      now,
      clock: () => Math.floor(clock),
      newReadId: () => `read-${(this.#reads += 1)}`,
      random: this.#random,
    };
    const machine = pollSource(
      { sourceId: source.id, ledger: source.ledger, openReads: source.openReads },
      world,
      this.#policy,
    );
    let event: ReadEvent | null = null;
    for (;;) {
      if (stormy && this.#hits(source, 'worker killed', clock)) break;
      const next: IteratorResult<PollEffect, unknown> = event === null ? machine.next() : machine.next(event);
      if (next.done === true) break;
      const effect: PollEffect = next.value;
      if (effect.kind === 'ended') {
        running.delete(effect.read.readId);
        ended.push({ ...effect.read, outcome: effect.outcome });
        event = null;
        continue;
      }
      running.set(effect.read.readId, effect.read);
      clock += effect.afterMs / 1000 + 0.55;
      if (clock > deadline) break;
      event = this.#request(source, effect.read, clock, stormy);
    }
    source.openReads = [...running.values()];
    this.#publish(source, ended, now);
  }

  #request(source: SimulatedSource, read: OpenRead, clock: number, stormy: boolean): ReadEvent {
    this.#requests += 1;
    if (clock < source.deniedUntil) return { kind: 'refused', sentence: 'denied' };
    if (stormy && this.#hits(source, 'throttled', clock)) return { kind: 'throttled', waitMs: null };
    if (stormy && this.#hits(source, 'server fault', clock))
      return { kind: 'fault', sentence: '5xx, HTML or a cut answer' };
    if (read.token !== null && stormy && this.#hits(source, 'token refused', clock)) return { kind: 'invalid-token' };
    const listing = this.#listing(source, read, clock);
    if (listing === null) return { kind: 'invalid-token' };
    const start = read.token === null ? 0 : Number(read.token.split('@')[1]);
    const page = listing.slice(start, start + pageSize);
    const more = start + pageSize < listing.length;
    if (!more) source.served = joinedSpans([...source.served, read.span]);
    // A cut connection after AWS has answered: the page is lost, and asked for again.
    if (stormy && this.#hits(source, 'answer lost', clock))
      return { kind: 'fault', sentence: 'the connection was cut' };
    const newRecords = this.#store(source, page);
    this.#hash.update(`${source.id} ${read.span.from} ${read.span.to} ${start} ${page.length} ${newRecords};`);
    return {
      kind: 'page',
      records: page.length,
      newRecords,
      nextToken: more ? `${read.readId}@${start + pageSize}` : null,
    };
  }

  #listing(source: SimulatedSource, read: OpenRead, clock: number): readonly number[] | null {
    if (read.token === null) {
      source.listings.clear();
      source.listings.set(read.readId, shownWithin(source.truth, read.span.from, read.span.to, clock));
    }
    return source.listings.get(read.readId) ?? null;
  }

  #store(source: SimulatedSource, page: readonly number[]): number {
    let newRecords = 0;
    for (const place of page) {
      if (this.#options.plant === 'loss' && place % 50 === 7) continue;
      if ((source.stored[place] ?? 0) > 0 && !(this.#options.plant === 'double' && place % 50 === 7)) continue;
      source.stored[place] = Math.min(255, (source.stored[place] ?? 0) + 1);
      newRecords += 1;
    }
    return newRecords;
  }

  #publish(source: SimulatedSource, ended: readonly EndedRead[], now: number): void {
    const judged = this.#options.plant === 'gap' && this.#polls % 50 === 0 ? ended.map(claimedComplete) : ended;
    const before = source.ledger;
    source.ledger = expired(
      judged.reduce((ledger, read) => afterRead(ledger, read, this.#policy), source.ledger),
      now,
      this.#policy,
    );
    for (const read of judged) this.#checkClaim(source, read);
    this.#longestLedger = Math.max(this.#longestLedger, source.ledger.windows.length);
    if (source.ledger === before) return;
    for (const read of ended)
      this.#lateEvents += read.outcome.kind === 'complete' && read.startedAt > read.span.to + 600 ? read.newRecords : 0;
  }

  /** Whether a fault of the kind occurs at this occasion: by chance, or because its moment in this source has come. */
  #hits(source: SimulatedSource, kind: FaultKind, clock: number): boolean {
    const due = clock >= (source.owed.get(kind) ?? Infinity);
    if (this.#random() >= faultProbabilities[kind] && !due) return false;
    source.owed.delete(kind);
    this.#faults[kind] = (this.#faults[kind] ?? 0) + 1;
    return true;
  }

  /** The checkers: they look at the truth and at what AWS served, and share no code with the collector. */
  #check(source: SimulatedSource, endS: number): void {
    this.#events += source.truth.eventTimes.length;
    this.#checkStored(source);
    this.#checkCovered(source, endS);
  }

  #checkStored(source: SimulatedSource): void {
    for (const [place, times] of source.stored.entries()) {
      if (times === 1) continue;
      const at = source.truth.eventTimes[place] ?? 0;
      const late = Math.round((source.truth.deliveredAt[place] ?? 0) - at);
      this.#findings.push(
        `${source.id}: event ${place} of second ${at - startS}, delivered ${late} s later, was stored ${times} times`,
      );
    }
  }

  /** What the ledger calls covered after a read lies within reads whose last page was served by then. */
  #checkClaim(source: SimulatedSource, read: EndedRead): void {
    const { from, to } = read.span;
    for (const window of source.ledger.windows) {
      if (window.state !== 'covered' || window.to < from || window.from > to) continue;
      if (source.served.some((span) => span.from <= window.from && window.to <= span.to)) continue;
      this.#findings.push(
        `${source.id}: ${window.from} to ${window.to} is called covered, and was not served to its end`,
      );
    }
  }

  #checkCovered(source: SimulatedSource, endS: number): void {
    const claimed = joinedSpans(source.ledger.windows.filter((window) => window.state === 'covered'));
    if (!claimed.some((span) => span.from <= startS - historyS && endS <= span.to)) {
      this.#findings.push(`${source.id}: not all is covered in the end`);
    }
  }
}

function claimedComplete(read: EndedRead): EndedRead {
  return { ...read, span: { from: read.span.from, to: read.span.to + 3600 }, outcome: { kind: 'complete' } };
}

function joinedSpans(spans: readonly Served[]): readonly Served[] {
  const joined: { from: number; to: number }[] = [];
  for (const { from, to } of spans.toSorted((a, b) => a.from - b.from)) {
    const last = joined.at(-1);
    if (last !== undefined && from <= last.to + 1) last.to = Math.max(last.to, to);
    else joined.push({ from, to });
  }
  return joined;
}
