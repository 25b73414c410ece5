import { createHash } from 'node:crypto';
import { type SealedRecord, auditRecord } from '../audit/audit-record.ts';
import type { ReadRecords } from '../collection/read-records.ts';
import { canonicalDigest } from '../digest/canonical-digest.ts';
import type { Digest, Instant, SourceId } from '../model/ids.ts';
import type { Caller } from './caller.ts';

/** What is imported, and under which name. */
export interface RecordingsToImport {
  /** The log source that the recordings become. */
  readonly source: SourceId;
  /** As a person named them, from the root on. */
  readonly paths: readonly string[];
  /** `bytes`: null for standard input, which cannot be read again. */
  readonly inputs: readonly { readonly name: string; readonly bytes: number | null }[];
}

/** An import in the store: what each of its methods changes, its row counts in the same transaction. */
export interface BegunImport {
  readonly id: Digest;
  /** Stores records, once each; returns how many were new. */
  readonly store: (records: ReadRecords, seenAt: Instant) => Promise<number>;
  /**
   * Makes what was stored visible to detection in parts, oldest events first. What stops in between goes on when the import is
   * repeated.
   */
  readonly publishInParts: () => AsyncIterable<{ readonly events: number; readonly ring: boolean }>;
  /** Ends it and writes what is told of it; where it has ended already, nothing. */
  readonly end: (at: Instant, told: (totals: ImportTotals) => SealedRecord) => Promise<void>;
}

/** What an import brought, however often it was stopped. */
export interface ImportTotals {
  readonly newRecords: number;
  readonly published: number;
}

export interface ImportPorts {
  /**
   * Goes on with an import of the same inputs that the same person began and that has not ended; else writes the record that says that
   * one begins.
   */
  readonly begin: (wanted: {
    readonly source: SourceId;
    readonly inputs: Digest;
    readonly begun: SealedRecord;
  }) => Promise<BegunImport>;
  readonly ringDetect: () => Promise<void>;
  readonly now: () => Instant;
}

/** How an import is watched and stopped. */
export interface ImportWatch {
  /** Aborted where the person at the keyboard has had enough: what was begun is finished, and nothing more. */
  readonly signal?: AbortSignal | undefined;
  readonly onStored?: ((progress: ImportProgress) => void) | undefined;
  readonly onPublished?: ((events: number) => void) | undefined;
}

export interface ImportProgress {
  readonly records: number;
  /** Records that the store did not have. */
  readonly newRecords: number;
  readonly malformed: number;
}

export interface ImportOutcome extends ImportProgress {
  readonly inputs: number;
  /** Of its content; null where it was stopped before all was read. */
  readonly digest: Digest | null;
  /** Events that became visible to detection by this. */
  readonly published: number;
  /** It was stopped before the end; the same import again goes on. */
  readonly stopped: boolean;
}

/** So many records are stored in one transaction: fewer than PostgreSQL's 65,535 parameters allow. */
const recordsAtOnce = 500;

/**
 * Stores all recordings, and then makes them visible to detection, oldest first. Until all is stored nothing is visible, for
 * recordings come in any order, and detection takes events in theirs. That it began and what it brought are on record, once each,
 * however often it is stopped and begun again.
 *
 * @param recordings of the inputs, in their order.
 */
export async function importRecordings(
  ports: ImportPorts,
  caller: Caller,
  request: RecordingsToImport,
  recordings: AsyncIterable<ReadRecords>,
  watch: ImportWatch = {},
): Promise<ImportOutcome> {
  function isStopped(): boolean {
    return watch.signal?.aborted === true;
  }
  const begun = await begin(ports, caller, request);
  const inputs = request.inputs.length;
  const { digest, ...progress } = await storeAll(begun, recordings, ports.now(), watch);
  if (isStopped()) return { inputs, ...progress, digest: null, published: 0, stopped: true };
  const published = await publishAll(begun, ports, watch);
  const stopped = isStopped();
  if (!stopped) await end(ports, caller, request, begun, { digest, ...progress });
  return { inputs, ...progress, digest, published, stopped };
}

async function begin(
  { begin: open, now }: ImportPorts,
  { name: actor }: Caller,
  { source, paths, inputs }: RecordingsToImport,
): Promise<BegunImport> {
  const at = now();
  const sizes = inputs.map(({ bytes }) => bytes);
  const canBeReadAgain = !sizes.includes(null);
  const bytes = canBeReadAgain ? sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0) : null;
  const data = { paths, inputs: inputs.length, bytes };
  return await open({
    source,
    inputs: canonicalDigest({ paths, inputs, ...(canBeReadAgain ? {} : { at }) }),
    begun: auditRecord({ at, actor, subject: source, kind: 'import-begun', data }),
  });
}

async function end(
  { now }: ImportPorts,
  { name: actor }: Caller,
  { source: subject }: RecordingsToImport,
  begun: BegunImport,
  { digest, records, malformed }: ImportProgress & { readonly digest: Digest },
): Promise<void> {
  const at = now();
  await begun.end(at, (totals) =>
    auditRecord({
      at,
      actor,
      subject,
      kind: 'import-ended',
      data: { begun: begun.id, digest, records, malformed, ...totals },
    }),
  );
}

async function publishAll(
  begun: BegunImport,
  { ringDetect }: ImportPorts,
  { signal, onPublished }: ImportWatch,
): Promise<number> {
  let published = 0;
  for await (const { events, ring } of begun.publishInParts()) {
    published += events;
    if (ring) await ringDetect();
    onPublished?.(published);
    if (signal?.aborted === true) break;
  }
  return published;
}

async function storeAll(
  begun: BegunImport,
  recordings: AsyncIterable<ReadRecords>,
  seenAt: Instant,
  { signal, onStored }: ImportWatch,
): Promise<ImportProgress & { readonly digest: Digest }> {
  const [content, unread] = [createHash('sha256'), createHash('sha256')];
  const totals = { records: 0, newRecords: 0, malformed: 0 };
  for await (const part of inParts(recordings)) {
    for (const { recordDigest } of part.records) content.update(`${recordDigest}\n`);
    for (const { digest } of part.malformed) unread.update(`${digest}\n`);
    totals.newRecords += await begun.store(part, seenAt);
    totals.records += part.records.length;
    totals.malformed += part.malformed.length;
    onStored?.({ ...totals });
    if (signal?.aborted === true) break;
  }
  return { ...totals, digest: canonicalDigest([content.digest('hex'), unread.digest('hex')]) };
}

/** As many records together as are stored in one transaction. */
async function* inParts(recordings: AsyncIterable<ReadRecords>): AsyncGenerator<ReadRecords> {
  let [records, malformed]: [ReadRecords['records'][number][], ReadRecords['malformed'][number][]] = [[], []];
  for await (const read of recordings) {
    records.push(...read.records);
    malformed.push(...read.malformed);
    if (records.length + malformed.length < recordsAtOnce) continue;
    yield { records, malformed };
    [records, malformed] = [[], []];
  }
  if (records.length + malformed.length > 0) yield { records, malformed };
}
