import type { AccountReads } from '../model/account.ts';
import type { CoverageFilter } from '../model/coverage.ts';

/** The one filter that polling may use, as LookupEvents has it. */
const writeOnly: CoverageFilter = { only: 'ReadOnly=false' };

/** How LookupEvents is asked for what is to be read of an account. */
export function filterFor(reads: AccountReads | undefined): CoverageFilter {
  return reads === 'write-only' ? writeOnly : 'all';
}

/** Whether what was read by one filter has in it all that the other would give. */
export function isAsWide(filter: CoverageFilter, other: CoverageFilter): boolean {
  return filter === 'all' || (other !== 'all' && filter.only === other.only);
}

export function isSameFilter(a: CoverageFilter, b: CoverageFilter): boolean {
  return isAsWide(a, b) && isAsWide(b, a);
}
