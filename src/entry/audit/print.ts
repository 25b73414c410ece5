import { counted, forNumber } from '../../model/counted.ts';
import type { StoryKind } from '../../audit/audit-kind.ts';
import type { DecidedOn } from '../../views/decided-on.ts';
import type { RecordDifference } from '../../audit/compare-records.ts';
import type { CaseId, Instant } from '../../model/ids.ts';
import { listedCaseNamed } from '../../adapters/temporal/case-visibility.ts';
import { LostCaseError } from '../../views/lost-case-error.ts';
import { NoSuchCaseError } from '../../views/no-such-case-error.ts';
import { auditList, type AuditList, type AuditListFilter } from '../../views/audit-list.ts';
import { installationStory, type InstallationStory } from '../../views/installation-story.ts';
import { headWithoutRow, story, type StoryHead, type ToldEntry, type ToldStory } from '../../views/story.ts';
import { auditPorts, boundStoryPorts, installationStoryPorts } from '../compose/audit-ports.ts';
import { comparedBesideAList, comparedOver } from '../compose/compared-cases.ts';
import { comparedInNumbers } from '../../views/compared-cases.ts';
import { comparedLines } from '../investigations/compared-lines.ts';
import type { CaseTrust } from '../../investigation/case/case-trust.ts';
import { notVouchedForInWords } from '../../views/case-warnings.ts';
import { caseTrustHere } from '../compose/case-trust.ts';
import { overCase, overConnections, overStore } from '../compose/over-installation.ts';
import type { Config } from '../config/config.ts';
import { asTypedHere } from '../invocation.ts';
import type { CaseView } from '../../views/case.ts';
import { standingInWords } from '../investigations/render-case.ts';
import { loadCaseView } from '../compose/case-ports.ts';
import { shortDigest } from '../../model/short-digest.ts';
import { printAnswer, printLine, tellLine } from '../terminal/terminal-output.ts';
import { type Style, styleFor } from '../terminal/terminal-style.ts';
import { terminalTable } from '../terminal/terminal-table.ts';
import { hangingLines, proseLines, wrappedLines } from '../terminal/wrapped-text.ts';
import { plainText, safe, safeJoin, safePadded, type SafeText } from '../../model/safe-text.ts';
import { utcTime } from '../../model/utc-time.ts';

/** Prints the cases that match, and whether Temporal still has their history. */
export async function printAuditList(
  config: Config,
  { json, ...filter }: AuditListFilter & { readonly json?: boolean },
): Promise<void> {
  const answer = await overConnections(config, async (connections) => {
    const { audits } = await auditList(auditPorts(connections), filter);
    const compared = await comparedOver(connections.cases, connections.store.db, comparedBesideAList);
    return { audits, comparedWithTemporal: comparedInNumbers(compared) };
  });
  if (json === true) return await printAnswer('audit list', answer);
  printLine(renderList(answer.audits, styleFor(process.stdout)));
  for (const line of comparedLines(answer.comparedWithTemporal)) tellLine(line);
}

/**
 * Prints the story of a case. One whose row is gone from the store is told from its history.
 *
 * @throws NoSuchCaseError
 */
export async function printAudit(config: Config, caseId: string, options: { readonly json?: boolean }): Promise<void> {
  const trust = await caseTrustHere(config);
  try {
    await overCase(config, caseId, async (connections) => {
      const view = await loadCaseView(connections.store.db, caseId, trust);
      const told = await story(boundStoryPorts(connections, trust), view.id);
      await printStory(
        { head: headOf(view), told, rules: ruleNames(view), vouchedFor: view.responsesVouchedFor },
        options,
      );
    });
  } catch (error) {
    if (!(error instanceof LostCaseError)) throw error;
    await printLostStory(config, caseId, trust, options);
  }
}

async function printLostStory(
  config: Config,
  named: string,
  trust: CaseTrust,
  options: { readonly json?: boolean },
): Promise<void> {
  await overConnections(config, async (connections) => {
    const listed = await listedCaseNamed(connections.cases, named.toUpperCase() as CaseId);
    if (listed === null) throw new NoSuchCaseError(named);
    const told = await story(auditPorts(connections), listed.id);
    await printStory({ head: headWithoutRow(listed), told, rules: [], vouchedFor: trust.responder !== null }, options);
  });
}

