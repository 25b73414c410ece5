import { alertLine } from '../../detection/alerts/alert-row.ts';
import type { RuleSet } from '../../detection/engine.ts';
import { alertsByPart, type OfflineAlert, type PartAlerts } from '../../detection/offline/offline.ts';
import type { DetectionThreads } from './detection-threads.ts';
import { partsOf, sharedCounter, type AlertLines, type PartsTask } from './thread-messages.ts';

/** Bytes of UTF-8 for a UTF-16 code unit, at most. */
const mostBytes = 3;
const lineFeed = 0x0a;
const chunkBytes = 1024 * 1024;

/** The lines of those parts of some logs that no other thread takes. */
export function* linesOfTakenParts(ruleSet: RuleSet, { logs, next }: PartsTask): Generator<AlertLines> {
  const indexes = new Map(ruleSet.rules.map(({ rule }, index) => [rule, index]));
  function indexOf({ rule }: OfflineAlert): number {
    return indexes.get(rule) ?? -1;
  }
  for (const one of alertsByPart(ruleSet, logs, partsOf(next))) yield linesOf(one, indexOf);
}

function linesOf({ part, alerts }: PartAlerts, indexOf: (alert: OfflineAlert) => number): AlertLines {
  const texts = alerts.map(alertLine);
  const bytes = Buffer.allocUnsafe(texts.reduce((sum, { length }) => sum + mostBytes * length + 1, 0));
  let end = 0;
  const ends = Uint32Array.from(texts, (text) => {
    end += bytes.write(text, end);
    bytes[end] = lineFeed;
    return (end += 1);
  });
  return {
    part,
    timesMs: Float64Array.from(alerts, ({ eventTimeMs }) => eventTimeMs),
    ruleIndexes: Uint32Array.from(alerts, indexOf),
    ends,
    bytes: new Uint8Array(bytes.subarray(0, end)),
  };
}

/** The lines of all alerts, made on this thread and those beside it, in the order of time, rules, parts and event ID. */
export async function* allAlertLines(
  ruleSet: RuleSet,
  logs: PartsTask['logs'],
  threads: Pick<DetectionThreads, 'lines'>,
): AsyncGenerator<Buffer> {
  const task = { logs, next: sharedCounter() };
  const parts: AlertLines[] = [];
  const others = threads.lines(task, (lines) => parts.push(lines));
  parts.push(...linesOfTakenParts(ruleSet, task));
  await others;
  yield* merged(parts.toSorted((a, b) => a.part - b.part));
}

/** A line among all. */
interface Line {
  readonly timeMs: number;
  readonly ruleIndex: number;
  /** The bytes of its part. */
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

/** All lines in order; each part's are already, so that the sort only merges them. */
function* merged(parts: readonly AlertLines[]): Generator<Buffer> {
  const lines = parts.flatMap(linesIn).sort((a, b) => a.timeMs - b.timeMs || a.ruleIndex - b.ruleIndex);
  let chunk = Buffer.allocUnsafe(chunkBytes);
  let filled = 0;
  for (const { bytes, start, end } of lines) {
    const length = end - start;
    if (filled + length > chunk.length) {
      yield chunk.subarray(0, filled);
      chunk = Buffer.allocUnsafe(Math.max(chunkBytes, length));
      filled = 0;
    }
    filled += bytes.copy(chunk, filled, start, end);
  }
  yield chunk.subarray(0, filled);
}

function linesIn({ timesMs, ruleIndexes, ends, bytes: written }: AlertLines): readonly Line[] {
  const bytes = Buffer.from(written.buffer, written.byteOffset, written.byteLength);
  return Array.from(ends, (end, at) => ({
    timeMs: timesMs[at] ?? Number.NaN,
    ruleIndex: ruleIndexes[at] ?? -1,
    bytes,
    start: ends[at - 1] ?? 0,
    end,
  }));
}
