import { join } from 'node:path';
import type { AwsAccess } from '../../adapters/aws/clients.ts';
import { dynamoDbRegister } from '../../adapters/aws/dynamodb-register.ts';
import { fileRegister } from '../../adapters/responder/file-register.ts';
import { loadJournalKey } from '../../adapters/responder/journal-key.ts';
import { journalledActions } from '../../adapters/store/response/action-journal-store.ts';
import type { Store } from '../../adapters/store/database.ts';
import { compareMemories, requireAgreement } from '../../response/memory-agreement.ts';
import type { Register } from '../../response/register.ts';
import { ResponderStopped } from '../../response/responder-stopped.ts';
import type { Config } from '../config/config.ts';
import { currentInstant } from '../../model/instant.ts';

/** What the responder remembers by itself, and the store cannot change. */
export interface ResponderMemory {
  readonly register: Register;
  readonly journalKey: Uint8Array;
}

/** Where the register of one machine lies. */
export function registerFolderOf({ dataDir }: Pick<Config, 'dataDir'>): string {
  return join(dataDir, 'responder', 'register');
}

/** The register alone: in the data folder, or in the configured table. */
export function composeRegister({ response, dataDir, installation }: Config, aws: AwsAccess): Register {
  const { register } = response;
  if (register === undefined) return fileRegister(registerFolderOf({ dataDir }), currentInstant);
  const client = aws.dynamoDb(register.region, register.role);
  return dynamoDbRegister(client, { table: register.dynamoDbTable, installation, now: currentInstant });
}

/**
 * The responder's memory. The register begins here, where it has not: what was decided before it is void.
 *
 * @throws ResponderStopped, JournalKeyError
 */
export async function composeResponderMemory(config: Config, aws: AwsAccess): Promise<ResponderMemory> {
  const { journalKeyFile, register: shared } = config.response;
  const journalKey = await loadJournalKey(journalKeyFile, shared === undefined);
  const register = composeRegister(config, aws);
  await register.since();
  return { register, journalKey };
}

/** Why nothing is begun in AWS as register and store stand, which each response finds out for itself; null where they agree. */
export async function whyResponsesAreStopped(
  register: Register,
  { db }: Pick<Store, 'db'>,
): Promise<ResponderStopped | null> {
  try {
    requireAgreement(await compareMemories(register, () => journalledActions(db)));
    return null;
  } catch (error) {
    if (error instanceof ResponderStopped) return error;
    throw error;
  }
}
