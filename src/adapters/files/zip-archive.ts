import type { Readable } from 'node:stream';
import { fromBuffer, open as openFile, type Entry, type Options, type ZipFile } from 'yauzl';
import type { ArchiveMember } from './archive-member.ts';
import { UnreadableInputError } from './unreadable-input-error.ts';

/** An archive that does not lie in a file by itself is held in memory, for its directory stands at its end. */
const mostHeldBytes = 256 * 1024 * 1024;

/**
 * The files in a zip archive, as its directory lists them. Folders, and what macOS puts beside files, are left out.
 *
 * @param archive the path of a file, or the archive's bytes.
 * @throws UnreadableInputError where the archive is damaged.
 */
export async function* zipMembers(archive: string | AsyncIterable<Buffer>): AsyncGenerator<ArchiveMember> {
  const zip = await opened(archive);
  try {
    for (let entry = await nextEntry(zip); entry !== null; entry = await nextEntry(zip)) {
      const { fileName: name } = entry;
      const found = entry;
      if (!name.endsWith('/') && !name.startsWith('__MACOSX/')) yield { name, open: () => openMember(zip, found) };
    }
  } finally {
    zip.close();
  }
}

const options: Options = { lazyEntries: true, autoClose: false, validateEntrySizes: true, strictFileNames: false };

async function opened(archive: string | AsyncIterable<Buffer>): Promise<ZipFile> {
  const held = typeof archive === 'string' ? archive : await inMemory(archive);
  return new Promise((resolve, reject) => {
    function done(error: Error | null, zip: ZipFile): void {
      if (error === null || error === undefined) resolve(zip);
      else reject(damaged(error));
    }
    if (typeof held === 'string') openFile(held, options, done);
    else fromBuffer(held, options, done);
  });
}

async function inMemory(archive: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of archive) {
    bytes += chunk.length;
    if (bytes > mostHeldBytes) {
      const most = mostHeldBytes / 1024 / 1024;
      throw new UnreadableInputError(
        `nothing of it was read: it is a zip archive of more than ${most} MiB inside something else; name it as a file`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function nextEntry(zip: ZipFile): Promise<Entry | null> {
  return new Promise((resolve, reject) => {
    zip.removeAllListeners();
    zip.once('entry', (entry: Entry) => resolve(entry));
    zip.once('end', () => resolve(null));
    zip.on('error', (error: Error) => reject(damaged(error)));
    zip.readEntry();
  });
}

async function openMember(zip: ZipFile, entry: Entry): Promise<AsyncIterable<Buffer>> {
  if (entry.isEncrypted()) throw new UnreadableInputError('nothing of it was read: it is encrypted; unpack it first');
  const stream = await new Promise<Readable>((resolve, reject) => {
    zip.openReadStream(entry, (error, found) => {
      if (error === null || error === undefined) resolve(found);
      else reject(damaged(error));
    });
  });
  return read(stream);
}

async function* read(stream: Readable): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of stream) yield chunk as Buffer;
  } catch (error) {
    throw error instanceof UnreadableInputError ? error : damaged(error);
  }
}

function damaged(error: unknown): UnreadableInputError {
  const reason = error instanceof Error ? error.message : String(error);
  return new UnreadableInputError(
    `its zip data is damaged, or packed in a way that is not known here (${reason}); what could be unpacked was read`,
    { cause: error },
  );
}
