import { responseEndWords } from '../../audit/response-end-words.ts';
import { refuse } from '../../approval/refusal.ts';
import type { CaseStatus, Verdict } from '../../model/case-state.ts';
import type { Severity } from '../../model/severity.ts';
import type { Style } from '../terminal/terminal-style.ts';
import { terminalTable } from '../terminal/terminal-table.ts';
import { asTypedHere } from '../invocation.ts';
import { commandLines, hangingLines } from '../terminal/wrapped-text.ts';
import type { CaseView } from '../../views/case.ts';
import type { CaseLine } from '../../views/cases.ts';
import { actionsOption } from '../../investigation/report/actions-option.ts';
import { caseWarnings, type CaseWarning } from '../../views/case-warnings.ts';
import { planOnHold } from '../../views/plan-on-hold.ts';
import { shortDigest } from '../../model/short-digest.ts';
import { counted } from '../../model/counted.ts';
import { safeCsv } from '../terminal/safe-csv.ts';
import { plainText, safe, safeJoin, safePadded, safeSplit, safeTrimmed, type SafeText } from '../../model/safe-text.ts';
import { utcTime } from '../../model/utc-time.ts';

/** Sentences are ours, but those of the store are not believed. */
const sentenceLimit = 1_000;

function sentenceOf(text: string): SafeText {
  return plainText(text, sentenceLimit);
}

type PlannedAction = NonNullable<CaseView['plan']>['actions'][number];

/** Cases as a table for people. */
export function renderCases(cases: readonly CaseLine[], style: Style): SafeText {
  if (cases.length === 0) return safe`No cases.`;
  return terminalTable(
    [
      { head: 'case', of: ({ id }) => style.strong(plainText(id)) },
      {
        head: 'status',
        of: ({ status, verdict, waitingUndo, waysInLeft, leftByHand, mergedInto }) => {
          const into = mergedInto === null ? safe`` : safe` into ${plainText(mergedInto)}`;
          const told = safe`${standingInWords({ status, verdict })}${into}`;
          const isOpen = typeof waysInLeft === 'number' && waysInLeft > 0;
          const unseen = waysInLeft === 'not-looked-at' ? safe`, ways in not looked at` : safe``;
          const open = isOpen ? safe`, ${counted(waysInLeft, 'way')} in open` : unseen;
          const byHand = leftByHand === null || leftByHand === 0 ? safe`` : safe`, ${leftByHand} to do by hand`;
          const undo = waitingUndo === null ? safe`` : safe`, undo waits`;
          const asks = isOpen || waitingUndo !== null;
          return statusStyle(asks ? 'awaiting-decision' : status, style)(safe`${told}${open}${byHand}${undo}`);
        },
        grows: 1,
        least: 18,
      },
      {
        head: 'severity',
        of: ({ severity }) => severityStyle(severity, style)(plainText(severity)),
        optional: 'last',
      },
      {
        head: 'undo plan',
        of: ({ waitingUndo }) => (waitingUndo === null ? safe`` : shortDigest(waitingUndo)),
        optional: true,
      },
      { head: 'alerts', of: ({ alertCount }) => safe`${alertCount}`, optional: true },
      { head: 'opened (UTC)', of: ({ openedAt }) => utcTime(openedAt), optional: 'last' },
      { head: 'who', of: ({ actor }) => plainText(actor, sentenceLimit), grows: 1, least: 18 },
    ],
    cases,
    style,
  );
}

/** Cases as CSV, one a row. */
export function casesCsv(cases: readonly CaseLine[]): SafeText {
  const head = 'case status verdict ways_in_left left_by_hand undo_plan severity alerts opened account assigned_to who';
  return safeCsv([
    head.split(' ').map((name) => plainText(name)),
    ...cases.map((line) => [
      plainText(line.id),
      plainText(line.status),
      plainText(line.verdict ?? ''),
      line.waysInLeft === null ? safe`` : plainText(String(line.waysInLeft)),
      line.leftByHand === null ? safe`` : safe`${line.leftByHand}`,
      plainText(line.waitingUndo ?? ''),
      plainText(line.severity),
      safe`${line.alertCount}`,
      plainText(line.openedAt),
      plainText(line.account),
      plainText(line.assignedTo ?? '', sentenceLimit),
      plainText(line.actor, sentenceLimit),
    ]),
  ]);
}

/** The plan of a case in full, what was decided on it and what came of that. */
export function planScreen(view: CaseView, style: Style): SafeText {
  const parts = [
    section(
      safe`First of all`,
      // That nobody vouches for responses stands on the first screen, above.
      caseWarnings({ ...view, responsesVouchedFor: true }).map((warning) => renderWarning(warning, style)),
      style,
    ),
    ...renderPlan(view.plan, safe`Plan`, planOnHold(view), view, style),
    ...(view.undo === null ? [] : renderPlan(view.undo, safe`Plan to undo`, null, view, style)),
    section(safe`Decisions`, renderDecisions(view, style), style),
    section(safe`What the response did`, renderResponses(view, style), style),
    section(safe`Notes`, renderNotes(view), style),
    renderNext(view, style),
  ];
  return safeJoin(
    parts.filter((part) => part.length > 0),
    '\n\n',
  );
}

