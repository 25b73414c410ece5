import type { AccountId, CaseId } from '../model/ids.ts';

/** Temporal appends the schedule's time. */
export function pollWorkflowId(accountId: AccountId): string {
  return `poll/${accountId}`;
}
export function pollScheduleId(accountId: AccountId): string {
  return `poll/${accountId}`;
}
/** The account whose poll schedule has that ID; null for any other schedule. */
export function accountOfPollSchedule(scheduleId: string): AccountId | null {
  return /^poll\/(?<id>\d{12})$/.test(scheduleId) ? (scheduleId.slice('poll/'.length) as AccountId) : null;
}
/** One for an installation: the cursor's row lets one detector in at a time. */
export const detectWorkflowId = 'detect';
/** One per account and start of the span: the same backfill asked for twice is one. */
export function backfillWorkflowId(accountId: AccountId, from: string, to: string): string {
  return `backfill/${accountId}/${from}/${to}`;
}
export const reconcileScheduleId = 'reconcile';
export function caseWorkflowId(caseId: CaseId): string {
  return `case/${caseId}`;
}
/** One at a time for each case: what undoes a response of it. */
export function undoWorkflowId(caseId: CaseId): string {
  return `undo/${caseId}`;
}
export function undoResponseWorkflowId(caseId: CaseId, version: number): string {
  return `response/${caseId}/undo/${version}`;
}
/** Of an action that begins later than its plan's others. */
export function followUpWorkflowId(caseId: CaseId, planVersion: number, actionId: string): string {
  return `follow-up/${caseId}/${planVersion}/${actionId}`;
}
export function responseWorkflowId(caseId: CaseId, planVersion: number): string {
  return `response/${caseId}/${planVersion}`;
}
