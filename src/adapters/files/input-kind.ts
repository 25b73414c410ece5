import type { OtherFormName } from '../../cloudtrail/other-form.ts';
import { packedIn } from '../../cloudtrail/packed-text.ts';

/** What an input is, by its first bytes; its name tells nothing for sure. */
export type InputKind =
  | { readonly kind: 'json' | 'csv' | 'gzip' | 'zstd' | 'bzip2' | 'zip' | 'tar' | 'base64' }
  | { readonly kind: 'utf-16'; readonly encoding: 'utf-16le' | 'utf-16be' }
  | { readonly kind: 'other'; readonly form: OtherFormName };

/** So many first bytes tell whether an input is plain JSON. */
export const tellingBytes = 4096;
/** So many tell everything else. */
export const sniffedBytes = 64 * 1024;

/** By their first bytes: RFC 1952, RFC 8878, bzip2's and PKWARE's documentation. */
const packings: readonly (readonly [InputKind, readonly number[]])[] = [
  [{ kind: 'gzip' }, [0x1f, 0x8b]],
  [{ kind: 'zstd' }, [0x28, 0xb5, 0x2f, 0xfd]],
  // What pzstd begins with: a frame that is to be skipped.
  [{ kind: 'zstd' }, [0x50, 0x2a, 0x4d, 0x18]],
  [{ kind: 'bzip2' }, [0x42, 0x5a, 0x68]],
  [{ kind: 'zip' }, [0x50, 0x4b, 0x03, 0x04]],
  [{ kind: 'zip' }, [0x50, 0x4b, 0x05, 0x06]],
  [{ kind: 'other', form: 'parquet' }, [0x50, 0x41, 0x52, 0x31]],
  [{ kind: 'other', form: 'columnar' }, [0x4f, 0x62, 0x6a, 0x01]],
  [{ kind: 'other', form: 'columnar' }, [0x4f, 0x52, 0x43]],
  [{ kind: 'other', form: 'packed' }, [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  [{ kind: 'other', form: 'packed' }, [0x37, 0x7a, 0xbc, 0xaf]],
  [{ kind: 'other', form: 'packed' }, [0x04, 0x22, 0x4d, 0x18]],
  [{ kind: 'other', form: 'packed' }, [0xff, 0x06, 0x00, 0x00, 0x73]],
  [{ kind: 'other', form: 'packed' }, [0x52, 0x61, 0x72, 0x21]],
  // zlib's data by itself (RFC 1950), as few tools write it.
  [{ kind: 'other', form: 'packed' }, [0x78, 0x01]],
  [{ kind: 'other', form: 'packed' }, [0x78, 0x9c]],
  [{ kind: 'other', form: 'packed' }, [0x78, 0xda]],
];

const utf16Marks: readonly (readonly ['utf-16le' | 'utf-16be', readonly number[]])[] = [
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

/** So many first characters tell UTF-16 that has no mark. */
const tellingCharacters = 4;

/** Columns of exports that hold events, or whole records. */
const knownColumn =
  /^(?:event ?(?:id|name|time|source|json)|event_?json|cloudtrailevent|_raw|@?message|raw_data|body|class_uid)$/i;

/** Whether an input is JSON from its first character on, which nearly all are. */
export function isPlainJson(start: Buffer): boolean {
  let at = start[0] === 0xef && start[1] === 0xbb && start[2] === 0xbf ? 3 : 0;
  while (isSpace(start[at])) at += 1;
  return (start[at] === 0x7b || start[at] === 0x5b) && start[at + 1] !== 0;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/**
 * What an input is.
 *
 * @param start its first {@link sniffedBytes}, or all of it.
 */
export function inputKindOf(start: Buffer): InputKind {
  const encoding = utf16Of(start);
  if (encoding !== undefined) return { kind: 'utf-16', encoding };
  if (isPlainJson(start)) return { kind: 'json' };
  return packings.find(([, bytes]) => beginsWith(start, bytes))?.[0] ?? textKindOf(start);
}

/** Without a mark, plain characters have a zero byte beside each. */
function utf16Of(start: Buffer): 'utf-16le' | 'utf-16be' | undefined {
  const marked = utf16Marks.find(([, bytes]) => beginsWith(start, bytes));
  if (marked !== undefined) return marked[0];
  const first = [...start.subarray(0, 2 * tellingCharacters)];
  function isPlainText(plainAt: 0 | 1): boolean {
    return first.length > 1 && first.every((byte, at) => (at % 2 === plainAt ? isPrintable(byte) : byte === 0));
  }
  return isPlainText(0) ? 'utf-16le' : isPlainText(1) ? 'utf-16be' : undefined;
}

function isPrintable(byte: number): boolean {
  return isSpace(byte) || (byte > 0x20 && byte < 0x7f);
}

function beginsWith(start: Buffer, bytes: readonly number[]): boolean {
  return start.length >= bytes.length && bytes.every((byte, index) => start[index] === byte);
}

function textKindOf(start: Buffer): InputKind {
  if (start.toString('latin1', 257, 262) === 'ustar') return { kind: 'tar' };
  const text = start.toString('utf8').replace(/^\uFEFF/, '');
  if (text.trim() === '') return { kind: 'other', form: start.includes(0) ? 'binary' : 'empty' };
  if (start.includes(0)) return { kind: 'other', form: 'binary' };
  if (isBase64(text)) return { kind: 'base64' };
  const [firstLine = ''] = withoutTypeLine(text.trimStart()).split('\n');
  if (isCsvHead(firstLine) || csvCellOfJson.test(text)) return { kind: 'csv' };
  if (yamlStart.test(text) || (yamlOfItem.test(text) && !text.includes('{"'))) return { kind: 'other', form: 'yaml' };
  if (/^\s*(?:-{10,}\s*\n\||\+-[-+]+\+\s*\n\|)/.test(text)) return { kind: 'other', form: 'table' };
  if (/\b(?:CEF:\d|LEEF:\d\.\d)\|/.test(firstLine)) return { kind: 'other', form: 'cef-lines' };
  if (/^\s*<(?:[?!]|\w)[^]*>\s*$/.test(text) && !text.includes('{"')) return { kind: 'other', form: 'markup' };
  // Lines of other text may stand before JSON, and JSON behind the head of a line of a log.
  if (/[{[]|^\s*"/.test(text)) return { kind: 'json' };
  return { kind: 'other', form: firstLine.includes(',') && !/\s\w+\s/.test(firstLine) ? 'csv' : 'text' };
}

const yamlStart = /^\s*(?:---\s*\n)?(?:Events|Records|events|logEvents|QueryResultRows):\s*\n/;
const yamlOfItem =
  /^\s*(?:---\s*\n)?(?:- )?(?:AccessKeyId|CloudTrailEvent|EventId|EventName|eventID|eventName|eventTime|eventVersion|userIdentity):(?: |\r?\n)/;

/** Lines of base64 and nothing else, of something that records may be in. */
function isBase64(text: string): boolean {
  return /^[\w+/\s-]+(?:=[\w+/=\s-]*)?$/.test(text) && packedIn(text.replaceAll(/\s/g, '')) !== undefined;
}

/** PowerShell's Export-Csv writes a line about types before the columns. */
function withoutTypeLine(text: string): string {
  return text.replace(/^#TYPE [^\n]*\n/, '');
}

/** JSON in a cell has its quotes doubled, which no JSON has. */
const csvCellOfJson = /(?:^|[,;\t])"\s{0,8}[{[]\s{0,8}\{?\s{0,8}""/m;

function isCsvHead(line: string): boolean {
  if (/[{}]|^\s*\[/.test(line)) return false;
  // Quoted cells beside one another are columns, and no texts of JSON.
  if (/^"[^"]*"(?:[,;\t]"[^"]*")+\s*$/.test(line)) return true;
  return line.split(/[,;\t]/).some((cell) => knownColumn.test(cell.trim().replaceAll(/^"|"$/g, '')));
}
