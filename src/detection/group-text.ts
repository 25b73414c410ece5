/** Lengths up to here take one character, longer ones two. */
const shortLength = 0x7fff;

/**
 * A group's values as one text: equal for equal groups only, and smaller in memory than a list of texts. The number of values
 * and the length of each stand before the values, so that no character of a value can be taken for a mark.
 */
export function groupText(group: readonly string[]): string {
  let marks = String.fromCharCode(group.length);
  for (const value of group) marks += lengthMark(value.length);
  let text = marks;
  for (const value of group) text += value;
  return text;
}

function lengthMark(length: number): string {
  return length <= shortLength
    ? String.fromCharCode(length)
    : String.fromCharCode(0x8000 | (length >>> 16), length & 0xffff);
}

/** The values again. */
export function groupOfText(text: string): readonly string[] {
  const size = text.charCodeAt(0);
  const lengths: number[] = [];
  let at = 1;
  while (lengths.length < size) {
    const mark = text.charCodeAt(at);
    lengths.push(mark <= shortLength ? mark : ((mark & 0x7fff) << 16) | text.charCodeAt(at + 1));
    at += mark <= shortLength ? 1 : 2;
  }
  return lengths.map((length) => text.slice(at, (at += length)));
}
