import type { IdentityId } from '../../model/identity.ts';

/** Where the walk stopped, and why: shown with the case. */
export type WalkLimit =
  /** More sessions came of it than one intruder needs: those without alerts are others' work. */
  | { readonly kind: 'crowd'; readonly at: IdentityId; readonly sessions: number }
  /** A session name that several callers use: the one behind this use is not known. */
  | { readonly kind: 'shared-session'; readonly at: IdentityId; readonly makers: number }
  /** A service began sessions with a role before it was handed over too: those after may be of whatever it ran all along. */
  | { readonly kind: 'handed-before'; readonly at: IdentityId; readonly sessions: number }
  /** Who made it is another question than who uses it. */
  | { readonly kind: 'made-by'; readonly at: IdentityId; readonly maker: IdentityId }
  | { readonly kind: 'too-many'; readonly at: IdentityId }
  /** The intruder set the password; by whom of the two some sessions since were used is not on record. */
  | { readonly kind: 'password-known'; readonly at: IdentityId; readonly uses: number }
  /** It did so much that only the latest is looked through, and what `LinkIndex` has of it besides. */
  | { readonly kind: 'latest-only'; readonly at: IdentityId }
  /** A person has given it a case of its own. */
  | { readonly kind: 'taken-out'; readonly at: IdentityId };
