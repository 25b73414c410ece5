import type { SeenEvent } from '../seen-event.ts';
import { activitySource } from './activity.ts';
import { followedNames } from './followed.ts';

/** Evidence: what the role sessions did that made the alerts' calls, with whichever credential. */
export const sessionActivity = activitySource('session-activity', 'session', ({ accountId, calls }) => {
  const sessions = followedNames('sessions', calls.map(sessionArn));
  const pivots = sessions.followed.map((arn) => ({ kind: 'session', accountId, sessionArn: arn }) as const);
  return { pivots, notFollowed: sessions.notFollowed };
});

function sessionArn({ identityArn }: SeenEvent): string | undefined {
  return identityArn?.includes(':assumed-role/') === true ? identityArn : undefined;
}
