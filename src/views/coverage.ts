import { z } from 'zod';
import { gapsOf } from '../collection/operational-alerts.ts';
import type { FootprintDelays, OperationalAlert, ReadTotals, UnreadRecord } from '../collection/ports.ts';
import type { LedgerWindow, SourceLedger } from '../collection/source-ledger.ts';
import { instantOfSeconds, secondsOf, type Span, windowOf } from '../collection/span.ts';
import type { DarkRule } from '../detection/index/without-read-only.ts';
import type { Account, AccountPause, LearningState } from '../model/account.ts';
import type { CoverageState } from '../model/coverage.ts';
import type { AccountId, Instant, SourceId } from '../model/ids.ts';
import type { LookupSource } from '../model/log-source.ts';
import { accountId, instant, list, sourceId } from './scalars.ts';

const span = { from: instant, to: instant };

/** A window of the ledger. */
const windowSchema = z.strictObject({
  ...span,
  state: z.enum(['due', 'reading', 'covered', 'failed', 'beyond-retention']) satisfies z.ZodType<CoverageState>,
  /** By which filter of LookupEvents it was read. */
  filter: z.union([z.literal('all'), z.strictObject({ only: z.string() })]),
  coveredAt: instant.nullable(),
  sweepsDone: z.number(),
  records: z.number(),
  lateRecords: z.number(),
  error: z.string().nullable(),
});
export type WindowView = z.infer<typeof windowSchema>;

const unreadRecord = z.strictObject({
  eventId: z.string().nullable(),
  seenAt: instant,
  problem: z.string(),
  text: z.string(),
}) satisfies z.ZodType<UnreadRecord>;

const readTotals = z.strictObject({
  reason: z.enum(['live', 'gap', 'sweep', 'backfill']),
  reads: z.number(),
  failed: z.number(),
  pages: z.number(),
  records: z.number(),
  newRecords: z.number(),
  throttles: z.number(),
}) satisfies z.ZodType<ReadTotals>;

const sourceSchema = z.strictObject({
  id: sourceId,
  region: z.string(),
  watchedFrom: instant,
  windows: list(windowSchema),
  /** What should have been read by now and was not. */
  gaps: list(z.strictObject(span)),
  /** Why the read that is under way does not get on: a sentence about its last fault; null where it does. */
  trouble: z.string().nullable(),
  /** Records that could not be read, so that no rule has judged them; the newest of them, each with its event ID and text. */
  malformed: z.strictObject({ count: z.number(), newest: list(unreadRecord) }),
  footprints: z.strictObject({
    calls: z.number(),
    seen: z.number(),
    medianS: z.number().nullable(),
    p95S: z.number().nullable(),
  }) satisfies z.ZodType<FootprintDelays>,
  /** What the reads of that time did, by their reason; the new records of sweeps are those that came late. */
  reads: list(readTotals),
});
export type SourceView = z.infer<typeof sourceSchema>;

const accountSchema = z.strictObject({
  id: accountId,
  name: z.string(),
  lifecycle: z.enum(['watched', 'paused', 'retired']),
  pause: z.strictObject({ reason: z.string(), owner: z.string(), until: instant }).nullable(),
  learning: z.strictObject({ readShare: z.number(), rulesLearning: list(z.string()) }),
  reads: z.enum(['all', 'write-only']),
  sources: list(sourceSchema),
});
export type AccountCoverage = z.infer<typeof accountSchema>;

/** A rule that suffers where read-only events are not read. */
export const darkRuleSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  effect: z.enum(['dark', 'may-be-dark']),
}) satisfies z.ZodType<DarkRule>;

export const coverageSchema = z.strictObject({
  /** Rules that go dark, or may, in accounts that are read without read-only events; empty where none is. */
  darkRules: list(darkRuleSchema),
  since: instant,
  until: instant,
  /** No account, or not the one that was asked for, is read now. */
  nothingWatched: z.boolean(),
  accounts: list(accountSchema),
  operationalAlerts: list(
    z.strictObject({
      kind: z.custom<OperationalAlert['kind']>((kind) => typeof kind === 'string'),
      subject: z.string(),
      sentence: z.string(),
      raisedAt: instant,
    }),
  ),
});
export type CoverageView = z.infer<typeof coverageSchema>;

/** The time that is asked about, both ends included. */
export interface CoverageSpan {
  readonly since: Instant;
  readonly until: Instant;
}

