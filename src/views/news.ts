import type { WrittenRecord } from '../audit/audit-record.ts';
import { describeActor } from '../cloudtrail/actor.ts';
import type { OperationalAlert } from '../collection/ports.ts';
import type { CaseRecord } from '../investigation/case/case-ports.ts';
import type { Finding } from '../model/finding.ts';
import type { CaseStatus } from '../model/case-state.ts';
import type { AlertId, CaseId, Digest, Instant } from '../model/ids.ts';
import type { Severity } from '../model/severity.ts';
import type { EcsDocument } from '../model/trail-event.ts';
import type { CasePorts } from './case.ts';
import type { CasesPorts } from './cases.ts';

/** How far reading has come. */
export interface ReadingProgress {
  readonly sources: number;
  /** Sources whose whole promised span is covered up to now, but for the live end. */
  readonly caughtUp: number;
  readonly events: number;
  readonly alerts: number;
}

/** An alert as the story tells it. */
export interface NewsAlert {
  readonly id: AlertId;
  readonly ruleId: string;
  readonly ruleName: string;
  readonly severity: Severity;
  readonly riskScore: number;
  readonly groupValues: readonly string[];
  readonly eventTime: Instant;
  readonly caseId: CaseId | null;
  /** It is neither learnt from alone, nor prevented, nor replaced. */
  readonly isLive: boolean;
  /** The event that made it an alert; null where the store no longer has it. */
  readonly ecs: EcsDocument | null;
}

/** A match that makes no alert now, for its values have been seen before. */
export interface KnownMatch {
  readonly ruleId: string;
  readonly groupValues: readonly string[];
  readonly firstSeen: Instant;
  readonly lastSeen: Instant;
}

/** An audit record with its place in the order of commit. */
export type PlacedAuditRecord = WrittenRecord & { readonly position: bigint };

/** An operational alert that is open. */
export type RaisedAlert = OperationalAlert & { readonly raisedAt: Instant };

/** What has been told already. */
export interface NewsPlace {
  /** When the telling began. */
  readonly since: Instant;
  readonly alerts: ReadonlySet<AlertId>;
  readonly auditPosition: bigint;
}

export interface NewsPorts {
  readonly readingProgress: () => Promise<ReadingProgress>;
  /** Alerts recorded since an instant but for those that were told, some hundred at a time. */
  readonly alertsSince: (since: Instant, told: ReadonlySet<AlertId>) => Promise<readonly NewsAlert[]>;
  readonly knownMatchesSince: (since: Instant) => Promise<readonly KnownMatch[]>;
  readonly operationalAlerts: () => Promise<readonly RaisedAlert[]>;
  readonly auditRecordsAfter: (position: bigint) => Promise<readonly PlacedAuditRecord[]>;
  readonly latestAuditPosition: () => Promise<bigint>;
}

/** What has happened since it was asked last. */
export interface News {
  readonly progress: ReadingProgress;
  readonly known: readonly KnownMatch[];
  readonly alerts: readonly NewsAlert[];
  /** All that are open. */
  readonly operational: readonly RaisedAlert[];
  readonly records: readonly PlacedAuditRecord[];
}

/** Where telling begins that tells nothing of what was before. */
export async function newsFrom(ports: Pick<NewsPorts, 'latestAuditPosition'>, since: Instant): Promise<NewsPlace> {
  return { since, alerts: new Set(), auditPosition: await ports.latestAuditPosition() };
}

/** What is new since a place, and the place after it. */
export async function news(
  ports: NewsPorts,
  place: NewsPlace,
): Promise<{ readonly news: News; readonly next: NewsPlace }> {
  const progress = await ports.readingProgress();
  const known = await ports.knownMatchesSince(place.since);
  const alerts = await ports.alertsSince(place.since, place.alerts);
  const operational = await ports.operationalAlerts();
  const records = await ports.auditRecordsAfter(place.auditPosition);
  return {
    news: { progress, known, alerts, operational, records },
    next: {
      since: place.since,
      alerts: new Set([...place.alerts, ...alerts.map(({ id }) => id)]),
      auditPosition: records.at(-1)?.position ?? place.auditPosition,
    },
  };
}

