import { inAskingOrder, latestOf, negationRank, rankOfField, unknownRank } from '../index/asking-order.ts';
import type { EventFields, FieldTable, Predicate } from '../fields/event-fields.ts';
import { type FieldValue, textOf } from '../fields/field-value.ts';
import { numberOf } from '../fields/number-order.ts';
import { QuerySyntaxError } from '../rule-file/rule-syntax-error.ts';
import { foldAscii } from './ascii-case.ts';
import type { FunctionCall, Expression, Field, Literal } from './ast.ts';
import { compileCidr } from './cidr.ts';
import { comparators, equal } from './comparators.ts';
import { functionSignature } from './function-signatures.ts';
import type { TextTest } from './lucene-regex.ts';
import { literalText, partPieces, patternTest, wildcardTest } from './pattern-tests.ts';
import { divide, valueFunctions } from './value-functions.ts';

/** What an expression can be for an event: any of these values; none of them is null. */
type Values = (event: EventFields) => readonly FieldValue[];

const none: readonly FieldValue[] = [];

/**
 * Compiles an EQL condition to a predicate with Elasticsearch's semantics.
 *
 * - Logic is two-valued: a comparison or a test of an absent field does not hold, and `not` over it does.
 * - An array holds if any of its elements does; `not` over it means that none does.
 * - `==`, `in`, `like`, `regex` and the functions respect case; `:` and the forms with `~` fold ASCII letters.
 * - Text and numbers are equal where they are written the same: fields have no mapping here.
 *
 * @throws QuerySyntaxError for a condition that has no meaning, such as a number where a truth value is needed.
 */
export function compileCondition(expression: Expression, fields: FieldTable): Predicate {
  switch (expression.kind) {
    case 'literal':
      return compileLiteralCondition(expression);
    case 'field': {
      const slot = fields.slotOf(expression.path);
      return (event) => event.values(slot).some((value) => value === true || value === 'true');
    }
    case 'not': {
      const operand = compileCondition(expression.operand, fields);
      return (event) => !operand(event);
    }
    case 'and':
      return allOf(inAskingOrder(expression.operands, askingRank).map((operand) => compileCondition(operand, fields)));
    case 'or':
      return anyOf(expression.operands.map((operand) => compileCondition(operand, fields)));
    case 'comparison':
      return compileComparison(expression, fields);
    case 'in':
      return compileIn(expression, fields);
    case 'like':
    case 'regex':
      return anyText(compileValues(expression.operand, fields), patternTest(expression.kind, expression));
    case 'call':
      return compileCallCondition(expression, fields);
    default:
      throw new QuerySyntaxError(expression.offset, 'a number is no condition', 'compare it with something');
  }
}

function askingRank(expression: Expression): number {
  switch (expression.kind) {
    case 'literal':
      return 0;
    case 'field':
      return rankOfField(expression.path);
    case 'not':
      return negationRank + askingRank(expression.operand);
    case 'and':
    case 'or':
      return latestOf(expression.operands, askingRank);
    case 'call':
      return latestOf(expression.args, askingRank, unknownRank);
    case 'comparison':
    case 'arithmetic':
      return Math.max(askingRank(expression.left), askingRank(expression.right));
    default:
      return askingRank(expression.operand);
  }
}

function compileLiteralCondition({ value, offset }: Literal): Predicate {
  if (typeof value === 'string' || typeof value === 'number') {
    throw new QuerySyntaxError(offset, `${JSON.stringify(value)} is no condition`, 'compare it with something');
  }
  return () => value === true;
}

function allOf(predicates: readonly Predicate[]): Predicate {
  return (event) => {
    for (const predicate of predicates) if (!predicate(event)) return false;
    return true;
  };
}

function anyOf(predicates: readonly Predicate[]): Predicate {
  return (event) => {
    for (const predicate of predicates) if (predicate(event)) return true;
    return false;
  };
}

function anyText(values: Values, test: TextTest): Predicate {
  return (event) => {
    for (const value of values(event)) if (test(textOf(value))) return true;
    return false;
  };
}

function compileComparison(expression: Expression & { kind: 'comparison' }, fields: FieldTable): Predicate {
  const { operator, left, right } = expression;
  if (operator === '!=') {
    const equal = compileComparison({ ...expression, operator: '==' }, fields);
    return (event) => !equal(event);
  }
  if (isNull(left) || isNull(right)) return compileNullCheck(expression, fields);
  const leftValues = compileValues(left, fields);
  const rightValues = compileValues(right, fields);
  const holds = comparators[operator];
  return (event) => {
    const others = rightValues(event);
    for (const value of leftValues(event)) for (const other of others) if (holds(value, other)) return true;
    return false;
  };
}

function isNull(expression: Expression): boolean {
  return expression.kind === 'literal' && expression.value === null;
}

