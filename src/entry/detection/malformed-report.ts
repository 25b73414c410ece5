import type { RecordPlace } from '../../adapters/files/read-records.ts';
import { plainText } from '../../investigation/plain-text.ts';

/** Counts malformed records and names the first ones; the rest is a number. */
export interface MalformedReport {
  readonly count: number;
  note(place: RecordPlace, problem: string): void;
  /** Says how many were not named. */
  finish(): void;
}

const named = 20;

export function malformedReport(tell: (line: string) => void): MalformedReport {
  let count = 0;
  return {
    get count() {
      return count;
    },
    note({ path, line }, problem) {
      count += 1;
      if (count > named) return;
      const where = line === 0 ? plainText(path, 400) : `${plainText(path, 400)}:${line}: record skipped`;
      tell(`${where}: ${plainText(problem, 400)}`);
    },
    finish() {
      if (count > named) tell(`${count - named} more records were skipped as malformed`);
    },
  };
}
