import { notAsked, type Pivot, type UserState } from '../evidence-ports.ts';
import { sealEvidence } from './evidence-content.ts';
import type { EvidenceSource } from './evidence-source.ts';
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

/** Evidence: an IAM user's keys, password, MFA, policies and groups, as IAM shows them now. */
export const userState: EvidenceSource<Extract<Pivot, { kind: 'user' }>> = {
  kind: 'user-state',
  permissions,
  // One call each: IAM is asked in one place, whatever the number of regions.
  cost: () => permissions.length,
  pivots(subject) {
    const users = suspectedUsers(subject);
    return {
      pivots: users.followed.map(({ accountId, name }) => ({ kind: 'user', accountId, userName: name })),
      // Said by their activity.
      notFollowed: [],
    };
  },
  async gather({ accountId, userName }, { at, asking }, { identities }) {
    const state = (await asking.spend(permissions.length))
      ? await identities.userState(accountId, userName)
      : unknownState(notAsked('IAM', asking.budget));
    return sealEvidence({
      kind: 'user-state',
      source: 'IAM',
      takenAt: at,
      content: { ...state, accountId, userName },
      availability: availabilityOf(state.problems.length, state.keys !== null),
      why: state.problems.length === 0 ? undefined : state.problems.join(' '),
    });
  },
};

function unknownState(problem: string): UserState {
  const unknown = { userId: null, createdAt: null, keys: null, hasPassword: null, mfaDevices: null };
  return { exists: true, ...unknown, attachedPolicies: null, inlinePolicies: null, groups: null, problems: [problem] };
}

/** Without the keys, nothing can be planned: the rest is no substitute. */
function availabilityOf(problems: number, keysKnown: boolean): 'complete' | 'partial' | 'unavailable' {
  if (!keysKnown) return 'unavailable';
  return problems === 0 ? 'complete' : 'partial';
}
