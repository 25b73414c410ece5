import { plainText } from '../../investigation/plain-text.ts';
import { refuse } from '../../approval/refusal.ts';
import type { CaseStatus } from '../../model/case-state.ts';
import type { Severity } from '../../model/severity.ts';
import type { Style } from '../terminal-style.ts';
import { terminalTable } from '../terminal-table.ts';
import { hangingLines } from '../wrapped-text.ts';
import type { caseLine, CaseView } from './case-view.ts';

type PlannedAction = NonNullable<CaseView['plan']>['actions'][number];

/** How many characters of a digest are shown, and are enough to name a plan: fewer can be collided with. */
export const shownDigestLength = 20;

/** `sha256:` left out, cut short. */
export function shortDigest(digest: string): string {
  return digest.replace('sha256:', '').slice(0, shownDigestLength);
}

/** `2026-11-24 12:31:05`, always UTC. */
export function shownTime(instant: string): string {
  return instant.slice(0, 19).replace('T', ' ');
}

/** Cases as a table for people. */
export function renderCases(cases: readonly ReturnType<typeof caseLine>[], style: Style): string {
  if (cases.length === 0) return 'No cases.';
  return terminalTable(
    [
      { head: 'case', of: ({ id }) => style.strong(id) },
      {
        head: 'status',
        of: ({ status, verdict }) => statusStyle(status, style)(verdict === null ? status : `${status}: ${verdict}`),
      },
      { head: 'severity', of: ({ severity }) => severityStyle(severity, style)(severity) },
      { head: 'alerts', of: ({ alertCount }) => String(alertCount), optional: true },
      { head: 'opened (UTC)', of: ({ openedAt }) => shownTime(openedAt) },
      { head: 'who', of: ({ actor }) => actor, grows: 1, least: 20 },
    ],
    cases,
    style,
  );
}

