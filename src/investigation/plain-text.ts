/** How much of a text by a log's author is ever shown to a person in one place. */
export const shownTextLimit = 120;

/**
 * A text by a log's author, made safe to show to a person: control characters (C0, C1, DEL), bidirectional overrides,
 * zero-width and line-separating characters become a space, runs of spaces one space, and the rest is cut at a limit.
 *
 * @param limit in UTF-16 code units; the cut is marked by an ellipsis.
 */
export function plainText(text: string, limit: number = shownTextLimit): string {
  const shown = text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}\u{FFFD}]/gu, ' ')
    .replaceAll(/\s+/gu, ' ')
    .trim();
  return shown.length <= limit ? shown : `${shown.slice(0, limit - 1).toWellFormed()}…`;
}
