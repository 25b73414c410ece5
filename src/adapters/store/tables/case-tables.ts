import type { PlanStanding } from '../../../investigation/case/case-ports.ts';
import type { DecisionOutcome } from '../../../model/decision.ts';
import type { Evidence } from '../../../model/evidence.ts';
import type { Finding } from '../../../model/finding.ts';
import type { CaseId, Digest, Instant } from '../../../model/ids.ts';
import type { IdentityId, IdentityRole } from '../../../model/identity.ts';
import type { LookupPage } from '../../../investigation/evidence-ports.ts';
import type { JsonValue } from '../../../model/json.ts';
import type { Defaulted, Json } from './columns.ts';

/** What was looked at for a case, with its content. */
export interface EvidenceTable {
  case_id: CaseId;
  /** Of the content: the same sight twice is one row. */
  digest: Digest;
  kind: string;
  source: string;
  taken_at: Instant;
  availability: Evidence['availability'];
  why: string | null;
  content: Json<JsonValue>;
}

/** A conclusion with its facts and the events that prove it. */
export interface FindingsTable {
  case_id: CaseId;
  id: string;
  kind: string;
  sentence: string;
  direction: Finding['direction'];
  confidence: Finding['confidence'];
  techniques: Json<readonly string[]>;
  facts: Json<Finding['facts']>;
  proof: Json<Finding['proof']>;
  found_at: Instant;
}

/** A plan; its content is frozen, its standing is not. */
export interface PlansTable {
  digest: Digest;
  case_id: CaseId;
  version: number;
  /** What was written as a plan; whoever reads it opens it first. */
  plan: Json<unknown>;
  standing: PlanStanding;
  /** Digest of the plan that it takes back; null in a plan of the case itself. */
  undoes: Digest | null;
  /** Digest of the plan that was presented in its place; null while there is none. */
  superseded_by: Digest | null;
  /** While it is a draft: when it was made. */
  presented_at: Instant;
  /** Null where there is nothing to decide. */
  expires_at: Instant | null;
  /** Up to where in the sequence of publishing it takes in what had happened; null in one that undoes. */
  seen_seq: bigint | null;
}

/** A decision that came in, accepted or refused; of a refused one, what it says is a claim. */
export interface DecisionsTable {
  /** Over case, statement and outcome: judged again, it adds no row. */
  id: Digest;
  case_id: CaseId;
  decision_id: string | null;
  plan_digest: string | null;
  verdict: 'approve' | 'reject' | null;
  action_ids: Json<readonly string[]>;
  reason: string | null;
  approver: string | null;
  /** Null of a refused one. */
  jws: string | null;
  outcome: DecisionOutcome['kind'];
  refusal_code: string | null;
  remedy: string | null;
  at: Instant;
}

/** What a case's walk came to. */
export interface CaseIdentitiesTable {
  case_id: CaseId;
  identity_id: IdentityId;
  role: IdentityRole;
  /** What it did earlier is not the intruder's. */
  since: Instant;
  whole: boolean;
  /** It is in this open case and in no other; false for what several cases may have, and of cases that have ended. */
  held: boolean;
}

/** The calls that a case's alerts are about, one for each caller and address: where its walk begins. */
export interface CaseSeedsTable {
  case_id: CaseId;
  id: string;
  principal: IdentityId;
  identity: IdentityId;
  credential: IdentityId | null;
  source: string | null;
  at: Instant;
}

/** An approver's word that a way in of a case may stay, as it was signed: whoever reads it verifies it. */
export interface AcceptedWaysInTable {
  case_id: CaseId;
  way_in_id: string;
  jws: string;
  at: Instant;
}

/** Where a case's walk does not lead: a person has taken it out of the case. */
export interface CaseSeparationsTable {
  case_id: CaseId;
  identity_id: IdentityId;
}

/** The latest look at a case. */
export interface LooksTable {
  case_id: CaseId;
  /** When it was begun, as its workflow has it. */
  at: Instant;
  /** Requests to AWS so far. */
  asked: Defaulted<number>;
  /** Requests that it may make. */
  budget: Defaulted<number>;
  /** When it last came on. */
  moved_at: Instant;
  ended: Defaulted<boolean>;
}

/** What the latest look at a case asks for. */
export interface LookPiecesTable {
  case_id: CaseId;
  /** Of its source and pivot. */
  piece: Digest;
  /** Pieces are asked in this order. */
  place: number;
  source: string;
  /** What the log calls it. */
  about: string;
  /** Null: it was not asked yet. */
  availability: Evidence['availability'] | null;
  why: string | null;
}

/** Answers of LookupEvents that are not part of evidence yet; gone when the look ends. */
export interface LookupPagesTable {
  case_id: CaseId;
  name: string;
  page: Json<LookupPage>;
}

export interface CaseTables {
  accepted_ways_in: AcceptedWaysInTable;
  case_separations: CaseSeparationsTable;
  looks: LooksTable;
  look_pieces: LookPiecesTable;
  lookup_pages: LookupPagesTable;
  case_identities: CaseIdentitiesTable;
  case_seeds: CaseSeedsTable;
  evidence: EvidenceTable;
  findings: FindingsTable;
  plans: PlansTable;
  decisions: DecisionsTable;
}