/** A case for whoever is woken by it: who, what, what is proposed, what stays open, and what to type. */
export function renderCase(view: CaseView, style: Style): string {
  return [
    renderHead(view, style),
    section('Open ways in', renderUnsettledKeys(view, style), style),
    section('What was seen', renderAlerts(view), style),
    section('What it means', renderFindings(view, style), style),
    section('What was looked at', renderEvidence(view, style), style),
    ...renderPlan(view, style),
    section('Decisions', renderDecisions(view, style), style),
    section('What the response did', renderResponses(view, style), style),
    renderNext(view, style),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function renderHead(view: CaseView, style: Style): string {
  const { id, status, severity, actor, account, openedAt, closedAt, verdict } = view;
  const ended = closedAt === null ? '' : `, closed ${shownTime(closedAt)}: ${verdict ?? ''}`;
  return [
    `${style.strong(id)}  ${statusStyle(status, style)(status)}  ${severityStyle(severity, style)(`${severity} severity`)}`,
    `${style.strong(actor)}, account ${account}`,
    style.quiet(`opened ${shownTime(openedAt)} UTC${ended}`),
  ].join('\n');
}

/** First of all: nobody may overlook a key that may be live without anybody having its secret. */
function renderUnsettledKeys({ unsettledKeys }: CaseView, style: Style): readonly string[] {
  return unsettledKeys.map(({ accessKeyIds, userName, actionId, why, since }) => {
    const what = accessKeyIds.length === 0 ? 'A key that may have been made' : `Key ${accessKeyIds.join(', ')}`;
    return [
      style.bad(`${what} of user ${plainText(userName)} may be live, and its secret is stored nowhere`),
      `    ${plainText(why, 600)}`,
      `    ${style.quiet(`Left by ${plainText(actionId)}, since ${shownTime(since)} UTC. It is tried on until this is settled; the case stays open.`)}`,
    ].join('\n');
  });
}

function renderAlerts({ alerts }: CaseView): readonly string[] {
  const byRule = Map.groupBy(alerts, ({ ruleId }) => ruleId);
  return [...byRule.values()].map((group) => {
    const [first, last] = [group[0], group.at(-1)];
    if (first === undefined || last === undefined) return '';
    const times =
      first === last ? shownTime(first.eventTime) : `${shownTime(first.eventTime)} to ${shownTime(last.eventTime)}`;
    return `${plainText(first.ruleName)}: ${group.length} ${group.length === 1 ? 'alert' : 'alerts'}, ${times} UTC`;
  });
}

function renderFindings({ findings }: CaseView, style: Style): readonly string[] {
  return findings.map(({ direction, sentence, confidence, techniques }) => {
    const mark = direction === 'benign' ? style.good('benign') : style.warning('suspicious');
    const named = techniques.length === 0 ? '' : style.quiet(`  ${techniques.join(' ')}`);
    return `${mark} (${confidence} confidence)  ${sentence}${named}`;
  });
}

/** The latest of each kind and source; what could not be had is said in full. */
function renderEvidence({ evidence }: CaseView, style: Style): readonly string[] {
  const latest = new Map(evidence.map((each) => [`${each.kind} ${each.source} ${each.why ?? ''}`, each]));
  return [...latest.values()].map(({ kind, source, availability, why }) => {
    const name = `${kind.replaceAll('-', ' ')} (${source})`;
    if (availability === 'complete') return `${name}: complete`;
    return `${name}: ${style.warning(availability)}${why === undefined ? '' : `. ${plainText(why, 400)}`}`;
  });
}

function renderPlan({ plan }: CaseView, style: Style): readonly string[] {
  if (plan === null) return [section('Plan', ['none yet: evidence is being gathered'], style)];
  const until = plan.expiresAt === null ? '' : `, waits for a decision until ${shownTime(plan.expiresAt)} UTC`;
  const title = `Plan ${shortDigest(plan.digest)} (version ${plan.version}, ${plan.standing}${plan.standing === 'presented' ? until : ''})`;
  if (plan.altered) return [section(title, [style.bad(refuse('plan-altered').remedy)], style)];
  const actions = plan.actions.map((action) => renderAction(action, style));
  return [
    section(title, actions.length === 0 ? ['no action can work for this actor'] : actions, style),
    section('By hand', plan.byHand, style),
    section(
      'Stays open all the same',
      plan.waysIn.map(({ sentence, until, remedy }) => `${sentence}${untilInWords(until)}\n    ${style.quiet(remedy)}`),
      style,
    ),
  ];
}

function renderAction({ id, effect, leavesOpen, recommended }: PlannedAction, style: Style): string {
  const choice = recommended ? '' : style.quiet('  only if chosen (--actions)');
  const open = leavesOpen.map((sentence) => `\n    ${style.quiet(sentence)}`);
  return `${style.strong(plainText(id))}${choice}\n    ${effect}${open.join('')}`;
}

function untilInWords(until: string | null): string {
  return until === null ? '' : ` Until ${shownTime(until)} UTC.`;
}

function renderDecisions({ decisions }: CaseView, style: Style): readonly string[] {
  return decisions.map(({ at, approver, verdict, outcome, actionIds, reason }) => {
    const who = plainText(approver ?? 'somebody');
    if (outcome.kind === 'refused') {
      const what = `${style.bad('refused')} (${outcome.code}): a decision in the name of ${who}`;
      return `${shownTime(at)}  ${what}`;
    }
    const chosen = verdict === 'approve' ? ` ${actionIds.map((id) => plainText(id)).join(', ')}` : '';
    const verb = verdict === 'approve' ? style.good('approved') : style.warning('rejected');
    return `${shownTime(at)}  ${who} ${verb}${chosen}: ${plainText(reason ?? '', 400)}`;
  });
}

/** Each action of each response: what came of it and why, with every key that it made. */
function renderResponses({ responses }: CaseView, style: Style): readonly string[] {
  return responses.flatMap(({ endedAt, ended, planDigest, actions }) => [
    `${shownTime(endedAt)}  plan ${plainText(shortDigest(planDigest))}: ${plainText(ended)}`,
    ...actions.map(({ actionId, outcome, detail, keys }) => {
      const told = `${outcomeStyle(outcome, style)(plainText(outcome))}  ${style.strong(plainText(actionId))}: ${plainText(detail, 1_000)}`;
      return [told, ...keys.map((key) => `\n    ${keyInWords(key)}`)].join('');
    }),
  ]);
}

function keyInWords({
  accessKeyId,
  fate,
  secretArn,
}: CaseView['responses'][number]['actions'][number]['keys'][number]): string {
  const secret = secretArn === null ? '' : `, its secret is in ${plainText(secretArn, 300)}`;
  return `new key ${plainText(accessKeyId)}: ${plainText(fate).replaceAll('-', ' ')}${secret}`;
}

function outcomeStyle(outcome: string, style: Style): (text: string) => string {
  if (outcome === 'done' || outcome === 'already-so' || outcome === 'later') return style.good;
  return outcome === 'skipped' || outcome === 'stopped' ? style.warning : style.bad;
}

/** What to type next, ready to copy. */
export function decisionCommands({ id, plan }: Pick<CaseView, 'id' | 'plan'>): readonly string[] {
  if (plan === null) return [];
  if (plan.standing !== 'presented') return [`npm run -s trailhound -- investigations replan ${id}`];
  const named = `${id} --plan ${shortDigest(plan.digest)}`;
  const reject = `npm run -s trailhound -- investigations reject ${named} --reason "..."`;
  return plan.actions.length === 0
    ? [reject]
    : [`npm run -s trailhound -- investigations approve ${named} --reason "..." --wait`, reject];
}

function renderNext(view: CaseView, style: Style): string {
  if (view.status !== 'awaiting-decision' && view.status !== 'needs-a-person') return '';
  const commands = decisionCommands(view);
  if (commands.length === 0) return '';
  // The terminal may break a command, a paste must not.
  return [style.strong('To go on'), ...commands.map((command) => `  ${command}`)].join('\n');
}

function section(title: string, entries: readonly string[], style: Style): string {
  if (entries.length === 0) return '';
  const head = hangingLines('', style.strong(title), style.width, '  ');
  return [...head, ...entries.flatMap((entry) => entryLines(entry, style))].join('\n');
}

/** What goes on in a further line stands further in than what begins. */
function entryLines(entry: string, { width }: Style): readonly string[] {
  return entry.split('\n').flatMap((line) => {
    const text = line.trimStart();
    const indent = ' '.repeat(2 + line.length - text.length);
    return hangingLines(indent, text, width, `${indent}  `);
  });
}

function statusStyle(status: CaseStatus, style: Style): (text: string) => string {
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

function severityStyle(severity: Severity, style: Style): (text: string) => string {
  if (severity === 'critical' || severity === 'high') return style.bad;
  return severity === 'medium' ? style.warning : style.quiet;
}
