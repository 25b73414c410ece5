import type { AccountId } from './ids.ts';
import type { EventRef } from './trail-event.ts';

/** Who is behind a credential, as far as proved; keyed by unique ID (AIDA..., AROA...) where known, for names are reused. */
export type Actor =
  | { readonly kind: 'person'; readonly directory: string; readonly userId: string; readonly name?: string }
  | { readonly kind: 'user'; readonly accountId: AccountId; readonly userId?: string; readonly name: string }
  | { readonly kind: 'root'; readonly accountId: AccountId }
  | {
      readonly kind: 'role-session';
      readonly accountId: AccountId;
      readonly roleId?: string;
      readonly roleName: string;
      readonly sessionName: string;
    }
  | { readonly kind: 'external'; readonly accountId: AccountId; readonly principal: string }
  | { readonly kind: 'service'; readonly name: string }
  | {
      readonly kind: 'unresolved-key';
      readonly accountId: AccountId;
      /** Empty where the record has none. */
      readonly accessKeyId: string;
      /** Without a key: by what callers whom records do not name are told apart. */
      readonly seenAs?: string;
    };

export interface AttributionHop {
  readonly from: Actor;
  readonly to: Actor;
  readonly proof: EventRef;
}

/** From the credential towards the person, each hop with the record that proves it. */
export interface Attribution {
  readonly actor: Actor;
  readonly hops: readonly AttributionHop[];
  readonly end: 'proved' | 'unprovable';
}
