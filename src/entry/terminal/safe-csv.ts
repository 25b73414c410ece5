import { stringify } from 'csv-stringify/sync';
import type { SafeText } from '../../model/safe-text.ts';

/** Rows of CSV (RFC 4180), each with its line break; cells that a spreadsheet would take for formulas are defused. */
export function safeCsv(rows: readonly (readonly SafeText[])[]): SafeText {
  return stringify(
    rows.map((row) => [...row]),
    { escape_formulas: true },
  ) as SafeText; // of safe cells, with quotes, commas and line breaks around them
}
