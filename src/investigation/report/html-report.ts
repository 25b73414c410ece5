import { briefArn } from '../findings/drawing.ts';
import { actInWords } from './act-words.ts';
import { approvalCommand } from './actions-option.ts';
import { givenBackInWords } from './given-back-words.ts';
import { limitInWords } from './limit-words.ts';
import {
  actionEndInWords,
  mergedInWords,
  noteInWords,
  proposedActions,
  responseInWords,
  waitingUndo,
} from './carried-out.ts';
import type { CaseDocument, DocumentEntry } from './case-document.ts';
import {
  accountsInWords,
  breaksInWords,
  hasEnded,
  identityName,
  sincePlanInWords,
  sourceInWords,
  sourcesOf,
  stagesInWords,
  suspectsInWords,
} from './case-words.ts';
import { graphDrawing } from './graph-drawing.ts';
import { html, htmlText, type Html } from './inert-html.ts';
import { reportStyle } from './html-style.ts';
import { timelineDrawing } from './timeline-drawing.ts';
import { timeLine } from './time-line.ts';
import { counted, forNumber } from '../../model/counted.ts';
import { utcTime } from '../../model/utc-time.ts';

/**
 * Cases as one page: drawings are SVG in it, nothing is loaded, nothing runs (a content security policy forbids both), and whatever a
 * log says stands in it as text. What has ended by itself is judged by each document's own time.
 */
export function htmlReport(documents: readonly CaseDocument[]): string {
  const [first] = documents;
  const title = first === undefined ? 'No cases' : `Case ${documents.map(({ id }) => id).join(', ')}`;
  const body =
    first === undefined
      ? html`<h1>No cases</h1>
          <p>No alert is about anybody.</p>`
      : html`${documents.map((document) => caseArticle(document))}`;
  const page = html`<meta charset="utf-8" />
    <meta
      http-equiv="Content-Security-Policy"
      content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="referrer" content="no-referrer" />
    <title>${htmlText(title, 200)}</title>`;
  return `<!doctype html>\n<html lang="en">\n<head>\n${page.markup}\n<style>${reportStyle}</style>\n</head>\n<body>\n${body.markup}\n</body>\n</html>`;
}

function caseArticle(document: CaseDocument): Html {
  const nowMs = Date.parse(document.asOf);
  const { id, severity, standing, quiet } = document;
  const status = standing === null ? '' : `, ${standing.status.replaceAll('-', ' ')}`;
  const verdict = standing?.verdict === null || standing === null ? '' : `: ${standing.verdict.replaceAll('-', ' ')}`;
  return html`<article>
    <h1>Case ${id}</h1>
    <p><strong class="${severity}">${severity} severity</strong>${status}${verdict}${quiet ? ', explained' : ''}</p>
    ${(standing?.warnings ?? []).map((warning) => html`<p class="bad"><strong>!</strong> ${warning}</p>`)}
    ${summary(document, nowMs)} ${chapter('Timeline', timelineChapter(document))}
    ${chapter('Who gave access to whom', document.links.length === 0 ? [] : [html`<div class="drawing">${graphDrawing(document)}</div>`])}
    ${chapter('Ways in', list(document.waysIn.map((wayIn) => wayInItem(wayIn, nowMs))))}
    ${chapter('To put right', list(document.toPutRight.map(({ sentence }) => html`${sentence}`)))}
    ${chapter('What was done about it', list(document.carriedOut.map(carriedOutItem)))}
    ${chapter('An undo that waits', undoItems(document))}
    ${chapter('What is proposed', list(proposedActions(document).map(actionItem)))}
    ${chapter('Notes', list(document.notes.map((note) => html`${noteInWords(note)}`)))}
    ${chapter('What it means', list(document.findings.map(findingItem)))}
    ${chapter('Alerts', list(alertItems(document)))}
    ${chapter('What is not known', list([...document.notKnown.map((each) => html`${each}`), ...document.limits.map((limit) => html`${limitInWords(limit, document)}`)]))}
    ${chapter('Each call', callTable(document))}
  </article>`;
}

