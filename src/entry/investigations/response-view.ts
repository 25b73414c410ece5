import { entriesOfKind, type WrittenRecord } from '../../audit/audit-record.ts';

/** The responses of a case, from the records of their ends; how each ended, action by action, as `investigations show --json` prints it. */
export function responseViews(records: readonly WrittenRecord[]) {
  return entriesOfKind(records, 'response-ended').map(({ at, subject, data }) => ({
    ended: data.ended,
    actions: data.actions,
    planDigest: subject,
    endedAt: at,
  }));
}

export type ResponseView = ReturnType<typeof responseViews>[number];

/** What holds since a response was taken back: null where none was, or another one has ended since. */
export interface SinceUndone {
  readonly at: string;
  /** A sentence for each action that was taken back, as AWS showed it then. */
  readonly holds: readonly string[];
}

/** @param responses oldest first */
export function sinceUndone(responses: readonly ResponseView[]): SinceUndone | null {
  const last = responses.at(-1);
  if (last?.ended !== 'undone') return null;
  return { at: last.endedAt, holds: last.actions.map(({ actionId, detail }) => `${actionId}: ${detail}`) };
}
