import { type EvidencePivot } from './evidence-pivot.ts';
import type { Actor } from '../../model/actor.ts';
import type { AccountId, Instant } from '../../model/ids.ts';
import type { TracedAttribution } from '../attribution.ts';
import type { Asking, EventArchive, EvidenceSpan, IdentityReader, TrailLookup } from '../evidence-ports.ts';
import type { SeenEvent } from '../seen-event.ts';
import type { ClaimedAlert } from './alert-events-content.ts';
import type { EvidenceKind, GatheredEvidence } from './evidence-content.ts';
import type { NotFollowed } from './followed.ts';

/** What a case is about, as far as its evidence has come. */
export interface CaseSubject {
  readonly actor: Actor;
  /** The account that it began in; `null` where neither the actor nor an event says so yet. */
  readonly accountId: AccountId | null;
  /** The alerts' events: those that left something behind or were refused first, those that are only imported last. */
  readonly calls: readonly SeenEvent[];
  readonly attributions: readonly TracedAttribution[];
}

/** The pivots of a case, the most telling first, and how many more there are. */
export interface PivotsOf<P extends EvidencePivot> {
  readonly pivots: readonly P[];
  readonly notFollowed: readonly NotFollowed[];
}

/** What gathering needs from the world. */
export interface GatheringPorts {
  readonly archive: EventArchive;
  /** Without it, what lies before the event store's reach is said to be missing. */
  readonly lookup?: TrailLookup;
  readonly identities: IdentityReader;
}

/** One look at a case: the same for every piece of it, also where a piece is gathered again. */
export interface Look {
  readonly alerts: readonly ClaimedAlert[];
  readonly span: EvidenceSpan;
  readonly at: Instant;
  readonly asking: Asking;
}

/** A kind of evidence: what a case has of it, how a piece is gathered, and what that takes. */
export interface EvidenceSource<P extends EvidencePivot = EvidencePivot> {
  readonly kind: EvidenceKind;
  pivots(subject: CaseSubject): PivotsOf<P>;
  /** Fails only where the store or the machine does: what AWS refuses or the budget leaves out is said in the evidence. */
  gather(pivot: P, look: Look, ports: GatheringPorts): Promise<GatheredEvidence>;
  /** IAM permissions of the account's evidence role that it uses. */
  readonly permissions: readonly string[];
  /** Requests to AWS that a piece takes at most, in an account of so many regions. */
  cost(regions: number): number;
}