export interface CoverageQuery extends CoverageSpan {
  readonly accountId?: AccountId;
}

export interface CoveragePorts {
  readonly accounts: () => Promise<readonly Account[]>;
  readonly pauseOf: (accountId: AccountId) => Promise<AccountPause | null>;
  readonly learningOf: (accountId: AccountId) => Promise<LearningState>;
  /** Those that are read now. */
  readonly sourcesOf: (accountId: AccountId) => Promise<readonly LookupSource[]>;
  readonly ledgersOf: (sources: readonly SourceId[]) => Promise<ReadonlyMap<SourceId, SourceLedger>>;
  readonly readingOf: (
    source: LookupSource,
    span: CoverageSpan,
  ) => Promise<Pick<SourceView, 'trouble' | 'malformed' | 'footprints' | 'reads'>>;
  readonly operationalAlerts: () => Promise<CoverageView['operationalAlerts']>;
  /** Asked only where something was read without read-only events. */
  readonly darkRules: () => Promise<readonly DarkRule[]>;
}

/** What was read of a time, and what was not. */
export async function coverage(ports: CoveragePorts, query: CoverageQuery): Promise<CoverageView> {
  const known = await ports.accounts();
  const accounts: AccountCoverage[] = [];
  for (const account of known.filter(({ id }) => query.accountId === undefined || id === query.accountId))
    accounts.push(await accountCoverage(ports, account, query));
  return {
    darkRules: accounts.some(isNarrow) ? await ports.darkRules() : [],
    since: query.since,
    until: query.until,
    nothingWatched: !accounts.some(({ lifecycle }) => lifecycle === 'watched'),
    accounts,
    operationalAlerts: await ports.operationalAlerts(),
  };
}

/** Whether anything that should have been read was not, or cannot be now. */
export function hasGap({ accounts }: CoverageView): boolean {
  return accounts.some(({ sources }) => sources.some(isAmiss));
}

/** The same with the sources alone that something is amiss with, and their accounts. */
export function amissOnly(view: CoverageView): CoverageView {
  const accounts = view.accounts.map((account) => ({ ...account, sources: account.sources.filter(isAmiss) }));
  return { ...view, accounts: accounts.filter(({ sources }) => sources.length > 0) };
}

/** Whether a source has a gap, a read that does not get on, or a record that could not be read. */
export function isAmiss({ gaps, trouble, malformed }: SourceView): boolean {
  return gaps.length > 0 || trouble !== null || malformed.count > 0;
}

/** Whether anything shown was, or is now, read by a filter. */
function isNarrow({ reads, sources }: AccountCoverage): boolean {
  return reads !== 'all' || sources.some(({ windows }) => windows.some(({ filter }) => filter !== 'all'));
}

async function accountCoverage(
  ports: CoveragePorts,
  { id, name, lifecycle, reads = 'all' }: Account,
  asked: CoverageSpan,
): Promise<AccountCoverage> {
  const sources = await ports.sourcesOf(id);
  const ledgers = await ports.ledgersOf(sources.map((source) => source.id));
  const views: SourceView[] = [];
  for (const source of sources) {
    const ledger = ledgers.get(source.id);
    if (ledger !== undefined) views.push(await sourceView(ports, source, ledger, asked));
  }
  const [pause, learning] = [await ports.pauseOf(id), await ports.learningOf(id)];
  return { id, name, lifecycle, pause, learning, reads, sources: views };
}

async function sourceView(
  ports: CoveragePorts,
  source: LookupSource,
  ledger: SourceLedger,
  asked: CoverageSpan,
): Promise<SourceView> {
  const [from, to] = [secondsOf(asked.since), secondsOf(asked.until)];
  function isAsked(part: Span): boolean {
    return part.to >= from && part.from <= to;
  }
  return {
    id: source.id,
    region: source.region,
    watchedFrom: instantOfSeconds(ledger.watchedFrom),
    windows: ledger.windows.filter(isAsked).map(windowView),
    gaps: gapsOf(ledger).filter(isAsked).map(windowOf),
    ...(await ports.readingOf(source, asked)),
  };
}

function windowView(window: LedgerWindow): WindowView {
  const { state, filter, sweepsDone, records, lateRecords, error } = window;
  const coveredAt = window.coveredAt === null ? null : instantOfSeconds(window.coveredAt);
  return { ...windowOf(window), state, filter, coveredAt, sweepsDone, records, lateRecords, error };
}
