import { setImmediate as nextTurn } from 'node:timers/promises';
import { createTarDecoder, type ParsedTarEntry } from 'modern-tar';
import type { ArchiveMember } from './archive-member.ts';
import { UnreadableInputError } from './unreadable-input-error.ts';

/** Headers and what fills the members up come in blocks. */
const blockBytes = 512;

/**
 * The files in a tar archive, one after the other as it comes. Folders, links, and what macOS puts beside files are left out.
 *
 * @throws UnreadableInputError where the archive is damaged or breaks off, after all that stands before.
 */
export async function* tarMembers(archive: AsyncIterable<Buffer>): AsyncGenerator<ArchiveMember> {
  const { readable, writable } = createTarDecoder({ strict: true });
  const fed = feeding(archive, writable.getWriter());
  const members = readable.getReader();
  for (;;) {
    const { done, value: member } = await fed(members.read(), blockBytes);
    if (done) return;
    const { name, type } = member.header;
    if (type === 'file' && !/(?:^|\/)\._[^/]*$/.test(name))
      yield { name, open: () => Promise.resolve(contentOf(member, fed)) };
    if (!member.body.locked) await fed(member.body.cancel(), blockBytes);
  }
}

async function* contentOf({ header, body }: ParsedTarEntry, fed: Feeding): AsyncGenerator<Buffer> {
  const content = body.getReader();
  let left = header.size;
  try {
    for (;;) {
      const { done, value } = await fed(content.read(), Math.max(left, blockBytes));
      if (done) return;
      left -= value.length;
      yield Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    }
  } finally {
    await content.cancel().catch(() => undefined);
  }
}

/** Waits for what comes out, putting in what it takes, so many bytes at most at once. */
type Feeding = <T>(wanted: Promise<T>, mostBytes: number) => Promise<T>;

/** What the decoder holds is lost when it fails, so it gets no more than what somebody waits for. */
function feeding(archive: AsyncIterable<Buffer>, decoder: WritableStreamDefaultWriter<Uint8Array>): Feeding {
  const chunks = archive[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);
  let isOver = false;
  async function feed(mostBytes: number): Promise<void> {
    while (rest.length === 0 && !isOver) {
      const { done = false, value } = await chunks.next();
      isOver = done;
      if (!done) rest = value;
    }
    const part = rest.subarray(0, mostBytes);
    rest = rest.subarray(part.length);
    // Whoever waits is told of its failure.
    (isOver ? decoder.close() : decoder.write(part)).catch(() => undefined);
  }
  return async (wanted, mostBytes) => {
    const state = { isSettled: false };
    function settle(): void {
      state.isSettled = true;
    }
    const settled = wanted.then(settle, settle);
    for (await nextTurn(); !state.isSettled && !isOver; await nextTurn()) await feed(mostBytes);
    await settled;
    return wanted.catch(damaged);
  };
}

function damaged(error: unknown): never {
  const reason = error instanceof Error ? error.message : String(error);
  const problem = /truncated/i.test(reason)
    ? 'cut off: it ends in the middle; what could be unpacked was read, fetch the file again for the rest'
    : `damaged (${reason}); what stands before was read`;
  throw new UnreadableInputError(`its tar data is ${problem}`, { cause: error });
}
