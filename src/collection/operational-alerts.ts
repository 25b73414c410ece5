import type { CollectionPolicy } from './collection-policy.ts';
import type { OperationalAlert, SourceHealth } from './ports.ts';
import type { LedgerWindow, SourceLedger } from './source-ledger.ts';
import { instantOfSeconds, lengthOf, missingFrom, type Span } from './span.ts';
import { utcTime } from '../model/utc-time.ts';
import { counted, forNumber } from '../model/counted.ts';

/**
 * What the operators must know about a source.
 *
 * @param now in seconds since 1970.
 */
export function operationalAlertsOf(
  health: SourceHealth,
  now: number,
  policy: CollectionPolicy,
): readonly OperationalAlert[] {
  const subject = health.source.id;
  const found: [OperationalAlert['kind'], string | null][] = [
    ['behind', behindSentence(health, now, policy)],
    ['gap', gapSentence(health.ledger)],
    ['lost', lostSentence(health.ledger)],
    ['footprints-out', footprintsSentence(health)],
    ['malformed', malformedSentence(health)],
    ['too-busy', busySentence(health.ledger, policy)],
  ];
  return found.flatMap(([kind, sentence]) => (sentence === null ? [] : [{ kind, subject, sentence }]));
}

/** Polls that may be missed before a source counts as behind: one may be skipped where the one before is slow. */
const missedPolls = 3;

function behindSentence(
  { ledger, pollIntervalMs }: SourceHealth,
  now: number,
  policy: CollectionPolicy,
): string | null {
  const lastRead = ledger.windows.findLast((window) => window.state === 'covered')?.to ?? ledger.liveFrom;
  const allowed = policy.liveLagS + (missedPolls * pollIntervalMs) / 1000;
  return now - lastRead > allowed
    ? `nothing after ${utcTime(instantOfSeconds(lastRead))} UTC has been read completely`
    : null;
}

function gapSentence(ledger: SourceLedger): string | null {
  const gaps = gapsOf(ledger);
  const [first] = gaps;
  if (first === undefined) return null;
  const failed = ledger.windows.findLast((window) => window.state === 'failed');
  const why = failed?.error === undefined || failed.error === null ? '' : `: ${failed.error}`;
  const more = gaps.length === 1 ? '' : ` and ${gaps.length - 1} more`;
  return `${shown(first)}${more} could not be read yet and is tried again${why}`;
}

/** What lies between the first and the last window since live reading began and is not covered. */
export function gapsOf(ledger: SourceLedger): readonly Span[] {
  const last = ledger.windows.at(-1);
  if (last === undefined) return [];
  const read = ledger.windows.filter((window) => window.state !== 'failed');
  return missingFrom({ from: ledger.liveFrom, to: last.to }, read);
}

function lostSentence(ledger: SourceLedger): string | null {
  const lost = ledger.windows.filter((window) => isLost(window, ledger));
  const [first] = lost;
  if (first === undefined) return null;
  return `${shown({ from: first.from, to: lost.at(-1)?.to ?? first.to })} was never read, and CloudTrail no longer keeps it`;
}

function isLost(window: LedgerWindow, ledger: SourceLedger): boolean {
  return window.state === 'beyond-retention' && window.to >= ledger.liveFrom;
}

function footprintsSentence({ footprintsOut }: SourceHealth): string | null {
  const { count, oldest } = footprintsOut;
  if (count === 0 || oldest === null) return null;
  return `CloudTrail does not show ${counted(count, 'call')} of our own, the first of ${utcTime(oldest)} UTC: its delivery is late or broken, or the trail is not whole`;
}

function malformedSentence({ unread: { count, examples } }: SourceHealth): string | null {
  if (count === 0) return null;
  const named = examples.map(({ eventId, problem }) => `${eventId ?? 'without an event ID'} (${problem})`);
  const more = count > examples.length ? [`${count - examples.length} more`] : [];
  return `${counted(count, 'record')} could not be read, and no rule has judged ${forNumber(count, 'it', 'them')}: ${[...named, ...more].join(', ')}`;
}

/** A page holds 50 records, and two pages a second may be asked for (AWS's CloudTrail quotas). */
const recordsPerSecond = 100;
/** The span before a ledger's end that tells how busy a source is. */
export const busyWithinS = 60 * 60;

/** The last hour that was read live, which tells how busy a source is; it is the same whenever it is looked at. */
export function recentlyRead(ledger: SourceLedger): readonly LedgerWindow[] {
  const covered = ledger.windows.filter((window) => window.state === 'covered' && window.to >= ledger.liveFrom);
  const last = covered.at(-1);
  return last === undefined ? [] : covered.filter((window) => window.from >= last.to - busyWithinS);
}

/** More than can be read once as it happens and again by every sweep: the source will fall behind sooner or later. */
function busySentence(ledger: SourceLedger, policy: CollectionPolicy): string | null {
  const recent = recentlyRead(ledger);
  const seconds = recent.reduce((sum, window) => sum + lengthOf(window), 0);
  const records = recent.reduce((sum, window) => sum + window.records, 0);
  const readable = recordsPerSecond / (policy.sweepDelaysS.length + 1);
  const rate = seconds === 0 ? 0 : records / seconds;
  if (rate <= readable) return null;
  const remedy =
    ledger.filter === undefined || ledger.filter === 'all' ? '; read = "write-only" leaves read-only events out' : '';
  return `${rate.toFixed(1)} events a second are recorded here, and LookupEvents allows to read and sweep ${readable.toFixed(0)}${remedy}`;
}

function shown(span: Span): string {
  return `${utcTime(instantOfSeconds(span.from))} to ${utcTime(instantOfSeconds(span.to))} UTC`;
}
