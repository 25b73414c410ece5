import { sql } from 'kysely';
import type {
  CandidateOfRule,
  GroupQuestion,
  KeyedCandidate,
  RuleFloor,
  StoredAlert,
  StoredGroup,
  WarmingRule,
} from '../../../detection/live/live-ports.ts';
import type { AccountId, Digest, Instant } from '../../../model/ids.ts';
import type { JsonValue } from '../../../model/json.ts';
import type { Rule } from '../../../model/rule.ts';
import { storedAlertOf } from './alert-store.ts';
import type { StoreDb } from '../database.ts';
import { exactJsonText } from '../json-text.ts';

/** So many rows go into one statement. */
const rowsAtOnce = 5_000;

/** Takes note of rules that are seen for the first time; see `DetectionSession.beginRules`. */
export async function beginRules(
  db: StoreDb,
  rules: readonly Rule[],
  cursor: bigint,
  now: Instant,
): Promise<ReadonlySet<string>> {
  const known = await db.selectFrom('rule_versions').select(['rule_id', 'meaning', 'warmed_seq']).execute();
  const states = new Map(known.map((row) => [`${row.rule_id} ${row.meaning}`, row.warmed_seq]));
  const fresh = rules.filter((rule) => !states.has(keyOf(rule)));
  // Before the first event there is nothing to learn from.
  const warmedSeq = cursor === 0n ? null : 0n;
  if (fresh.length > 0) {
    await db
      .insertInto('rule_versions')
      .values(
        fresh.map(({ id, meaningDigest }) => ({
          rule_id: id,
          meaning: meaningDigest,
          since_seq: cursor,
          warmed_seq: warmedSeq,
          at: now,
        })),
      )
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  function isWarming(rule: Rule) {
    return (states.has(keyOf(rule)) ? states.get(keyOf(rule)) : warmedSeq) !== null;
  }
  return new Set(rules.filter(isWarming).map(({ id }) => id));
}

function keyOf({ id, meaningDigest }: Rule): string {
  return `${id} ${meaningDigest}`;
}

/** Reads parts of many groups by two queries. */
export async function storedGroups(db: StoreDb, questions: readonly GroupQuestion[]): Promise<readonly StoredGroup[]> {
  const candidates = questions.map((): KeyedCandidate[] => []);
  const alerts = questions.map((): StoredAlert[] => []);
  for (let start = 0; start < questions.length; start += rowsAtOnce) {
    const part = questions.slice(start, start + rowsAtOnce);
    for (const { index, candidate } of await candidatesOf(db, part)) candidates[start + index]?.push(candidate);
    for (const { index, alert } of await alertsOf(db, part)) alerts[start + index]?.push(alert);
  }
  return questions.map((_, index) => ({ candidates: candidates[index] ?? [], alerts: alerts[index] ?? [] }));
}

interface CandidateRow {
  readonly index: string;
  readonly group_key: Digest;
  readonly event_time: Instant;
  readonly account_id: AccountId;
  readonly event_id: string;
  readonly revision: number;
  readonly ordinal: number;
  readonly group_values: readonly string[];
  readonly payload: JsonValue;
  readonly held_back_by: string | null;
}

async function candidatesOf(db: StoreDb, questions: readonly GroupQuestion[]) {
  const { rows } = await sql<CandidateRow>`
    select asked.index, c.group_key, c.event_time, c.account_id, c.event_id, c.revision, c.ordinal, c.group_values,
      c.payload, c.held_back_by
    from ${asked(questions, ({ candidatesFromMs }) => candidatesFromMs)}
    cross join lateral (
      select * from rule_candidates c
      where c.rule_id = asked.rule_id and c.meaning = asked.meaning and c.group_key = asked.group_key
        and c.event_time >= asked.from_at
    ) c
    order by asked.index, c.event_time, c.event_id collate "C", c.account_id, c.revision, c.ordinal
  `.execute(db);
  return rows.map((row) => ({
    index: Number(row.index) - 1,
    candidate: {
      ref: { accountId: row.account_id, eventId: row.event_id, revision: row.revision },
      eventTimeMs: Date.parse(row.event_time),
      group: row.group_values,
      payload: row.payload,
      heldBackBy: row.held_back_by,
      groupKey: row.group_key,
      ordinal: row.ordinal,
    } satisfies KeyedCandidate,
  }));
}

async function alertsOf(db: StoreDb, questions: readonly GroupQuestion[]) {
  const { rows } = await sql<Parameters<typeof storedAlertOf>[0] & { readonly index: string }>`
    select asked.index, alerts.*
    from ${asked(questions, ({ alertsFromMs }) => alertsFromMs)}
    join alerts on alerts.rule_id = asked.rule_id and alerts.group_key = asked.group_key and alerts.event_time >= asked.from_at
  `.execute(db);
  return rows.map((row) => ({ index: Number(row.index) - 1, alert: storedAlertOf(row) }));
}

/** The questions as rows, in order. */
function asked(questions: readonly GroupQuestion[], fromMs: (question: GroupQuestion) => number) {
  return sql`unnest(
    ${questions.map(({ rule }) => rule.id)}::text[],
    ${questions.map(({ rule }) => rule.meaningDigest)}::text[],
    ${questions.map(({ groupKey }) => groupKey)}::text[],
    ${questions.map((question) => timestampOfMs(fromMs(question)))}::timestamptz[]
  ) with ordinality asked (rule_id, meaning, group_key, from_at, index)`;
}

/** Writes candidates down; those that are there already stay as they are. */
export async function addCandidates(db: StoreDb, candidates: readonly CandidateOfRule[]): Promise<void> {
  for (let start = 0; start < candidates.length; start += rowsAtOnce) {
    const part = candidates.slice(start, start + rowsAtOnce);
    const own = part.map(({ candidate }) => candidate);
    await sql`
      insert into rule_candidates (rule_id, meaning, group_key, event_time, account_id, event_id, revision, ordinal,
        group_values, payload, held_back_by)
      select rule_id, meaning, group_key, event_time, account_id, event_id, revision, ordinal, group_values::json,
        payload::json, held_back_by
      from unnest(
        ${part.map(({ rule }) => rule.id)}::text[], ${part.map(({ rule }) => rule.meaningDigest)}::text[],
        ${own.map(({ groupKey }) => groupKey)}::text[],
        ${own.map(({ eventTimeMs }) => timestampOfMs(eventTimeMs))}::timestamptz[],
        ${own.map(({ ref }) => ref.accountId)}::text[], ${own.map(({ ref }) => ref.eventId)}::text[],
        ${own.map(({ ref }) => ref.revision)}::integer[], ${own.map(({ ordinal }) => ordinal)}::integer[],
        ${own.map(({ group }) => exactJsonText(group))}::text[], ${own.map(({ payload }) => exactJsonText(payload))}::text[],
        ${own.map(({ heldBackBy }) => heldBackBy)}::text[]
      ) rows (rule_id, meaning, group_key, event_time, account_id, event_id, revision, ordinal, group_values, payload,
        held_back_by)
      on conflict do nothing
    `.execute(db);
  }
}

/** Deletes candidates that later ones have made needless. */
export async function forgetCandidates(db: StoreDb, candidates: readonly CandidateOfRule[]): Promise<void> {
  for (let start = 0; start < candidates.length; start += rowsAtOnce) {
    const part = candidates.slice(start, start + rowsAtOnce);
    const own = part.map(({ candidate }) => candidate);
    await sql`
      delete from rule_candidates c using unnest(
        ${part.map(({ rule }) => rule.id)}::text[], ${part.map(({ rule }) => rule.meaningDigest)}::text[],
        ${own.map(({ groupKey }) => groupKey)}::text[],
        ${own.map(({ eventTimeMs }) => timestampOfMs(eventTimeMs))}::timestamptz[],
        ${own.map(({ ref }) => ref.accountId)}::text[], ${own.map(({ ref }) => ref.eventId)}::text[],
        ${own.map(({ ref }) => ref.revision)}::integer[], ${own.map(({ ordinal }) => ordinal)}::integer[]
      ) gone (rule_id, meaning, group_key, event_time, account_id, event_id, revision, ordinal)
      where c.rule_id = gone.rule_id and c.meaning = gone.meaning and c.group_key = gone.group_key
        and c.event_time = gone.event_time and c.account_id = gone.account_id and c.event_id = gone.event_id
        and c.revision = gone.revision and c.ordinal = gone.ordinal
    `.execute(db);
  }
}

/** Rules that are still to learn what came before them, the furthest behind first. */
export async function warmingRules(db: StoreDb): Promise<readonly WarmingRule[]> {
  const rows = await db
    .selectFrom('rule_versions')
    .select(['rule_id', 'meaning', 'since_seq', 'warmed_seq'])
    .where('warmed_seq', 'is not', null)
    .orderBy('warmed_seq')
    .orderBy('rule_id')
    .execute();
  return rows.map((row) => ({
    ruleId: row.rule_id,
    meaning: row.meaning,
    untilSeq: row.since_seq,
    doneSeq: row.warmed_seq ?? row.since_seq,
  }));
}

/** @param doneSeq null where nothing is left to learn. */
export async function noteWarmed(db: StoreDb, rules: readonly WarmingRule[], doneSeq: bigint | null): Promise<void> {
  for (const { ruleId, meaning } of rules) {
    await db
      .updateTable('rule_versions')
      .set({ warmed_seq: doneSeq })
      .where('rule_id', '=', ruleId)
      .where('meaning', '=', meaning)
      .execute();
  }
}

/**
 * Deletes candidates older than their rule needs, and rules that are not among `floors` with all that is theirs: one that comes back
 * begins anew. What was written or begun lately stays.
 *
 * @returns how many candidates were deleted.
 */
export async function forgetOld(db: StoreDb, floors: readonly RuleFloor[], writtenBefore: Instant): Promise<number> {
  const rules = sql`unnest(
    ${floors.map(({ rule }) => rule.id)}::text[], ${floors.map(({ rule }) => rule.meaningDigest)}::text[],
    ${floors.map(({ before }) => before)}::timestamptz[]
  ) floor (rule_id, meaning, before)`;
  await sql`
    delete from rule_versions v where v.at < ${writtenBefore} and not exists (
      select from ${rules} where floor.rule_id = v.rule_id and floor.meaning = v.meaning
    )
  `.execute(db);
  const { numAffectedRows } = await sql`
    delete from rule_candidates c where c.written_at < ${writtenBefore} and not exists (
      select from ${rules}
      where floor.rule_id = c.rule_id and floor.meaning = c.meaning and c.event_time >= floor.before
    )
  `.execute(db);
  return Number(numAffectedRows ?? 0n);
}

/** Before all times for minus infinity: PostgreSQL has a word for it. */
function timestampOfMs(ms: number): string {
  return Number.isFinite(ms) ? new Date(ms).toISOString() : '-infinity';
}
