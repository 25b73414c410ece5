import type { CaseStatus } from '../../model/case-state.ts';
import type { DecisionStatement } from '../../model/decision.ts';
import { responseWorkflowId, undoResponseWorkflowId } from '../../messages/workflow-ids.ts';
import type { Config } from '../config/config.ts';
import { openConfiguredStore, openConnections } from '../compose/connections.ts';
import { printAnswer, printLine, printParts, tellLine } from '../terminal/terminal-output.ts';
import { styleFor, type Style } from '../terminal/terminal-style.ts';
import { asTypedHere } from '../invocation.ts';
import { commandLines } from '../terminal/wrapped-text.ts';
import type { StoreDb } from '../../adapters/store/database.ts';
import type { CaseTrust } from '../../investigation/case/case-trust.ts';
import { caseTrustHere } from '../compose/case-trust.ts';
import type { GraphFormat, ReportFormat } from '../../investigation/report/report-formats.ts';
import type { FoundEvent } from '../../investigation/seen-event.ts';
import { caseScreens, graphSection, type ScreenChoice } from '../case-screen/case-screens.ts';
import { caseEventTable, eventLine } from '../case-screen/event-table.ts';
import { sections } from '../case-screen/section.ts';
import { writeReport, writtenAs } from '../case-screen/written-case.ts';
import { shownCaseSchema } from '../../views/case.ts';
import { cases, casesSchema } from '../../views/cases.ts';
import { casePorts } from '../compose/case-ports.ts';
import { overStore } from '../compose/over-installation.ts';
import { assessLiveCase } from './assessed-case.ts';
import type { CaseId, Instant } from '../../model/ids.ts';
import { caseEvents, loadShownCase, shownCaseJson, type ShownCase } from './shown-case.ts';
import { askForPlan, DecisionRefusedError, giveDecision, type GivenDecision } from './decide.ts';
import { followResponse, NotContainedError } from './follow-response.ts';
import { lookedAtScreen, planScreen, renderCases } from './render-case.ts';
import { standingRows } from './standing-rows.ts';
import { lookLines } from './look-lines.ts';
import {
  type ActRequest,
  askToUndo,
  nothingUndone,
  StoppedTooLateError,
  stoppingLines,
  stopResponse,
  undoLines,
} from './stop-and-undo.ts';
import { whoAsks } from './who-asks.ts';
import { reopenClosedCase } from './reopen-case.ts';
import { sincePlanLines } from './since-plan-lines.ts';
import { statementLines } from './statement-lines.ts';
import { plainText, safe, safeJoin, safeJson, type SafeText } from '../../model/safe-text.ts';

/** What a person says with a decision, and how its outcome is told. */
export interface DecisionOptions {
  readonly plan: string;
  readonly reason: string;
  readonly actions?: readonly string[];
  readonly key?: string;
  readonly approver?: string;
  readonly wait?: boolean;
  readonly json?: boolean;
}

/** Prints cases to stdout. */
export async function printCases(
  config: Config,
  options: {
    readonly json?: boolean;
    readonly status?: CaseStatus;
    readonly account?: string;
    readonly actor?: string;
    readonly rule?: string;
    readonly limit: number;
  },
): Promise<void> {
  const { json, account, ...rest } = options;
  const filter = account === undefined ? rest : { ...rest, accountId: account };
  const answer = await overStore(config, ({ db }) => cases(casePorts(db), filter));
  if (json === true) printAnswer(casesSchema, answer);
  else printLine(renderCases(answer.investigations, styleFor(process.stdout)));
}

/** Which screens of a case are asked for. */
export interface CaseScreenOptions extends ScreenChoice {
  readonly plan?: boolean;
  readonly events?: boolean;
  readonly json?: boolean;
}

/**
 * Prints one case to stdout: its first screen, and those that are asked for behind it.
 *
 * @throws NoSuchCaseError
 */
export async function printCase(config: Config, caseId: string, options: CaseScreenOptions): Promise<void> {
  if (options.events === true) return printCaseEvents(config, caseId, { raw: true });
  await withStore(config, async (db, trust) => {
    const shown = await loadShownCase(db, caseId, trust);
    if (options.json === true) printAnswer(shownCaseSchema, shownCaseJson(shown));
    else printLine(screensOf(shown, options, styleFor(process.stdout)));
  });
}

