import type { EqlQuery, EventFilter, Expression, SequenceQuery } from '../../src/detection/eql/ast.ts';

/** A query with one clause taken out or turned round, and in words which. */
export interface Mutation<Query> {
  readonly what: string;
  readonly query: Query;
}

interface Changed {
  readonly what: string;
  readonly expression: Expression;
}

const always: Expression = { kind: 'literal', value: true, float: false, offset: 0 };

/** Every query that differs from this one by one clause: conditions, members of lists, steps, join keys, the span. */
export function eqlMutations(query: EqlQuery): readonly Mutation<EqlQuery>[] {
  if (query.kind === 'event') {
    return changesOf(query.filter.condition).map(({ what, expression }) => ({
      what,
      query: { kind: 'event', filter: withCondition(query.filter, expression) },
    }));
  }
  return [...changedSteps(query), ...droppedSteps(query), ...droppedKeys(query), ...droppedSpan(query)];
}

function withCondition(filter: EventFilter, condition: Expression): EventFilter {
  return { ...filter, condition };
}

function changedSteps(query: SequenceQuery): readonly Mutation<EqlQuery>[] {
  return query.steps.flatMap((step, place) =>
    changesOf(step.filter.condition).map(({ what, expression }) => ({
      what: `step ${place + 1}: ${what}`,
      query: {
        ...query,
        steps: query.steps.with(place, { ...step, filter: withCondition(step.filter, expression) }),
      },
    })),
  );
}

function droppedSteps(query: SequenceQuery): readonly Mutation<EqlQuery>[] {
  return query.steps.map((_, place) => {
    const steps = query.steps.toSpliced(place, 1);
    const [only] = steps;
    const what = `step ${place + 1} taken out`;
    if (steps.length === 1 && only !== undefined) return { what, query: { kind: 'event', filter: only.filter } };
    return { what, query: { ...query, steps } };
  });
}

function droppedKeys(query: SequenceQuery): readonly Mutation<EqlQuery>[] {
  const keys = query.steps[0]?.joinKeys ?? [];
  return keys.map((key, index) => ({
    what: `join key ${key.path} taken out`,
    query: { ...query, steps: query.steps.map((step) => ({ ...step, joinKeys: step.joinKeys.toSpliced(index, 1) })) },
  }));
}

function droppedSpan(query: SequenceQuery): readonly Mutation<EqlQuery>[] {
  return query.maxSpanMs === null ? [] : [{ what: 'maxspan taken out', query: { ...query, maxSpanMs: null } }];
}

/** Taking out the whole condition comes first: within `and` and `or` their own cases replace it. */
function changesOf(condition: Expression): readonly Changed[] {
  if (condition.kind === 'and' || condition.kind === 'or') return changesWithin(condition);
  return [{ what: `${textOf(condition)} taken out`, expression: always }, ...changesWithin(condition)];
}

function changesWithin(expression: Expression): readonly Changed[] {
  switch (expression.kind) {
    case 'and':
    case 'or': {
      const { operands } = expression;
      return operands.flatMap((operand, index) => [
        { what: `${textOf(operand)} taken out`, expression: regrouped(expression, operands.toSpliced(index, 1)) },
        ...changesWithin(operand).map(({ what, expression: changed }) => ({
          what,
          expression: { ...expression, operands: operands.with(index, changed) },
        })),
      ]);
    }
    case 'not':
      return [
        { what: `${textOf(expression)} inverted`, expression: expression.operand },
        ...membersOf(expression.operand).map(({ what, expression: operand }) => ({
          what,
          expression: { ...expression, operand },
        })),
      ];
    default:
      return [{ what: `${textOf(expression)} inverted`, expression: inverted(expression) }, ...membersOf(expression)];
  }
}

/** Within `not`, and beside the whole: members of lists, and the parts of a group. */
function membersOf(expression: Expression): readonly Changed[] {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return changesWithin(expression);
    case 'in':
      return withoutEach(expression.list).flatMap(({ item, rest }) => [
        { what: `${textOf(item)} taken out of its list`, expression: { ...expression, list: rest } },
        invertedMember(expression, { ...expression, list: rest }, { ...expression, list: [item] }, item),
      ]);
    case 'like':
    case 'regex':
      return withoutEach(expression.patterns).flatMap(({ item, rest }) => [
        { what: `${textOf(item)} taken out of its list`, expression: { ...expression, patterns: rest } },
        invertedMember(expression, { ...expression, patterns: rest }, { ...expression, patterns: [item] }, item),
      ]);
    default:
      return [];
  }
}

function invertedMember(whole: Expression, rest: Expression, member: Expression, item: Expression): Changed {
  const expression: Expression = { kind: 'or', operands: [rest, inverted(member)], offset: whole.offset };
  return { what: `${textOf(item)} inverted in its list`, expression };
}

function withoutEach<T>(list: readonly T[]): readonly { item: T; rest: readonly T[] }[] {
  return list.length < 2 ? [] : list.map((item, index) => ({ item, rest: list.toSpliced(index, 1) }));
}

function regrouped(group: Expression & { kind: 'and' | 'or' }, operands: readonly Expression[]): Expression {
  const [only] = operands;
  return operands.length === 1 && only !== undefined ? only : { ...group, operands };
}

function inverted(operand: Expression): Expression {
  return { kind: 'not', operand, offset: operand.offset };
}

/** A short text for a failure's message; not EQL. */
function textOf(expression: Expression): string {
  switch (expression.kind) {
    case 'literal':
      return JSON.stringify(expression.value);
    case 'field':
      return expression.path;
    case 'call':
      return `${expression.name}(${expression.args.map(textOf).join(', ')})`;
    case 'not':
      return `not ${textOf(expression.operand)}`;
    case 'comparison':
      return `${textOf(expression.left)} ${expression.operator} ${textOf(expression.right)}`;
    case 'in':
      return `${textOf(expression.operand)} in (${expression.list.map(textOf).join(', ')})`;
    case 'like':
    case 'regex':
      return `${textOf(expression.operand)} ${expression.kind} (${expression.patterns.map(textOf).join(', ')})`;
    default:
      return expression.kind;
  }
}
