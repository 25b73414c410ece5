import type { AwaitedCase, KnownMatch, NewsAlert, PlanNews, ReadingProgress } from '../../views/news.ts';
import { refuse } from '../../approval/refusal.ts';
import type { StoryKind } from '../../audit/audit-kind.ts';
import { entriesOfKind, trailhoundItself, type WrittenRecord } from '../../audit/audit-record.ts';
import { type StoryEntry, tellRecord } from '../../audit/case-story.ts';
import type { OperationalAlert } from '../../collection/ports.ts';
import { invocation } from '../invocation.ts';
import { AboutReader, aboutSentence, repeats } from '../../detection/alerts/alert-about.ts';
import { createFieldTable, eventFields } from '../../detection/fields/document-fields.ts';
import { describeActor } from '../../cloudtrail/actor.ts';
import type { CaseRecord } from '../../investigation/case/case-ports.ts';
import { actsInWords } from '../../investigation/report/act-words.ts';
import { keyIsOffered, planWords } from '../../investigation/plan/plan-words.ts';
import { plainText } from '../../model/safe-text.ts';
import type { Finding } from '../../model/finding.ts';
import type { CaseStatus } from '../../model/case-state.ts';
import type { CaseId, Digest, Instant } from '../../model/ids.ts';
import type { Action } from '../../model/action.ts';
import type { Plan } from '../../model/plan.ts';
import type { Rule } from '../../model/rule.ts';
import { actionsOption } from '../../investigation/report/actions-option.ts';
import { shortDigest } from '../../model/short-digest.ts';
import { counted, forNumber } from '../../model/counted.ts';
import type { StoryLine } from './screen.ts';
import { utcTime } from '../../model/utc-time.ts';
import { minuteMs } from '../../model/duration.ts';

function day(instant: Instant): string {
  return instant.slice(0, 10);
}
function shown(values: readonly string[]): string {
  return values.map((value) => plainText(value, 60)).join(', ');
}

/** How far reading has come. */
export function readingLine(progress: ReadingProgress): StoryLine {
  return {
    kind: 'read',
    text:
      progress.caughtUp < progress.sources
        ? `read ${counted(progress.events, 'event')}; history covered in ${progress.caughtUp} of ${progress.sources} account-regions`
        : `read ${counted(progress.events, 'event')}: the promised history of all ${counted(progress.sources, 'account-region')} is covered, ${counted(progress.alerts, 'alert')}`,
  };
}

const fields = createFieldTable();
const reader = new AboutReader(fields);

/** Values by which a rule groups, but for those that the sentence has. */
function notSaid(values: readonly string[], sentence: string): readonly string[] {
  const words = sentence.split(/[\s();:,]+/u);
  return values.filter((value) => sentence === '' || !repeats(value, words));
}

/** A rule's match: who did what, from where and on what. @param rule absent where it was taken out since. */
export function newsAlertLine(alert: NewsAlert, rule: Rule | undefined): StoryLine {
  const { ecs, groupValues, caseId } = alert;
  const sentence = ecs === null || rule === undefined ? '' : aboutSentence(reader.read(eventFields(ecs, fields), rule));
  const about = [plainText(sentence, 500), shown(notSaid(groupValues, sentence))]
    .filter((text) => text !== '')
    .join('; ');
  return {
    kind: 'alert',
    text:
      `${alert.ruleName} (${alert.severity}, risk ${alert.riskScore}): ${about}, first at ${utcTime(alert.eventTime)} UTC` +
      (caseId === null ? '' : `, case ${caseId}`),
  };
}

/** Of alerts that come at once, as an import's do, so many are told by themselves. */
const alertsToldAtOnce = 10;

/** A line for each alert, or for the first ones and how many more there are. */
export function alertLines(
  alerts: readonly NewsAlert[],
  ruleOf: (ruleId: string) => Rule | undefined,
): readonly StoryLine[] {
  const lines = alerts.slice(0, alertsToldAtOnce).map((alert) => newsAlertLine(alert, ruleOf(alert.ruleId)));
  const more = alerts.slice(alertsToldAtOnce);
  if (more.length === 0) return lines;
  const rules = counted(new Set(more.map(({ ruleId }) => ruleId)).size, 'rule');
  const text = `and ${counted(more.length, 'more alert')} of ${rules}: ${invocation()} investigations list shows the cases`;
  return [...lines, { kind: 'alert', text }];
}

