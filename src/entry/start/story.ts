import { setTimeout as delay } from 'node:timers/promises';
import type { OperationalAlert } from '../../collection/ports.ts';
import { entriesOfKind } from '../../audit/audit-record.ts';
import { actsInWords } from '../../investigation/report/act-words.ts';
import type { CaseId, Digest } from '../../model/ids.ts';
import type { LiveRule } from '../../detection/live/live-ports.ts';
import {
  awaitedCases,
  type KnownMatch,
  type News,
  news,
  type NewsAlert,
  newsFrom,
  type NewsPlace,
  type NewsPorts,
  type PlanNews,
  planNews,
  type RaisedAlert,
  type ReadingProgress,
  undoNews,
  type UndoNews,
  waiting,
  type WaitingPorts,
} from '../../views/news.ts';
import { story } from '../../views/story.ts';
import { auditPorts } from '../compose/audit-ports.ts';
import { newsPorts } from '../compose/news-ports.ts';
import { overConnections, overStore } from '../compose/over-installation.ts';
import { loadRuleSet, type RuleTrouble, switchedOffLine } from '../compose/rule-set.ts';
import { loadConfigOfInstallation, type Config } from '../config/config.ts';
import { invocation } from '../invocation.ts';
import { counted } from '../../model/counted.ts';
import { currentInstant } from '../../model/instant.ts';
import { minuteMs } from '../../model/duration.ts';
import { type CasePace, createCasePace } from './case-pace.ts';
import type { ShownPlans } from './key-controls.ts';
import type { Screen, StoryLine } from './screen.ts';
import {
  alertLines,
  afterAuditLine,
  auditLine,
  closedCaseLine,
  knownLine,
  operationalLine,
  alteredPlanLine,
  asNamed,
  briefPlanLine,
  moreCasesLine,
  openCaseLine,
  planLines,
  readingLine,
  heartbeatLine,
  replacedPlanLine,
  undoPlanLine,
  voidPlanLine,
} from './story-lines.ts';

const everyMs = 700;

interface Told {
  readonly pace: CasePace;
  /** The plan of each case that was told last. */
  readonly plans: Map<CaseId, Digest>;
  /** What each case means, as far as it was told with a plan. */
  readonly findings: Map<CaseId, ReadonlySet<string>>;
  place: NewsPlace;
  readonly known: Set<string>;
  /** The rules that run, by ID. */
  readonly rules: ReadonlyMap<string, LiveRule>;
  /** Operational alerts that are open and told, by kind and subject. */
  readonly operational: Map<string, OperationalAlert>;
  reading: string;
  caughtUp: boolean;
}

/** Where telling begins. */
export function nothingTold(place: NewsPlace, rules: Told['rules']): Told {
  return {
    pace: createCasePace(),
    place,
    plans: new Map(),
    findings: new Map(),
    known: new Set(),
    rules,
    operational: new Map(),
    reading: '',
    caughtUp: false,
  };
}

/** The simulation in the default folder is found without an option; anything else has to be named. */
function configOption({ file }: Config): string {
  return file === undefined || file === loadConfigOfInstallation(undefined, {}).file ? '' : ` --config ${file}`;
}

/** The plan of the case that was told before this one, and that nobody had decided on. */
function replacedBy({ record: { id }, plan, plans }: PlanNews, told: Told): PlanNews['plan'] | undefined {
  const before = told.plans.get(id);
  if (before === plan.digest) return undefined;
  told.plans.set(id, plan.digest);
  const replaced = plans.find(({ digest }) => digest === before);
  return replaced?.standing === 'superseded' ? replaced : undefined;
}

/** Where another plan was told before, that it is void. */
function tellReplaced(
  { record: { id }, plan }: PlanNews,
  replaced: PlanNews['plan'] | undefined,
): readonly StoryLine[] {
  return replaced === undefined ? [] : [replacedPlanLine(id, replaced.digest, plan.digest)];
}

/** The findings of a case that no plan of it was told with before. */
function untold({ record: { id }, findings }: PlanNews, told: Told): PlanNews['findings'] {
  const before = told.findings.get(id) ?? new Set();
  told.findings.set(id, new Set([...before, ...findings.map(({ sentence }) => sentence)]));
  return findings.filter(({ sentence }) => !before.has(sentence));
}

function tellPlan(
  { record, plan: { opened, expiresAt, digest }, findings }: PlanNews,
  config: Config,
  plans: ShownPlans,
  replaced?: PlanNews['plan'],
): readonly StoryLine[] {
  const caseId = record.id;
  if (opened.kind === 'altered') return [alteredPlanLine(caseId, digest)];
  const { actions } = opened.plan;
  const recommended = actions.filter((action) => action.recommended);
  const acts = actsInWords(recommended.map(asNamed));
  if (actions.length > 0) plans.show({ caseId, digest: opened.plan.digest, acts });
  const before = replaced?.opened.kind === 'altered' ? undefined : replaced?.opened.plan;
  return planLines(record, findings, opened.plan, expiresAt, configOption(config), before);
}

