import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createFieldTable } from '../../../src/detection/fields/document-fields.ts';
import { compileEventQuery } from '../../../src/detection/eql/event-matcher.ts';
import { parseEql } from '../../../src/detection/eql/parser.ts';
import { QuerySyntaxError } from '../../../src/detection/rule-file/rule-syntax-error.ts';

/** Compiles a query and gives its error, with the rest of the query from the error's place on. */
function errorOf(query: string): { problem: string; remedy: string; at: string } {
  try {
    const parsed = parseEql(query);
    if (parsed.kind === 'event') compileEventQuery(parsed, 'event.category', createFieldTable());
  } catch (error) {
    if (!(error instanceof QuerySyntaxError)) throw error;
    return { problem: error.problem, remedy: error.remedy, at: query.slice(error.offset) };
  }
  throw new Error(`expected an error in ${query}`);
}

describe('a query of single events', () => {
  test('has a category, or takes any', () => {
    expect(parseEql('iam where true')).toMatchObject({ kind: 'event', filter: { category: 'iam' } });
    expect(parseEql('any where true')).toMatchObject({ filter: { category: null } });
    expect(parseEql('"my category" where true')).toMatchObject({ filter: { category: 'my category' } });
    expect(parseEql('""".my.category""" where true')).toMatchObject({ filter: { category: '.my.category' } });
  });

  test('reads strings with escapes, raw strings and Unicode escapes', () => {
    function valueOf(literal: string): unknown {
      const query = parseEql(`any where a == ${literal}`);
      return query.kind === 'event' && query.filter.condition.kind === 'comparison'
        ? query.filter.condition.right
        : undefined;
    }
    expect(valueOf(String.raw`"tab\t quote\" backslash\\ newline\n"`)).toMatchObject({
      value: 'tab\t quote" backslash\\ newline\n',
    });
    expect(valueOf(String.raw`"it\'s"`)).toMatchObject({ value: "it's" });
    expect(valueOf('"""C:\\dir "quoted" \\"""')).toMatchObject({ value: 'C:\\dir "quoted" \\' });
    expect(valueOf('"""say "so""""')).toMatchObject({ value: 'say "so"' });
    expect(valueOf(String.raw`"\u{200f}|\u{0001F600}"`)).toMatchObject({ value: '\u200f|\u{1F600}' });
    expect(valueOf('-1.5e3')).toMatchObject({ value: -1500, float: true });
  });

  test('reads names with dots, dashes in backticks, and marks of optional fields', () => {
    const query = parseEql('any where ?aws.flattened.`x-amz-acl`.@name.`a``b` == null');
    expect(query).toMatchObject({
      filter: { condition: { left: { kind: 'field', path: 'aws.flattened.x-amz-acl.@name.a`b', optional: true } } },
    });
  });

  test('reads names of functions in any case', () => {
    for (const name of ['cidrMatch', 'cidrmatch', 'CIDRMATCH']) {
      expect(parseEql(`any where ${name}(source.ip, "10.0.0.0/8")`)).toMatchObject({
        filter: { condition: { kind: 'call', name: 'cidrMatch', ignoreCase: false } },
      });
    }
    expect(parseEql('any where endswith~(user.name, "ADMIN")')).toMatchObject({
      filter: { condition: { kind: 'call', name: 'endsWith', ignoreCase: true } },
    });
  });

  test('leaves comments out, nested ones too', () => {
    expect(parseEql('any /* a /* b */ c */ where // to the end\n true')).toMatchObject({ kind: 'event' });
    const paths = 'any /* below /tmp/*, say */ where a == 1 /* and /* b */ == 2 */ and b == 2 /* or /home/* */';
    expect(parseEql(paths)).toMatchObject({ filter: { condition: { kind: 'and', operands: [{}, {}] } } });
    expect(errorOf(`any where ${'/*/* */'.repeat(100_000)} true`).problem).toContain('never closed');
  });

  test('binds not before and, and before or', () => {
    expect(parseEql('any where not a == 1 and b == 2 or c == 3')).toMatchObject({
      filter: { condition: { kind: 'or', operands: [{ kind: 'and', operands: [{ kind: 'not' }, {}] }, {}] } },
    });
  });
});

describe('a sequence', () => {
  test('has steps, join keys, a longest span, runs and an end', () => {
    const query = parseEql(`sequence by user.id, ?host.id with maxspan=15m
      [iam where true] by a
      ![any where b == 1] by b
      [any where c == 1] by c with runs=3
      until [file where d == 1] by d`);
    if (query.kind !== 'sequence') throw new Error('expected a sequence');
    expect(query.maxSpanMs).toBe(900_000);
    expect(query.steps.map((step) => step.missing)).toEqual([false, true, false, false, false]);
    expect(query.steps.map((step) => step.joinKeys.map((key) => key.path).join())).toEqual([
      'user.id,host.id,a',
      'user.id,host.id,b',
      'user.id,host.id,c',
      'user.id,host.id,c',
      'user.id,host.id,c',
    ]);
    expect(query.steps[0]?.joinKeys.map((key) => key.optional)).toEqual([false, true, false]);
    expect(query.until?.filter.category).toBe('file');
  });

  test.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['2h', 7_200_000],
    ['1d', 86_400_000],
  ])('takes %s as a longest span', (text, ms) => {
    expect(parseEql(`sequence with maxspan=${text} [any where true] [any where true]`)).toMatchObject({
      maxSpanMs: ms,
    });
  });
});

