import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFieldTable, eventFields } from '../../../src/detection/fields/document-fields.ts';
import type { WildcardPiece } from '../../../src/detection/eql/wildcard.ts';
import type { KqlField, KqlNode, KqlValue } from '../../../src/detection/kql/ast.ts';
import { compileKql } from '../../../src/detection/kql/compile-kql.ts';
import { parseKql } from '../../../src/detection/kql/parse-kql.ts';
import { printKql } from '../../../src/detection/kql/print-kql.ts';
import { requiredTextsOf } from '../../../src/detection/kql/required-texts.ts';
import type { JsonObject, JsonValue } from '../../../src/model/json.ts';

const span = { start: 0, end: 0 };

const letters = ['a', 'b', 'A', '*', '"', '\\', ' ', '(', ':', '{', 'or', 'and', 'not', '?', '.', 'é', '7', '\n', '\t'];
const fewTexts = fc.constantFrom('a', 'A', 'b', 'Ab', 'a b', '7', 'true');
const rareTexts = fc
  .array(fc.constantFrom(...letters), { minLength: 1, maxLength: 6 })
  .map((parts) => parts.join(''))
  .filter((text) => text.trim() === text && text !== 'null');

/** Few of them often, so that queries and documents meet. */
const texts = fc.oneof(fewTexts, rareTexts);

const paths = fc.constantFrom('x', 'x.y', 'x.z', 'w', 'event.action', 'list', 'list.x', 'a b');

const pieces: fc.Arbitrary<readonly WildcardPiece[]> = fc
  .array(fc.constantFrom('a', 'b', 'or', 'A b', 'é', '"', '\\'), { minLength: 1, maxLength: 3 })
  .map((parts) => {
    const all = parts.flatMap((text): WildcardPiece[] => ['run', { text }]);
    return parts.length % 2 === 0 ? [...all, 'run'] : all;
  });

const fields: fc.Arbitrary<KqlField> = fc.oneof(
  { weight: 6, arbitrary: paths.map((name) => ({ kind: 'name' as const, name })) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('x', 'list', 'ev')
      .map((text) => ({ kind: 'pattern' as const, pieces: [{ text }, 'run' as const] })),
  },
);

const values: fc.Arbitrary<KqlValue> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('text' as const), text: texts, quoted: fc.boolean() }) },
  { weight: 2, arbitrary: pieces.map((all) => ({ kind: 'wildcard' as const, pieces: all })) },
  { weight: 1, arbitrary: fc.constant({ kind: 'anything' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'null' as const }) },
);

/** `x: (a or b)`, which most rules have. */
const valueLists: fc.Arbitrary<KqlNode> = fc
  .tuple(paths, fc.array(fewTexts, { minLength: 2, maxLength: 4 }), fc.constantFrom('or' as const, 'and' as const))
  .map(([name, list, kind]) => ({
    kind,
    operands: list.map((text) => ({
      kind: 'is' as const,
      field: { kind: 'name' as const, name },
      value: { kind: 'text' as const, text, quoted: true },
      span,
    })),
    span,
  }));

const nodes: fc.Arbitrary<KqlNode> = fc.letrec<{ node: KqlNode }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'kql' },
    fc.record({ kind: fc.constant('is' as const), field: fields, value: values, span: fc.constant(span) }),
    fc.record({ kind: fc.constant('is' as const), field: fc.constant(null), value: values, span: fc.constant(span) }),
    valueLists,
    fc.record({
      kind: fc.constant('range' as const),
      field: fields,
      operator: fc.constantFrom('<' as const, '<=' as const, '>' as const, '>=' as const),
      value: texts,
      span: fc.constant(span),
    }),
    fc.record({ kind: fc.constant('not' as const), operand: tie('node'), span: fc.constant(span) }),
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      operands: fc.array(tie('node'), { minLength: 2, maxLength: 3 }),
      span: fc.constant(span),
    }),
    fc.record({
      kind: fc.constant('nested' as const),
      field: fc.constant('list'),
      operand: tie('node'),
      span: fc.constant(span),
    }),
  ),
})).node;

const leaves: fc.Arbitrary<JsonValue> = fc.oneof(
  texts,
  fc.constantFrom('a', 'A', 'Ab', 'ab', 'aAb', 'bor'),
  fc.integer({ min: -3, max: 30 }),
  fc.boolean(),
  fc.constant(null),
  fc.array(fc.constantFrom('a', 'b', 7, null), { maxLength: 3 }),
);
const documents: fc.Arbitrary<JsonObject> = fc.record(
  {
    x: fc.oneof(leaves, fc.record({ y: leaves, z: leaves }, { requiredKeys: [] })),
    w: leaves,
    'a b': leaves,
    event: fc.record({ action: leaves }, { requiredKeys: [] }),
    list: fc.array(fc.record({ x: leaves, w: leaves }, { requiredKeys: [] }), { maxLength: 3 }),
  },
  { requiredKeys: [] },
);

