import { lucenePieces } from '../eql/wildcard.ts';

/** A text as a quoted literal of KQL, which means that text and nothing else. */
export function quotedKql(text: string): string {
  return `"${text.replaceAll(/[\\"]/g, String.raw`\$&`)}"`;
}

/**
 * The KQL literal that matches what a pattern of Elasticsearch's `wildcard` query matches.
 *
 * @returns why there is none, as a part of a sentence: `{ lacks }`.
 */
export function wildcardKql(pattern: string): string | { readonly lacks: string } {
  const pieces = lucenePieces(pattern);
  if (pieces.includes('one')) return { lacks: 'the wildcard "?", which KQL does not have' };
  const texts = pieces.map((piece) => (typeof piece === 'object' ? piece.text : '*'));
  if (!pieces.includes('run')) return quotedKql(texts.join(''));
  if (/^\s|\s$/.test(texts.join(''))) return { lacks: 'a wildcard with white space at its end, which KQL leaves out' };
  return pieces.map((piece) => (typeof piece === 'object' ? escaped(piece.text) : '*')).join('');
}

/** White space is escaped too, for a word behind it may be `and`. */
function escaped(text: string): string {
  return text.replaceAll(/[\\():<>"*{}]/g, String.raw`\$&`).replaceAll(/\s/g, unicodeEscape);
}

function unicodeEscape(character: string): string {
  return String.raw`\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
