import type { RequestLogEntry } from '../../../simulator/request-log.ts';
import type { Flaw } from './flaw.ts';
import { servedSpans } from './served-spans.ts';

/** A window that the ledger calls covered, in whole seconds since 1970, both ends inclusive. */
export interface CoveredWindow {
  /** `<account>/<region>` */
  readonly source: string;
  readonly fromS: number;
  readonly toS: number;
}

/** What is demanded of the ledger. */
export interface CoverageDemand {
  readonly sources: readonly string[];
  /** Every second from here ... */
  readonly fromS: number;
  /** ... to here must be covered. */
  readonly settledS: number;
  /** Every one of them must have been read again so long after it, in seconds. */
  readonly lastSweepS: number;
}

/**
 * Compares the windows that the ledger calls covered with the request log: those, and only those, whose last page was served.
 * And each second that is demanded must be among them, and have been asked for again when its last sweep was due.
 */
export function checkCoverageServed(
  requests: readonly RequestLogEntry[],
  windows: readonly CoveredWindow[],
  demand: CoverageDemand,
): readonly Flaw[] {
  const spans = servedSpans(requests);
  return demand.sources.flatMap((source) => {
    const served = lastServed(spans.filter((span) => span.source === source));
    const covered = secondsOf(windows.filter((window) => window.source === source));
    const flaws: [Flaw['kind'], (second: number) => boolean, number][] = [
      ['gap', (second) => covered.has(second) && !served.has(second), Number.POSITIVE_INFINITY],
      ['gap', (second) => !covered.has(second), demand.settledS],
      ['unclaimed', (second) => served.has(second) && !covered.has(second), demand.settledS],
      [
        'unswept',
        (second) => covered.has(second) && (served.get(second) ?? 0) < (second + demand.lastSweepS) * 1000,
        demand.settledS,
      ],
    ];
    const seconds = [...new Set([...covered, ...served.keys(), ...range(demand.fromS, demand.settledS)])];
    return flaws.flatMap(([kind, isFlawed, upToS]) =>
      stretches(seconds.filter((second) => second <= upToS && isFlawed(second))).map((stretch) => ({
        kind,
        subject: `${source} ${stretch}`,
      })),
    );
  });
}

/** For each second, when it was last asked for with all pages served. */
function lastServed(spans: ReturnType<typeof servedSpans>): ReadonlyMap<number, number> {
  const last = new Map<number, number>();
  for (const span of spans) {
    for (const second of range(span.fromS, span.toS)) {
      last.set(second, Math.max(last.get(second) ?? 0, span.startedAtMs));
    }
  }
  return last;
}

function secondsOf(windows: readonly CoveredWindow[]): ReadonlySet<number> {
  return new Set(windows.flatMap(({ fromS, toS }) => range(fromS, toS)));
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
}

/** Neighbouring seconds as one stretch, so that a hole is one flaw. */
function stretches(seconds: readonly number[]): readonly string[] {
  const found: { from: number; to: number }[] = [];
  for (const second of seconds.toSorted((a, b) => a - b)) {
    const last = found.at(-1);
    if (last !== undefined && last.to === second - 1) last.to = second;
    else found.push({ from: second, to: second });
  }
  return found.map(({ from, to }) => `${instantOf(from)} to ${instantOf(to)}`);
}

function instantOf(second: number): string {
  return new Date(second * 1000).toISOString().replace('.000Z', 'Z');
}
