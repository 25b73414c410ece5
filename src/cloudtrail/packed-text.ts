import { gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib';

/** What one packed text may become. */
const mostUnpackedBytes = 64 * 1024 * 1024;
/** So many first characters tell what is packed, also where it is packed several times over. */
const tellingCharacters = 1024;
/** Shorter texts hold no record. */
const leastCharacters = 24;
/** What is packed in base64 so many times over still has its beginning told. */
const mostTimes = 8;

type Packed = 'text' | 'base64' | 'gzip' | 'zlib' | 'zstd';

/**
 * What a text holds that is JSON, or gzip, zlib or Zstandard data of it, in base64 (also that of URLs, over several lines, or in
 * a data URL), or JSON as a URL has it. One layer is taken off; undefined where there is none.
 */
export function unpackedText(text: string): string | undefined {
  if (/^\s*%(?:7B|5B)/i.test(text)) return fromUrl(text);
  const base64 = text.replace(/^\s*data:[\w/+.;=-]{0,80};base64,/, '');
  const packed = packedIn(base64.slice(0, tellingCharacters), mostTimes);
  return packed === undefined || !/^[\w+/=\s-]+$/.test(base64)
    ? undefined
    : unpacked(packed, Buffer.from(base64, 'base64'));
}

/** What base64 begins with; undefined where it is none, or of something that is no JSON however far it is unpacked. */
export function packedIn(start: string, times: number = mostTimes): Packed | undefined {
  if (times === 0 || start.trim().length < leastCharacters || !/^\s*[\w+/-]{8,}/.test(start)) return undefined;
  const plain = Buffer.from(start.replace(/[^\w+/=\s-][^]*$/, ''), 'base64');
  if (plain[0] === 0x1f && plain[1] === 0x8b) return 'gzip';
  if (plain[0] === 0x78 && [0x01, 0x5e, 0x9c, 0xda].includes(plain[1] ?? 0) && plain[2] !== 0x22) return 'zlib';
  if (plain.readUInt32LE(0) === 0xfd2fb528) return 'zstd';
  const text = plain.toString('utf8');
  if (/^\uFEFF?\s*(?:\{\s*["}]|\[\s*["{[\]]|"\s*(?:[{[]|\\"))/.test(text)) return 'text';
  return packedIn(text, times - 1) === undefined ? undefined : 'base64';
}

function unpacked(packed: Packed, bytes: Buffer): string | undefined {
  const bounds = { maxOutputLength: mostUnpackedBytes };
  try {
    switch (packed) {
      case 'gzip':
        return gunzipSync(bytes, bounds).toString('utf8');
      case 'zlib':
        return inflateSync(bytes, bounds).toString('utf8');
      case 'zstd':
        return zstdDecompressSync(bytes, bounds).toString('utf8');
      case 'text':
      case 'base64':
        return bytes.toString('utf8');
    }
  } catch {
    return undefined;
  }
}

function fromUrl(text: string): string | undefined {
  try {
    return decodeURIComponent(text.trim());
  } catch {
    return undefined;
  }
}

/** The text whose bytes a list names, as Node writes a Buffer and journald a long field; undefined where it is another list. */
export function textOfBytes(list: readonly unknown[]): string | undefined {
  return list.length >= leastCharacters && list.every(isByte) ? Buffer.from(list).toString('utf8') : undefined;
}

function isByte(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 256;
}
