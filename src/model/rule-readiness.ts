import type { AccountId, Instant } from './ids.ts';

/** Learning is per rule and account: a `new_terms` rule knows nothing before its history is read. */
export interface RuleReadiness {
  readonly ruleId: string;
  readonly accountId: AccountId;
  readonly historyFrom: Instant;
  readonly ready: boolean;
}
