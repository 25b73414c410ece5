import type { Style } from '../terminal/terminal-style.ts';
import type { EventRow } from '../../views/event-row.ts';
import { plainText, safe, safeJoin, safePadded, type SafeText } from '../../model/safe-text.ts';
import { utcTime } from '../../model/utc-time.ts';
import { hangingLines } from '../terminal/wrapped-text.ts';

interface Column {
  readonly head: string;
  readonly of: (row: EventRow) => string;
  readonly least: number;
  /** Its part of what room is left; 0 for a column that never grows. */
  readonly grows: number;
}

const always: readonly Column[] = [
  { head: 'time (UTC)', of: (row) => utcTime(row.time), least: 19, grows: 0 },
  { head: 'action', of: (row) => row.action, least: 19, grows: 2 },
  { head: 'who', of: (row) => row.user, least: 12, grows: 1 },
  { head: 'from', of: (row) => row.address, least: 15, grows: 1 },
  { head: 'outcome', of: (row) => row.outcome, least: 7, grows: 1 },
];

/** In the order in which they find room. */
const whereThereIsRoom: readonly Column[] = [
  { head: 'target', of: (row) => row.target, least: 12, grows: 6 },
  { head: 'account', of: (row) => row.account, least: 12, grows: 0 },
  { head: 'region', of: (row) => row.region, least: 14, grows: 0 },
  { head: 'access key', of: (row) => row.accessKey, least: 20, grows: 0 },
  { head: 'client', of: (row) => row.userAgent, least: 20, grows: 3 },
  { head: 'event', of: (row) => eventText(row), least: 40, grows: 0 },
];

const gap = '  ';
/** Longer than any name or user agent of AWS. */
const wholeCell = 4_000;

/** Lines of a table of events; they can be printed as they come. */
export interface EventTable {
  readonly head: SafeText;
  /** What a call was made on, and the error that it met, stand below it where there is no room beside it. */
  line(row: EventRow): SafeText;
}

/** A table that fills a terminal's width; where output is piped, it has all columns, and nothing in them is cut. */
export function eventTable(style: Style): EventTable {
  const { width = Number.POSITIVE_INFINITY } = style;
  if (leastWidth(always) > width) return eventParagraphs(style, width);
  const columns = [...always];
  for (const column of whereThereIsRoom) {
    if (leastWidth([...columns, column]) > width) break;
    columns.push(column);
  }
  const isCut = style.width !== undefined;
  const widths = isCut ? widthsOf(columns, width) : columns.map(({ least }) => least);
  const outcomeWidth = widths[columns.findIndex(({ head }) => head === 'outcome')] ?? 0;
  const whoWidth = isCut ? (widths[columns.findIndex(({ head }) => head === 'who')] ?? 0) : wholeCell;
  const hasTarget = columns.some(({ head }) => head === 'target');
  function joined(cells: readonly string[]): SafeText {
    return safeJoin(
      cells.map((cell, index) => fitted(cell, widths[index] ?? 0, isCut)),
      gap,
    );
  }
  return {
    head: style.quiet(joined(columns.map(({ head }) => head))),
    line: (row) => {
      // An error code that has no room whole stands below, where it can be read.
      const isLong = isCut && row.outcome.length > outcomeWidth;
      const shown = { ...row, user: whoIn(row.user, whoWidth), ...(isLong ? { outcome: 'failure' } : {}) };
      const cells = joined(columns.map(({ of }) => of(shown)));
      const target = hasTarget || row.target === '' ? '' : `on ${row.target}`;
      const more = [target, ...(isLong ? [row.outcome] : [])].filter((text) => text !== '').join(': ');
      if (more === '') return cells;
      return safe`${cells}\n${style.quiet(safe`${below}${plainText(more, width - below.length)}`)}`;
    },
  };
}

/** Where no table has room, an event is a sentence that goes on below. */
function eventParagraphs(style: Style, width: number): EventTable {
  function paragraph(text: SafeText): SafeText {
    return safeJoin(hangingLines(safe``, text, width, safe`  `), '\n');
  }
  return {
    head: style.quiet(paragraph(safe`time (UTC), action and what it was made on, who, from, outcome`)),
    line: ({ time, action, target, user, address, outcome }) => {
      const on = target === '' ? safe`` : safe` on ${plainText(target, wholeCell)}`;
      const who = safe`${plainText(user, wholeCell)} from ${plainText(address, wholeCell)}`;
      return paragraph(
        safe`${utcTime(time)}  ${plainText(action, wholeCell)}${on}, ${who}: ${plainText(outcome, wholeCell)}`,
      );
    },
  };
}

function leastWidth(columns: readonly Column[]): number {
  return columns.reduce((sum, { least }) => sum + least + gap.length, -gap.length);
}

/** Room that is left is shared by the columns that grow. */
function widthsOf(columns: readonly Column[], width: number): readonly number[] {
  const room = Math.max(0, width - leastWidth(columns));
  const shares = columns.reduce((sum, { grows }) => sum + grows, 0);
  return columns.map(({ least, grows }) => least + Math.floor((room * grows) / shares));
}

/** Whose session it was stands before its role, and is what tells sessions apart: where there is no room for both, the role goes, and the name is cut in its middle. */
function whoIn(user: string, width: number): string {
  return user.length <= width ? user : user.replace(/ \([^()]*\)$/u, '');
}

/** A corrected copy is told from what it corrects. */
function eventText({ eventId, revision }: EventRow): string {
  return revision === 0 ? eventId : `${eventId} (${revision})`;
}

/** Where a call's action stands. */
const below = safePadded(safe``, 21);

function fitted(text: string, width: number, isCut: boolean): SafeText {
  return safePadded(isCut ? plainText(text, width) : plainText(text, wholeCell), width);
}
