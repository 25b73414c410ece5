import { plainText, safe, type SafeText } from '../../model/safe-text.ts';
import type { WalkLimit } from '../../investigation/links/walk.ts';
import type { IdentityId } from '../../model/identity.ts';
import { counted } from '../counted.ts';
import { shownTime } from '../investigations/render-case.ts';
import { severityPainted } from '../severity-painted.ts';
import type { Style } from '../terminal-style.ts';
import { terminalTable } from '../terminal-table.ts';
import { hangingLines } from '../wrapped-text.ts';
import type { CaseDocument, ShownIdentity } from './case-document.ts';
import { identityInWords } from './identity-words.ts';
import { linkTree } from './link-tree.ts';

/** Cases as a table, where there are more than a screen can show in full. */
export function renderCaseList(cases: readonly CaseDocument[], style: Style): string {
  const table = terminalTable(
    [
      { head: 'case', of: ({ id }) => style.strong(id) },
      { head: 'severity', of: ({ severity }) => severityPainted(severity, style) },
      { head: 'since (UTC)', of: ({ from }) => shownTime(from) },
      { head: 'alerts', of: ({ alerts }) => String(alerts.length) },
      { head: 'who', of: (document) => whoIn(document), grows: 2, least: 20 },
      { head: 'identities', of: ({ identities }) => String(identities.length), optional: true },
      {
        head: 'accounts',
        of: ({ accounts }) => accounts.map((id) => plainText(id)).join(' '),
        grows: 1,
        optional: true,
      },
    ],
    cases,
    style,
  );
  return `${table}\n\n${counted(cases.length, 'case')}. One of them in full: --actor NAME`;
}

/** A case as a screen: who, since when, where; what came of it; what the walk stopped at. */
export function renderCaseDocument(
  document: CaseDocument,
  options: { readonly graphOnly: boolean; readonly timeline: boolean },
  style: Style,
): string {
  const tree = section('Who gave access to whom', linkTree(document, style), style);
  if (options.graphOnly) return [head(document, style), tree].join('\n\n');
  return [
    head(document, style),
    section('What was done', doneLines(document, style), style),
    section('What it means', findingLines(document, style), style),
    section('What is open', openLines(document, style), style),
    options.timeline ? '' : section('Alerts', alertLines(document, style), style),
    document.links.length === 0 ? '' : tree,
    section(
      'Where the walk stopped',
      document.limits.map((limit) => limitInWords(limit, document)),
      style,
    ),
    options.timeline ? section('Timeline', callLines(document, style), style) : '',
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function head(document: CaseDocument, style: Style): string {
  const { id, severity, from, until, accounts, alerts, events } = document;
  const calls = `${counted(events.kept + events.left, 'call')}, ${counted(alerts.length, 'alert')}`;
  const where = `${accounts.length === 1 ? 'account' : 'accounts'} ${accounts.map((each) => plainText(each)).join(', ')}`;
  return [
    `${style.strong(id)}  ${severityPainted(severity, style)} severity`,
    ...hangingLines('', `${style.strong(whoIn(document))}, ${where}`, style.width, '  '),
    style.quiet(`${shownTime(from)} to ${shownTime(until)} UTC: ${calls}`),
  ].join('\n');
}

/** The suspects: those whose credentials nobody in the case handed out. */
function whoIn({ identities }: Pick<CaseDocument, 'identities'>): string {
  const suspects = identities.filter(({ role }) => role === 'suspect');
  const shown = (suspects.length === 0 ? identities : suspects).slice(0, 3).map(identityInWords);
  const rest = Math.max(0, (suspects.length === 0 ? identities : suspects).length - shown.length);
  return rest === 0 ? shown.join(', ') : `${shown.join(', ')} and ${rest} more`;
}

function alertLines({ alerts }: CaseDocument, style: Style): readonly string[] {
  const byRule = [...Map.groupBy(alerts, ({ ruleId }) => ruleId).values()];
  return byRule.flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const times = group.length === 1 ? '' : ` ×${group.length}`;
    return [
      `${style.quiet(shownTime(first.eventTime))}  ${severityPainted(first.severity, style)}  ${plainText(first.ruleName)}${times}`,
    ];
  });
}

