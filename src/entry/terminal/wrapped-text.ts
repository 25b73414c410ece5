import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import {
  plainText,
  safe,
  safeJoin,
  safePadded,
  safeReplaced,
  safeSlice,
  safeSplit,
  safeTrimmed,
  type SafeText,
} from '../../model/safe-text.ts';

/**
 * The lines of a text broken between words. Colours go on in the next line and take no room, wide characters take two
 * columns.
 *
 * @param width in columns of a terminal; absent where output is piped: only the text's own line breaks count then.
 * @param longWords what becomes of a word without room for it: it keeps its line whole, so that it can be copied, or is
 *   broken, so that no line is longer, behind one of its marks where it has any.
 */
export function wrappedLines(
  text: SafeText,
  width: number | undefined,
  longWords: 'kept-whole' | 'broken',
): readonly SafeText[] {
  if (width === undefined || widestLine(text) <= width) return safeSplit(text);
  const words = longWords === 'kept-whole' ? text : withLongWordsBroken(text, width);
  return safeSplit(wrapAnsi(words, width) as SafeText); // line breaks and colours were added to what is safe
}

/** Each word that has no room in a line, with a line break behind the last mark of a path or a name that has: an ID with dashes is broken last. */
function withLongWordsBroken(text: SafeText, width: number): SafeText {
  return safeJoin(
    safeSplit(text, /(?<=[ \n])(?=[^ \n])|(?<=[^ \n])(?=[ \n])/u).map((word) =>
      stringWidth(word) <= width || isOfCommand(word)
        ? word
        : (wrapAnsi(brokenWord(word, width), width, { hard: true }) as SafeText),
    ),
    '',
  );
}

function brokenWord(word: SafeText, width: number): SafeText {
  const parts = safeSplit(word, /(?<=[/:])(?=\w)/u).flatMap((part) =>
    stringWidth(part) <= width ? [part] : safeSplit(part, /(?<=[_@.,-])(?=\w)/u),
  );
  const lines: SafeText[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    if (last !== undefined && stringWidth(last) + stringWidth(part.trimEnd()) <= width)
      lines[lines.length - 1] = safeJoin([last, part], '');
    else lines.push(part);
  }
  return safeJoin(lines, '\n');
}

/**
 * A text behind a mark, broken between words.
 *
 * @param hang what stands before its further lines, as wide as the mark or wider; without it they stand below its beginning.
 */
export function hangingLines(
  mark: SafeText,
  text: SafeText,
  width: number | undefined,
  hang: SafeText = safePadded(safe``, widestLine(mark)),
  longWords: 'kept-whole' | 'broken' = 'broken',
): readonly SafeText[] {
  const room = width === undefined ? undefined : Math.max(1, width - widestLine(hang));
  // Where the mark is wider than what the further lines stand behind, the first line has less room: a word of ours takes it.
  const filler = safePadded(safe``, Math.max(0, widestLine(mark) - widestLine(hang))).replaceAll(' ', '-');
  const lines = proseWrapped(safe`${plainText(filler)}${text}`, room, longWords);
  return lines.map((line, index) =>
    index === 0 ? safe`${mark}${safeSlice(line, filler.length)}` : safe`${hang}${line}`,
  );
}

/**
 * The lines of a text for people: as {@link wrappedLines}, but what stands between backticks, and a command of the AWS CLI, is copied,
 * so that it is kept in one line, and where it has no room in one, broken before its options as a shell takes it.
 */
export function proseWrapped(
  text: SafeText,
  width: number | undefined,
  longWords: 'kept-whole' | 'broken',
): readonly SafeText[] {
  if (width === undefined) return safeSplit(text);
  const kept = safeJoin(
    safeSplit(text, commandInProse).map((part, index) => (index % 2 === 0 ? part : keptCommand(part, width))),
    '',
  );
  return wrappedLines(kept, width, longWords).map((line) => safeReplaced(line, firmSpaces, safe` `));
}

/** Sentences in lines of their own, each broken between words for a terminal and going on below its own beginning. */
export function proseLines(text: SafeText, width: number | undefined): readonly SafeText[] {
  return safeSplit(text).flatMap((line) => {
    const words = safeTrimmed(line);
    const indent = safePadded(safe``, line.length - words.length);
    return hangingLines(indent, words, width, safe`${indent}  `, 'kept-whole');
  });
}

/** Between backticks, or by its options: those of the AWS CLI stand in sentences as they are. */
const commandInProse = (() => {
  const value = String.raw`(?:'[^'\n]*'|"[^"\n]*"|\\.|[^\s'"\\\x60])+`;
  const option = String.raw` --[a-z][a-z-]*(?:=${value}| (?!--)${value}(?: [A-Z_]{3,}| [^\s=]+=${value})*)?`;
  return new RegExp(
    String.raw`(\x60[^\x60\n]+\x60|(?<![\w./-])aws [a-z][a-z0-9-]* [a-z][a-z0-9-]*(?:${option})*)`,
    'u',
  );
})();

/** A space where no line is broken. */
const firmSpace = '\u00A0' as SafeText; // a space shows nothing
const firmSpaces = /\u00A0/gu;

function isOfCommand(word: SafeText): boolean {
  return word.includes(firmSpace);
}

function keptCommand(command: SafeText, width: number): SafeText {
  return safeJoin(
    linesBeforeOptions(command, width, safe``).map((line) => safeReplaced(line, / /gu, firmSpace)),
    '\n',
  );
}

/**
 * A command to copy, broken before its options where it is too long, as a shell takes it: what is pasted is one command.
 *
 * @param width in columns of a terminal; absent where output is piped.
 * @param indent what stands before its further lines.
 */
export function commandLines(command: SafeText, width: number | undefined, indent: SafeText): readonly SafeText[] {
  if (width === undefined) return [command];
  return linesBeforeOptions(command, width, indent, (part, room) =>
    widestLine(part) + widestLine(indent) <= room ? [part] : safeSplit(part, wordBreak),
  );
}

function linesBeforeOptions(
  command: SafeText,
  width: number,
  indent: SafeText,
  broken: (part: SafeText, room: number) => readonly SafeText[] = (part) => [part],
): readonly SafeText[] {
  if (widestLine(command) <= width) return [command];
  // Two columns are for the mark that the command goes on.
  const room = width - 2;
  const parts = safeSplit(command, / (?=--[a-z])/u).flatMap((part) => broken(part, room));
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
