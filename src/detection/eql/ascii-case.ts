/** Lowers A to Z and leaves all else alone: EQL's case-insensitive forms fold ASCII only, as Lucene does. */
export function foldAscii(text: string): string {
  // eslint-disable-next-line no-control-regex -- ASCII is what is asked for
  if (/^[\0-\x7f]*$/.test(text)) return text.toLowerCase();
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
