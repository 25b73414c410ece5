import type { JsonValue } from '../model/json.ts';
import type { AccountId } from '../model/ids.ts';
import type { EventRef } from '../model/trail-event.ts';
import { groupText } from './group-text.ts';
import type { Candidate } from './rule-type.ts';

/** Takes what is to be kept of events. */
export interface CandidateSink {
  /**
   * @param ruleIndex The rule's position in the rule set.
   * @param suppressionGroup By what the rule's suppression groups the event; absent where the rule has none.
   */
  add(ruleIndex: number, candidate: Candidate, suppressionGroup?: string | null): void;
}

/**
 * Candidates in columns, a place in each for every candidate: plain data, so that they may come from another thread, and
 * few objects, for there may be millions.
 */
export interface CandidateColumns {
  readonly timesMs: number[];
  readonly accountIds: AccountId[];
  readonly eventIds: string[];
  readonly revisions: number[];
  readonly payloads: JsonValue[];
}

/** Candidates of many events and rules on their way from one thread to another. */
export interface CandidateBatch extends CandidateColumns {
  readonly ruleIndexes: number[];
  /** As {@link groupText} writes them. */
  readonly groups: string[];
  /** By place; only of rules that suppress. */
  readonly suppressionGroups: Map<number, string | null>;
}

export function emptyColumns(): CandidateColumns {
  return { timesMs: [], accountIds: [], eventIds: [], revisions: [], payloads: [] };
}

export function addToColumns(columns: CandidateColumns, { ref, eventTimeMs, payload }: Candidate): void {
  columns.timesMs.push(eventTimeMs);
  columns.accountIds.push(ref.accountId);
  columns.eventIds.push(ref.eventId);
  columns.revisions.push(ref.revision);
  columns.payloads.push(payload);
}

/** Adds the candidate at a place of other columns. */
export function copyToColumns(columns: CandidateColumns, other: CandidateColumns, place: number): void {
  columns.timesMs.push(other.timesMs[place] ?? Number.NaN);
  columns.accountIds.push(accountAt(other, place));
  columns.eventIds.push(other.eventIds[place] ?? '');
  columns.revisions.push(other.revisions[place] ?? 0);
  columns.payloads.push(other.payloads[place] ?? null);
}

/** The candidate at a place again, of a group that is known already. */
export function candidateAt(columns: CandidateColumns, place: number, group: readonly string[]): Candidate {
  return {
    ref: refAt(columns, place),
    eventTimeMs: columns.timesMs[place] ?? Number.NaN,
    group,
    payload: columns.payloads[place] ?? null,
  };
}

export function refAt(columns: CandidateColumns, place: number): EventRef {
  const { eventIds, revisions } = columns;
  return { accountId: accountAt(columns, place), eventId: eventIds[place] ?? '', revision: revisions[place] ?? 0 };
}

function accountAt({ accountIds }: CandidateColumns, place: number): AccountId {
  const accountId = accountIds[place];
  if (accountId === undefined) throw new RangeError(`no candidate is at place ${place}`);
  return accountId;
}

export function emptyBatch(): CandidateBatch {
  return { ...emptyColumns(), ruleIndexes: [], groups: [], suppressionGroups: new Map() };
}

export function addToBatch(
  batch: CandidateBatch,
  ...[ruleIndex, candidate, suppressionGroup]: Parameters<CandidateSink['add']>
): void {
  if (suppressionGroup !== undefined) batch.suppressionGroups.set(batch.groups.length, suppressionGroup);
  batch.ruleIndexes.push(ruleIndex);
  batch.groups.push(groupText(candidate.group));
  addToColumns(batch, candidate);
}