function summary(document: CaseDocument, nowMs: number): Html {
  const { from, until, asOf, timeline, standing } = document;
  const since = sincePlanInWords(timeline);
  const decideBy = standing?.decideBy ?? null;
  return html`<dl>
    <dt>Who</dt>
    <dd><strong>${suspectsInWords(document)}</strong>, ${accountsInWords(document)}</dd>
    <dt>Since</dt>
    <dd>${utcTime(from)} to ${utcTime(until)} UTC <span class="quiet">(as of ${utcTime(asOf)} UTC)</span></dd>
    <dt>From</dt>
    <dd>${lines(sourcesOf(timeline).map((source) => html`${sourceInWords(source)}`))}</dd>
    <dt>Done</dt>
    <dd>${lines(stagesInWords(document, 12).map(({ stage, said }) => html`<strong>${stage}</strong>: ${said}`))}</dd>
    <dt>Open</dt>
    <dd>${openLines(document, nowMs)}</dd>
    ${
      proposedActions(document).length === 0
        ? html``
        : html`<dt>Breaks</dt>
            <dd>${lines(breaksInWords(document).map((each) => html`${each}`))}</dd>`
    }
    ${
      decideBy === null
        ? html``
        : html`<dt>Decide by</dt>
            <dd>${utcTime(decideBy)} UTC</dd>`
    }
    ${decision(document)} ${merged(document)}
    ${
      since === null
        ? html``
        : html`<dt>New</dt>
            <dd class="bad">since the plan: ${since}</dd>`
    }
  </dl>`;
}

/** Which plan waits, in full, and what is typed to approve it: a report is read where no terminal shows the case. */
function decision(document: CaseDocument): Html {
  const digest = document.standing?.digest ?? null;
  if (digest === null) return html``;
  const command = approvalCommand(document);
  return html`<dt>Plan</dt>
    <dd><code>${digest}</code></dd>
    ${
      command === null
        ? html``
        : html`<dt>To approve</dt>
            <dd><code>${command}</code></dd>`
    }`;
}

/** Whoever knows a case by another ID finds it by that. */
function merged(document: CaseDocument): Html {
  const words = mergedInWords(document);
  return words.length === 0
    ? html``
    : html`<dt>Merged</dt>
        <dd>${lines(words.map((each) => html`${each}`))}</dd>`;
}

function undoItems(document: CaseDocument): readonly Html[] {
  const undo = waitingUndo(document);
  if (undo === null) return [];
  const typed = undo.command === null ? [] : [html`To approve: <code>${undo.command}</code>`];
  return list([html`Plan <code>${undo.words}</code>`, ...typed, ...undo.actions.map((each) => html`${each}`)]);
}

/** Every way in that is not closed, and what is to be put right: green only where there is neither. */
function openLines({ waysIn, toPutRight }: CaseDocument, nowMs: number): readonly Html[] {
  const open = waysIn.filter(
    (wayIn) => wayIn.state === 'unknown' || (wayIn.state === 'open' && !hasEnded(wayIn, nowMs)),
  );
  const left = [...open, ...toPutRight].map(({ sentence }) => html`<strong class="bad">${sentence}</strong>`);
  return left.length === 0 ? [html`<span class="good">no way in that the records show</span>`] : list(left);
}

function lines(each: readonly Html[]): readonly Html[] {
  return each.map((line) => html`<div>${line}</div>`);
}

function chapter(title: string, content: readonly Html[]): Html {
  return content.length === 0
    ? html``
    : html`<h2>${title}</h2>
        ${content}`;
}

function list(items: readonly Html[]): readonly Html[] {
  return items.length === 0
    ? []
    : [
        html`<ul>
          ${items.map((item) => html`<li>${item}</li>`)}
        </ul>`,
      ];
}

function wayInItem(wayIn: CaseDocument['waysIn'][number], nowMs: number): Html {
  const state = wayIn.state === 'open' && hasEnded(wayIn, nowMs) ? 'ended' : wayIn.state;
  // The tag before it says that.
  return html`<span class="tag ${state}">${state}</span>${wayIn.sentence.replace(/ It is closed\.$/u, '')}`;
}

/** What a response did, by whose approval, and how AWS showed it. */
function carriedOutItem(each: CaseDocument['carriedOut'][number]): Html {
  return html`${responseInWords(each)} ${list(each.actions.map((action) => html`${actionEndInWords(action)}`))}`;
}

