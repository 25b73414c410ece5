import { TrailhoundError } from '../../model/trailhound-error.ts';

/** An inclusive range of Unicode code points. */
export interface CharacterRange {
  readonly from: number;
  readonly to: number;
}

/** A parsed Lucene regular expression. */
export type LuceneRegex =
  | { readonly kind: 'empty' }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'any-text' }
  | { readonly kind: 'any-character' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'class'; readonly negated: boolean; readonly ranges: readonly CharacterRange[] }
  | { readonly kind: 'interval'; readonly least: number; readonly most: number; readonly digits: number }
  | { readonly kind: 'concat' | 'union' | 'intersection'; readonly parts: readonly LuceneRegex[] }
  | { readonly kind: 'repeat'; readonly part: LuceneRegex; readonly least: number; readonly most: number | null }
  | { readonly kind: 'complement'; readonly part: LuceneRegex };

/** What is wrong with a regular expression, at which offset of its text. */
export class LuceneRegexError extends TrailhoundError {
  override readonly name = 'LuceneRegexError';
  override readonly code = 'lucene-regex';
  readonly offset: number;
  readonly problem: string;
  override readonly remedy: string;

  constructor(offset: number, problem: string, remedy: string) {
    super(`at ${offset}: ${problem}; ${remedy}`);
    this.offset = offset;
    this.problem = problem;
    this.remedy = remedy;
  }
}

const maxNesting = 250;
const maxRepeat = 1000;
/** Quantifiers in a row, such as `a+*`. */
const maxQuantifiers = 10;

const digits: readonly CharacterRange[] = [range('0', '9')];
const wordCharacters: readonly CharacterRange[] = [range('0', '9'), range('A', 'Z'), range('_', '_'), range('a', 'z')];
const spaces: readonly CharacterRange[] = [range('\t', '\n'), range('\r', '\r'), range(' ', ' ')];
const predefined: Readonly<Record<string, { readonly negated: boolean; readonly ranges: readonly CharacterRange[] }>> =
  {
    d: { negated: false, ranges: digits },
    D: { negated: true, ranges: digits },
    s: { negated: false, ranges: spaces },
    S: { negated: true, ranges: spaces },
    w: { negated: false, ranges: wordCharacters },
    W: { negated: true, ranges: wordCharacters },
  };

function range(from: string, to: string): CharacterRange {
  return { from: from.codePointAt(0) ?? 0, to: to.codePointAt(0) ?? 0 };
}

/**
 * Parses a regular expression in Lucene's syntax with all its optional operators (`~ & @ # "..." <1-5>`), as Elasticsearch
 * reads it: there are no anchors, and `^` and `$` outside brackets are plain characters.
 * https://www.elastic.co/docs/reference/query-languages/query-dsl/regexp-syntax
 *
 * @throws LuceneRegexError where it is malformed.
 */
export function parseLuceneRegex(pattern: string): LuceneRegex {
  if (pattern === '') return { kind: 'empty' };
  const parser = new RegexParser(pattern);
  const result = parser.union();
  parser.expectEnd();
  return result;
}

class RegexParser {
  readonly #pattern: string;
  #at = 0;
  #nesting = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  expectEnd(): void {
    if (this.#more()) this.#fail(`unexpected \`${this.#peek()}\``, 'put a backslash before it to mean the character');
  }

  union(): LuceneRegex {
    return this.#joined('union', '|', () => this.#joined('intersection', '&', () => this.#concat()));
  }

  #joined(kind: 'union' | 'intersection', operator: string, read: () => LuceneRegex): LuceneRegex {
    const parts = [read()];
    while (this.#take(operator)) parts.push(read());
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : { kind, parts };
  }

