import { existsSync } from 'node:fs';
import { fileRegister } from '../../adapters/responder/file-register.ts';
import { loadJournalKey } from '../../adapters/responder/journal-key.ts';
import type { ApproverKey } from '../../approval/approver-key.ts';
import type { CaseTrust } from '../../investigation/case/case-trust.ts';
import { journalSeal } from '../../response/journal-seal.ts';
import type { Config } from '../config/config.ts';
import { loadApproverKeys } from './approver-keys.ts';
import { registerFolderOf, type ResponderMemory } from './responder-memory.ts';
import { currentInstant } from '../../model/instant.ts';

/** What a worker believes of what the store says of its cases. */
export function caseTrustOf(
  { accounts, installation: audience }: Config,
  approverKeys: readonly ApproverKey[],
  { register, journalKey }: ResponderMemory,
): CaseTrust {
  return {
    approverKeys,
    audience,
    responder: { seal: journalSeal(journalKey), register },
    ownAccounts: accounts.map(({ id }) => id),
  };
}

/** What a command believes: by the responder's key and register where they lie on this machine, for only then it can tell. */
export async function caseTrustHere(config: Config): Promise<CaseTrust> {
  const { response, accounts, installation: audience } = config;
  // Who looks at a case where approvers are configured elsewhere sees no acceptance: open, rather than closed.
  const approverKeys = await loadApproverKeys(config).catch(() => []);
  const journalKey = await loadJournalKey(response.journalKeyFile, false).catch(() => null);
  const folder = registerFolderOf(config);
  const register = response.register === undefined && existsSync(folder) ? fileRegister(folder, currentInstant) : null;
  return {
    approverKeys,
    audience,
    responder: journalKey === null ? null : { seal: journalSeal(journalKey), register },
    ownAccounts: accounts.map(({ id }) => id),
  };
}
