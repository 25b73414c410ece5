import type { ApproverKey } from '../src/approval/approver-key.ts';
import type { AuditLog } from '../src/audit/audit-log.ts';
import type { CaseStore, ResponseEnds } from '../src/investigation/case/case-ports.ts';
import type { EventArchive, LookMemory } from '../src/investigation/evidence-ports.ts';
import type { SignedDecision } from '../src/model/decision.ts';
import type { AccountId, Instant } from '../src/model/ids.ts';
import type { Plan } from '../src/model/plan.ts';
import type { ActionTaken } from '../src/response/undo-plan.ts';

/** What investigating needs from the world, and the settings that it goes by. */
export interface InvestigatePorts {
  readonly archive: EventArchive;
  readonly cases: CaseStore;
  readonly responses: ResponseEnds;
  readonly auditLog: AuditLog;
  /** What the response to a plan has done, by what the responder alone can write. */
  readonly actionsTaken: (plan: Plan) => Promise<readonly ActionTaken[]>;
  /** Has the responder's own register remember a signed rejection. */
  readonly spendRejection: (signed: SignedDecision) => Promise<void>;
  /** Has it remember that a signed decision was refused: nothing is begun by it any more. */
  readonly voidDecision: (signed: SignedDecision) => Promise<void>;
  /** From configuration, never from Temporal or the store. */
  readonly approverKeys: readonly ApproverKey[];
  /** Whether an error is trouble that passes by itself: of the store or the network. */
  readonly isPassing: (error: unknown) => boolean;
  readonly looks: Pick<LookMemory, 'begin'>;
  readonly settings: {
    /** This installation: the audience of decisions. */
    readonly audience: string;
    /** How long a presented plan waits for a decision. */
    readonly approvalExpiresAfterMs: number;
    /** How long a contained key is watched. */
    readonly watchMs: number;
    /** How long after IAM shows a key as inactive a call may still go through; IAM is eventually consistent. */
    readonly watchGraceMs: number;
    /** How far before the first alert evidence is looked for. */
    readonly lookBackMs: number;
    /** Requests to AWS that one look at a case may make. */
    readonly requestsPerLook: number;
    /** So long after a look at a case, new alerts wait for the next; longer while they keep coming. */
    readonly lookAgainAfterMs: number;
    readonly secrets: { readonly namePrefix: string; readonly region: string };
    /** From configuration: whether an account may be changed. */
    readonly mayChange: (accountId: AccountId) => boolean;
  };
  readonly now: () => Instant;
}
