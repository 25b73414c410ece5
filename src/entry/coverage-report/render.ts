import { secondsOf } from '../../collection/span.ts';
import type { DarkRule } from '../../detection/index/without-read-only.ts';
import { counted, forNumber } from '../../model/counted.ts';
import { asTypedHere } from '../invocation.ts';
import type { Style } from '../terminal/terminal-style.ts';
import { terminalTable } from '../terminal/terminal-table.ts';
import { proseLines } from '../terminal/wrapped-text.ts';
import {
  type AccountCoverage,
  type CoverageView,
  isAmiss,
  type SourceView,
  type WindowView,
} from '../../views/coverage.ts';
import { plainText, safe, safeJoin, type SafeText } from '../../model/safe-text.ts';
import { shellCommand } from '../../model/shell-command.ts';
import { utcTime } from '../../model/utc-time.ts';

/** So many characters stand for the whole time shown. */
const timelineWidth = 48;

/** A sentence of ours is shown whole; what is longer holds what somebody else wrote. */
const sentenceLimit = 1_000;

const marks = { covered: safe`=`, narrow: safe`-`, failed: safe`!`, lost: safe`x`, unread: safe`.` } as const;

/** The coverage of each account as a timeline per region, and what the operators must know. */
export function renderCoverage(
  view: CoverageView,
  style: Style,
  options: { readonly gapsOnly: boolean; readonly accountId?: string | undefined },
): SafeText {
  const accounts = view.accounts
    .filter((account) => !options.gapsOnly || account.sources.some(isAmiss))
    .map((account) => renderAccount(account, view, style, options.gapsOnly));
  const alerts = view.operationalAlerts.map(
    (alert) =>
      safe`${style.bad(plainText(alert.kind))} ${plainText(alert.subject)} since ${utcTime(alert.raisedAt)}: ${plainText(alert.sentence, sentenceLimit)}`,
  );
  const none = view.nothingWatched ? inLines(style.bad(nothingWatched(options.accountId)), style) : safe`no gaps`;
  const parts = [
    inLines(style.quiet(headOf(view, accounts.length > 0)), style),
    ...accounts,
    ...(accounts.length === 0 || view.nothingWatched ? [none] : []),
    ...darkness(view, style),
    ...alerts.map((alert) => inLines(alert, style)),
  ];
  return safeJoin(parts, '\n\n');
}

/** The time that is shown and, where timelines follow, what their marks mean. */
function headOf({ since, until }: CoverageView, marksFollow: boolean): SafeText {
  const time = safe`${utcTime(since)} to ${utcTime(until)} (UTC)`;
  return marksFollow
    ? safe`${time}: = read completely, whether anything happened or not, - read but for read-only events, ! failed and tried again, x lost, . not read`
    : time;
}

/** A sentence broken between words for a terminal. */
function inLines(sentence: SafeText, { width }: Style): SafeText {
  return safeJoin(proseLines(asTypedHere(sentence), width), '\n');
}

function nothingWatched(accountId: string | undefined): SafeText {
  return accountId === undefined
    ? safe`no account is watched`
    : safe`account ${plainText(accountId)} is not watched: \`trailhound accounts list\` shows which are`;
}

/** What is not seen where read-only events are left out. */
function darkness({ darkRules }: CoverageView, style: Style): readonly SafeText[] {
  return darkRules.length === 0 ? [] : [inLines(safeJoin(darkRuleLines(darkRules, style), '\n'), style)];
}

/** Each rule that goes dark, or may, on a line of its own. */
export function darkRuleLines(rules: readonly DarkRule[], style: Style): readonly SafeText[] {
  const dark = rules.filter(({ effect }) => effect === 'dark').length;
  return [
    safe`without read-only events ${counted(dark, 'rule')} ${forNumber(dark, 'goes', 'go')} dark, and ${rules.length - dark} may:`,
    ...rules
      .toSorted((a, b) => Number(a.effect === 'may-be-dark') - Number(b.effect === 'may-be-dark'))
      .map(({ id, name, effect }) => {
        const word = effect === 'dark' ? style.bad(safe`goes dark   `) : style.warning(safe`may go dark `);
        return safe`  ${word} ${plainText(name)} (${plainText(id)})`;
      }),
  ];
}

function renderAccount(account: AccountCoverage, view: CoverageView, style: Style, gapsOnly: boolean): SafeText {
  const sources = account.sources.filter((source) => !gapsOnly || isAmiss(source));
  const gaps = account.sources.flatMap((source) =>
    source.gaps.map(
      (gap) => safe`  ${style.bad(safe`gap`)} ${plainText(source.region)}: ${utcTime(gap.from)} to ${utcTime(gap.to)}`,
    ),
  );
  const troubles = account.sources.flatMap(({ region, trouble }) =>
    trouble === null
      ? []
      : [safe`  ${style.bad(safe`fails`)} ${plainText(region)}: ${plainText(trouble, sentenceLimit)}`],
  );
  const table = sources.length === 0 ? [] : [sourceTable(sources, view, style)];
  return safeJoin(
    [
      inLines(titleOf(account, style), style),
      ...table,
      ...[...gaps, ...troubles, ...sources.flatMap((source) => malformedLines(source, style))].map((line) =>
        inLines(line, style),
      ),
    ],
    '\n',
  );
}

