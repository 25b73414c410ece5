import { foldAscii } from './ascii-case.ts';

/** A piece of a wildcard pattern: text as it is, exactly one character, or any run of characters. */
export type WildcardPiece = { readonly text: string } | 'one' | 'run';

/** A longer pattern is refused: the work for each character of an event grows with it. */
export const maxWildcardLength = 4096;

/** Up to this length V8's `indexOf` takes linear time whatever the text; beyond it the bit-parallel matcher does. */
const maxIndexOfLength = 200;

/**
 * The pieces of a pattern of `:`, `like` or `like~`: `*` and `?` are wildcards, a backslash is a backslash.
 */
export function likePieces(pattern: string): readonly WildcardPiece[] {
  return pieces(Array.from(pattern, (character) => ({ character, plain: false })));
}

/**
 * The pieces of a Lucene wildcard query: `*` and `?` are wildcards, and a backslash takes the next character as it is.
 * Elasticsearch's EQL makes such a query of the text in `stringContains(field, "text")` without escaping it.
 */
export function lucenePieces(pattern: string): readonly WildcardPiece[] {
  const characters: { character: string; plain: boolean }[] = [];
  let escaped = false;
  for (const character of pattern) {
    if (character === '\\' && !escaped) escaped = true;
    else {
      characters.push({ character, plain: escaped });
      escaped = false;
    }
  }
  if (escaped) characters.push({ character: '\\', plain: true });
  return pieces(characters);
}

function pieces(
  characters: readonly { readonly character: string; readonly plain: boolean }[],
): readonly WildcardPiece[] {
  const found: WildcardPiece[] = [];
  for (const { character, plain } of characters) {
    const last = found.at(-1);
    if (!plain && character === '*') {
      if (last !== 'run') found.push('run');
    } else if (!plain && character === '?') found.push('one');
    else if (typeof last === 'object') found[found.length - 1] = { text: last.text + character };
    else found.push({ text: character });
  }
  return found;
}

/**
 * Compiles a wildcard pattern to a test of a whole text, in time linear in the text: no backtracking, whatever the pattern.
 *
 * @param ignoreCase Folds ASCII letters in pattern and text.
 * @throws RangeError where the pattern is longer than {@link maxWildcardLength}.
 */
export function compileWildcard(pattern: readonly WildcardPiece[], ignoreCase: boolean): (text: string) => boolean {
  if (wildcardLength(pattern) > maxWildcardLength) {
    throw new RangeError(`a wildcard pattern may have ${maxWildcardLength} characters`);
  }
  if (ignoreCase) return folding(compileWildcard(pattern.map(foldPiece), false));
  const searchable = pattern.every(
    (piece) => piece === 'run' || (piece !== 'one' && piece.text.length <= maxIndexOfLength),
  );
  if (searchable) return searchTest(pattern);
  const witness = longestText(pattern).slice(0, maxIndexOfLength);
  const test = bitParallelTest(pattern);
  return (text) => text.includes(witness) && test(text);
}

/** The longest text of a pattern, which has to be in whatever it matches: looking for it is cheaper than the pattern itself. */
function longestText(pattern: readonly WildcardPiece[]): string {
  let longest = '';
  for (const piece of pattern) {
    if (typeof piece === 'object' && piece.text.length > longest.length) longest = piece.text;
  }
  return longest;
}

/**
 * Compiles several wildcard patterns to a test of whether a text matches one of them; those without a wildcard are looked up,
 * however many they are.
 *
 * @throws RangeError where a pattern is longer than {@link maxWildcardLength}.
 */
export function compileWildcards(
  patterns: readonly (readonly WildcardPiece[])[],
  ignoreCase: boolean,
): (text: string) => boolean {
  if (ignoreCase) {
    return folding(
      compileWildcards(
        patterns.map((pattern) => pattern.map(foldPiece)),
        false,
      ),
    );
  }
  const texts = new Set(patterns.map(literalText).filter((text) => text !== undefined));
  const tests = patterns
    .filter((pattern) => literalText(pattern) === undefined)
    .map((one) => compileWildcard(one, false));
  const [only] = tests;
  if (texts.size === 0 && tests.length === 1 && only !== undefined) return only;
  return (text) => {
    if (texts.has(text)) return true;
    for (const test of tests) if (test(text)) return true;
    return false;
  };
}

