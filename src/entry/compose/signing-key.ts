import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  ApproverKeyError,
  type ApproverSigningKey,
  parseApproverKey,
  parseSigningKey,
} from '../../approval/approver-key.ts';
import { plainText } from '../../model/safe-text.ts';
import { TrailhoundError } from '../../model/trailhound-error.ts';
import type { Config } from '../config/config.ts';

/** The approver's key cannot be used. */
export class ApproverKeyFileError extends TrailhoundError {
  override readonly name = 'ApproverKeyFileError';
  override readonly code = 'approver-key-file';
  constructor(message: string, remedy: string) {
    super(message, { remedy });
  }
}

/** By which key somebody signs, and in whose name. */
export interface KeyChoice {
  /** Undefined: the local one in the data folder. */
  readonly keyFile: string | undefined;
  /** Name of the approver, where the configuration at hand does not know the key. */
  readonly approver: string | undefined;
}

/**
 * An approver's key, and whose it is.
 *
 * @throws ApproverKeyFileError
 */
export async function readKey(
  choice: KeyChoice,
  config: Pick<Config, 'dataDir' | 'approval'>,
): Promise<{ readonly key: ApproverSigningKey; readonly approver: string }> {
  const file = choice.keyFile ?? join(config.dataDir, 'approvers', 'local.key');
  const key = signingKeyIn(file, await readKeyFile(file));
  const approver = choice.approver ?? (await nameOfKey(key, config));
  if (approver === undefined) {
    throw new ApproverKeyFileError(
      `the key in ${file} is not that of an approver in the configuration`,
      'choose the key of an approver with --key FILE, or, where the approvers are configured elsewhere, say who you are with --approver NAME',
    );
  }
  return { key, approver };
}

/** A file that is no key is likelier the wrong one than a reason to make another, which nobody would take. */
function signingKeyIn(file: string, pem: string): ApproverSigningKey {
  try {
    return parseSigningKey(pem);
  } catch (error) {
    if (!(error instanceof ApproverKeyError)) throw error;
    throw new ApproverKeyFileError(
      `${file} holds no approver's key: an Ed25519 private key in PEM is needed`,
      'choose the key of an approver with --key FILE; `npm start` makes a local one in its data folder',
    );
  }
}

async function readKeyFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : plainText(String(error));
    throw new ApproverKeyFileError(
      `the approver key ${file} cannot be read (${reason})`,
      'choose another with --key FILE; `npm start` makes a local one in its data folder',
    );
  }
}

async function nameOfKey(key: ApproverSigningKey, config: Pick<Config, 'approval'>): Promise<string | undefined> {
  for (const { name, publicKeyFile } of config.approval.approvers) {
    const pem = await readFile(publicKeyFile, 'utf8').catch(() => null);
    if (pem !== null && parseApproverKey(name, pem).keyId === key.keyId) return name;
  }
  return undefined;
}
