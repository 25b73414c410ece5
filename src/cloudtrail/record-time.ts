import { minuteMs } from '../model/duration.ts';

/**
 * A record's time in milliseconds; ISO 8601 in its extended and its basic form (`20131102T010628Z`), which CloudTrail uses
 * for session creation. `undefined` where it is no time.
 */
export function recordTimeMs(text: string): number | undefined {
  if (plainTime.test(text)) return Date.parse(text);
  const match =
    /^(\d{4})-?(\d{2})-?(\d{2})[T ](\d{2}):?(\d{2})(?::?(\d{2})(?:[.,](\d{1,9}))?)?(Z|[+-]\d{2}:?\d{2})?$/.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second = '00', fraction = '0', zone = 'Z'] = match;
  const utc = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  // Date.UTC carries over what is too much: the 31st of a short month, hour 24.
  const date = new Date(utc);
  const isWritten =
    date.getUTCFullYear() === Number(year) &&
    date.getUTCMonth() === Number(month) - 1 &&
    date.getUTCDate() === Number(day) &&
    date.getUTCHours() === Number(hour) &&
    date.getUTCMinutes() === Number(minute) &&
    date.getUTCSeconds() === Number(second);
  if (!isWritten) return undefined;
  return utc + Math.trunc(Number(`0.${fraction}`) * 1000) - zoneOffsetMs(zone);
}

/** Nearly all times, but for days that only some months have: they are valid as they stand. */
const plainTime = /^(?:19|20|21)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/;

/** A time as ECS documents carry it: UTC, with milliseconds. */
export function ecsTime(text: string): string | undefined {
  if (plainTime.test(text)) return `${text.slice(0, -1)}.000Z`;
  const ms = recordTimeMs(text);
  return ms === undefined ? undefined : new Date(ms).toISOString();
}

function zoneOffsetMs(zone: string): number {
  if (zone === 'Z') return 0;
  const digits = zone.slice(1).replace(':', '');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2));
  return (zone.startsWith('-') ? -1 : 1) * minutes * minuteMs;
}
