import { canonicalDigest, canonicalJson } from '../../digest/canonical-digest.ts';
import type { JsonValue } from '../../model/json.ts';
import { plainText, safe, safeJoin, safeJson, safePadded, safeSplit, type SafeText } from '../../model/safe-text.ts';
import { widestLine } from '../terminal/wrapped-text.ts';

/** Where nobody says how wide a terminal is. */
const usualWidth = 80;
const step = 2;

/**
 * Exactly what a signature covers, for a person to read: every field of the statement's canonical JSON (RFC 8785) in its order, broken
 * by structure, and the SHA-256 of that JSON. Texts of a field that need more than a line go on below it, broken between words; put
 * together again they are the field, so that nobody can have something signed that is not seen.
 *
 * @param statement as it is signed
 * @param width of the terminal, in columns
 */
export function signedLines(statement: object, width: number = usualWidth): readonly SafeText[] {
  const content = JSON.parse(canonicalJson(statement)) as JsonValue;
  const digest = canonicalDigest(statement).replace('sha256:', '');
  return [
    safe`What is signed, whole (the SHA-256 of its canonical JSON is`,
    safe`${plainText(digest)}):`,
    ...fieldLines(safe``, content, step, width),
  ];
}

/** A value behind the name of its field: on one line where there is room, else an element or field a line. */
function fieldLines(name: SafeText, value: JsonValue, indent: number, width: number): readonly SafeText[] {
  const margin = safePadded(safe``, indent);
  const whole = safe`${margin}${name}${spacedJson(value)}`;
  if (widestLine(whole) < width) return [whole]; // a comma may follow
  if (typeof value !== 'object' || value === null) return brokenLines(whole, indent + step, width);
  const [open, close] = Array.isArray(value) ? ([safe`[`, safe`]`] as const) : ([safe`{`, safe`}`] as const);
  const parts = Array.isArray(value)
    ? value.map((each: JsonValue) => fieldLines(safe``, each, indent + step, width))
    : Object.entries(value).map(([key, each]) => fieldLines(safe`${safeJson(key)}: `, each, indent + step, width));
  return [safe`${margin}${name}${open}`, ...parts.flatMap(followed), safe`${margin}${close}`];
}

/** Broken before words only, with nothing left out: a word without room for it keeps its line whole, so that it can be copied. */
function brokenLines(text: SafeText, indent: number, width: number): readonly SafeText[] {
  const margin = safePadded(safe``, indent);
  const lines: SafeText[] = [];
  for (const word of safeSplit(text, /(?<=\S +)(?=\S)/u)) {
    const last = lines.at(-1);
    if (last !== undefined && widestLine(last) + widestLine(word) < width)
      lines[lines.length - 1] = safe`${last}${word}`;
    else lines.push(last === undefined ? word : safe`${margin}${word}`);
  }
  return lines;
}

/** A comma behind all but the last. */
function followed(lines: readonly SafeText[], index: number, all: readonly (readonly SafeText[])[]) {
  return index === all.length - 1 ? lines : lines.map((line, at) => (at === lines.length - 1 ? safe`${line},` : line));
}

/** On one line, with a space where a reader rests. */
function spacedJson(value: JsonValue): SafeText {
  if (typeof value !== 'object' || value === null) return safeJson(value);
  if (Array.isArray(value)) return safe`[${safeJoin(value.map(spacedJson), ', ')}]`;
  const fields = Object.entries(value).map(([key, each]) => safe`${safeJson(key)}: ${spacedJson(each)}`);
  return fields.length === 0 ? safe`{}` : safe`{ ${safeJoin(fields, ', ')} }`;
}
