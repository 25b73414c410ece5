import { InvalidArgumentError } from 'commander';
import { durationMs } from '../../model/duration.ts';
import type { AccountId, Instant } from '../../model/ids.ts';
import { trailInstantOfMs } from '../../model/instant.ts';

const units = ['s', 'm', 'h', 'd'] as const;

/** The moment from which a command counts: one for all its options, so that from 30 to 2 days ago are 28 days. In milliseconds. */
export const commandStartMs = Date.now();

/**
 * A point in time as an option takes it: `2026-11-24`, `2026-11-24T12:00:00Z`, or how long ago, as `90m`, `24h`, `7d`.
 *
 * @throws InvalidArgumentError
 */
export function instantOption(text: string, now: number = commandStartMs): Instant {
  return instantOf(text, (ms) => now - ms, 'how long ago');
}

/**
 * A point in time to come: a time in UTC, or after how long, as `90m`, `24h`, `7d`.
 *
 * @throws InvalidArgumentError
 */
export function instantAheadOption(text: string, now: number = commandStartMs): Instant {
  return instantOf(text, (ms) => now + ms, 'after how long');
}

/**
 * A length of time in milliseconds: `30s`, `5m`, `24h`, `7d`.
 *
 * @throws InvalidArgumentError
 */
export function durationOption(text: string): number {
  const ms = durationMs(text, units);
  if (ms === undefined || ms < 1000) throw new InvalidArgumentError('Give a length of time: 30s, 5m, 24h, 7d.');
  return ms;
}

function instantOf(text: string, at: (ms: number) => number, relative: string): Instant {
  const length = durationMs(text, units);
  const ms = length === undefined ? Date.parse(zoned(text)) : at(length);
  // No date is that far, however whole the number.
  if (Number.isNaN(new Date(ms).getTime())) {
    throw new InvalidArgumentError(
      `Give a time in UTC, 2026-11-24 or 2026-11-24T12:00:00Z, or ${relative}: 90m, 24h, 7d.`,
    );
  }
  return trailInstantOfMs(ms);
}

/** A time without a zone is UTC, whatever the machine's own zone. */
function zoned(text: string): string {
  return /^\d{4}-\d\d-\d\dT[\d:.]+$/.test(text) ? `${text}Z` : text;
}

/**
 * An AWS account's ID as an option or argument takes it.
 *
 * @throws InvalidArgumentError
 */
export function accountIdOption(text: string): AccountId {
  if (!/^\d{12}$/.test(text)) throw new InvalidArgumentError('An AWS account ID has twelve digits.');
  return text as AccountId;
}
