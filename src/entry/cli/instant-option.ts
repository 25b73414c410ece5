import { InvalidArgumentError } from 'commander';
import type { AccountId, Instant } from '../../model/ids.ts';

const unitMs: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * A point in time as an option takes it: `2026-11-24`, `2026-11-24T12:00:00Z`, or how long ago, as `90m`, `24h`, `7d`.
 *
 * @throws InvalidArgumentError
 */
export function instantOption(text: string, now: number = Date.now()): Instant {
  const ago = /^(?<count>\d{1,6})(?<unit>[smhd])$/.exec(text)?.groups;
  const ms =
    ago === undefined
      ? Date.parse(zoned(text))
      : now - Number(ago['count']) * (unitMs[ago['unit'] ?? ''] ?? Number.NaN);
  if (!Number.isFinite(ms)) {
    throw new InvalidArgumentError(
      'Give a time in UTC, 2026-11-24 or 2026-11-24T12:00:00Z, or how long ago: 90m, 24h, 7d.',
    );
  }
  return new Date(ms).toISOString().replace('.000Z', 'Z') as Instant;
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
