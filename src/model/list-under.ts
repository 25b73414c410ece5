/** Puts a value at the end of the list under a key, where it is the first of one that is not there yet. */
export function listUnder<K, T>(lists: Map<K, T[]>, key: K, value: T): void {
  const known = lists.get(key);
  if (known === undefined) lists.set(key, [value]);
  else known.push(value);
}
