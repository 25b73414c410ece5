import type { Account } from '../model/account.ts';
import type { AccountId, CaseId, Instant } from '../model/ids.ts';

/** Until when things are kept. */
export interface PruneLimits {
  /** Events before this go, with what belongs to them. */
  readonly eventsBefore: Instant;
  /** Calls of ours and reads before this go. */
  readonly callsBefore: Instant;
  /** Milliseconds since 1970: nothing is begun after it, and the next time goes on. */
  readonly deadline: number;
}

/** What was deleted. */
export interface Pruned {
  /** Days of events, each as a whole. */
  readonly days: number;
  /** Events that were deleted one by one. */
  readonly events: number;
  readonly calls: number;
  readonly reads: number;
  /** True where the time was up, or a table was held by others, before all was done. */
  readonly left: boolean;
}

/** What is done about once a day, or when there is something to do: rules are warmed until they know what came before them. */
export type Chore = 'prune' | 'discover-regions' | 'warm-rules';

const caseTroubleKinds = ['case-taken-up', 'case-stuck', 'case-reopened'] as const;

/** An open case that was taken up again, makes no progress, or was opened again because it is not contained any more. */
export interface CaseTrouble {
  readonly kind: (typeof caseTroubleKinds)[number];
  readonly caseId: CaseId;
  readonly since: Instant;
  /** How its workflow was lost, or what was found of one that had closed as contained. */
  readonly how: string | null;
}

/** Whether an operational alert is about a case. */
export function isCaseTrouble(kind: string): kind is CaseTrouble['kind'] {
  return caseTroubleKinds.some((known) => known === kind);
}

export interface UpkeepState {
  readonly caseTroubles: readonly CaseTrouble[];
  readonly choresDue: readonly Chore[];
  /** Accounts whose regions could not be listed, and why. */
  readonly regionTroubles: readonly { readonly accountId: AccountId; readonly sentence: string }[];
  readonly heldBack: readonly HeldBackAlerts[];
  /** IDs of the rules that are still to learn what came before them. */
  readonly rulesWarming: readonly string[];
}

/** Alerts of a rule that no case takes yet, because the rule gave `max_signals` within its interval. */
export interface HeldBackAlerts {
  readonly ruleId: string;
  readonly ruleName: string;
  readonly alerts: number;
  /** When the oldest of them was recorded. */
  readonly oldest: Instant;
}

/** The store, as its upkeep needs it. */
export interface UpkeepStore {
  /** What is due, and what keeps regions from being found. */
  state(now: Instant): Promise<UpkeepState>;
  prune(limits: PruneLimits): Promise<Pruned>;
  /** Writes down that a chore was done, so that it is due again a day later. */
  choreDone(chore: Chore, at: Instant): Promise<void>;
  /** The watched accounts whose regions are those that AWS lists. */
  discoveringAccounts(): Promise<readonly Account[]>;
  /** Reads these regions of the account from now on, and no others; the ledgers of all stay. */
  setRegions(account: Account, regions: readonly string[], trouble: string | null, now: Instant): Promise<void>;
}

/** Asks AWS which regions an account has enabled; never throws for what AWS or the network does. */
export interface RegionLister {
  enabledRegions(account: Account): Promise<RegionAnswer>;
}

export type RegionAnswer =
  | { readonly kind: 'listed'; readonly regions: readonly string[] }
  /** `sentence` names the missing permission where that is the cause. */
  | { readonly kind: 'unknown'; readonly denied: boolean; readonly sentence: string };
