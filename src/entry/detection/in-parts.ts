/** Rows that are made at once: few enough for memory, enough not to be written one by one. */
const rowsAtOnce = 500;

/** Rows in parts of a size that is right for making and writing them. */
export function* inParts<T>(rows: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < rows.length; at += rowsAtOnce) yield rows.slice(at, at + rowsAtOnce);
}