function compileNullCheck(expression: Expression & { kind: 'comparison' }, fields: FieldTable): Predicate {
  const { operator, left, right, offset } = expression;
  if (operator !== '==') throw new QuerySyntaxError(offset, '`null` has no order', 'write == null or != null');
  const values = compileValues(isNull(left) ? right : left, fields);
  return (event) => values(event).length === 0;
}

function compileIn(expression: Expression & { kind: 'in' }, fields: FieldTable): Predicate {
  const { list, ignoreCase } = expression;
  const operand = compileValues(expression.operand, fields);
  const fold = ignoreCase ? foldAscii : (text: string): string => text;
  if (list.every((item) => item.kind === 'literal' && typeof item.value === 'string')) {
    const wanted = new Set(list.map((item) => fold(literalText(item))));
    return anyText(operand, (text) => wanted.has(fold(text)));
  }
  const items = list.map((item) => compileValues(item, fields));
  function same(value: FieldValue, other: FieldValue): boolean {
    return equal(value, other) || (ignoreCase && fold(textOf(value)) === fold(textOf(other)));
  }
  return (event) => {
    const values = operand(event);
    return items.some((item) => item(event).some((other) => values.some((value) => same(value, other))));
  };
}

function compileCallCondition(call: FunctionCall, fields: FieldTable): Predicate {
  const [first, second, ...others] = call.args;
  if (functionSignature(call.name)?.returns !== 'boolean' || first === undefined || second === undefined) {
    throw new QuerySyntaxError(call.offset, `\`${call.name}\` is no condition`, 'compare its value with something');
  }
  switch (call.name) {
    case 'cidrMatch':
      return compileCidrMatch(first, [second, ...others], fields);
    case 'wildcard':
    case 'match': {
      const patterns = [second, ...others].map((pattern) => constantText(pattern));
      const kind = call.name === 'wildcard' ? 'like' : 'regex';
      return anyText(compileValues(first, fields), patternTest(kind, { patterns, ignoreCase: call.ignoreCase }));
    }
    default:
      return compileTextTest(call, first, second, fields);
  }
}

function constantText(expression: Expression): Literal {
  if (expression.kind === 'literal') return expression;
  throw new QuerySyntaxError(expression.offset, 'a pattern has to be a constant', 'write it as a string');
}

function compileCidrMatch(address: Expression, blocks: readonly Expression[], fields: FieldTable): Predicate {
  const tests = blocks.map((block) => {
    const test = compileCidr(literalText(block));
    if (test === null)
      throw new QuerySyntaxError(block.offset, 'this is no CIDR block', 'write one such as "10.0.0.0/8"');
    return test;
  });
  return anyText(compileValues(address, fields), (text) => tests.some((test) => test(text)));
}

/**
 * `startsWith`, `endsWith` and `stringContains`. Of a field and a constant, Elasticsearch makes a prefix query or a
 * wildcard query, in which the constant's `*`, `?` and backslash have their meaning; of anything else a script, which
 * takes both sides as they are.
 */
function compileTextTest(call: FunctionCall, source: Expression, part: Expression, fields: FieldTable): Predicate {
  const { name, ignoreCase } = call;
  const values = compileValues(source, fields);
  const constant = constantValue(part);
  if (source.kind === 'field' && constant !== undefined && name !== 'startsWith') {
    if (constant === null) return () => false;
    return anyText(values, wildcardTest(partPieces(name, textOf(constant)), ignoreCase, part.offset));
  }
  const parts = compileValues(part, fields);
  const fold = ignoreCase ? foldAscii : (text: string): string => text;
  const test = plainTests[name === 'startsWith' || name === 'endsWith' ? name : 'stringContains'];
  return (event) => {
    const wanted = parts(event);
    return values(event).some((value) => wanted.some((other) => test(fold(textOf(value)), fold(textOf(other)))));
  };
}

const plainTests: Readonly<
  Record<'startsWith' | 'endsWith' | 'stringContains', (text: string, part: string) => boolean>
> = {
  startsWith: (text, part) => text.startsWith(part),
  endsWith: (text, part) => text.endsWith(part),
  stringContains: (text, part) => part !== '' && text.includes(part),
};

const noEvent: EventFields = {
  values: () => none,
  paths: () => [],
  valuesAt: () => none,
  document: () => ({}),
};

const noFields: FieldTable = { slotOf: () => 0, pathOf: () => '' };

/** The value of an expression without fields, null included; undefined where it depends on the event. */
function constantValue(expression: Expression): FieldValue | null | undefined {
  return readsFields(expression) ? undefined : (compileValues(expression, noFields)(noEvent)[0] ?? null);
}

