import type { ApproverKey } from '../src/approval/approver-key.ts';
import { claimedAcceptance, refusalOfAcceptance, verifyAcceptance } from '../src/approval/signed-acceptance.ts';
import { assessCase } from '../src/investigation/case/assess-case.ts';
import type { CaseStore, LinkOutcome, SplitOutcome } from '../src/investigation/case/case-ports.ts';
import { sightMaterial } from '../src/investigation/case/case-sight.ts';
import type { AcceptanceRefusal, AcceptanceStatement, SignedAcceptance } from '../src/model/acceptance.ts';
import type { CaseId, Instant } from '../src/model/ids.ts';
import { spendAcceptance, voidAcceptance, wasRefused } from '../src/response/acceptances-taken.ts';
import type { Register } from '../src/response/register.ts';

/** What the acts of people on a case need of the world. */
export interface CaseActActivityPorts {
  readonly cases: CaseStore;
  /** The responder's: which acceptances were taken. */
  readonly register: Register;
  /** From configuration, never from Temporal or the store. */
  readonly approverKeys: readonly ApproverKey[];
  readonly settings: { readonly audience: string };
  /** Has a case look at what it has. */
  readonly ringCase: (caseId: CaseId) => Promise<void>;
  readonly now: () => Instant;
}

export type TakenAcceptance =
  | {
      readonly kind: 'taken';
      readonly wayInId: string;
      readonly reason: string;
      readonly approver: string;
      readonly expiresAt: Instant | null;
    }
  | {
      readonly kind: 'refused';
      readonly code: AcceptanceRefusal;
      readonly wayInId: string | null;
      /** Proved by the signature; null where it was not. */
      readonly approver: string | null;
      readonly claimedApprover: string | null;
    };

/** The activities behind what people do about a case beside deciding on its plan. */
export function createCaseActActivities({
  cases,
  register,
  approverKeys,
  settings,
  ringCase,
  now,
}: CaseActActivityPorts) {
  /** What came to another case than it is about was refused as well. */
  async function voidElsewhere(signed: SignedAcceptance, caseId: CaseId): Promise<void> {
    const verified = await verifyAcceptance(signed, { caseId, approverKeys, audience: settings.audience });
    if (verified.kind === 'verified') await voidAcceptance(verified.statement, register, now());
  }

  async function refusalNow(statement: AcceptanceStatement): Promise<AcceptanceRefusal | null> {
    const { waysIn } = assessCase(sightMaterial(await cases.sight(statement.caseId, now()), now()));
    return refusalOfAcceptance(statement, waysIn, now());
  }

  return {
    /** Judges a signed acceptance against the ways in that the case has now, and keeps it where it counts. */
    async takeAcceptance(request: {
      readonly caseId: CaseId;
      readonly signed: SignedAcceptance;
      readonly at: Instant;
      /** The case is over: nothing is accepted in it. */
      readonly ended?: true;
    }): Promise<TakenAcceptance> {
      const { caseId, signed, at } = request;
      const claimed = claimedAcceptance(signed);
      function refused(code: AcceptanceRefusal, approver: string | null): TakenAcceptance {
        const [wayInId, claimedApprover] = [claimed?.wayInId ?? null, claimed?.approver ?? null];
        return { kind: 'refused', code, wayInId, approver, claimedApprover };
      }
      const verified = await verifyAcceptance(signed, { caseId, approverKeys, audience: settings.audience });
      if (verified.kind === 'refused') {
        if (verified.code === 'wrong-case' && claimed !== null) await voidElsewhere(signed, claimed.caseId);
        return refused(verified.code, null);
      }
      const { statement } = verified;
      const { wayInId, reason, approver, expiresAt } = statement;
      if (await wasRefused(statement, register)) return refused('refused-before', approver);
      const code = request.ended === true ? 'case-ended' : await refusalNow(statement);
      if (code !== null) {
        // Before whoever signed hears of it: what was refused is worth nothing to anybody who keeps it.
        await voidAcceptance(statement, register, now());
        return refused(code, approver);
      }
      // Before the store knows it: whoever owns the store cannot have an earlier one count again.
      if (!(await spendAcceptance(statement, register, now()))) return refused('superseded', approver);
      await cases.saveAcceptance(caseId, wayInId, signed, at);
      return { kind: 'taken', wayInId, reason, approver, expiresAt };
    },

    async assignCase({ caseId, person }: { readonly caseId: CaseId; readonly person: string | null }): Promise<void> {
      await cases.assign(caseId, person);
    },

    /** Joins two open cases as a proved link does: the older goes on, and what was planned and decided in the other is void. */
    async linkCases(request: {
      readonly caseId: CaseId;
      readonly other: CaseId;
      readonly at: Instant;
    }): Promise<LinkOutcome> {
      const linked = await cases.link(request.caseId, request.other, request.at);
      // Whichever goes on looks at what it got, and the other hears that it has ended.
      if (linked.kind === 'linked') await ringCase(request.other).catch(() => null); // the reconciler rings again
      return linked;
    },

    /** Gives what identities of a case did a case of its own, which no walk joins with it again. */
    async splitCase(request: {
      readonly caseId: CaseId;
      readonly identities: readonly string[];
      readonly at: Instant;
    }): Promise<SplitOutcome> {
      const parted = await cases.split(request.caseId, request.identities, request.at);
      if (parted.kind === 'split') await ringCase(parted.into).catch(() => null); // the reconciler rings again
      return parted;
    },
  };
}

export type CaseActActivities = ReturnType<typeof createCaseActActivities>;
