import { QuerySyntaxError } from '../rule-file/rule-syntax-error.ts';
import type { Token } from './lexer.ts';

/** A position in a query's tokens, and what a parser asks about it. Nothing steps over the last token, `end`. */
export class TokenCursor {
  readonly #tokens: readonly Token[];
  readonly #end: Token;
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
    this.#end = tokens.at(-1) ?? { kind: 'end', offset: 0, end: 0 };
  }

  /** The token here, or `ahead` tokens further on. */
  peek(ahead = 0): Token {
    return this.#tokens[this.#at + ahead] ?? this.#end;
  }

  next(): Token {
    const token = this.peek();
    this.#at += 1;
    return token;
  }

  isWord(text: string): boolean {
    const token = this.peek();
    return token.kind === 'word' && token.text === text;
  }

  isSymbol(text: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === 'symbol' && token.text === text;
  }

  /** Steps over the word if it is here, and says whether it was. */
  takeWord(text: string): boolean {
    const found = this.isWord(text);
    if (found) this.#at += 1;
    return found;
  }

  /** Steps over the symbol if it is here, and says whether it was. */
  takeSymbol(text: string): boolean {
    const found = this.isSymbol(text);
    if (found) this.#at += 1;
    return found;
  }

  expectSymbol(text: string, what: string, remedy: string): void {
    if (!this.takeSymbol(text)) this.failExpecting(what, remedy);
  }

  /** @throws QuerySyntaxError always: something else should stand here. */
  failExpecting(what: string, remedy: string): never {
    return this.fail(`expected ${what}, found ${shown(this.peek())}`, remedy);
  }

  /** @throws QuerySyntaxError always. */
  fail(problem: string, remedy: string, token: Token = this.peek()): never {
    throw new QuerySyntaxError(token.offset, problem, remedy);
  }
}

function shown(token: Token): string {
  if (token.kind === 'end') return 'the end of the query';
  if (token.kind === 'number') return `the number ${token.value}`;
  if (token.kind === 'string') return `the string ${JSON.stringify(token.text)}`;
  return `\`${token.text}\``;
}
