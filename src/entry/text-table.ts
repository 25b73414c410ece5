import type { Style } from './terminal-style.ts';

/** A column of a table that fits a terminal. */
export interface TextColumn {
  readonly head: string;
  /** Its part of the room that is left where not everything fits; without it, the column keeps what its cells need. */
  readonly grows?: number;
  /** Sets a cell off; it is given the padded text. */
  readonly paint?: (text: string) => string;
}

const gap = '  ';
const leastGrowing = 12;

/**
 * A table of plain texts that is no wider than a terminal: what has no room goes on in the next line. Columns that are empty
 * throughout are left out.
 *
 * @param rows cells that are safe to show, as many in each as there are columns.
 * @param width of the terminal, in characters; where output is piped, a row is a line, whatever its length.
 */
export function textTable(
  columns: readonly TextColumn[],
  rows: readonly (readonly string[])[],
  width: number | undefined,
  style: Style,
): string {
  const shown = columns.map((_, index) => index).filter((index) => rows.some((row) => (row[index] ?? '') !== ''));
  const kept = shown.flatMap((index) => columns[index] ?? []);
  const cells = rows.map((row) => shown.map((index) => row[index] ?? ''));
  const widths = widthsOf(kept, cells, width ?? Number.POSITIVE_INFINITY);
  const head = lineOf(
    kept.map((column) => column.head),
    widths,
  );
  return [style.quiet(head), ...cells.flatMap((row) => linesOf(row, widths, kept))].join('\n');
}

function widthsOf(
  columns: readonly TextColumn[],
  rows: readonly (readonly string[])[],
  width: number,
): readonly number[] {
  const needed = columns.map(({ head }, index) =>
    rows.reduce((most, row) => Math.max(most, row[index]?.length ?? 0), head.length),
  );
  const missing = needed.reduce((sum, one) => sum + one + gap.length, -gap.length) - width;
  return missing <= 0 ? needed : squeezed(columns, needed, missing);
}

/** Growing columns share the room that the others leave; one that needs less than its share leaves the rest to the others. */
function squeezed(columns: readonly TextColumn[], needed: readonly number[], missing: number): readonly number[] {
  const widths = [...needed];
  let open = columns.flatMap(({ grows = 0 }, index) =>
    grows === 0 ? [] : [{ grows, index, need: needed[index] ?? 0 }],
  );
  let room = open.reduce((sum, { need }) => sum + need, 0) - missing;
  for (;;) {
    const shares = open.reduce((sum, { grows }) => sum + grows, 0);
    const per = room / shares;
    const content = open.filter(({ need, grows }) => need <= Math.floor(per * grows));
    if (content.length === 0 || content.length === open.length) {
      for (const { grows, index } of open) widths[index] = Math.max(leastGrowing, Math.floor(per * grows));
      return widths;
    }
    room -= content.reduce((sum, { need }) => sum + need, 0);
    open = open.filter((column) => !content.includes(column));
  }
}

function linesOf(row: readonly string[], widths: readonly number[], columns: readonly TextColumn[]): readonly string[] {
  const wrapped = row.map((cell, index) => wrapText(cell, widths[index] ?? 0));
  const height = Math.max(...wrapped.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) =>
    lineOf(
      wrapped.map((lines) => lines[line] ?? ''),
      widths,
      columns,
    ),
  );
}

function lineOf(cells: readonly string[], widths: readonly number[], columns: readonly TextColumn[] = []): string {
  const last = cells.findLastIndex((cell) => cell !== '');
  return cells
    .slice(0, last + 1)
    .map((cell, index) => {
      const padded = index === last ? cell : cell.padEnd(widths[index] ?? 0);
      return cell === '' ? padded : (columns[index]?.paint?.(padded) ?? padded);
    })
    .join(gap);
}

/** Breaks a text at its spaces into lines of so many characters; a word that is longer than a line is broken as well. */
export function wrapText(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (let word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = '';
    }
    for (; word.length > width; word = word.slice(width)) lines.push(word.slice(0, width));
    line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