/** The same tool in accustomed hands: no alert, and why. */
export function knownLine(match: KnownMatch, ruleName: string): StoryLine {
  return {
    kind: 'known',
    text: `no alert for ${shown(match.groupValues)}: "${ruleName}" sees it, but has seen the same since ${day(match.firstSeen)}: it is not new`,
  };
}

/** What the operators must know of the collection itself, and its end. */
export function operationalLine({ kind, subject, sentence }: OperationalAlert, state: 'raised' | 'ended'): StoryLine {
  return state === 'raised'
    ? { kind: 'warning', text: `${kind} ${subject}: ${plainText(sentence, 500)}` }
    : { kind: 'note', text: `${kind} ${subject}: this has ended` };
}

/** How a person decides; each command is on a line of its own, to be copied. */
export function decideCommands(
  caseId: CaseId,
  { digest, actions, purpose }: Pick<Plan, 'digest' | 'actions' | 'purpose'>,
  configOption: string,
): readonly string[] {
  const command = `${invocation()}${configOption} investigations`;
  const plan = shortDigest(digest);
  const approve = `approve: ${command} approve ${caseId} --plan ${plan}${actionsOption(actions, typeof purpose === 'object')} --reason "WHY" --wait`;
  const reject = `reject: ${command} reject ${caseId} --plan ${plan} --reason "WHY"`;
  // A plan that recommends nothing is rejected rather.
  const decide = actions.some(({ recommended }) => recommended) ? [approve, reject] : [reject, approve];
  return [...decide, `look: ${command} show ${caseId}`];
}

/** A plan that must not be decided on. */
export function alteredPlanLine(caseId: CaseId, digest: Digest): StoryLine {
  return {
    kind: 'warning',
    text: `case ${caseId}: the stored plan ${digest} is not what its digest says, and is not shown. ${refuse('plan-altered').remedy}`,
  };
}

/** What a plan does, and what it leaves, a sentence each. */
function planSentences(plan: Plan): { readonly actions: readonly string[]; readonly open: readonly string[] } {
  const words = planWords(plan);
  return {
    actions: words.actions.map(
      ({ effect, onlyIfChosen }) => `${onlyIfChosen === null ? '' : `only if chosen (${onlyIfChosen}): `}${effect}`,
    ),
    open: [
      ...words.byHand.map((sentence) => `by hand: ${sentence}`),
      ...words.notKnownYet.map((sentence) => `not known: ${sentence}`),
      ...words.waysIn.map(({ sentence }) => `stays open: ${sentence}`),
    ],
  };
}

/** What is proposed; of a plan that takes another's place what stays in short, what is new, and what is there no more. */
function proposedLines(plan: Plan, before: Plan | undefined): readonly string[] {
  const { actions, open } = planSentences(plan);
  if (before === undefined) return ['proposed', ...actions.map(numbered), ...open];
  const earlier = planSentences(before);
  const kept = plan.actions.filter((_, index) => earlier.actions.includes(actions[index] ?? ''));
  const added = [
    ...actions.map(numbered).filter((_, index) => !earlier.actions.includes(actions[index] ?? '')),
    ...open.filter((each) => !earlier.open.includes(each)),
  ];
  const gone = [
    ...earlier.actions.filter((each) => !actions.includes(each)),
    ...earlier.open.filter((each) => !open.includes(each)),
  ];
  return [
    kept.length === 0 ? 'proposed' : `proposed as before: ${actsInWords(kept.map(asNamed)).join('; ')}`,
    ...added.map((each) => `new: ${each}`),
    ...gone.map((each) => `no more: ${each}`),
  ];
}

function numbered(sentence: string, index: number): string {
  return `${index + 1}. ${sentence}`;
}

/** An action as far as its phrase needs it. */
export function asNamed({ type, target, params }: Action) {
  return { type, target: { ...target }, params: { ...params } };
}

