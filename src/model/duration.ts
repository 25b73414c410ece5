import { counted } from './counted.ts';

/** Units of time by what they are written with; a week is the longest that has a length of its own. */
const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
export type DurationUnit = keyof typeof unitMs;

export const minuteMs = unitMs.m;
export const hourMs = unitMs.h;
export const hourS = unitMs.h / unitMs.s;
export const dayMs = unitMs.d;

/**
 * A duration such as `500ms`, `5m` or `7d` in milliseconds.
 *
 * @param units those that may be written where it stands.
 * @returns undefined where the text is no duration, or has another unit.
 */
export function durationMs(text: string, units: readonly DurationUnit[]): number | undefined {
  const { amount, unit } = /^(?<amount>\d{1,9})(?<unit>[a-z]+)$/.exec(text)?.groups ?? {};
  const each = unitLengthMs(unit ?? '', units);
  return amount === undefined || each === undefined ? undefined : Number(amount) * each;
}

/** How long a unit is, in milliseconds; undefined where it is none of those that may be written there. */
export function unitLengthMs(text: string, units: readonly DurationUnit[]): number | undefined {
  const unit = units.find((each) => each === text);
  return unit === undefined ? undefined : unitMs[unit];
}

const said = [
  [dayMs, 'day'],
  [hourMs, 'hour'],
  [minuteMs, 'minute'],
  [unitMs.s, 'second'],
] as const;

/** A duration in the longest unit of which it is a whole number: `5 days`, `36 hours`, `90 seconds`, `1 minute`. */
export function durationInWords(ms: number): string {
  const [each, noun] = said.find(([length]) => ms >= length && ms % length === 0) ?? [1, 'millisecond'];
  const count = ms / each;
  return counted(count, noun);
}
