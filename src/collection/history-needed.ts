import { dayMs } from '../model/duration.ts';
/** LookupEvents keeps 90 days (its guide); a day is left for the reading itself. */
const longestMs = 89 * dayMs;

/** A rule as far as its need for history goes. */
interface RuleWithHorizon {
  readonly matcher: { readonly horizonMs: number; readonly learns?: boolean };
}

/**
 * How far back, in milliseconds, a new account's history is read: as far as the rules that learn look back, and a day more, so
 * that they can judge what happened shortly before the account was added.
 *
 * @param atLeastMs what the configuration asks for; more is read where a rule needs it.
 */
export function historyNeededMs(rules: readonly RuleWithHorizon[], atLeastMs: number): number {
  const horizons = rules
    .filter(({ matcher }) => matcher.learns === true)
    .map(({ matcher }) => matcher.horizonMs + dayMs);
  return Math.min(longestMs, Math.max(atLeastMs, ...horizons));
}