function limitInWords(limit: WalkLimit, { identities }: CaseDocument): SafeText {
  const named = nameOf(limit.at, identities);
  switch (limit.kind) {
    case 'crowd':
      return safe`${named} handed out ${limit.sessions} sessions within a day: only those with alerts, or that were asked for from where the intruder called, are followed`;
    case 'shared-session':
      return safe`${limit.makers} callers use sessions named ${named}: which of them handed out this one is not on record`;
    case 'made-by':
      return safe`${named} was made by ${nameOf(limit.maker, identities)}, which is not followed: making is no use`;
    case 'too-many':
      return safe`there are more identities than are followed: ${named} and what came after it are left out`;
  }
}

function nameOf(id: IdentityId, identities: readonly ShownIdentity[]): SafeText {
  const known = identities.find((each) => each.id === id);
  return known === undefined ? plainText(id) : identityInWords(known);
}

/** By stage, in the order in which each began: what was called, how often, and what failed. */
function doneLines({ timeline }: CaseDocument, style: Style): readonly string[] {
  return [...Map.groupBy(timeline, ({ stage }) => stage)].map(([stage, entries]) => {
    const calls = [...Map.groupBy(entries, ({ action }) => action)].map(([action, same]) => {
      const times = same.reduce((sum, { count }) => sum + count, 0);
      const failed = same.every(({ outcome }) => outcome === 'failure') ? ' (refused)' : '';
      return `${plainText(action)}${times > 1 ? ` ×${times}` : ''}${failed}`;
    });
    const rest = calls.length > callsShown ? `, and ${calls.length - callsShown} other calls` : '';
    return `${style.strong(stage.replaceAll('-', ' '))}: ${calls.slice(0, callsShown).join(', ')}${rest}`;
  });
}

const callsShown = 6;

function findingLines({ findings }: CaseDocument, style: Style): readonly string[] {
  return findings.map(({ direction, sentence, techniques }) => {
    const mark = direction === 'benign' ? style.good('benign') : style.warning('suspicious');
    return `${mark}  ${sentence}${techniques.length === 0 ? '' : style.quiet(`  ${techniques.join(' ')}`)}`;
  });
}

/** When the files end; what was closed is left out. */
function openLines({ waysIn, plan }: CaseDocument, style: Style): readonly string[] {
  const remedies = new Map(plan.actions.map(({ id, remedy }) => [id, remedy]));
  return waysIn
    .filter(({ state }) => state === 'open' || state === 'unknown')
    .map(({ id, state, sentence }) => {
      const mark = state === 'open' ? style.bad('open') : style.warning('unknown');
      const remedy = remedies.get(id);
      return `${mark}  ${sentence}${remedy === undefined ? '' : ` ${style.quiet(remedy)}`}`;
    });
}

function callLines(document: CaseDocument, style: Style): readonly string[] {
  const lines = document.timeline.map(({ at, stage, identity, source, action, targets, outcome, count, alertIds }) => {
    const times = count > 1 ? ` ×${count}` : '';
    const failed = outcome === 'failure' ? style.warning(' refused') : '';
    const on = targets.length === 0 ? '' : ` ${targets.map((target) => plainText(target, 48)).join(', ')}`;
    const alerted = alertIds.length === 0 ? '' : style.bad(' alert');
    const who = nameOf(identity, document.identities);
    return `${style.quiet(shownTime(at))}  ${stage.replaceAll('-', ' ')}  ${plainText(action)}${times}${on}${failed}${alerted}  ${style.quiet(`${who} from ${plainText(source ?? 'nowhere')}`)}`;
  });
  const { left } = document.events;
  return left === 0 ? lines : [...lines, `${counted(left, 'call')} more are not listed`];
}

function section(title: string, entries: readonly string[], style: Style): string {
  if (entries.length === 0) return '';
  const lines = entries.flatMap((entry) => hangingLines('  ', entry, style.width, '      '));
  return [style.strong(title), ...lines].join('\n');
}
