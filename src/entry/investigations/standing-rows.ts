import { responseEndWords } from '../../audit/response-end-words.ts';
import { needInWords } from '../../audit/need-words.ts';
import { refuse } from '../../approval/refusal.ts';
import { actInWords, actsInWords } from '../../investigation/report/act-words.ts';
import { openWaysIn } from '../../investigation/report/case-words.ts';
import type { CaseDocument } from '../../investigation/report/case-document.ts';
import { commandsFor } from '../../investigation/plan/by-hand-commands.ts';
import { isOver } from '../../model/case-state.ts';
import { counted } from '../../model/counted.ts';
import { plainText, safe, safeJoin, type SafeText } from '../../model/safe-text.ts';
import type { StandingRows } from '../case-screen/first-screen.ts';
import type { Told } from '../case-screen/told-rows.ts';
import { asTypedHere } from '../invocation.ts';
import type { Style } from '../terminal/terminal-style.ts';
import { commandLines } from '../terminal/wrapped-text.ts';
import type { CaseView } from '../../views/case.ts';
import { planOnHold } from '../../views/plan-on-hold.ts';
import { lookInShort } from './look-report.ts';
import { keyIsOffered } from '../../investigation/plan/plan-words.ts';
import { shortDigest } from '../../model/short-digest.ts';
import { decisionCommands, standingInWords, statusStyle } from './render-case.ts';
import { utcTime } from '../../model/utc-time.ts';

type ShownPlan = NonNullable<CaseView['plan']>;

/** What a running installation adds to the first screen of a case. */
export function standingRows(view: CaseView, document: CaseDocument, nowMs: number, style: Style): StandingRows {
  const { undo } = view;
  const commands = [
    ...(view.mergedInto === null
      ? []
      : [safe`npm run -s trailhound -- investigations show ${plainText(view.mergedInto)}`]),
    ...(isAsked(view) ? commandsAsked(view) : []),
    ...(undo?.standing === 'presented' ? decisionCommands({ id: view.id, plan: undo }).slice(0, 1) : []),
  ];
  return {
    status: statusInWords(view, document, nowMs, style),
    needs: needEntries(view, document),
    onHold: planOnHold(view),
    proposed: planEntries(view, document, nowMs),
    evidence: lookInShort(view),
    done: doneEntries(view, style),
    undo: undo?.standing === 'presented' ? undoEntries(undo) : [],
    commands: commands.flatMap((command) => commandLines(safe`  ${asTypedHere(command)}`, style.width, safe`    `)),
  };
}

/** A plan that recommends nothing is rejected rather: that is typed first. */
function commandsAsked(view: CaseView): readonly SafeText[] {
  const commands = decisionCommands(view);
  const isOptional = view.plan?.standing === 'presented' && !view.plan.actions.some(({ recommended }) => recommended);
  return isOptional ? commands.toReversed() : commands.slice(0, 1);
}

function isAsked(view: CaseView): boolean {
  return (view.status === 'awaiting-decision' || view.status === 'needs-a-person') && planOnHold(view) === null;
}

function statusInWords(view: CaseView, document: CaseDocument, nowMs: number, style: Style): SafeText {
  const { status, verdict, responses, sinceUndone, undo } = view;
  const told = standingInWords({ status, verdict });
  const responded = responses.length > 0 && !isOver(status) && sinceUndone === null;
  const partly = responded && openWaysIn(document, nowMs).length > 0 ? safe`, partly contained` : safe``;
  const since = undoneSince(sinceUndone);
  const into =
    view.mergedInto === null ? safe`` : safe` into ${plainText(view.mergedInto)}${mergedAt(view)}: it goes on there`;
  const from =
    view.mergedFrom.length === 0 ? safe`` : safe`, with what was ${plainText(view.mergedFrom.join(', '), 200)}`;
  const assigned = view.assignedTo === null ? safe`` : safe`, ${plainText(view.assignedTo)}'s`;
  const waits = undo?.standing === 'presented' ? safe`, an undo waits` : safe``;
  return safe`${statusStyle(status, style)(safe`${told}${into}${partly}${since}${waits}${from}`)}${assigned}`;
}

function mergedAt({ closedAt }: CaseView): SafeText {
  return closedAt === null ? safe`` : safe`, ${utcTime(closedAt)} UTC`;
}

function undoneSince(sinceUndone: CaseView['sinceUndone']): SafeText {
  if (sinceUndone === null) return safe``;
  return sinceUndone.left.length === 0 ? safe`, undone since` : safe`, partly undone since`;
}