/** What waits for a decision: who, why, what is proposed, what stays open. @param before the plan that it takes the place of, where that was told */
export function planLines(
  record: CaseRecord,
  findings: readonly Finding[],
  plan: Plan,
  expiresAt: Instant | null,
  configOption: string,
  before?: Plan,
): readonly StoryLine[] {
  const why = findings.filter(({ direction }) => direction === 'suspicious').map(({ sentence }) => `- ${sentence}`);
  const heading = `case ${record.id} about ${describeActor(record.actor)}`;
  if (plan.actions.length === 0)
    return [
      {
        kind: 'case',
        text: [`${heading}: nothing can be done by a plan`, ...why, ...planSentences(plan).open].join('\n'),
      },
    ];
  return [
    { kind: 'case', text: [heading, ...why].join('\n') },
    { kind: 'case', text: proposedLines(plan, before).join('\n') },
    {
      kind: 'decide',
      text: [
        `case ${record.id} waits for a decision${expiresAt === null ? '' : ` until ${utcTime(expiresAt)} UTC`}`,
        ...(plan.purpose === 'rotate' ? [keyIsOffered(record.id)] : []),
        ...decideCommands(record.id, plan, configOption),
      ].join('\n'),
    },
  ];
}

/** The plan of one of many cases that opened at once. */
export function briefPlanLine(
  { record, plan: { opened } }: Pick<PlanNews, 'record' | 'plan'>,
  configOption: string,
): StoryLine {
  const actions = opened.kind === 'altered' ? 0 : opened.plan.actions.length;
  const what = actions === 0 ? 'nothing can be done by a plan' : `${counted(actions, 'action')} proposed`;
  return {
    kind: 'case',
    text: `case ${record.id} about ${describeActor(record.actor)}: ${what}; ${invocation()}${configOption} investigations show ${record.id}`,
  };
}

/** Those that are not named. */
export function moreCasesLine(more: number, configOption: string): StoryLine {
  return {
    kind: 'case',
    text: `and ${counted(more, 'more case')}: ${invocation()}${configOption} investigations list`,
  };
}

/** A plan that was shown is void, for another one takes its place; why, where nobody had decided on it. */
export function replacedPlanLine(caseId: CaseId, replaced: Digest, by: Digest): StoryLine {
  return {
    kind: 'case',
    text: `case ${caseId}: plan ${shortDigest(replaced)} is void, and plan ${shortDigest(by)} takes its place: what was seen, or what AWS answered, since then changes what is to be done`,
  };
}

/** A plan that was shown of a case that was merged. */
export function voidPlanLine(caseId: CaseId, digest: Digest, into: string, configOption: string): StoryLine {
  return {
    kind: 'case',
    text: [
      `plan ${shortDigest(digest)} of case ${caseId} is void: it goes on as case ${plainText(into)}, whose plan has what both are about`,
      `look: ${invocation()}${configOption} investigations show ${plainText(into)}`,
    ].join('\n'),
  };
}

/** A case that an earlier run has left, where no plan of it waits: what comes next. */
export function openCaseLine({ id, actor, status }: CaseRecord): StoryLine {
  return { kind: 'case', text: `case ${id} about ${describeActor(actor)} ${nextInWords[status]}` };
}

interface HeartbeatFacts {
  readonly quietMs: number;
  readonly sources: number;
  /** The same was said of the same cases by the heartbeat before. */
  readonly saidBefore: boolean;
}

/** So many cases are named while nothing happens. */
const casesNamed = 3;

const nextInWords: Readonly<Record<CaseStatus, string>> = {
  gathering: 'gathers evidence, and presents a plan next',
  quiet: 'is explained: nobody is asked',
  'awaiting-decision': 'waits for a decision',
  responding: 'carries out what was approved',
  watching: 'is watched after its response, and goes on by itself when that ends',
  'needs-a-person': 'cannot go on without a person',
  closed: 'is closed',
  merged: 'goes on in another',
};

/** What is waited for where nothing has happened for a while, and what to type; of what was said before, only that it goes on. */
export function heartbeatLine(
  open: readonly AwaitedCase[],
  { quietMs, sources, saidBefore }: HeartbeatFacts,
  configOption: string,
): StoryLine {
  const quiet = `nothing new for ${counted(Math.round(quietMs / minuteMs), 'minute')}`;
  const reading = `${counted(sources, 'account-region')} ${forNumber(sources, 'is', 'are')} read on`;
  if (open.length === 0) return { kind: 'note', text: `${quiet}: no case is open, ${reading}` };
  if (saidBefore)
    return { kind: 'note', text: `${quiet}: ${counted(open.length, 'case')} as said before, and ${reading}` };
  const more = open.length - casesNamed;
  const lines = open
    .slice(0, casesNamed)
    .flatMap(({ id, who, status, decideBy }) => [
      `case ${id} about ${who} ${nextInWords[status]}${decideBy === null ? '' : ` until ${utcTime(decideBy)} UTC`}`,
      `look: ${invocation()}${configOption} investigations show ${id}`,
    ]);
  const rest =
    more <= 0 ? [] : [`and ${counted(more, 'more case')}: ${invocation()}${configOption} investigations list`];
  return { kind: 'note', text: [`${quiet}: ${reading}, and`, ...lines, ...rest].join('\n') };
}

