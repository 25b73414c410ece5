/** The order of two addresses; `undefined` where one of them is none. IPv4 stands among IPv6 as its mapped form. */
export function compareIpAddresses(a: string, b: string): number | undefined {
  const left = addressGroups(a);
  const right = addressGroups(b);
  if (left === undefined || right === undefined) return undefined;
  for (const [index, group] of left.entries()) {
    const difference = group - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Eight groups of 16 bits. */
function addressGroups(text: string): readonly number[] | undefined {
  const halves = withMappedTail(text).split('::');
  if (halves.length > 2) return undefined;
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const groups = [...head, ...Array.from({ length: missing }, () => '0'), ...tail];
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  return groups.map((group) => Number.parseInt(group, 16));
}

function withMappedTail(text: string): string {
  const start = text.lastIndexOf(':') + 1;
  const parts = text.slice(start).split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) return text;
  const [a = 0, b = 0, c = 0, d = 0] = parts.map(Number);
  const head = start === 0 ? '::ffff:' : text.slice(0, start);
  return `${head}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
}
