import type { Command } from 'commander';
import type { Instant } from '../../model/ids.ts';
import { currentInstant } from '../../model/instant.ts';
import { utcTime } from '../../model/utc-time.ts';

interface SpanOptions {
  readonly from?: Instant;
  readonly since?: Instant;
  readonly to?: Instant;
}

/**
 * Has every command refuse a span of time that ends before it begins, or has not begun: its answer would be empty, as if nothing had been
 * there.
 */
export function refuseReversedSpans(program: Command): void {
  program.hook('preAction', (_, command) => {
    const { since, from = since, to } = command.opts<SpanOptions>();
    if (from !== undefined && to !== undefined && Date.parse(from) > Date.parse(to))
      command.error(`error: the time from ${from} to ${to} ends before it begins: --to is the later one`);
    if (from !== undefined && to === undefined && Date.parse(from) > Date.now())
      command.error(`error: the time from ${from} on is still to come: it is ${utcTime(currentInstant())} UTC now`);
  });
}
