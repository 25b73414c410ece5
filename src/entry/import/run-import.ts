import type { InputSource } from '../../adapters/files/input-paths.ts';
import { type InputRecord, readRecords, type RecordPlace } from '../../adapters/files/read-records.ts';
import type { ImportStore } from '../../adapters/store/collection/import-store.ts';
import type { AddressLookup } from '../../cloudtrail/enrich.ts';
import type { OtherFormName } from '../../cloudtrail/other-form.ts';
import { eventIdOfFound } from '../../cloudtrail/record-forms.ts';
import { importedRecord, malformedImport } from '../../collection/imported-record.ts';
import type { MalformedRecord, NormalizedRecord } from '../../collection/ports.ts';
import type { Instant } from '../../model/ids.ts';

export interface ImportOptions {
  readonly now: Instant;
  /** Aborted where the person at the keyboard has had enough: what was begun is finished, and nothing more. */
  readonly signal?: AbortSignal;
  readonly ringDetect: () => Promise<void>;
  /** Of `source.geo` and `source.as`; none without a database. */
  readonly enrich?: AddressLookup | undefined;
  readonly onMalformed?: (place: RecordPlace, problem: string, eventId?: string) => void;
  readonly onOther?: (place: RecordPlace, form: OtherFormName) => void;
  readonly onBytes?: (bytes: number) => void;
  readonly onStored?: (progress: ImportProgress) => void;
  readonly onPublished?: (events: number) => void;
}

export interface ImportProgress {
  readonly records: number;
  /** Records that the store did not have. */
  readonly newRecords: number;
  readonly malformed: number;
}

export interface ImportOutcome extends ImportProgress {
  readonly inputs: number;
  /** Events that became visible to detection by this. */
  readonly published: number;
  /** It was stopped before the end; the same import again goes on. */
  readonly stopped: boolean;
}

/** So many records are stored in one transaction: fewer than PostgreSQL's 65,535 parameters allow. */
const recordsAtOnce = 500;

/**
 * Stores all records of the inputs, and then makes them visible to detection, oldest first. Until all is stored nothing is
 * visible, for recordings come in any order, and detection takes events in theirs.
 */
export async function runImport(
  store: ImportStore,
  sources: readonly InputSource[],
  options: ImportOptions,
): Promise<ImportOutcome> {
  const progress = await storeAll(store, sources, options);
  function isStopped(): boolean {
    return options.signal?.aborted === true;
  }
  const published = isStopped() ? 0 : await publishAll(store, options, isStopped);
  return { inputs: sources.length, ...progress, published, stopped: isStopped() };
}

async function publishAll(store: ImportStore, options: ImportOptions, isStopped: () => boolean): Promise<number> {
  let published = 0;
  for await (const { events, ring } of store.publishInParts()) {
    published += events;
    if (ring) await options.ringDetect();
    options.onPublished?.(published);
    if (isStopped()) break;
  }
  return published;
}

async function storeAll(
  store: ImportStore,
  sources: readonly InputSource[],
  options: ImportOptions,
): Promise<ImportProgress> {
  let progress: ImportProgress = { records: 0, newRecords: 0, malformed: 0 };
  let records: NormalizedRecord[] = [];
  let malformed: MalformedRecord[] = [];
  async function flush(): Promise<void> {
    if (records.length + malformed.length === 0) return;
    const newRecords = progress.newRecords + (await store.store({ records, malformed }, options.now));
    progress = {
      records: progress.records + records.length,
      newRecords,
      malformed: progress.malformed + malformed.length,
    };
    [records, malformed] = [[], []];
    options.onStored?.(progress);
  }
  for (const source of sources) {
    for await (const batch of readRecords(source, options.onBytes)) {
      for (const entry of batch) {
        if (entry.kind === 'other') {
          options.onOther?.(entry.place, entry.form);
          continue;
        }
        const read = readEntry(entry, options);
        records.push(...read.records);
        malformed.push(...read.malformed);
        if (records.length + malformed.length >= recordsAtOnce) await flush();
        if (options.signal?.aborted === true) return progress;
      }
    }
  }
  await flush();
  return progress;
}

function readEntry(entry: Exclude<InputRecord, { kind: 'other' }>, { now, enrich, onMalformed }: ImportOptions) {
  const { place } = entry;
  const read =
    entry.kind === 'found'
      ? importedRecord(entry.found, now, enrich)
      : malformedImport(entry.text ?? `${place.path}:${place.line}`, entry.problem, entry.eventId);
  const eventId = entry.kind === 'found' ? eventIdOfFound(entry.found) : entry.eventId;
  for (const { problem } of read.malformed) onMalformed?.(place, problem, eventId);
  return read;
}