describe('what is wrong is shown in its place', () => {
  test.each([
    ['any where a = "x"', '= "x"', '`=` does not compare'],
    ["any where a == 'x'", "'x'", 'single quotes'],
    ['any where a == ?"x"', '?"x"', 'single quotes'],
    ['any where a == "x', '"x', 'not closed'],
    [String.raw`any where a == "C:\dir"`, String.raw`\dir"`, String.raw`unknown escape \d`],
    ['any where a == 1 | head 5', '| head 5', 'pipes are not supported'],
    ['sample by a [any where true] [any where true]', 'sample by', '`sample` queries are not supported'],
    ['join by a [any where true] [any where true]', 'join by', '`join` queries are not supported'],
    ['any where child of [any where true]', 'of [any', 'lineage'],
    ['any where a[0] == 1', '[0] == 1', 'positions in arrays'],
    ['any where frobnicate(a)', 'frobnicate(a)', 'no function `frobnicate`'],
    ['any where length(a, b) == 1', 'length(a, b) == 1', '`length` has 2 arguments'],
    [`any where concat(${'a, '.repeat(100)}a) == "x"`, 'concat(a', '`concat` has 101 arguments'],
    ['any where length~(a) == 1', 'length~(a) == 1', 'no form that ignores case'],
    ['any where length(a)', 'length(a)', '`length` is no condition'],
    ['any where a + 1', 'a + 1', 'a number is no condition'],
    ['any where "x"', '"x"', '"x" is no condition'],
    ['any where a < b < c', '< c', 'comparisons cannot be chained'],
    ['any where a like b', 'b', 'this is no constant'],
    ['any where a !: "b"', '!: "b"', 'no `!:`'],
    ['any where (a == 1', '', 'expected `)`'],
    ['any where a == 1 b', 'b', 'expected the end of the query'],
    ['any a == 1', 'a == 1', 'expected `where`'],
    ['any where a regex "a{2"', '"', 'in this regular expression'],
    ['any where a regex """ab<c>d"""', 'c>d"""', 'no interval of numbers'],
    [String.raw`any where a regex "\\.\u{00e9}\\d<c>d"`, 'c>d"', 'no interval of numbers'],
    ['any where a regex "(a&b)+"', '(a&b)+"', '`&` inside a larger expression'],
    ['any where cidrMatch(a, "10.0.0.0/33")', '"10.0.0.0/33")', 'this is no CIDR block'],
    ['any where a < null', 'a < null', '`null` has no order'],
    ['any where a == 1 /* open', '/* open', 'never closed'],
    ['sequence [any where true]', '[any where true]', 'two events or more'],
    ['sequence [any where true] ![any where true]', '[any', 'needs a time'],
    ['sequence with maxspan=5 [any where true] [any where true]', '5 [any', 'no unit'],
    ['sequence with maxspan=5m by a [any where true] [any where true]', 'by a', '`by` stands behind'],
    ['sequence [any where a == 1] by a [any where b == 1]', 'any where b == 1]', '1 join keys and this one 0'],
    ['sequence [any where true] with runs=0', '0', 'no number of runs'],
    ['sequence by length(a) [any where true] [any where true]', 'length(a)', 'this is no join key'],
  ])('%s', (query, rest, problem) => {
    const error = errorOf(query);
    expect(error.problem).toContain(problem);
    expect(error.at.startsWith(rest)).toBe(true);
    expect(error.remedy).not.toBe('');
  });

  test('a query of any text parses or says where it is wrong, and nothing else happens', () => {
    const words = `any where sequence by with maxspan = 1m [ ] ( ) not and a.b "x" == : in like~ regex until ![ , ? \` """ /* ~ 1 . - null \\`;
    const word = fc.constantFrom(...words.split(' '));
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(word).map((words) => words.join(' ')),
          fc.string(),
        ),
        (text) => {
          try {
            parseEql(text);
          } catch (error) {
            expect(error).toBeInstanceOf(QuerySyntaxError);
            expect((error as QuerySyntaxError).offset).toBeLessThanOrEqual(text.length);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('nesting without end is refused, not followed until the stack is used up', () => {
    expect(errorOf(`any where ${'('.repeat(100_000)}`).problem).toContain('nested more than');
    expect(errorOf(`any where a regex "${'('.repeat(100_000)}"`).problem).toContain('nested more than');
    expect(errorOf(`any where ${'a + '.repeat(20_000)} 1 == 1`).problem).toContain('operators in a row');
    expect(errorOf(`sequence ${'[any where true] with runs=100 '.repeat(11)}`).problem).toContain('1000 events');
    expect(parseEql(`any where ${'not '.repeat(100_000)} a == 1`)).toMatchObject({ kind: 'event' });
  });
});
