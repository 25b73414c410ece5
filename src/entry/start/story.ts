import { setTimeout as delay } from 'node:timers/promises';
import { auditRecordsAfter, latestAuditPosition } from '../../adapters/store/audit/audit-store.ts';
import { openOperationalAlerts } from '../../adapters/store/collection/collection-health-store.ts';
import { openStore, type Store } from '../../adapters/store/database.ts';
import { listCases, loadCase } from '../../adapters/store/cases/case-store.ts';
import { loadFindings } from '../../adapters/store/cases/evidence-store.ts';
import { alertsSince, knownMatchesSince, readingProgress } from '../../adapters/store/news-store.ts';
import { loadLatestPlan, loadPlans, waitingUndos } from '../../adapters/store/cases/plan-store.ts';
import type { OperationalAlert } from '../../collection/ports.ts';
import { entriesOfKind } from '../../audit/audit-record.ts';
import { actsInWords } from '../../investigation/report/act-words.ts';
import { describeActor } from '../../cloudtrail/actor.ts';
import type { AlertId, CaseId, Digest, Instant } from '../../model/ids.ts';
import type { LiveRule } from '../../detection/live/live-ports.ts';
import { loadRuleSet } from '../compose/rule-set.ts';
import { loadConfigOfInstallation, type Config } from '../config/config.ts';
import { openConnections, storeUrlOf } from '../compose/connections.ts';
import { tellStory } from '../audit/print.ts';
import { invocation } from '../invocation.ts';
import { counted } from '../../model/counted.ts';
import type { ShownPlans } from './key-controls.ts';
import type { Screen, StoryLine } from './screen.ts';
import {
  alertLines,
  auditLine,
  closedCaseLine,
  knownLine,
  operationalLine,
  alteredPlanLine,
  planLines,
  readingLine,
  heartbeatLine,
  type OpenCase,
  replacedPlanLine,
  undoPlanLine,
} from './story-lines.ts';

const everyMs = 700;

interface Told {
  /** The plan of each case that was told last. */
  readonly plans: Map<CaseId, Digest>;
  since: Instant;
  auditPosition: bigint;
  readonly alerts: Set<AlertId>;
  readonly known: Set<string>;
  /** The rules that run, by ID. */
  readonly rules: ReadonlyMap<string, LiveRule>;
  /** Operational alerts that are open and told, by kind and subject. */
  readonly operational: Map<string, OperationalAlert>;
  reading: string;
  caughtUp: boolean;
}

/** The simulation in the default folder is found without an option; anything else has to be named. */
function configOption({ file }: Config): string {
  return file === undefined || file === loadConfigOfInstallation(undefined, {}).file ? '' : ` --config ${file}`;
}

/** Where another plan of the case was told before this one, and nobody had decided on it, that it is void. */
async function tellReplaced(store: Store, caseId: CaseId, told: Told): Promise<readonly StoryLine[]> {
  const [latest] = (await loadPlans(store.db, caseId)).filter(({ undoes }) => undoes === null);
  const before = told.plans.get(caseId);
  if (latest === undefined || before === latest.digest) return [];
  told.plans.set(caseId, latest.digest);
  if (before === undefined) return [];
  const replaced = (await loadPlans(store.db, caseId)).find(({ digest }) => digest === before);
  return replaced?.standing === 'superseded' ? [replacedPlanLine(caseId, before, latest.digest)] : [];
}

async function tellPlan(
  store: Store,
  caseId: CaseId,
  config: Config,
  plans: ShownPlans,
): Promise<readonly StoryLine[]> {
  const [record, plan] = [await loadCase(store.db, caseId), await loadLatestPlan(store.db, caseId)];
  // The plan of a case that has gone on as another is void.
  if (record === null || plan === null || record.mergedInto !== null) return [];
  const { opened, expiresAt, digest } = plan;
  if (opened.kind === 'altered') return [alteredPlanLine(caseId, digest)];
  const { actions } = opened.plan;
  const recommended = actions.filter((action) => action.recommended);
  const acts = actsInWords(
    recommended.map(({ type, target, params }) => ({ type, target: { ...target }, params: { ...params } })),
  );
  if (actions.length > 0) plans.show({ caseId, digest: opened.plan.digest, acts });
  return planLines(record, await loadFindings(store.db, caseId), opened.plan, expiresAt, configOption(config));
}

/** A plan to undo: it is decided by its command, for keys decide on the plan that contains. */
async function tellUndo(store: Store, caseId: CaseId, digest: Digest, config: Config): Promise<readonly StoryLine[]> {
  const undo = (await loadPlans(store.db, caseId)).find((each) => each.digest === digest);
  if (undo === undefined) return [];
  const { opened, expiresAt } = undo;
  return opened.kind === 'altered'
    ? [alteredPlanLine(caseId, digest)]
    : [undoPlanLine(caseId, opened.plan, expiresAt, configOption(config))];
}

