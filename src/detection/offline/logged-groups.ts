import type { AccountId } from '../../model/ids.ts';
import type { JsonValue } from '../../model/json.ts';
import { readNumber, readText, skipText, type WrittenCursor } from '../fields/byte-texts.ts';
import { groupAt, type LoggedCandidates, shardAt, shards, sizeAt, suppressionMarks, timeAt } from './candidate-log.ts';
import type { Candidate } from '../rule-type.ts';

export interface LoggedCandidate extends Candidate {
  /** By what the rule's suppression groups the event; absent where the rule has none. */
  readonly suppressionGroup?: string | null;
  /** What an alert of the event says of it, as it was logged; absent where nobody asked. */
  readonly about?: string;
}

/** One group of a rule; its candidates are made when they are asked for. */
export class LoggedGroup {
  readonly #last: Place;
  /** Rule and group, as they are written. */
  readonly #head: string;

  constructor(last: Place, head: string) {
    this.#last = last;
    this.#head = head;
  }

  get ruleIndex(): number {
    return readNumber({ written: this.#head, at: 0 });
  }

  /** It has one candidate only. */
  get isLone(): boolean {
    return this.#last.before === undefined;
  }

  /** In no order. */
  candidates(): readonly LoggedCandidate[] {
    const cursor = { written: this.#head, at: 0 };
    readNumber(cursor);
    const group: string[] = [];
    for (let values = readNumber(cursor); values > 0; values -= 1) group.push(readText(cursor));
    const candidates: LoggedCandidate[] = [];
    for (let place: Place | undefined = this.#last; place !== undefined; place = place.before)
      candidates.push(candidateAt(place, this.#head.length, group));
    return candidates;
  }
}

/** So many bytes are made into candidates at once: what is few dies young, and costs the collector nothing. */
const bytesAtOnce = 512 * 1024;

/** The groups whose candidates stand in one part of some logs. */
export function* loggedGroups(logs: readonly LoggedCandidates[], part: number): Generator<LoggedGroup> {
  const segments = logs.flatMap((log) => log.segments[part] ?? []).map(bufferOver);
  const bytes = segments.reduce((sum, { length }) => sum + length, 0);
  const rounds = Math.min(shards, 2 ** Math.ceil(Math.log2(Math.max(1, bytes / bytesAtOnce))));
  for (let round = 0; round < rounds; round += 1) yield* groupsIn(segments, { round, rounds });
}

/** A share of all groups, by their shards. */
interface Share {
  readonly round: number;
  readonly rounds: number;
}

function* groupsIn(segments: readonly Buffer[], share: Share): Generator<LoggedGroup> {
  /** By rule and group: the candidate that was met last. */
  const lasts = new Map<string, Place>();
  for (const place of placesIn(segments, share)) {
    const head = place.written.slice(0, headEnd(place.written));
    place.before = lasts.get(head);
    lasts.set(head, place);
  }
  for (const [head, last] of lasts) yield new LoggedGroup(last, head);
}

/** What is written of a candidate. */
interface Place {
  readonly timeMs: number;
  /** From rule and group on. */
  readonly written: string;
  /** The candidate before it in its group. */
  before: Place | undefined;
}

function* placesIn(segments: readonly Buffer[], { round, rounds }: Share): Generator<Place> {
  for (const bytes of segments) {
    for (let start = 0; start < bytes.length;) {
      const end = start + bytes.readUInt32LE(start + sizeAt);
      if ((bytes[start + shardAt] ?? 0) % rounds === round) {
        const written = bytes.toString('latin1', start + groupAt, end);
        yield { timeMs: bytes.readDoubleLE(start + timeAt), written, before: undefined };
      }
      start = end;
    }
  }
}

/** Behind rule and group, whose bytes are equal for the same ones only. */
function headEnd(written: string): number {
  const cursor = { written, at: 0 };
  readNumber(cursor);
  for (let values = readNumber(cursor); values > 0; values -= 1) skipText(cursor);
  return cursor.at;
}

function candidateAt({ timeMs, written }: Place, at: number, group: readonly string[]): LoggedCandidate {
  const cursor = { written, at };
  const ref = {
    accountId: readText(cursor) as AccountId,
    eventId: readText(cursor),
    revision: readNumber(cursor),
  };
  const payload = readText(cursor);
  const candidate = {
    ref,
    eventTimeMs: timeMs,
    group,
    payload: payload === '' ? null : (JSON.parse(payload) as JsonValue),
  };
  const suppressionGroup = readSuppression(cursor);
  const about = readText(cursor);
  return {
    ...candidate,
    ...(suppressionGroup === undefined ? {} : { suppressionGroup }),
    ...(about === '' ? {} : { about }),
  };
}

function readSuppression(cursor: WrittenCursor): string | null | undefined {
  switch (readNumber(cursor)) {
    case suppressionMarks.text:
      return readText(cursor);
    case suppressionMarks.null:
      return null;
    default:
      return undefined;
  }
}

function bufferOver({ buffer, byteOffset, length }: Uint8Array<SharedArrayBuffer>): Buffer {
  return Buffer.from(buffer, byteOffset, length);
}
