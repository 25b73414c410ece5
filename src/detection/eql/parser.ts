import { unitLengthMs } from '../../model/duration.ts';
import { QuerySyntaxError } from '../rule-file/rule-syntax-error.ts';
import type { EqlQuery, EventFilter, Field, SequenceQuery, SequenceStep } from './ast.ts';
import { parseExpression, parseJoinKey, reservedWords } from './expression-parser.ts';
import { tokenize } from './lexer.ts';
import { TokenCursor } from './token-cursor.ts';

const maxRuns = 100;
/** Of a sequence, its runs written out: what an event costs grows with them. */
const maxSteps = 1000;
/** https://www.elastic.co/docs/reference/elasticsearch/rest-apis/api-conventions#time-units */
const units = ['ms', 's', 'm', 'h', 'd'] as const;

/**
 * Parses an EQL query: `category where condition`, or a sequence of such events.
 *
 * Grammar and reserved words are those of Elasticsearch's EQL; samples, joins, pipes and lineage (`child of`) are refused
 * by name.
 *
 * @throws QuerySyntaxError at the first token that cannot be part of a query.
 */
export function parseEql(text: string): EqlQuery {
  const cursor = new TokenCursor(tokenize(text));
  const query = cursor.takeWord('sequence') ? parseSequence(cursor) : parseEventQuery(cursor);
  if (cursor.isSymbol('|')) cursor.fail('pipes are not supported', 'remove them: every matching event is judged');
  if (cursor.peek().kind !== 'end') cursor.failExpecting('the end of the query', 'join conditions with `and` or `or`');
  return query;
}

function parseEventQuery(cursor: TokenCursor): EqlQuery {
  return { kind: 'event', filter: parseEventFilter(cursor) };
}

function parseEventFilter(cursor: TokenCursor): EventFilter {
  const token = cursor.peek();
  if (token.kind === 'word' && (token.text === 'sample' || token.text === 'join')) {
    cursor.fail(`\`${token.text}\` queries are not supported`, 'write a `sequence` or a single event query');
  }
  const category = parseCategory(cursor);
  if (!cursor.takeWord('where')) cursor.failExpecting('`where`', 'write `category where condition`');
  return { category, condition: parseExpression(cursor), offset: token.offset };
}

function parseCategory(cursor: TokenCursor): string | null {
  const token = cursor.peek();
  if (token.kind === 'string') {
    cursor.next();
    return token.text;
  }
  const isName = token.kind === 'word' && !token.tilde && (token.text === 'any' || !reservedWords.has(token.text));
  if (!isName) cursor.failExpecting('an event category', 'write its name, or `any`');
  cursor.next();
  return token.text === 'any' ? null : token.text;
}

function parseSequence(cursor: TokenCursor): SequenceQuery {
  const { offset } = cursor.peek();
  const shared = cursor.takeWord('by') ? parseJoinKeys(cursor) : [];
  const maxSpanMs = cursor.takeWord('with') ? parseMaxSpan(cursor) : null;
  if (cursor.isWord('by')) cursor.fail('`by` stands behind `with maxspan`', 'put it before');
  const steps: SequenceStep[] = [];
  while (cursor.isSymbol('[') || cursor.isSymbol('!')) {
    if (steps.length >= maxSteps) cursor.fail(`a sequence may have ${maxSteps} events`, 'shorten it');
    steps.push(...parseSteps(cursor, shared));
  }
  const until = cursor.takeWord('until') ? parseUntil(cursor, shared) : null;
  checkSequence(steps, until, maxSpanMs, offset);
  return { kind: 'sequence', steps, until, maxSpanMs };
}

function parseMaxSpan(cursor: TokenCursor): number {
  const remedy = 'write a whole number above 0 and one of the units ms, s, m, h or d: `maxspan=15m`';
  parseSettingName(cursor, 'maxspan');
  const token = cursor.next();
  if (token.kind !== 'number' || token.float || token.value <= 0) return cursor.fail('this is no time', remedy, token);
  const unit = cursor.next();
  const factor = unit.kind === 'word' && unit.offset === token.end ? unitLengthMs(unit.text, units) : undefined;
  return factor === undefined ? cursor.fail('this time has no unit', remedy, token) : token.value * factor;
}

function parseSettingName(cursor: TokenCursor, name: string): void {
  if (!cursor.takeWord(name)) cursor.failExpecting(`\`${name}=\``, `write \`with ${name}=...\``);
  cursor.expectSymbol('=', '`=`', `write \`with ${name}=...\``);
}

function parseJoinKeys(cursor: TokenCursor): readonly Field[] {
  const keys: Field[] = [];
  do keys.push(parseJoinKey(cursor));
  while (cursor.takeSymbol(','));
  return keys;
}

/** One written step, repeated as its `with runs` says. */
function parseSteps(cursor: TokenCursor, shared: readonly Field[]): readonly SequenceStep[] {
  const step = parseStep(cursor, shared);
  if (!cursor.takeWord('with')) return [step];
  parseSettingName(cursor, 'runs');
  const runs = cursor.next();
  if (runs.kind !== 'number' || runs.float || runs.value < 1 || runs.value > maxRuns) {
    return cursor.fail('this is no number of runs', `write a whole number from 1 to ${maxRuns}`, runs);
  }
  return Array.from({ length: runs.value }, () => step);
}

function parseStep(cursor: TokenCursor, shared: readonly Field[]): SequenceStep {
  const missing = cursor.takeSymbol('!');
  cursor.expectSymbol('[', '`[`', 'write each event of a sequence as `[category where condition]`');
  const filter = parseEventFilter(cursor);
  cursor.expectSymbol(']', '`]` or an operator', 'close the event with `]`');
  const own = cursor.takeWord('by') ? parseJoinKeys(cursor) : [];
  return { filter, joinKeys: [...shared, ...own], missing };
}

function parseUntil(cursor: TokenCursor, shared: readonly Field[]): SequenceStep {
  if (cursor.isSymbol('!')) cursor.fail('`until` cannot be a missing event', 'remove the `!`');
  return parseStep(cursor, shared);
}

function checkSequence(
  steps: readonly SequenceStep[],
  until: SequenceStep | null,
  maxSpanMs: number | null,
  offset: number,
): void {
  const anyMissing = steps.some((step) => step.missing);
  if (steps.length < 2) throw new QuerySyntaxError(offset, 'a sequence needs two events or more', 'add `[...]`');
  if (steps.every((step) => step.missing)) {
    throw new QuerySyntaxError(offset, 'a sequence cannot be of missing events only', 'add an event without `!`');
  }
  if (maxSpanMs === null && anyMissing) {
    throw new QuerySyntaxError(offset, 'a missing event needs a time in which it is missing', 'add `with maxspan=...`');
  }
  const keys = steps[0]?.joinKeys.length ?? 0;
  const odd = [...steps, ...(until === null ? [] : [until])].find((step) => step.joinKeys.length !== keys);
  if (odd !== undefined) {
    const problem = `the first event has ${keys} join keys and this one ${odd.joinKeys.length}`;
    throw new QuerySyntaxError(odd.filter.offset, problem, 'give every event equally many `by` fields');
  }
}
