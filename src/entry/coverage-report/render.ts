import { secondsOf } from '../../collection/span.ts';
import type { DarkRule } from '../../detection/without-read-only.ts';
import { plainText } from '../../investigation/plain-text.ts';
import { shownTime } from '../investigations/render-case.ts';
import type { Style } from '../terminal-style.ts';
import { terminalTable } from '../terminal-table.ts';
import { type AccountCoverage, type CoverageView, isAmiss, type SourceView, type WindowView } from './view.ts';

/** So many characters stand for the whole time shown. */
const timelineWidth = 48;

const marks = { covered: '=', narrow: '-', failed: '!', lost: 'x', unread: '.' } as const;

/** The coverage of each account as a timeline per region, and what the operators must know. */
export function renderCoverage(view: CoverageView, style: Style, options: { readonly gapsOnly: boolean }): string {
  const head = `${shownTime(view.since)} to ${shownTime(view.until)} (UTC): ${marks.covered} read completely, ${marks.narrow} read but for read-only events, ${marks.failed} failed and tried again, ${marks.lost} lost, ${marks.unread} not read`;
  const accounts = view.accounts
    .filter((account) => !options.gapsOnly || account.sources.some(isAmiss))
    .map((account) => renderAccount(account, view, style, options.gapsOnly));
  const alerts = view.operationalAlerts.map(
    (alert) =>
      `${style.bad(alert.kind)} ${alert.subject} since ${shownTime(alert.raisedAt)}: ${plainText(alert.sentence)}`,
  );
  const none = view.nothingWatched ? style.bad('no account is watched') : 'no gaps';
  return [
    style.quiet(head),
    ...accounts,
    ...(accounts.length === 0 || view.nothingWatched ? [none] : []),
    ...darkness(view, style),
    ...alerts,
  ].join('\n\n');
}

/** What is not seen where read-only events are left out. */
function darkness({ darkRules }: CoverageView, style: Style): readonly string[] {
  return darkRules.length === 0 ? [] : [darkRuleLines(darkRules, style).join('\n')];
}

/** Each rule that goes dark, or may, on a line of its own. */
export function darkRuleLines(rules: readonly DarkRule[], style: Style): readonly string[] {
  const dark = rules.filter(({ effect }) => effect === 'dark').length;
  return [
    `without read-only events ${dark} rules go dark, and ${rules.length - dark} may:`,
    ...rules
      .toSorted((a, b) => Number(a.effect === 'may-be-dark') - Number(b.effect === 'may-be-dark'))
      .map(({ id, name, effect }) => {
        const word = effect === 'dark' ? style.bad('goes dark   ') : style.warning('may go dark ');
        return `  ${word} ${plainText(name)} (${plainText(id)})`;
      }),
  ];
}

function renderAccount(account: AccountCoverage, view: CoverageView, style: Style, gapsOnly: boolean): string {
  const sources = account.sources.filter((source) => !gapsOnly || isAmiss(source));
  const gaps = account.sources.flatMap((source) =>
    source.gaps.map((gap) => `  ${style.bad('gap')} ${source.region}: ${shownTime(gap.from)} to ${shownTime(gap.to)}`),
  );
  const troubles = account.sources.flatMap(({ region, trouble }) =>
    trouble === null ? [] : [`  ${style.bad('fails')} ${region}: ${plainText(trouble)}`],
  );
  const table = sources.length === 0 ? [] : [sourceTable(sources, view, style)];
  return [titleOf(account, style), ...table, ...gaps, ...troubles].join('\n');
}

function titleOf({ id, name, lifecycle, pause, learning, reads }: AccountCoverage, style: Style): string {
  const state =
    pause === null
      ? lifecycle
      : `paused until ${shownTime(pause.until)} by ${plainText(pause.owner)}: ${plainText(pause.reason)}`;
  const learns =
    learning.readShare < 1 ? `, learning: ${Math.floor(learning.readShare * 100)} % of its history read` : '';
  return `${style.strong(`${id} ${plainText(name)}`)} ${state}${learns}${reads === 'write-only' ? style.warning(', read without read-only events') : ''}`;
}

function sourceTable(sources: readonly SourceView[], view: CoverageView, style: Style): string {
  const sum = ({ windows }: SourceView, of: (window: WindowView) => number): string =>
    String(windows.reduce((total, window) => total + of(window), 0));
  return terminalTable(
    [
      { head: 'region', of: ({ region }) => region },
      { head: 'coverage', of: (source) => timeline(source, view, style) },
      { head: 'records', of: (source) => sum(source, ({ records }) => records) },
      { head: 'late', of: (source) => sum(source, ({ lateRecords }) => lateRecords) },
      { head: 'delivery delay (own calls)', of: delayText, grows: 1 },
    ],
    sources,
    style,
  );
}

function delayText({ footprints }: SourceView): string {
  if (footprints.medianS === null || footprints.p95S === null) return `none of ${footprints.calls} back yet`;
  const [median, p95] = [Math.round(footprints.medianS), Math.round(footprints.p95S)];
  return `median ${median} s, 95 % ${p95} s (${footprints.seen} of ${footprints.calls} back)`;
}

/** One character for each equal part of the time; the worst that is in it. */
function timeline(source: SourceView, { since, until }: CoverageView, style: Style): string {
  const [from, to] = [secondsOf(since), secondsOf(until)];
  const step = Math.max(1, (to - from) / timelineWidth);
  const characters = Array.from({ length: timelineWidth }, (_, index) =>
    markOf(source.windows, from + Math.floor(index * step), from + Math.floor((index + 1) * step) - 1),
  );
  return characters
    .map((mark) =>
      mark === marks.covered
        ? style.good(mark)
        : mark === marks.unread
          ? style.quiet(mark)
          : mark === marks.narrow
            ? style.warning(mark)
            : style.bad(mark),
    )
    .join('');
}

function markOf(windows: readonly WindowView[], from: number, to: number): string {
  const inside = windows.filter((window) => secondsOf(window.from) <= to && secondsOf(window.to) >= from);
  if (inside.some((window) => window.state === 'beyond-retention')) return marks.lost;
  if (inside.some((window) => window.state === 'failed')) return marks.failed;
  if (inside.some((window) => window.filter !== 'all')) return marks.narrow;
  return inside.length > 0 ? marks.covered : marks.unread;
}
