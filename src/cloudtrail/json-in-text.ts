/** A text is gone over so many times at the most, however its brackets stand. */
const mostPasses = 8;

/** Where JSON may begin: an object, a list, or the text of one. A quote in prose begins nothing. */
const beginning = /[{[]|"(?=\s{0,8}(?:[{[]|\\"))/g;

/** What {@link jsonInText} found. */
export interface JsonInText {
  /** In order; each is valid JSON. */
  readonly values: readonly string[];
  /** What stands around them, what breaks off among it. */
  readonly rest: string;
}

/** The JSON values in a text that is none as a whole: run together, one a line, or with other text around them. */
export function jsonInText(text: string): JsonInText {
  const values: string[] = [];
  const rest: string[] = [];
  let taken = 0;
  let budget = mostPasses * text.length;
  for (let at = nextBeginning(text, 0); at >= 0 && budget > 0;) {
    const end = endOfValue(text, at);
    const value = end < 0 ? undefined : text.slice(at, end);
    const isValue = value !== undefined && isJson(value);
    if (isValue) {
      values.push(value);
      rest.push(text.slice(taken, at));
      taken = end;
    } else budget -= (end < 0 ? text.length : end) - at;
    at = nextBeginning(text, isValue ? end : at + 1);
  }
  return { values, rest: [...rest, text.slice(taken)].join('\n') };
}

function nextBeginning(text: string, from: number): number {
  beginning.lastIndex = from;
  return beginning.exec(text)?.index ?? -1;
}

/** Behind the bracket or the quote that closes what begins here; -1 where nothing does. */
function endOfValue(text: string, start: number): number {
  const marks = /["\\{}[\]]/g;
  marks.lastIndex = start;
  let depth = 0;
  let inString = false;
  for (let mark = marks.exec(text); mark !== null; mark = marks.exec(text)) {
    const [character] = mark;
    if (inString) {
      if (character === '\\') marks.lastIndex += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{' || character === '[') depth += 1;
    else if (character !== '\\') depth -= 1;
    if (depth <= 0 && !inString) return marks.lastIndex;
  }
  return -1;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
