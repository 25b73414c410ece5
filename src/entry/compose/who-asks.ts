import { userInfo } from 'node:os';
import type { Config } from '../config/config.ts';
import type { Caller } from '../../commands/caller.ts';
import { ApproverKeyFileError, readKey } from './signing-key.ts';

/**
 * Who asks for what needs no signature, for the audit trail: the approver whose key lies here, and the user of this machine; where no
 * approver's key lies here, the user alone.
 *
 * @param keyFile the approver's key, where it is not the local one
 * @throws ApproverKeyFileError where the key that was given cannot be used
 */
export async function whoAsks(
  config: Pick<Config, 'dataDir' | 'approval'>,
  keyFile: string | undefined,
): Promise<Caller> {
  const user = `user ${userInfo().username}`;
  try {
    const { approver } = await readKey({ keyFile, approver: undefined }, config);
    return { name: `${approver} (${user})` };
  } catch (error) {
    if (error instanceof ApproverKeyFileError && keyFile === undefined) return { name: user };
    throw error;
  }
}
