import { createAuditActivities } from './audit.ts';
import { createCaseDecisionActivities } from './case-decisions.ts';
import { createCaseFileActivities } from './case-file.ts';
import { createCasePlanActivities } from './case-plans.ts';
import { createCaseStandingActivities } from './case-standing.ts';
import type { InvestigatePorts } from './investigate-ports.ts';

/** The activities of `investigate`: they fit the store, the trail, IAM and the approval rules to each other, and judge nothing. */
export function createInvestigateActivities(ports: InvestigatePorts) {
  return {
    ...createAuditActivities(ports),
    ...createCaseFileActivities(ports),
    ...createCaseStandingActivities(ports),
    ...createCasePlanActivities(ports),
    ...createCaseDecisionActivities(ports),
  };
}

export type InvestigateActivities = ReturnType<typeof createInvestigateActivities>;
