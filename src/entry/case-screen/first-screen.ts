import type { CaseDocument } from '../../investigation/report/case-document.ts';
import {
  accountsInWords,
  actsInNumbers,
  breaksInWords,
  callsIn,
  hasEnded,
  handActs,
  openWaysIn,
  sincePlanInWords,
  sourceInWords,
  sourcesOf,
  stagesInWords,
  suspectsInWords,
  wayInInWords,
} from '../../investigation/report/case-words.ts';
import { stillOpen } from '../../investigation/report/still-open.ts';
import { putRightBrief } from '../../investigation/report/to-put-right.ts';
import type { Stage } from '../../investigation/stage.ts';
import { plainText, safe, safeJoin, safeSplit, type SafeText } from '../../model/safe-text.ts';
import { counted } from '../../model/counted.ts';
import { severityPainted } from '../terminal/severity-painted.ts';
import type { Style } from '../terminal/terminal-style.ts';
import { hangingLines } from '../terminal/wrapped-text.ts';
import { linesBeside, paragraphOf, toldRow, type Told } from './told-rows.ts';
import { utcTime, utcTimeAfter } from '../../model/utc-time.ts';
import { compareInstants } from '../../model/instant.ts';

/** What only a running installation has to say on a case's first screen; it is shown before what is done by hand. */
export interface StandingRows {
  /** `awaiting decision`, painted. */
  readonly status: SafeText;
  /** Why the case cannot go on without a person. */
  readonly needs: readonly SafeText[];
  /** What the case is doing with its plan where that stands, and is none to decide on now. */
  readonly onHold: SafeText | null;
  /** The actions of a plan that waits for a decision. */
  readonly proposed: readonly SafeText[];
  /** How far AWS has answered, where that matters to whoever decides. */
  readonly evidence: readonly SafeText[];
  /** What came of each response, the latest first. */
  readonly done: readonly Told[];
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

/** How many lines each part may have; the generous ones first. */
const budgets = [
  { since: 2, from: 6, done: 24, open: 24, proposed: 16, response: 16, breaks: 8, benign: 8 },
  { since: 2, from: 4, done: 12, open: 12, proposed: 8, response: 8, breaks: 4, benign: 4 },
  { since: 1, from: 2, done: 6, open: 6, proposed: 5, response: 5, breaks: 3, benign: 2 },
  { since: 1, from: 2, done: 6, open: 5, proposed: 4, response: 4, breaks: 2, benign: 2 },
  { since: 1, from: 1, done: 5, open: 5, proposed: 4, response: 3, breaks: 2, benign: 1 },
  { since: 1, from: 1, done: 5, open: 4, proposed: 3, response: 2, breaks: 2, benign: 1 },
  { since: 1, from: 1, done: 4, open: 4, proposed: 3, response: 2, breaks: 1, benign: 1 },
  { since: 1, from: 1, done: 3, open: 4, proposed: 2, response: 2, breaks: 1, benign: 1 },
  { since: 1, from: 1, done: 3, open: 3, proposed: 2, response: 2, breaks: 1, benign: 0 },
  { since: 1, from: 1, done: 2, open: 2, proposed: 1, response: 1, breaks: 1, benign: 0 },
] as const;
type Budget = (typeof budgets)[number];

/** A terminal that does not say how high it is has 24 lines. */
const usualHeight = 24;

/**
 * A case for whoever is woken by it, on one screen of the terminal (80 by 24 or more): what was done, what is open, what to do, what
 * that breaks, until when. Nothing on it is cut: what has no room is said in fewer words, or counted.
 */
export function firstScreen(document: CaseDocument, context: FirstScreenContext, style: Style): SafeText {
  const screenLines = (style.height ?? usualHeight) - 1; // one is the prompt's
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
  if (document.standing?.status === 'merged') return mergedLines(document, standing, style);
  return [
    ...headLines(document, standing === undefined ? {} : { standing }, style),
    ...toldRow(safe`Waits`, (standing?.needs ?? []).flatMap(sentencesOf), 2, style, 'sentence'),
    ...toldRow(safe`!`, standing === undefined ? unconfirmedEntries(document, style) : [], 2, style),
    ...toldRow(safe`Who`, [[safe`${style.strong(suspectsInWords(document))}, ${accountsInWords(document)}`]], 2, style),
    ...toldRow(safe`Since`, [sinceTold(document)], budget.since, style),
    ...toldRow(safe`From`, told(sourcesOf(document.timeline).map(sourceInWords)), budget.from, style, 'source'),
    ...doneRow(document, budget.done, style),
    ...toldRow(safe`Open`, openEntries(document, nowMs, style), budget.open, style, 'open point'),
    ...toldRow(safe`Accepted`, acceptedEntries(document, nowMs), 2, style, 'accepted point'),
    ...toldRow(safe`Response`, standing?.done ?? [], budget.response, style, 'response'),
    ...proposedRows(document, { nowMs, standing }, budget, style),
    ...toldRow(safe`Evidence`, told(standing?.evidence ?? []), 3, style),
    ...paragraphOf(safe`Undo`, told(standing?.undo ?? []), 3, style),
    ...toldRow(safe`Until`, untilEntries(document, nowMs), 2, style),
    ...toldRow(safe`New`, newEntries(document, style), 1, style),
    ...benignRow(document, budget.benign, style),
    ...(standing?.commands ?? []),
    ...safeSplit(deeper).map(style.quiet),
  ];
}

/** A case's name and standing, and what must be known before all else: above each of its screens. */
export function headLines(
  document: CaseDocument,
  { standing }: Pick<FirstScreenContext, 'standing'>,
  style: Style,
): readonly SafeText[] {
  return [
    ...titleLines(document, standing, style),
    ...(document.standing?.warnings ?? [])
      .slice(0, style.width === undefined ? undefined : 2)
      .flatMap((warning) => toldRow(safe`!`, sentencesOf(warning).map(painted(style.bad)), 2, style, 'sentence')),
  ];
}

/** The other case has all that is known: of this one only what its own response left is told. */
function mergedLines(document: CaseDocument, standing: StandingRows | undefined, style: Style): readonly SafeText[] {
  const warnings = document.standing?.warnings ?? [];
  return [
    safe`${style.strong(plainText(document.id))}  ${standing?.status ?? safe`merged`}`,
    ...warnings.flatMap((warning) =>
      toldRow(safe`!`, sentencesOf(warning).map(painted(style.bad)), 2, style, 'sentence'),
    ),
    ...toldRow(safe`Response`, standing?.done ?? [], 6, style, 'response'),
    ...paragraphOf(safe`Undo`, told(standing?.undo ?? []), 3, style),
    ...(standing?.commands ?? []),
  ];
}

/** What has no room on the first line goes on below it. */
function titleLines(
  { id, severity, quiet, asOf }: CaseDocument,
  standing: StandingRows | undefined,
  style: Style,
): readonly SafeText[] {
  // A running case is shown as it is now.
  const when =
    standing === undefined
      ? [style.quiet(safe`${quiet ? safe`` : safe`open `}as of ${plainText(asOf.slice(0, 16).replace('T', ' '))} UTC`)]
      : [];
  const parts = [
    ...(standing === undefined ? [] : [standing.status]),
    safe`${severityPainted(plainText(severity), style)} severity`,
    ...(quiet ? [style.good(safe`explained`)] : []),
    ...when,
  ];
  return hangingLines(safe`${style.strong(plainText(id))}  `, safeJoin(parts, '  '), style.width);
}

function told(texts: readonly SafeText[]): readonly Told[] {
  return texts.map((text) => [text]);
}

function painted(paint: Style['bad']): (text: Told) => Told {
  return ([first, ...rest]) => [paint(first), ...rest.map(paint)];
}

/** Each sentence by itself, so that where there is no room for all, the first ones are whole. */
function sentencesOf(text: string): readonly Told[] {
  return told(safeSplit(plainText(text, 1_000), /(?<=[.!?]) (?=[A-Z])/u));
}

/** The intruder's calls among all that were looked at: what the same credentials did as usual is nobody's intrusion. */
function sinceTold({ from, until, events, alerts, timeline }: CaseDocument): Told {
  const hostile = callsIn(timeline);
  const last = from === until ? safe`` : safe` to ${utcTimeAfter(until, from)}`;
  const when = safe`${utcTime(from)}${last} UTC`;
  const raised = counted(alerts.length, 'alert');
  if (hostile === events.kept) return [safe`${when} (${counted(hostile, 'call')}, ${raised})`];
  const whose = counted(hostile, 'intruder call');
  const others = counted(events.kept - hostile, 'other call');
  return [safe`${when} (${whose}, ${raised}; ${others} looked at)`, safe`${when} (${whose}, ${raised})`];
}

/** One paragraph that names every stage: with fewer phrases of each where it would be too long, at last with the gravest alone. */
function doneRow(document: CaseDocument, most: number, style: Style): readonly SafeText[] {
  const room = style.width === undefined ? Number.POSITIVE_INFINITY : most;
  const longest = style.width === undefined ? Number.POSITIVE_INFINITY : 6;
  const paragraphs = [longest, 4, 3, 2, 1].map((phrases) => doneParagraph(document, phrases, style));
  const shorter = [...shortened(document, style), gravestOnly(document, style)];
  const fitting = [...paragraphs, ...shorter].find((each) => linesBeside(each, style) <= room);
  const paragraph = fitting ?? shorter.at(-1) ?? safe``;
  return paragraph.length === 0 ? [] : toldRow(safe`Done`, [[paragraph]], most, style);
}

function doneParagraph(document: CaseDocument, phrases: number, style: Style): SafeText {
  const stages = stagesInWords(document, phrases).map(({ stage, said }) => safe`${style.strong(stage)}: ${said}`);
  return safeJoin(stages, '. ');
}

/** Of stages that have no room, those that tell least say first only how many acts they hold; the gravest come last. */
const leastTelling: readonly Stage[] = [
  'other',
  'discovery',
  'first access',
  'collection',
  'lateral movement',
  'persistence',
  'credential access',
  'evasion',
  'exfiltration',
  'escalation',
  'impact',
];

/** The stages of a case, those that tell least first: before all others those of which nothing succeeded. */
function byWeight({ done }: CaseDocument): CaseDocument['done'] {
  function weight({ stage, phrases }: CaseDocument['done'][number]): number {
    return phrases.length === 0 ? -1 : leastTelling.indexOf(stage);
  }
  return done.toSorted((a, b) => weight(a) - weight(b));
}

/** Paragraphs in which ever more stages say only how many acts they hold; the gravest is told in all of them. */
function shortened(document: CaseDocument, style: Style): readonly SafeText[] {
  const stages = stagesInWords(document, 1);
  return byWeight(document)
    .slice(0, -1)
    .map((_, index, lightest) => {
      const counting = lightest.slice(0, index + 1);
      const parts = document.done.map((each, at) => {
        const said = counting.includes(each) ? actsInNumbers(each) : (stages[at]?.said ?? safe``);
        return safe`${style.strong(plainText(each.stage))}: ${said}`;
      });
      return safeJoin(parts, '. ');
    });
}

/** `impact: deleted bucket exports. And 5 more stages`. */
function gravestOnly(document: CaseDocument, style: Style): SafeText {
  const gravest = byWeight(document).at(-1);
  if (gravest === undefined) return safe``;
  const [told] = stagesInWords({ done: [gravest] }, 1);
  const rest = document.done.length - 1;
  const more = rest === 0 ? safe`` : safe`. And ${counted(rest, 'more stage')}`;
  return safe`${style.strong(plainText(gravest.stage))}: ${told?.said ?? safe``}${more}`;
}

function openEntries(document: CaseDocument, nowMs: number, style: Style): readonly Told[] {
  const ways = stillOpen(document, nowMs).map(({ words, brief }): Told => [style.bad(words), style.bad(brief)]);
  const left = document.toPutRight.map((each): Told => [
    style.warning(each.sentence),
    style.warning(putRightBrief(each)),
  ]);
  const all = [...ways, ...left];
  return all.length === 0 ? [[style.good(safe`nothing that the records show`)]] : all;
}

/** What may stay by a person's word, and lets somebody in as long as it lasts: a closed case has it too. */
function acceptedEntries({ waysIn }: CaseDocument, nowMs: number): readonly Told[] {
  return waysIn
    .filter((wayIn) => wayIn.state === 'accepted' && !hasEnded(wayIn, nowMs))
    .map((wayIn): Told => {
      const by = safe`${wayInInWords(wayIn, nowMs)}, by ${plainText(wayIn.acceptedBy ?? 'somebody')}`;
      return [safe`${by}: ${plainText(wayIn.reason ?? '', 200)}`, by];
    });
}

/** What is proposed and what that breaks; where nothing waits for a decision any more, what is left to people. */
function proposedRows(
  document: CaseDocument,
  { nowMs, standing }: { readonly nowMs: number; readonly standing: StandingRows | undefined },
  budget: Budget,
  style: Style,
): readonly SafeText[] {
  const onHold = standing?.onHold ?? null;
  if (onHold !== null) return toldRow(safe`Proposed`, [[onHold]], 3, style);
  const acts = handActs(document, nowMs);
  const waits = standing === undefined || standing.proposed.length > 0;
  if (!waits) return paragraphOf(safe`By hand`, told(acts), budget.proposed, style);
  const byHand = acts.map((act, index) => (index === 0 ? safe`by hand: ${act}` : act));
  return [
    ...paragraphOf(safe`Proposed`, told([...(standing?.proposed ?? []), ...byHand]), budget.proposed, style),
    ...toldRow(safe`Breaks`, breaksOf(document), budget.breaks, style, 'thing'),
  ];
}

/** What stops, in full, and without where it came from and went to. */
function breaksOf(document: CaseDocument): readonly Told[] {
  const brief = breaksInWords(document, 'brief');
  return breaksInWords(document).map((full, index): Told => [full, brief[index] ?? full]);
}

function untilEntries(document: CaseDocument, nowMs: number): readonly Told[] {
  const { standing } = document;
  const decide = standing?.decideBy ?? null;
  const ends = openWaysIn(document, nowMs)
    .map(({ until }) => until)
    .filter((until) => !Number.isNaN(Date.parse(until)))
    .toSorted(compareInstants);
  const last = ends.at(-1);
  const parts = [
    ...(decide === null ? [] : [safe`decide by ${utcTime(decide)} UTC`]),
    ...(last === undefined ? [] : [safe`sessions go on until ${utcTime(last)} UTC`]),
  ];
  return parts.length === 0 ? [] : [[safeJoin(parts, '; ')]];
}

/** What imported records alone tell of may be made up. */
function unconfirmedEntries({ timeline }: CaseDocument, style: Style): readonly Told[] {
  const calls = callsIn(timeline.filter(({ unconfirmed }) => unconfirmed));
  if (calls === 0) return [];
  return [
    [style.bad(safe`UNCONFIRMED: only imported records tell of ${counted(calls, 'call')}, no trail that is read`)],
  ];
}

/** Whoever approves must know what the plan does not. */
function newEntries({ timeline }: CaseDocument, style: Style): readonly Told[] {
  const since = sincePlanInWords(timeline);
  return since === null ? [] : [[style.bad(safe`since the plan: ${since}`)]];
}

function benignRow({ findings }: CaseDocument, most: number, style: Style): readonly SafeText[] {
  const benign = findings.filter(({ direction }) => direction === 'benign').map(({ sentence }) => sentence);
  return most === 0 && style.width !== undefined
    ? []
    : toldRow(safe`But`, told([...new Set(benign)]), most, style, 'reason');
}
