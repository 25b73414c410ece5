const size = 4096;

/** Makes equal ASCII texts once. It remembers a fixed number of them, and forgets the older of two that share a place. */
export class TextPool {
  readonly #pooled: (readonly [string] | undefined)[] = Array.from({ length: size });

  /** The text of ASCII bytes, in a list, for so it is asked for. */
  texts(bytes: Buffer, start: number, end: number): readonly [string] {
    const slot = slotOf(bytes, start, end);
    const pooled = this.#pooled[slot];
    if (pooled !== undefined && isSame(pooled[0], bytes, start, end)) return pooled;
    const texts = [bytes.toString('latin1', start, end)] as const;
    this.#pooled[slot] = texts;
    return texts;
  }
}

/** A digest of a few of the bytes: what shares a place is told apart by comparing. */
function slotOf(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  const first = bytes[start] ?? 0;
  const early = bytes[start + (length >>> 2)] ?? 0;
  const inner = bytes[start + ((length * 5) >>> 3)] ?? 0;
  // Account IDs and the like often differ at their end only.
  const lastTwo = ((bytes[end - 2] ?? 0) << 4) ^ (bytes[end - 1] ?? 0);
  return (length * 1031 + first * 29 + early * 257 + inner * 11 + lastTwo * 83) % size;
}

function isSame(text: string, bytes: Uint8Array, start: number, end: number): boolean {
  if (text.length !== end - start) return false;
  for (let index = 0; index < text.length; index += 1)
    if (text.charCodeAt(index) !== bytes[start + index]) return false;
  return true;
}