function actionItem(action: CaseDocument['plan']['actions'][number]): Html {
  const { id, byHand, recommended, sentence, onlyIfChosen = null } = action;
  const phrase = actInWords(action);
  const tag = byHand ? html`by hand${phrase === null ? '' : html`: ${phrase}`}` : html`${phrase ?? id}`;
  const why = onlyIfChosen === null ? '' : `: ${onlyIfChosen}`;
  const choice = recommended ? html`` : html` <span class="quiet">only if chosen${why}</span>`;
  return html`<strong>${tag}</strong>${choice}
    <div>${sentence}</div>
    ${byHand ? html`` : html`<code class="quiet">${id}</code>`}`;
}

function findingItem({
  direction,
  confidence,
  sentence,
  techniques,
  eventIds,
}: CaseDocument['findings'][number]): Html {
  return html`<span class="tag ${direction}">${direction}</span>${sentence}
    <span class="quiet"
      >${confidence} confidence. ${techniques.join(' ')}
      ${eventIds.length === 0 ? '' : `Events: ${eventIds.slice(0, 5).join(', ')}${eventIds.length > 5 ? ` and ${eventIds.length - 5} more` : ''}`}</span
    >`;
}

function alertItems({ alerts }: CaseDocument): readonly Html[] {
  return [...Map.groupBy(alerts, ({ ruleId }) => ruleId).values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const times = group.length === 1 ? html`` : html` ×${group.length}`;
    return [
      html`<span class="tag ${first.severity}">${first.severity}</span>${first.ruleName}${times}
        <span class="quiet">${utcTime(first.eventTime)} UTC</span>`,
    ];
  });
}

function timelineChapter(document: CaseDocument): readonly Html[] {
  if (document.timeline.length === 0) return [];
  const legend = html`<p class="quiet">
    A mark is a call or several alike, hollow where it was refused, ringed where an alert
    lies${document.ours.length > 0 ? '; dashed lines are our own acts' : ''}${document.timeline.some(({ sincePlan }) => sincePlan) ? '; red marks were seen since the plan was made' : ''}.
    Times are UTC.
  </p>`;
  return [
    html`<div class="wide">${timelineDrawing(document, 'wide')}</div>
      <div class="narrow">${timelineDrawing(document, 'narrow')}</div>`,
    legend,
  ];
}

function callTable(document: CaseDocument): readonly Html[] {
  const items = timeLine(document);
  if (items.length === 0) return [];
  const rows = items.map((item) =>
    item.kind === 'ours'
      ? html`<tr>
          <td class="time">${utcTime(item.at)}</td>
          <td class="good">response</td>
          <td>${item.who}</td>
          <td colspan="3">${item.what}</td>
        </tr>`
      : callRow(item.entry, document),
  );
  const { left } = document.events;
  const more =
    left === 0
      ? html``
      : html`<p>There ${forNumber(left, 'is', 'are')} ${counted(left, 'more call')}, not looked at.</p>`;
  return [
    html`<div class="scroll">
      <table class="calls">
        <thead>
          <tr>
            <th>time (UTC)</th>
            <th>stage</th>
            <th>who, from where</th>
            <th>what</th>
            <th>on</th>
            <th>outcome</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>`,
    more,
  ];
}

/** A name that may go on in the next line behind its service or its dots, and nowhere else as long as it fits. */
function breakable(name: string): Html {
  const parts = name.slice(0, 4_000).split(/(?<=[:.])/u);
  return html`${parts.map((part, index) => (index === 0 ? html`${part}` : html`<wbr />${part}`))}`;
}

function callRow(entry: DocumentEntry, { identities }: CaseDocument): Html {
  const { at, stage, identity, source, client, action, count, targets, outcome, errorCode, sincePlan, unconfirmed } =
    entry;
  const done = html`${givenBackInWords(entry, { identities }) ?? ''}`;
  const result = outcome === 'success' ? done : html`<span class="bad">${breakable(errorCode ?? 'refused')}</span>`;
  const marks = [sincePlan ? 'seen since the plan' : '', unconfirmed ? 'UNCONFIRMED' : '']
    .filter((mark) => mark !== '')
    .join(', ');
  return html`<tr>
    <td class="time">${utcTime(at)}</td>
    <td class="stage">${stage}</td>
    <td>
      ${identityName(identity, identities)}
      <div class="quiet">${source ?? ''} ${client ?? ''}</div>
    </td>
    <td>
      ${breakable(action)}${count > 1 ? html` ×${count}` : html``}${marks === '' ? html`` : html` <strong class="bad">${marks}</strong>`}
    </td>
    <td>${targets.slice(0, 6).map(briefArn).join(', ')}</td>
    <td>${result}</td>
  </tr>`;
}
