const size = 4096;

interface Pooled {
  readonly bytes: Uint8Array;
  readonly text: string;
}

/** Makes equal ASCII texts once. It remembers a fixed number of them, and forgets the older of two that share a place. */
export class TextPool {
  readonly #pooled: (Pooled | undefined)[] = Array.from({ length: size });

  /** The text of ASCII bytes. */
  text(bytes: Buffer, start: number, end: number): string {
    let hash = 0x811c9dc5;
    for (let at = start; at < end; at += 1) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
    const slot = (hash >>> 0) % size;
    const pooled = this.#pooled[slot];
    if (pooled !== undefined && isSame(pooled.bytes, bytes, start, end)) return pooled.text;
    const text = bytes.toString('latin1', start, end);
    this.#pooled[slot] = { bytes: Uint8Array.from(bytes.subarray(start, end)), text };
    return text;
  }
}

function isSame(pooled: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (pooled.length !== end - start) return false;
  for (let index = 0; index < pooled.length; index += 1) if (pooled[index] !== bytes[start + index]) return false;
  return true;
}
