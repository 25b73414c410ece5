import type { Instant } from './ids.ts';
import type { IdentityId } from './identity.ts';
import type { EventRef } from './trail-event.ts';

export const linkKinds = [
  'assumed-role',
  'minted-session',
  'created-user',
  'created-key',
  'set-password',
  'signed-in',
  'made-role',
  'opened-trust',
  'ran-on-instance',
  'passed-role',
  'shared-with',
  'same-source',
] as const;
export type LinkKind = (typeof linkKinds)[number];

/** A step from one identity or credential to another. Proved by its events, or only likely: a likely one is shown, never followed. */
export interface Link {
  readonly from: IdentityId;
  readonly to: IdentityId;
  readonly how: LinkKind;
  readonly strength: 'proved' | 'likely';
  readonly at: Instant;
  readonly proof: readonly [EventRef, ...EventRef[]];
}
