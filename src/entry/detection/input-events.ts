import { findInputs, InputPathError, type Inputs, type InputSource } from '../../adapters/files/input-paths.ts';
import { readRecords, type RecordPlace } from '../../adapters/files/read-records.ts';
import { ecsEventOf } from '../../cloudtrail/ecs-event.ts';
import { type AddressLookup, enrichSource } from '../../cloudtrail/enrich.ts';
import { MalformedRecordError } from '../../cloudtrail/malformed-record-error.ts';
import type { NormalizeOptions } from '../../cloudtrail/normalize.ts';
import type { OtherFormName } from '../../cloudtrail/other-form.ts';
import { eventIdOfFound, type FoundRecord } from '../../cloudtrail/record-forms.ts';
import { plainText, safe } from '../../model/safe-text.ts';
import type { EcsDocument } from '../../model/trail-event.ts';
import { tellLine } from '../terminal/terminal-output.ts';

export interface EventReading {
  /** Of `source.geo` and `source.as`; none without a database. */
  readonly enrich?: AddressLookup;
  readonly optionsFor?: (found: FoundRecord) => NormalizeOptions;
  onEvent(document: EcsDocument): void | Promise<void>;
  /** @param eventId of the record, where it or what is around it has one. */
  onMalformed(place: RecordPlace, problem: string, eventId?: string): void;
  /** Something that is no record, by its form. */
  onOther(place: RecordPlace, form: OtherFormName): void;
  readonly onBytes?: (bytes: number) => void;
}

/**
 * What a command is to read; standard input where no path is named and something is piped in.
 *
 * @throws InputPathError where a path leads nowhere, or nothing is named and nothing piped in.
 */
export function inputsOf(paths: readonly string[]): Inputs {
  if (paths.length > 0) {
    const inputs = findInputs(paths);
    // Nobody should take it for a clean bill of health.
    if (inputs.sources.length === 0)
      tellLine(safe`there are no files below ${plainText(paths.join(', '), 400)}: nothing is read`);
    return inputs;
  }
  if (!process.stdin.isTTY) return findInputs(['-']);
  throw new InputPathError(
    'no input is named',
    'name files, folders or globs of CloudTrail records, or pipe records in',
  );
}

/** Reads all records of the inputs and hands each on as an ECS document. */
export async function readEvents(sources: readonly InputSource[], reading: EventReading): Promise<void> {
  for (const source of sources) {
    for await (const batch of readRecords(source, reading.onBytes)) {
      for (const entry of batch) {
        if (entry.kind === 'malformed') reading.onMalformed(entry.place, entry.problem, entry.eventId);
        else if (entry.kind === 'other') reading.onOther(entry.place, entry.form);
        else await handOn(entry.found, entry.place, reading);
      }
    }
  }
}

async function handOn(found: FoundRecord, place: RecordPlace, reading: EventReading): Promise<void> {
  let document: EcsDocument;
  try {
    document = ecsEventOf(found, reading.optionsFor?.(found));
  } catch (error) {
    if (!(error instanceof MalformedRecordError)) throw error;
    reading.onMalformed(place, error.problem, eventIdOfFound(found));
    return;
  }
  const enriched = reading.enrich === undefined ? document : enrichSource(document, reading.enrich);
  const done = reading.onEvent(enriched);
  if (done !== undefined) await done;
}
