import type { WildcardPiece } from '../eql/wildcard.ts';
import { QuerySyntaxError } from '../rule-file/rule-syntax-error.ts';
import type { KqlSpan } from './ast.ts';

/** A literal as written: quoted text, or unquoted text with its wildcards. */
export interface KqlLiteral {
  readonly quoted: boolean;
  readonly pieces: readonly WildcardPiece[];
  /** The text with `*` for each wildcard. */
  readonly text: string;
  readonly hasWildcard: boolean;
  readonly span: KqlSpan;
}

const special = new Set('\\():<>"*{}');
const keywords = ['or', 'and', 'not'] as const;
export type KqlKeyword = (typeof keywords)[number];

/**
 * Reads a KQL text from left to right by Kibana's rules: an unquoted literal goes on over spaces until a special character or
 * a keyword that stands by itself.
 */
export class KqlScanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get at(): number {
    return this.#at;
  }

  get ended(): boolean {
    return this.#at >= this.#text.length;
  }

  skipSpaces(): void {
    while (isSpace(this.#text[this.#at])) this.#at += 1;
  }

  /** Takes a symbol if it comes next, after spaces. */
  take(symbol: string): boolean {
    this.skipSpaces();
    if (!this.#text.startsWith(symbol, this.#at)) return false;
    this.#at += symbol.length;
    return true;
  }

  /** Takes a keyword if it comes next, after spaces. */
  takeKeyword(keyword: KqlKeyword): boolean {
    this.skipSpaces();
    if (!this.#keywordAt(keyword, this.#at)) return false;
    this.#at += keyword.length;
    return true;
  }

  /** The keyword that comes next, after spaces. */
  peekKeyword(): KqlKeyword | undefined {
    this.skipSpaces();
    return keywords.find((keyword) => this.#keywordAt(keyword, this.#at));
  }

  fail(problem: string, remedy: string, offset = this.#at): never {
    throw new QuerySyntaxError(offset, problem, remedy);
  }

  /** What comes next, for messages. */
  describeNext(): string {
    return this.ended ? 'the query ends' : `"${this.#text.slice(this.#at, this.#at + 20).split('\n')[0]}" stands`;
  }

  /** A quoted or unquoted literal; `undefined` where none starts. */
  takeLiteral(): KqlLiteral | undefined {
    this.skipSpaces();
    return this.#text[this.#at] === '"' ? this.#quoted() : this.#unquoted();
  }

  #quoted(): KqlLiteral {
    const start = this.#at;
    this.#at += 1;
    let text = '';
    for (;;) {
      const character = this.#text[this.#at];
      if (character === undefined) {
        return this.fail(
          'a quoted text is not closed',
          'close it with a double quote, or escape one inside as \\"',
          start,
        );
      }
      this.#at += 1;
      if (character === '"') break;
      text += character === '\\' ? (this.#escape('\\"') ?? '\\') : character;
    }
    return { quoted: true, pieces: [{ text }], text, hasWildcard: false, span: { start, end: this.#at } };
  }

  #unquoted(): KqlLiteral | undefined {
    const start = this.#at;
    const pieces: WildcardPiece[] = [];
    let text = '';
    function flush(): void {
      if (text !== '') pieces.push({ text });
      text = '';
    }
    let end = start;
    for (;;) {
      const character = this.#text[this.#at];
      if (character === undefined || this.#stopsLiteral(character, start)) break;
      this.#at += 1;
      if (character === '*') {
        flush();
        pieces.push('run');
      } else if (character === '\\') text += this.#unquotedEscape();
      else text += character;
      if (!isSpace(character)) end = this.#at;
    }
    flush();
    this.#at = end;
    return pieces.length === 0 ? undefined : unquotedLiteral(trimmed(pieces), { start, end });
  }

  #stopsLiteral(character: string, start: number): boolean {
    if (character !== '*' && character !== '\\' && special.has(character)) return true;
    const wordStarts = this.#at === start || isSpace(this.#text[this.#at - 1]);
    return wordStarts && keywords.some((keyword) => this.#keywordAt(keyword, this.#at));
  }

  #unquotedEscape(): string {
    const keyword = keywords.find((word) => this.#wordAt(word, this.#at));
    if (keyword === undefined) {
      const escaped = this.#escape('\\():<>"*{}');
      if (escaped !== undefined) return escaped;
      return this.fail(
        'a backslash stands before a character that needs none',
        'write \\\\ for a backslash itself',
        this.#at - 1,
      );
    }
    const written = this.#text.slice(this.#at, this.#at + keyword.length);
    this.#at += keyword.length;
    return written;
  }

  /** What an escape stands for, its backslash being read already. */
  #escape(characters: string): string | undefined {
    const next = this.#text[this.#at] ?? '';
    const whitespace = { t: '\t', r: '\r', n: '\n' }[next];
    if (whitespace !== undefined || (next !== '' && characters.includes(next))) {
      this.#at += 1;
      return whitespace ?? next;
    }
    const unicode = /^u([0-9a-fA-F]{4})/.exec(this.#text.slice(this.#at, this.#at + 5))?.[1];
    if (unicode === undefined) return undefined;
    this.#at += 5;
    return String.fromCharCode(Number.parseInt(unicode, 16));
  }

  /** A keyword that a backslash takes the meaning of; `\\note` is a line break and "ote". */
  #wordAt(keyword: KqlKeyword, at: number): boolean {
    if (this.#text.slice(at, at + keyword.length).toLowerCase() !== keyword) return false;
    return keyword !== 'not' || !/\w/.test(this.#text[at + keyword.length] ?? '');
  }

  /** A keyword counts where a space or a bracket follows it; `not` needs nothing before it, the others do. */
  #keywordAt(keyword: KqlKeyword, at: number): boolean {
    if (this.#text.slice(at, at + keyword.length).toLowerCase() !== keyword) return false;
    const after = this.#text[at + keyword.length];
    return isSpace(after) || after === '(';
  }
}

function isSpace(character: string | undefined): boolean {
  return character === ' ' || character === '\t' || character === '\r' || character === '\n' || character === '\u00A0';
}

/** Without white space at both ends, escaped or not: Kibana trims what an unquoted literal has come to. */
function trimmed(pieces: readonly WildcardPiece[]): readonly WildcardPiece[] {
  const last = pieces.length - 1;
  const texts = pieces.map((piece, index): WildcardPiece => {
    if (typeof piece !== 'object') return piece;
    const text = index === 0 ? piece.text.trimStart() : piece.text;
    return { text: index === last ? text.trimEnd() : text };
  });
  const kept = texts.filter((piece) => typeof piece !== 'object' || piece.text !== '');
  return kept.length === 0 ? [{ text: '' }] : kept;
}

function unquotedLiteral(pieces: readonly WildcardPiece[], span: KqlSpan): KqlLiteral {
  return {
    quoted: false,
    pieces,
    text: pieces.map((piece) => (typeof piece === 'object' ? piece.text : '*')).join(''),
    hasWildcard: pieces.includes('run'),
    span,
  };
}
