import type { ArchiveMember } from './archive-member.ts';
import { UnreadableInputError } from './unreadable-input-error.ts';

const blockBytes = 512;
/** A name that is longer is no name. */
const mostNameBytes = 1 << 16;

/** What a header says (POSIX.1-2024, pax Interchange Format; GNU tar's manual, "Basic Tar Format"). */
interface Header {
  readonly name: string;
  readonly bytes: number;
  readonly type: string;
}

/**
 * The files in a tar archive, one after the other as it comes. Folders, links, and what macOS puts beside files are left out.
 *
 * @throws UnreadableInputError where the archive is damaged or breaks off, after all members before.
 */
export async function* tarMembers(archive: AsyncIterable<Buffer>): AsyncGenerator<ArchiveMember> {
  const source = new Blocks(archive);
  let name: string | undefined;
  for (let header = await nextHeader(source); header !== null; header = await nextHeader(source)) {
    const content = source.content(header.bytes);
    if (header.type === 'L') name = textUpToZero(await held(content));
    else if (header.type === 'x') name = paxPath(await held(content)) ?? name;
    else {
      const found = name ?? header.name;
      name = undefined;
      if (isFile(header) && !/(?:^|\/)\._[^/]*$/.test(found))
        yield { name: found, open: () => Promise.resolve(content) };
    }
    await source.skip();
  }
}

function isFile({ type }: Header): boolean {
  return type === '0' || type === '\0' || type === '7';
}

async function nextHeader(source: Blocks): Promise<Header | null> {
  const block = await source.block();
  // Two blocks of zeros are its end; archives that were cut behind their last member have none.
  if (block === null || block.every((byte) => byte === 0)) return null;
  const sum = numberAt(block, 148, 8);
  const written = block.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 0x20 : byte), 0);
  if (sum !== written) throw new UnreadableInputError('its tar data is damaged; what stands before was read');
  const isPosix = block.toString('latin1', 257, 263) === 'ustar\0';
  const prefix = isPosix ? textUpToZero(block.subarray(345, 500)) : '';
  const name = textUpToZero(block.subarray(0, 100));
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    bytes: numberAt(block, 124, 12),
    type: block.toString('latin1', 156, 157),
  };
}

/** Octal digits, or, for what has too many of them, the bytes of the number behind a first one of 0x80. */
function numberAt(block: Buffer, at: number, bytes: number): number {
  if (block[at] === 0x80) return block.readUIntBE(at + bytes - 6, 6);
  return Number.parseInt(block.toString('latin1', at, at + bytes).trim(), 8) || 0;
}

function textUpToZero(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.toString('utf8', 0, end < 0 ? bytes.length : end);
}

/** `30 path=AWSLogs/...`, one a line. */
function paxPath(header: Buffer): string | undefined {
  return /^\d+ path=(.*)$/m.exec(header.toString('utf8'))?.[1];
}

async function held(content: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of content) {
    bytes += part.length;
    if (bytes > mostNameBytes) throw new UnreadableInputError('its tar data is damaged; what stands before was read');
    parts.push(part);
  }
  return Buffer.concat(parts);
}

class Blocks {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);
  /** Of the member that is open: its content, and what fills its last block. */
  #open = 0;
  #filling = 0;

  constructor(archive: AsyncIterable<Buffer>) {
    this.#chunks = archive[Symbol.asyncIterator]();
  }

  /** The next block, of zeros where there are fewer bytes; null at the end. */
  async block(): Promise<Buffer | null> {
    while (this.#rest.length < blockBytes && (await this.#more()));
    const block = this.#rest.subarray(0, blockBytes);
    this.#rest = this.#rest.subarray(block.length);
    if (block.length > 0 && block.length < blockBytes) throw brokenOff();
    return block.length === 0 ? null : block;
  }

  /** The content of the member whose header came last. */
  content(bytes: number): AsyncIterable<Buffer> {
    this.#open = bytes;
    this.#filling = (blockBytes - (bytes % blockBytes)) % blockBytes;
    return this.#read();
  }

  /** Goes on behind the content of the member, whether it was read or not. */
  async skip(): Promise<void> {
    for await (const _part of this.#read());
    this.#open = this.#filling;
    this.#filling = 0;
    for await (const _part of this.#read());
  }

  async *#read(): AsyncGenerator<Buffer> {
    while (this.#open > 0) {
      if (this.#rest.length === 0 && !(await this.#more())) throw brokenOff();
      const part = this.#rest.subarray(0, this.#open);
      this.#rest = this.#rest.subarray(part.length);
      this.#open -= part.length;
      yield part;
    }
  }

  async #more(): Promise<boolean> {
    const next = await this.#chunks.next();
    if (next.done === true) return false;
    this.#rest = this.#rest.length === 0 ? next.value : Buffer.concat([this.#rest, next.value]);
    return true;
  }
}

function brokenOff(): UnreadableInputError {
  return new UnreadableInputError(
    'its tar data is cut off: it ends in the middle; what could be unpacked was read, fetch the file again for the rest',
  );
}
