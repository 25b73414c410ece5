import { type ByteCursor, textRoom, writeNumber, writeText } from '../fields/byte-texts.ts';
import type { Correcting } from '../../model/correction-chain.ts';
import type { Candidate } from '../rule-type.ts';

/**
 * Candidates as threads hand them to each other, in memory that all of them see: bytes in segments, which stand in so many parts
 * that threads can share the settling. All candidates of a rule's group are in the same part of every log; of a rule that
 * suppresses, for which groups matter to each other, all candidates are.
 */
export interface LoggedCandidates {
  readonly count: number;
  /** Every correction that was met, whether or not a rule has it as a candidate. */
  readonly corrections: readonly Correcting[];
  /** By part. */
  readonly segments: readonly (readonly Uint8Array<SharedArrayBuffer>[])[];
}

const partBits = 6;
/** Enough for threads to share them, and for what is settled at once to be small. */
export const logParts = 2 ** partBits;

const leastSegmentBytes = 1 << 12;
const mostSegmentBytes = 1 << 18;

/**
 * Size, time and shard stand before what is of varying length. The shard is the same for all candidates of a group, so that a
 * part with many may be settled a shard at a time.
 */
export const sizeAt = 0;
export const timeAt = 4;
export const shardAt = 12;
export const groupAt = 13;
export const shards = 256;

/** What an absent suppression group is written as, and one that is null; behind any other mark its text follows. */
export const suppressionMarks = { absent: 0, null: 1, text: 2 } as const;

/**
 * Candidates from when they are met until they are settled. It is what an offline run's memory grows with, and there may be
 * millions: so they are bytes, which are only ever added to.
 */
export class CandidateLog {
  readonly #parts = Array.from({ length: logParts }, () => new LogPart());
  readonly #corrections: Correcting[] = [];
  #count = 0;

  /** Keeps that an event corrects another. */
  addCorrection(correction: Correcting): void {
    this.#corrections.push(correction);
  }

  /**
   * @param ruleIndex The rule's position in the rule set.
   * @param suppressionGroup By what the rule's suppression groups the event; absent where the rule has none.
   * @param about What an alert of the event would say of it; empty where nobody asks.
   */
  add(ruleIndex: number, candidate: Candidate, suppressionGroup?: string | null, about = ''): void {
    this.#count += 1;
    const spread = spreadOf(ruleIndex, candidate.group);
    const part = suppressionGroup === undefined ? spread : spreadOf(ruleIndex, []);
    this.#parts[part >>> (32 - partBits)]?.add(ruleIndex, candidate, {
      shard: spread % shards,
      suppressionGroup,
      about,
    });
  }

  /** All that was added so far. */
  logged(): LoggedCandidates {
    return { count: this.#count, corrections: this.#corrections, segments: this.#parts.map((part) => part.segments()) };
  }
}

/**
 * Spreads groups over 32 bits, well enough where nobody means to be in the way; who does only makes one part larger than the
 * others.
 */
function spreadOf(ruleIndex: number, group: readonly string[]): number {
  let spread = ruleIndex;
  for (const value of group) {
    spread = Math.imul(spread, 31) + value.length;
    for (let at = Math.max(0, value.length - 4); at < value.length; at += 1)
      spread = Math.imul(spread, 31) + value.charCodeAt(at);
  }
  // Fibonacci hashing: the topmost bits depend on all others.
  return Math.imul(spread, 0x9e3779b1) >>> 0;
}

/** What the log adds to a candidate. */
interface LogPlace {
  readonly shard: number;
  readonly suppressionGroup: string | null | undefined;
  readonly about: string;
}

class LogPart {
  readonly #full: Uint8Array<SharedArrayBuffer>[] = [];
  #cursor: { bytes: Buffer<SharedArrayBuffer>; at: number } = { bytes: segmentOf(0), at: 0 };

  segments(): readonly Uint8Array<SharedArrayBuffer>[] {
    return [...this.#full, this.#cursor.bytes.subarray(0, this.#cursor.at)];
  }

  add(ruleIndex: number, candidate: Candidate, { shard, suppressionGroup, about }: LogPlace): void {
    const payload = candidate.payload === null ? '' : JSON.stringify(candidate.payload);
    const cursor = this.#withRoom(roomFor(candidate, payload, suppressionGroup ?? '') + textRoom(about.length));
    const start = cursor.at;
    cursor.bytes.writeDoubleLE(candidate.eventTimeMs, start + timeAt);
    cursor.bytes[start + shardAt] = shard;
    cursor.at += groupAt;
    writeGroup(cursor, ruleIndex, candidate.group);
    writeText(cursor, candidate.ref.accountId);
    writeText(cursor, candidate.ref.eventId);
    writeNumber(cursor, candidate.ref.revision);
    writeText(cursor, payload);
    writeSuppression(cursor, suppressionGroup);
    writeText(cursor, about);
    cursor.bytes.writeUInt32LE(cursor.at - start, start + sizeAt);
  }

  #withRoom(bytes: number): ByteCursor {
    const { bytes: segment, at } = this.#cursor;
    if (at + bytes > segment.length) {
      if (at > 0) this.#full.push(segment.subarray(0, at));
      const size = Math.min(mostSegmentBytes, Math.max(leastSegmentBytes, 2 * segment.length));
      this.#cursor = { bytes: segmentOf(Math.max(size, bytes)), at: 0 };
    }
    return this.#cursor;
  }
}

function segmentOf(bytes: number): Buffer<SharedArrayBuffer> {
  return Buffer.from(new SharedArrayBuffer(bytes));
}

function roomFor({ ref, group }: Candidate, payload: string, suppressionGroup: string): number {
  const { accountId, eventId } = ref;
  const texts = textRoom(accountId.length) + textRoom(eventId.length) + textRoom(payload.length);
  const values = group.reduce((room, value) => room + textRoom(value.length), 0);
  // The rule, the number of values, the revision and the mark of suppression are as short as empty texts.
  return groupAt + texts + values + textRoom(suppressionGroup.length) + 4 * textRoom(0);
}

function writeGroup(cursor: ByteCursor, ruleIndex: number, group: readonly string[]): void {
  writeNumber(cursor, ruleIndex);
  writeNumber(cursor, group.length);
  for (const value of group) writeText(cursor, value);
}

function writeSuppression(cursor: ByteCursor, group: string | null | undefined): void {
  if (group === undefined) writeNumber(cursor, suppressionMarks.absent);
  else if (group === null) writeNumber(cursor, suppressionMarks.null);
  else {
    writeNumber(cursor, suppressionMarks.text);
    writeText(cursor, group);
  }
}