function needEntries({ needs, findings }: CaseView, { plan }: CaseDocument): readonly SafeText[] {
  if (needs === null) return [];
  const why = needInWords(needs.why) ?? plainText(needs.why);
  const detail = needs.detail === null ? safe`` : safe`. ${plainText(needs.detail, 1_000)}`;
  // Whose finding says the same is warned of already.
  const isWarnedOf = findings.some(({ kind }) => kind === 'unconfirmed-records');
  const imported = isWarnedOf ? [] : plan.actions.filter(({ byHand, type }) => byHand && type === 'unconfirmed');
  return [safe`${why}${detail}`, ...imported.map(({ sentence }) => plainText(sentence, 1_000))];
}

/** What is proposed, as long as it can be decided on. */
function planEntries({ id, plan, status }: CaseView, document: CaseDocument, nowMs: number): readonly SafeText[] {
  if (plan === null) return status === 'gathering' ? [safe`nothing yet: evidence is being gathered`] : [];
  if (plan.standing !== 'presented') return [];
  if (plan.altered) return [plainText(refuse('plan-altered').remedy, 1_000)];
  const { actions } = plan;
  const acts = actsInWords(actions.filter(({ recommended }) => recommended).map(named));
  const chosen = onlyIfChosen(actions);
  return actions.length === 0
    ? [safe`no action can work here`, ...commandsByHand(document, nowMs)]
    : [...(plan.purpose === 'rotate' ? [asTypedHere(keyIsOffered(id))] : []), ...acts, ...chosen];
}

/** What a person types against each way in of which the plan's own part for people says nothing. */
function commandsByHand(document: CaseDocument, nowMs: number): readonly SafeText[] {
  const told = new Set(document.plan.actions.flatMap(({ closes }) => closes));
  return openWaysIn(document, nowMs)
    .filter(({ id }) => !told.has(id))
    .flatMap(({ what }) => commandsFor(what))
    .map((command) => safe`by hand: ${command}`);
}

function onlyIfChosen(actions: ShownPlan['actions']): readonly SafeText[] {
  return actions
    .filter(({ recommended }) => !recommended)
    .map((action) => safe`only if chosen: ${phraseOf(action)} (${action.onlyIfChosen ?? safe`not recommended`})`);
}

function undoEntries({ actions, altered, expiresAt, digest, waysIn }: ShownPlan): readonly SafeText[] {
  if (altered) return [plainText(refuse('plan-altered').remedy, 1_000)];
  const until = expiresAt === null ? safe`` : safe` (decide by ${utcTime(expiresAt)} UTC)`;
  const acts = actsInWords(actions.filter(({ recommended }) => recommended).map(named));
  const [first, ...further] = acts;
  const would = first === undefined ? safe`does nothing by itself` : safe`would ${first}`;
  const opens = waysIn.length === 0 ? [] : [safe`${opensInWords(waysIn)}: --plan names them`];
  return [safe`plan ${shortDigest(digest)}${until} ${would}`, ...further, ...opens, ...onlyIfChosen(actions)];
}

/** `2 ways in would open again, 4 more only if chosen`. */
export function opensInWords(waysIn: ShownPlan['waysIn']): SafeText {
  const chosen = waysIn.filter(({ onlyIfChosen }) => onlyIfChosen === true).length;
  const open = waysIn.length - chosen;
  const opens = safe`${open === 0 ? safe`no way` : counted(open, 'way')} in would open again`;
  return chosen === 0 ? opens : safe`${opens}, ${chosen}${open === 0 ? safe`` : safe` more`} only if chosen`;
}

/** So many responses are told, the latest first; `--plan` has all of them. */
const responsesTold = 6;

/** What came of each response, the latest first; before them a rejection that came later. */
function doneEntries(view: CaseView, style: Style): readonly Told[] {
  const { responses, plan } = view;
  const rejection = rejectionEntry(view);
  if (responses.length === 0) return plan?.standing === 'presented' ? [] : rejection;
  const told = responses.toReversed().slice(0, responsesTold);
  const left = responses.length - told.length;
  const earlier: readonly Told[] = left === 0 ? [] : [[safe`${counted(left, 'response')} before: --plan has all`]];
  return [...rejection, ...told.map((each) => responseEntry(each, view, style)), ...earlier];
}

/** That of an undoing, of a plan that another took the place of, or from before the latest response, is none of what is shown. */
function rejectionEntry({ responses, decisions, plan }: CaseView): readonly Told[] {
  const last = responses.at(-1);
  const refusal = decisions.findLast(
    ({ verdict, outcome, planDigest }) =>
      verdict === 'reject' && outcome.kind !== 'refused' && (plan === null || planDigest === plan.digest),
  );
  if (refusal === undefined || (last !== undefined && Date.parse(last.endedAt) > Date.parse(refusal.at))) return [];
  const by = plainText(refusal.approver ?? 'somebody');
  return [[safe`${by} rejected the plan: ${plainText(refusal.reason ?? '', 1_000)}`]];
}

