import { assessCase, type CaseAssessment } from '../src/investigation/case/assess-case.ts';
import { sightMaterial } from '../src/investigation/case/case-sight.ts';
import { keptFindings } from '../src/investigation/findings/kept-findings.ts';
import { usesSince } from '../src/investigation/habits/uses-since.ts';
import { containment } from '../src/investigation/ways-in/containment.ts';
import type { Verdict } from '../src/model/case-state.ts';
import type { CaseId, Digest, Instant } from '../src/model/ids.ts';
import type { EventRef } from '../src/model/trail-event.ts';
import type { InvestigatePorts } from './investigate-ports.ts';

/** Whether every way in is closed or was accepted, how many are not, and whether anybody need hear of it. */
export interface ContainmentFacts {
  /** False also where nothing was ever a way in. */
  readonly contained: boolean;
  readonly left: number;
  /** Every alert is explained by a proved habit: nothing is recommended, and nobody is asked. */
  readonly quiet: boolean;
}

export interface WatchReport extends ContainmentFacts {
  readonly denied: number;
  readonly succeeded: readonly EventRef[];
}

/** The activities that say how a case stands by what the store has: what was found, what is open still, whether it may close. */
export function createCaseStandingActivities({ cases, settings, now }: InvestigatePorts) {
  return {
    /** Draws the conclusions that all that the store has of the case supports now. */
    async assessEvidence({
      caseId,
      at,
    }: {
      readonly caseId: CaseId;
      readonly at: Instant;
    }): Promise<{ readonly suspicious: number; readonly benign: number }> {
      const { findings } = assessCase(sightMaterial(await cases.sight(caseId, now()), now()));
      await cases.saveFindings(caseId, keptFindings(findings), at);
      const suspicious = findings.filter(({ direction }) => direction === 'suspicious').length;
      return { suspicious, benign: findings.length - suspicious };
    },

    /** What the trail shows of all credentials and identities of the case since the response began, and what is open still. */
    async probeUse(request: {
      readonly caseId: CaseId;
      readonly planDigest: Digest | null;
      readonly respondedFrom: Instant;
      readonly verifiedAt: Instant;
    }): Promise<WatchReport> {
      const material = sightMaterial(await cases.sight(request.caseId, now()), now());
      const stands = standsOf(assessCase(material));
      return { ...usesSince(material, { ...request, graceMs: settings.watchGraceMs }), ...stands };
    },

    /** Whether the case is contained now, by what the store has. */
    async lookAtContainment({ caseId }: { readonly caseId: CaseId }): Promise<ContainmentFacts> {
      return standsOf(assessCase(sightMaterial(await cases.sight(caseId, now()), now())));
    },

    /**
     * Closes the case in the store, unless alerts of it wait: then it must take them first. Whoever asks, it is not closed as contained,
     * or as an intrusion that is over, with a way in that is open, or of which nobody knows.
     */
    async closeCase({
      caseId,
      verdict,
      at,
    }: {
      readonly caseId: CaseId;
      readonly verdict: Verdict;
      readonly at: Instant;
    }): Promise<{ readonly closed: boolean; readonly left?: number }> {
      if (verdict === 'contained' || verdict === 'true-positive') {
        const { left } = standsOf(assessCase(sightMaterial(await cases.sight(caseId, at), at)));
        if (left > 0) return { closed: false, left };
      }
      return { closed: await cases.closeIfNoUnclaimed(caseId, verdict, at) };
    },
  };
}

/** How a case stands, by its assessment. */
export function standsOf({ waysIn, quiet }: Pick<CaseAssessment, 'waysIn' | 'quiet'>): ContainmentFacts {
  const left = containment(waysIn).left.length;
  return { contained: waysIn.length > 0 && left === 0, left, quiet };
}
