import { storeAuditLog } from '../../adapters/store/audit/audit-store.ts';
import { journalledActions } from '../../adapters/store/response/action-journal-store.ts';
import type { MemoryPorts } from '../../commands/accept-differences.ts';
import { currentInstant } from '../../model/instant.ts';
import type { Config } from '../config/config.ts';
import { composeAws } from './aws.ts';
import { overStore } from './over-installation.ts';
import { composeRegister } from './responder-memory.ts';

/** Works over the responder's register and the store, and closes what it opened. */
export async function overMemories<T>(config: Config, work: (ports: MemoryPorts) => Promise<T>): Promise<T> {
  const aws = composeAws(config);
  try {
    return await overStore(config, ({ db }) =>
      work({
        register: composeRegister(config, aws),
        journalled: () => journalledActions(db),
        auditLog: storeAuditLog(db),
        now: currentInstant,
      }),
    );
  } finally {
    aws.destroy();
  }
}
