import { isLongInteger } from '../fields/number-order.ts';
import { QuerySyntaxError } from '../rule-file/rule-syntax-error.ts';
import type { TextPlaces } from './ast.ts';

export type Token =
  | {
      readonly kind: 'word';
      /** The identifier, without a `~` behind it. */
      readonly text: string;
      /** A `~` follows immediately: `in~`, `like~`, `stringContains~`. */
      readonly tilde: boolean;
      readonly offset: number;
      readonly end: number;
    }
  | { readonly kind: 'quoted-name'; readonly text: string; readonly offset: number; readonly end: number }
  | {
      readonly kind: 'string';
      readonly text: string;
      readonly places: TextPlaces;
      readonly offset: number;
      readonly end: number;
    }
  | {
      readonly kind: 'number';
      readonly value: number;
      /** Those of an integer that no double has them all of. */
      readonly digits?: string;
      readonly float: boolean;
      readonly offset: number;
      readonly end: number;
    }
  | { readonly kind: 'symbol'; readonly text: string; readonly offset: number; readonly end: number }
  | { readonly kind: 'end'; readonly offset: number; readonly end: number };

const spacePattern = /[ \t\r\n]+|\/\/[^\n]*/y;
const wordPattern = /[A-Za-z_@][A-Za-z0-9_]*/y;
const numberPattern = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const symbolPattern = /==|!=|!:|<=|>=|[:=<>+\-*/%.,[\]()|?!]/y;
const simpleEscapes: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  f: '\f',
  '\\': '\\',
  '"': '"',
  "'": "'",
};

/**
 * The tokens of an EQL query, the last one being `end`. Comments and white space are left out.
 *
 * @throws QuerySyntaxError for an unfinished string or comment, an unknown escape or a character that EQL does not know.
 */
export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const comments = { unbalanced: 0 };
  let offset = skipSpace(text, 0, comments);
  while (offset < text.length) {
    const token = readToken(text, offset);
    tokens.push(token);
    offset = skipSpace(text, token.end, comments);
  }
  tokens.push({ kind: 'end', offset: text.length, end: text.length });
  return tokens;
}

/** How many comments were met that hold openings of their own without an end. */
interface CommentCount {
  unbalanced: number;
}

/** Each costs a look through the rest of the query. */
const maxUnbalancedComments = 100;

function skipSpace(text: string, start: number, comments: CommentCount): number {
  let offset = start;
  for (;;) {
    const space = matchAt(spacePattern, text, offset);
    if (space !== null) offset += space.length;
    else if (text.startsWith('/*', offset)) offset = endOfComment(text, offset, comments);
    else return offset;
  }
}

/**
 * Bracketed comments nest, as in Elasticsearch's grammar; where they do not come out even, as after a path such as `/tmp/*`
 * in one, the first end closes it.
 */
function endOfComment(text: string, start: number, comments: CommentCount): number {
  const balanced = balancedEnd(text, start);
  if (balanced !== undefined) return balanced;
  comments.unbalanced += 1;
  const firstEnd = text.indexOf('*/', start + 2);
  if (firstEnd >= 0 && comments.unbalanced <= maxUnbalancedComments) return firstEnd + 2;
  throw new QuerySyntaxError(start, 'this comment is never closed', 'add `*/`');
}

function balancedEnd(text: string, start: number): number | undefined {
  let depth = 0;
  for (let offset = start; offset < text.length;) {
    if (text.startsWith('/*', offset)) depth += 1;
    else if (text.startsWith('*/', offset)) depth -= 1;
    else {
      offset += 1;
      continue;
    }
    offset += 2;
    if (depth === 0) return offset;
  }
  return undefined;
}

