import { once } from 'node:events';
import type { Transform } from 'node:stream';
import { constants, createGunzip, createZstdDecompress, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { UnreadableInputError } from './unreadable-input-error.ts';
import { ZstdFrames } from './zstd-frames.ts';

export type Packing = 'gzip' | 'zstd' | 'bzip2';

const outputBytes = 1 << 20;
/** Gzip packs a thousandfold at the most, so this bounds what one part may become. */
const partBytes = 1 << 16;
/** Zstandard and bzip2 pack far more densely. */
const densePartBytes = 1 << 10;
/** So much of what was packed is kept, to get at what stands before a fault in it. */
const keptBytes = 16 * 1024 * 1024;
/** So much at once a sound block of bzip2 data does not become: it ends with 900,000 bytes for each. */
const mostAtOnceBytes = 256 * 1024 * 1024;

/**
 * What packed data holds, of data that is cut or damaged all that stands before the fault. The next part is unpacked while the
 * one before it is in use.
 *
 * @throws UnreadableInputError where the data is cut or damaged, or something else stands behind it, after all that could be
 *   unpacked.
 */
export function unpacked(packing: Packing, packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  switch (packing) {
    case 'gzip':
      return inflatedMembers(packed);
    case 'zstd':
      return inflatedFrames(packed);
    case 'bzip2':
      return bunzipped(packed);
  }
}

/** Node's stream ends with the first zero behind a member, without a word about the members behind what pads it. */
async function* inflatedMembers(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const members = new GzipMembers(packed);
  do yield* inflated(members.parts(), 'gzip', (part) => members.giveBack(part));
  while (await members.goesOn());
}

/** Packed data whose members may have zeros between them, as where it was written in blocks of a tape or of a disk. */
class GzipMembers {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(packed: AsyncIterable<Buffer>) {
    this.#chunks = packed[Symbol.asyncIterator]();
  }

  async *parts(): AsyncGenerator<Buffer> {
    while (await this.#hasMore()) {
      const part = this.#rest.subarray(0, partBytes);
      this.#rest = this.#rest.subarray(part.length);
      yield part;
    }
  }

  /** What comes again next: it was no part of the member. */
  giveBack(part: Buffer): void {
    this.#rest = Buffer.concat([part, this.#rest]);
  }

  /** Whether anything but zeros comes; they are passed over. */
  async goesOn(): Promise<boolean> {
    while (await this.#hasMore()) {
      const start = this.#rest.findIndex((byte) => byte !== 0);
      this.#rest = this.#rest.subarray(start < 0 ? this.#rest.length : start);
      if (start >= 0) return true;
    }
    return false;
  }

  async #hasMore(): Promise<boolean> {
    while (this.#rest.length === 0) {
      const next = await this.#chunks.next();
      if (next.done === true) return false;
      this.#rest = next.value;
    }
    return true;
  }
}

/** Node's stream ends with the first frame, without a word about those behind it. */
async function* inflatedFrames(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const frames = new ZstdFrames(packed);
  while (await frames.goesOn()) yield* inflated(frames.next(), 'zstd');
}

/** @param giveBack takes what stands behind the end of the data. */
async function* inflated(
  packed: AsyncIterable<Buffer>,
  packing: 'gzip' | 'zstd',
  giveBack: (part: Buffer) => void = () => {},
): AsyncGenerator<Buffer> {
  const inflater: Transform & { readonly bytesWritten: number } =
    packing === 'gzip' ? createGunzip({ chunkSize: outputBytes }) : createZstdDecompress({ chunkSize: outputBytes });
  const input = new KeptInput();
  let ready: Buffer[] = [];
  let given = 0;
  let failure: Error | undefined;
  let [written, last]: [number, Buffer] = [0, Buffer.alloc(0)];
  inflater.on('data', (part: Buffer) => ready.push(part));
  inflater.on('error', (error) => (failure = error));
  const over = Promise.race([once(inflater, 'end'), once(inflater, 'close')]).catch(() => {});
  function taken(): readonly Buffer[] {
    const parts = ready;
    ready = [];
    given += parts.reduce((sum, { length }) => sum + length, 0);
    return parts;
  }
  try {
    let unpacking: Promise<unknown> = Promise.resolve();
    for await (const part of inParts(packed, packing === 'gzip' ? partBytes : densePartBytes)) {
      await unpacking;
      if (failure !== undefined) break;
      if (inflater.readableEnded) {
        giveBack(part);
        break;
      }
      const parts = taken();
      input.keep(part);
      // Whoever reads files fills the same memory again.
      [written, last] = [written + part.length, Buffer.from(part)];
      unpacking = Promise.race([new Promise<void>((done) => inflater.write(part, () => done())), over]);
      yield* parts;
    }
    await unpacking;
    if (!inflater.destroyed) inflater.end();
    await over;
    yield* taken();
  } finally {
    inflater.destroy();
  }
  if (failure === undefined) {
    const behind = written - inflater.bytesWritten;
    if (behind > 0) giveBack(last.subarray(last.length - behind));
    return;
  }
  yield* input.beforeFault(packing, given);
  throw new UnreadableInputError(causeOf(failure, packing), { cause: failure });
}