async function tellClosed(caseId: CaseId, config: Config): Promise<StoryLine> {
  const connections = await openConnections(config);
  try {
    const { entries } = await tellStory(connections, caseId);
    return closedCaseLine(caseId, entries, configOption(config));
  } finally {
    await connections.close();
  }
}

async function readingNews(store: Store, told: Told): Promise<readonly StoryLine[]> {
  const progress = await readingProgress(store.db);
  if (progress.sources === 0 || told.caughtUp) return [];
  const caughtUp = progress.caughtUp === progress.sources;
  const key = `${progress.caughtUp}/${progress.sources}`;
  if (key === told.reading || (progress.caughtUp === 0 && progress.events === 0)) return [];
  told.reading = key;
  told.caughtUp = caughtUp;
  return [readingLine(progress)];
}

async function alertNews(store: Store, told: Told): Promise<readonly StoryLine[]> {
  const alerts = await alertsSince(store.db, told.since, told.alerts);
  for (const { id } of alerts) told.alerts.add(id);
  const live = alerts.filter(({ status_kind }) => status_kind === 'live');
  return alertLines(live, (ruleId) => told.rules.get(ruleId)?.rule);
}

/** Only a rule that looks for what is new can say that something is not. */
async function knownNews(store: Store, told: Told): Promise<readonly StoryLine[]> {
  function keyOf(match: { readonly ruleId: string; readonly groupValues: readonly string[] }) {
    return JSON.stringify([match.ruleId, match.groupValues]);
  }
  const matches = (await knownMatchesSince(store.db, told.since)).filter((match) => !told.known.has(keyOf(match)));
  for (const match of matches) told.known.add(keyOf(match));
  return matches.flatMap((match) => {
    const known = told.rules.get(match.ruleId);
    return known?.matcher.learns === true ? [knownLine(match, known.rule.name)] : [];
  });
}

/** What ends of itself within a few polls is not worth a line. */
const worthTellingAfterMs = 30_000;

async function operationalNews(store: Store, told: Told): Promise<readonly StoryLine[]> {
  const open = new Map(
    (await openOperationalAlerts(store.db))
      .filter(({ raisedAt }) => Date.parse(raisedAt) <= Date.now() - worthTellingAfterMs)
      .map((alert) => [`${alert.kind} ${alert.subject}`, alert]),
  );
  const raised = [...open].filter(([key]) => !told.operational.has(key));
  const ended = [...told.operational].filter(([key]) => !open.has(key));
  for (const [key, alert] of raised) told.operational.set(key, alert);
  for (const [key] of ended) told.operational.delete(key);
  return [
    ...raised.map(([, alert]) => operationalLine(alert, 'raised')),
    ...ended.map(([, alert]) => operationalLine(alert, 'ended')),
  ];
}

async function auditNews(store: Store, told: Told, config: Config, plans: ShownPlans): Promise<readonly StoryLine[]> {
  const lines: StoryLine[] = [];
  for (const record of await auditRecordsAfter(store.db, told.auditPosition)) {
    told.auditPosition = record.position;
    const line = auditLine(record);
    if (line !== undefined) lines.push(line);
    // What was only rejected, or had nothing to do, has been told line by line.
    const [closed] = entriesOfKind([record], 'case-closed');
    if (closed?.data.verdict === 'contained' && record.caseId !== undefined)
      lines.push(await tellClosed(record.caseId, config));
    if (record.kind === 'plan-presented' && record.caseId !== undefined)
      lines.push(
        ...(await tellReplaced(store, record.caseId, told)),
        ...(await tellPlan(store, record.caseId, config, plans)),
      );
    const [undo] = entriesOfKind([record], 'undo-asked');
    if (undo !== undefined && undo.data.actionIds.length > 0 && record.caseId !== undefined)
      lines.push(...(await tellUndo(store, record.caseId, undo.data.plan as Digest, config)));
  }
  return lines;
}

/** What an earlier run has left waiting: open cases with their plans, and plans to undo, of cases that have closed too. */
export async function leftWaiting(store: Store, config: Config, plans: ShownPlans): Promise<readonly StoryLine[]> {
  const all = await listCases(store.db);
  const undos = await waitingUndos(
    store.db,
    all.map(({ id }) => id),
  );
  const cases = all.filter(({ closedAt }) => closedAt === null);
  const lines: StoryLine[] = cases.map(({ id, status }) => ({ kind: 'case', text: `case ${id} is open: ${status}` }));
  for (const { id, status } of cases)
    if (status === 'awaiting-decision') lines.push(...(await tellPlan(store, id, config, plans)));
  for (const [id, digest] of undos) lines.push(...(await tellUndo(store, id, digest, config)));
  return lines;
}

