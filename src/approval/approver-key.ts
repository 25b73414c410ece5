import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { TrailhoundError } from '../model/trailhound-error.ts';

/** The public half of an approver's key, under the name that configuration gives it: who holds the key is that approver. */
export interface ApproverKey {
  readonly name: string;
  /** RFC 7638 thumbprint of the public key; a signed decision names it. */
  readonly keyId: string;
  readonly publicKey: KeyObject;
}

/** What an approver signs with. Never leaves the approver's machine. */
export interface ApproverSigningKey {
  readonly keyId: string;
  readonly privateKey: KeyObject;
}

/** A key file that holds something else than it should. */
export class ApproverKeyError extends TrailhoundError {
  override readonly name = 'ApproverKeyError';
  override readonly code = 'approver-key';
}

/** A new Ed25519 key as files hold it: PKCS#8 and SPKI in PEM (RFC 8410). */
export function generateApproverKey(): { readonly privateKeyPem: string; readonly publicKeyPem: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

/**
 * Reads an approver's public key.
 *
 * @param name the approver's name in configuration, for messages and for the keyring.
 * @throws ApproverKeyError where the text is no Ed25519 public key in PEM, or is a private one.
 */
export function parseApproverKey(name: string, publicKeyPem: string): ApproverKey {
  if (publicKeyPem.includes('PRIVATE KEY')) {
    throw new ApproverKeyError(
      `the key of approver ${name} is a private key; give the public half (openssl pkey -in KEY -pubout) and keep the private one with its owner`,
    );
  }
  const publicKey = ed25519OrThrow(`the public key of approver ${name}`, () => createPublicKey(publicKeyPem));
  return { name, keyId: thumbprint(publicKey), publicKey };
}

/**
 * Reads an approver's private key.
 *
 * @throws ApproverKeyError where the text is no Ed25519 private key in PEM.
 */
export function parseSigningKey(privateKeyPem: string): ApproverSigningKey {
  const privateKey = ed25519OrThrow('the approver key', () => createPrivateKey(privateKeyPem));
  return { keyId: thumbprint(createPublicKey(privateKey)), privateKey };
}

function ed25519OrThrow(what: string, read: () => KeyObject): KeyObject {
  let key: KeyObject;
  try {
    key = read();
  } catch {
    throw new ApproverKeyError(`${what} is not readable as PEM; make one with: openssl genpkey -algorithm ed25519`);
  }
  if (key.asymmetricKeyType !== 'ed25519') {
    throw new ApproverKeyError(
      `${what} is of type ${key.asymmetricKeyType ?? 'unknown'}, and Ed25519 is needed; make one with: openssl genpkey -algorithm ed25519`,
    );
  }
  return key;
}

/** RFC 7638: SHA-256 over the required members in order, base64url. */
function thumbprint(publicKey: KeyObject): string {
  const { crv, kty, x } = publicKey.export({ format: 'jwk' });
  return createHash('sha256').update(JSON.stringify({ crv, kty, x })).digest('base64url');
}
