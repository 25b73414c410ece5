import { fileParts } from '../../adapters/files/file-parts.ts';
import type { Inputs } from '../../adapters/files/input-paths.ts';
import { startThreads, usefulThreads } from '../detection/detection-threads.ts';
import { notReadWhole } from '../cli/exit-codes.ts';
import { inputsOf } from '../detection/input-events.ts';
import { readingReport } from '../detection/reading-report.ts';
import { printLine, tellLine } from '../terminal-output.ts';
import { loadRules } from '../detection/load-rules.ts';
import { runDetection } from '../detection/run-detection.ts';
import { styleFor } from '../terminal-style.ts';
import { caseDocument, type CaseDocument } from './case-document.ts';
import type { GraphFormat } from './graph-formats.ts';
import { investigateFiles, type FileCase } from './investigate-files.ts';
import { graphText } from './graph-text.ts';
import { renderCaseDocument, renderCaseList } from './render-case-document.ts';
import { withStandardInputKept } from './standard-input.ts';
import type { Instant } from '../../model/ids.ts';
import { plainLines, safe, safeJoin, safeJson } from '../../model/safe-text.ts';

/** What `trailhound investigate` is asked for. */
export interface InvestigationRequest {
  readonly rules?: readonly string[];
  readonly exceptions?: readonly string[];
  readonly mmdb?: readonly string[];
  readonly threads?: number;
  readonly actor?: string;
  /** The time to judge by which sessions have ended; the present where none is given. */
  readonly asOf?: Instant;
  readonly json?: boolean;
  readonly graph?: boolean;
  readonly timeline?: boolean;
  readonly format?: GraphFormat;
}

/** More cases than this are listed; one of them is asked for by its actor. */
const shownInFull = 5;

/** Judges the records of the inputs, makes cases of the alerts, and prints them to stdout. */
export async function runInvestigation(paths: readonly string[], request: InvestigationRequest): Promise<void> {
  await withStandardInputKept(inputsOf(paths), async (inputs) => {
    const cases = await casesOf(inputs, request);
    const { asOf } = request;
    const documents = cases.map((found) => caseDocument(found, asOf));
    const { actor } = request;
    const wanted = actor === undefined ? documents : documents.filter((document) => isAbout(document, actor));
    print(wanted, request);
  });
}

async function casesOf(inputs: Inputs, request: InvestigationRequest): Promise<readonly FileCase[]> {
  const { rules: rulePaths = [], exceptions = [], mmdb = [] } = request;
  const sources = await fileParts(inputs.sources);
  const threads = startThreads(usefulThreads(sources, request.threads) - 1);
  try {
    const rules = loadRules({ rules: rulePaths, exceptions, onHeldBack: () => {} });
    for (const { message } of rules.errors) tellLine(plainLines(message));
    if (rules.ruleSet.rules.length === 0) throw new Error('no rule can run: name rule files with --rules');
    const reading = readingReport(inputs, tellLine);
    const run = await runDetection(rules, {
      inputs: inputs.sources.length,
      sources,
      mmdb,
      threads,
      reading,
      onHeldBack: () => {},
      investigates: true,
    });
    if (!reading.isWhole(run.totals.records)) process.exitCode = notReadWhole;
    return await investigateFiles(run, { sources, threads, mmdb });
  } finally {
    await threads.end();
  }
}

function print(cases: readonly CaseDocument[], { json, graph, format, timeline, actor }: InvestigationRequest): void {
  const style = styleFor(process.stdout);
  if (json === true) printLine(safeJson({ cases }));
  else if (format !== undefined) printLine(plainLines(graphText(cases, format), Number.POSITIVE_INFINITY));
  else if (cases.length === 0) {
    printLine(
      actor === undefined ? safe`No cases: no alert is about anybody.` : safe`No case has an identity of that name.`,
    );
  } else if (cases.length > shownInFull) printLine(renderCaseList(cases, style));
  else {
    const options = { graphOnly: graph === true, timeline: timeline === true };
    const shown = cases.map((document) => renderCaseDocument(document, options, style));
    printLine(safeJoin(shown, '\n\n'));
  }
}

/** An identity of the case has the text in its name or ID; upper and lower case are the same. */
function isAbout({ identities }: CaseDocument, text: string): boolean {
  const wanted = text.toLowerCase();
  return identities.some(({ id, name }) => id.toLowerCase().includes(wanted) || name.toLowerCase().includes(wanted));
}
