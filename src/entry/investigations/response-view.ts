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
