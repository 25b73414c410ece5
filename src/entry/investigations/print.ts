import { type DecisionRequest, decideOnPlan, type GivenDecision } from '../../commands/decide.ts';
import { followResponse } from '../../commands/follow-response.ts';
import { askForPlan } from '../../commands/replan.ts';
import { stopResponse } from '../../commands/stop-response.ts';
import { askToUndo, nothingToUndo } from '../../commands/undo-response.ts';
import { storeLookEveryMs } from '../../investigation/case/look-pace.ts';
import type { GraphFormat, ReportFormat } from '../../investigation/report/report-formats.ts';
import type { FoundEvent } from '../../investigation/seen-event.ts';
import { responseWorkflowId, undoResponseWorkflowId } from '../../messages/workflow-ids.ts';
import { counted, forNumber } from '../../model/counted.ts';
import type { DecisionStatement } from '../../model/decision.ts';
import { currentInstant } from '../../model/instant.ts';
import type { CaseStatus } from '../../model/case-state.ts';
import { plainText, safe, safeJoin, safeJson, type SafeText } from '../../model/safe-text.ts';
import type { CasePorts } from '../../views/case.ts';
import { caseEvent, caseEvents, type CaseEventsPorts } from '../../views/case-events.ts';
import { cases } from '../../views/cases.ts';
import { comparedInNumbers } from '../../views/compared-cases.ts';
import { liveCase } from '../../views/live-case.ts';
import { opensAgain, planInWords, seenSincePlan, waitingPlans } from '../../views/plan.ts';
import { shownCase, type ShownCase, shownCaseJson } from '../../views/shown-case.ts';
import { caseScreens, graphSection, type ScreenChoice } from '../case-screen/case-screens.ts';
import { caseEventTable } from '../case-screen/event-table.ts';
import { sections } from '../case-screen/section.ts';
import { writeReport, writtenAs } from '../case-screen/written-case.ts';
import { decidePorts, planActPorts } from '../compose/case-act-ports.ts';
import { liveCasePorts } from '../compose/case-ports.ts';
import { comparedBesideAList, comparedCasesHere, lostCase } from '../compose/compared-cases.ts';
import { caseTrustHere } from '../compose/case-trust.ts';
import { overCase, overStore } from '../compose/over-installation.ts';
import { readKey } from '../compose/signing-key.ts';
import { whoAsks } from '../compose/who-asks.ts';
import type { Config } from '../config/config.ts';
import { printAnswer, printAsItIs, printLine, printParts, printProse, tellLine } from '../terminal/terminal-output.ts';
import { isConfirmed } from '../terminal/confirmation.ts';
import { styleFor, type Style } from '../terminal/terminal-style.ts';
import { comparedLines } from './compared-lines.ts';
import { hangingLines } from '../terminal/wrapped-text.ts';
import { lookScreen } from './look-report.ts';
import { lookLines, undoBesideLines } from './look-lines.ts';
import { casesCsv, lookedAtScreen, planScreen, renderCases } from './render-case.ts';
import { NotContainedError, StoppedTooLateError } from './response-errors.ts';
import { sincePlanLines } from './since-plan-lines.ts';
import { standingRows } from './standing-rows.ts';
import { statementLines } from './statement-lines.ts';
import { stoppingLines } from './stopping-lines.ts';
import { askedLine, goesOnLine } from './unwatched-lines.ts';
import { watchedWork } from '../terminal/watched-work.ts';
import { leftOutLines, notChosenLines } from './left-out-lines.ts';
import { afterResponseLines } from './after-response-lines.ts';
import { endedLines, runningLine } from './carrying-out-lines.ts';
import { signedOpensLines, undoLines, voidSoonLines, waitsBesideLine } from './undo-lines.ts';

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
    readonly output: 'table' | 'csv';
    readonly status?: CaseStatus;
    readonly account?: string;
    readonly actor?: string;
    readonly rule?: string;
    readonly limit: number;
  },
): Promise<void> {
  const { json, output, account, ...rest } = options;
  const filter = account === undefined ? rest : { ...rest, accountId: account };
  const trust = await caseTrustHere(config);
  const { compared, investigations } = await overStore(config, async ({ db }) => {
    const comparing = comparedCasesHere(config, db, comparedBesideAList);
    return { ...(await cases(liveCasePorts(db, trust), filter)), compared: comparedInNumbers(await comparing) };
  });
  if (json === true)
    return await printAnswer('investigations list', { investigations, comparedWithTemporal: compared });
  if (output === 'csv') await printParts([casesCsv(investigations)]);
  else printLine(renderCases(investigations, styleFor(process.stdout)));
  for (const line of comparedLines(compared)) tellLine(line);
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
  await overCases(config, caseId, async (ports) => {
    const shown = await shownCase(ports, caseId);
    if (options.json === true) await printAnswer('investigations show', shownCaseJson(shown));
    else printLine(screensOf(shown, options, config.response.watchMs, styleFor(process.stdout)));
  });
}

