import { z } from 'zod';
import type { ExceptionStatement } from '../detection/exceptions/exception.ts';
import type { HeldBackTotal, PreventedAlert } from '../detection/live/held-back.ts';
import type { RuleFile } from '../detection/rule-file/rule-file.ts';
import { compareInstants, instantOfMs } from '../model/instant.ts';
import { accountId, instant, list } from './scalars.ts';

/** What an exception held back live. */
const heldBackSchema = z.strictObject({
  events: z.number(),
  /** Alerts that would have arisen without it. */
  alerts: z.number(),
  lastEventTime: instant.nullable(),
});

const exceptionSchema = z.strictObject({
  id: z.string(),
  /** The name is null where no rule of that ID was loaded. */
  rules: list(z.strictObject({ id: z.string(), name: z.string().nullable() })),
  condition: z.string().nullable(),
  owner: z.string().nullable(),
  reason: z.string().nullable(),
  expires: instant.nullable(),
  /** `removed` where it stands in no file any more, and held something back when it did. */
  state: z.enum(['active', 'expired', 'removed']),
  /** Null where no installation can be asked. */
  heldBack: heldBackSchema.nullable(),
});
export type ListedException = z.infer<typeof exceptionSchema>;

export const exceptionsSchema = z.strictObject({ exceptions: list(exceptionSchema) });

/** The newest alerts that an exception prevented. */
export const preventedSchema = z.strictObject({
  prevented: list(
    z.strictObject({
      ruleId: z.string(),
      ruleName: z.string(),
      group: list(z.string()),
      eventTime: instant,
      eventRefs: list(z.strictObject({ accountId, eventId: z.string(), revision: z.number() })),
    }) satisfies z.ZodType<PreventedAlert>,
  ),
});

export interface ExceptionsPorts {
  /** What each exception held back, over all rules. */
  readonly heldBackTotals: () => Promise<readonly HeldBackTotal[]>;
  /** The newest alerts that an exception prevented. */
  readonly preventedBy: (exceptionId: string, limit: number) => Promise<readonly PreventedAlert[]>;
}

/** So many of what an exception prevented are shown. */
const shownPrevented = 100;

/** The newest alerts that an exception prevented. */
export async function prevented(
  { preventedBy }: Pick<ExceptionsPorts, 'preventedBy'>,
  exceptionId: string,
): Promise<z.infer<typeof preventedSchema>> {
  return { prevented: await preventedBy(exceptionId, shownPrevented) };
}

/**
 * What is excused, by whom, until when, and what that held back.
 *
 * @param totals of the installation's store; null where there is none.
 * @param now by which an exception is told to have expired.
 */
export function exceptions(
  given: { readonly exceptions: readonly ExceptionStatement[]; readonly files: readonly Pick<RuleFile, 'rule'>[] },
  totals: readonly HeldBackTotal[] | null,
  now: Date,
): z.infer<typeof exceptionsSchema> {
  return { exceptions: listed(given, totals, now) };
}

function listed(
  { exceptions: known, files }: Parameters<typeof exceptions>[0],
  totals: readonly HeldBackTotal[] | null,
  now: Date,
): readonly ListedException[] {
  const names = new Map(files.map(({ rule }) => [rule.id, rule.name]));
  function rulesOf(ruleIds: readonly string[]) {
    return ruleIds.map((id) => ({ id, name: names.get(id) ?? null }));
  }
  const ids = new Set(known.map(({ id }) => id));
  const gone = [...new Set(totals?.map(({ exceptionId }) => exceptionId))].filter((id) => !ids.has(id));
  return [
    ...known.map((exception) => ({
      id: exception.id,
      rules: rulesOf(exception.ruleIds),
      condition: exception.condition,
      owner: exception.owner,
      reason: exception.reason,
      expires: exception.expiresMs === null ? null : instantOfMs(exception.expiresMs),
      state: stateOf(exception, now),
      heldBack: totals === null ? null : heldBackBy(exception.id, totals),
    })),
    ...gone.map((id) => ({
      id,
      rules: rulesOf(totals?.filter((total) => total.exceptionId === id).map(({ ruleId }) => ruleId) ?? []),
      condition: null,
      owner: null,
      reason: null,
      expires: null,
      state: 'removed' as const,
      heldBack: totals === null ? null : heldBackBy(id, totals),
    })),
  ];
}

function stateOf({ expiresMs }: ExceptionStatement, now: Date): 'active' | 'expired' {
  return expiresMs !== null && expiresMs <= now.getTime() ? 'expired' : 'active';
}

function heldBackBy(id: string, totals: readonly HeldBackTotal[]): z.infer<typeof heldBackSchema> {
  const own = totals.filter(({ exceptionId }) => exceptionId === id);
  const times = own.flatMap(({ lastEventTime }) => lastEventTime ?? []);
  return {
    events: own.reduce((sum, { events }) => sum + events, 0),
    alerts: own.reduce((sum, { alerts }) => sum + alerts, 0),
    lastEventTime: times.toSorted(compareInstants).at(-1) ?? null,
  };
}
