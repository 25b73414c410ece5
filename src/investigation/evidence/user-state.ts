import type { SeenEvent } from '../seen-event.ts';
import { unreadUserState } from '../users/unread-user-state.ts';
import { userNamesIn } from '../users/user-names.ts';
import type { EventArchive, Pivot, UserState } from '../evidence-ports.ts';
import { budgetSpent } from './budget-spent.ts';
import { sealEvidence } from './evidence-content.ts';
import type { EvidenceSource, Look } from './evidence-source.ts';
import { foundPages } from './found-pages.ts';
import { ReadableEvents } from './readable-events.ts';
import { suspectedUsers } from './suspected-users.ts';

const permissions = [
  'iam:GetLoginProfile',
  'iam:GetUser',
  'iam:ListAccessKeys',
  'iam:ListAttachedUserPolicies',
  'iam:ListGroupsForUser',
  'iam:ListMFADevices',
  'iam:ListUserPolicies',
] as const;

type UserPivot = Extract<Pivot, { kind: 'user' }>;

/** Evidence: an IAM user's keys, password, MFA, policies and groups, as IAM shows them now. */
export const userState: EvidenceSource<UserPivot> = {
  kind: 'user-state',
  permissions,
  // One call each, and again for who was renamed: IAM is asked in one place, whatever the number of regions.
  cost: () => 2 * permissions.length,
  pivots(subject) {
    const users = suspectedUsers(subject);
    return {
      pivots: users.followed.map(({ accountId, name }) => ({ kind: 'user', accountId, userName: name })),
      // Said by their activity.
      notFollowed: [],
    };
  },
  async gather(pivot, look, { identities, archive }) {
    async function ask(userName: string): Promise<UserState> {
      return (await look.asking.spend(permissions.length))
        ? await identities.userState(pivot.accountId, userName)
        : unreadUserState(budgetSpent('IAM', look.asking.budget));
    }
    const asked = await ask(pivot.userName);
    const newName = asked.exists ? pivot.userName : await latestName(pivot, look, archive);
    const state = withinLimits(newName === pivot.userName ? asked : await ask(newName));
    return sealEvidence({
      kind: 'user-state',
      source: 'IAM',
      takenAt: look.at,
      content: { ...state, accountId: pivot.accountId, userName: newName },
      availability: availabilityOf(state.problems.length, state.keys !== null),
      why: state.problems.length === 0 ? undefined : state.problems.join(' '),
    });
  },
};

/** More than AWS allows a user of anything, or names anything by: what answers with more is not as IAM is. */
const listLimit = 500;
const nameLimit = 2_048;

/** A state that has no more of anything than is kept, and says what it left out. */
function withinLimits(state: UserState): UserState {
  const problems: string[] = [];
  function within<T>(what: string, list: readonly T[] | null, nameOf: (each: T) => string): readonly T[] | null {
    const kept = list?.filter((each) => nameOf(each).length <= nameLimit).slice(0, listLimit) ?? null;
    const leftOut = (list?.length ?? 0) - (kept?.length ?? 0);
    if (leftOut > 0) problems.push(`${leftOut} of ${list?.length ?? 0} ${what} that IAM lists are not kept here.`);
    return kept;
  }
  return {
    ...state,
    keys: within('access keys', state.keys, ({ accessKeyId }) => accessKeyId),
    attachedPolicies: within('attached policies', state.attachedPolicies, (each) => each),
    inlinePolicies: within('inline policies', state.inlinePolicies, (each) => each),
    groups: within('groups', state.groups, (each) => each),
    problems: [...state.problems, ...problems],
  };
}

/** IAM knows nobody by a name any more whose user renamed itself: it is the same user, with the same keys. */
async function latestName(pivot: UserPivot, { span }: Look, archive: EventArchive): Promise<string> {
  const read = new ReadableEvents();
  const events: SeenEvent[] = [];
  for await (const page of foundPages(archive, pivot, span)) {
    events.push(...read.read(page).filter(({ effects }) => effects.some(({ kind }) => kind === 'user-renamed')));
  }
  return userNamesIn(events).latest(pivot, span.from);
}

/** Without the keys, nothing can be planned: the rest is no substitute. */
function availabilityOf(problems: number, keysKnown: boolean): 'complete' | 'partial' | 'unavailable' {
  if (!keysKnown) return 'unavailable';
  return problems === 0 ? 'complete' : 'partial';
}
