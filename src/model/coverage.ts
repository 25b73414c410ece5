import type { Instant, SourceId } from './ids.ts';

/** A span of event time, whole seconds, both ends inclusive, as LookupEvents has it. */
export interface Window {
  readonly from: Instant;
  readonly to: Instant;
}

export type CoverageState = 'due' | 'reading' | 'covered' | 'failed' | 'beyond-retention';
export type ReadReason = 'live' | 'gap' | 'sweep' | 'backfill';
/** What was left out is part of the truth: `only` names the LookupEvents filter that was used. */
export type CoverageFilter = 'all' | { readonly only: string };

/** "covered" means read completely, never "AWS delivered everything". */
export interface Coverage {
  readonly sourceId: SourceId;
  readonly window: Window;
  readonly state: CoverageState;
  readonly filter: CoverageFilter;
}

/** One pass over a span of a log source; a sweep's span covers many windows. */
export interface Read {
  readonly readId: string;
  readonly sourceId: SourceId;
  readonly span: Window;
  readonly reason: ReadReason;
  readonly at: Instant;
  readonly pages: number;
  readonly records: number;
  readonly newRecords: number;
  readonly throttles: number;
  readonly requestIds: readonly string[];
}

/** A call of ours that AWS answered; CloudTrail must show it too. */
export interface OwnCall {
  readonly awsRequestId: string;
  readonly operation: string;
  readonly at: Instant;
  readonly intentId?: string;
}
