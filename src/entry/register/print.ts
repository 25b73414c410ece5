import { storeAuditLog } from '../../adapters/store/audit-store.ts';
import { journalledActions } from '../../adapters/store/action-journal-store.ts';
import { auditRecord } from '../../audit/audit-record.ts';
import type { Instant } from '../../model/ids.ts';
import { acceptMemories } from '../../response/accept-memories.ts';
import { compareMemories, type MemoryDifferences } from '../../response/memory-agreement.ts';
import type { Register } from '../../response/register.ts';
import { composeAws } from '../compose/aws.ts';
import { composeRegister } from '../compose/responder-memory.ts';
import type { Config } from '../config.ts';
import { openConfiguredStore } from '../connections.ts';
import type { Store } from '../../adapters/store/database.ts';

async function withMemories(config: Config, act: (store: Store, register: Register) => Promise<void>): Promise<void> {
  const store = await openConfiguredStore(config);
  const aws = composeAws(config);
  try {
    await act(store, composeRegister(config, aws));
  } finally {
    aws.destroy();
    await store.close();
  }
}

/** Prints whether register and store agree; exits 1 where they do not. */
export async function printCheck(config: Config, options: { readonly json?: boolean }): Promise<void> {
  await withMemories(config, async (store, register) => {
    const differences = await compareMemories(register, () => journalledActions(store.db));
    const text = options.json === true ? JSON.stringify(differences) : inWords(differences);
    process.stdout.write(`${text}\n`);
    if (differences.unknownToStore.length + differences.unknownToRegister.length > 0) process.exitCode = 1;
  });
}

/** Takes what differs as it is, for good: what was begun stays spent. */
export async function acceptDifferences(config: Config, reason: string): Promise<void> {
  await withMemories(config, async (store, register) => {
    const at = new Date().toISOString() as Instant;
    const differences = await compareMemories(register, () => journalledActions(store.db));
    await acceptMemories(register, differences, reason, at);
    const { unknownToStore, unknownToRegister } = differences;
    await storeAuditLog(store.db).append([
      auditRecord({
        at,
        actor: 'operator',
        kind: 'memory-accepted',
        subject: 'register',
        data: { reason, unknownToStore, unknownToRegister: unknownToRegister.map(({ intentId }) => intentId) },
      }),
    ]);
    process.stdout.write(
      `Accepted: ${unknownToStore.length} unknown to the store, ${unknownToRegister.length} unknown to the register. Responses go on; ask for fresh plans with: trailhound investigations replan CASE\n`,
    );
  });
}

function inWords({ unknownToStore, unknownToRegister }: MemoryDifferences): string {
  if (unknownToStore.length + unknownToRegister.length === 0) return 'Register and store agree.';
  return [
    'Responses are stopped: register and store do not agree.',
    ...unknownToStore.map((intentId) => `  unknown to the store (restored, or rows deleted): intent ${intentId}`),
    ...unknownToRegister.map(
      ({ intentId, caseId }) => `  unknown to the register (lost, or cut short): intent ${intentId} of case ${caseId}`,
    ),
    'When you know why, go on with: trailhound register accept --reason TEXT',
  ].join('\n');
}
