import type { Digest, Instant } from './ids.ts';

/** What was looked at, or why it could not be; the content is in the store, under the digest. */
export interface Evidence {
  readonly digest: Digest;
  readonly kind: string;
  readonly source: string;
  readonly takenAt: Instant;
  readonly availability: 'complete' | 'partial' | 'unavailable';
  readonly why?: string;
}
