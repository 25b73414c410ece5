import { z } from 'zod';
import type { CaseFilter, CaseRecord } from '../investigation/case/case-ports.ts';
import { caseRow, caseRowSchema } from './case-row.ts';
import { comparedCasesSchema } from './compared-cases.ts';
import type { CaseStatus, Verdict } from '../model/case-state.ts';
import type { CaseId } from '../model/ids.ts';
import type { Severity } from '../model/severity.ts';
import { compareInstants } from '../model/instant.ts';

/** What Temporal answers by its typed search attributes, matched whole, or by its own list filter. */
export interface HistoryFilter {
  readonly key?: string;
  readonly approver?: string;
  readonly action?: string;
  readonly query?: string;
  readonly accountId?: string;
  /** A rule by its ID. */
  readonly ruleId?: string;
  readonly status?: CaseStatus;
  readonly severity?: Severity;
  readonly verdict?: Verdict;
}

export interface AuditListPorts {
  readonly cases: (filter: CaseFilter) => Promise<readonly CaseRecord[]>;
  /** Of which cases Temporal has a history: those that match, no more than so many, or those among some that do. */
  readonly withHistory: (
    filter: HistoryFilter & { readonly among?: readonly CaseId[] },
    limit?: number,
  ) => Promise<ReadonlySet<CaseId>>;
}

export const auditListSchema = z.strictObject({
  audits: z
    .array(
      caseRowSchema.extend({
        /** `gone`: past its retention; the table of audit records tells the case all the same. */
        history: z.enum(['kept', 'gone']),
      }),
    )
    .readonly(),
  /** Of all cases, whatever is listed. */
  comparedWithTemporal: comparedCasesSchema,
});
export type AuditList = Pick<z.infer<typeof auditListSchema>, 'audits'>;

/** So many cases where no limit is given. */
const shownCases = 200;

/** What to list: cases by what the store and Temporal know of them. */
export interface AuditListFilter extends CaseFilter {
  readonly key?: string;
  readonly approver?: string;
  readonly action?: string;
  readonly query?: string;
}

/**
 * Cases that match, the latest opened first, and whether Temporal still has their history. What a case's history can be found by (account,
 * rule, status, severity, verdict, key, approver, action) Temporal is asked, for the workflow owns it; the store answers for those whose history is gone, and
 * what Temporal cannot: a part of an actor's or a rule's name, and when the case was opened.
 */
export async function auditList(ports: AuditListPorts, filter: AuditListFilter): Promise<AuditList> {
  const { key, approver, action, query, limit = shownCases, ...asked } = filter;
  const { accountId, rule: ruleId, status, severity, verdict, ...byStore } = asked;
  const ofHistoryAlone = given({ key, approver, action, query });
  const conditions = { ...ofHistoryAlone, ...given({ accountId, ruleId, status, severity, verdict }) };
  const found = Object.keys(conditions).length === 0 ? new Set<CaseId>() : await ports.withHistory(conditions, limit);
  const answered = found.size === 0 ? [] : await ports.cases({ ...byStore, limit, among: [...found] });
  const said = given({ status, severity, verdict });
  const lines = answered.map((record) => ({ ...line(record, 'kept'), ...said }));
  if (Object.keys(ofHistoryAlone).length > 0) return { audits: lines };
  const others = (await ports.cases({ ...asked, limit })).filter(({ id }) => !found.has(id));
  const kept = await ports.withHistory({ among: others.map(({ id }) => id) });
  const rest = others.map((record) => line(record, kept.has(record.id) ? 'kept' : 'gone'));
  return { audits: [...lines, ...rest].toSorted(latestFirst).slice(0, limit) };
}

/** Without what is undefined. */
function given<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>; // what was undefined is left out
  };
}

function latestFirst(a: AuditList['audits'][number], b: AuditList['audits'][number]): number {
  return compareInstants(b.openedAt, a.openedAt) || (a.id < b.id ? -1 : 1);
}

function line(record: CaseRecord, history: 'kept' | 'gone'): AuditList['audits'][number] {
  return { ...caseRow(record), history };
}
