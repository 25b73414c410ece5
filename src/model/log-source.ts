import type { AccountId, SourceId } from './ids.ts';

/** What is read: an account's region by LookupEvents, an event queue, a trail's files, or an import. */
export type LogSource =
  | { readonly kind: 'lookup'; readonly id: SourceId; readonly accountId: AccountId; readonly region: string }
  | { readonly kind: 'queue'; readonly id: SourceId; readonly url: string }
  | { readonly kind: 'trail'; readonly id: SourceId; readonly bucket: string; readonly prefix: string }
  | { readonly kind: 'import'; readonly id: SourceId; readonly label: string };

export type LookupSource = Extract<LogSource, { kind: 'lookup' }>;

/** The ID of an account's region read by LookupEvents. */
export function lookupSourceId(accountId: AccountId, region: string): SourceId {
  return `lookup/${accountId}/${region}` as SourceId;
}
