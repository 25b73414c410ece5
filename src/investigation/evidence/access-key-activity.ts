import { isLongTermKey } from '../attribution.ts';
import { activitySource } from './activity.ts';
import { followedNames } from './followed.ts';

/** Evidence: what the keys did that signed the alerts' calls, and the long-term keys that proved to be behind them. */
export const accessKeyActivity = activitySource('access-key-activity', 'access-key', (subject) => {
  const { accountId, calls, attributions } = subject;
  const behind = attributions.flatMap(({ origins }) => origins.flatMap(({ mintedWith }) => mintedWith ?? []));
  const keys = followedNames('credentials', [
    ...calls.map((call) => call.accessKeyId),
    ...behind.filter((key) => isLongTermKey(key)),
  ]);
  const pivots = keys.followed.map((accessKeyId) => ({ kind: 'access-key', accountId, accessKeyId }) as const);
  return { pivots, notFollowed: keys.notFollowed };
});