function headOf({
  id,
  status,
  actor,
  account,
  severity,
  openedAt,
  closedAt,
  verdict,
  assignedTo,
  mergedInto,
  mergedFrom,
}: CaseView): StoryHead {
  const row = 'kept';
  const merged = { mergedInto, mergedFrom };
  return { id, status, actor, account, severity, openedAt, closedAt, verdict, assignedTo, ...merged, row };
}

function ruleNames({ alerts }: CaseView): readonly SafeText[] {
  return [...new Set(alerts.map(({ ruleName }) => plainText(ruleName)))];
}

interface StoryToPrint {
  readonly head: StoryHead;
  readonly told: ToldStory;
  /** For which the case was opened, as far as the store has them. */
  readonly rules: readonly SafeText[];
  /** This machine has the responder's key. */
  readonly vouchedFor: boolean;
}

async function printStory(printed: StoryToPrint, { json }: { readonly json?: boolean }): Promise<void> {
  if (json === true)
    await printAnswer('audit show', { ...printed.head, ...printed.told, vouchedFor: printed.vouchedFor });
  else printLine(renderStory(printed, styleFor(process.stdout)));
}

/** Prints what was changed about the installation itself, the latest first. */
export async function printChanges(
  config: Config,
  {
    json,
    ...span
  }: { readonly from?: Instant; readonly to?: Instant; readonly limit: number; readonly json?: boolean },
): Promise<void> {
  const answer = await overStore(config, ({ db }) => installationStory(installationStoryPorts(db), span));
  if (json === true) await printAnswer('audit changes', answer);
  else printLine(renderChanges(answer, styleFor(process.stdout)));
}

/** What was changed about the installation, for people. */
export function renderChanges({ entries, altered }: InstallationStory, style: Style): SafeText {
  if (entries.length === 0) return safe`Nothing is on record.`;
  const differences = entries
    .filter(({ id }) => altered.includes(id))
    .flatMap(({ id, at, kind }) => differenceLines({ id, at, kind, what: 'altered' }, style));
  const head = style.quiet(safe`The latest first. Times are UTC.`);
  return safeJoin([head, ...differences, ...entries.map((entry) => renderEntry(entry, entry.subject, style))], '\n');
}

/** A case's story for people, a line each. */
export function renderStory({ head, told, rules, vouchedFor }: StoryToPrint, style: Style): SafeText {
  const { from, lostRuns, differences, entries } = told;
  const ended = standingInWords(head);
  const alerts =
    rules.length === 0
      ? safe`${head.row === 'gone' ? safe`its alerts are not known` : safe`it has no alerts any more`}. Times are UTC.`
      : safe`opened for: ${safeJoin(rules, '; ')}. Times are UTC.`;
  const lines = [
    ...proseLines(
      safe`${style.strong(plainText(head.id))}  ${plainText(head.actor)}, account ${plainText(head.account)}  (${ended})`,
      style.width,
    ),
    ...proseLines(style.quiet(alerts), style.width),
    ...(head.row === 'gone' ? wrappedLines(style.bad(lostInWords), style.width, 'kept-whole') : []),
    ...mergeLines(head).flatMap((line) => proseLines(asTypedHere(line), style.width)),
    ...(from === 'records'
      ? [style.warning(safe`Temporal's history is past its retention; told from the audit records.`)]
      : []),
    ...(from === 'history' && lostRuns > 0
      ? [
          style.warning(
            safe`${counted(lostRuns, 'earlier run')} ${forNumber(lostRuns, 'is', 'are')} past ${forNumber(lostRuns, 'its', 'their')} retention.`,
          ),
        ]
      : []),
    ...(vouchedFor || !entries.some(({ kind }) => kind === 'done' || kind === 'verified')
      ? []
      : wrappedLines(style.warning(notVouchedForInWords), style.width, 'kept-whole')),
    ...differences.flatMap((difference) => differenceLines(difference, style)),
    safe``,
    ...entries.map((entry) => renderEntry(entry, head.id, style)),
  ];
  return safeJoin(lines, '\n');
}

const lostInWords = safe`The store has no such case (any more): its row was deleted, or somebody else than Trailhound started its workflow. Told from what Temporal has; find out who can write into the store, and put its backup back.`;

/** Where the rest of its story is told: what was decided in a case before it was merged stays there. */
function mergeLines({ mergedFrom, mergedInto }: StoryHead): readonly SafeText[] {
  return [
    ...(mergedInto === null
      ? []
      : [
          safe`merged into ${plainText(mergedInto)}: \`trailhound audit show ${plainText(mergedInto)}\` tells how it went on`,
        ]),
    ...mergedFrom.map(
      (id) =>
        safe`took in ${plainText(id)}: \`trailhound audit show ${plainText(id)}\` tells what was decided there before`,
    ),
  ];
}