/**
 * The beginning of packed data. A stream that meets a fault throws away what it had unpacked of the last part, so that is done
 * anew as far as it goes.
 */
class KeptInput {
  #parts: Buffer[] | null = [];
  #bytes = 0;

  keep(part: Buffer): void {
    this.#bytes += part.length;
    if (this.#bytes > keptBytes) this.#parts = null;
    else this.#parts?.push(Buffer.from(part));
  }

  /** What was unpacked before the fault and not given out yet; empty where there was too much to keep. */
  *beforeFault(packing: 'gzip' | 'zstd', given: number): Generator<Buffer> {
    if (this.#parts === null) return;
    const packed = Buffer.concat(this.#parts);
    const lastPart = this.#parts.at(-1)?.length ?? 0;
    let [sound, broken] = [Math.max(0, packed.length - 2 * lastPart), packed.length + 1];
    let text = unpackedUpTo(packing, packed, sound);
    while (broken - sound > 1) {
      const middle = (sound + broken) >>> 1;
      const more = unpackedUpTo(packing, packed, middle);
      if (more === null) broken = middle;
      else [sound, text] = [middle, more];
    }
    if (text !== null && text.length > given) yield text.subarray(given);
  }
}

/** What the first bytes of packed data become, as far as it goes; null where a fault is among them. */
function unpackedUpTo(packing: 'gzip' | 'zstd', packed: Buffer, end: number): Buffer | null {
  try {
    const part = packed.subarray(0, end);
    return packing === 'gzip'
      ? gunzipSync(part, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: mostAtOnceBytes })
      : zstdDecompressSync(part, { finishFlush: constants.ZSTD_e_flush, maxOutputLength: mostAtOnceBytes });
  } catch {
    return null;
  }
}

async function* bunzipped(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const { default: unbzip2 } = await import('unbzip2-stream');
  const stream = unbzip2();
  let ready: Buffer[] = [];
  let bytes = 0;
  let failure: Error | undefined;
  stream.on('data', (part: Buffer) => {
    bytes += part.length;
    if (bytes > mostAtOnceBytes) throw new UnreadableInputError(tooMuch);
    ready.push(part);
  });
  stream.on('error', (error: Error) => (failure ??= error));
  function taken(): readonly Buffer[] {
    const parts = ready;
    [ready, bytes] = [[], 0];
    return parts;
  }
  for await (const part of inParts(packed, densePartBytes)) {
    stream.write(part);
    yield* taken();
    if (failure !== undefined) break;
  }
  if (failure === undefined) stream.end();
  yield* taken();
  if (failure instanceof UnreadableInputError) throw failure;
  if (failure !== undefined) throw new UnreadableInputError(causeOf(failure, 'bzip2'), { cause: failure });
}

async function* inParts(packed: AsyncIterable<Buffer>, bytes: number): AsyncGenerator<Buffer> {
  for await (const chunk of packed)
    for (let at = 0; at < chunk.length; at += bytes) yield chunk.subarray(at, at + bytes);
}

/** Where an input unpacks to so much and to so many times its size, no log was packed. */
const bombBytes = 256 * 1024 * 1024;
const bombRatio = 200;
const tooMuch = `it unpacks to more than ${bombRatio} times its size: what could be unpacked before was read, and no more`;

/** Counts what an input unpacks to, in all its layers and members. */
export class UnpackedSize {
  #bytes = 0;
  readonly #packedBytes: () => number;

  /** @param packedBytes how large the input itself is, as far as known. */
  constructor(packedBytes: () => number) {
    this.#packedBytes = packedBytes;
  }

  /**
   * Hands chunks through.
   *
   * @throws UnreadableInputError where it comes to more than a log would.
   */
  async *bounded(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      this.#bytes += chunk.length;
      if (this.#bytes > bombBytes && this.#bytes > bombRatio * this.#packedBytes())
        throw new UnreadableInputError(tooMuch);
      yield chunk;
    }
  }
}

/** By zlib's error codes (https://www.zlib.net/manual.html): Z_BUF_ERROR, it would need more; else what it has is wrong. */
function causeOf(failure: Error, packing: Packing): string {
  const isCut =
    ('code' in failure && (failure.code === 'Z_BUF_ERROR' || failure.code === 'ZSTD_error_srcSize_wrong')) ||
    /ended prematurely|unexpected end/i.test(failure.message);
  const what = isCut
    ? `its ${packing} data is cut off: it ends in the middle`
    : `its ${packing} data is damaged, or something else stands behind it (${failure.message})`;
  return `${what}; what could be unpacked was read, fetch the file again for the rest`;
}
