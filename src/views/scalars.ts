import { z } from 'zod';
import type { AccountId, AlertId, CaseId, Digest, Instant, SourceId } from '../model/ids.ts';

/* The scalars of answers: what they look like outside, by the names that they have inside and in docs/json.md. */

/** RFC 3339 in UTC. */
export const instant = z
  .custom<Instant>(matching(/^\d{4,6}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/u))
  .meta({ title: 'instant' });
/** As a record has it: one that somebody wrote by hand may have none. */
export const accountId = z.custom<AccountId>(matching(/^/u)).meta({ title: 'accountId' });
export const caseId = z.custom<CaseId>(matching(/^TH-[0-9A-Z]+$/u)).meta({ title: 'caseId' });
export const alertId = z.custom<AlertId>(matching(/^sha256:[0-9a-f]{64}$/u)).meta({ title: 'alertId' });
export const sourceId = z.custom<SourceId>(matching(/^[a-z]+\/./u)).meta({ title: 'sourceId' });
export const digest = z.custom<Digest>(matching(/^sha256:[0-9a-f]{64}$/u)).meta({ title: 'digest' });

/** A list that nobody changes. */
export function list<T extends z.ZodType>(item: T) {
  return z.array(item).readonly();
}

function matching(form: RegExp): (value: unknown) => boolean {
  return (value) => typeof value === 'string' && form.test(value);
}
