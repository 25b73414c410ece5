import { canonicalDigest } from '../digest/canonical-digest.ts';
import type { AuditRecord } from '../model/audit-record.ts';
import { wellFormed } from '../model/well-formed.ts';

/** Whoever acts where no person does. */
export const trailhoundItself = 'trailhound';

/**
 * An audit record with its ID, which is a digest of everything else: writing it again, after a crash or a retry, adds none.
 * The caller's instant must therefore be the same at each try (a workflow's own clock, a stored row's time).
 */
export function auditRecord(content: Omit<AuditRecord, 'id'>): AuditRecord {
  const written = wellFormed(content);
  return { id: canonicalDigest(written), ...written };
}
