import type { UserState } from '../evidence-ports.ts';

/** What is known of a user that IAM was not asked about, or gave no answer of: that it may be there, and why no more. */
export function unreadUserState(problem: string): UserState {
  return {
    exists: true,
    userId: null,
    createdAt: null,
    keys: null,
    hasPassword: null,
    mfaDevices: null,
    attachedPolicies: null,
    inlinePolicies: null,
    groups: null,
    problems: [problem],
  };
}