/** A plan to undo: it is decided by its command, for keys decide on the plan that contains. */
function tellUndo({ caseId, plan }: UndoNews, config: Config): StoryLine {
  const { opened, expiresAt, digest } = plan;
  return opened.kind === 'altered'
    ? alteredPlanLine(caseId, digest)
    : undoPlanLine(caseId, opened.plan, expiresAt, configOption(config));
}

async function tellClosed(caseId: CaseId, config: Config): Promise<StoryLine> {
  const { entries } = await overConnections(config, (connections) => story(auditPorts(connections), caseId));
  return closedCaseLine(caseId, entries, configOption(config));
}

function readingNews(progress: ReadingProgress, told: Told): readonly StoryLine[] {
  if (progress.sources === 0 || told.caughtUp) return [];
  const caughtUp = progress.caughtUp === progress.sources;
  const key = `${progress.caughtUp}/${progress.sources}`;
  if (key === told.reading || (progress.caughtUp === 0 && progress.events === 0)) return [];
  told.reading = key;
  told.caughtUp = caughtUp;
  return [readingLine(progress)];
}

function alertNews(alerts: readonly NewsAlert[], told: Told): readonly StoryLine[] {
  const live = alerts.filter(({ isLive }) => isLive);
  return alertLines(live, (ruleId) => told.rules.get(ruleId)?.rule);
}

/** Only a rule that looks for what is new can say that something is not. */
function knownNews(known: readonly KnownMatch[], told: Told): readonly StoryLine[] {
  function keyOf(match: KnownMatch) {
    return JSON.stringify([match.ruleId, match.groupValues]);
  }
  const matches = known.filter((match) => !told.known.has(keyOf(match)));
  for (const match of matches) told.known.add(keyOf(match));
  return matches.flatMap((match) => {
    const rule = told.rules.get(match.ruleId);
    return rule?.matcher.learns === true ? [knownLine(match, rule.rule.name)] : [];
  });
}

/** Kinds that the audit's own line has told at once; at the next start they are told from here. */
const toldByAudit: ReadonlySet<RaisedAlert['kind']> = new Set(['case-reopened', 'case-taken-up']);

/** What ends of itself within a few polls is not worth a line. */
const worthTellingAfterMs = 30_000;

