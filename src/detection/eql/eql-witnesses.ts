import {
  longestText,
  noWitnesses,
  witnessAt,
  witnessesOfAll,
  witnessesOfAny,
  type Witnesses,
} from '../witness/witness.ts';
import type { FunctionCall, EqlQuery, Expression } from './ast.ts';
import { partPieces } from './pattern-tests.ts';
import { likePieces } from './wildcard.ts';

/** What an event must have somewhere to be one of the query's events. */
export function eqlWitnesses(query: EqlQuery): Witnesses {
  if (query.kind === 'event') return witnessesOf(query.filter.condition);
  const steps = [...query.steps, ...(query.until === null ? [] : [query.until])];
  return witnessesOfAny(steps.map(({ filter }) => witnessesOf(filter.condition)));
}

function witnessesOf(condition: Expression): Witnesses {
  switch (condition.kind) {
    case 'and':
      return witnessesOfAll(condition.operands.map(witnessesOf));
    case 'or':
      return witnessesOfAny(condition.operands.map(witnessesOf));
    case 'comparison':
      return condition.operator === '==' ? valueAt(condition.left, [condition.right], (text) => text) : noWitnesses;
    case 'in':
      return valueAt(condition.operand, condition.list, (text) => text);
    case 'like':
      return valueAt(condition.operand, condition.patterns, (pattern) => longestText(likePieces(pattern)));
    case 'call':
      return witnessesOfCall(condition);
    default:
      return noWitnesses;
  }
}

function witnessesOfCall({ name, args: [source, part] }: FunctionCall): Witnesses {
  if (source === undefined || part === undefined) return noWitnesses;
  switch (name) {
    case 'startsWith':
      return valueAt(source, [part], (text) => text);
    case 'endsWith':
    case 'stringContains':
      return valueAt(source, [part], (text) => longestText(partPieces(name, text)));
    default:
      return noWitnesses;
  }
}

/** Words that a field must have where it is compared with texts; numbers, and texts that read as one, are equal to others too. */
function valueAt(source: Expression, values: readonly Expression[], wordOf: (text: string) => string): Witnesses {
  const texts = values.map((value) => (value.kind === 'literal' && typeof value.value === 'string' ? value.value : ''));
  const words = texts.map((text) => (numberLike.test(text) ? '' : wordOf(text)));
  return source.kind === 'field' && values.every(isSet) ? witnessAt(source.path, words) : noWitnesses;
}

const numberLike = /^[+-]?[\d.]/;

/** A comparison with null asks for no value. */
function isSet(value: Expression): boolean {
  return value.kind !== 'literal' || value.value !== null;
}
