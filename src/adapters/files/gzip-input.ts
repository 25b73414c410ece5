import { once } from 'node:events';
import { createGunzip } from 'node:zlib';

/** An input that cannot be read to its end, or not at all; the message says why and what to do. */
export class UnreadableInputError extends Error {
  override readonly name = 'UnreadableInputError';
}

const outputBytes = 1 << 20;
/** Gzip packs a thousandfold at the most, so this bounds what one part may become. */
const partBytes = 1 << 16;

/** By its first two bytes (RFC 1952, 2.3.1). */
export function isGzip(start: Uint8Array): boolean {
  return start[0] === 0x1f && start[1] === 0x8b;
}

/**
 * Whether an input that is no gzip was meant to be: by its name, where it does not begin as JSON does. JSON that only
 * kept its name when it was unpacked is read as it is.
 */
export function isBrokenGzip(path: string, start: Uint8Array): boolean {
  return path.endsWith('.gz') && start.length > 0 && !isGzip(start) && !/^\uFEFF?\s*[[{]/.test(textOf(start));
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

/** So many first bytes tell what an input is. */
export const tellingBytes = 64;

export function brokenGzipError(): UnreadableInputError {
  return new UnreadableInputError(
    'nothing of it was read: its name ends in .gz, but it is neither gzip nor JSON; fetch it again, or unpack it by what made it',
  );
}

/**
 * What gzip data holds, of data that is cut or damaged all that stands before the fault. The next part is unpacked while the
 * one before it is in use.
 *
 * @throws UnreadableInputError where the data is cut or damaged, after all that could be unpacked.
 */
export async function* gunzipped(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: outputBytes });
  let unpacked: Buffer[] = [];
  let failure: Error | undefined;
  gunzip.on('data', (part: Buffer) => unpacked.push(part));
  gunzip.on('error', (error) => (failure = error));
  const over = Promise.race([once(gunzip, 'end'), once(gunzip, 'close')]).catch(() => {});
  const taken = (): readonly Buffer[] => {
    const parts = unpacked;
    unpacked = [];
    return parts;
  };
  try {
    let unpacking: Promise<unknown> = Promise.resolve();
    for await (const part of inParts(packed)) {
      await unpacking;
      const ready = taken();
      if (failure !== undefined || gunzip.readableEnded) break;
      unpacking = Promise.race([new Promise<void>((done) => gunzip.write(part, () => done())), over]);
      yield* ready;
    }
    await unpacking;
    if (!gunzip.destroyed) gunzip.end();
    await over;
    yield* taken();
  } finally {
    gunzip.destroy();
  }
  if (failure !== undefined) throw new UnreadableInputError(causeOf(failure), { cause: failure });
}

async function* inParts(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const chunk of packed)
    for (let at = 0; at < chunk.length; at += partBytes) yield chunk.subarray(at, at + partBytes);
}

/** By zlib's error codes (https://www.zlib.net/manual.html): Z_BUF_ERROR, it would need more; else what it has is wrong. */
function causeOf(failure: Error): string {
  const isCut = 'code' in failure && failure.code === 'Z_BUF_ERROR';
  const what = isCut
    ? 'its gzip data is cut off: it ends in the middle'
    : `its gzip data is damaged (${failure.message})`;
  return `${what}; what could be unpacked was read, fetch the file again for the rest`;
}
