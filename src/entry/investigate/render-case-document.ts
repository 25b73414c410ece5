import type { WalkLimit } from '../../investigation/links/walk.ts';
import type { IdentityId } from '../../model/identity.ts';
import { counted } from '../counted.ts';
import { shownTime } from '../investigations/render-case.ts';
import { severityPainted } from '../severity-painted.ts';
import type { Style } from '../terminal-style.ts';
import { terminalTable } from '../terminal-table.ts';
import { hangingLines } from '../wrapped-text.ts';
import type { ShownIdentity } from '../../investigation/assessed-case.ts';
import type { CaseDocument } from './case-document.ts';
import { identityInWords } from './identity-words.ts';
import { linkTree } from './link-tree.ts';
import { plainText, safe, safeJoin, type SafeText } from '../../model/safe-text.ts';

/** Cases as a table, where there are more than a screen can show in full. */
export function renderCaseList(cases: readonly CaseDocument[], style: Style): SafeText {
  const table = terminalTable(
    [
      { head: 'case', of: ({ id }) => style.strong(plainText(id)) },
      { head: 'severity', of: ({ severity }) => severityPainted(plainText(severity), style) },
      { head: 'since (UTC)', of: ({ from }) => shownTime(from) },
      { head: 'alerts', of: ({ alerts }) => safe`${alerts.length}` },
      { head: 'who', of: (document) => whoIn(document), grows: 2, least: 20 },
      { head: 'identities', of: ({ identities }) => safe`${identities.length}`, optional: true },
      {
        head: 'accounts',
        of: ({ accounts }) => plainText(accounts.join(' ')),
        grows: 1,
        optional: true,
      },
    ],
    cases,
    style,
  );
  return safe`${table}\n\n${counted(cases.length, 'case')}. One of them in full: --actor NAME`;
}

/** A case as a screen: who, since when, where; what came of it; what the walk stopped at. */
export function renderCaseDocument(
  document: CaseDocument,
  options: { readonly graphOnly: boolean; readonly timeline: boolean },
  style: Style,
): SafeText {
  const tree = section(safe`Who gave access to whom`, linkTree(document, style), style);
  if (options.graphOnly) return safeJoin([head(document, style), tree], '\n\n');
  const parts = [
    head(document, style),
    section(safe`What was done`, doneLines(document, style), style),
    section(safe`What it means`, findingLines(document, style), style),
    section(safe`What is open`, openLines(document, style), style),
    options.timeline ? safe`` : section(safe`Alerts`, alertLines(document, style), style),
    document.links.length === 0 ? safe`` : tree,
    section(
      safe`Where the walk stopped`,
      document.limits.map((limit) => limitInWords(limit, document)),
      style,
    ),
    options.timeline ? section(safe`Timeline`, callLines(document, style), style) : safe``,
  ];
  return safeJoin(
    parts.filter((part) => part.length > 0),
    '\n\n',
  );
}

function head(document: CaseDocument, style: Style): SafeText {
  const { id, severity, from, until, accounts, alerts, events } = document;
  const calls = safe`${counted(events.kept + events.left, 'call')}, ${counted(alerts.length, 'alert')}`;
  const where = safe`${accounts.length === 1 ? safe`account` : safe`accounts`} ${plainText(accounts.join(', '), 400)}`;
  const lines = [
    safe`${style.strong(plainText(id))}  ${severityPainted(plainText(severity), style)} severity`,
    ...hangingLines(safe``, safe`${style.strong(whoIn(document))}, ${where}`, style.width, safe`  `),
    style.quiet(safe`${shownTime(from)} to ${shownTime(until)} UTC: ${calls}`),
  ];
  return safeJoin(lines, '\n');
}

/** The suspects: those whose credentials nobody in the case handed out. */
function whoIn({ identities }: Pick<CaseDocument, 'identities'>): SafeText {
  const suspects = identities.filter(({ role }) => role === 'suspect');
  const shown = (suspects.length === 0 ? identities : suspects).slice(0, 3).map(identityInWords);
  const rest = Math.max(0, (suspects.length === 0 ? identities : suspects).length - shown.length);
  return rest === 0 ? safeJoin(shown, ', ') : safe`${safeJoin(shown, ', ')} and ${rest} more`;
}

