import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import { plainText, safe, safePadded, safeSlice, safeSplit, type SafeText } from '../../model/safe-text.ts';

/**
 * The lines of a text broken between words. Colours go on in the next line and take no room, wide characters take two
 * columns.
 *
 * @param width in columns of a terminal; absent where output is piped: only the text's own line breaks count then.
 * @param longWords what becomes of a word without room for it: it keeps its line whole, so that it can be copied, or is
 *   broken, so that no line is longer.
 */
export function wrappedLines(
  text: SafeText,
  width: number | undefined,
  longWords: 'kept-whole' | 'broken',
): readonly SafeText[] {
  const wrapped =
    width === undefined || widestLine(text) <= width ? text : wrapAnsi(text, width, { hard: longWords === 'broken' });
  return safeSplit(wrapped as SafeText); // line breaks and colours were added to what is safe
}

/**
 * A text behind a mark, broken between words only.
 *
 * @param hang what stands before its further lines, as wide as the mark or wider; without it they stand below its beginning.
 */
export function hangingLines(
  mark: SafeText,
  text: SafeText,
  width: number | undefined,
  hang: SafeText = safePadded(safe``, widestLine(mark)),
): readonly SafeText[] {
  const room = width === undefined ? undefined : Math.max(1, width - widestLine(hang));
  // Where the mark is wider than what the further lines stand behind, the first line has less room: a word of ours takes it.
  const filler = safePadded(safe``, Math.max(0, widestLine(mark) - widestLine(hang))).replaceAll(' ', '-');
  const lines = wrappedLines(safe`${plainText(filler)}${text}`, room, 'kept-whole');
  return lines.map((line, index) =>
    index === 0 ? safe`${mark}${safeSlice(line, filler.length)}` : safe`${hang}${line}`,
  );
}

/**
 * A command to copy, broken before its options where it is too long, as a shell takes it: what is pasted is one command.
 *
 * @param width in columns of a terminal; absent where output is piped.
 * @param indent what stands before its further lines.
 */
export function commandLines(command: SafeText, width: number | undefined, indent: SafeText): readonly SafeText[] {
  if (width === undefined || widestLine(command) <= width) return [command];
  // Two columns are for the mark that the command goes on.
  const room = width - 2;
  const parts = safeSplit(command, / (?=--[a-z])/u).flatMap((part) =>
    widestLine(part) + widestLine(indent) <= room ? [part] : safeSplit(part, wordBreak),
  );
  const lines: SafeText[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    if (last !== undefined && widestLine(last) + 1 + widestLine(part) <= room)
      lines[lines.length - 1] = safe`${last} ${part}`;
    else lines.push(last === undefined ? part : safe`${indent}${part}`);
  }
  return lines.map((line, index) => (index === lines.length - 1 ? line : safe`${line} \\`));
}

/** A space that is neither at the beginning nor within quotes. */
const wordBreak = /(?<=\S) (?=(?:[^"]*"[^"]*")*[^"]*$)/u;

/** How many columns of a terminal a text's widest line takes. */
export function widestLine(text: string): number {
  return text.includes('\n') ? Math.max(...text.split('\n').map((line) => stringWidth(line))) : stringWidth(text);
}
