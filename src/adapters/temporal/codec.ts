import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import {
  defaultPayloadConverter,
  METADATA_ENCODING_KEY,
  type DataConverter,
  type Payload,
  type PayloadCodec,
  type SerializationContext,
} from '@temporalio/common';
import proto from '@temporalio/proto';
import { refusedPayload } from '../../messages/refused-payload.ts';
import type { CodecKey, KeyRing } from './codec-keys.ts';
import { failureConverterPath } from './failure-converter-path.ts';
import { TrailhoundError } from '../../model/trailhound-error.ts';

const PayloadMessage = proto.temporal.api.common.v1.Payload;

/** A payload that this key ring cannot decrypt. The message tells nothing of its content. */
export class PayloadDecryptionError extends TrailhoundError {
  override readonly name = 'PayloadDecryptionError';
  override readonly code = 'payload-decryption';
  constructor(message: string, remedy: string) {
    super(message, { remedy });
  }
}

/** A payload that is not taken for what it claims to be: nobody with a key wrote it, or not for this place. */
export class PayloadRefusedError extends TrailhoundError {
  override readonly name = 'PayloadRefusedError';
  override readonly code = 'payload-refused';
  override readonly remedy =
    'nothing of it was used; find out who sends to this Temporal namespace: what Trailhound itself sends is encrypted, and bound to its workflow';
}

const encoding = 'binary/trailhound-aes-256-gcm';
const keyIdField = 'trailhound-key-id';
/** For which workflow and activity a payload was written; authenticated, not secret (the server knows both anyway). */
const placeField = 'trailhound-place';

const saltBytes = 16;
const nonceBytes = 12;
const tagBytes = 16;

/**
 * Each payload has a key of its own, derived (RFC 5869) from the ring's key and a random salt: random 96-bit nonces under one
 * key are safe for 2^32 messages only (NIST SP 800-38D, 8.3), which polling would use up in some months.
 */
function messageKey(key: CodecKey, salt: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', key.secret, salt, `${encoding}:${key.id}`, 32));
}

/** Salt, nonce, ciphertext, tag. */
function encrypt(key: CodecKey, plaintext: Uint8Array, place: string): Buffer {
  const salt = randomBytes(saltBytes);
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', messageKey(key, salt), nonce).setAAD(Buffer.from(place));
  const ciphertext = [cipher.update(plaintext), cipher.final()];
  return Buffer.concat([salt, nonce, ...ciphertext, cipher.getAuthTag()]);
}

function decrypt(key: CodecKey, sealed: Buffer, place: string): Buffer {
  const salt = sealed.subarray(0, saltBytes);
  const nonce = sealed.subarray(saltBytes, saltBytes + nonceBytes);
  const ciphertext = sealed.subarray(saltBytes + nonceBytes, -tagBytes);
  const decipher = createDecipheriv('aes-256-gcm', messageKey(key, salt), nonce, { authTagLength: tagBytes });
  decipher.setAAD(Buffer.from(place)).setAuthTag(sealed.subarray(-tagBytes));
  return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
function text(value: Uint8Array | null | undefined): string {
  return new TextDecoder().decode(value ?? new Uint8Array());
}

/** The workflow, and the activity of it, that a payload belongs to; the SDK says so wherever it converts one. */
function placeOf(context: SerializationContext): string {
  const activity = context.type === 'activity' ? ` activity ${context.activityId ?? ''}` : '';
  return `workflow ${context.workflowId ?? ''}${activity}`;
}

/** A schedule appends the time to the ID that its input was written for. */
const scheduledTime = /-\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;

function belongs(place: string, context: SerializationContext): boolean {
  const wanted = placeOf(context);
  return place === wanted || (context.type === 'workflow' && place === wanted.replace(scheduledTime, ''));
}

function decodePayload(ring: KeyRing, payload: Payload, context: SerializationContext | undefined): Payload {
  if (text(payload.metadata?.[METADATA_ENCODING_KEY]) !== encoding)
    throw new PayloadRefusedError('a payload is not encrypted: it was not written by Trailhound');
  const place = text(payload.metadata?.[placeField]);
  if (context !== undefined && !belongs(place, context))
    throw new PayloadRefusedError(
      `a payload for ${placeOf(context)} was written for ${place === '' ? 'no place' : place}`,
    );
  const id = text(payload.metadata?.[keyIdField]);
  const key = ring.find((each) => each.id === id);
  if (key === undefined)
    throw new PayloadDecryptionError(
      `a payload was encrypted with codec key ${JSON.stringify(id.slice(0, 64))}, which is not in the key ring`,
      'add that key to the codec key file, after the current one',
    );
  try {
    return PayloadMessage.decode(decrypt(key, Buffer.from(payload.data ?? []), place));
  } catch {
    throw new PayloadDecryptionError(
      `a payload cannot be decrypted with codec key ${id}: it was altered, or the file holds another key under this ID`,
      'restore the key file that belongs to this Temporal namespace',
    );
  }
}

function encodePayload(ring: KeyRing, payload: Payload, context: SerializationContext | undefined): Payload {
  const place = context === undefined ? '' : placeOf(context);
  return {
    metadata: {
      [METADATA_ENCODING_KEY]: bytes(encoding),
      [keyIdField]: bytes(ring[0].id),
      ...(place === '' ? {} : { [placeField]: bytes(place) }),
    },
    data: encrypt(ring[0], PayloadMessage.encode(payload).finish(), place),
  };
}

/**
 * The codec that keeps everything in Temporal's histories unreadable without the key ring, and takes nothing that was not
 * written with it for the very workflow and activity at hand: a payload that is plain, or was copied from elsewhere, is refused.
 * What is read for a person without saying where it stands (the web UI's codec server) may be of any place.
 *
 * What Temporal itself writes does not come through here: search attributes, failures of its own (time-outs, terminations).
 */
export function createPayloadCodec(ring: KeyRing): PayloadCodec {
  return {
    encode: (payloads, context) => Promise.resolve(payloads.map((payload) => encodePayload(ring, payload, context))),
    decode: async (payloads, context) => payloads.map((payload) => decodePayload(ring, payload, context)),
  };
}

/** As {@link createPayloadCodec}, but what is refused is marked, and `workflows/refuse-payloads.ts` and the workers refuse it. */
function createMarkingCodec(ring: KeyRing): PayloadCodec {
  const codec = createPayloadCodec(ring);
  function decodeOrMark(payload: Payload, context: SerializationContext | undefined): Payload {
    try {
      return decodePayload(ring, payload, context);
    } catch (error) {
      // A key that is missing is put right by its owner, and until then nothing may go on.
      if (!(error instanceof PayloadRefusedError)) throw error;
      return defaultPayloadConverter.toPayload(refusedPayload(error.message));
    }
  }
  return {
    encode: (payloads, context) => codec.encode(payloads, context),
    decode: async (payloads, context) => payloads.map((payload) => decodeOrMark(payload, context)),
  };
}

/** What every client of ours has to be given. @throws PayloadRefusedError, PayloadDecryptionError at each use. */
export function createDataConverter(ring: KeyRing): DataConverter {
  return {
    payloadCodecs: [createPayloadCodec(ring)],
    failureConverterPath,
  };
}

/**
 * What every worker of ours has to be given. A payload that it threw out would fail the task that brought it, and Temporal would
 * bring it again for ever: one stranger's signal would hold a case up for good. So it is let in as a marker that is refused.
 */
export function createWorkerDataConverter(ring: KeyRing): DataConverter {
  return {
    payloadCodecs: [createMarkingCodec(ring)],
    failureConverterPath,
  };
}