function withoutSpans(node: KqlNode): unknown {
  return JSON.parse(JSON.stringify(node, (key, value: unknown) => (key === 'span' ? undefined : value)));
}

/** The plain, slow meaning of a query, written from KQL's definition and sharing nothing with the compiler. */
function means(node: KqlNode, document: JsonObject): boolean {
  const everyLeaf = leavesOf(document);
  switch (node.kind) {
    case 'match-all':
      return true;
    case 'and':
      return node.operands.every((operand) => means(operand, document));
    case 'or':
      return node.operands.some((operand) => means(operand, document));
    case 'not':
      return !means(node.operand, document);
    case 'nested':
      return everyObject(document[node.field]).some((object) => means(node.operand, object));
    case 'range': {
      const test = {
        '<': (n: number) => n < 0,
        '<=': (n: number) => n <= 0,
        '>': (n: number) => n > 0,
        '>=': (n: number) => n >= 0,
      };
      return everyLeaf.some(
        ([path, value]) => names(node.field, path) && test[node.operator](order(value, node.value)),
      );
    }
    case 'is': {
      const { field, value } = node;
      if (field === null && value.kind === 'anything') return true;
      if (field === null && value.kind === 'null') return false;
      const reached = everyLeaf
        .filter(([path]) => field === null || names(field, path))
        .map(([, leaf]) => String(leaf));
      if (value.kind === 'null') return reached.length === 0;
      if (value.kind === 'anything') return reached.length > 0;
      return value.kind === 'text'
        ? reached.includes(value.text)
        : reached.some((text) => pattern(value.pieces).test(text));
    }
  }
}

function names(field: KqlField, path: string): boolean {
  return field.kind === 'name' ? field.name === path : pattern(field.pieces).test(path);
}

function pattern(all: readonly WildcardPiece[]): RegExp {
  const source = all.map((piece) =>
    typeof piece === 'object' ? piece.text.replaceAll(/[^\w]/g, String.raw`\$&`) : '[^]*',
  );
  return new RegExp(`^${source.join('')}$`);
}

function leavesOf(value: JsonValue, path = ''): readonly (readonly [string, string | number | boolean])[] {
  if (Array.isArray(value)) return (value as JsonValue[]).flatMap((element) => leavesOf(element, path));
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, child]) => leavesOf(child, path === '' ? key : `${path}.${key}`));
  }
  return value === null ? [] : [[path, value]];
}

function everyObject(value: JsonValue | undefined): readonly JsonObject[] {
  if (Array.isArray(value)) return (value as JsonValue[]).flatMap(everyObject);
  return typeof value === 'object' && value !== null ? [value as JsonObject] : [];
}

function order(value: string | number | boolean, limit: string): number {
  return typeof value === 'number' ? value - Number(limit) : compareCodePoints(String(value), limit);
}

function compareCodePoints(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

describe('any KQL query', () => {
  it('printed and parsed again is the same query', () => {
    fc.assert(
      fc.property(nodes, (node) => {
        expect(withoutSpans(parseKql(printKql(node)))).toEqual(withoutSpans(node));
      }),
      { numRuns: 500 },
    );
  });

  it('holds where its plain meaning says so', () => {
    fc.assert(
      fc.property(nodes, documents, (node, document) => {
        const table = createFieldTable();
        expect(compileKql(node, table)(eventFields(document, table))).toBe(means(node, document));
      }),
      { numRuns: 3000 },
    );
  });

  it('matches only events that have one of the texts it is indexed by', () => {
    fc.assert(
      fc.property(nodes, documents, (node, document) => {
        const required = requiredTextsOf(node, 'event.action');
        if (required === undefined || !means(node, document)) return;
        const actions = leavesOf(document).filter(([path]) => path === 'event.action');
        expect(actions.some(([, value]) => required.has(String(value)))).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('is parsed or refused with a place, never anything else', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...letters, '<=', '>', ')', '}', 'x: '), { maxLength: 12 }), (parts) => {
        const text = parts.join('');
        try {
          parseKql(text);
        } catch (error) {
          expect(error).toMatchObject({ name: 'QuerySyntaxError' });
          const { offset } = error as { offset: number };
          expect(offset).toBeGreaterThanOrEqual(0);
          expect(offset).toBeLessThanOrEqual(text.length);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
