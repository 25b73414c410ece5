const magic = 0xfd2fb528;
const magicBytes = 4;
const blockHeaderBytes = 3;
const checksumBytes = 4;

/**
 * Zstandard data cut into its frames (RFC 8878, section 3.1.1), of which `zstd -c a b`, `pzstd` and joined files make several. Frames that
 * are to be skipped are left out. What is no frame is handed on as one, for whoever unpacks it to refuse.
 */
export class ZstdFrames {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(packed: AsyncIterable<Buffer>) {
    this.#chunks = packed[Symbol.asyncIterator]();
  }

  /** Whether anything comes; frames that are to be skipped are passed over. */
  async goesOn(): Promise<boolean> {
    for (;;) {
      const start = await this.#peek(2 * magicBytes);
      if (start.length < 2 * magicBytes || (start.readUInt32LE(0) & 0xfffffff0) >>> 0 !== 0x184d2a50)
        return start.length > 0;
      for await (const _part of this.#take(2 * magicBytes + start.readUInt32LE(magicBytes)));
    }
  }

  /** The frame that comes now. */
  async *next(): AsyncGenerator<Buffer> {
    const start = await this.#peek(magicBytes + 1);
    if (start.length <= magicBytes || start.readUInt32LE(0) !== magic) {
      yield* this.#take(Number.POSITIVE_INFINITY);
      return;
    }
    const descriptor = start[magicBytes] ?? 0;
    yield* this.#take(magicBytes + 1 + headerBytes(descriptor));
    for (let isLast = false; !isLast;) {
      const head = await this.#peek(blockHeaderBytes);
      if (head.length < blockHeaderBytes) break;
      const block = head.readUIntLE(0, blockHeaderBytes);
      isLast = (block & 1) === 1;
      const isRepeated = ((block >>> 1) & 3) === 1;
      yield* this.#take(blockHeaderBytes + (isRepeated ? 1 : block >>> 3));
    }
    if ((descriptor & 4) !== 0) yield* this.#take(checksumBytes);
  }

  /** So many bytes that come, or all there are, which stay. */
  async #peek(bytes: number): Promise<Buffer> {
    while (this.#rest.length < bytes) {
      const next = await this.#chunks.next();
      if (next.done === true) break;
      this.#rest = Buffer.concat([this.#rest, next.value]);
    }
    return this.#rest.subarray(0, bytes);
  }

  async *#take(bytes: number): AsyncGenerator<Buffer> {
    for (let left = bytes; left > 0 && (await this.#peek(1)).length > 0;) {
      const part = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(part.length);
      left -= part.length;
      yield part;
    }
  }
}

/** Behind the descriptor: the window, the dictionary's ID, and the size of the content. */
function headerBytes(descriptor: number): number {
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const sizeFlag = descriptor >>> 6;
  const size = sizeFlag === 0 ? (isSingleSegment ? 1 : 0) : 2 ** sizeFlag;
  const dictionary = [0, 1, 2, 4][descriptor & 3] ?? 0;
  return (isSingleSegment ? 0 : 1) + dictionary + size;
}
