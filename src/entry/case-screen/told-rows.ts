import { counted } from '../../model/counted.ts';
import { safe, safeJoin, safePadded, safeReplaced, type SafeText } from '../../model/safe-text.ts';
import type { Style } from '../terminal/terminal-style.ts';
import { widestLine, proseWrapped } from '../terminal/wrapped-text.ts';

/** What a row says in one piece: in full, then ever shorter for where there is no room. No form is ever cut. */
export type Told = readonly [SafeText, ...SafeText[]];

const labelWidth = 10;

/**
 * A label and what stands beside it, piece below piece, in so many lines: what has no room is counted. Piped output has room for all.
 *
 * @param noun what is counted, one of it: `2 ways in and 2 more` would be read as four ways in
 */
export function toldRow(
  label: SafeText,
  told: readonly Told[],
  room: number,
  style: Style,
  noun = 'line',
): readonly SafeText[] {
  return labelled(label, below(told, style.width === undefined ? Number.POSITIVE_INFINITY : room, style, noun), style);
}

/** The same with its pieces in one paragraph, a semicolon between them. */
export function paragraphOf(label: SafeText, told: readonly Told[], room: number, style: Style): readonly SafeText[] {
  if (told.length === 0) return [];
  const most = style.width === undefined ? Number.POSITIVE_INFINITY : room;
  const inParagraphs = forms(told).map((pieces) => inOneSentence(pieces));
  const whole = inParagraphs.map((paragraph) => columnLines(paragraph, style)).find(({ length }) => length <= most);
  return labelled(label, whole ?? asManyAsFit(forms(told).at(-1) ?? [], most, style), style);
}

function below(told: readonly Told[], room: number, style: Style, noun: string): readonly SafeText[] {
  const inLines = forms(told).map((pieces) => pieces.map((piece) => columnLines(piece, style)));
  const whole = inLines.map((pieces) => pieces.flat()).find(({ length }) => length <= room);
  if (whole !== undefined) return whole;
  const pieces = inLines.at(-1) ?? [];
  const shown: SafeText[] = [];
  let count = 0;
  for (const lines of pieces) {
    // The first one is told whatever room it takes.
    if (count > 0 && shown.length + lines.length > room - Number(count < pieces.length - 1)) break;
    shown.push(...lines);
    count += 1;
  }
  return withRest(shown, pieces.length - count, noun, style);
}

/** The pieces at each of their lengths, the longest first. */
function forms(told: readonly Told[]): readonly (readonly SafeText[])[] {
  const lengths = Math.max(1, ...told.map(({ length }) => length));
  return Array.from({ length: lengths }, (_, at) => told.map((piece) => piece[at] ?? piece.at(-1) ?? piece[0]));
}

function asManyAsFit(pieces: readonly SafeText[], room: number, style: Style): readonly SafeText[] {
  for (let count = pieces.length - 1; count > 1; count -= 1) {
    const lines = columnLines(told(pieces, count), style);
    if (lines.length <= room) return lines;
  }
  return columnLines(told(pieces, Math.min(1, pieces.length)), style);
}

function told(pieces: readonly SafeText[], count: number): SafeText {
  const rest = pieces.length - count;
  return inOneSentence([...pieces.slice(0, count), ...(rest === 0 ? [] : [safe`and ${rest} more`])]);
}

/** A piece that is a sentence loses its full stop before a semicolon. */
function inOneSentence(pieces: readonly SafeText[]): SafeText {
  const last = pieces.length - 1;
  return safeJoin(
    pieces.map((piece, at) => (at === last ? piece : safeReplaced(piece, /\.$/u, safe``))),
    '; ',
  );
}

/** How many more there are is said behind the last line, where it has room. */
function withRest(lines: readonly SafeText[], rest: number, noun: string, style: Style): readonly SafeText[] {
  if (rest === 0) return lines;
  const last = lines.at(-1) ?? safe``;
  const more = style.quiet(safe`(and ${counted(rest, `more ${noun}`)})`);
  const behind = safe`${last} ${more}`;
  return widestLine(behind) <= columnWidth(style) ? [...lines.slice(0, -1), behind] : [...lines, more];
}

function columnLines(piece: SafeText, style: Style): readonly SafeText[] {
  return proseWrapped(piece, style.width === undefined ? undefined : columnWidth(style), 'broken');
}

function columnWidth({ width }: Style): number {
  return width === undefined ? Number.POSITIVE_INFINITY : Math.max(20, width - labelWidth);
}

function labelled(label: SafeText, lines: readonly SafeText[], style: Style): readonly SafeText[] {
  return lines.map((line, index) => safe`${style.quiet(safePadded(index === 0 ? label : safe``, labelWidth))}${line}`);
}

/** How many lines a text takes beside a label. */
export function linesBeside(text: SafeText, style: Style): number {
  return columnLines(text, style).length;
}
