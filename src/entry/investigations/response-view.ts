import { z } from 'zod';
import type { AuditRecord } from '../../model/audit-record.ts';

const ended = z.object({
  ended: z.string(),
  actions: z
    .array(
      z.object({
        actionId: z.string(),
        outcome: z.string(),
        detail: z.string().default(''),
        keys: z
          .array(z.object({ accessKeyId: z.string(), fate: z.string(), secretArn: z.string().nullable() }))
          .default([]),
      }),
    )
    .default([]),
});

/** How a response ended, action by action, as `investigations show --json` prints it. */
export type ResponseView = z.infer<typeof ended> & { readonly planDigest: string; readonly endedAt: string };

/** The responses of a case, from the records of their ends; what does not have our form is passed over. */
export function responseViews(records: readonly AuditRecord[]): readonly ResponseView[] {
  return records.flatMap(({ at, subject, data }) => {
    const parsed = ended.safeParse(data);
    return parsed.success ? [{ ...parsed.data, planDigest: subject, endedAt: at }] : [];
  });
}

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
