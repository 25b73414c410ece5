/**
 * A value of JSON in which every text, and every key, is well-formed Unicode: lone surrogates, which JSON can escape and
 * log authors therefore can write, become U+FFFD. RFC 8785 has no form for them, so without this one call by anybody could
 * make whatever is digested of its record fail for ever. What needs no change is given back as it is.
 */
export function wellFormed<T>(value: T): T {
  return cleaned(value) as T; // of the same shape: only characters differ
}

function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const list = value.map(cleaned);
    return list.some((each, index) => each !== value[index]) ? list : value;
  }
  const entries = Object.entries(value);
  const clean = entries.map(([key, each]) => [key.toWellFormed(), cleaned(each)] as const);
  const changed = clean.some(([key, each], index) => key !== entries[index]?.[0] || each !== entries[index][1]);
  return changed ? Object.fromEntries(clean) : value;
}
