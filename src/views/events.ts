import { z } from 'zod';
import type { KqlNode } from '../detection/kql/ast.ts';
import type { AccountId, Instant } from '../model/ids.ts';
import type { EcsDocument } from '../model/trail-event.ts';
import { searchQuery } from './event-query.ts';

/** By event time; those of the same instant by account, ID and revision, in the same direction. */
export type SearchOrder = 'newest-first' | 'oldest-first';

/** A search of the store, in the form in which it is asked. */
export interface EventSearch {
  readonly node: KqlNode;
  /** The query itself; what the database lets through is asked again. */
  readonly matches: (document: EcsDocument) => boolean;
  readonly accountId?: AccountId;
  /** Event time, inclusive. */
  readonly from?: Instant;
  readonly to?: Instant;
  /** Records of our own calls as well. */
  readonly includeOwn: boolean;
  /** Newest first where left out. */
  readonly order?: SearchOrder;
  /** How many are likely to be asked for; more can be taken. */
  readonly expected?: number;
  /** Told of each part that was looked at: how many events, and as far as when. */
  readonly onLookedAt?: (events: number, upTo: Instant) => void;
}

/** An event as the store has it. */
export interface StoredEvent {
  readonly accountId: AccountId;
  readonly eventId: string;
  readonly revision: number;
  readonly eventTime: Instant;
  readonly ingestedAt: Instant;
  readonly own: boolean;
  readonly ecs: EcsDocument;
}

/** The event times of the oldest and the newest event that there is to search. */
export interface StoredSpan {
  readonly oldest: Instant;
  readonly newest: Instant;
}

export interface EventsPorts {
  /** Those that match, in the order asked for, each revision by itself; whoever stops early has cost little. */
  readonly search: (search: EventSearch) => AsyncIterable<StoredEvent>;
  /** Of an account or of all; null where there is none. */
  readonly storedSpan: (accountId: AccountId | undefined) => Promise<StoredSpan | null>;
}

/** What a person asks of the stored events. */
export interface EventsQuestion {
  /** A KQL query; empty for everything. */
  readonly text: string;
  /** `key=`, `user=`, `ip=` or `action=` and its value, besides the query. */
  readonly pivots: readonly string[];
  readonly accountId: AccountId | undefined;
  readonly from: Instant | undefined;
  readonly to: Instant | undefined;
  readonly includeOwn: boolean;
  readonly order: SearchOrder;
  /** Infinite for all. */
  readonly limit: number;
}

/** What came of a search that was read to its end. */
export interface EventsFound {
  readonly count: number;
  /** There are more than were asked for. */
  readonly more: boolean;
}

const identified = z.looseObject({ '@timestamp': z.string(), event: z.looseObject({ id: z.string() }) });

/** What `events search` prints of an event: its ECS document. */
export const foundEventSchema = z
  .custom<EcsDocument>((value) => identified.safeParse(value).success)
  .meta({ title: 'ecsDocument' });

/** So many are asked for first where all are wanted. */
const expectedOfAll = 2000;

/**
 * The stored events that match, as they are found.
 *
 * @param onLookedAt told how many events were looked at, and as far as when.
 * @throws QuerySyntaxError, PivotError at the first step
 */
export async function* events(
  { search }: EventsPorts,
  { text, pivots, accountId, from, to, includeOwn, order, limit }: EventsQuestion,
  onLookedAt?: EventSearch['onLookedAt'],
): AsyncGenerator<StoredEvent, EventsFound> {
  const found = search({
    ...searchQuery(text, pivots),
    ...(accountId === undefined ? {} : { accountId }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    includeOwn,
    order,
    expected: Number.isFinite(limit) ? limit : expectedOfAll,
    ...(onLookedAt === undefined ? {} : { onLookedAt }),
  });
  let count = 0;
  for await (const event of found) {
    if (count === limit) return { count, more: true };
    count += 1;
    yield event;
  }
  return { count, more: false };
}
