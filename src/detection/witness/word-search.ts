import { type FieldValue, textOf } from '../fields/field-value.ts';

/** Numbers of words, by their places in the list that the search was made of. */
export type FoundWords = readonly number[];

const nothing: FoundWords = [];
const alphabet = 128;
/** Longer windows would move further, but seldom do. */
const maxWindow = 32;

/**
 * Finds which of many words occur in a text, in one pass over it however many there are: Aho and Corasick's automaton with
 * all its transitions written out. ASCII letters are taken in either case.
 */
export class WordSearch {
  /** By row and character, where the next state's row begins; negative where a word ends there. */
  readonly #next: Int32Array;
  /** By state: the words that end there. */
  readonly #ending: readonly (FoundWords | undefined)[];
  /** Empty words, which are in every text. */
  readonly #always: FoundWords;
  readonly #starts: StartFilter;

  /** @param words of printable ASCII. */
  constructor(words: readonly string[]) {
    const folded = words.map((word) => word.toLowerCase());
    const { next, ending } = automaton(folded);
    this.#next = next;
    this.#ending = ending;
    this.#starts = new StartFilter(folded);
    this.#always = folded.flatMap((word, number) => (word === '' ? [number] : []));
  }

  /** In a stretch of bytes that is text in ASCII or UTF-8. */
  inBytes(bytes: Uint8Array, start: number, end: number): FoundWords {
    const next = this.#next;
    const ending = this.#ending;
    let found = this.#always;
    let row = 0;
    for (let at = start; at < end; at += 1) {
      if (row === 0) {
        at = this.#starts.next(bytes, at, end);
        if (at >= end) break;
      }
      const byte = bytes[at] ?? 0;
      row = byte < alphabet ? (next[row + byte] ?? 0) : 0;
      if (row < 0) {
        row = -row;
        found = joined(found, ending[row / alphabet]);
      }
    }
    return found;
  }

  inValues(values: readonly FieldValue[]): FoundWords {
    let found = nothing;
    for (const value of values) found = joined(found, this.#inText(textOf(value)));
    return found;
  }

  #inText(text: string): FoundWords {
    let found = this.#always;
    let row = 0;
    for (let at = 0; at < text.length; at += 1) {
      const unit = text.charCodeAt(at);
      row = unit < alphabet ? (this.#next[row + unit] ?? 0) : 0;
      if (row < 0) {
        row = -row;
        found = joined(found, this.#ending[row / alphabet]);
      }
    }
    return found;
  }
}

/**
 * Leads over bytes at which no word begins, several at a time: of the window in which the shortest word would stand, the last two
 * bytes tell how far it has to move at least for them to be part of any word's beginning, as in Wu and Manber's search.
 */
class StartFilter {
  /** Of the shortest word: the window. */
  readonly #length: number;
  /** By the window's last two characters. */
  readonly #moves = new Uint8Array(alphabet * alphabet);

  /** @param words in lower case. */
  constructor(words: readonly string[]) {
    const lengths = words.filter((word) => word !== '').map(({ length }) => length);
    this.#length = Math.min(...lengths, maxWindow);
    this.#moves.fill(Math.max(0, this.#length - 1));
    for (const word of words) this.#shorten(word);
  }

  #shorten(word: string): void {
    for (let second = 1; second < Math.min(this.#length, word.length); second += 1) {
      const move = this.#length - 1 - second;
      for (const a of bothCases(word.charCodeAt(second - 1)))
        for (const b of bothCases(word.charCodeAt(second))) {
          const pair = a * alphabet + b;
          this.#moves[pair] = Math.min(this.#moves[pair] ?? 0, move);
        }
    }
  }

  /** The first place from there on at which a word may begin; the end where there is none. */
  next(bytes: Uint8Array, start: number, end: number): number {
    const moves = this.#moves;
    const length = this.#length;
    if (length < 2) return start;
    let at = start + length - 1;
    while (at < end) {
      // A byte beyond ASCII is taken for another one: then the window moves less than it could.
      const pair = ((bytes[at - 1] ?? 0) % alphabet) * alphabet + ((bytes[at] ?? 0) % alphabet);
      const move = moves[pair] ?? 0;
      if (move === 0) return at - length + 1;
      at += move;
    }
    return end;
  }
}

function bothCases(unit: number): readonly number[] {
  return [unit, upperCase(unit)];
}

function joined(found: FoundWords, others: FoundWords | undefined): FoundWords {
  if (others === undefined) return found;
  if (found.length === 0) return others;
  if (others.every((number) => found.includes(number))) return found;
  return [...new Set([...found, ...others])];
}

interface Automaton {
  readonly next: Int32Array;
  /** By state. */
  readonly ending: readonly (FoundWords | undefined)[];
}

function automaton(words: readonly string[]): Automaton {
  const { children, ending } = trie(words);
  const next = new Int32Array(children.length * alphabet);
  const fallbacks = new Int32Array(children.length);
  // By depth, so that a state's fallback, which is nearer to the root, is complete before it.
  const queue = [0];
  for (const state of queue) {
    const fallback = fallbacks[state] ?? 0;
    const inherited = state === 0 ? undefined : ending[fallback];
    if (inherited !== undefined) ending[state] = joined(ending[state] ?? nothing, inherited);
    if (state !== 0) next.copyWithin(state * alphabet, fallback * alphabet, (fallback + 1) * alphabet);
    for (const [unit, child] of children[state] ?? []) {
      fallbacks[child] = state === 0 ? 0 : (next[fallback * alphabet + unit] ?? 0);
      next[state * alphabet + unit] = child;
      next[state * alphabet + upperCase(unit)] = child;
      queue.push(child);
    }
  }
  return { next: next.map((state) => (ending[state] === undefined ? state : -state) * alphabet), ending };
}

interface Trie {
  readonly children: readonly ReadonlyMap<number, number>[];
  readonly ending: (FoundWords | undefined)[];
}

function trie(words: readonly string[]): Trie {
  const children: Map<number, number>[] = [new Map()];
  const ending: (FoundWords | undefined)[] = [undefined];
  for (const [number, word] of words.entries()) {
    let state = 0;
    for (const character of word) {
      const unit = character.charCodeAt(0);
      const known = children[state]?.get(unit);
      if (known === undefined) {
        children[state]?.set(unit, children.length);
        state = children.length;
        children.push(new Map());
        ending.push(undefined);
      } else state = known;
    }
    if (word !== '') ending[state] = [...(ending[state] ?? nothing), number];
  }
  return { children, ending };
}

function upperCase(unit: number): number {
  return unit >= 0x61 && unit <= 0x7a ? unit - 0x20 : unit;
}
