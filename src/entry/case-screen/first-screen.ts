import type { CaseDocument } from '../../investigation/report/case-document.ts';
import {
  accountsInWords,
  breaksInWords,
  callsIn,
  handActs,
  openWaysIn,
  sincePlanInWords,
  sourceInWords,
  sourcesOf,
  stagesInWords,
  suspectsInWords,
  utcTime,
  utcTimeAfter,
  wayInInWords,
} from '../../investigation/report/case-words.ts';
import { plainText, safe, safeJoin, safePadded, safeSplit, type SafeText } from '../../model/safe-text.ts';
import { counted } from '../../model/counted.ts';
import { severityPainted } from '../terminal/severity-painted.ts';
import type { Style } from '../terminal/terminal-style.ts';
import { wrappedLines } from '../terminal/wrapped-text.ts';

/** What only a running installation has to say on a case's first screen; each line is shown before what is done by hand. */
export interface StandingRows {
  /** `awaiting decision`, painted. */
  readonly status: SafeText;
  /** Why the case cannot go on without a person. */
  readonly needs: readonly SafeText[];
  /** The actions of a plan that waits for a decision. */
  readonly proposed: readonly SafeText[];
  /** What came of the last decision. */
  readonly done: readonly SafeText[];
  /** The plan that takes a response back, as long as it waits. */
  readonly undo: readonly SafeText[];
  /** What to type next, ready to copy: never broken. */
  readonly commands: readonly SafeText[];
}

/** Where the next screens are: `trailhound investigations show TH-7Q2M9K`. */
export interface FirstScreenContext {
  readonly nowMs: number;
  readonly standing?: StandingRows;
  readonly deeper: SafeText;
}

const labelWidth = 10;

/** How many lines each part may have; the generous ones first. */
const budgets = [
  { from: 2, done: 6, open: 5, proposed: 5, response: 5, breaks: 3, benign: 2 },
  { from: 2, done: 5, open: 4, proposed: 4, response: 4, breaks: 2, benign: 1 },
  { from: 1, done: 4, open: 4, proposed: 3, response: 3, breaks: 2, benign: 1 },
  { from: 1, done: 3, open: 4, proposed: 3, response: 3, breaks: 1, benign: 1 },
  { from: 1, done: 3, open: 3, proposed: 2, response: 2, breaks: 1, benign: 1 },
  { from: 1, done: 2, open: 2, proposed: 2, response: 2, breaks: 1, benign: 0 },
] as const;
type Budget = (typeof budgets)[number];

/** A line of the 24 is the prompt's. */
const screenLines = 23;

/** A case for whoever is woken by it, on a screen of 80 by 24: what was done, what is open, what to do, what that breaks, until when. */
export function firstScreen(document: CaseDocument, context: FirstScreenContext, style: Style): SafeText {
  const screens = budgets.map((budget) => screenWithin(budget, document, context, style));
  const fitting = screens.find((lines) => lines.length <= screenLines);
  return safeJoin(fitting ?? screens.at(-1) ?? [], '\n');
}

function screenWithin(
  budget: Budget,
  document: CaseDocument,
  { nowMs, standing, deeper }: FirstScreenContext,
  style: Style,
): readonly SafeText[] {
  const { id, severity, quiet, asOf } = document;
  const warnings = document.standing?.warnings ?? [];
  const status = standing === undefined ? safe`` : safe`  ${standing.status}`;
  // A running case is shown as it is now.
  const when =
    standing === undefined
      ? style.quiet(safe`  ${quiet ? safe`` : safe`open `}as of ${plainText(asOf.slice(0, 16).replace('T', ' '))} UTC`)
      : safe``;
  const known = quiet ? style.good(safe`  explained by a habit`) : safe``;
  return [
    safe`${style.strong(plainText(id))}${status}  ${severityPainted(plainText(severity), style)} severity${known}${when}`,
    ...warnings
      .slice(0, style.width === undefined ? undefined : 2)
      .flatMap((warning) => row(safe`!`, [style.bad(plainText(warning, 1_000))], 2, style)),
    ...row(safe`Waits`, standing?.needs ?? [], 2, style),
    ...row(safe`!`, standing === undefined ? unconfirmedEntries(document, style) : [], 2, style),
    ...row(safe`Who`, [safe`${style.strong(suspectsInWords(document))}, ${accountsInWords(document)}`], 2, style),
    ...row(safe`Since`, [sinceWords(document)], 1, style),
    ...row(safe`From`, sourcesOf(document.timeline).map(sourceInWords), budget.from, style),
    ...doneRow(document, budget.done, style),
    ...row(safe`Open`, openEntries(document, nowMs, style), budget.open, style),
    ...row(safe`Response`, standing?.done ?? [], budget.response, style),
    ...proposedRows(document, { nowMs, standing }, budget, style),
    ...row(safe`Undo`, standing?.undo ?? [], 2, style),
    ...row(safe`Until`, untilEntries(document, nowMs), 1, style),
    ...row(safe`New`, newEntries(document, style), 1, style),
    ...benignRow(document, budget.benign, style),
    ...(standing?.commands ?? []),
    ...safeSplit(deeper).map(style.quiet),
  ];
}

