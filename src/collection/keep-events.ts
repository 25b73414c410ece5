import { dayMs } from '../model/duration.ts';
/**
 * How long events are kept, in milliseconds: as configured, and always a day longer than the longest window of a rule, which
 * must find in the store what it compares with.
 */
export function keepEventsMs(
  configuredMs: number,
  rules: readonly { readonly matcher: { readonly horizonMs: number } }[],
): number {
  return rules.reduce((longest, { matcher }) => Math.max(longest, matcher.horizonMs + dayMs), configuredMs);
}
