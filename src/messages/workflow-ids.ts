import type { AccountId, CaseId } from '../model/ids.ts';

/** Temporal appends the schedule's time. */
export const pollWorkflowId = (accountId: AccountId): string => `poll/${accountId}`;
export const pollScheduleId = (accountId: AccountId): string => `poll/${accountId}`;
/** The account whose poll schedule has that ID; null for any other schedule. */
export const accountOfPollSchedule = (scheduleId: string): AccountId | null =>
  /^poll\/(?<id>\d{12})$/.test(scheduleId) ? (scheduleId.slice('poll/'.length) as AccountId) : null;
export const detectWorkflowId = (partition: number): string => `detect/${partition}`;
/** One per account and start of the span: the same backfill asked for twice is one. */
export const backfillWorkflowId = (accountId: AccountId, from: string, to: string): string =>
  `backfill/${accountId}/${from}/${to}`;
export const reconcileScheduleId = 'reconcile';
export const caseWorkflowId = (caseId: CaseId): string => `case/${caseId}`;
/** One at a time for each case: what undoes a response of it. */
export const undoWorkflowId = (caseId: CaseId): string => `undo/${caseId}`;
export const undoResponseWorkflowId = (caseId: CaseId, version: number): string => `response/${caseId}/undo/${version}`;
/** Of an action that begins later than its plan's others. */
export const followUpWorkflowId = (caseId: CaseId, planVersion: number, actionId: string): string =>
  `follow-up/${caseId}/${planVersion}/${actionId}`;
export const responseWorkflowId = (caseId: CaseId, planVersion: number): string => `response/${caseId}/${planVersion}`;