/** What was looked at for a case, and what could not be. */
export function lookedAtScreen(view: CaseView, style: Style): SafeText {
  return section(safe`What was looked at`, renderEvidence(view, style), style);
}

/** A warning in full. */
function renderWarning({ kind, sentence, details }: CaseWarning, style: Style): SafeText {
  const paint = kind === 'unsettled-key' ? style.bad : style.warning;
  const lines = [paint(sentence), ...details.map((detail) => safe`    ${detail}`)];
  return safeJoin(lines, '\n');
}

/** The latest of each kind and source; what could not be had is said in full. */
function renderEvidence({ evidence }: CaseView, style: Style): readonly SafeText[] {
  const latest = new Map(evidence.map((each) => [`${each.kind} ${each.source} ${each.why ?? ''}`, each]));
  return [...latest.values()].map(({ kind, source, availability, why }) => {
    const name = safe`${plainText(kind.replaceAll('-', ' '))} (${plainText(source)})`;
    if (availability === 'complete') return safe`${name}: complete`;
    const because = why === undefined ? safe`` : safe`. ${plainText(why, 400)}`;
    return safe`${name}: ${style.warning(plainText(availability))}${because}`;
  });
}

function renderPlan(
  plan: CaseView['plan'],
  head: SafeText,
  onHold: SafeText | null,
  view: Pick<CaseView, 'decisions'>,
  style: Style,
): readonly SafeText[] {
  if (plan === null) return [section(safe`Plan`, [safe`none yet: evidence is being gathered`], style)];
  const waits = plan.expiresAt === null ? safe`` : safe`, waits for a decision until ${utcTime(plan.expiresAt)} UTC`;
  const until = onHold === null ? waits : safe``;
  const standing = safe`${plainText(plan.standing)}${plan.standing === 'presented' ? until : safe``}`;
  const title = safe`${head} ${shortDigest(plan.digest)} (version ${plan.version}, ${standing})`;
  if (plan.altered)
    return [section(title, [style.bad(plainText(refuse('plan-altered').remedy, sentenceLimit))], style)];
  const approved = approvedOf(plan, view);
  const actions = plan.actions.map((action) =>
    renderAction(action, approved !== null && !approved.has(action.id), style),
  );
  const proposed = actions.length === 0 ? [safe`no action can work for this actor`] : actions;
  return [
    section(title, onHold === null ? proposed : [style.warning(onHold), ...proposed], style),
    section(safe`By hand`, plan.byHand.map(sentenceOf), style),
    section(safe`Not known when it was made`, plan.notKnownYet.map(sentenceOf), style),
    plan.undoes === null
      ? section(
          safe`Stays open all the same`,
          plan.waysIn.map(
            ({ sentence, remedy }) => safe`${sentenceOf(sentence)}\n    ${style.quiet(sentenceOf(remedy))}`,
          ),
          style,
        )
      : section(
          safe`Opens again`,
          // What is void opens nothing.
          plan.standing === 'superseded' ? [] : plan.waysIn.map(({ sentence }) => sentenceOf(sentence)),
          style,
        ),
  ];
}

/** Which actions of a plan whoever decided on it chose; null where it was not approved. */
function approvedOf(
  { digest, standing }: NonNullable<CaseView['plan']>,
  { decisions }: Pick<CaseView, 'decisions'>,
): ReadonlySet<string> | null {
  const approvals = decisions.filter(
    ({ planDigest, verdict, outcome }) => planDigest === digest && verdict === 'approve' && outcome.kind !== 'refused',
  );
  if (standing !== 'decided' || approvals.length === 0) return null;
  return new Set(approvals.flatMap(({ actionIds }) => actionIds));
}

function renderAction(
  { id, effect, leavesOpen, onlyIfChosen }: PlannedAction,
  isLeftOut: boolean,
  style: Style,
): SafeText {
  const only = onlyIfChosen === null ? safe`` : style.quiet(safe`  only if chosen (--actions): ${onlyIfChosen}`);
  const choice = isLeftOut ? style.warning(safe`  not approved: it was left out`) : only;
  const open = leavesOpen.map((sentence) => safe`\n    ${style.quiet(sentenceOf(sentence))}`);
  return safe`${style.strong(plainText(id))}${choice}\n    ${sentenceOf(effect)}${safeJoin(open, '')}`;
}