/** So long nothing is told before it is said what is waited for; a silent terminal looks like a broken one. */
const heartbeatMs = 2 * 60_000;
/** And so often while nothing happens. */
const heartbeatAgainMs = 10 * 60_000;

/** Says what is waited for, once nothing has been told for a while. */
async function tellHeartbeat(store: Store, config: Config, screen: Screen, beat: Heartbeat): Promise<void> {
  const [nowMs, lastMs] = [Date.now(), screen.toldAtMs()];
  const isQuietStill = lastMs === beat.toldAtMs;
  if (nowMs - lastMs < (isQuietStill ? heartbeatAgainMs : heartbeatMs)) return;
  if (!isQuietStill) beat.quietFromMs = lastMs;
  const { sources } = await readingProgress(store.db);
  const quietMs = nowMs - beat.quietFromMs;
  screen.tell(heartbeatLine(await openCases(store), { quietMs, sources }, configOption(config)));
  beat.toldAtMs = screen.toldAtMs();
}

/** When it was told last, and since when nothing else has been. */
interface Heartbeat {
  toldAtMs: number;
  quietFromMs: number;
}

/** The open cases, those that ask for somebody first. */
export async function openCases(store: Pick<Store, 'db'>): Promise<readonly OpenCase[]> {
  const all = await listCases(store.db);
  const undos = await waitingUndos(
    store.db,
    all.map(({ id }) => id),
  );
  const open = all.filter(({ id, closedAt, status }) => (closedAt === null && status !== 'quiet') || undos.has(id));
  const told = open.map(async ({ id, actor, status }): Promise<OpenCase> => {
    const waiting = (await loadPlans(store.db, id)).find(({ standing }) => standing === 'presented');
    const asked = waiting !== undefined && (waiting.undoes !== null || status === 'awaiting-decision');
    return {
      id,
      who: describeActor(actor),
      status: asked ? 'awaiting-decision' : status,
      decideBy: asked ? waiting.expiresAt : null,
    };
  });
  return (await Promise.all(told)).toSorted((a, b) => asking(b) - asking(a));
}

function asking({ status }: OpenCase): number {
  return Number(status === 'awaiting-decision' || status === 'needs-a-person');
}

/** More broken rules are counted: somebody else's folder may have hundreds. */
const brokenRulesTold = 10;

/** The rules that run. Those that do not are told of here as well: nobody reads the worker's log where nothing seems wrong. */
async function runningRules(config: Config, screen: Screen): Promise<ReadonlyMap<string, LiveRule>> {
  const broken: string[] = [];
  const { rules } = await loadRuleSet(config, (line, trouble) => {
    if (trouble === 'broken') broken.push(line);
  });
  for (const line of broken.slice(0, brokenRulesTold)) screen.warn(line);
  const more = broken.length - brokenRulesTold;
  if (more > 0) screen.warn(`and ${counted(more, 'more fault')} in rules: ${invocation()} doctor names them`);
  return new Map(rules.map((live) => [live.rule.id, live]));
}

/** Tells what happens, as it happens, until it is stopped; a store that does not answer for a while is asked again. */
export async function runStory(config: Config, screen: Screen, plans: ShownPlans, stop: AbortSignal): Promise<void> {
  const store = openStore(storeUrlOf(config), { maxConnections: 2 });
  const told: Told = {
    since: new Date().toISOString() as Instant,
    auditPosition: await latestAuditPosition(store.db),
    plans: new Map(),
    alerts: new Set(),
    known: new Set(),
    rules: await runningRules(config, screen),
    operational: new Map(),
    reading: '',
    caughtUp: false,
  };
  const beat: Heartbeat = { toldAtMs: Number.NaN, quietFromMs: 0 };
  try {
    for (const line of await leftWaiting(store, config, plans)) screen.tell(line);
    while (!stop.aborted) {
      try {
        for (const news of [readingNews, knownNews, alertNews, operationalNews])
          for (const line of await news(store, told)) screen.tell(line);
        for (const line of await auditNews(store, told, config, plans)) screen.tell(line);
        await tellHeartbeat(store, config, screen, beat);
      } catch (error) {
        screen.warn(`the store does not answer: ${error instanceof Error ? error.message : String(error)}`);
        await delay(5_000, undefined, { signal: stop }).catch(() => undefined);
      }
      await delay(everyMs, undefined, { signal: stop }).catch(() => undefined);
    }
  } finally {
    await store.close();
  }
}