function readToken(text: string, offset: number): Token {
  const first = text.charAt(offset);
  if (first === '"') return readString(text, offset);
  if (first === '`') return readQuotedName(text, offset);
  if (first === "'" || (first === '?' && /["']/.test(text.charAt(offset + 1)))) {
    throw new QuerySyntaxError(offset, 'EQL has no strings in single quotes', 'write "..." or """..."""');
  }
  const word = matchAt(wordPattern, text, offset);
  if (word !== null) {
    const end = offset + word.length;
    const tilde = text.charAt(end) === '~';
    return { kind: 'word', text: word, tilde, offset, end: tilde ? end + 1 : end };
  }
  const number = matchAt(numberPattern, text, offset);
  if (number !== null) {
    const digits = isLongInteger(number) ? { digits: number } : {};
    return {
      kind: 'number',
      value: Number(number),
      ...digits,
      float: /[.eE]/.test(number),
      offset,
      end: offset + number.length,
    };
  }
  const symbol = matchAt(symbolPattern, text, offset);
  if (symbol !== null) return { kind: 'symbol', text: symbol, offset, end: offset + symbol.length };
  throw new QuerySyntaxError(
    offset,
    `EQL has no character ${JSON.stringify(first)}`,
    'remove it, or put it in a string',
  );
}

function readString(text: string, offset: number): Token {
  if (text.startsWith('"""', offset)) {
    let close = text.indexOf('"""', offset + 3);
    if (close < 0) throw new QuerySyntaxError(offset, 'this string is never closed', 'add """');
    // A raw string may end in quotes of its own: """say "so"""" ends with the last three.
    while (text.charAt(close + 3) === '"') close += 1;
    const places = { start: offset + 3, escapes: [] };
    return { kind: 'string', text: text.slice(offset + 3, close), places, offset, end: close + 3 };
  }
  const escapes: { readonly index: number; readonly extra: number }[] = [];
  let value = '';
  for (let at = offset + 1; at < text.length;) {
    const character = text.charAt(at);
    if (character === '"') {
      return { kind: 'string', text: value, places: { start: offset + 1, escapes }, offset, end: at + 1 };
    }
    if (character === '\n' || character === '\r') break;
    if (character === '\\') {
      const escape = readEscape(text, at);
      value += escape.value;
      escapes.push({ index: value.length, extra: escape.end - at - escape.value.length });
      at = escape.end;
    } else {
      value += character;
      at += 1;
    }
  }
  throw new QuerySyntaxError(offset, 'this string is not closed on its line', 'add "');
}

function readEscape(text: string, offset: number): { readonly value: string; readonly end: number } {
  const simple = simpleEscapes[text.charAt(offset + 1)];
  if (simple !== undefined) return { value: simple, end: offset + 2 };
  const unicode = /^\\u\{([0-9A-Fa-f]{2,8})\}/.exec(text.slice(offset, offset + 14));
  const digits = unicode?.[1];
  if (unicode !== null && digits !== undefined) {
    const codePoint = Number.parseInt(digits, 16);
    if (codePoint > 0x10ffff || (codePoint >= 0xd800 && codePoint <= 0xdfff)) {
      throw new QuerySyntaxError(offset, `${unicode[0]} is no Unicode character`, 'give the number of one');
    }
    return { value: String.fromCodePoint(codePoint), end: offset + unicode[0].length };
  }
  const written = text.slice(offset, offset + 2);
  throw new QuerySyntaxError(offset, `unknown escape ${written}`, 'write \\\\ for a backslash, or use """..."""');
}

function readQuotedName(text: string, offset: number): Token {
  let name = '';
  for (let at = offset + 1; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character !== '`') name += character;
    else if (text.charAt(at + 1) === '`') {
      name += '`';
      at += 1;
    } else return { kind: 'quoted-name', text: name, offset, end: at + 1 };
  }
  throw new QuerySyntaxError(offset, 'this name is never closed', 'add a backtick');
}

function matchAt(pattern: RegExp, text: string, offset: number): string | null {
  pattern.lastIndex = offset;
  return pattern.exec(text)?.[0] ?? null;
}
