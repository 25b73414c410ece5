import { hourMs } from '../../model/duration.ts';
import type { Instant } from '../../model/ids.ts';
import { instantAfter } from '../../model/instant.ts';

/** How a session was begun, as far as it bounds how long it lasts. */
export type SessionOrigin = 'role' | 'user' | 'console';

/**
 * The longest that each kind of session lasts: a role's 12 h (IAM User Guide, "Using IAM roles"), those that GetSessionToken
 * and GetFederationToken give to a user's key 36 h (STS API reference), a console's 12 h.
 */
const longestMs: Readonly<Record<SessionOrigin, number>> = {
  role: 12 * hourMs,
  user: 36 * hourMs,
  console: 12 * hourMs,
};

/** When a session whose end no record gives has ended for certain. */
export function latestEnd(origin: SessionOrigin, from: Instant): Instant {
  return instantAfter(from, longestMs[origin]);
}
