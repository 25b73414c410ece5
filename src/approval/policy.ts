import type { Instant } from '../model/ids.ts';

/** What it takes to have a plan carried out. Its digest is part of every plan's basis. */
export interface ApprovalPolicy {
  /** By so many different approvers, each for itself. */
  readonly approvalsNeeded: number;
}

/** The one policy that there is as yet. */
export const approvalPolicy: ApprovalPolicy = { approvalsNeeded: 1 };

/** What a verified statement says, as far as the policy asks. */
export interface Said {
  readonly approver: string;
  readonly verdict: 'approve' | 'reject';
  readonly actionIds: readonly string[];
  readonly issuedAt: Instant;
  readonly expiresAt: Instant;
}

export type PolicyJudgement =
  /** Those actions, and no others, may be carried out; nothing was missing from that instant on. */
  | { readonly kind: 'satisfied'; readonly actionIds: readonly string[]; readonly completeAt: Instant }
  | { readonly kind: 'rejected'; readonly by: string }
  | { readonly kind: 'open'; readonly approvalsMissing: number };

/**
 * The one judge of whether decisions suffice: asked where a decision comes in, and again where each change is made. Pure, and without
 * any look at signatures: whoever asks has verified the statements.
 *
 * A rejection by anyone ends the plan. An action may be carried out when enough approvers have chosen it, each counted once, by
 * statements that are valid at the given time.
 *
 * @param planned the plan's action IDs, in order
 */
export function judgeByPolicy(
  policy: ApprovalPolicy,
  planned: readonly string[],
  said: readonly Said[],
  time: Instant,
): PolicyJudgement {
  const valid = said.filter(({ expiresAt }) => Date.parse(expiresAt) > Date.parse(time));
  const rejection = valid.find(({ verdict }) => verdict === 'reject');
  if (rejection !== undefined) return { kind: 'rejected', by: rejection.approver };

  const approvalsOf = new Map(planned.map((id) => [id, approvalsFor(id, valid)]));
  const enough = [...approvalsOf].filter(([, approvals]) => approvals.size >= policy.approvalsNeeded);
  if (enough.length === 0) {
    const most = Math.max(0, ...[...approvalsOf.values()].map(({ size }) => size));
    return { kind: 'open', approvalsMissing: policy.approvalsNeeded - most };
  }
  const completeAt = enough
    .map(([, approvals]) => [...approvals.values()].toSorted()[policy.approvalsNeeded - 1])
    .filter((instant) => instant !== undefined)
    .toSorted()[0];
  return { kind: 'satisfied', actionIds: enough.map(([id]) => id), completeAt: completeAt ?? time };
}

/** Who approved an action, with the first instant at which each did. */
function approvalsFor(actionId: string, said: readonly Said[]): ReadonlyMap<string, Instant> {
  const approvals = new Map<string, Instant>();
  for (const { approver, actionIds, issuedAt } of said) {
    const known = approvals.get(approver);
    if (actionIds.includes(actionId) && (known === undefined || issuedAt < known)) approvals.set(approver, issuedAt);
  }
  return approvals;
}
