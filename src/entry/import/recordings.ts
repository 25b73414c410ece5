import type { InputSource } from '../../adapters/files/input-paths.ts';
import { type InputRecord, readRecords, type RecordPlace } from '../../adapters/files/read-records.ts';
import type { AddressLookup } from '../../cloudtrail/enrich.ts';
import type { OtherFormName } from '../../cloudtrail/other-form.ts';
import { eventIdOfFound } from '../../cloudtrail/record-forms.ts';
import { importedRecord, malformedImport } from '../../collection/imported-record.ts';
import type { ReadRecords } from '../../collection/read-records.ts';
import type { Instant } from '../../model/ids.ts';

export interface RecordingsOptions {
  readonly now: Instant;
  /** Of `source.geo` and `source.as`; none without a database. */
  readonly enrich?: AddressLookup | undefined;
  readonly onMalformed?: (place: RecordPlace, problem: string, eventId?: string) => void;
  readonly onOther?: (place: RecordPlace, form: OtherFormName) => void;
  readonly onBytes?: (bytes: number) => void;
}

/** What the inputs hold, one record after the other, as the store takes it; what else they hold is told, and left out. */
export async function* recordings(
  sources: readonly InputSource[],
  options: RecordingsOptions,
): AsyncGenerator<ReadRecords> {
  for (const source of sources)
    for await (const batch of readRecords(source, options.onBytes))
      for (const entry of batch)
        if (entry.kind === 'other') options.onOther?.(entry.place, entry.form);
        else yield readEntry(entry, options);
}

function readEntry(
  entry: Exclude<InputRecord, { kind: 'other' }>,
  { now, enrich, onMalformed }: RecordingsOptions,
): ReadRecords {
  const { place } = entry;
  const read =
    entry.kind === 'found'
      ? importedRecord(entry.found, now, enrich)
      : malformedImport(entry.text ?? `${place.path}:${place.line}`, entry.problem, entry.eventId);
  const eventId = entry.kind === 'found' ? eventIdOfFound(entry.found) : entry.eventId;
  for (const { problem } of read.malformed) onMalformed?.(place, problem, eventId);
  return read;
}
