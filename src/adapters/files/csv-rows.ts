import { parse } from 'csv-parse';
import type { JsonObject } from '../../model/json.ts';
import { UnreadableInputError } from './unreadable-input-error.ts';

/** A row of a CSV file, its cells by the names of their columns. */
export interface CsvRow {
  readonly cells: JsonObject;
  /** The line on which it ends, from 1. */
  readonly line: number;
}

/** Larger rows hold no record. */
const mostRowBytes = 16 * 1024 * 1024;

/**
 * The rows of a CSV file with a head, in batches. Commas, semicolons and tabs may stand between cells.
 *
 * @param chunks UTF-8.
 * @throws UnreadableInputError where it cannot be read on, after all rows before.
 */
export async function* csvRows(chunks: AsyncIterable<Buffer>): AsyncGenerator<readonly CsvRow[]> {
  const parser = parse({
    bom: true,
    columns: true,
    // PowerShell's Export-Csv writes a line about types first.
    comment: '#TYPE ',
    comment_no_infix: true,
    delimiter: [',', ';', '\t'],
    info: true,
    max_record_size: mostRowBytes,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
  });
  let rows: CsvRow[] = [];
  let failure: Error | undefined;
  parser.on('data', ({ record, info }: { record: JsonObject; info: { lines: number } }) => {
    rows.push({ cells: record, line: info.lines });
  });
  const over = new Promise<void>((done) => {
    parser.on('end', done);
    parser.on('error', (error) => {
      failure = error;
      done();
    });
  });
  for await (const chunk of chunks) {
    await Promise.race([new Promise<void>((done) => parser.write(chunk, () => done())), over]);
    if (rows.length > 0) yield rows;
    rows = [];
    if (failure !== undefined) break;
  }
  if (failure === undefined) parser.end();
  await over;
  if (rows.length > 0) yield rows;
  if (failure !== undefined)
    throw new UnreadableInputError(`it cannot be read on as CSV (${failure.message})`, { cause: failure });
}
