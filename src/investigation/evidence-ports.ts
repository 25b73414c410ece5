import type { Evidence } from '../model/evidence.ts';
import type { AccountId, CaseId, Digest, Instant } from '../model/ids.ts';
import type { EventRef } from '../model/trail-event.ts';
import type { FoundEvent } from './seen-event.ts';

/** What events are looked up by. */
export type Pivot =
  | { readonly kind: 'access-key'; readonly accountId: AccountId; readonly accessKeyId: string }
  | { readonly kind: 'user'; readonly accountId: AccountId; readonly userName: string }
  /** The ARN of an assumed-role session. */
  | { readonly kind: 'session'; readonly accountId: AccountId; readonly sessionArn: string }
  /** In all watched accounts: an address has no account. */
  | { readonly kind: 'source-address'; readonly accountId: AccountId; readonly address: string }
  /** Calls that hand out temporary credentials in an account. */
  | { readonly kind: 'minting'; readonly accountId: AccountId };

/** A span of event time, both ends inclusive. */
export interface EvidenceSpan {
  readonly from: Instant;
  readonly to: Instant;
}

export interface FoundEvents {
  /** Newest first. */
  readonly events: readonly FoundEvent[];
  /** There were more than the limit: older ones were left out. */
  readonly more: boolean;
}

/** How far the event store can answer for an account. */
export interface ArchiveReach {
  /** The store holds what was published from here on; `null` where it holds nothing. */
  readonly coveredFrom: Instant | null;
  /** Windows in the span that have not been read completely. */
  readonly uncoveredWindows: number;
}

/** The event store, as evidence reads it. */
export interface EventArchive {
  events(refs: readonly EventRef[]): Promise<readonly FoundEvent[]>;
  /** @param before of what was found already, the last: only what comes after it in this order is wanted. */
  find(pivot: Pivot, span: EvidenceSpan, limit: number, before?: FoundEvent): Promise<FoundEvents>;
  reach(accountId: AccountId, span: EvidenceSpan): Promise<ArchiveReach>;
}

export type LookupReading =
  | {
      readonly kind: 'read';
      readonly events: readonly FoundEvent[];
      readonly more: boolean;
      /** Where the budget ended before the reading did: a sentence of ours. */
      readonly notAsked?: string;
    }
  /** `why` is a sentence of ours with the remedy. */
  | { readonly kind: 'unavailable'; readonly why: string };

/** LookupEvents, for the time that the event store does not reach. */
export interface TrailLookup {
  lookUp(pivot: Pivot, span: EvidenceSpan, asking: Asking): Promise<LookupReading>;
}

/** A page of LookupEvents' answer: each record's JSON text. */
export interface LookupPage {
  readonly records: readonly string[];
  readonly nextToken: string | null;
}

/**
 * How a piece of evidence asks AWS: within its case's budget, and never again for a page that was read before the work was
 * broken off.
 */
export interface Asking {
  /** Requests that the look at the case may make. */
  readonly budget: number;
  /** Takes so many requests of the budget; false where they are not left: then nothing is asked. Fails where the work is to end. */
  spend(requests: number): Promise<boolean>;
  /** The page that was read under that name; null where none was. */
  known(name: string): Promise<LookupPage | null>;
  keep(name: string, page: LookupPage): Promise<void>;
}

/** A piece of evidence that a look asks for. */
export interface PieceOfLook {
  readonly piece: Digest;
  readonly source: string;
  /** What it is about, as the log has it: whoever shows it makes it safe. */
  readonly about: string;
}

/** How far the latest look at a case has come, for people. */
export interface LookReport {
  readonly at: Instant;
  readonly ended: boolean;
  /** Requests to AWS that it has made, and how many it may make. */
  readonly asked: number;
  readonly budget: number;
  /** In the order in which they are asked for; more may follow from these. */
  readonly pieces: readonly (Omit<PieceOfLook, 'piece'> & {
    /** Null: it was not asked yet. */
    readonly availability: Evidence['availability'] | null;
    readonly why: string | null;
  })[];
}

/** How far the latest look at a case has come, so that a piece which is gathered again goes on from there. */
export interface LookMemory {
  /** Begins a look and forgets the one before; begun again at the same instant, it goes on. */
  begin(caseId: CaseId, at: Instant, budget: number): Promise<void>;
  /** Says what it asks for next, in this order, after what it has asked for before. */
  expect(caseId: CaseId, pieces: readonly PieceOfLook[]): Promise<void>;
  /** Says what has come of a piece. */
  tell(caseId: CaseId, piece: Digest, came: Pick<Evidence, 'availability' | 'why'>): Promise<void>;
  /** Counts requests, up to a budget; false where they would be more. */
  spend(caseId: CaseId, requests: number, budget: number): Promise<boolean>;
  page(caseId: CaseId, name: string): Promise<LookupPage | null>;
  keepPage(caseId: CaseId, name: string, page: LookupPage): Promise<void>;
  /** Ends it, without the pages, for what they showed is evidence now. @returns requests made. */
  end(caseId: CaseId): Promise<number>;
}

export interface UserKey {
  readonly accessKeyId: string;
  readonly status: 'Active' | 'Inactive';
  readonly createdAt: Instant | null;
}

/** An IAM user as IAM shows it now; `null` where a call was refused or failed, with the reason in `problems`. */
export interface UserState {
  readonly exists: boolean;
  readonly userId: string | null;
  readonly createdAt: Instant | null;
  readonly keys: readonly UserKey[] | null;
  readonly hasPassword: boolean | null;
  readonly mfaDevices: number | null;
  readonly attachedPolicies: readonly string[] | null;
  readonly inlinePolicies: readonly string[] | null;
  readonly groups: readonly string[] | null;
  /** What could not be read and why, a sentence of ours each. */
  readonly problems: readonly string[];
}

/** IAM, as evidence reads it. */
export interface IdentityReader {
  userState(accountId: AccountId, userName: string): Promise<UserState>;
}