function screensOf({ view, document }: ShownCase, options: CaseScreenOptions, watchMs: number, style: Style): SafeText {
  const screens = safe`show ${plainText(view.id)} --plan --timeline --evidence --identity, or --events`;
  const deeper = safeJoin(hangingLines(safe`More      `, screens, style.width), '\n');
  const nowMs = Date.now();
  const context = { nowMs, standing: standingRows(view, document, nowMs, style), deeper };
  return sections([
    caseScreens(document, options, context, style),
    options.evidence === true ? lookedAtScreen(view, style) : safe``,
    options.evidence === true ? lookScreen(view, storeLookEveryMs(watchMs), style) : safe``,
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
  await overCases(config, caseId, async (ports) => {
    if (raw === true) {
      for await (const events of caseEvents(ports, caseId)) {
        await printParts(events.map(({ ecs }) => safe`${safeJson(ecs)}\n`));
      }
      return;
    }
    const all: FoundEvent[] = [];
    for await (const events of caseEvents(ports, caseId)) all.push(...events);
    if (json === true) await printAnswer('investigations events', { events: all.map(caseEvent) });
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
  await overCases(config, caseId, async (ports) => {
    const { document } = await shownCase(ports, caseId);
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
  await overCases(config, caseId, async (ports) => {
    const { document } = await shownCase(ports, caseId);
    if (output !== undefined) writeReport([document], output, format);
    else printLine(writtenAs([document], format ?? 'markdown'));
  });
}

/**
 * These look at the store alone: no server of Temporal has to be there, but to tell of a case whose row is gone.
 *
 * @throws NoSuchCaseError, LostCaseError
 */
async function overCases(
  config: Config,
  named: string,
  work: (ports: CasePorts & CaseEventsPorts) => Promise<void>,
): Promise<void> {
  const trust = await caseTrustHere(config);
  await overStore(config, ({ db }) => work(liveCasePorts(db, trust)), { maxConnections: 2 }).catch((error: unknown) =>
    lostCase(config, named, error),
  );
}

/**
 * Gives a decision and says how it was answered; with `wait`, also how the response ended.
 *
 * @throws ActRefusedError, NotContainedError, NoSuchCaseError, ApproverKeyFileError
 */
export async function printDecision(config: Config, options: DecisionOptions & DecisionChoice): Promise<void> {
  const trust = await caseTrustHere(config);
  function say(line: SafeText): void {
    if (options.json !== true) printProse(line);
  }
  await overCase(config, options.caseId, async (connections) => {
    const known = liveCasePorts(connections.store.db, trust);
    const { caseId: typed, verdict, plan, reason, actions: actionIds } = options;
    const signer = await readKey({ keyFile: options.key, approver: options.approver }, config);
    const ports = decidePorts(
      connections,
      { config, trust, signer },
      {
        show: async (statement) => {
          if (options.json === true) return;
          const { width } = styleFor(process.stdout);
          const shown = [...statementLines(statement, width), ...(await opensWhenSigned(known, statement, width))];
          for (const line of shown) await printAsItIs(line);
          for (const line of leftOutLines(statement)) say(line);
          for (const line of await notChosen(known, statement)) say(line);
          const since = await seenSincePlan(known, typed);
          // Of a plan to undo there is nothing to compare with: it is about what we did ourselves.
          if (since?.planDigest === statement.planDigest) for (const line of sincePlanLines(typed, since)) say(line);
          for (const line of await besideLines(known, statement)) say(line);
        },
        confirm: async () => options.json === true || (await isConfirmed('Sign this?')),
      },
    );
    const request = { caseId: typed, verdict, plan, reason, actionIds };
    const given = await decideOnPlan(ports, { name: signer.approver }, request);
    say(safe`${plainText(signer.approver)} ${doneInWords(given)}: accepted`);
    const follows = options.wait === true && verdict === 'approve';
    const response = follows
      ? await watchedWork(
          () =>
            followResponse(planActPorts(connections, trust), responseOf(given), (running) =>
              tellLine(runningLine(given.statement, running)),
            ),
          goesOnLine(given.statement.caseId, given.plan),
        )
      : null;
    if (options.json === true) await printAnswer(`investigations ${verdict}`, { ...given, response });
    if (response === null) return;
    for (const line of endedLines(given.statement, response)) say(line);
    const { caseId } = given.statement;
    if (response.ended !== 'contained') throw new NotContainedError(response, caseId);
    const { undoes } = given.plan;
    const { watchMs } = config.response;
    for (const line of afterResponseLines(await shownCase(known, caseId), { undoes, watchMs, nowMs: Date.now() }))
      say(line);
    // What no action has closed: what is done is not yet contained.
    const left = undoes ? 0 : (await liveCase(known, caseId)).containment.left.length;
    if (left > 0) throw new NotContainedError(response, caseId, left);
  });
}

/** Which ways in an undoing opens again by what is signed of it. */
async function opensWhenSigned(
  known: Parameters<typeof opensAgain>[0],
  { verdict, planDigest, actions }: DecisionStatement,
  width: number | undefined,
): Promise<readonly SafeText[]> {
  if (verdict !== 'approve') return [];
  const chosen = actions.map(({ id }) => id);
  return signedOpensLines(await opensAgain(known, planDigest, chosen), width);
}

/** What else waits for a decision, and, of what would be taken back, what is open as it is. */
async function besideLines(
  known: Parameters<typeof liveCase>[0] & Pick<CasePorts, 'plansOf'>,
  { caseId, planDigest, verdict }: DecisionStatement,
): Promise<readonly SafeText[]> {
  const waits = await waitingPlans(known, caseId, currentInstant());
  const besides = waits.filter(({ digest }) => digest !== planDigest).map(waitsBesideLine);
  const undoes = waits.some((each) => each.digest === planDigest && each.undoes);
  if (undoes === (verdict === 'reject')) return besides;
  const open = (await liveCase(known, caseId)).containment.left.length;
  if (open === 0) return besides;
  const ways = safe`${counted(open, 'way')} in of the case ${forNumber(open, 'is', 'are')} open or unknown`;
  const then = undoes ? safe` before anything is taken back` : safe`, and a rejection closes none of them`;
  return [...besides, safe`${ways}${then}`];
}

async function notChosen(
  { plansOf }: Pick<CasePorts, 'plansOf'>,
  statement: DecisionStatement,
): Promise<readonly SafeText[]> {
  const plan = (await plansOf(statement.caseId)).find(({ digest }) => digest === statement.planDigest);
  return plan?.opened.kind === 'intact' ? notChosenLines(statement, plan.opened.plan) : [];
}

type DecisionChoice = Pick<DecisionRequest, 'caseId' | 'verdict'>;

function doneInWords({ statement: { verdict }, plan, actionIds }: GivenDecision): SafeText {
  const of = plan.undoes ? safe`the undoing` : safe`the plan`;
  return verdict === 'reject' ? safe`rejected ${of}` : safe`approved ${counted(actionIds.length, 'action')} of ${of}`;
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

/**
 * Asks for a fresh plan.
 *
 * @throws ActRefusedError, NoSuchCaseError, ApproverKeyFileError
 */
export async function printReplan(config: Config, typed: string, { reason, key, json }: AskingOptions): Promise<void> {
  const caller = await whoAsks(config, key);
  const trust = await caseTrustHere(config);
  await overCase(config, typed, async (connections) => {
    const known = liveCasePorts(connections.store.db, trust);
    const since = json === true ? null : await seenSincePlan(known, typed);
    const { caseId, look, undo } = await watchedWork(
      () => askForPlan(planActPorts(connections, trust), caller, { caseId: typed, reason }),
      askedLine(typed),
    );
    if (json === true) return await printAnswer('investigations replan', { caseId, accepted: true, look, undo });
    const words = await planInWords(known, look?.plan ?? null);
    const looked = [...lookLines(caseId, look, words), ...undoBesideLines(caseId, undo)];
    for (const line of [...sincePlanLines(caseId, since), ...looked]) printProse(line);
  });
}

/**
 * Stops the response of a case, and says so, and what it had done.
 *
 * @throws StoppedTooLateError, ActRefusedError where none was begun, NoSuchCaseError, ApproverKeyFileError
 */
export async function printStop(config: Config, caseId: string, { reason, key, json }: AskingOptions): Promise<void> {
  const caller = await whoAsks(config, key);
  const trust = await caseTrustHere(config);
  const stopping = await overCase(config, caseId, (connections) =>
    watchedWork(() => stopResponse(planActPorts(connections, trust), caller, { caseId, reason }), askedLine(caseId)),
  );
  if (json === true) await printAnswer('investigations stop', stopping);
  else for (const line of stoppingLines(stopping)) printProse(line);
  if (stopping.kind === 'too-late') throw new StoppedTooLateError(stopping.caseId, stopping.ended);
}

/**
 * Asks for a plan that takes back what a response has done, and shows it.
 *
 * @throws ActRefusedError where there is nothing to undo, or it is being undone, NoSuchCaseError, ApproverKeyFileError
 */
export async function printUndo(
  config: Config,
  typed: string,
  { reason, key, json, plan: named }: AskingOptions & { readonly plan?: string },
): Promise<void> {
  const caller = await whoAsks(config, key);
  const trust = await caseTrustHere(config);
  await overCase(config, typed, async (connections) => {
    const { caseId, undoing, besides } = await watchedWork(
      () => askToUndo(planActPorts(connections, trust), caller, { caseId: typed, plan: named, reason }),
      askedLine(typed),
    );
    if (json === true) await printAnswer('investigations undo', { caseId, undoing, besides });
    else {
      const plan = 'plan' in undoing ? undoing.plan : null;
      const known = liveCasePorts(connections.store.db, trust);
      const words = await planInWords(known, plan);
      for (const line of undoLines(caseId, undoing, words, styleFor(process.stdout).width)) printLine(line);
      if (besides !== null && undoing.kind === 'awaiting-decision')
        printProse(waitsBesideLine({ digest: besides, undoes: false }));
      if (undoing.kind === 'awaiting-decision')
        for (const line of voidSoonLines((await shownCase(known, caseId)).view.status)) printProse(line);
    }
    if (undoing.kind === 'nothing-to-undo') throw nothingToUndo(caseId);
  });
}
