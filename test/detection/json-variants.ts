/** Numbers that decide, one after the other, how a value is written. */
export interface Choices {
  next(): number;
}

/** The value as JSON, with space, escapes and repeated keys where the choices say so. */
export function written(value: unknown, choices: Choices): string {
  function space(): string {
    return ['', '', '', ' ', '\n', '\t\r\n '][choices.next() % 6] ?? '';
  }
  if (typeof value === 'string') return writtenText(value, choices);
  if (Array.isArray(value))
    return `[${value.map((one) => space() + written(one, choices) + space()).join(',')}${space()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).flatMap(([key, child]) => {
    function member(json: string): string {
      return `${space()}${writtenText(key, choices)}${space()}:${space()}${json}${space()}`;
    }
    const repeated = ['"earlier"', '{"arn":"earlier"}', '[1]'][choices.next() % 60];
    // Of a key that comes twice, the last value counts.
    return [...(repeated === undefined ? [] : [member(repeated)]), member(written(child, choices))];
  });
  return `{${members.join(',')}${space()}}`;
}

function writtenText(value: string, choices: Choices): string {
  if (choices.next() % 12 !== 0) return JSON.stringify(value);
  const characters = Array.from({ length: value.length }, (_, index) => {
    const unit = value.charCodeAt(index);
    const escape = `\\u${unit.toString(16).padStart(4, '0')}`;
    if (choices.next() % 8 === 0) return escape;
    if (value.charAt(index) === '/' && choices.next() % 2 === 0) return '\\/';
    return unit < 0x20 || unit === 0x22 || unit === 0x5c || (unit >= 0xd800 && unit <= 0xdfff)
      ? escape
      : value.charAt(index);
  });
  return `"${characters.join('')}"`;
}

/** Goes through the numbers again and again. */
export function choicesOf(numbers: readonly number[]): Choices {
  let index = 0;
  return { next: () => numbers[index++ % Math.max(1, numbers.length)] ?? 0 };
}
