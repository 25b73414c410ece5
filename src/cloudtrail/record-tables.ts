import type { JsonObject, JsonValue } from '../model/json.ts';
import { isJsonObject, objectAt } from './record-fields.ts';

/** CloudWatch Logs Insights gives a row as a list of `{field, value}`. */
export function insightsRows({ results: rows }: JsonObject): readonly JsonObject[] {
  if (!Array.isArray(rows)) return [];
  return (rows as readonly JsonValue[])
    .filter(isCellRow)
    .map((row) => Object.fromEntries(row.map(({ field, value = null }) => [field, value])));
}

function isCellRow(row: JsonValue): row is readonly (JsonObject & { readonly field: string })[] {
  return Array.isArray(row) && row.every((cell) => isJsonObject(cell) && typeof cell.field === 'string');
}

/** Of a list of rows those that are no row of Insights. */
export function withoutCellRows(rows: readonly JsonValue[]): JsonValue {
  return rows.filter((row) => !isCellRow(row));
}

/** GetQueryResults of CloudTrail Lake gives a row as a list of objects with one column each. */
export function lakeRows({ QueryResultRows: rows }: JsonObject): readonly JsonObject[] {
  if (!Array.isArray(rows)) return [];
  return (rows as readonly JsonValue[]).map((row) => {
    const columns = Array.isArray(row) ? row : [row];
    return Object.assign({}, ...columns.filter(isJsonObject)) as JsonObject;
  });
}

/** GetQueryResults of Athena gives cells, and the names of the columns as the first row. */
export function athenaRows(value: JsonObject): readonly JsonObject[] {
  const { Rows: rows } = objectAt(value, 'ResultSet');
  if (!Array.isArray(rows)) return [];
  const [head = [], ...body] = (rows as readonly JsonValue[]).map(athenaCells);
  return body.map((cells) => Object.fromEntries(cells.map((cell, index) => [columnName(head[index], index), cell])));
}

function columnName(name: JsonValue | undefined, index: number): string {
  return typeof name === 'string' ? name : String(index);
}

function athenaCells(row: JsonValue): readonly JsonValue[] {
  const data = isJsonObject(row) ? row.Data : undefined;
  if (!Array.isArray(data)) return [];
  return (data as readonly JsonValue[]).map((cell) => (isJsonObject(cell) ? (cell.VarCharValue ?? null) : null));
}
