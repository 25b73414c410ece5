import type { Pivot } from '../evidence-ports.ts';
import type { Instant } from '../../model/ids.ts';
import { compareInstants, earlierOf, laterOf } from '../../model/instant.ts';
import { canonicalDigest } from '../../digest/canonical-digest.ts';
import { shortDigest } from '../../model/short-digest.ts';
import { latestCopies } from '../latest-copies.ts';
import type { SeenEvent } from '../seen-event.ts';
import { byTime } from '../seen-event.ts';
import { EventsWithin } from './events-within.ts';

export interface ActionCount {
  readonly provider: string;
  readonly action: string;
  readonly succeeded: number;
  readonly failed: number;
  readonly lastAt: Instant;
}

/** Something that calls came from or with, and when it was seen. */
export interface Sighted {
  readonly value: string;
  readonly events: number;
  /** On how many different days (UTC). */
  readonly days: number;
  readonly firstAt: Instant;
  readonly lastAt: Instant;
}

/** How many of each were counted and are not listed. */
export interface LeftOutCounts {
  readonly actions: number;
  readonly addresses: number;
  readonly userAgents: number;
  readonly accessKeys: number;
  readonly regions: number;
  /** Calls with effects; those that last are kept before those that end by themselves. */
  readonly effects: number;
}

/** What calls come to, over all of them. */
export interface ActivitySummary {
  readonly events: number;
  /** Attempts that were refused. */
  readonly failed: number;
  readonly firstAt: Instant | null;
  readonly lastAt: Instant | null;
  readonly actions: readonly ActionCount[];
  readonly addresses: readonly Sighted[];
  readonly userAgents: readonly Sighted[];
  readonly accessKeys: readonly Sighted[];
  readonly regions: readonly Sighted[];
  /** Calls that left something behind, or that took it away, oldest first. */
  readonly effects: readonly SeenEvent[];
  readonly leftOut: LeftOutCounts;
}

/** Names by which calls are told apart are listed up to this number, and counted beyond it. */
const listLimit = 200;
/** Of a pivot; an intruder who makes more is shown by the count. */
const effectLimit = 5_000;
/** In bytes of JSON, of calls with effects that last and of those that end by themselves: a record may have 256 KB, an imported one any size. */
const lastingBytes = 3 * 1024 * 1024;
const passingBytes = 2 * 1024 * 1024;
/** A name of AWS's is shorter; CloudTrail cuts user agents at 1 KB. */
const textLimit = 2_000;

/** Counts calls as they are found, in whatever order, and keeps of each only what must be kept. */
export class ActivityCounter {
  readonly #calls = new Map<string, CountedCall>();
  readonly #texts = new Map<string, string>();
  readonly #lasting = new EventsWithin(lastingBytes);
  readonly #passing = new EventsWithin(passingBytes);
  #leftOut = 0;