/** What came of one response: with all that it did, with the first of it, and how many actions it had. */
function responseEntry(response: CaseView['responses'][number], view: CaseView, style: Style): Told {
  const { ended, endedAt, actions } = response;
  const paint = ended === 'contained' || ended === 'undone' ? style.good : style.warning;
  const by = approversOf(response, view);
  const approved = by === null ? safe`` : safe`, approved by ${by}`;
  const head = safe`${paint(plainText(responseEndWords(ended, actions)))}, ${utcTime(endedAt)} UTC${approved}`;
  const endings = endingsInWords(response, style);
  const [first, ...further] = endings;
  if (first === undefined) return [head];
  const short = further.length === 0 ? first : safe`${first}; and ${further.length} more`;
  return [
    safe`${head}: ${safeJoin(endings, '; ')}`,
    safe`${head}: ${short}`,
    safe`${head}: ${counted(actions.length, 'action')}`,
  ];
}

/** Who approved what a response carried out; null where no decision on its plan is kept. */
function approversOf({ planDigest }: CaseView['responses'][number], { decisions }: CaseView): SafeText | null {
  const approvers = decisions.flatMap((each) =>
    each.verdict === 'approve' && each.outcome.kind !== 'refused' && each.planDigest === planDigest
      ? [plainText(each.approver ?? 'somebody')]
      : [],
  );
  return approvers.length === 0 ? null : safeJoin([...new Set(approvers)], ' and ');
}

/** What came of each action: those that did not end well by themselves and first, the others a phrase for each type, what is done first. */
function endingsInWords({ ended, actions }: CaseView['responses'][number], style: Style): readonly SafeText[] {
  const bad = actions.filter((action) => !endedWell(action)).map((action) => endedInWords(action, style));
  const well = Object.entries(wellInWords).flatMap(([outcome, word]) => {
    const phrases = actsInWords(actions.filter((action) => action.outcome === outcome).map(endedAct));
    // Of a response of which all is done, that is said before.
    const isSaid = outcome === 'done' && ended !== 'partly-contained' && bad.length === 0;
    return phrases.map((phrase, index) => (index > 0 || isSaid ? phrase : safe`${word}: ${phrase}`));
  });
  return [...bad, ...actions.flatMap(({ keys }) => keysInWords(keys)), ...well];
}

/** What came of the keys that an action made, but for those that it removed again: `--plan` and the audit trail have them. */
function keysInWords(keys: CaseView['responses'][number]['actions'][number]['keys']): readonly SafeText[] {
  return keys
    .filter(({ fate }) => fate !== 'removed')
    .map(({ accessKeyId, fate, secretArn }) => {
      const secret =
        secretArn === null ? safe`its secret is not stored` : safe`its secret is in ${plainText(secretArn, 600)}`;
      return safe`new key ${plainText(accessKeyId)} ${plainText(fate === 'live' ? 'is live' : 'may be live')}, ${secret}`;
    });
}

function endedAct({ actionId, type, target, params }: CaseView['responses'][number]['actions'][number]) {
  return { type: type ?? actionId, target: { ...(target ?? { name: actionId }) }, params: { ...params } };
}

const wellInWords: Readonly<Record<string, SafeText>> = {
  done: safe`done`,
  'already-so': safe`was so before`,
  later: safe`later`,
};

function endedWell({ outcome }: CaseView['responses'][number]['actions'][number]): boolean {
  return Object.hasOwn(wellInWords, outcome);
}

function endedInWords(
  { outcome, actionId, type, target, params, detail }: CaseView['responses'][number]['actions'][number],
  style: Style,
): SafeText {
  const phrase =
    type === null || target === null ? null : actInWords({ type, target: { ...target }, params: { ...params } });
  const what = phrase ?? plainText(actionId);
  const why = detail === '' ? safe`` : safe`. ${plainText(detail, 1_000)}`;
  return safe`${style.bad(plainText(outcome.replaceAll('-', ' ')))}: ${what}${why}`;
}

function named({ type, target, params }: ShownPlan['actions'][number]) {
  return { type, target: { ...target }, params: { ...params } };
}

function phraseOf(action: ShownPlan['actions'][number]): SafeText {
  return actInWords(named(action)) ?? plainText(action.id);
}