  #concat(): LuceneRegex {
    const parts: LuceneRegex[] = [];
    do parts.push(this.#repeat());
    while (this.#more() && !')|&'.includes(this.#peek()));
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : { kind: 'concat', parts };
  }

  #repeat(): LuceneRegex {
    let part = this.#complement();
    for (let quantifiers = 0; ; quantifiers += 1) {
      if (quantifiers > maxQuantifiers) this.#fail(`more than ${maxQuantifiers} quantifiers in a row`, 'leave one');
      if (this.#take('?')) part = { kind: 'repeat', part, least: 0, most: 1 };
      else if (this.#take('*')) part = { kind: 'repeat', part, least: 0, most: null };
      else if (this.#take('+')) part = { kind: 'repeat', part, least: 1, most: null };
      else if (this.#take('{')) part = this.#counted(part);
      else return part;
    }
  }

  #counted(part: LuceneRegex): LuceneRegex {
    const least = this.#integer();
    let most: number | null = least;
    if (this.#take(',')) most = this.#peek() === '}' ? null : this.#integer();
    if (!this.#take('}')) this.#fail('expected `}` after the count', 'close it, or put a backslash before the `{`');
    if (most !== null && most < least)
      this.#fail(`the count {${least},${most}} runs backwards`, 'put the smaller number first');
    if (Math.max(least, most ?? 0) > maxRepeat) this.#fail(`a count may be ${maxRepeat} at most`, 'make it smaller');
    return { kind: 'repeat', part, least, most };
  }

  #complement(): LuceneRegex {
    if (!this.#take('~')) return this.#simple();
    return this.#nested(() => ({ kind: 'complement', part: this.#complement() }));
  }

  #nested(read: () => LuceneRegex): LuceneRegex {
    this.#nesting += 1;
    if (this.#nesting > maxNesting) this.#fail(`nested more than ${maxNesting} levels deep`, 'simplify it');
    const result = read();
    this.#nesting -= 1;
    return result;
  }

  #simple(): LuceneRegex {
    if (this.#take('[')) return this.#class();
    if (this.#take('.')) return { kind: 'any-character' };
    if (this.#take('#')) return { kind: 'nothing' };
    if (this.#take('@')) return { kind: 'any-text' };
    if (this.#take('"')) return this.#quoted();
    if (this.#take('(')) return this.#group();
    if (this.#take('<')) return this.#interval();
    const named = this.#predefined();
    if (named !== null) return { kind: 'class', ...named };
    return { kind: 'text', text: this.#character() };
  }

  #group(): LuceneRegex {
    if (this.#take(')')) return { kind: 'empty' };
    if (this.#pattern.startsWith('?', this.#at)) this.#fail('Lucene has no (?...) groups', 'write a plain group');
    const inner = this.#nested(() => this.union());
    if (!this.#take(')')) this.#fail('expected `)`', 'close the group');
    return inner;
  }

  #quoted(): LuceneRegex {
    const close = this.#pattern.indexOf('"', this.#at);
    if (close < 0) this.#fail('this quoted text is never closed', 'add `"`, or put a backslash before the first one');
    const text = this.#pattern.slice(this.#at, close);
    this.#at = close + 1;
    return text === '' ? { kind: 'empty' } : { kind: 'text', text };
  }

  /** `<1-255>`: a number in that interval; with bounds of equal length, of just that many digits. */
  #interval(): LuceneRegex {
    const close = this.#pattern.indexOf('>', this.#at);
    const bounds = /^(\d{1,9})-(\d{1,9})$/.exec(this.#pattern.slice(this.#at, Math.max(close, this.#at)));
    const [, first, second] = bounds ?? [];
    if (first === undefined || second === undefined) {
      this.#fail('this is no interval of numbers', 'write one such as <1-255>, or put a backslash before the `<`');
    }
    this.#at = close + 1;
    const least = Math.min(Number(first), Number(second));
    const most = Math.max(Number(first), Number(second));
    return { kind: 'interval', least, most, digits: first.length === second.length ? first.length : 0 };
  }

  #class(): LuceneRegex {
    const negated = this.#take('^');
    const ranges: CharacterRange[] = [];
    do ranges.push(...this.#classItem());
    while (this.#more() && this.#peek() !== ']');
    if (!this.#take(']')) this.#fail('expected `]`', 'close the class');
    return { kind: 'class', negated, ranges };
  }

  #classItem(): readonly CharacterRange[] {
    const named = this.#predefined();
    if (named !== null) return named.negated ? invert(named.ranges) : named.ranges;
    const from = this.#codePoint();
    if (!this.#pattern.startsWith('-', this.#at) || this.#pattern.charAt(this.#at + 1) === ']')
      return [{ from, to: from }];
    this.#at += 1;
    const to = this.#codePoint();
    if (to < from) this.#fail('this range of characters runs backwards', 'put the smaller one first');
    return [{ from, to }];
  }

  #predefined(): { readonly negated: boolean; readonly ranges: readonly CharacterRange[] } | null {
    if (this.#peek() !== '\\') return null;
    const found = predefined[this.#pattern.charAt(this.#at + 1)];
    if (found === undefined) return null;
    this.#at += 2;
    return found;
  }

  #codePoint(): number {
    return this.#character().codePointAt(0) ?? 0;
  }

  /** One character, with or without a backslash before it; a quantifier with nothing before it is one too. */
  #character(): string {
    this.#take('\\');
    const point = this.#pattern.codePointAt(this.#at);
    if (point === undefined) return this.#fail('the expression ends where a character should follow', 'finish it');
    const character = String.fromCodePoint(point);
    this.#at += character.length;
    return character;
  }

  #integer(): number {
    const text = /^\d{1,9}/.exec(this.#pattern.slice(this.#at, this.#at + 9))?.[0];
    if (text === undefined)
      return this.#fail('expected a whole number', 'write a count such as {2,5}, or put a backslash before the `{`');
    this.#at += text.length;
    return Number(text);
  }

  #more(): boolean {
    return this.#at < this.#pattern.length;
  }

  #peek(): string {
    return this.#pattern.charAt(this.#at);
  }

  #take(character: string): boolean {
    const found = this.#more() && this.#peek() === character;
    if (found) this.#at += 1;
    return found;
  }

  #fail(problem: string, remedy: string): never {
    throw new LuceneRegexError(this.#at, problem, remedy);
  }
}

function invert(ranges: readonly CharacterRange[]): readonly CharacterRange[] {
  const inverted: CharacterRange[] = [];
  let from = 0;
  for (const { from: start, to } of ranges.toSorted((a, b) => a.from - b.from)) {
    if (start > from) inverted.push({ from, to: start - 1 });
    from = Math.max(from, to + 1);
  }
  inverted.push({ from, to: 0x10ffff });
  return inverted;
}
