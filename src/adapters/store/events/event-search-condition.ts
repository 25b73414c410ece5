import { type RawBuilder, sql } from 'kysely';
import { isIpAddress } from '../../../cloudtrail/ip-address.ts';
import type { KqlNode, KqlRangeOperator, KqlValue } from '../../../detection/kql/ast.ts';
import { dateSpan } from '../../../detection/kql/date-span.ts';
import { fieldKind } from '../../../detection/fields/field-kind.ts';
import type { WildcardPiece } from '../../../detection/eql/wildcard.ts';
import { longestPivot, pivotPaths, pivotText, type PivotColumn, usualIpv6 } from './event-columns.ts';

/** A condition in SQL; `all` and `none` are those that need no SQL. */
export type SearchCondition = RawBuilder<boolean> | 'all' | 'none';

/**
 * What the database can tell of a KQL query: a condition that every matching event meets whose columns are regular. It may
 * let through too much, and never too little; who asks evaluates the query itself on what comes.
 */
export function searchCondition(node: KqlNode): SearchCondition {
  return bound(node, false);
}

/** @param negated gives a condition for all events that the node does not hold for. */
function bound(node: KqlNode, negated: boolean): SearchCondition {
  switch (node.kind) {
    case 'match-all':
      return negated ? 'none' : 'all';
    case 'not':
      return bound(node.operand, !negated);
    case 'and':
    case 'or': {
      const operands = node.operands.map((operand) => bound(operand, negated));
      return (node.kind === 'and') === negated ? anyOf(operands) : allOf(operands);
    }
    case 'is':
      return node.field === null || node.field.kind === 'pattern'
        ? anyField(node.value, negated)
        : comparison(node.field.name, node.value, negated);
    case 'range':
      return node.field.kind === 'name' && node.field.name === '@timestamp' && !negated
        ? timeRange(node.operator, node.value)
        : 'all';
    case 'nested':
      return 'all';
  }
}

function allOf(operands: readonly SearchCondition[]): SearchCondition {
  if (operands.includes('none')) return 'none';
  const told = operands.filter((operand) => typeof operand === 'object');
  const [only] = told;
  if (only === undefined) return 'all';
  return told.length === 1 ? only : sql<boolean>`(${sql.join(told, sql` and `)})`;
}

function anyOf(operands: readonly SearchCondition[]): SearchCondition {
  if (operands.includes('all')) return 'all';
  const told = operands.filter((operand) => typeof operand === 'object');
  const [only] = told;
  if (only === undefined) return 'none';
  return told.length === 1 ? only : sql<boolean>`(${sql.join(told, sql` or `)})`;
}

/** Of whatever field: the document's text holds the value's. */
function anyField(value: KqlValue, negated: boolean): SearchCondition {
  if (negated) return 'all';
  if (value.kind === 'wildcard') return documentHolds(textsOf(value.pieces));
  // Without a field, the value may be an address or a time, which have many spellings.
  return value.kind === 'text' && !mayBeSpeltOtherwise(value.text) ? documentHolds([value.text]) : 'all';
}

function mayBeSpeltOtherwise(text: string): boolean {
  return text.includes('.') || text.includes(':') || /^\d/.test(text) || !Number.isNaN(Number(text));
}

function comparison(path: string, value: KqlValue, negated: boolean): SearchCondition {
  if (path === '@timestamp') return value.kind === 'text' && !negated ? timeIn(value.text) : 'all';
  if (path === 'source.ip') return value.kind === 'text' && !negated ? addressIn(value.text) : 'all';
  const column = columnOf(path);
  return column === undefined ? ofDocument(path, value, negated) : ofColumn(column, value, negated);
}

const columns = new Map<string, PivotColumn | 'event_id'>([
  ...Object.entries(pivotPaths).map(([column, path]) => [path, column as PivotColumn] as const),
  ['event.id', 'event_id'],
]);

function columnOf(path: string): RawBuilder<string | null> | undefined {
  const column = columns.get(path);
  return column === undefined ? undefined : sql.ref(`events.${column}`);
}

