import { briefArn } from '../findings/drawing.ts';
import { plainText, safe, safeJoin, type SafeText } from '../../model/safe-text.ts';
import { accessTree, type AccessBranch } from './access-tree.ts';
import { actInWords } from './act-words.ts';
import { approvalCommand } from './actions-option.ts';
import {
  actionEndInWords,
  mergedInWords,
  noteInWords,
  proposedActions,
  responseInWords,
  waitingUndo,
} from './carried-out.ts';
import type { CaseDocument } from './case-document.ts';
import {
  accountsInWords,
  breaksInWords,
  hasEnded,
  identityName,
  sourceInWords,
  sourcesOf,
  stagesInWords,
  suspectsInWords,
} from './case-words.ts';
import { givenBackInWords } from './given-back-words.ts';
import { limitInWords } from './limit-words.ts';
import { timeLine } from './time-line.ts';
import { utcTime } from '../../model/utc-time.ts';
import { forNumber } from '../../model/counted.ts';

/** Cases as Markdown (CommonMark with tables): text of the log stands in it as text, whatever it says. */
export function markdownReport(documents: readonly CaseDocument[]): SafeText {
  if (documents.length === 0) return safe`# No cases`;
  return safeJoin(documents.map(caseReport), '\n\n');
}

function caseReport(document: CaseDocument): SafeText {
  const nowMs = Date.parse(document.asOf);
  const { id, severity, from, until, asOf, timeline, standing } = document;
  const verdict = standing?.verdict === null || standing === null ? safe`` : safe`: ${words(standing.verdict)}`;
  const status = standing === null ? safe`` : safe`, ${words(standing.status)}${verdict}`;
  const parts = [
    safe`# Case ${literal(id)}: ${plainText(severity)} severity${status}`,
    list((standing?.warnings ?? []).map((warning) => safe`**!** ${literal(warning, 2_000)}`)),
    list([
      safe`**Who**: ${literal(suspectsInWords(document), 600)}, ${literal(accountsInWords(document), 300)}`,
      safe`**Since**: ${utcTime(from)} to ${utcTime(until)} UTC; as of ${utcTime(asOf)} UTC`,
      ...sourcesOf(timeline).map((source) => safe`**From**: ${literal(sourceInWords(source), 300)}`),
      ...decisionLines(document),
      ...mergedInWords(document).map((each) => safe`**Merged**: ${literal(each, 2_000)}`),
    ]),
    chapter(
      safe`What was done`,
      stagesInWords(document, 20).map(({ stage, said }) => safe`**${stage}**: ${literal(said, 4_000)}`),
    ),
    chapter(
      safe`What it means`,
      document.findings.map(
        ({ direction, confidence, sentence, techniques, eventIds }) =>
          safe`**${plainText(direction)}** (${plainText(confidence)} confidence): ${literal(sentence, 2_000)}${techniques.length === 0 ? safe`` : safe` ${literal(techniques.join(' '), 300)}`}${eventsInWords(eventIds)}`,
      ),
    ),
    chapter(safe`Alerts`, alertLines(document)),
    chapter(safe`Ways in`, wayInLines(document, nowMs)),
    chapter(
      safe`To put right`,
      document.toPutRight.map(({ sentence }) => literal(sentence, 2_000)),
    ),
    chapter(safe`What was done about it`, carriedOutLines(document)),
    chapter(safe`An undo that waits`, undoLines(document)),
    chapter(
      safe`What is proposed`,
      proposedActions(document).map((action) => {
        const phrase = actInWords(action);
        const act = action.byHand
          ? safe`by hand${phrase === null ? safe`` : safe`: ${literal(phrase)}`}`
          : literal(phrase ?? action.id);
        const why = action.recommended
          ? safe``
          : safe` (only if chosen: ${literal(action.onlyIfChosen ?? 'not recommended')})`;
        return safe`**${act}**${why}: ${literal(action.sentence, 2_000)}`;
      }),
    ),
    chapter(
      safe`Notes`,
      document.notes.map((note) => literal(noteInWords(note), 4_000)),
    ),
    chapter(
      safe`What breaks`,
      (proposedActions(document).length === 0 ? [] : breaksInWords(document)).map((each) => literal(each, 600)),
    ),
    safe`## Who gave access to whom\n\n${safeJoin(treeLines(accessTree(document), safe``), '\n')}`,
    timelineTable(document),
    chapter(safe`What is not known`, [
      ...document.notKnown.map((each) => literal(each, 600)),
      ...document.limits.map((limit) => literal(limitInWords(limit, document), 600)),
    ]),
  ];
  return safeJoin(
    parts.filter((part) => part.length > 0),
    '\n\n',
  );
}

const eventIdsShown = 5;

/** ` (events 1f0c…, 9a2b… and 3 more)`: by these it is proved. */
function eventsInWords(eventIds: readonly string[]): SafeText {
  if (eventIds.length === 0) return safe``;
  const rest = eventIds.length - eventIdsShown;
  const more = rest > 0 ? safe` and ${rest} more` : safe``;
  return safe` (${forNumber(eventIds.length, 'event', 'events')} ${literal(eventIds.slice(0, eventIdsShown).join(', '), 400)}${more})`;
}

