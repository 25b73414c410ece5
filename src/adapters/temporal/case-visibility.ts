import type { Client } from '@temporalio/client';
import { searchAttributes } from '../../messages/search-attributes.ts';
import { caseWorkflowId } from '../../messages/workflow-ids.ts';
import type { CaseId, Instant } from '../../model/ids.ts';

/** Which cases are wanted; all conditions must hold. Tags are matched whole. */
export interface VisibilityFilter {
  readonly accountId?: string;
  readonly ruleId?: string;
  readonly status?: string;
  readonly from?: Instant;
  readonly to?: Instant;
}

/** The cases of which Temporal still has a history; it neither sorts nor finds parts of names: the store does. */
export async function casesWithHistory(client: Client, filter: VisibilityFilter = {}): Promise<ReadonlySet<CaseId>> {
  const found = new Set<CaseId>();
  for await (const { workflowId } of client.workflow.list({ query: queryOf(filter) })) {
    found.add(workflowId.slice(caseWorkflowId('' as CaseId).length) as CaseId);
  }
  return found;
}

function queryOf({ accountId, ruleId, status, from, to }: VisibilityFilter): string {
  const conditions = [`WorkflowType = 'investigate'`];
  if (accountId !== undefined) conditions.push(`${searchAttributes.tags.name} = ${quoted(`account:${accountId}`)}`);
  if (ruleId !== undefined) conditions.push(`${searchAttributes.tags.name} = ${quoted(`rule:${ruleId}`)}`);
  if (status !== undefined) conditions.push(`${searchAttributes.status.name} = ${quoted(status)}`);
  if (from !== undefined) conditions.push(`StartTime >= ${quoted(from)}`);
  if (to !== undefined) conditions.push(`StartTime <= ${quoted(to)}`);
  return conditions.join(' AND ');
}

/** Neither an ID, a status nor a time has a quote or a backslash: whoever types one finds nothing. */
function quoted(text: string): string {
  return `'${text.replaceAll(/[\\']/g, '')}'`;
}