const differenceWords: Readonly<Record<RecordDifference['what'], SafeText>> = {
  'not-in-table': safe`stands in Temporal's history, and not in the table of audit records`,
  'not-in-history': safe`stands in the table of audit records, and no workflow of the case asked for it: it was written past them, or a history is gone`,
  altered: safe`is not what its ID was made of: the row was changed, or written before records kept their bytes`,
};

function differenceInWords({ id, at, kind, what }: RecordDifference): SafeText {
  return safe`Difference: ${plainText(kind)} of ${utcTime(at)} (${shortDigest(id)}) ${differenceWords[what]}.`;
}

function differenceLines(difference: RecordDifference, style: Style): readonly SafeText[] {
  return wrappedLines(style.bad(differenceInWords(difference)), style.width, 'kept-whole');
}

function renderEntry(
  { at, kind, who, what, subject, awsRequestIds, decidedOn }: Omit<ToldEntry, 'at'> & { readonly at: string },
  caseId: string,
  style: Style,
): SafeText {
  const about =
    subject === caseId || subject === decidedOn?.planDigest || what.includes(subject)
      ? safe``
      : style.quiet(safe`  [${subjectInWords(subject)}]`);
  const mark = kindStyle(kind, style)(safePadded(plainText(kind), 9));
  const below = style.width !== undefined && style.width < narrow ? safe`  ` : belowKind;
  const lines = hangingLines(
    safe`${style.quiet(utcTime(at))}  ${mark} `,
    safe`${style.strong(plainText(who))}: ${plainText(what, 4_000)}${about}`,
    style.width,
    below,
  );
  const bound =
    decidedOn === undefined ? [] : hangingLines(below, style.quiet(decidedOnInWords(decidedOn)), style.width);
  const calls = style.quiet(safe`AWS requests ${plainText(awsRequestIds.join(', '), 2_000)}`);
  return safeJoin(
    [...lines, ...bound, ...(awsRequestIds.length === 0 ? [] : hangingLines(below, calls, style.width))],
    '\n',
  );
}

function decidedOnInWords({
  planDigest,
  version,
  presentedAt,
  expiresAt,
  evidence,
  callsSincePlan,
}: DecidedOn): SafeText {
  const until = expiresAt === null ? safe`` : safe`, waiting until ${utcTime(expiresAt)}`;
  const from =
    evidence === null
      ? safe`the stored plan is not what its digest says`
      : safe`made from ${counted(evidence.length, 'piece')} of evidence, whose digests are in --json`;
  const since =
    callsSincePlan === 0
      ? safe`no call of the case is known between plan and decision`
      : safe`${counted(callsSincePlan, 'call')} of the case ${forNumber(callsSincePlan, 'was', 'were')} made between plan and decision, as is known now`;
  return safe`on plan ${shortDigest(planDigest)} (version ${version}), presented ${utcTime(presentedAt)}${until}: ${from}; ${since}`;
}

/** Further lines of an entry begin where its kind stands. */
const belowKind = safePadded(safe``, 21);

/** A terminal with fewer columns has no room for that. */
const narrow = 60;

function subjectInWords(subject: string): SafeText {
  return subject.startsWith('sha256:') ? shortDigest(subject) : plainText(subject);
}

function kindStyle(kind: StoryKind, style: Style): Style['strong'] {
  switch (kind) {
    case 'decided':
      return style.strong;
    case 'trouble':
      return style.bad;
    case 'done':
    case 'verified':
      return style.good;
    case 'proposed':
      return style.warning;
    default:
      return style.quiet;
  }
}

function renderList(audits: AuditList['audits'], style: Style): SafeText {
  if (audits.length === 0) return safe`No cases match.`;
  return terminalTable(
    [
      { head: 'case', of: ({ id }) => style.strong(plainText(id)) },
      { head: 'status', of: ({ status }) => plainText(status.replaceAll('-', ' ')), grows: 1 },
      { head: 'opened (UTC)', of: ({ openedAt }) => utcTime(openedAt), optional: 'last' },
      { head: 'account', of: ({ account }) => plainText(account), optional: true },
      { head: 'history', of: ({ history }) => plainText(history), grows: 1, optional: true },
      { head: 'who', of: ({ actor }) => plainText(actor, 1_000), grows: 2, least: 20 },
    ],
    audits,
    style,
  );
}
