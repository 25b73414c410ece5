import canonicalize from 'canonicalize';
import { z } from 'zod';
import { sha256Hex } from '../digest/canonical-digest.ts';
import type { CaseId, Digest, Instant } from '../model/ids.ts';
import { wellFormed } from '../model/well-formed.ts';
import { instantSchema } from '../validation/branded-texts.ts';
import { type AuditEntry, type AuditKind, type AuditNote, auditKinds, isAuditKind } from './audit-kinds.ts';

/** Whoever acts where no person does. */
export const trailhoundItself = 'trailhound';

/** An audit record as it is written: its ID is the digest of exactly these bytes. */
export interface SealedRecord {
  readonly id: Digest;
  /** RFC 8785 JSON of the entry. */
  readonly canonical: string;
  readonly entry: AuditEntry;
}

/** An audit record as it was read, from the table or from a history; who can write there can write anything. */
export interface WrittenRecord {
  readonly id: string;
  readonly at: Instant;
  readonly actor: string;
  readonly caseId?: CaseId;
  readonly kind: string;
  readonly subject: string;
  readonly data: unknown;
}

/**
 * An entry with its ID, the digest of its canonical form: writing it again, after a crash or a retry, adds none.
 * The entry's instant must therefore be the same at each try (a workflow's own clock, the time that an activity was scheduled).
 */
export function auditRecord(entry: AuditEntry): SealedRecord {
  const written = wellFormed(entry);
  const canonical = canonicalize(written);
  if (canonical === undefined) throw new TypeError('an audit entry is an object, which JSON can carry');
  return { id: digestOf(canonical), canonical, entry: written };
}

/** A case's record as its workflow noted it. */
export function caseRecord(caseId: CaseId, note: AuditNote): SealedRecord {
  return auditRecord({ ...note, actor: note.actor ?? trailhoundItself, caseId });
}

const writtenSchema = z.object({
  at: instantSchema,
  actor: z.string(),
  caseId: z
    .string()
    .transform((text) => text as CaseId)
    .exactOptional(),
  kind: z.string(),
  subject: z.string(),
  data: z.unknown(),
});

/**
 * Reads a record from the bytes that stand where one was written; `null` where they are no record of any release. Whoever can write there
 * can write anything, and it keeps nobody from reading what stands beside it.
 */
export function readRecord(id: string, canonical: string): WrittenRecord | null {
  try {
    const { data = null, ...entry } = writtenSchema.parse(JSON.parse(canonical));
    return { ...entry, data, id };
  } catch {
    return null;
  }
}

/** Whether a record's bytes are those that its ID was made of. */
export function isIntact(id: string, canonical: string): boolean {
  return digestOf(canonical) === id;
}

/** The entries of one kind among records, in their order; what has not the form of its kind is left out. */
export function entriesOfKind<K extends AuditKind>(
  records: readonly WrittenRecord[],
  kind: K,
): readonly Extract<AuditEntry, { readonly kind: K }>[] {
  return records.flatMap((record) => {
    const entry = typedEntry(record);
    return entry?.kind === kind ? [entry as Extract<AuditEntry, { readonly kind: K }>] : []; // its kind was compared
  });
}

/** A record as an entry of its kind; `null` where it has another form, as one of an earlier release may. */
export function typedEntry(record: WrittenRecord): AuditEntry | null {
  if (!isAuditKind(record.kind)) return null;
  const parsed = auditKinds[record.kind].data.safeParse(record.data);
  const { id: _id, ...entry } = record;
  // The data has been checked by the schema that belongs to the kind.
  return parsed.success ? ({ ...entry, data: parsed.data } as AuditEntry) : null;
}

function digestOf(canonical: string): Digest {
  return `sha256:${sha256Hex(canonical)}`;
}