function alertLines({ alerts }: CaseDocument, style: Style): readonly SafeText[] {
  const byRule = [...Map.groupBy(alerts, ({ ruleId }) => ruleId).values()];
  return byRule.flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const times = group.length === 1 ? safe`` : safe` ×${group.length}`;
    return [
      safe`${style.quiet(shownTime(first.eventTime))}  ${severityPainted(plainText(first.severity), style)}  ${plainText(first.ruleName)}${times}`,
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
function doneLines({ timeline }: CaseDocument, style: Style): readonly SafeText[] {
  return [...Map.groupBy(timeline, ({ stage }) => stage)].map(([stage, entries]) => {
    const calls = [...Map.groupBy(entries, ({ action }) => action)].map(([action, same]) => {
      const times = same.reduce((sum, { count }) => sum + count, 0);
      const failed = same.every(({ outcome }) => outcome === 'failure') ? safe` (refused)` : safe``;
      return safe`${plainText(action)}${times > 1 ? safe` ×${times}` : safe``}${failed}`;
    });
    const rest = calls.length > callsShown ? safe`, and ${calls.length - callsShown} other calls` : safe``;
    const named = safeJoin(calls.slice(0, callsShown), ', ');
    return safe`${style.strong(plainText(stage.replaceAll('-', ' ')))}: ${named}${rest}`;
  });
}

const callsShown = 6;

function findingLines({ findings }: CaseDocument, style: Style): readonly SafeText[] {
  return findings.map(({ direction, sentence, techniques }) => {
    const mark = direction === 'benign' ? style.good(safe`benign`) : style.warning(safe`suspicious`);
    const named = techniques.length === 0 ? safe`` : style.quiet(safe`  ${plainText(techniques.join(' '))}`);
    return safe`${mark}  ${plainText(sentence, 1_000)}${named}`;
  });
}

/** When the files end; what was closed is left out. */
function openLines({ waysIn, plan }: CaseDocument, style: Style): readonly SafeText[] {
  const remedies = new Map(plan.actions.flatMap(({ closes, remedy }) => closes.map((id) => [id, remedy] as const)));
  return waysIn
    .filter(({ state }) => state === 'open' || state === 'unknown')
    .map(({ id, state, sentence }) => {
      const mark = state === 'open' ? style.bad(safe`open`) : style.warning(safe`unknown`);
      const remedy = remedies.get(id);
      const then = remedy === undefined ? safe`` : safe` ${style.quiet(plainText(remedy, 1_000))}`;
      return safe`${mark}  ${plainText(sentence, 1_000)}${then}`;
    });
}

function callLines(document: CaseDocument, style: Style): readonly SafeText[] {
  const lines = document.timeline.map(({ at, stage, identity, source, action, targets, outcome, count, alertIds }) => {
    const times = count > 1 ? safe` ×${count}` : safe``;
    const failed = outcome === 'failure' ? style.warning(safe` refused`) : safe``;
    const on =
      targets.length === 0
        ? safe``
        : safe` ${safeJoin(
            targets.map((target) => plainText(target, 48)),
            ', ',
          )}`;
    const alerted = alertIds.length === 0 ? safe`` : style.bad(safe` alert`);
    const who = nameOf(identity, document.identities);
    return safe`${style.quiet(shownTime(at))}  ${plainText(stage.replaceAll('-', ' '))}  ${plainText(action)}${times}${on}${failed}${alerted}  ${style.quiet(safe`${who} from ${plainText(source ?? 'nowhere')}`)}`;
  });
  const { left } = document.events;
  return left === 0 ? lines : [...lines, safe`${counted(left, 'call')} more are not listed`];
}

function section(title: SafeText, entries: readonly SafeText[], style: Style): SafeText {
  if (entries.length === 0) return safe``;
  const lines = entries.flatMap((entry) => hangingLines(safe`  `, entry, style.width, safe`      `));
  return safeJoin([style.strong(title), ...lines], '\n');
}
