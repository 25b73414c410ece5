import { createReadStream } from 'node:fs';
import type { OtherFormName } from '../../cloudtrail/other-form.ts';
import { inputKindOf, sniffedBytes, type InputKind } from './input-kind.ts';
import type { InputSource } from './input-paths.ts';
import type { ArchiveMember } from './archive-member.ts';
import { UnpackedSize, unpacked } from './unpack.ts';
import { UnreadableInputError } from './unreadable-input-error.ts';

/** What an input holds, or one of the files that an archive holds. */
export type InputContent =
  | TextContent<'json'>
  | TextContent<'csv'>
  | { readonly kind: 'other'; readonly member: string | undefined; readonly form: OtherFormName }
  | { readonly kind: 'unreadable'; readonly member: string | undefined; readonly error: unknown };

interface TextContent<Kind extends string> {
  readonly kind: Kind;
  /** `a.json` in `logs.zip`; undefined for the input itself. */
  readonly member: string | undefined;
  /** UTF-8. Throws UnreadableInputError where it cannot be read on, after all that could be read. */
  readonly chunks: AsyncIterable<Buffer>;
}

const chunkBytes = 1 << 20;
/** Archives in archives, and packed files in packed files. */
const mostLayers = 4;

/**
 * What an input holds, unpacked and in UTF-8, whatever its name: gzip, Zstandard, bzip2 and zip, in one another, are unpacked, and
 * UTF-16 is read. Each content has to be read before the next is asked for.
 *
 * @param onBytes told how much of the input was read, in bytes as they lie there, for progress.
 */
export async function* inputContents(
  source: InputSource,
  onBytes: (bytes: number) => void,
): AsyncGenerator<InputContent> {
  let read = 0;
  const chunks = counted(source.kind === 'stdin' ? process.stdin : streamOf(source), (bytes) => {
    read += bytes;
    onBytes(bytes);
  });
  const size = new UnpackedSize(() => Math.max(read, source.kind === 'file' ? source.bytes : 0));
  const path = source.kind === 'file' && source.part === undefined ? source.path : undefined;
  yield* contentsOf({ name: path ?? '', file: path, member: undefined, chunks }, size, 0);
}

interface Layer {
  /** By which what was meant to be packed is told. */
  readonly name: string;
  /** Where it lies by itself, for readers that need to go back and forth in it. */
  readonly file: string | undefined;
  readonly member: string | undefined;
  readonly chunks: AsyncIterable<Buffer>;
}

async function* contentsOf(layer: Layer, size: UnpackedSize, depth: number): AsyncGenerator<InputContent> {
  const { name, member } = layer;
  const { start, all } = await sniffed(layer.chunks);
  const kind = inputKindOf(start);
  if (depth >= mostLayers && kind.kind !== 'json' && kind.kind !== 'csv') {
    yield unreadable(member, `it is packed more than ${mostLayers} times over: unpack it first`);
    return;
  }
  switch (kind.kind) {
    case 'json':
    case 'csv':
      if (isWronglyNamed(name, kind, start)) yield unreadable(member, wronglyNamed(name));
      else yield { kind: kind.kind, member, chunks: all };
      return;
    case 'other':
      // What cannot be read at all says so when it is read.
      if (kind.form === 'empty') yield* emptyOrFailing(member, all);
      else if (isWronglyNamed(name, kind, start)) yield unreadable(member, wronglyNamed(name));
      else yield { kind: 'other', member, form: kind.form };
      return;
    case 'utf-16':
      yield* contentsOf({ ...layer, file: undefined, chunks: inUtf8(all, kind.encoding) }, size, depth + 1);
      return;
    case 'base64':
      yield* contentsOf({ ...layer, file: undefined, chunks: size.bounded(fromBase64(all)) }, size, depth + 1);
      return;
    case 'zip':
    case 'tar':
      yield* archiveContents(kind.kind, layer, all, size, depth);
      return;
    default: {
      const chunks = size.bounded(unpacked(kind.kind, all));
      const inner = name.replace(/\.(?:gz|zst|zstd|bz2)$/i, '');
      yield* contentsOf({ name: inner, file: undefined, member, chunks }, size, depth + 1);
    }
  }
}

