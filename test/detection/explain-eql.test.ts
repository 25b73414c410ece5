import { defaultCategoryField } from '../../src/detection/eql/event-filter.ts';
import { describe, expect, it } from 'vitest';
import { createFieldTable, eventFields } from '../../src/detection/fields/document-fields.ts';
import { explainEql } from '../../src/detection/eql/explain-eql.ts';
import type { ExplainedClause } from '../../src/detection/explain/explained-clause.ts';

/** The innermost clauses of a query's explanation on an event with `a` 1 and `b` 2, as text and whether they hold. */
function clausesOf(query: string): readonly (readonly [string, boolean])[] {
  const fields = createFieldTable();
  function innermost({ text, holds, clauses }: ExplainedClause): readonly (readonly [string, boolean])[] {
    return clauses.length === 0 ? [[text, holds]] : clauses.flatMap(innermost);
  }
  return explainEql(query, defaultCategoryField, eventFields({ a: 1, b: 2 }, fields), fields).flatMap(innermost);
}

describe('the explanation of an EQL query', () => {
  it('shows each clause as it is written, and whether it holds', () => {
    expect(clausesOf('any where (a == 1 and not (b in (3, 4)))\n or  b ==\n 2')).toEqual([
      ['a == 1', true],
      ['b in (3, 4)', false],
      ['b == 2', true],
    ]);
  });

  it('takes time linear in the query, whatever stands between its clauses', () => {
    expect(clausesOf(`any where a == 1 and ${'not '.repeat(50_000)}b == 1${' '.repeat(250_000)}`)).toEqual([
      ['a == 1', true],
      ['b == 1', false],
    ]);
  });
});