function screensOf({ view, document }: ShownCase, options: CaseScreenOptions, style: Style): SafeText {
  const command = asTypedHere(safe`trailhound investigations show ${plainText(view.id)}`);
  const more = safe`  ${command} --plan --timeline --evidence --identity`;
  const deeper = safeJoin([safe`More (also --events):`, ...commandLines(more, style.width, safe`    `)], '\n');
  const nowMs = Date.now();
  const context = { nowMs, standing: standingRows(view, document, nowMs, style), deeper };
  return sections([
    caseScreens(document, options, context, style),
    options.evidence === true ? lookedAtScreen(view, style) : safe``,
    options.plan === true ? planScreen(view, style) : safe``,
  ]);
}

/**
 * Prints the events of a case: a table, or each as the store has it, a line of JSON that nothing in it can break out of.
 *
 * @throws NoSuchCaseError
 */
export async function printCaseEvents(
  config: Config,
  caseId: string,
  { raw, json }: { readonly raw?: boolean; readonly json?: boolean },
): Promise<void> {
  await withStore(config, async (db, trust) => {
    if (raw === true) {
      for await (const events of caseEvents(db, caseId, trust)) {
        await printParts(events.map(({ ecs }) => safe`${safeJson(ecs)}\n`));
      }
      return;
    }
    const all: FoundEvent[] = [];
    for await (const events of caseEvents(db, caseId, trust)) all.push(...events);
    if (json === true) printLine(safeJson({ events: all.map(eventLine) }));
    else printLine(caseEventTable(all, styleFor(process.stdout)));
  });
}

/**
 * Prints who gave access to whom in a case.
 *
 * @throws NoSuchCaseError
 */
export async function printCaseGraph(
  config: Config,
  caseId: string,
  { format }: { readonly format?: GraphFormat },
): Promise<void> {
  await withStore(config, async (db, trust) => {
    const { document } = await loadShownCase(db, caseId, trust);
    printLine(format === undefined ? graphSection(document, styleFor(process.stdout)) : writtenAs([document], format));
  });
}

/**
 * Prints the report of a case, or writes it into a file.
 *
 * @throws NoSuchCaseError, UnknownReportFormError
 */
export async function printCaseReport(
  config: Config,
  caseId: string,
  { format, output }: { readonly format?: ReportFormat; readonly output?: string },
): Promise<void> {
  await withStore(config, async (db, trust) => {
    const { document } = await loadShownCase(db, caseId, trust);
    if (output !== undefined) writeReport([document], output, format);
    else printLine(writtenAs([document], format ?? 'markdown'));
  });
}

/** These look at the store alone: no server of Temporal has to be there. */
async function withStore(config: Config, work: (db: StoreDb, trust: CaseTrust) => Promise<void>): Promise<void> {
  const store = await openConfiguredStore(config, { maxConnections: 2 });
  try {
    await work(store.db, await caseTrustHere(config));
  } finally {
    await store.close();
  }
}

/**
 * Gives a decision and says how it was answered; with `wait`, also how the response ended.
 *
 * @throws DecisionRefusedError, NotContainedError, NoSuchCaseError, ApproverKeyFileError
 */
export async function printDecision(
  config: Config,
  options: DecisionOptions & { readonly caseId: string; readonly verdict: 'approve' | 'reject' },
): Promise<void> {
  const connections = await openConnections(config);
  try {
    const { caseId, verdict, plan, reason, approver } = options;
    const request = { caseId, verdict, plan, reason, approver, actionIds: options.actions, keyFile: options.key };
    function show(statement: DecisionStatement): void {
      if (options.json !== true) for (const line of statementLines(statement)) printLine(line);
    }
    const since =
      options.json === true ? [] : await sincePlanLines(connections.store.db, caseId, await caseTrustHere(config));
    for (const line of since) printLine(line);
    const given = await giveDecision(request, { db: connections.store.db, cases: connections.cases, config, show });
    const { statement } = given;
    const what =
      verdict === 'approve'
        ? safe`approved ${safeJoin(
            given.actionIds.map((id) => plainText(id)),
            ', ',
          )}`
        : safe`rejected the plan`;
    if (options.json !== true) printLine(safe`${plainText(statement.approver)} ${what}: accepted`);
    const follows = options.wait === true && verdict === 'approve';
    const response = follows
      ? await followResponse(connections.cases, responseOf(given), (line) => tellLine(plainText(line, 1_000)))
      : null;
    if (options.json === true) printLine(safeJson({ ...given, response }));
    else
      for (const { actionId, outcome, detail } of response?.actions ?? [])
        printLine(safe`${plainText(actionId)}: ${plainText(outcome)}. ${plainText(detail, 1_000)}`);
    if (response === null) return;
    if (response.ended !== 'contained') throw new NotContainedError(response.ended, statement.caseId);
    const left = given.plan.undoes ? 0 : await waysInLeft(config, connections.store.db, statement.caseId);
    if (left > 0) throw new NotContainedError(response.ended, statement.caseId, left);
  } finally {
    await connections.close();
  }
}

