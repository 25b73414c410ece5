import type { ArithmeticOperator, ComparisonOperator, Expression, Field, Literal } from './ast.ts';
import { functionSignature } from './function-signatures.ts';
import type { Token } from './lexer.ts';
import type { TokenCursor } from './token-cursor.ts';

type Word = Extract<Token, { kind: 'word' }>;

const maxNesting = 250;
const comparisonOperators: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=']);

/** Words that are no name of a field or category unless they are quoted. */
export const reservedWords: ReadonlySet<string> = new Set(
  'and any by false in join like maxspan not null of or regex sample sequence true until where with'.split(' '),
);

/** Parses a condition, up to the first token that cannot belong to it. @throws QuerySyntaxError */
export function parseExpression(cursor: TokenCursor): Expression {
  return new ExpressionParser(cursor).expression();
}

/** Parses a field of a `by`. @throws QuerySyntaxError where something else stands. */
export function parseJoinKey(cursor: TokenCursor): Field {
  const token = cursor.peek();
  const key = new ExpressionParser(cursor).operand();
  return key.kind === 'field' ? key : cursor.fail('this is no join key', 'write the name of a field', token);
}

/** A recursive-descent parser; each method reads what its name says and leaves the cursor behind it. */
class ExpressionParser {
  readonly #cursor: TokenCursor;
  #nesting = 0;

  constructor(cursor: TokenCursor) {
    this.#cursor = cursor;
  }

