import { readFile } from 'node:fs/promises';
import { ApproverKeyError, parseApproverKey, type ApproverKey } from '../../approval/approver-key.ts';
import type { Config } from '../config/config.ts';

/**
 * The public keys of everyone who may decide, from the files that the configuration names.
 * @throws ApproverKeyError where a file cannot be read or holds something else
 */
export function loadApproverKeys(config: Config): Promise<readonly ApproverKey[]> {
  return Promise.all(
    config.approval.approvers.map(async ({ name, publicKeyFile }) => {
      const pem = await readFile(publicKeyFile, 'utf8').catch((error: unknown) => {
        const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
        throw new ApproverKeyError(
          `the public key of approver ${name} cannot be read from ${publicKeyFile} (${reason}); correct approval.approvers, or run \`npm start\` once to make a local key`,
        );
      });
      return parseApproverKey(name, pem);
    }),
  );
}