  add(event: SeenEvent): void {
    const key = `${event.ref.accountId}/${event.ref.eventId}`;
    if (this.#calls.has(key)) return; // in the store and by LookupEvents, or as another revision
    this.#calls.set(key, this.#countedCall(event));
    if (event.effects.length > 0) this.#keepEffects(event);
  }

  summary(): ActivitySummary {
    // A correction has an ID of its own: counted beside what it corrects, it would be two calls.
    const calls = latestCopies([...this.#calls.values()], new Set());
    const { address, agent, key, region } = sightedIn(calls);
    const actions = actionsIn(calls);
    const times = calls.map(({ at }) => at);
    const effects = [...this.#lasting.events(), ...this.#passing.events()].sort(byTime);
    return {
      events: calls.length,
      failed: calls.filter(({ outcome }) => outcome === 'failure').length,
      firstAt: times.reduce(earlierOf, null as Instant | null),
      lastAt: times.reduce(laterOf, null as Instant | null),
      actions: actions.slice(0, listLimit),
      addresses: address.listed(),
      userAgents: agent.listed(),
      accessKeys: key.listed(),
      regions: region.listed(),
      effects,
      leftOut: {
        actions: Math.max(0, actions.length - listLimit),
        addresses: address.leftOut,
        userAgents: agent.leftOut,
        accessKeys: key.leftOut,
        regions: region.leftOut,
        effects: this.#leftOut + this.#lasting.leftOut + this.#passing.leftOut,
      },
    };
  }

  /** Calls with effects that were too large to be kept together, in sentences of ours. */
  tooLargeInWords(): readonly string[] {
    return [...this.#lasting.inWords(), ...this.#passing.inWords()];
  }

  /** There may be hundreds of thousands, most of them alike: of each only what is counted, and each text once. */
  #countedCall(event: SeenEvent): CountedCall {
    const { ref, at, outcome, corrects, unconfirmed } = event;
    return {
      ref,
      at,
      outcome,
      ...(corrects === undefined ? {} : { corrects }),
      ...(unconfirmed === undefined ? {} : { unconfirmed }),
      provider: this.#once(event.provider),
      action: this.#once(event.action),
      sourceAddress: this.#once(event.sourceAddress),
      userAgent: this.#once(event.userAgent),
      accessKeyId: this.#once(event.accessKeyId),
      region: this.#once(event.region),
    };
  }

  #once<T extends string | undefined>(text: T): T {
    if (text === undefined) return text;
    const shown = text.length <= textLimit ? text : standIn(text);
    const known = this.#texts.get(shown);
    if (known === undefined) this.#texts.set(shown, shown);
    return (known ?? shown) as T;
  }

  /** Sessions end and reads leave nothing: where there is no room for all, a key or a user that was made stays. */
  #keepEffects(event: SeenEvent): void {
    const kept = event.effects.some(({ kind }) => !passing.has(kind)) ? this.#lasting : this.#passing;
    kept.add(event);
    if (this.#lasting.size + this.#passing.size <= effectLimit) return;
    this.#leftOut += 1;
    if (this.#passing.pop() === undefined) this.#lasting.pop();
  }
}

/** Of a text that is too long to be listed: how it begins, and by what it is told from others. */
function standIn(text: string): string {
  return `${text.slice(0, 200).toWellFormed()}... (${text.length} characters, ${shortDigest(canonicalDigest(text))})`;
}

/** What is counted of a call. */
interface CountedCall extends Pick<
  SeenEvent,
  'ref' | 'at' | 'outcome' | 'provider' | 'action' | 'corrects' | 'unconfirmed'
> {
  readonly sourceAddress: string | undefined;
  readonly userAgent: string | undefined;
  readonly accessKeyId: string | undefined;
  readonly region: string | undefined;
}

function sightedIn(calls: readonly CountedCall[]) {
  const sighted = {
    address: new Sightings(),
    agent: new Sightings(),
    key: new Sightings(),
    region: new Sightings(),
  };
  for (const { at, sourceAddress, userAgent, accessKeyId, region } of calls) {
    sighted.address.add(sourceAddress, at);
    sighted.agent.add(userAgent, at);
    sighted.key.add(accessKeyId, at);
    sighted.region.add(region, at);
  }
  return sighted;
}

function actionsIn(calls: readonly CountedCall[]): readonly ActionCount[] {
  const counts = new Map<string, ActionCount>();
  for (const { provider, action, outcome, at } of calls) {
    const name = `${provider} ${action}`;
    const known = counts.get(name) ?? { provider, action, succeeded: 0, failed: 0, lastAt: at };
    counts.set(name, {
      ...known,
      succeeded: known.succeeded + (outcome === 'success' ? 1 : 0),
      failed: known.failed + (outcome === 'success' ? 0 : 1),
      lastAt: laterOf(known.lastAt, at),
    });
  }
  return [...counts.values()];
}

const passing: ReadonlySet<string> = new Set(['session-minted', 'secret-read', 'console-login']);

class Sightings {
  readonly #byValue = new Map<string, { events: number; days: Set<string>; firstAt: Instant; lastAt: Instant }>();

  add(value: string | undefined, at: Instant): void {
    if (value === undefined) return;
    const known = this.#byValue.get(value) ?? { events: 0, days: new Set<string>(), firstAt: at, lastAt: at };
    known.events += 1;
    known.days.add(at.slice(0, 10));
    known.firstAt = earlierOf(known.firstAt, at);
    known.lastAt = laterOf(known.lastAt, at);
    this.#byValue.set(value, known);
  }

  /** By when each was seen first. */
  listed(): readonly Sighted[] {
    return [...this.#byValue]
      .map(([value, { days, ...rest }]) => ({ value, ...rest, days: days.size }))
      .sort((a, b) => compareInstants(a.firstAt, b.firstAt))
      .slice(0, listLimit);
  }

  get leftOut(): number {
    return Math.max(0, this.#byValue.size - listLimit);
  }
}

const counted: Readonly<Record<keyof LeftOutCounts, string>> = {
  actions: 'kinds of calls',
  addresses: 'addresses',
  userAgents: 'user agents',
  accessKeys: 'access keys',
  regions: 'regions',
  effects: 'calls with effects',
};

/** What is counted and not listed, in sentences of ours. */
export function leftOutInWords(leftOut: LeftOutCounts): readonly string[] {
  return (Object.keys(counted) as (keyof LeftOutCounts)[]).flatMap((part) =>
    leftOut[part] === 0 ? [] : [`${leftOut[part]} more ${counted[part]} are counted and not listed.`],
  );
}

/** What one credential, user, session or address did. */
export interface ActivityContent extends ActivitySummary {
  readonly pivot: Pivot;
  /** Looked at from here on. */
  readonly from: Instant;
  /** LookupEvents and the event store hold management events only: never take this for "none were read". */
  readonly objectReads: 'not visible here';
}
