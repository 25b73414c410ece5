import { z } from 'zod';
import { describeActor } from '../cloudtrail/actor.ts';
import type { CaseFilter, CaseRecord } from '../investigation/case-ports.ts';
import { caseStatuses, verdicts } from '../model/case-state.ts';
import { severities } from '../model/severity.ts';
import { accountId, caseId, instant, list } from './scalars.ts';

export interface CasesPorts {
  /** Those that match, the latest opened first. */
  readonly cases: (filter: CaseFilter) => Promise<readonly CaseRecord[]>;
}

/** A case in a line. */
export const caseLineSchema = z.strictObject({
  id: caseId,
  status: z.enum(caseStatuses),
  verdict: z.enum(verdicts).nullable(),
  actor: z.string(),
  account: accountId,
  severity: z.enum(severities),
  alertCount: z.number(),
  openedAt: instant,
});
export type CaseLine = z.infer<typeof caseLineSchema>;

export const casesSchema = z.strictObject({ investigations: list(caseLineSchema) });

/** Which cases there are, the latest opened first. */
export async function cases(ports: CasesPorts, filter: CaseFilter): Promise<z.infer<typeof casesSchema>> {
  return { investigations: (await ports.cases(filter)).map(caseLine) };
}

export function caseLine({ accountId: account, actor, ...record }: CaseRecord): CaseLine {
  const { id, status, verdict, severity, alertCount, openedAt } = record;
  return { id, status, verdict, actor: describeActor(actor), account, severity, alertCount, openedAt };
}
