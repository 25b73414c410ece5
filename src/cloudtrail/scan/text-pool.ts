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
    const slot = slotOf(bytes, start, end);
    const pooled = this.#pooled[slot];
    if (pooled !== undefined && isSame(pooled.bytes, bytes, start, end)) return pooled.text;
    const text = bytes.toString('latin1', start, end);
    this.#pooled[slot] = { bytes: Uint8Array.from(bytes.subarray(start, end)), text };
    return text;
  }
}

/** A digest of a few of the bytes: what shares a place is told apart by comparing. */
function slotOf(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  const first = bytes[start] ?? 0;
  const early = bytes[start + (length >>> 2)] ?? 0;
  const inner = bytes[start + ((length * 5) >>> 3)] ?? 0;
  const last = bytes[end - 1] ?? 0;
  return (length * 1031 + first * 29 + early * 257 + inner * 11 + last * 83) % size;
}

function isSame(pooled: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (pooled.length !== end - start) return false;
  for (let index = 0; index < pooled.length; index += 1) if (pooled[index] !== bytes[start + index]) return false;
  return true;
}