  expression(): Expression {
    this.#nesting += 1;
    if (this.#nesting > maxNesting) this.#cursor.fail(`nested more than ${maxNesting} levels deep`, 'split the rule');
    const result = this.#logical('or', () => this.#logical('and', () => this.#not()));
    this.#nesting -= 1;
    return result;
  }

  /** One side of a comparison. */
  operand(): Expression {
    return this.#arithmetic(['+', '-'], () => this.#arithmetic(['*', '/', '%'], () => this.#unary()));
  }

  #logical(kind: 'and' | 'or', read: () => Expression): Expression {
    const first = read();
    if (!this.#cursor.isWord(kind)) return first;
    const operands = [first];
    while (this.#cursor.takeWord(kind)) operands.push(read());
    return { kind, operands, offset: first.offset };
  }

  #not(): Expression {
    const { offset } = this.#cursor.peek();
    let negated = false;
    while (this.#cursor.takeWord('not')) negated = !negated;
    const operand = this.#comparison();
    return negated ? { kind: 'not', operand, offset } : operand;
  }

  #comparison(): Expression {
    const left = this.operand();
    const token = this.#cursor.peek();
    if (token.kind === 'symbol') return this.#symbolComparison(left, token.text);
    if (token.kind === 'word') return this.#wordComparison(left, token);
    return left;
  }

  #symbolComparison(left: Expression, symbol: string): Expression {
    const { offset } = left;
    if (symbol === '=') this.#cursor.fail('`=` does not compare', 'write `==`, or `:` to ignore case');
    if (symbol === '!:') this.#cursor.fail('EQL has no `!:`', 'write `not field : "..."`');
    if (symbol === ':') {
      this.#cursor.next();
      return { kind: 'like', operand: left, patterns: this.#constants(), ignoreCase: true, offset };
    }
    if (!isComparisonOperator(symbol)) return left;
    this.#cursor.next();
    const right = this.operand();
    const next = this.#cursor.peek();
    if (next.kind === 'symbol' && (comparisonOperators.has(next.text) || next.text === ':')) {
      this.#cursor.fail('comparisons cannot be chained', 'join two of them with `and`');
    }
    return { kind: 'comparison', operator: symbol, left, right, offset };
  }

  #wordComparison(left: Expression, { text, tilde }: Word): Expression {
    const { offset } = left;
    if (text === 'in') return this.#inList(left);
    if (text === 'not') {
      this.#cursor.next();
      if (!this.#cursor.isWord('in'))
        this.#cursor.failExpecting('`in`', 'write `field not in (...)`, or `not` before it');
      return { kind: 'not', operand: this.#inList(left), offset };
    }
    if (text === 'like' || text === 'regex') {
      this.#cursor.next();
      return { kind: text, operand: left, patterns: this.#constants(), ignoreCase: tilde, offset };
    }
    if (text === 'of') this.#cursor.fail('lineage (`child of` and its like) is not supported', 'write a sequence');
    return left;
  }

  #inList(operand: Expression): Expression {
    const word = this.#cursor.next();
    this.#cursor.expectSymbol('(', '`(`', 'write the values in parentheses');
    const list = this.#commaSeparated(() => this.expression());
    return { kind: 'in', operand, list, ignoreCase: word.kind === 'word' && word.tilde, offset: operand.offset };
  }

  #constants(): readonly Literal[] {
    if (this.#cursor.takeSymbol('(')) return this.#commaSeparated(() => this.#constant());
    return [this.#constant()];
  }

  #constant(): Literal {
    const token = this.#cursor.peek();
    const value = this.#unary();
    if (value.kind === 'literal') return value;
    return this.#cursor.fail('this is no constant', 'write a string, or several in parentheses', token);
  }

  /** The rest of a list whose opening parenthesis has been read. */
  #commaSeparated<T>(read: () => T): readonly T[] {
    const items: T[] = [];
    do items.push(read());
    while (this.#cursor.takeSymbol(','));
    this.#cursor.expectSymbol(')', '`,` or `)`', 'close the list');
    return items;
  }

  #arithmetic(operators: readonly ArithmeticOperator[], read: () => Expression): Expression {
    let left = read();
    for (let chained = 1; ; chained += 1) {
      const operator = operators.find((symbol) => this.#cursor.takeSymbol(symbol));
      if (operator === undefined) return left;
      if (chained > maxNesting)
        this.#cursor.fail(`more than ${maxNesting} operators in a row`, 'shorten the calculation');
      left = { kind: 'arithmetic', operator, left, right: read(), offset: left.offset };
    }
  }

  #unary(): Expression {
    const { offset } = this.#cursor.peek();
    let negative = false;
    while (this.#cursor.isSymbol('-') || this.#cursor.isSymbol('+')) {
      if (this.#cursor.takeSymbol('-')) negative = !negative;
      else this.#cursor.next();
    }
    const operand = this.#primary();
    if (!negative) return operand;
    if (operand.kind === 'literal' && typeof operand.value === 'number') {
      return { ...operand, value: -operand.value, offset };
    }
    // An integer that is kept as its digits; a string has places.
    if (operand.kind === 'literal' && typeof operand.value === 'string' && operand.places === undefined) {
      return { ...operand, value: `-${operand.value}`, offset };
    }
    return { kind: 'negative', operand, offset };
  }

  #primary(): Expression {
    const token = this.#cursor.peek();
    const { offset } = token;
    if (token.kind === 'number') {
      this.#cursor.next();
      return { kind: 'literal', value: token.digits ?? token.value, float: token.float, offset };
    }
    if (token.kind === 'string') {
      this.#cursor.next();
      return { kind: 'literal', value: token.text, float: false, places: token.places, offset };
    }
    if (this.#cursor.takeSymbol('(')) {
      const inner = this.expression();
      this.#cursor.expectSymbol(')', '`)` or an operator', 'close the parenthesis');
      return inner;
    }
    if (this.#cursor.takeSymbol('?')) return this.#field(offset, true);
    if (token.kind === 'word') return this.#wordExpression(token);
    if (token.kind === 'quoted-name') return this.#field(offset, false);
    return this.#cursor.failExpecting('a value', 'write a constant, a field or a function');
  }

  #wordExpression(token: Word): Expression {
    const called = this.#cursor.isSymbol('(', 1);
    if (!token.tilde && constantWords.has(token.text)) {
      this.#cursor.next();
      return { kind: 'literal', value: constantWords.get(token.text) ?? null, float: false, offset: token.offset };
    }
    if (called && !reservedWords.has(token.text)) return this.#call(token);
    if (token.tilde)
      this.#cursor.fail('`~` is out of place', 'put it behind in, like, regex or the name of a function');
    if (reservedWords.has(token.text)) {
      this.#cursor.failExpecting('a value', 'put the name in backticks if it is a field');
    }
    return this.#field(token.offset, false);
  }

  #call(token: Word): Expression {
    const { text: written, tilde: ignoreCase, offset } = token;
    const signature = functionSignature(written);
    if (signature === undefined) return this.#cursor.fail(`EQL has no function \`${written}\``, "see EQL's functions");
    const { name } = signature;
    if (ignoreCase && !signature.foldsCase) {
      this.#cursor.fail(`\`${name}\` has no form that ignores case`, 'remove the `~`');
    }
    this.#cursor.next();
    this.#cursor.next();
    const args = this.#cursor.takeSymbol(')') ? [] : this.#commaSeparated(() => this.expression());
    if (args.length < signature.least || args.length > signature.most) {
      this.#cursor.fail(`\`${name}\` has ${args.length} arguments`, `give it ${signature.takes}`, token);
    }
    return { kind: 'call', name, ignoreCase, args, offset };
  }

  #field(offset: number, optional: boolean): Field {
    const names = [this.#name()];
    for (;;) {
      if (this.#cursor.takeSymbol('.')) names.push(this.#name());
      else if (this.#cursor.isSymbol('[') && this.#cursor.peek(1).kind === 'number') {
        this.#cursor.fail('positions in arrays are not supported', 'leave it out: any element may meet a comparison');
      } else return { kind: 'field', path: names.join('.'), optional, offset };
    }
  }

  #name(): string {
    const token = this.#cursor.next();
    if (token.kind === 'quoted-name' || (token.kind === 'word' && !token.tilde)) return token.text;
    return this.#cursor.fail(
      'this is no name of a field',
      'put names with dashes or leading digits in backticks',
      token,
    );
  }
}

const constantWords: ReadonlyMap<string, boolean | null> = new Map<string, boolean | null>([
  ['null', null],
  ['true', true],
  ['false', false],
]);

function isComparisonOperator(symbol: string): symbol is ComparisonOperator {
  return comparisonOperators.has(symbol);
}
