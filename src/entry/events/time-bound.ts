import { commandStartMs, instantOption } from '../cli/instant-option.ts';
import type { Instant } from '../../model/ids.ts';
import { instantOfMs } from '../../model/instant.ts';
import { dayMs } from '../../model/duration.ts';

/**
 * An end of a span of event time: a time in UTC (RFC 3339, a day), or how long ago (`7d`, `-2h`, `now-7d`, `now`).
 *
 * @param end where a day by itself means its first or its last moment.
 * @throws InvalidArgumentError
 */
export function timeBound(text: string, end: 'first' | 'last', now: number = commandStartMs): Instant {
  const trimmed = text.trim();
  if (trimmed === 'now') return instantOption('0s', now);
  if (/^\d{4}-\d\d-\d\d$/.test(trimmed) && end === 'last') return lastMomentOf(instantOption(trimmed, now));
  return instantOption(trimmed.replace(/^(?:now)?-(?=\d+[smhd]$)/, ''), now);
}

function lastMomentOf(day: Instant): Instant {
  return instantOfMs(Date.parse(day) + dayMs - 1);
}
