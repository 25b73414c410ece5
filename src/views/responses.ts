import { z } from 'zod';
import { entriesOfKind, type WrittenRecord } from '../audit/audit-record.ts';
import { list } from './scalars.ts';

/** How a response ended, action by action. */
export const responseSchema = z.strictObject({
  ended: z.string(),
  actions: list(
    z.object({
      actionId: z.string(),
      outcome: z.string(),
      detail: z.string(),
      keys: list(
        z.object({
          accessKeyId: z.string(),
          fate: z.enum(['live', 'removed', 'may-be-live']),
          secretArn: z.string().nullable(),
        }),
      ),
    }),
  ),
  planDigest: z.string(),
  endedAt: z.string(),
});
export type ResponseView = z.infer<typeof responseSchema>;

/** The responses of a case, from the records of their ends. */
export function responseViews(records: readonly WrittenRecord[]): readonly ResponseView[] {
  return entriesOfKind(records, 'response-ended').map(({ at, subject, data }) => ({
    ended: data.ended,
    actions: data.actions,
    planDigest: subject,
    endedAt: at,
  }));
}

/** What holds since a response was taken back. */
export const sinceUndoneSchema = z.strictObject({
  at: z.string(),
  /** A sentence for each action that was taken back, as AWS showed it then. */
  holds: list(z.string()),
});

/**
 * What holds since a response was taken back: null where none was, or another one has ended since.
 *
 * @param responses oldest first
 */
export function sinceUndone(responses: readonly ResponseView[]): z.infer<typeof sinceUndoneSchema> | null {
  const last = responses.at(-1);
  if (last?.ended !== 'undone') return null;
  return { at: last.endedAt, holds: last.actions.map(({ actionId, detail }) => `${actionId}: ${detail}`) };
}