/** The text that a pattern without wildcards is; undefined where it has some. */
function literalText(pattern: readonly WildcardPiece[]): string | undefined {
  const texts = pattern.flatMap((piece) => (typeof piece === 'object' ? [piece.text] : []));
  return texts.length === pattern.length ? texts.join('') : undefined;
}

function folding(test: (text: string) => boolean): (text: string) => boolean {
  return (text) => test(foldAscii(text));
}

function foldPiece(piece: WildcardPiece): WildcardPiece {
  return typeof piece === 'object' ? { text: foldAscii(piece.text) } : piece;
}

/** How many characters a pattern has, in UTF-16 code units, wildcards among them. */
export function wildcardLength(pattern: readonly WildcardPiece[]): number {
  return pattern.reduce((sum, piece) => sum + (typeof piece === 'object' ? piece.text.length : 1), 0);
}

/** Texts between runs only: each is looked for behind the one before it, and the leftmost place is always good enough. */
function searchTest(pattern: readonly WildcardPiece[]): (text: string) => boolean {
  const texts = pattern.filter((piece) => typeof piece === 'object').map((piece) => piece.text);
  const openStart = pattern[0] === 'run';
  const openEnd = pattern.at(-1) === 'run';
  const [first = ''] = texts;
  if (!openStart && !openEnd && texts.length < 2 && !pattern.includes('run')) return (text) => text === first;
  if (texts.length === 1) {
    if (openStart && openEnd) return (text) => text.includes(first);
    return openEnd ? (text) => text.startsWith(first) : (text) => text.endsWith(first);
  }
  const head = openStart ? '' : first;
  const tail = openEnd ? '' : (texts.at(-1) ?? '');
  const middle = texts.slice(openStart ? 0 : 1, openEnd ? undefined : -1);
  return (text) => {
    if (!text.startsWith(head) || !text.endsWith(tail)) return false;
    const end = text.length - tail.length;
    let at = head.length;
    for (const part of middle) {
      const found = text.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return at <= end;
  };
}

/**
 * The pattern as an automaton whose states are the bits of a few words (Baeza-Yates and Gonnet's Shift-And, with a loop on
 * each state that a run follows). State i: the first i characters are matched.
 */
function bitParallelTest(pattern: readonly WildcardPiece[]): (text: string) => boolean {
  const size = pattern.reduce((sum, piece) => sum + charactersIn(piece), 0);
  const words = Math.ceil((size + 1) / 32);
  const loops = new Uint32Array(words);
  const anything = new Uint32Array(words);
  const places = new Map<string, Uint32Array>();
  let state = 0;
  for (const piece of pattern) {
    if (piece === 'run') setBit(loops, state);
    else if (piece === 'one') setBit(anything, (state += 1));
    else {
      for (const character of piece.text) {
        state += 1;
        const mask = places.get(character) ?? new Uint32Array(words);
        setBit(mask, state);
        places.set(character, mask);
      }
    }
  }
  for (const mask of places.values())
    for (let word = 0; word < words; word += 1) mask[word] = bits(mask, word) | bits(anything, word);
  return (text) => {
    const states = new Uint32Array(words);
    setBit(states, 0);
    for (const character of text) {
      if (!step(states, places.get(character) ?? anything, loops)) return false;
    }
    return hasBit(states, size);
  };
}

function charactersIn(piece: WildcardPiece): number {
  if (piece === 'run') return 0;
  return piece === 'one' ? 1 : Array.from(piece.text).length;
}

/** Moves all states over one character; false where none is left. */
function step(states: Uint32Array, accepted: Uint32Array, loops: Uint32Array): boolean {
  let carry = 0;
  let alive = 0;
  for (let word = 0; word < states.length; word += 1) {
    const before = bits(states, word);
    const after = (((before << 1) | carry) & bits(accepted, word)) | (before & bits(loops, word));
    carry = before >>> 31;
    states[word] = after;
    alive |= after;
  }
  return alive !== 0;
}

function bits(mask: Uint32Array, word: number): number {
  return mask[word] ?? 0;
}

function setBit(mask: Uint32Array, bit: number): void {
  mask[bit >>> 5] = bits(mask, bit >>> 5) | (1 << (bit & 31));
}

function hasBit(mask: Uint32Array, bit: number): boolean {
  return (bits(mask, bit >>> 5) & (1 << (bit & 31))) !== 0;
}