function operationalNews(alerts: readonly RaisedAlert[], told: Told): readonly StoryLine[] {
  const open = new Map(
    alerts
      .filter(({ raisedAt }) => Date.parse(raisedAt) <= Date.now() - worthTellingAfterMs)
      .filter(({ kind, raisedAt }) => !toldByAudit.has(kind) || Date.parse(raisedAt) < Date.parse(told.place.since))
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

/** What is said of each case that opens; of one that is told in a line, its plan's line says it. */
const routine: ReadonlySet<string> = new Set(['case-opened', 'plan-presented', 'needs-a-person']);

/** Of a case that opens with many others: a line at its plan, or nothing where it is counted. */
async function briefNews(
  { kind }: News['records'][number],
  caseId: CaseId,
  ports: WaitingPorts,
  told: Told,
  config: Config,
): Promise<readonly StoryLine[]> {
  if (kind !== 'plan-presented' || told.pace.tellingOf(caseId) === 'counted') return [];
  const presented = await planNews(ports, caseId);
  if (presented === null) return [];
  const replaced = tellReplaced(presented, replacedBy(presented, told));
  return [...replaced, briefPlanLine(presented, configOption(config))];
}

/** A plan that was told, of a case that goes on as another: whoever copied its command is refused. */
function tellVoid(caseId: CaseId, into: string, told: Told, plans: ShownPlans, config: Config): readonly StoryLine[] {
  const digest = told.plans.get(caseId);
  plans.forget(caseId);
  told.plans.delete(caseId);
  return digest === undefined ? [] : [voidPlanLine(caseId, digest, into, configOption(config))];
}

async function auditNews(
  record: News['records'][number],
  ports: WaitingPorts,
  told: Told,
  config: Config,
  plans: ShownPlans,
): Promise<readonly StoryLine[]> {
  const { caseId } = record;
  if (caseId !== undefined && routine.has(record.kind) && told.pace.tellingOf(caseId) !== 'whole')
    return await briefNews(record, caseId, ports, told, config);
  const line = auditLine(record);
  const lines = line === undefined ? [] : [line];
  if (caseId === undefined) return lines;
  lines.push(...afterAuditLine(record, configOption(config)));
  // What was only rejected, or had nothing to do, has been told line by line.
  const [closed] = entriesOfKind([record], 'case-closed');
  if (closed?.data.verdict === 'contained') lines.push(await tellClosed(caseId, config));
  if (record.kind === 'case-merged') lines.push(...tellVoid(caseId, record.subject, told, plans, config));
  const presented = record.kind === 'plan-presented' ? await planNews(ports, caseId) : null;
  if (presented !== null) {
    const replaced = replacedBy(presented, told);
    lines.push(
      ...tellReplaced(presented, replaced),
      ...tellPlan({ ...presented, findings: untold(presented, told) }, config, plans, replaced),
    );
  }
  const [asked] = entriesOfKind([record], 'undo-asked');
  if (asked !== undefined && asked.data.actionIds.length > 0) {
    const undo = await undoNews(ports, caseId, asked.data.plan as Digest);
    if (undo !== null) lines.push(tellUndo(undo, config));
  }
  return lines;
}

/** What an earlier run has left waiting: open cases with their plans, and plans to undo, of cases that have closed too. */
export async function leftWaiting(
  ports: WaitingPorts,
  config: Config,
  plans: ShownPlans,
): Promise<readonly StoryLine[]> {
  const { cases, undos } = await waiting(ports);
  return [
    ...cases.flatMap(({ record, plan }) => (plan === null ? [openCaseLine(record)] : tellPlan(plan, config, plans))),
    ...undos.map((undo) => tellUndo(undo, config)),
  ];
}

/** So long nothing is told before it is said what is waited for; a silent terminal looks like a broken one. */
const heartbeatMs = 2 * minuteMs;
/** And so often while nothing happens. */
const heartbeatAgainMs = 10 * minuteMs;

/** Says what is waited for, once nothing has been told for a while. */
async function tellHeartbeat(
  ports: NewsPorts & WaitingPorts,
  config: Config,
  screen: Screen,
  beat: Heartbeat,
): Promise<void> {
  const [nowMs, lastMs] = [Date.now(), screen.toldAtMs()];
  const isQuietStill = lastMs === beat.toldAtMs;
  if (nowMs - lastMs < (isQuietStill ? heartbeatAgainMs : heartbeatMs)) return;
  if (!isQuietStill) beat.quietFromMs = lastMs;
  const { sources } = await ports.readingProgress();
  const quietMs = nowMs - beat.quietFromMs;
  const open = await awaitedCases(ports);
  const said = JSON.stringify(open);
  screen.tell(
    heartbeatLine(open, { quietMs, sources, saidBefore: isQuietStill && said === beat.said }, configOption(config)),
  );
  beat.said = said;
  beat.toldAtMs = screen.toldAtMs();
}

/** When it was told last, and since when nothing else has been. */
interface Heartbeat {
  toldAtMs: number;
  quietFromMs: number;
  /** Of which cases it spoke. */
  said: string;
}

/** More broken rules are counted: somebody else's folder may have hundreds. */
const brokenRulesTold = 10;

/** The rules that run. Those that do not are told of here as well: nobody reads the worker's log where nothing seems wrong. */
async function runningRules(config: Config, screen: Screen): Promise<ReadonlyMap<string, LiveRule>> {
  const told: Record<RuleTrouble, string[]> = { broken: [], doubtful: [], 'switched-off': [] };
  const { rules } = await loadRuleSet(config, (line, trouble) => told[trouble].push(line));
  const { broken, 'switched-off': off } = told;
  for (const line of broken.slice(0, brokenRulesTold)) screen.warn(line);
  const more = broken.length - brokenRulesTold;
  if (more > 0) screen.warn(`and ${counted(more, 'more fault')} in rules: ${invocation()} doctor names them`);
  if (off.length > 0) screen.note(switchedOffLine(off.length));
  return new Map(rules.map((live) => [live.rule.id, live]));
}

/** Tells what happens, as it happens, until it is stopped; a store that does not answer for a while is asked again. */
export async function runStory(config: Config, screen: Screen, plans: ShownPlans, stop: AbortSignal): Promise<void> {
  await overStore(
    config,
    async ({ db }) => {
      const ports = newsPorts(db);
      const told = nothingTold(await newsFrom(ports, currentInstant()), await runningRules(config, screen));
      const beat: Heartbeat = { toldAtMs: Number.NaN, quietFromMs: 0, said: '' };
      for (const line of await leftWaiting(ports, config, plans)) screen.tell(line);
      while (!stop.aborted) {
        try {
          await tellNews(ports, told, config, screen, plans);
          await tellHeartbeat(ports, config, screen, beat);
        } catch (error) {
          screen.warn(`the store does not answer: ${error instanceof Error ? error.message : String(error)}`);
          await delay(5_000, undefined, { signal: stop }).catch(() => undefined);
        }
        await delay(everyMs, undefined, { signal: stop }).catch(() => undefined);
      }
    },
    { maxConnections: 2 },
  );
}

/** Tells what is new since it was told last. */
export async function tellNews(
  ports: NewsPorts & WaitingPorts,
  told: Told,
  config: Config,
  screen: Screen,
  plans: ShownPlans,
): Promise<void> {
  const since = await news(ports, told.place);
  const { progress, known, alerts, operational, records } = since.news;
  const lines = [
    ...readingNews(progress, told),
    ...knownNews(known, told),
    ...alertNews(alerts, told),
    ...operationalNews(operational, told),
  ];
  for (const line of lines) screen.tell(line);
  told.place = { ...since.next, auditPosition: told.place.auditPosition };
  for (const record of records) {
    told.place = { ...told.place, auditPosition: record.position };
    for (const line of await auditNews(record, ports, told, config, plans)) screen.tell(line);
  }
  const more = told.pace.takeCounted();
  if (more > 0) screen.tell(moreCasesLine(more, configOption(config)));
}