async function* archiveContents(
  kind: 'zip' | 'tar',
  { file, member }: Layer,
  all: AsyncIterable<Buffer>,
  size: UnpackedSize,
  depth: number,
): AsyncGenerator<InputContent> {
  let isEmpty = true;
  try {
    for await (const { name, open } of await membersOf(kind, file, all)) {
      isEmpty = false;
      const inner = member === undefined ? name : `${member}!/${name}`;
      let chunks: AsyncIterable<Buffer>;
      try {
        chunks = size.bounded(await open());
      } catch (error) {
        yield { kind: 'unreadable', member: inner, error };
        continue;
      }
      yield* contentsOf({ name, file: undefined, member: inner, chunks }, size, depth + 1);
    }
    if (isEmpty) yield { kind: 'other', member, form: 'empty' };
  } catch (error) {
    yield { kind: 'unreadable', member, error };
  }
}

/** The readers are loaded where they are needed: few inputs are archives. */
async function membersOf(
  kind: 'zip' | 'tar',
  file: string | undefined,
  all: AsyncIterable<Buffer>,
): Promise<AsyncIterable<ArchiveMember>> {
  if (kind === 'tar') return (await import('./tar-archive.ts')).tarMembers(all);
  return (await import('./zip-archive.ts')).zipMembers(file ?? all);
}

function unreadable(member: string | undefined, problem: string): InputContent {
  return { kind: 'unreadable', member, error: new UnreadableInputError(problem) };
}

async function* emptyOrFailing(member: string | undefined, all: AsyncIterable<Buffer>): AsyncGenerator<InputContent> {
  try {
    for await (const _chunk of all);
  } catch (error) {
    yield { kind: 'unreadable', member, error };
    return;
  }
  yield { kind: 'other', member, form: 'empty' };
}

/** A name that promises packed data, where there is neither that nor JSON that only kept its name when it was unpacked. */
function isWronglyNamed(name: string, { kind }: InputKind, start: Buffer): boolean {
  return (
    /\.(?:gz|tgz|zst|zstd|bz2|zip)$/i.test(name) &&
    start.length > 0 &&
    !(kind === 'json' && /^\uFEFF?\s*[[{]/.test(start.toString('utf8')))
  );
}

function wronglyNamed(name: string): string {
  const [ending = ''] = /\.\w+$/.exec(name) ?? [];
  const what = /gz$/i.test(ending) ? 'gzip' : ending.slice(1);
  return `nothing of it was read: its name ends in ${ending}, but it is neither ${what} nor JSON; fetch it again, or unpack it by what made it`;
}

function streamOf({ path, part }: InputSource & { kind: 'file' }): AsyncIterable<unknown> {
  const range = part === undefined ? {} : { start: part.start, end: part.end - 1 };
  return createReadStream(path, { highWaterMark: chunkBytes, ...range });
}

async function* counted(stream: AsyncIterable<unknown>, onBytes: (bytes: number) => void): AsyncGenerator<Buffer> {
  for await (const chunk of stream) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    onBytes(bytes.length);
    yield bytes;
  }
}

/** The beginning of what comes in chunks, and all of it; what fails, fails behind what came before. */
async function sniffed(
  chunks: AsyncIterable<Buffer>,
): Promise<{ readonly start: Buffer; readonly all: AsyncGenerator<Buffer> }> {
  const rest = chunks[Symbol.asyncIterator]();
  const first: Buffer[] = [];
  let bytes = 0;
  let failure: unknown;
  try {
    while (bytes < sniffedBytes) {
      const next = await rest.next();
      if (next.done === true) break;
      first.push(next.value);
      bytes += next.value.length;
    }
  } catch (error) {
    failure = error;
  }
  async function* all(): AsyncGenerator<Buffer> {
    try {
      yield* first;
      if (failure !== undefined) throw failure;
      for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
    } finally {
      await rest.return?.();
    }
  }
  return { start: Buffer.concat(first).subarray(0, sniffedBytes), all: all() };
}

/** Also where several were joined, each with its padding. */
async function* fromBase64(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest = '';
  for await (const chunk of chunks) {
    const text = rest + chunk.toString('latin1').replaceAll(/\s/g, '');
    const whole = text.length - (text.length % 4);
    rest = text.slice(whole);
    yield decoded(text.slice(0, whole));
  }
  yield decoded(rest);
}

function decoded(base64: string): Buffer {
  return Buffer.concat((base64.match(/[^=]+={0,2}/g) ?? []).map((each) => Buffer.from(each, 'base64')));
}

async function* inUtf8(chunks: AsyncIterable<Buffer>, encoding: 'utf-16le' | 'utf-16be'): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of chunks) yield Buffer.from(decoder.decode(chunk, { stream: true }));
  yield Buffer.from(decoder.decode());
}
