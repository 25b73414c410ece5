import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { METADATA_ENCODING_KEY, type DataConverter, type Payload, type PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';
import type { CodecKey, KeyRing } from './codec-keys.ts';
import { failureConverterPath } from './failure-converter-path.ts';

const PayloadMessage = proto.temporal.api.common.v1.Payload;

/** A payload that this key ring cannot decrypt. The message tells nothing of its content. */
export class PayloadDecryptionError extends Error {
  override readonly name = 'PayloadDecryptionError';
  readonly remedy: string;
  constructor(message: string, remedy: string) {
    super(message);
    this.remedy = remedy;
  }
}

const encoding = 'binary/trailhound-aes-256-gcm';
const keyIdField = 'trailhound-key-id';

const saltBytes = 16;
const nonceBytes = 12;
const tagBytes = 16;

/**
 * Each payload has a key of its own, derived (RFC 5869) from the ring's key and a random salt: random 96-bit nonces under one
 * key are safe for 2^32 messages only (NIST SP 800-38D, 8.3), which polling would use up in some months.
 */
const messageKey = (key: CodecKey, salt: Buffer): Buffer =>
  Buffer.from(hkdfSync('sha256', key.secret, salt, `${encoding}:${key.id}`, 32));

/** Salt, nonce, ciphertext, tag. */
const encrypt = (key: CodecKey, plaintext: Uint8Array): Buffer => {
  const salt = randomBytes(saltBytes);
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', messageKey(key, salt), nonce);
  const ciphertext = [cipher.update(plaintext), cipher.final()];
  return Buffer.concat([salt, nonce, ...ciphertext, cipher.getAuthTag()]);
};

const decrypt = (key: CodecKey, sealed: Buffer): Buffer => {
  const salt = sealed.subarray(0, saltBytes);
  const nonce = sealed.subarray(saltBytes, saltBytes + nonceBytes);
  const ciphertext = sealed.subarray(saltBytes + nonceBytes, -tagBytes);
  const decipher = createDecipheriv('aes-256-gcm', messageKey(key, salt), nonce, { authTagLength: tagBytes });
  decipher.setAuthTag(sealed.subarray(-tagBytes));
  return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
};

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (value: Uint8Array | null | undefined): string => new TextDecoder().decode(value ?? new Uint8Array());

const decodePayload = (ring: KeyRing, payload: Payload): Payload => {
  // Written without the codec, for example by the `temporal` command; whoever trusts its content has to check that itself.
  if (text(payload.metadata?.[METADATA_ENCODING_KEY]) !== encoding) return payload;
  const id = text(payload.metadata?.[keyIdField]);
  const key = ring.find((each) => each.id === id);
  if (key === undefined)
    throw new PayloadDecryptionError(
      `a payload was encrypted with codec key ${JSON.stringify(id.slice(0, 64))}, which is not in the key ring`,
      'add that key to the codec key file, after the current one',
    );
  try {
    return PayloadMessage.decode(decrypt(key, Buffer.from(payload.data ?? [])));
  } catch {
    throw new PayloadDecryptionError(
      `a payload cannot be decrypted with codec key ${id}: it was altered, or the file holds another key under this ID`,
      'restore the key file that belongs to this Temporal namespace',
    );
  }
};

/** The codec that keeps everything in Temporal's histories unreadable without the key ring. */
export const createPayloadCodec = (ring: KeyRing): PayloadCodec => ({
  encode: (payloads) =>
    Promise.resolve(
      payloads.map((payload) => ({
        metadata: { [METADATA_ENCODING_KEY]: bytes(encoding), [keyIdField]: bytes(ring[0].id) },
        data: encrypt(ring[0], PayloadMessage.encode(payload).finish()),
      })),
    ),
  decode: async (payloads) => payloads.map((payload) => decodePayload(ring, payload)),
});

/** What every client and worker of ours has to be given. */
export const createDataConverter = (ring: KeyRing): DataConverter => ({
  payloadCodecs: [createPayloadCodec(ring)],
  failureConverterPath,
});
