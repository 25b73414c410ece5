import type { AuditNote } from '../src/audit/audit-kinds.ts';
import type { AuditLog } from '../src/audit/audit-log.ts';
import { caseRecord } from '../src/audit/audit-record.ts';
import type { CaseId } from '../src/model/ids.ts';

/** What a case's workflow has to write down. */
export interface NotesOfCase {
  readonly caseId: CaseId;
  readonly notes: readonly AuditNote[];
}

/**
 * Writes what happened into the audit log. Every activity that writes a case's records takes them as `notes` of its input, and is none
 * that runs locally: so they stand in workflow history, from which the case's story is told.
 */
export function createAuditActivities({ auditLog }: { readonly auditLog: AuditLog }) {
  return {
    /** Writes notes, and does nothing else. */
    async recordNotes({ caseId, notes }: NotesOfCase): Promise<void> {
      await auditLog.append(notes.map((note) => caseRecord(caseId, note)));
    },
  };
}
