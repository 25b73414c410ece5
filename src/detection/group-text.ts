/**
 * A group's values as one text: equal for equal groups only, and shorter than a list of texts is in memory. Each value's
 * length stands before all values, so that no character of a value can be taken for a mark.
 */
export function groupText(group: readonly string[]): string {
  const [first, second] = group;
  if (first === undefined) return '';
  if (second === undefined) return `${first.length};${first}`;
  if (group.length === 2) return `${first.length},${second.length};${first}${second}`;
  return `${group.map(({ length }) => length).join(',')};${group.join('')}`;
}

/** The values again. */
export function groupOfText(text: string): readonly string[] {
  if (text === '') return [];
  const mark = text.indexOf(';');
  let end = mark + 1;
  return text
    .slice(0, mark)
    .split(',')
    .map((length) => text.slice(end, (end += Number(length))));
}
