import { randomBytes } from 'node:crypto';
import { chmod, open, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { TrailhoundError } from '../../model/trailhound-error.ts';
import { makeFolder } from '../files/make-folder.ts';

/** A 256-bit key of the payload codec and the name under which payloads refer to it. */
export interface CodecKey {
  /** Not secret; it stands beside each payload. */
  readonly id: string;
  /** 32 bytes. */
  readonly secret: Buffer;
}

/** All keys that decrypt; the first one encrypts. To rotate, put a new key before the others and restart. */
export type KeyRing = readonly [CodecKey, ...CodecKey[]];

/** The codec's key file is missing, readable by others, or malformed. */
export class CodecKeyError extends TrailhoundError {
  override readonly name = 'CodecKeyError';
  override readonly code = 'codec-key';
  constructor(message: string, remedy: string) {
    super(message, { remedy });
  }
}

const keyLine = /^(?<id>[A-Za-z0-9][A-Za-z0-9._-]{0,63}):(?<secret>[A-Za-z0-9+/]{43}=)$/;

const formatRemedy =
  'each line is `<key ID>:<32 bytes in base64>`, the first encrypts; make one by `echo "k1:$(openssl rand -base64 32)"`';

/**
 * Reads the lines of a key file: `<key ID>:<base64 of 32 bytes>`, blank lines and lines starting with `#` apart.
 * Messages name lines, never contents.
 * @throws CodecKeyError
 */
export function parseKeyRing(text: string, file: string): KeyRing {
  const keys = text.split(/\r?\n/).flatMap((line, index): CodecKey[] => {
    if (line.trim() === '' || line.startsWith('#')) return [];
    const { id, secret } = keyLine.exec(line.trim())?.groups ?? {};
    if (id === undefined || secret === undefined)
      throw new CodecKeyError(`${file}:${index + 1}: not a codec key`, formatRemedy);
    return [{ id, secret: Buffer.from(secret, 'base64') }];
  });
  const [first, ...others] = keys;
  if (first === undefined) throw new CodecKeyError(`${file} holds no codec key`, formatRemedy);
  const repeated = keys.find((key, index) => keys.findIndex((other) => other.id === key.id) !== index);
  if (repeated !== undefined)
    throw new CodecKeyError(`${file} has two keys named ${repeated.id}`, 'give each key an ID of its own');
  return [first, ...others];
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

/**
 * Loads the key ring from a file that only its owner may read.
 * @throws CodecKeyError
 */
export async function loadKeyRing(file: string): Promise<KeyRing> {
  try {
    const { mode } = await stat(file);
    if ((mode & 0o077) !== 0)
      throw new CodecKeyError(
        `${file} may be read by others (mode ${(mode & 0o777).toString(8)})`,
        `run \`chmod 600 ${file}\`; if someone else may have read it, rotate the key`,
      );
    return parseKeyRing(await readFile(file, 'utf8'), file);
  } catch (error) {
    if (error instanceof CodecKeyError) throw error;
    throw new CodecKeyError(
      `the codec key file ${file} cannot be read (${String(codeOf(error) ?? error)})`,
      'give the file that the payloads were encrypted with: without it what is in Temporal cannot be read; for a new installation make one by ' +
        `\`(umask 077; echo "k1:$(openssl rand -base64 32)" > ${file})\``,
    );
  }
}

/**
 * Makes a key file with one new key where there is none; an existing one is left as it is.
 * For one machine only: elsewhere the key is given, or each machine would write what the others cannot read.
 */
export async function createKeyFileIfMissing(file: string): Promise<'created' | 'present'> {
  await makeFolder(dirname(file));
  try {
    const handle = await open(file, 'wx', 0o600);
    try {
      await chmod(file, 0o600);
      await handle.writeFile(`k-${randomBytes(4).toString('hex')}:${randomBytes(32).toString('base64')}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    return 'created';
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return 'present';
    throw error;
  }
}
