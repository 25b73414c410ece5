import type { AuditLog } from '../audit/audit-log.ts';
import { auditRecord } from '../audit/audit-record.ts';
import type { AccountId, Instant } from '../model/ids.ts';
import type { Caller } from './caller.ts';

export interface BackfillRequest {
  readonly accountId: AccountId;
  /** `null`: all that are read. */
  readonly regions: readonly string[] | null;
  readonly from: Instant;
  readonly to: Instant;
}

export type BackfillChange = 'pause' | 'resume' | 'cancel';

export interface BackfillPorts {
  /** Starts it, or finds it running; returns its ID. */
  readonly start: (request: BackfillRequest) => Promise<string>;
  readonly change: (id: string, change: BackfillChange) => Promise<void>;
  readonly auditLog: AuditLog;
  readonly now: () => Instant;
}

/** Starts a backfill; the same one twice is one. Returns its ID. */
export async function startBackfill(ports: BackfillPorts, caller: Caller, request: BackfillRequest): Promise<string> {
  const id = await ports.start(request);
  const about = { at: ports.now(), actor: caller.name, subject: id } as const;
  await ports.auditLog.append([auditRecord({ ...about, kind: 'backfill-started', data: request })]);
  return id;
}

/** Pauses, resumes or cancels a backfill. */
export async function changeBackfill(
  ports: BackfillPorts,
  caller: Caller,
  { id, change }: { readonly id: string; readonly change: BackfillChange },
): Promise<void> {
  await ports.change(id, change);
  const about = { at: ports.now(), actor: caller.name, subject: id } as const;
  await ports.auditLog.append([auditRecord({ ...about, kind: 'backfill-changed', data: { change } })]);
}
