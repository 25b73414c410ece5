/** What a column of a table asks for, in columns of a terminal. */
export interface ColumnNeed {
  /** So wide is its widest cell. */
  readonly needed: number;
  /** Narrower than this it is hard to read; what needs less is content with less. */
  readonly least: number;
  /** Its part of the room that is left where not everything fits; 0 for a column that keeps what it needs. */
  readonly grows: number;
}

/** Room for one wide character. */
const narrowest = 2;

/**
 * Shares a table's room among its columns: where not everything fits, those that grow share what the others leave, and where
 * that is too little to read them, the others are narrowed too.
 *
 * @param room without what lies between the columns.
 * @returns a width for each column; in sum never more than the room, where it has two characters for each.
 */
export function columnWidths(columns: readonly ColumnNeed[], room: number): readonly number[] {
  return sumOf(columns.map(leastWidth)) <= room
    ? shared(
        columns.map((column) => ({ ...column, least: leastWidth(column) })),
        room,
      )
    : shared(
        columns.map(({ needed }) => ({ needed, least: Math.min(needed, narrowest), grows: 1 })),
        room,
      );
}

/** What a column must have to be read: one that does not grow, all that it needs. */
export function leastWidth({ needed, grows, least }: ColumnNeed): number {
  return grows === 0 ? needed : Math.min(needed, least);
}

/** Each gets its least; those that need less than their part of the rest leave it to the others. */
function shared(columns: readonly ColumnNeed[], room: number): readonly number[] {
  const widths = columns.map(({ least }) => least);
  let rest = Math.max(0, room - sumOf(widths));
  let open = columns.map((column, index) => ({ index, grows: column.grows, missing: column.needed - column.least }));
  for (;;) {
    const part = rest / sumOf(open.map(({ grows }) => grows));
    const content = open.filter(({ missing, grows }) => missing === 0 || missing <= Math.floor(part * grows));
    for (const { index, missing } of content) widths[index] = (widths[index] ?? 0) + missing;
    rest -= sumOf(content.map(({ missing }) => missing));
    open = open.filter((column) => !content.includes(column));
    if (content.length > 0) continue;
    for (const { index, grows } of open) widths[index] = (widths[index] ?? 0) + Math.floor(part * grows);
    return widths;
  }
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
