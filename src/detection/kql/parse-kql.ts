import { maxWildcardLength } from '../eql/wildcard.ts';
import type { KqlField, KqlNode, KqlRangeOperator, KqlValue } from './ast.ts';
import { KqlScanner, type KqlLiteral } from './kql-scanner.ts';

/** Deeper brackets are refused, so that no query can exhaust the stack. */
const maxDepth = 200;

/**
 * Parses a KQL query as Kibana does (its grammar: `or` binds weakest, then `and`, then `not`; brackets; value lists; nested
 * `{}`; ranges; free text). An empty query matches everything.
 *
 * @throws QuerySyntaxError with the offset of what is wrong.
 */
export function parseKql(text: string): KqlNode {
  const scanner = new KqlScanner(text);
  scanner.skipSpaces();
  if (scanner.ended) return { kind: 'match-all', span: { start: 0, end: text.length } };
  const query = new QueryParser(scanner).query();
  scanner.skipSpaces();
  if (!scanner.ended) {
    scanner.fail(
      `${scanner.describeNext()} where the query should end`,
      'join conditions with "and" or "or", and quote values that hold special characters',
    );
  }
  return query;
}

class QueryParser {
  readonly #scanner: KqlScanner;
  #depth = 0;

  constructor(scanner: KqlScanner) {
    this.#scanner = scanner;
  }

  query(): KqlNode {
    return this.#joined('or', () => this.#joined('and', () => this.#negated(() => this.#part())));
  }

  /** One or more operands, joined by a keyword. */
  #joined(keyword: 'and' | 'or', operand: () => KqlNode): KqlNode {
    const first = operand();
    const operands = [first];
    while (this.#scanner.takeKeyword(keyword)) operands.push(operand());
    return operands.length === 1 ? first : { kind: keyword, operands, span: spanOf(operands) };
  }

  #negated(operand: () => KqlNode): KqlNode {
    this.#scanner.skipSpaces();
    const start = this.#scanner.at;
    if (!this.#scanner.takeKeyword('not')) return operand();
    return this.#deeper(() => {
      const inner = this.#negated(operand);
      return { kind: 'not', operand: inner, span: { start, end: inner.span.end } };
    });
  }

  #part(): KqlNode {
    if (!this.#scanner.take('(')) return this.#expression();
    return this.#bracketed(')', () => this.query());
  }

  #bracketed(close: string, content: () => KqlNode): KqlNode {
    const open = this.#scanner.at - 1;
    const inner = this.#deeper(content);
    if (!this.#scanner.take(close)) {
      this.#scanner.fail(
        `${this.#scanner.describeNext()} where the bracket opened at ${open} should close`,
        `write "${close}", or join conditions with "and" or "or"`,
      );
    }
    return { ...inner, span: { start: open, end: this.#scanner.at } };
  }

  #deeper(content: () => KqlNode): KqlNode {
    this.#depth += 1;
    if (this.#depth > maxDepth)
      this.#scanner.fail(`brackets are nested deeper than ${maxDepth} levels`, 'write a flatter query');
    const node = content();
    this.#depth -= 1;
    return node;
  }

  #expression(): KqlNode {
    const literal = this.#literal('a field, a value or a bracket');
    const operator = this.#rangeOperator();
    if (operator !== undefined) return this.#range(literal, operator);
    if (!this.#scanner.take(':')) return { kind: 'is', field: null, value: valueOf(literal), span: literal.span };
    if (this.#scanner.take('{')) return this.#nested(literal);
    return this.#valueList(literal);
  }

  #range(literal: KqlLiteral, operator: KqlRangeOperator): KqlNode {
    const value = this.#literal('a value to compare with');
    const span = { start: literal.span.start, end: value.span.end };
    if (value.hasWildcard)
      this.#scanner.fail(
        'a range cannot end at a wildcard',
        'write a plain value, or quote the star',
        value.span.start,
      );
    return { kind: 'range', field: fieldOf(literal), operator, value: value.text, span };
  }

  #nested(literal: KqlLiteral): KqlNode {
    if (literal.hasWildcard)
      this.#scanner.fail('a nested query needs a field without wildcards', 'name the field', literal.span.start);
    const operand = this.#bracketed('}', () => this.query());
    return { kind: 'nested', field: literal.text, operand, span: { start: literal.span.start, end: operand.span.end } };
  }

  /** After the colon; `field: not value`, which Kibana refuses, is read as the rule repository's own parser reads it. */
  #valueList(literal: KqlLiteral): KqlNode {
    const field = fieldOf(literal);
    const values = this.#negated(() => this.#listed(field));
    return { ...values, span: { start: literal.span.start, end: values.span.end } };
  }

  #values(field: KqlField): KqlNode {
    return this.#joined('or', () => this.#joined('and', () => this.#negated(() => this.#listed(field))));
  }

  #listed(field: KqlField): KqlNode {
    if (this.#scanner.take('(')) return this.#bracketed(')', () => this.#values(field));
    const literal = this.#literal('a value');
    return { kind: 'is', field, value: valueOf(literal), span: literal.span };
  }

  #literal(wanted: string): KqlLiteral {
    const literal = this.#scanner.takeLiteral();
    if (literal !== undefined) return this.#bounded(literal);
    const keyword = this.#scanner.peekKeyword();
    const remedy =
      keyword === undefined
        ? 'quote special characters or put a backslash before them'
        : `write "${keyword}" in quotes if it is a value`;
    return this.#scanner.fail(`${this.#scanner.describeNext()} where ${wanted} is expected`, remedy);
  }

  #bounded(literal: KqlLiteral): KqlLiteral {
    if (literal.hasWildcard && literal.text.length > maxWildcardLength) {
      const { start } = literal.span;
      this.#scanner.fail(`a wildcard pattern may have ${maxWildcardLength} characters`, 'shorten it', start);
    }
    return literal;
  }

  #rangeOperator(): KqlRangeOperator | undefined {
    return (['<=', '>=', '<', '>'] as const).find((operator) => this.#scanner.take(operator));
  }
}

function spanOf(nodes: readonly KqlNode[]): { readonly start: number; readonly end: number } {
  return { start: nodes[0]?.span.start ?? 0, end: nodes.at(-1)?.span.end ?? 0 };
}

function fieldOf(literal: KqlLiteral): KqlField {
  return literal.hasWildcard ? { kind: 'pattern', pieces: literal.pieces } : { kind: 'name', name: literal.text };
}

function valueOf(literal: KqlLiteral): KqlValue {
  if (literal.quoted || !literal.hasWildcard) {
    if (!literal.quoted && literal.text === 'null') return { kind: 'null' };
    return { kind: 'text', text: literal.text, quoted: literal.quoted };
  }
  return literal.pieces.every((piece) => piece === 'run')
    ? { kind: 'anything' }
    : { kind: 'wildcard', pieces: literal.pieces };
}
