import type { Instant } from './ids.ts';
import type { IdentityId, IdentityRole } from './identity.ts';
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

/** What stays when whoever did it is gone: the rest are sessions, which busy callers hand out by the thousand. */
export const lastingKinds: ReadonlySet<LinkKind> = new Set([
  'created-user',
  'created-key',
  'set-password',
  'made-role',
  'opened-trust',
  'shared-with',
]);

/** A step from one identity or credential to another. Proved by its events, or only likely: a likely one is shown, never followed. */
export interface Link {
  readonly from: IdentityId;
  readonly to: IdentityId;
  readonly how: LinkKind;
  readonly strength: 'proved' | 'likely';
  readonly at: Instant;
  readonly proof: readonly [EventRef, ...EventRef[]];
  /** What part the far end plays for whoever took the step. */
  readonly as?: Exclude<IdentityRole, 'suspect'>;
  /** What the step leads through: the role that was assumed, the provider that vouched for the caller, the owner of a new key. */
  readonly via?: readonly IdentityId[];
  /** The credential that the call was made with: an access key, or a console session. */
  readonly madeWith?: IdentityId;
  /** The credential that the call handed out. */
  readonly gave?: IdentityId;
  /** When credentials that a service had of the role end, as their own records say, by key: of sessions that the step led to. */
  readonly ends?: Readonly<Record<string, Instant>>;
  /** Whom a trust lets in, as its policy names them. */
  readonly letsIn?: readonly string[];
  /** The address that the call came from. */
  readonly source?: string;
  /** The call's ID where two accounts each have a record of it. */
  readonly sharedEventId?: string;
}