function alertLines({ alerts }: CaseDocument): readonly SafeText[] {
  return alerts.map(
    ({ eventTime, severity, riskScore, ruleName, eventIds }) =>
      safe`${utcTime(eventTime)} UTC, **${plainText(severity)}** (risk ${riskScore}): ${literal(ruleName, 300)}${eventsInWords(eventIds)}`,
  );
}

function words(code: string): SafeText {
  return plainText(code.replaceAll('-', ' '));
}

/** Which plan waits, in full, and what is typed to approve it. */
function decisionLines(document: CaseDocument): readonly SafeText[] {
  const { digest = null, decideBy = null } = document.standing ?? {};
  if (digest === null) return [];
  const command = approvalCommand(document);
  const until = decideBy === null ? safe`` : safe`, decide by ${utcTime(decideBy)} UTC`;
  return [
    safe`**Plan**: ${literal(digest)}${until}`,
    ...(command === null ? [] : [safe`**To approve**: ${literal(command, 400)}`]),
  ];
}

/** What each response did, by whose approval, and how AWS showed it. */
function carriedOutLines({ carriedOut }: CaseDocument): readonly SafeText[] {
  return carriedOut.map((each) =>
    safeJoin(
      [
        literal(responseInWords(each), 2_000),
        ...each.actions.map((action) => safe`- ${literal(actionEndInWords(action), 2_000)}`),
      ],
      '\n  ',
    ),
  );
}

function undoLines(document: CaseDocument): readonly SafeText[] {
  const undo = waitingUndo(document);
  if (undo === null) return [];
  const typed = undo.command === null ? [] : [safe`**To approve**: ${literal(undo.command, 400)}`];
  return [safe`**Plan**: ${literal(undo.words)}`, ...typed, ...undo.actions.map((each) => literal(each, 2_000))];
}

function wayInLines({ waysIn }: CaseDocument, nowMs: number): readonly SafeText[] {
  return waysIn.map((wayIn) => {
    const state = wayIn.state === 'open' && hasEnded(wayIn, nowMs) ? safe`ended` : plainText(wayIn.state);
    // What stands before it says that.
    return safe`**${state}**: ${literal(wayIn.sentence.replace(/ It is closed\.$/u, ''), 1_000)}`;
  });
}

function treeLines(branches: readonly AccessBranch[], indent: SafeText): readonly SafeText[] {
  return branches.flatMap(({ words, link, again, branches: further }) => {
    const when = link === null ? safe`` : safe` (${utcTime(link.at)} UTC${again ? safe`; see above` : safe``})`;
    return [safe`${indent}- ${literal(words, 300)}${when}`, ...treeLines(further, safe`${indent}  `)];
  });
}

function timelineTable(document: CaseDocument): SafeText {
  const rows = timeLine(document).map((item) => {
    if (item.kind === 'ours') {
      return safe`| ${utcTime(item.at)} | response | ${cell(item.who)} | | ${cell(item.what)} | | | |`;
    }
    const { entry } = item;
    const { at, stage, identity, source, action, count, targets, outcome, errorCode, eventIds } = entry;
    const times = count > 1 ? safe` ×${count}` : safe``;
    const done = cell(givenBackInWords(entry, document) ?? safe``);
    const result = outcome === 'success' ? done : safe`refused: ${cell(errorCode ?? 'an error')}`;
    return safe`| ${utcTime(at)} | ${plainText(stage)} | ${cell(identityName(identity, document.identities))} | ${cell(source ?? '')} | ${cell(plainText(action))}${times} | ${cell(targets.slice(0, 6).map(briefArn).join(', '))} | ${result} | ${cell(eventIds[0] ?? '')} |`;
  });
  if (rows.length === 0) return safe``;
  const head = safe`## Timeline\n\n| time (UTC) | stage | who | from | what | on | outcome | first event |\n| --- | --- | --- | --- | --- | --- | --- | --- |`;
  return safeJoin([head, ...rows], '\n');
}

function chapter(title: SafeText, entries: readonly SafeText[]): SafeText {
  return entries.length === 0 ? safe`` : safe`## ${title}\n\n${list(entries)}`;
}

function list(entries: readonly SafeText[]): SafeText {
  return safeJoin(
    entries.map((entry) => safe`- ${entry}`),
    '\n',
  );
}

function cell(text: string): SafeText {
  return literal(text, 200);
}

/** Text that Markdown shows as it is: each of its signs is escaped (CommonMark 2.4), and no address is a link, an image or HTML. */
function literal(text: string, limit = 120): SafeText {
  const escaped = plainText(text, limit).replaceAll(/[\\`*_{}[\]<>()#+!|&~]/gu, String.raw`\$&`);
  return plainText(escaped.replaceAll(linkLike, String.raw`\$&`), limit * 2);
}

/** What makes a link of bare text where Markdown is read as GitHub does (GFM 6.9): `https://`, `www.`, and an address of mail. */
const linkLike = /:(?=\/\/)|(?<=\bwww)\.|(?<=\b(?:mailto|xmpp)):|@/giu;
