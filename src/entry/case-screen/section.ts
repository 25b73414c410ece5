import { safe, safeJoin, type SafeText } from '../../model/safe-text.ts';
import type { Style } from '../terminal/terminal-style.ts';
import { hangingLines } from '../terminal/wrapped-text.ts';

/** A title and what stands under it; nothing where there is nothing. */
export function section(title: SafeText, entries: readonly SafeText[], style: Style): SafeText {
  if (entries.length === 0) return safe``;
  const lines = entries.flatMap((entry) => hangingLines(safe`  `, entry, style.width, safe`      `));
  return safeJoin([style.strong(title), ...lines], '\n');
}

/** Sections one below the other, without those that have nothing. */
export function sections(parts: readonly SafeText[]): SafeText {
  return safeJoin(
    parts.filter((part) => part.length > 0),
    '\n\n',
  );
}
