import type { AccountId, CaseId, Instant } from '../model/ids.ts';

/** A key of a response that may be live though nobody has its secret, because settling it is held up. */
export interface UnsettledKeys {
  readonly intentId: string;
  readonly caseId: CaseId;
  readonly actionId: string;
  readonly accountId: AccountId;
  readonly userName: string;
  /** Access key IDs, as far as they are known: none where it is not even known whether a key was made. */
  readonly accessKeyIds: readonly string[];
  /** What holds it up, and what to do: a sentence of ours. */
  readonly why: string;
  readonly since: Instant;
}

/** Where it is seen, by the case that must not close over it and by whoever looks at the case. */
export interface UnsettledKeyBoard {
  /** Puts up what is held up, or what has changed about it; true where it says something new. */
  hold(keys: UnsettledKeys): Promise<boolean>;
  /** Takes it down. */
  release(intentId: string, at: Instant): Promise<void>;
}
