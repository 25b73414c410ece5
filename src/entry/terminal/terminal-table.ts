import Table from 'cli-table3';
import { columnWidths, leastWidth, type ColumnNeed } from './column-widths.ts';
import { plainText, safe, safeJoin, type SafeText } from '../../model/safe-text.ts';
import type { Style } from './terminal-style.ts';
import { hangingLines, widestLine, wrappedLines } from './wrapped-text.ts';

/** A column of a table of rows. */
export interface TableColumn<Row> {
  readonly head: string;
  /** A cell; it may be coloured. */
  readonly of: (row: Row) => SafeText;
  /** Its part of the room that is left where not everything fits; without it, the column keeps what its cells need. */
  readonly grows?: number;
  /** How narrow it may become, in columns of the terminal. */
  readonly least?: number;
  /** Left out where the terminal has no room for it; of several, the last goes first, and those marked `last` after all others. */
  readonly optional?: true | 'last';
}

interface MeasuredColumn<Row> extends ColumnNeed {
  readonly column: TableColumn<Row>;
}

const gap = '  ';
const defaultLeast = 12;
/** A column that is narrower than this has most of its words broken. */
const readable = 9;
/** Rows that are drawn at once: few enough for memory, enough not to be written one by one. */
const rowsAtOnce = 500;

/**
 * A table without lines, so that what is copied from a terminal stays readable. It is no wider than the terminal: what has no
 * room goes on in the next line, and where columns would be too narrow to be read, each cell has a line of its own. Where output is
 * piped, a row is a line, whatever its length. Columns that are empty throughout are left out.
 */
export function terminalTable<Row>(columns: readonly TableColumn<Row>[], rows: readonly Row[], style: Style): SafeText {
  return safeJoin([...tableParts(columns, rows, style)], '\n');
}

/** A {@link terminalTable} in parts that can be printed as they come, for there may be a million rows. */
export function* tableParts<Row>(
  columns: readonly TableColumn<Row>[],
  rows: readonly Row[],
  style: Style,
): Generator<SafeText> {
  const shown = columnsWithin(style.width, measured(columns, rows));
  const widths =
    style.width === undefined ? shown.map(({ needed }) => needed) : columnWidths(shown, style.width - gaps(shown));
  if (
    style.width !== undefined &&
    shown.some(({ needed }, index) => (widths[index] ?? 0) < Math.min(needed, readable))
  ) {
    yield* stackedParts(shown, rows, { ...style, width: style.width });
    return;
  }
  for (let at = 0; at === 0 || at < rows.length; at += rowsAtOnce) {
    const { head, lines } = drawn(
      shown.map(({ column }) => column),
      rows.slice(at, at + rowsAtOnce),
      widths,
    );
    yield safeJoin([...(at === 0 ? head.map(style.quiet) : []), ...lines], '\n');
  }
}

function* stackedParts<Row>(
  columns: readonly MeasuredColumn<Row>[],
  rows: readonly Row[],
  style: Style & { readonly width: number },
): Generator<SafeText> {
  for (let at = 0; at < rows.length; at += rowsAtOnce) {
    const stacks = rows.slice(at, at + rowsAtOnce).map((row) => stackedRow(columns, row, style));
    yield safe`${safeJoin(stacks, '\n\n')}${at + rowsAtOnce < rows.length ? safe`\n` : safe``}`;
  }
}

/** A row with a line for each cell that has something, behind the head of its column. */
function stackedRow<Row>(
  columns: readonly MeasuredColumn<Row>[],
  row: Row,
  style: Style & { readonly width: number },
): SafeText {
  const cells = columns.map(({ column }) => ({ head: plainText(column.head), cell: column.of(row) }));
  const lines = cells
    .filter(({ cell }) => widestLine(cell) > 0)
    .flatMap(({ head, cell }, index) => {
      const indent = index === 0 ? safe`` : safe`  `;
      return hangingLines(indent, safe`${style.quiet(safe`${head}:`)} ${cell}`, style.width, safe`${indent}  `);
    });
  return safeJoin(lines, '\n');
}

function measured<Row>(columns: readonly TableColumn<Row>[], rows: readonly Row[]): readonly MeasuredColumn<Row>[] {
  return columns.flatMap((column) => {
    const needed = rows.reduce((most, row) => Math.max(most, widestLine(column.of(row))), 0);
    if (needed === 0) return [];
    const { head, grows = 0, least = defaultLeast } = column;
    return [{ column, needed: Math.max(needed, head.length), grows, least }];
  });
}

function columnsWithin<Row>(
  width: number | undefined,
  columns: readonly MeasuredColumn<Row>[],
): readonly MeasuredColumn<Row>[] {
  const firstToGo = columns.findLastIndex(({ column }) => column.optional === true);
  const last = firstToGo < 0 ? columns.findLastIndex(({ column }) => column.optional === 'last') : firstToGo;
  return width === undefined || leastOf(columns) <= width || last < 0
    ? columns
    : columnsWithin(width, columns.toSpliced(last, 1));
}

function leastOf(columns: readonly ColumnNeed[]): number {
  return columns.reduce((sum, column) => sum + leastWidth(column), gaps(columns));
}

function gaps(columns: readonly unknown[]): number {
  return gap.length * (columns.length - 1);
}

/** The head is drawn with every part, as wide as the columns, so that parts stand in line. */
function drawn<Row>(
  columns: readonly TableColumn<Row>[],
  rows: readonly Row[],
  widths: readonly number[],
): { readonly head: readonly SafeText[]; readonly lines: readonly SafeText[] } {
  function cellLines(cells: readonly SafeText[]): string[][] {
    return linesAcross(cells.map((cell, index) => wrappedLines(cell, widths[index], 'broken')));
  }
  const head = cellLines(columns.map((column) => plainText(column.head))).map((line) =>
    line.map((text, index) => text.padEnd(widths[index] ?? 0)),
  );
  const lines = rows.flatMap((row) => {
    const cells = columns.map(({ of }) => of(row));
    return oneLine(cells, widths) ?? drawnByLibrary([...head, ...cellLines(cells)]).slice(head.length);
  });
  return { head: asSafe(drawnByLibrary(head)), lines: asSafe(lines) };
}

/**
 * A row whose cells have room in one line, which is nearly every row: the library, which measures each cell several times over,
 * takes twenty times as long, and there may be a million rows.
 */
function oneLine(cells: readonly string[], widths: readonly number[]): string | undefined {
  let line = '';
  let missing = 0;
  for (const [index, cell] of cells.entries()) {
    const room = (widths[index] ?? 0) - widestLine(cell);
    if (room < 0 || cell.includes('\n')) return undefined;
    line += ' '.repeat(missing) + cell;
    missing = room + gap.length;
  }
  return line.trimEnd();
}

/** Cells are safe, and a table puts nothing between them but spaces. */
function asSafe(lines: readonly string[]): readonly SafeText[] {
  return lines.map((line) => line as SafeText);
}

/** The library measures a cell of many lines anew for each of them, so every line is a row of its own. */
function drawnByLibrary(lines: string[][]): readonly string[] {
  const table = new Table({ chars: withoutLines, style: withoutColours });
  table.push(...lines);
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
}

/** For each line of a row, what stands there in each column. */
function linesAcross(cells: readonly (readonly string[])[]): string[][] {
  const height = Math.max(0, ...cells.map(({ length }) => length));
  return Array.from({ length: height }, (_, line) => cells.map((lines) => lines[line] ?? ''));
}

const withoutColours = { head: [], border: [], 'padding-left': 0, 'padding-right': 0 };
const withoutLines = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: gap,
};
