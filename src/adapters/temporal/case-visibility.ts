import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { grpcCode } from './namespaces.ts';
import type { ListedCase } from '../../views/compared-cases.ts';
import { searchAttributes } from '../../messages/search-attributes.ts';
import { caseWorkflowId } from '../../messages/workflow-ids.ts';
import type { CaseId, Instant } from '../../model/ids.ts';
import { TrailhoundError } from '../../model/trailhound-error.ts';
import { instantOfMs } from '../../model/instant.ts';

/** Which cases are wanted; all conditions must hold. Tags are matched whole. */
export interface VisibilityFilter {
  readonly accountId?: string;
  readonly ruleId?: string;
  readonly key?: string;
  readonly approver?: string;
  readonly action?: string;
  readonly severity?: string;
  readonly status?: string;
  readonly verdict?: string;
  readonly from?: Instant;
  readonly to?: Instant;
  /** Temporal's own list filter, beside the other conditions. */
  readonly query?: string;
  /** Only among these. */
  readonly among?: readonly CaseId[];
}

/** A list filter that Temporal does not understand. */
export class VisibilityQueryError extends TrailhoundError {
  override readonly name = 'VisibilityQueryError';
  override readonly code = 'visibility-query';
  override readonly remedy = `ask by ${Object.values(searchAttributes)
    .map(({ name }) => name)
    .join(
      ', ',
    )}, StartTime and CloseTime: --query "TrailhoundTags = 'approver:alice' AND TrailhoundVerdict = 'contained'"`;
  constructor(query: string, reason: string) {
    super(`Temporal does not take the filter ${query}: ${reason}`);
  }
}

/** More IDs than this are asked for in turns. */
const idsAtOnce = 100;
const grpcInvalidArgument = 3;

/**
 * The cases of which Temporal still has a history, the latest first, no more than so many; it neither sorts nor finds parts of names: the
 * store does.
 *
 * @throws VisibilityQueryError
 */
export async function casesWithHistory(
  client: Client,
  filter: VisibilityFilter = {},
  limit = Number.POSITIVE_INFINITY,
): Promise<ReadonlySet<CaseId>> {
  const found = new Set<CaseId>();
  const { among, ...conditions } = filter;
  for (const query of among === undefined ? [queryOf(conditions)] : queriesAmong(conditions, among)) {
    try {
      for await (const { workflowId } of client.workflow.list({ query })) {
        if (found.size >= limit) return found;
        found.add(workflowId.slice(caseWorkflowId('' as CaseId).length) as CaseId);
      }
    } catch (error) {
      const cause = error instanceof Error ? error.cause : undefined; // the client wraps gRPC's own error
      if (filter.query !== undefined && cause instanceof Error && grpcCode(cause) === grpcInvalidArgument)
        throw new VisibilityQueryError(filter.query, cause.message);
      throw error;
    }
  }
  return found;
}

/** So many runs come with one answer of Temporal's. */
const runsAPage = 1_000;

/**
 * The cases that Temporal lists, a page at a time, and no more than so many of their runs: those that run and then the latest first. What is
 * continued as new is listed by its last run; a case that was taken up again comes more than once.
 *
 * @param limit how many runs at most
 */
export async function* listedCases(client: Client, limit: number): AsyncGenerator<readonly ListedCase[]> {
  const query = `${queryOf({})} AND ExecutionStatus != 'ContinuedAsNew'`;
  let page: ListedCase[] = [];
  let left = limit;
  for await (const run of client.workflow.list({ query, pageSize: Math.min(runsAPage, limit) })) {
    page.push(listedCase(run));
    left -= 1;
    if (left > 0 && page.length < runsAPage) continue;
    yield page;
    page = [];
    if (left === 0) return;
  }
  if (page.length > 0) yield page;
}

/** As Temporal lists a case, whose row nobody has; null where it lists none of that name. */
export async function listedCaseNamed(client: Client, caseId: CaseId): Promise<ListedCase | null> {
  const query = `${queryOf({})} AND WorkflowId = ${quoted(caseWorkflowId(caseId))}`;
  for await (const run of client.workflow.list({ query, pageSize: 1 })) return listedCase(run);
  return null;
}

function listedCase({
  workflowId,
  status,
  startTime,
  closeTime,
  typedSearchAttributes: told,
}: WorkflowExecutionInfo): ListedCase {
  return {
    id: workflowId.slice(caseWorkflowId('' as CaseId).length) as CaseId,
    runs: status.name === 'RUNNING' || status.name === 'PAUSED',
    startedAt: instantOfMs(startTime.getTime()),
    endedAt: closeTime === undefined ? null : instantOfMs(closeTime.getTime()),
    status: told.get(searchAttributes.status) ?? null,
    severity: told.get(searchAttributes.severity) ?? null,
    verdict: told.get(searchAttributes.verdict) ?? null,
    tags: told.get(searchAttributes.tags) ?? [],
  };
}

function queriesAmong(filter: VisibilityFilter, among: readonly CaseId[]): readonly string[] {
  const turns = Array.from({ length: Math.ceil(among.length / idsAtOnce) }, (_turn, index) =>
    among.slice(index * idsAtOnce, (index + 1) * idsAtOnce),
  );
  return turns.map(
    (ids) => `${queryOf(filter)} AND WorkflowId IN (${ids.map((id) => quoted(caseWorkflowId(id))).join(', ')})`,
  );
}

function queryOf(filter: VisibilityFilter): string {
  const { accountId, ruleId, key, approver, action, severity, status, verdict, from, to, query } = filter;
  const tags = { account: accountId, rule: ruleId, key, approver, action };
  const conditions = Object.entries(tags).flatMap(([name, value]) =>
    value === undefined ? [] : [`${searchAttributes.tags.name} = ${quoted(`${name}:${value}`)}`],
  );
  if (severity !== undefined) conditions.push(`${searchAttributes.severity.name} = ${quoted(severity)}`);
  if (status !== undefined) conditions.push(`${searchAttributes.status.name} = ${quoted(status)}`);
  if (verdict !== undefined) conditions.push(`${searchAttributes.verdict.name} = ${quoted(verdict)}`);
  if (from !== undefined) conditions.push(`StartTime >= ${quoted(from)}`);
  if (to !== undefined) conditions.push(`StartTime <= ${quoted(to)}`);
  if (query !== undefined) conditions.push(`(${query})`);
  return [`WorkflowType = 'investigate'`, ...conditions].join(' AND ');
}

/** What is compared has neither a quote nor a backslash: whoever types one finds nothing. */
function quoted(text: string): string {
  return `'${text.replaceAll(/[\\']/g, '')}'`;
}
