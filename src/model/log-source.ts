import type { AccountId, SourceId } from './ids.ts';

/** What is read: an account's region, by LookupEvents. */
export interface LookupSource {
  readonly kind: 'lookup';
  readonly id: SourceId;
  readonly accountId: AccountId;
  readonly region: string;
}

/** The ID of an account's region read by LookupEvents. */
export function lookupSourceId(accountId: AccountId, region: string): SourceId {
  return `lookup/${accountId}/${region}` as SourceId;
}
