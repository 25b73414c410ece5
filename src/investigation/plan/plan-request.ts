import type { AccountId, CaseId, Digest, Instant } from '../../model/ids.ts';
import type { NotKnownYet, Plan } from '../../model/plan.ts';
import type { SecretsSetting } from '../../response/action-module.ts';
import type { CaseMaterial } from '../case/case-material.ts';
import type { GatheredEvidence } from '../evidence/evidence-content.ts';

/** What a plan is made of. */
export interface PlanRequest {
  readonly caseId: CaseId;
  readonly version: number;
  /** What the case is assessed from. */
  readonly material: CaseMaterial;
  /** What was gathered for it at the last look. */
  readonly evidence: readonly GatheredEvidence[];
  /** Digest of the approval policy under which the plan is presented. */
  readonly policy: Digest;
  readonly secrets: SecretsSetting;
  /** Whether this installation's configuration lets it change an account; in others, nothing is proposed. */
  readonly mayChange: (accountId: AccountId) => boolean;
  /** The plan in hand, where there is one. */
  readonly presented: Plan | null;
  /** What AWS has not been asked yet. */
  readonly notKnownYet?: readonly NotKnownYet[];
  readonly now: Instant;
}