/** A plan as it is stored. */
export type StoredPlan = Awaited<ReturnType<CasePorts['plansOf']>>[number];

export type WaitingPorts = Pick<CasePorts, 'caseOf' | 'findingsOf' | 'plansOf'> & CasesPorts;

/** A plan of a case, with what it is told by. */
export interface PlanNews {
  readonly record: CaseRecord;
  /** All plans of the case, but for those that undo, the latest first. */
  readonly plans: readonly StoredPlan[];
  readonly plan: StoredPlan;
  readonly findings: readonly Finding[];
}

/** A case's plan; null where it has none, or goes on as another: its plan is void then. */
export async function planNews(
  { caseOf, plansOf, findingsOf }: WaitingPorts,
  caseId: CaseId,
): Promise<PlanNews | null> {
  const record = await caseOf(caseId);
  const plans = (await plansOf(caseId)).filter(({ undoes }) => undoes === null);
  const [plan] = plans;
  if (record === null || plan === undefined || record.mergedInto !== null) return null;
  return { record, plans, plan, findings: await findingsOf(caseId) };
}

/** A plan to undo. */
export interface UndoNews {
  readonly caseId: CaseId;
  readonly plan: StoredPlan;
}

/** A case's plan to undo of that digest; null where there is none. */
export async function undoNews(
  { plansOf }: Pick<WaitingPorts, 'plansOf'>,
  caseId: CaseId,
  digest: Digest,
): Promise<UndoNews | null> {
  const plan = (await plansOf(caseId)).find((each) => each.digest === digest);
  return plan === undefined ? null : { caseId, plan };
}

/** What waits for somebody. */
export interface Waiting {
  /** Open cases, the latest opened first, each with its plan where that waits for a decision. */
  readonly cases: readonly { readonly record: CaseRecord; readonly plan: PlanNews | null }[];
  /** Plans to undo, of cases that have closed too. */
  readonly undos: readonly UndoNews[];
}

/** What an earlier run has left waiting. */
export async function waiting(ports: WaitingPorts): Promise<Waiting> {
  const all = await ports.cases({});
  const open = all.filter(({ closedAt }) => closedAt === null);
  const [openCases, undos]: [Waiting['cases'][number][], Waiting['undos'][number][]] = [[], []];
  for (const record of open)
    openCases.push({ record, plan: record.status === 'awaiting-decision' ? await planNews(ports, record.id) : null });
  for (const [caseId, digest] of await ports.waitingUndosOf(all.map(({ id }) => id))) {
    const undo = await undoNews(ports, caseId, digest);
    if (undo !== null) undos.push(undo);
  }
  return { cases: openCases, undos };
}

/** A case that something is awaited of, as far as it says what comes next. */
export interface AwaitedCase {
  readonly id: CaseId;
  readonly who: string;
  readonly status: CaseStatus;
  /** Until when its plan, or one to undo, waits for a decision; null where none does. */
  readonly decideBy: Instant | null;
}

/** The open cases, and those with an undo that waits; first those that ask for somebody. */
export async function awaitedCases(ports: WaitingPorts): Promise<readonly AwaitedCase[]> {
  const all = await ports.cases({});
  const undos = await ports.waitingUndosOf(all.map(({ id }) => id));
  const open = all.filter(({ id, closedAt, status }) => (closedAt === null && status !== 'quiet') || undos.has(id));
  const awaited = await Promise.all(open.map((record) => awaitedCase(ports, record)));
  return awaited.toSorted((a, b) => Number(asksForSomebody(b)) - Number(asksForSomebody(a)));
}

async function awaitedCase({ plansOf }: WaitingPorts, { id, actor, status }: CaseRecord): Promise<AwaitedCase> {
  const presented = (await plansOf(id)).find(({ standing }) => standing === 'presented');
  const asked = presented !== undefined && (presented.undoes !== null || status === 'awaiting-decision');
  const who = describeActor(actor);
  return asked
    ? { id, who, status: 'awaiting-decision', decideBy: presented.expiresAt }
    : { id, who, status, decideBy: null };
}

function asksForSomebody({ status }: AwaitedCase): boolean {
  return status === 'awaiting-decision' || status === 'needs-a-person';
}