function ofColumn(column: RawBuilder<string | null>, value: KqlValue, negated: boolean): SearchCondition {
  switch (value.kind) {
    case 'anything':
      return negated ? sql<boolean>`${column} is null` : sql<boolean>`${column} is not null`;
    case 'null':
      return negated ? sql<boolean>`${column} is not null` : sql<boolean>`${column} is null`;
    case 'text':
      if (!negated) return sql<boolean>`${column} = ${pivotText(value.text)}`;
      return isKeptWhole(value.text) ? sql<boolean>`${column} is distinct from ${value.text}` : 'all';
    case 'wildcard': {
      const pattern = likePattern(value.pieces);
      if (pattern === undefined || negated) return 'all';
      // The end of a long text is cut off.
      return sql<boolean>`(${column} like ${pattern} or octet_length(${column}) >= ${longestPivot})`;
    }
  }
}

/** Whether a column that holds this text stands for no other text. */
function isKeptWhole(text: string): boolean {
  return text.length < longestPivot && text.isWellFormed() && !text.includes('\u0000') && !text.includes('\uFFFD');
}

function likePattern(pieces: readonly WildcardPiece[]): string | undefined {
  const texts = textsOf(pieces);
  // Half a surrogate pair is a piece of a character here, and of none in the database.
  if (!texts.every((text) => text.isWellFormed()) || pieces.includes('one')) return undefined;
  return pieces
    .map((piece) => (typeof piece === 'object' ? pivotText(piece.text).replaceAll(/[\\%_]/g, String.raw`\$&`) : '%'))
    .join('');
}

function textsOf(pieces: readonly WildcardPiece[]): readonly string[] {
  return pieces.flatMap((piece) => (typeof piece === 'object' ? [piece.text] : []));
}

function ofDocument(path: string, value: KqlValue, negated: boolean): SearchCondition {
  if (negated) return 'all';
  if (value.kind === 'wildcard') return documentHolds(textsOf(value.pieces));
  const kind = fieldKind(path);
  return value.kind === 'text' && (kind === 'keyword' || kind === 'boolean') ? documentHolds([value.text]) : 'all';
}

/** JSON shows a text as it is, but for quotes, backslashes, control characters and lone surrogates. */
function documentHolds(texts: readonly string[]): SearchCondition {
  const plain = texts.filter((text) => text !== '' && text.isWellFormed() && !/["\\\p{Cc}]/u.test(text));
  return allOf(plain.map((text) => sql<boolean>`position(${text} in events.ecs::text) > 0`));
}

/** Regular events have their addresses in the usual spelling. */
function addressIn(text: string): SearchCondition {
  const column = sql.ref('events.source_ip');
  if (isIpAddress(text) && !text.includes(':')) return sql<boolean>`${column} = ${text}`;
  const octets = wholeOctets(text);
  if (octets !== undefined) return sql<boolean>`${column} like ${`${octets}%`}`;
  const ipv6 = isIpAddress(text) && !/ffff:/i.test(text) ? usualIpv6(text) : undefined;
  return ipv6 === undefined ? 'all' : sql<boolean>`${column} = ${ipv6}`;
}

/** What all addresses of a block begin with, where it ends between two octets: `10.1.` of `10.1.0.0/16`. */
function wholeOctets(block: string): string | undefined {
  const [, octets = '', bits] = /^((?:(?:0|[1-9]\d{0,2})\.){1,3})(?:0\.){0,2}0\/(8|16|24)$/.exec(block) ?? [];
  return octets !== '' && octets.split('.').length - 1 === Number(bits) / 8 ? octets : undefined;
}

function timeIn(text: string): SearchCondition {
  return allOf([timeRange('>=', text), timeRange('<=', text)]);
}

/** Columns hold times by the second, or finer, and a second is added for that. */
function timeRange(operator: KqlRangeOperator, text: string): SearchCondition {
  const span = dateSpan(text);
  if (span === undefined) return 'all';
  const isLower = operator === '>' || operator === '>=';
  const time = new Date(isLower ? span.firstMs - 1000 : span.lastMs + 1000);
  if (Number.isNaN(time.getTime()) || time.getUTCFullYear() < 1 || time.getUTCFullYear() > 9999) return 'all';
  const at = time.toISOString();
  return isLower ? sql<boolean>`events.event_time >= ${at}` : sql<boolean>`events.event_time <= ${at}`;
}
