import { z } from 'zod';
import type { StoryKind } from '../audit/audit-kind.ts';
import type { WrittenRecord } from '../audit/audit-record.ts';
import { caseStory, type StoryEntry } from '../audit/case-story.ts';
import { compareRecords, type RecordDifference } from '../audit/compare-records.ts';
import type { HistoryEvent } from '../audit/history-event.ts';
import { historyRecords } from '../audit/history-records.ts';
import type { PresentedPlan } from '../investigation/case/case-ports.ts';
import type { SeenEvent } from '../investigation/seen-event.ts';
import { caseStatuses, verdicts } from '../model/case-state.ts';
import type { AccountId, CaseId } from '../model/ids.ts';
import { severities } from '../model/severity.ts';
import { caseRowSchema } from './case-row.ts';
import type { ListedCase } from './compared-cases.ts';
import { type DecidedOn, decidedOn, decidedOnSchema } from './decided-on.ts';
import { caseId, instant, list } from './scalars.ts';

/** Where a case's audit records are. */
export interface StoryPorts {
  /** What Temporal still has of the case; `null`: nothing. */
  readonly historyOf: (
    caseId: CaseId,
  ) => Promise<{ readonly events: readonly HistoryEvent[]; readonly lostRuns: number } | null>;
  readonly recordsOf: (caseId: CaseId) => Promise<readonly (WrittenRecord & { readonly intact: boolean })[]>;
  /** Whoever asks what decisions were bound to: the case's plans, and its calls as they are known now. */
  readonly bindings?: {
    readonly plansOf: (caseId: CaseId) => Promise<readonly PresentedPlan[]>;
    readonly callsOf: (caseId: CaseId) => Promise<readonly Pick<SeenEvent, 'at'>[]>;
  };
}

const storyKinds = ['seen', 'proposed', 'decided', 'done', 'verified', 'watched', 'state', 'trouble'] as const;

/** One audit record, told. */
export const storyEntrySchema = z.strictObject({
  id: z.string(),
  at: z.string(),
  kind: z.enum(storyKinds) satisfies z.ZodType<StoryKind>,
  who: z.string(),
  what: z.string(),
  subject: z.string(),
  awsRequestIds: z.array(z.string()).readonly(),
});

const storySchema = z.strictObject({
  /** `history`: Temporal's, compared with the table; `records`: the table alone, where the history is past its retention. */
  from: z.enum(['history', 'records']),
  /** Runs of workflows whose history is gone. */
  lostRuns: z.number().int().nonnegative(),
  /** Where history and table tell different things. */
  differences: z
    .array(
      z.strictObject({
        id: z.string(),
        at: z.string(),
        kind: z.string(),
        what: z.enum(['not-in-table', 'not-in-history', 'altered']),
      }) satisfies z.ZodType<RecordDifference>,
    )
    .readonly(),
  /** A decision about a plan of the case with what it was bound to. */
  entries: list(storyEntrySchema.extend({ decidedOn: decidedOnSchema.exactOptional() })),
});

/** A case's story under the case that it is of. */
export const caseStorySchema = storySchema.extend(
  caseRowSchema.omit({ alertCount: true }).extend({
    closedAt: instant.nullable(),
    mergedFrom: list(caseId),
    /** `gone`: the store has no row of the case; what stands above is what its workflow says of it. */
    row: z.enum(['kept', 'gone']),
    /** False where this machine has not the responder's key: what was done is told by records alone. */
    vouchedFor: z.boolean(),
  }).shape,
);

/** What is said of a case above its story. */
export type StoryHead = Omit<z.infer<typeof caseStorySchema>, keyof z.infer<typeof storySchema> | 'vouchedFor'>;

/** A case of which the store has no row, as its workflow says it: by who owns Temporal it may be anything. */
export function headWithoutRow({ id, status, verdict, severity, tags, ...listed }: ListedCase): StoryHead {
  function tagged(name: string): string | undefined {
    return tags.find((tag) => tag.startsWith(`${name}:`))?.slice(name.length + 1);
  }
  const { startedAt, endedAt } = listed;
  return {
    id,
    status: caseStatuses.find((each) => each === status) ?? 'gathering',
    verdict: verdicts.find((each) => each === verdict) ?? null,
    actor: tagged('actor') ?? 'an actor that is not known',
    account: (tagged('account') ?? 'unknown') as AccountId,
    severity: severities.find((each) => each === severity) ?? 'low',
    openedAt: startedAt,
    closedAt: endedAt,
    assignedTo: null,
    mergedInto: null,
    mergedFrom: [],
    row: 'gone',
  };
}

/** A case's story with where it was told from. */
export interface ToldStory extends Omit<z.infer<typeof storySchema>, 'entries'> {
  readonly entries: readonly ToldEntry[];
}

export type ToldEntry = StoryEntry & { readonly decidedOn?: DecidedOn };

/**
 * The story of a case: who saw, decided and did what, and when. Every record that workflow history or the table has is told once, and where
 * one of them lacks it, or a row is not what its ID was made of, that is a difference. With the history gone, the table tells the same.
 */
export async function story(ports: StoryPorts, caseId: CaseId): Promise<ToldStory> {
  // The history first: what is written meanwhile is in the table, and then a begun activity's.
  const history = await ports.historyOf(caseId);
  const table = await ports.recordsOf(caseId);
  const shown = historyRecords(history?.events ?? []);
  const lostRuns = history?.lostRuns ?? 1;
  const differences = compareRecords({ ...shown, whole: history !== null && lostRuns === 0 }, table);
  // Of what both have, the history's is told: a row could have been changed.
  const records = [...table, ...shown.written];
  const bound = await boundDecisions(ports, caseId, records);
  return {
    from: history === null ? 'records' : 'history',
    lostRuns,
    differences,
    entries: caseStory(records).map((entry) => {
      const on = bound.get(entry.id);
      return on === undefined ? entry : { ...entry, decidedOn: on };
    }),
  };
}

/** The case is looked at for it only where somebody decided. */
async function boundDecisions(
  { bindings }: StoryPorts,
  caseId: CaseId,
  records: readonly WrittenRecord[],
): Promise<ReadonlyMap<string, DecidedOn>> {
  const isDecided = records.some(({ kind }) => kind === 'decision-accepted' || kind === 'decision-refused');
  if (bindings === undefined || !isDecided) return new Map();
  return decidedOn(records, await bindings.plansOf(caseId), await bindings.callsOf(caseId));
}
