import type { ScannedRecord } from '../../cloudtrail/scan/scanned-record.ts';
import type { JsonValue } from '../../model/json.ts';

/** What single fields are read from: a record's texts and parsed values. */
export interface RecordValues {
  readonly record: ScannedRecord;
  /** The text at a path; absent where it says nothing or is no text. */
  text(path: number): string | undefined;
  /** The same, for texts of which there are few. */
  common(path: number): string | undefined;
  /** The parsed value at a path, parsed once. */
  json(path: number): JsonValue | undefined;
}