/** A label and what it says, in at most so many lines: what has no room is counted. Where output is piped, there is room for all. */
function row(label: SafeText, entries: readonly SafeText[], room: number, style: Style): readonly SafeText[] {
  if (entries.length === 0) return [];
  const most = style.width === undefined ? Number.POSITIVE_INFINITY : room;
  const wrapped = entries.map((entry) => entryLines(entry, style));
  const shown: SafeText[] = [];
  let told = 0;
  for (const lines of wrapped) {
    const isLast = told === wrapped.length - 1;
    if (shown.length + lines.length > most - Number(!isLast)) break;
    shown.push(...lines);
    told += 1;
  }
  if (told === 0) {
    // An entry that is too long by itself is cut.
    const first = wrapped[0] ?? [];
    shown.push(...first.slice(0, most));
    if (first.length > most) shown[most - 1] = safe`${shown[most - 1] ?? safe``} ...`;
    told = 1;
  }
  const rest = wrapped.length - told;
  if (rest > 0 && shown.length < most) shown.push(style.quiet(safe`and ${rest} more`));
  return shown.map((line, index) => safe`${labelled(index === 0 ? label : safe``, style)}${line}`);
}

function labelled(label: SafeText, style: Style): SafeText {
  return style.quiet(safePadded(label, labelWidth));
}

function entryLines(entry: SafeText, { width }: Style): readonly SafeText[] {
  return wrappedLines(entry, width === undefined ? undefined : Math.max(20, width - labelWidth - 4), 'broken');
}

/** The intruder's calls among all that were looked at: what the same credentials did as usual is nobody's intrusion. */
function sinceWords({ from, until, events, alerts, timeline }: CaseDocument): SafeText {
  const hostile = callsIn(timeline);
  const told = hostile < events.kept ? safe`${hostile} of ${counted(events.kept, 'call')}` : counted(hostile, 'call');
  const calls = safe`${told}, ${counted(alerts.length, 'alert')}`;
  const last = from === until ? safe`` : safe` to ${utcTimeAfter(until, from)}`;
  return safe`${utcTime(from)}${last} UTC (${calls})`;
}

/** One paragraph: with fewer phrases of each stage where it would be too long. */
function doneRow(document: CaseDocument, most: number, style: Style): readonly SafeText[] {
  const longest = style.width === undefined ? Number.POSITIVE_INFINITY : 6;
  const paragraphs = [longest, 4, 3, 2, 1].map((phrases) => doneParagraph(document, phrases, style));
  const fitting = paragraphs.find((paragraph) => entryLines(paragraph, style).length <= most);
  const paragraph = fitting ?? paragraphs.at(-1) ?? safe``;
  return paragraph.length === 0 ? [] : row(safe`Done`, [paragraph], most, style);
}

function doneParagraph(document: CaseDocument, phrases: number, style: Style): SafeText {
  const stages = stagesInWords(document, phrases).map(({ stage, said }) => safe`${style.strong(stage)}: ${said}`);
  return safeJoin(stages, '. ');
}

function openEntries(document: CaseDocument, nowMs: number, style: Style): readonly SafeText[] {
  const ways = openWaysIn(document, nowMs).map((wayIn) => wayInInWords(wayIn, nowMs));
  const left = document.toPutRight.map(({ sentence }) => sentence);
  const all = [...ways, ...left];
  if (all.length === 0) return [style.good(safe`nothing that the records show`)];
  return all.map((entry, index) => (index < ways.length ? style.bad(entry) : style.warning(entry)));
}

/** What is proposed and what that breaks; where nothing waits for a decision any more, what is left to people. */
function proposedRows(
  document: CaseDocument,
  { nowMs, standing }: { readonly nowMs: number; readonly standing: StandingRows | undefined },
  budget: Budget,
  style: Style,
): readonly SafeText[] {
  const acts = handActs(document, nowMs);
  const waits = standing === undefined || standing.proposed.length > 0;
  if (!waits) return row(safe`By hand`, acts, budget.proposed, style);
  const byHand = acts.length === 0 ? [] : [safe`by hand: ${safeJoin(acts, '; ')}`];
  return [
    ...row(safe`Proposed`, [...(standing?.proposed ?? []), ...byHand], budget.proposed, style),
    ...row(safe`Breaks`, breaksInWords(document), budget.breaks, style),
  ];
}

function untilEntries(document: CaseDocument, nowMs: number): readonly SafeText[] {
  const { standing } = document;
  const decide = standing?.decideBy ?? null;
  const ends = openWaysIn(document, nowMs)
    .map(({ until }) => until)
    .filter((until) => !Number.isNaN(Date.parse(until)))
    .toSorted((a, b) => Date.parse(a) - Date.parse(b));
  const last = ends.at(-1);
  const parts = [
    ...(decide === null ? [] : [safe`decide by ${utcTime(decide)} UTC`]),
    ...(last === undefined ? [] : [safe`sessions go on until ${utcTime(last)} UTC`]),
  ];
  return parts.length === 0 ? [] : [safeJoin(parts, '; ')];
}

/** What imported records alone tell of may be made up. */
function unconfirmedEntries({ timeline }: CaseDocument, style: Style): readonly SafeText[] {
  const calls = callsIn(timeline.filter(({ unconfirmed }) => unconfirmed));
  if (calls === 0) return [];
  return [style.bad(safe`UNCONFIRMED: only imported records tell of ${counted(calls, 'call')}, no trail that is read`)];
}

/** Whoever approves must know what the plan does not. */
function newEntries({ timeline }: CaseDocument, style: Style): readonly SafeText[] {
  const since = sincePlanInWords(timeline);
  return since === null ? [] : [style.bad(safe`since the plan: ${since}`)];
}

function benignRow({ findings }: CaseDocument, most: number, style: Style): readonly SafeText[] {
  const benign = findings.filter(({ direction }) => direction === 'benign').map(({ sentence }) => sentence);
  return most === 0 && style.width !== undefined ? [] : row(safe`But`, [...new Set(benign)], most, style);
}
