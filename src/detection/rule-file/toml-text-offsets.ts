/** Where each code unit of a TOML string's value stands in the file, from the string's token, quotes included. */
export function tomlTextOffsets(source: string, tokenStart: number, tokenEnd: number): readonly number[] {
  const token = source.slice(tokenStart, tokenEnd);
  const quote = token.startsWith('"') ? '"' : "'";
  const multiline = token.startsWith(quote.repeat(3));
  const margin = multiline ? 3 : 1;
  const end = token.length - margin;
  const offsets: number[] = [];
  let at = margin;
  if (multiline) at += /^\r?\n/.exec(token.slice(at, at + 2))?.[0].length ?? 0;
  while (at < end) {
    if (quote === '"' && token[at] === '\\') {
      const { length, units } = escapeAt(token, at);
      for (let unit = 0; unit < units; unit += 1) offsets.push(tokenStart + at);
      at += length;
    } else {
      offsets.push(tokenStart + at);
      at += 1;
    }
  }
  offsets.push(tokenStart + end);
  return offsets;
}

/** An escape's length in the file, and how many code units it stands for. */
function escapeAt(token: string, at: number): { readonly length: number; readonly units: number } {
  const fold = /^\\[ \t]*\r?\n[ \t\r\n]*/.exec(token.slice(at));
  if (fold !== null) return { length: fold[0].length, units: 0 };
  switch (token[at + 1]) {
    case 'x':
      return { length: 4, units: 1 };
    case 'u':
      return { length: 6, units: 1 };
    case 'U':
      return { length: 10, units: Number.parseInt(token.slice(at + 2, at + 10), 16) > 0xffff ? 2 : 1 };
    default:
      return { length: 2, units: 1 };
  }
}
