import { activitySource } from './activity.ts';
import { suspectedUsers } from './suspected-users.ts';

/** Evidence: what the users did that the case is about, with whichever key or password. */
export const userActivity = activitySource('user-activity', 'user', (subject) => {
  const users = suspectedUsers(subject);
  const pivots = users.followed.map(({ accountId, name }) => ({ kind: 'user', accountId, userName: name }) as const);
  return { pivots, notFollowed: users.notFollowed };
});