function readsFields(expression: Expression): boolean {
  switch (expression.kind) {
    case 'literal':
      return false;
    case 'field':
      return true;
    case 'call':
      return expression.args.some(readsFields);
    case 'arithmetic':
    case 'comparison':
      return readsFields(expression.left) || readsFields(expression.right);
    case 'and':
    case 'or':
      return expression.operands.some(readsFields);
    default:
      return readsFields(expression.operand);
  }
}

function compileValues(expression: Expression, fields: FieldTable): Values {
  switch (expression.kind) {
    case 'literal': {
      const values = expression.value === null ? none : [expression.value];
      return () => values;
    }
    case 'field':
      return compileField(expression, fields);
    case 'arithmetic':
      return compileArithmetic(expression, fields);
    case 'negative':
      return combine([expression.operand], fields, ([value]) => {
        const number = value === undefined ? null : numberOf(value);
        return number === null ? null : -number;
      });
    case 'call':
      return compileCallValues(expression, fields);
    default:
      return compileTruth(expression, fields);
  }
}

/**
 * A condition that is compared with something: true, false, or null where it asks about what is null and does not depend on
 * what else it asks, as in `null == (exit_code > 0)`.
 */
function compileTruth(expression: Exclude<Expression, { kind: 'literal' | 'field' }>, fields: FieldTable): Values {
  const condition = compileCondition(expression, fields);
  const parts = partsOf(expression).map((part) => compileValues(part, fields));
  // One false part of an `and` and one true part of an `or` decide, whatever the others are.
  const decides = expression.kind === 'and' ? false : expression.kind === 'or' ? true : undefined;
  return (event) => {
    const holds = condition(event);
    const values = parts.map((part) => part(event));
    if (decides !== undefined && values.some((found) => found.includes(decides))) return [decides];
    return values.every((found) => found.length > 0) ? [holds] : none;
  };
}

/** What has to have a value for the condition to have one. */
function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return expression.operands;
    case 'comparison': {
      const { left, right } = expression;
      return isNull(left) || isNull(right) ? [] : [left, right];
    }
    case 'not':
    case 'in':
    case 'like':
    case 'regex':
      return [expression.operand];
    default:
      return [];
  }
}

function compileField(field: Field, fields: FieldTable): Values {
  const slot = fields.slotOf(field.path);
  return (event) => event.values(slot);
}

function compileCallValues(call: FunctionCall, fields: FieldTable): Values {
  if (call.name === 'divide') return compileDivision(call.args, fields);
  const calculate = valueFunctions[call.name];
  if (calculate !== undefined) return combine(givenArgs(call), fields, (args) => calculate(args, call.ignoreCase));
  const condition = compileCondition(call, fields);
  const args = call.args.map((arg) => compileValues(arg, fields));
  return (event) => (args.every((arg) => arg(event).length > 0) ? [condition(event)] : none);
}

/** The arguments; a base of `number` that is written as null counts as not written. */
function givenArgs(call: FunctionCall): readonly Expression[] {
  const [source, base] = call.args;
  return call.name === 'number' && source !== undefined && base !== undefined && isNull(base) ? [source] : call.args;
}

const arithmeticFunctions = { '+': 'add', '-': 'subtract', '*': 'multiply', '%': 'modulo' } as const;

function compileArithmetic(expression: Expression & { kind: 'arithmetic' }, fields: FieldTable): Values {
  const { operator, left, right, offset } = expression;
  if (operator === '/') return compileDivision([left, right], fields);
  const name = arithmeticFunctions[operator];
  return compileCallValues({ kind: 'call', name, ignoreCase: false, args: [left, right], offset }, fields);
}

function compileDivision(args: readonly Expression[], fields: FieldTable): Values {
  const float = args.some(writtenAsFloat);
  return combine(args, fields, ([a, b]) => (a === undefined || b === undefined ? null : divide(a, b, float)));
}

function writtenAsFloat(expression: Expression): boolean {
  if (expression.kind === 'literal') return expression.float;
  if (expression.kind === 'negative') return writtenAsFloat(expression.operand);
  return expression.kind === 'arithmetic' && (writtenAsFloat(expression.left) || writtenAsFloat(expression.right));
}

/** An event with long lists in several arguments cannot make more choices than this. */
const maxChoices = 10_000;

/**
 * The function's values for every choice of one value of each argument; null in an argument makes null. Where that would be
 * more than {@link maxChoices}, the first of a list's values stand for it.
 */
function combine(
  args: readonly Expression[],
  fields: FieldTable,
  calculate: (args: readonly FieldValue[]) => FieldValue | null,
): Values {
  const compiled = args.map((arg) => compileValues(arg, fields));
  return (event) => {
    let choices: readonly (readonly FieldValue[])[] = [[]];
    for (const values of compiled) {
      const found = values(event).slice(0, Math.max(1, Math.floor(maxChoices / choices.length)));
      choices = choices.flatMap((choice) => found.map((value) => [...choice, value]));
    }
    return choices.map(calculate).filter((value) => value !== null);
  };
}
