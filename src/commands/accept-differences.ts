import type { AuditLog } from '../audit/audit-log.ts';
import { auditRecord } from '../audit/audit-record.ts';
import type { Instant } from '../model/ids.ts';
import { acceptMemories } from '../response/accept-memories.ts';
import type { JournalledAction } from '../response/action-journal.ts';
import { compareMemories, type MemoryDifferences } from '../response/memory-agreement.ts';
import type { Register } from '../response/register.ts';
import type { Caller } from './caller.ts';

export interface MemoryPorts {
  readonly register: Register;
  readonly journalled: () => Promise<readonly JournalledAction[]>;
  readonly auditLog: AuditLog;
  readonly now: () => Instant;
}

/** Takes what differs between register and store as it is, for good: what was begun stays spent. */
export async function acceptDifferences(
  { register, journalled, auditLog, now }: MemoryPorts,
  caller: Caller,
  reason: string,
): Promise<MemoryDifferences> {
  const at = now();
  const differences = await compareMemories(register, journalled);
  await acceptMemories(register, differences, reason, at);
  const { unknownToStore, unknownToRegister } = differences;
  const data = { reason, unknownToStore, unknownToRegister: unknownToRegister.map(({ intentId }) => intentId) };
  await auditLog.append([auditRecord({ at, actor: caller.name, kind: 'memory-accepted', subject: 'register', data })]);
  return differences;
}