function renderDecisions({ decisions }: CaseView, style: Style): readonly SafeText[] {
  return decisions.map(({ at, approver, verdict, outcome, actionIds, reason }) => {
    const who = plainText(approver ?? 'somebody');
    if (outcome.kind === 'refused') {
      const what = safe`${style.bad(safe`refused`)} (${plainText(outcome.code)}): a decision in the name of ${who}`;
      return safe`${utcTime(at)}  ${what}`;
    }
    const chosen =
      verdict === 'approve'
        ? safe` ${safeJoin(
            actionIds.map((id) => plainText(id)),
            ', ',
          )}`
        : safe``;
    const verb = verdict === 'approve' ? style.good(safe`approved`) : style.warning(safe`rejected`);
    return safe`${utcTime(at)}  ${who} ${verb}${chosen}: ${sentenceOf(reason ?? '')}`;
  });
}

/** Each action of each response: what came of it and why, with every key that it made. */
function renderResponses({ responses }: CaseView, style: Style): readonly SafeText[] {
  return responses.flatMap(({ endedAt, ended, planDigest, actions }) => [
    safe`${utcTime(endedAt)}  plan ${shortDigest(planDigest)}: ${plainText(responseEndWords(ended, actions))}`,
    ...actions.map(({ actionId, outcome, detail, keys }) => {
      const told = safe`${outcomeStyle(outcome, style)(plainText(outcome))}  ${style.strong(plainText(actionId))}: ${plainText(detail, 1_000)}`;
      return safeJoin([told, ...keys.map((key) => safe`\n    ${keyInWords(key)}`)], '');
    }),
  ]);
}

function renderNotes({ notes }: CaseView): readonly SafeText[] {
  return notes.map(({ at, by, text }) => safe`${utcTime(at)}  ${plainText(by)}: ${plainText(text, 2_000)}`);
}

function keyInWords({
  accessKeyId,
  fate,
  secretArn,
}: CaseView['responses'][number]['actions'][number]['keys'][number]): SafeText {
  const secret = secretArn === null ? safe`` : safe`, its secret is in ${plainText(secretArn, 300)}`;
  return safe`new key ${plainText(accessKeyId)}: ${plainText(fate.replaceAll('-', ' '))}${secret}`;
}

function outcomeStyle(outcome: string, style: Style): Style['strong'] {
  if (outcome === 'done' || outcome === 'already-so' || outcome === 'later') return style.good;
  return outcome === 'skipped' || outcome === 'stopped' ? style.warning : style.bad;
}

/** What to type next, ready to copy. */
export function decisionCommands({ id, plan }: Pick<CaseView, 'id' | 'plan'>): readonly SafeText[] {
  if (plan === null) return [];
  if (plan.standing !== 'presented') return [safe`npm run -s trailhound -- investigations replan ${plainText(id)}`];
  const named = safe`${plainText(id)} --plan ${shortDigest(plan.digest)}`;
  const reject = safe`npm run -s trailhound -- investigations reject ${named} --reason "WHY"`;
  if (plan.actions.length === 0) return [reject];
  const chosen = actionsOption(plan.actions);
  return [safe`npm run -s trailhound -- investigations approve ${named}${chosen} --reason "WHY" --wait`, reject];
}

function renderNext(view: CaseView, style: Style): SafeText {
  if (view.status !== 'awaiting-decision' && view.status !== 'needs-a-person') return safe``;
  const commands = planOnHold(view) === null ? decisionCommands(view) : [];
  if (commands.length === 0) return safe``;
  const lines = commands.flatMap((command) => commandLines(safe`  ${asTypedHere(command)}`, style.width, safe`    `));
  return safeJoin([style.strong(safe`To go on`), ...lines], '\n');
}

function section(title: SafeText, entries: readonly SafeText[], style: Style): SafeText {
  if (entries.length === 0) return safe``;
  const head = hangingLines(safe``, style.strong(title), style.width, safe`  `);
  return safeJoin([...head, ...entries.flatMap((entry) => entryLines(entry, style))], '\n');
}

/** What goes on in a further line stands further in than what begins. */
function entryLines(entry: SafeText, { width }: Style): readonly SafeText[] {
  return safeSplit(entry).flatMap((line) => {
    const text = safeTrimmed(line);
    const indent = safePadded(safe``, 2 + line.length - text.length);
    return hangingLines(indent, text, width, safe`${indent}  `);
  });
}

/** A status and, of a case that has closed, its verdict, as people read them; data has their codes. */
export function standingInWords({
  status,
  verdict,
}: {
  readonly status: CaseStatus;
  readonly verdict: Verdict | null;
}): SafeText {
  return plainText(
    verdict === null ? status.replaceAll('-', ' ') : `${status.replaceAll('-', ' ')}: ${verdict.replaceAll('-', ' ')}`,
  );
}

/** How a status stands out. */
export function statusStyle(status: CaseStatus, style: Style): Style['strong'] {
  switch (status) {
    case 'awaiting-decision':
    case 'needs-a-person':
      return style.warning;
    case 'closed':
    case 'merged':
      return style.quiet;
    default:
      return style.good;
  }
}

function severityStyle(severity: Severity, style: Style): Style['strong'] {
  if (severity === 'critical' || severity === 'high') return style.bad;
  return severity === 'medium' ? style.warning : style.quiet;
}