/** So many records that could not be read are named; `--json` has more. */
const namedRecords = 10;

/** The records of a source that could not be read, each with the event that it is of, and how to see what AWS has of it. */
function malformedLines({ region, malformed: { count, newest } }: SourceView, style: Style): readonly SafeText[] {
  if (count === 0) return [];
  const named = newest.slice(0, namedRecords);
  const id = named.find(({ eventId }) => eventId !== null)?.eventId ?? '<event ID>';
  return [
    ...named.map(
      ({ eventId, seenAt, problem }) =>
        safe`  ${style.bad(safe`malformed`)} ${plainText(region)}: event ${plainText(eventId ?? 'without an ID', 200)}, read at ${utcTime(seenAt)}: ${plainText(problem, sentenceLimit)}`,
    ),
    ...(count > named.length ? [safe`  and ${counted(count - named.length, 'more malformed record')}`] : []),
    safe`  No rule has judged ${forNumber(count, 'it', 'them')}. The texts are in --json; what AWS has of one: ${shellCommand`aws cloudtrail lookup-events --region ${region} --lookup-attributes AttributeKey=EventId,AttributeValue=${id}`}`,
  ];
}

function titleOf({ id, name, lifecycle, pause, learning, reads }: AccountCoverage, style: Style): SafeText {
  const state =
    pause === null
      ? plainText(lifecycle)
      : safe`paused until ${utcTime(pause.until)} by ${plainText(pause.owner)}: ${plainText(pause.reason)}`;
  const learns =
    learning.readShare < 1 ? safe`, learning: ${Math.floor(learning.readShare * 100)} % of its history read` : safe``;
  const narrow = reads === 'write-only' ? style.warning(safe`, read without read-only events`) : safe``;
  return safe`${style.strong(safe`${plainText(id)} ${plainText(name)}`)} ${state}${learns}${narrow}`;
}

function sourceTable(sources: readonly SourceView[], view: CoverageView, style: Style): SafeText {
  function sum({ windows }: SourceView, of: (window: WindowView) => number): SafeText {
    return safe`${windows.reduce((total, window) => total + of(window), 0)}`;
  }
  return terminalTable(
    [
      { head: 'region', of: ({ region }) => plainText(region) },
      { head: 'coverage', of: (source) => timeline(source, view, style), grows: 1, least: timelineWidth / 4 },
      { head: 'records', of: (source) => sum(source, ({ records }) => records) },
      { head: 'late', of: (source) => sum(source, ({ lateRecords }) => lateRecords) },
      { head: 'delivery delay (own calls)', of: delayText, grows: 1 },
    ],
    sources,
    style,
  );
}

function delayText({ footprints }: SourceView): SafeText {
  if (footprints.medianS === null || footprints.p95S === null) return safe`none of ${footprints.calls} back yet`;
  const [median, p95] = [Math.round(footprints.medianS), Math.round(footprints.p95S)];
  return safe`median ${median} s, 95 % ${p95} s (${footprints.seen} of ${footprints.calls} back)`;
}

/** One character for each equal part of the time; the worst that is in it. */
function timeline(source: SourceView, { since, until }: CoverageView, style: Style): SafeText {
  const [from, to] = [secondsOf(since), secondsOf(until)];
  const step = Math.max(1, (to - from) / timelineWidth);
  const characters = Array.from({ length: timelineWidth }, (_, index) =>
    markOf(source.windows, from + Math.floor(index * step), from + Math.floor((index + 1) * step) - 1),
  );
  const painted = characters.map((mark) =>
    mark === marks.covered
      ? style.good(mark)
      : mark === marks.unread
        ? style.quiet(mark)
        : mark === marks.narrow
          ? style.warning(mark)
          : style.bad(mark),
  );
  return safeJoin(painted, '');
}

function markOf(windows: readonly WindowView[], from: number, to: number): SafeText {
  const inside = windows.filter((window) => secondsOf(window.from) <= to && secondsOf(window.to) >= from);
  if (inside.some((window) => window.state === 'beyond-retention')) return marks.lost;
  if (inside.some((window) => window.state === 'failed')) return marks.failed;
  if (inside.some((window) => window.filter !== 'all')) return marks.narrow;
  return inside.length > 0 ? marks.covered : marks.unread;
}
