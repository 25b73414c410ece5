import type { SourcePosition } from './rule-syntax-error.ts';
import { plainLines, type SafeText } from '../../model/safe-text.ts';

/** Longer lines are shown around the place only. */
const maxWidth = 160;

/** The line of a place with its number, and a caret under the place; control characters are shown as spaces. */
export function codeFrame(source: string, { line, column }: SourcePosition): SafeText {
  const text: string = plainLines(source.split('\n')[line - 1] ?? '', Number.POSITIVE_INFINITY);
  const from = Math.max(0, column - 1 - maxWidth / 2);
  const shown = text.length <= maxWidth ? text : text.slice(from, from + maxWidth);
  const caret = text.length <= maxWidth ? column - 1 : column - 1 - from;
  const gutter = `${String(line).padStart(5)} | `;
  return plainLines(`${gutter}${shown}\n${' '.repeat(gutter.length - 2)}| ${' '.repeat(caret)}^`);
}