/** A plan to take a response back that waits: what it does, and how a person decides on it. */
export function undoPlanLine(
  caseId: CaseId,
  plan: Pick<Plan, 'digest' | 'actions' | 'purpose'>,
  expiresAt: Instant | null,
  configOption: string,
): StoryLine {
  const until = expiresAt === null ? '' : ` until ${utcTime(expiresAt)} UTC`;
  const acts = actsInWords(plan.actions.filter(({ recommended }) => recommended).map(asNamed));
  const would = acts.length === 0 ? 'does nothing by itself' : `would ${acts.join('; ')}`;
  return {
    kind: 'decide',
    text: [
      `case ${caseId}: an undo waits for a decision${until}; it ${would}`,
      ...decideCommands(caseId, plan, configOption),
    ].join('\n'),
  };
}

const lineKinds: Readonly<Record<StoryKind, StoryLine['kind']>> = {
  seen: 'note',
  proposed: 'note',
  decided: 'done',
  done: 'done',
  verified: 'done',
  watched: 'done',
  state: 'case',
  trouble: 'refused',
};

/** An audit record as a line, or nothing where another line tells it: what was seen and proposed has lines of its own. */
export function auditLine(record: WrittenRecord): StoryLine | undefined {
  const { kind, who, what, subject } = tellRecord(record);
  if (kind === 'seen' || kind === 'proposed' || isToldByItsSteps(record)) return undefined;
  const about = record.kind.startsWith('action-') ? `${subject}: ` : '';
  const by = who === trailhoundItself ? '' : `${who}: `;
  return { kind: lineKinds[kind], text: `${caseOf(record)}${by}${inShort(record) ?? `${about}${what}`}` };
}

/** What to type about a case that its record leaves to people; nothing of any other record. */
export function afterAuditLine({ kind, caseId }: WrittenRecord, configOption: string): readonly StoryLine[] {
  if (caseId === undefined || kind !== 'needs-a-person') return [];
  const command = `${invocation()}${configOption} investigations`;
  return [
    {
      kind: 'case',
      text: [
        `case ${caseId} waits for you: look at it, and ask for a fresh plan where one can help`,
        `look: ${command} show ${caseId}`,
        `fresh plan: ${command} replan ${caseId} --reason "WHY"`,
      ].join('\n'),
    },
  ];
}

/** Where the sentence of the audit names by IDs what stands on the screen in words: a step that is done, what was approved and is begun. */
function inShort(record: WrittenRecord): string | undefined {
  const [step] = entriesOfKind([record], 'action-step');
  if (step !== undefined && step.data.detail !== '') return plainText(step.data.detail, 1_000);
  const [decision] = entriesOfKind([record], 'decision-accepted');
  if (decision?.data.verdict === 'approve') {
    const { actionIds, reason } = decision.data;
    return `approved ${counted(actionIds.length, 'action')}: ${plainText(reason ?? '', 1_000)}`;
  }
  return entriesOfKind([record], 'response-started').map(
    ({ data: { actionIds } }) => `The response began: ${counted(actionIds.length, 'action')}, one after another.`,
  )[0];
}

/** The end of an action that is done says what its steps have said. */
function isToldByItsSteps(record: WrittenRecord): boolean {
  return entriesOfKind([record], 'action-ended').some(({ data }) => data.outcome === 'done');
}

function caseOf({ caseId }: WrittenRecord): string {
  return caseId === undefined ? '' : `case ${plainText(caseId)}: `;
}

/** The whole story of a case that has closed, as its audit tells it. */
export function closedCaseLine(caseId: CaseId, entries: readonly StoryEntry[], configOption: string): StoryLine {
  return {
    kind: 'note',
    text: [
      `the story of case ${caseId}, as \`${invocation()}${configOption} audit show ${caseId}\` tells it:`,
      ...entries.map(({ at, who, what }) => `${utcTime(at)} ${who}: ${what}`),
    ].join('\n'),
  };
}
