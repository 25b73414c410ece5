import type { Instant } from '../model/ids.ts';
import type { ByHand } from '../model/plan.ts';
import { compareInstants } from '../model/instant.ts';
import type { DeniedOwner, SuspectKey } from '../response/action-module.ts';
import { denialPolicyName } from '../response/actions/user-denial.ts';
import { assessCase } from './case/assess-case.ts';
import type { CaseMaterial, IdentityState } from './case/case-material.ts';
import type { ThingKey } from './effects/effect.ts';
import { thing } from './effects/thing.ts';
import type { PlanRequest } from './plan/plan-request.ts';
import { containment } from './ways-in/containment.ts';

/** Denials of ours that make the new keys of their users useless: those that may go with the new key, and those that have to stay. */
export interface OwnerDenials {
  readonly liftable: readonly DeniedOwner[];
  readonly byHand: readonly ByHand[];
}

/**
 * A new key is refused as long as a denial of the case is on its user. It may be lifted with the new key where nothing would be open
 * without it; where it alone closes something, such as a session of the user that has not ended, it stays, and people are told until when.
 */
export function ownerDenials(
  { caseId, material }: Pick<PlanRequest, 'caseId' | 'material'>,
  keys: readonly SuspectKey[],
): OwnerDenials {
  const policyName = denialPolicyName(caseId);
  const judged = keys.flatMap((key): readonly OwnerDenials[] => {
    const policy = thing.policy(key.accountId, { kind: 'user', name: key.userName }, policyName);
    if (!isThere(policy, key, policyName, material)) return [];
    const { accountId, userName } = key;
    const kept = keptOutBy(policy, material);
    return kept === null
      ? [{ liftable: [{ key, policyName }], byHand: [] }]
      : [{ liftable: [], byHand: [{ kind: 'denial-stays', accountId, userName, policyName, ...kept }] }];
  });
  return {
    liftable: judged.flatMap(({ liftable }) => liftable),
    byHand: judged.flatMap(({ byHand }) => byHand),
  };
}

/** As IAM showed it last; what we put on or took off since then counts as verified. */
function isThere(
  policy: ThingKey,
  { accountId, userName }: SuspectKey,
  policyName: string,
  { closures = [], reopenings = [], identityState }: CaseMaterial,
): boolean {
  const putOn = latest(closures.filter(({ whileThere }) => whileThere === policy).map(({ at }) => at));
  const lifted = latest(reopenings.filter(({ things }) => things.includes(policy)).map(({ at }) => at));
  const shown = latestState(identityState, accountId, userName);
  const shownAt = Date.parse(shown?.takenAt ?? '');
  if (shown?.inlinePolicies && shownAt > Math.max(putOn, lifted)) return shown.inlinePolicies.includes(policyName);
  return putOn > lifted;
}

function latestState(states: readonly IdentityState[], accountId: string, userName: string): IdentityState | undefined {
  return states
    .filter((each) => each.accountId === accountId && each.userName === userName)
    .toSorted((a, b) => compareInstants(a.takenAt, b.takenAt))
    .at(-1);
}

function latest(instants: readonly Instant[]): number {
  return Math.max(Number.NEGATIVE_INFINITY, ...instants.map((at) => Date.parse(at)));
}

/** How many ways in the denial alone keeps closed, and until when, where they end by themselves; null where there is none. */
function keptOutBy(
  policy: ThingKey,
  material: CaseMaterial,
): { readonly waysIn: number; readonly until: Instant | null } | null {
  const reopenings = [...(material.reopenings ?? []), { things: [policy], at: material.now }];
  const { left } = containment(assessCase({ ...material, reopenings }).waysIn);
  if (left.length === 0) return null;
  const ends = left.flatMap(({ until }) => (until === 'until-removed' || until === 'unknown' ? [] : [until]));
  const last = ends.toSorted(compareInstants).at(-1);
  return { waysIn: left.length, until: ends.length === left.length && last !== undefined ? last : null };
}
