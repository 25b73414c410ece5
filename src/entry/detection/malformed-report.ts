import type { RecordPlace } from '../../adapters/files/read-records.ts';
import { plainText } from '../../investigation/plain-text.ts';

/** Counts malformed records and names the first ones; the rest is a number. Inputs that cannot be read are all named. */
export interface MalformedReport {
  /** Of records. */
  readonly count: number;
  /** Of inputs that could not be read to their end. */
  readonly unreadable: number;
  note(place: RecordPlace, problem: string): void;
  /** Says how many were not named. */
  finish(): void;
}

const named = 20;

export function malformedReport(tell: (line: string) => void): MalformedReport {
  let count = 0;
  let unreadable = 0;
  const tellAt = (where: string, problem: string): void => tell(`${where}: ${plainText(problem, 400)}`);
  return {
    get count() {
      return count;
    },
    get unreadable() {
      return unreadable;
    },
    note({ path, line }, problem) {
      if (line === 0) {
        unreadable += 1;
        tellAt(plainText(path, 400), problem);
        return;
      }
      count += 1;
      if (count <= named) tellAt(`${plainText(path, 400)}:${line}: record skipped`, problem);
    },
    finish() {
      if (count > named) tell(`${count - named} more records were skipped as malformed`);
    },
  };
}
