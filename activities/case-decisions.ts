import type { Said } from '../src/approval/policy.ts';
import { claimedStatement } from '../src/approval/claimed-decision.ts';
import { refuse } from '../src/approval/refusal.ts';
import { openDecision } from '../src/approval/signed-decision.ts';
import { saidBy, verifyDecision } from '../src/approval/verify-decisions.ts';
import type { AuditNote } from '../src/audit/audit-kinds.ts';
import type { NamedDecision } from '../src/audit/decision-note.ts';
import { canonicalDigest } from '../src/digest/canonical-digest.ts';
import type { DecisionOutcome, RefusalCode, SignedDecision } from '../src/model/decision.ts';
import type { CaseId, Digest, Instant } from '../src/model/ids.ts';
import { createAuditActivities } from './audit.ts';
import type { InvestigatePorts } from './investigate-ports.ts';

/** What a decision proved to be, before the case's own state is asked. */
export type JudgedDecision = NamedDecision & JudgedContent;

type JudgedContent =
  | {
      readonly kind: 'verified';
      readonly decisionId: string;
      /** Tells a decision sent again from another one under the same ID. */
      readonly statementDigest: Digest;
      /** What the approval policy asks of it. */
      readonly said: Said;
    }
  | {
      readonly kind: 'refused';
      readonly code: RefusalCode;
      readonly remedy: string;
      readonly decisionId: string | null;
      readonly statementDigest: Digest | null;
    };

/** The activities that judge what people have decided, and keep it. */
export function createCaseDecisionActivities(ports: InvestigatePorts) {
  const { cases, settings } = ports;
  const audit = createAuditActivities(ports);
  return {
    /** Checks signature, installation, case, plan, actions, times and reason against the plan that is presented. */
    async judgeDecision({
      caseId,
      planDigest,
      signed,
    }: {
      readonly caseId: CaseId;
      readonly planDigest: Digest | null;
      readonly signed: SignedDecision;
    }): Promise<JudgedDecision> {
      const named = { claimed: claimedDecision(signed), sent: canonicalDigest(signed.jws) };
      const opened = await openDecision(signed, ports.approverKeys);
      if (opened.kind === 'refused')
        return { ...opened, ...named, approver: null, decisionId: null, statementDigest: null };
      const { statement } = opened;
      const { approver, decisionId } = statement;
      const statementDigest = canonicalDigest(statement);
      const opening = planDigest === null ? null : await cases.plan(planDigest);
      if (opening?.kind !== 'intact') {
        const refusal = refuse(opening === null ? 'not-awaiting-decision' : 'plan-altered');
        return { kind: 'refused', ...named, ...refusal, approver, decisionId, statementDigest };
      }
      // A case knows its own plan; an undoing hears a moment later that the case has a fresh one.
      if (await cases.isSuperseded(opening.plan.digest))
        return { kind: 'refused', ...named, ...refuse('wrong-plan'), approver, decisionId, statementDigest };
      const { audience } = settings;
      const context = { plan: opening.plan, caseId, approverKeys: ports.approverKeys, audience, now: ports.now() };
      const verified = await verifyDecision(signed, context);
      if (verified.kind === 'refused') return { ...verified, ...named, approver, decisionId, statementDigest };
      return { kind: 'verified', ...named, decisionId, statementDigest, approver, said: saidBy(statement) };
    },

    /** Makes a decision worthless that is not carried out; for one that is refused, recording it does. */
    async voidDecision({ signed }: { readonly signed: SignedDecision }): Promise<void> {
      await ports.voidDecision(signed);
    },

    /** Keeps a decision and how it was answered; a refused one is known by what it claims only. */
    async recordDecision(request: {
      readonly caseId: CaseId;
      readonly signed: SignedDecision;
      readonly outcome: DecisionOutcome;
      readonly at: Instant;
      readonly notes: readonly AuditNote[];
    }): Promise<void> {
      const { caseId, signed, outcome, at, notes } = request;
      const claimed = claimedDecision(signed) ?? claimsNothing;
      // Before the store and whoever asked know it: what was refused is worth nothing to anybody who keeps it.
      if (outcome.kind === 'refused') await ports.voidDecision(signed);
      await cases.saveDecision(caseId, { ...claimed, outcome, at }, signed);
      if (outcome.kind === 'accepted') await ports.spendRejection(signed);
      const suffices = outcome.kind === 'accepted' && outcome.approvalsMissing === 0;
      if (suffices && claimed.planDigest !== null) await cases.setPlanStanding(claimed.planDigest, 'decided');
      await audit.recordNotes({ caseId, notes });
    },
  };
}

function claimedDecision(signed: SignedDecision): NamedDecision['claimed'] {
  const statement = claimedStatement(signed);
  if (statement === null) return null;
  const { decisionId, planDigest, verdict, actions, reason, approver } = statement;
  return { decisionId, planDigest, verdict, actionIds: actions.map(({ id }) => id), reason, approver };
}

/** What is kept of a decision that cannot be read. */
const claimsNothing = {
  decisionId: null,
  planDigest: null,
  verdict: null,
  actionIds: [],
  reason: null,
  approver: null,
} as const;
