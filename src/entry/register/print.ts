import { storeAuditLog } from '../../adapters/store/audit/audit-store.ts';
import { journalledActions } from '../../adapters/store/response/action-journal-store.ts';
import { auditRecord } from '../../audit/audit-record.ts';
import type { Instant } from '../../model/ids.ts';
import { acceptMemories } from '../../response/accept-memories.ts';
import { compareMemories, type MemoryDifferences } from '../../response/memory-agreement.ts';
import type { Register } from '../../response/register.ts';
import { composeAws } from '../compose/aws.ts';
import { composeRegister } from '../compose/responder-memory.ts';
import { plainText, safe, type SafeText } from '../../model/safe-text.ts';
import type { Config } from '../config/config.ts';
import { openConfiguredStore } from '../compose/connections.ts';
import type { Store } from '../../adapters/store/database.ts';
import { printAnswer, printLine } from '../terminal/terminal-output.ts';

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
export async function printRegisterCheck(config: Config, options: { readonly json?: boolean }): Promise<void> {
  await withMemories(config, async (store, register) => {
    const differences = await compareMemories(register, () => journalledActions(store.db));
    if (options.json === true) await printAnswer('register check', differences);
    else for (const line of inWords(differences)) printLine(line);
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
    printLine(
      safe`Accepted: ${unknownToStore.length} unknown to the store, ${unknownToRegister.length} unknown to the register. Responses go on; ask for fresh plans with: trailhound investigations replan CASE`,
    );
  });
}

function inWords({ unknownToStore, unknownToRegister }: MemoryDifferences): readonly SafeText[] {
  if (unknownToStore.length + unknownToRegister.length === 0) return [safe`Register and store agree.`];
  return [
    safe`Responses are stopped: register and store do not agree.`,
    ...unknownToStore.map(
      (intentId) => safe`  unknown to the store (restored, or rows deleted): intent ${plainText(intentId)}`,
    ),
    ...unknownToRegister.map(
      ({ intentId, caseId }) =>
        safe`  unknown to the register (lost, or cut short): intent ${plainText(intentId)} of case ${plainText(caseId)}`,
    ),
    safe`When you know why, go on with: trailhound register accept --reason TEXT`,
  ];
}