/** How many ways in no action has closed: what is done is not yet contained. */
async function waysInLeft(config: Config, db: StoreDb, caseId: CaseId): Promise<number> {
  const now = new Date().toISOString() as Instant;
  const { containment } = await assessLiveCase(db, caseId, await caseTrustHere(config), now);
  return containment.left.length;
}

/**
 * Asks for a fresh plan.
 *
 * @throws DecisionRefusedError, NoSuchCaseError
 */
export async function printReplan(
  config: Config,
  caseId: string,
  { json }: { readonly json?: boolean },
): Promise<void> {
  const connections = await openConnections(config);
  try {
    const { db } = connections.store;
    const requestedBy = await whoAsks(config, undefined);
    const since = json === true ? [] : await sincePlanLines(db, caseId, await caseTrustHere(config));
    const { caseId: id, look } = await askForPlan(caseId, requestedBy, {
      db,
      cases: connections.cases,
      reopen: (id) => reopenClosedCase(connections, id, requestedBy),
    });
    for (const line of since) printLine(line);
    if (json === true) printLine(safeJson({ caseId: id, accepted: true, look }));
    else for (const line of await lookLines(db, id, look)) printLine(line);
  } finally {
    await connections.close();
  }
}

function responseOf({ plan, statement: { caseId } }: GivenDecision): string {
  return plan.undoes ? undoResponseWorkflowId(caseId, plan.version) : responseWorkflowId(caseId, plan.version);
}

/** Why somebody asks for what needs no signature, and whose key says who it is. */
export interface AskingOptions {
  readonly reason?: string;
  readonly key?: string;
  readonly json?: boolean;
}

async function askingOf(config: Config, { reason, key }: AskingOptions): Promise<ActRequest> {
  return { requestedBy: await whoAsks(config, key), reason };
}

/**
 * Stops the response of a case, and says so, and what it had done.
 *
 * @throws StoppedTooLateError, DecisionRefusedError where none was begun, NoSuchCaseError, ApproverKeyFileError
 */
export async function printStop(config: Config, caseId: string, options: AskingOptions): Promise<void> {
  const connections = await openConnections(config);
  try {
    const asking = await askingOf(config, options);
    const stopping = await stopResponse(caseId, asking, { db: connections.store.db, cases: connections.cases });
    if (options.json === true) printLine(safeJson(stopping));
    else for (const line of stoppingLines(stopping)) printLine(line);
    if (stopping.kind === 'too-late') throw new StoppedTooLateError(stopping.caseId, stopping.ended);
  } finally {
    await connections.close();
  }
}

/**
 * Asks for a plan that takes back what a response has done, and shows it.
 *
 * @throws DecisionRefusedError where there is nothing to undo, or it is being undone, NoSuchCaseError, ApproverKeyFileError
 */
export async function printUndo(config: Config, caseId: string, options: AskingOptions): Promise<void> {
  const connections = await openConnections(config);
  try {
    const { db } = connections.store;
    const asking = await askingOf(config, options);
    const { caseId: id, undoing } = await askToUndo(caseId, asking, { db, cases: connections.cases });
    if (options.json === true) printLine(safeJson({ caseId: id, undoing }));
    else for (const line of await undoLines(db, id, undoing)) printLine(line);
    if (undoing.kind === 'nothing-to-undo') {
      const remedy = `What the response did needs no taking back, or people must do it: \`trailhound investigations show ${id}\``;
      throw new DecisionRefusedError('nothing-to-undo', remedy, nothingUndone);
    }
  } finally {
    await connections.close();
  }
}
