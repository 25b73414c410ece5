import type { Action } from '../model/action.ts';
import type { Actor } from '../model/actor.ts';
import type { AccountId, CaseId, Digest, Instant } from '../model/ids.ts';
import type { Plan } from '../model/plan.ts';
import type { SecretsSetting } from '../response/action-module.ts';
import type { GatheredEvidence } from './evidence/evidence-content.ts';

/** What a plan is made of. */
export interface PlanRequest {
  readonly caseId: CaseId;
  readonly version: number;
  readonly actor: Actor;
  readonly evidence: readonly GatheredEvidence[];
  /** Digest of the approval policy under which the plan is presented. */
  readonly policy: Digest;
  readonly secrets: SecretsSetting;
  /** Whether this installation's configuration lets it change an account; in others, nothing is proposed. */
  readonly mayChange: (accountId: AccountId) => boolean;
  /** The plan in hand, where there is one. */
  readonly presented: Plan | null;
  /** What a response of the case has done already, and is watched: it is not proposed again. */
  readonly done: readonly Action[];
  readonly now: Instant;
}
