/**
 * A text that a person can be shown anywhere: on a terminal, in Markdown, in a line of a log. It holds no control character
 * but the line breaks and colours of our own, no bidirectional control, nothing invisible. Only {@link plainText},
 * {@link plainLines}, {@link safe}, {@link safeJoin} and {@link safeJson} make one (colours and tables are laid around it
 * by `entry/`), and what prints takes nothing else: a text from a log, a rule, a file or the store cannot get by.
 */
export type SafeText = string & { readonly __brand: 'SafeText' };

/** How much of a text by a log's author is ever shown to a person in one place. */
const shownTextLimit = 120;

/** Controls, formats (bidirectional among them), fillers and other invisibles, private use, breaks of lines, and what is no character. */
const unsafe = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u{FFFD}]/gu;

/**
 * A text by whoever wrote it, made safe to show to a person: control characters (C0, C1, DEL), bidirectional controls,
 * zero-width, filling and line-separating characters become a space, runs of spaces one space, and the rest is cut at a limit.
 *
 * @param limit in UTF-16 code units; the cut, at the end or in the middle of one long word, is marked by an ellipsis.
 */
export function plainText(text: string, limit: number = shownTextLimit): SafeText {
  const shown = text.toWellFormed().replaceAll(unsafe, ' ').replaceAll(/\s+/gu, ' ').trim();
  return trusted(cut(shown, limit));
}

/**
 * A text of several lines, made safe to show: each line is, as {@link plainText} makes one, but for its spaces, which stay.
 *
 * @param limit of each line, in UTF-16 code units.
 */
export function plainLines(text: string, limit: number = 2_000): SafeText {
  const lines = text
    .toWellFormed()
    .split(/\r\n|\n/u)
    .map((line) => line.replaceAll('\t', '  ').replaceAll(unsafe, ' ').trimEnd())
    .map((line) => cut(line, limit));
  return trusted(lines.join('\n'));
}

/**
 * Tags a template of ours: its own words are safe, and what stands in it must be. Numbers are.
 *
 * @example safe`user ${plainText(name)} made ${count} keys`
 */
export function safe(words: TemplateStringsArray, ...values: readonly (SafeText | number)[]): SafeText {
  return trusted(words.reduce((text, word, index) => `${text}${values[index - 1] ?? ''}${word}`));
}

/** Safe texts one after the other. */
export function safeJoin(
  parts: readonly SafeText[],
  separator: '' | ' ' | '  ' | ', ' | '; ' | ': ' | '. ' | '\n' | '\n\n' | '\n  ' | ' and ',
): SafeText {
  return trusted(parts.join(separator));
}

/** The lines of a safe text, or its parts between others; what the separator captures is a part too. */
export function safeSplit(text: SafeText, separator: RegExp | '\n' = '\n'): readonly SafeText[] {
  return text.split(separator).map(trusted);
}

/** Safe text with another safe one in each place of a pattern. */
export function safeReplaced(text: SafeText, pattern: RegExp, by: SafeText): SafeText {
  return trusted(text.replace(pattern, () => by));
}

/** Safe text on one line, with one space between words. */
export function safeOneLine(text: SafeText): SafeText {
  return trusted(text.replaceAll(/\s+/g, ' '));
}

/** Safe text without the spaces at its beginning. */
export function safeTrimmed(text: SafeText): SafeText {
  return trusted(text.trimStart());
}

/** A part of safe text that has no colours. */
export function safeSlice(text: SafeText, from: number, to?: number): SafeText {
  return trusted(text.slice(from, to).toWellFormed());
}

/** Safe text padded by spaces to a width in UTF-16 code units. */
export function safePadded(text: SafeText, width: number, side: 'start' | 'end' = 'end'): SafeText {
  return trusted(side === 'end' ? text.padEnd(width) : text.padStart(width));
}

/**
 * A value as JSON that means the same to whoever parses it and shows nothing but itself on a terminal: what is not safe to show
 * is written as `\u` escapes.
 *
 * @param indent spaces of each level; on one line without it.
 */
export function safeJson(value: unknown, indent?: number): SafeText {
  // `undefined` has no JSON.
  return safeJsonText(JSON.stringify(value, null, indent) ?? 'null');
}

/** JSON that somebody else wrote out, made as safe as {@link safeJson} makes it. */
export function safeJsonText(json: string): SafeText {
  return trusted(json.replaceAll(unsafeInJson, escaped));
}

/** {@link unsafe}, but for the line breaks between what is written in several lines. */
const unsafeInJson = /[\u007F-\u009F\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

function escaped(character: string): string {
  return Array.from(
    { length: character.length },
    (_, index) => String.raw`\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
  ).join('');
}

/**
 * Never in the middle of a character that takes two code units. What is one word (an ARN, a key, a secret's name) is told from
 * others by its end as well: it is cut in its middle.
 */
function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const tail = /\s/u.test(text) ? 0 : Math.floor((limit - 1) / 2);
  const head = text.slice(0, limit - 1 - tail).replace(/[\uD800-\uDBFF]$/, '');
  return `${head}…${text.slice(text.length - tail).replace(/^[\uDC00-\uDFFF]/, '')}`;
}

/** The one place where a string becomes safe text. */
function trusted(text: string): SafeText {
  return text as SafeText;
}
