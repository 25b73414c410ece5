import type { Instant } from './ids.ts';

/** A span of event time, whole seconds, both ends inclusive, as LookupEvents has it. */
export interface Window {
  readonly from: Instant;
  readonly to: Instant;
}

/** `covered` means read completely, never "AWS delivered everything". */
export type CoverageState = 'due' | 'reading' | 'covered' | 'failed' | 'beyond-retention';
export type ReadReason = 'live' | 'gap' | 'sweep' | 'backfill';
/** What was left out is part of the truth: `only` names the LookupEvents filter that was used. */
export type CoverageFilter = 'all' | { readonly only: string };
