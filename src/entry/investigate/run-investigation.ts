import { fileParts } from '../../adapters/files/file-parts.ts';
import type { Inputs } from '../../adapters/files/input-paths.ts';
import { startThreads, usefulThreads } from '../detection/detection-threads.ts';
import { notReadWhole } from '../cli/exit-codes.ts';
import { inputsOf } from '../detection/input-events.ts';
import { readingReport } from '../detection/reading-report.ts';
import { printAnswer, printLine, printParts, printProse, tellLine } from '../terminal/terminal-output.ts';
import { loadedWarnings, warningLine } from '../detection/field-warnings.ts';
import { loadRules } from '../detection/load-rules.ts';
import { runDetection } from '../detection/run-detection.ts';
import { styleFor, type Style } from '../terminal/terminal-style.ts';
import { asTypedHere } from '../invocation.ts';
import { commandLines, proseLines } from '../terminal/wrapped-text.ts';
import { assertWithinRecords, endOfRecords } from './as-of-span.ts';
import { sameCommand } from './same-command.ts';
import { caseList } from '../case-screen/case-list.ts';
import { caseScreens, graphSection, type ScreenChoice } from '../case-screen/case-screens.ts';
import { writeReport, writtenAs } from '../case-screen/written-case.ts';
import { CaseFacts } from './case-facts.ts';
import { chosenCases, type CaseChoice } from './chosen-cases.ts';
import { caseDocument } from './case-document.ts';
import { investigateFiles, type FileCase } from './investigate-files.ts';
import { withStandardInputKept } from './standard-input.ts';
import type { Instant } from '../../model/ids.ts';
import type { CaseDocument } from '../../investigation/report/case-document.ts';
import type { GraphFormat, ReportFormat } from '../../investigation/report/report-formats.ts';
import { plainLines, plainText, safe, safeJoin, safeJson, type SafeText } from '../../model/safe-text.ts';

/** What `trailhound investigate` is asked for. */
export interface InvestigationRequest extends CaseChoice, ScreenChoice {
  readonly rules?: readonly string[];
  readonly exceptions?: readonly string[];
  readonly mmdb?: readonly string[];
  readonly threads?: number;
  /** The time to judge by which sessions have ended; that of the last record where none is given. */
  readonly asOf?: Instant;
  readonly json?: boolean;
  readonly events?: boolean;
  /** A file that the report goes to. */
  readonly report?: string;
  readonly format?: GraphFormat | ReportFormat;
}

/** More cases than this are listed; one of them is asked for by its actor. */
const shownInFull = 5;

/** Judges the records of the inputs, makes cases of the alerts, and prints them to stdout. */
export async function runInvestigation(paths: readonly string[], request: InvestigationRequest): Promise<void> {
  await withStandardInputKept(inputsOf(paths), async (inputs) => {
    const cases = await casesOf(inputs, request);
    const asOf = request.asOf ?? endOfRecords(cases);
    const documents = cases.map((found) => caseDocument(found, asOf));
    const chosen = chosenCases(documents, request);
    const wanted = documents.filter((_, position) => chosen.includes(position));
    assertWithinRecords(request.asOf, wanted);
    if (request.events === true) await printEvents(chosen.flatMap((position) => cases[position] ?? []));
    else if (request.report !== undefined) writeReport(wanted, request.report, request.format);
    else await print(wanted, request, sameCommand(paths, request));
  });
}

async function casesOf(inputs: Inputs, request: InvestigationRequest): Promise<readonly FileCase[]> {
  const { rules: rulePaths = [], exceptions = [], mmdb = [] } = request;
  const sources = await fileParts(inputs.sources);
  const threads = startThreads(usefulThreads(sources, request.threads) - 1);
  try {
    const rules = loadRules({ rules: rulePaths, exceptions, onHeldBack: () => {} });
    for (const { message } of rules.errors) tellLine(plainLines(message));
    for (const each of loadedWarnings(rules)) tellLine(warningLine(each));
    if (rules.ruleSet.rules.length === 0) throw new Error('no rule can run: name rule files with --rules');
    const reading = readingReport(inputs, tellLine);
    const facts = new CaseFacts();
    const run = await runDetection(rules, {
      inputs: inputs.sources.length,
      sources,
      mmdb,
      threads,
      reading,
      onHeldBack: () => {},
      facts,
    });
    if (!reading.isWhole(run.totals.records)) process.exitCode = notReadWhole;
    return await investigateFiles(run, {
      sources,
      threads,
      mmdb,
      index: facts.index,
      keepsDocuments: request.events === true,
    });
  } finally {
    await threads.end();
  }
}

/** What the intruder's calls left in the log, a line of JSON each: whatever a log's author wrote in it is inert. */
async function printEvents(cases: readonly FileCase[]): Promise<void> {
  for (const { documents } of cases) await printParts(documents.map((ecs) => safe`${safeJson(ecs)}\n`));
}

async function print(
  documents: readonly CaseDocument[],
  request: InvestigationRequest,
  command: SafeText,
): Promise<void> {
  const style = styleFor(process.stdout);
  const { json, format } = request;
  if (json === true) await printAnswer('investigate', { cases: documents });
  else if (format !== undefined) printLine(writtenAs(documents, format));
  else if (documents.length === 0) printProse(safe`No cases: no alert is about anybody.`);
  else if (request.graph === true) {
    printLine(
      safeJoin(
        documents.map((document) => graphOnly(document, style)),
        '\n\n',
      ),
    );
  } else if (documents.length > shownInFull) printLine(caseList(documents, command, style, request));
  else {
    const shown = documents.map((document) =>
      caseScreens(
        document,
        request,
        { nowMs: Date.parse(document.asOf), deeper: deeperIn(document, command, style) },
        style,
      ),
    );
    printLine(safeJoin(shown, '\n\n'));
  }
}

function graphOnly(document: CaseDocument, style: Style): SafeText {
  return safe`${style.strong(plainText(document.id))}\n${graphSection(document, style)}`;
}

/** A command to copy, whole: it shows all screens; the rest goes behind `--case` as well. */
function deeperIn({ id }: CaseDocument, command: SafeText, { width }: Style): SafeText {
  const whole = asTypedHere(safe`${command} --case ${plainText(id)} --timeline --evidence --identity`);
  return safeJoin(
    [
      ...proseLines(safe`More (also --events, --graph, --report FILE):`, width),
      ...commandLines(safe`  ${whole}`, width, safe`    `),
    ],
    '\n',
  );
}
