import type { Instant } from '../model/ids.ts';
import { plainText } from '../model/safe-text.ts';
import { compareInstants } from '../model/instant.ts';
import type { AuditKindDefinition, StoryKind, Telling } from './audit-kind.ts';
import { auditKinds, isAuditKind } from './audit-kinds.ts';
import { typedEntry, type WrittenRecord } from './audit-record.ts';

/** One line of a case's story: one audit record. */
export interface StoryEntry {
  readonly id: string;
  readonly at: Instant;
  readonly kind: StoryKind;
  /** An approver, an operator, or `trailhound`. */
  readonly who: string;
  /** A sentence of ours; what others wrote in it is stripped and bounded. */
  readonly what: string;
  /** The plan, action or evidence that it is about. */
  readonly subject: string;
  /** AWS's request IDs, where AWS was called. */
  readonly awsRequestIds: readonly string[];
}

/** Our own sentences may quote a reason, and name an ARN or two. */
const longestSentence = 1_000;

/** Tells a record, wherever it was read. One of an older or a foreign form is told as it stands. */
export function tellRecord(record: WrittenRecord): StoryEntry {
  const { id, at, actor, subject } = record;
  const { kind, what, awsRequestIds = [] } = telling(record);
  return {
    id,
    at,
    kind,
    who: plainText(actor),
    what: plainText(what, longestSentence),
    subject: plainText(subject),
    awsRequestIds: awsRequestIds.map((each) => plainText(each)),
  };
}

/**
 * The story that records tell, in the order of their instants; those of one instant in the order of their kinds, so that the same records
 * tell the same story, whether they come from workflow history or from the table.
 */
export function caseStory(records: readonly WrittenRecord[]): readonly StoryEntry[] {
  const byId = new Map(records.map((record) => [record.id, record]));
  return [...byId.values()].sort(inOrder).map(tellRecord);
}

function telling(record: WrittenRecord): Telling {
  const entry = typedEntry(record);
  if (entry === null) return { kind: 'state', what: `${record.kind}: ${JSON.stringify(record.data)}` };
  // The data was read by the schema that stands beside this sentence.
  const { tell } = auditKinds[entry.kind] as AuditKindDefinition<unknown>;
  return tell(entry.data, entry.subject);
}

const rank: ReadonlyMap<string, number> = new Map(Object.keys(auditKinds).map((kind, index) => [kind, index]));

function inOrder(a: WrittenRecord, b: WrittenRecord): number {
  function rankOf({ kind }: WrittenRecord) {
    return isAuditKind(kind) ? (rank.get(kind) ?? rank.size) : rank.size;
  }
  return compareInstants(a.at, b.at) || rankOf(a) - rankOf(b) || (a.id < b.id ? -1 : 1);
}
