import type { Inputs, LeftOutInput, LeftOutReason } from '../../adapters/files/input-paths.ts';
import type { RecordPlace } from '../../adapters/files/read-records.ts';
import { otherFormInWords, type OtherFormName } from '../../cloudtrail/other-form.ts';
import { plainText, safe, safeJoin, type SafeText } from '../../model/safe-text.ts';
import { counted, forNumber } from '../../model/counted.ts';

/** Values of one form in one file that are no records. */
export interface OtherValues {
  readonly path: string;
  readonly form: OtherFormName;
  readonly count: number;
}

/**
 * Tells what was not read as records. Malformed records are counted and the first ones named; what is known to be something else is
 * named once for each file and form; inputs that cannot be read to their end are all named.
 */
export interface ReadingReport {
  /** Records that are malformed. */
  readonly malformed: number;
  /** Inputs that could not be read to their end. */
  readonly unreadable: number;
  /** @param eventId of the record, where it or what is around it has one. */
  note(place: RecordPlace, problem: string, eventId?: string): void;
  noteOther(values: OtherValues): void;
  /** Says how many were not named, and what else there was. */
  finish(): void;
  /** Whether all that was to be read was read as records, of which there were so many. */
  isWhole(records: number): boolean;
}

/** So many malformed records, and files with something else in them, are named. */
const named = 20;
/** More of one file that have one fault are told in one sentence: a text that is no log has one in each line. */
const namedAlike = 3;
/** So many of what was left out for one reason are named. */
const namedLeftOut = 5;

export function readingReport(inputs: Inputs, tell: (line: SafeText) => void): ReadingReport {
  let malformed = 0;
  let unreadable = inputs.leftOut.filter(({ reason }) => reason === 'denied').length;
  const others = new Map<string, OtherValues>();
  const faults = new Map<
    string,
    { readonly path: string; readonly what: SafeText; readonly lines: SafeText[]; count: number }
  >();
  for (const line of leftOutLines(inputs.leftOut)) tell(line);
  return {
    get malformed() {
      return malformed;
    },
    get unreadable() {
      return unreadable;
    },
    note({ path, line }, problem, eventId) {
      const what = plainText(problem, 400);
      if (line === 0) {
        unreadable += 1;
        tell(safe`${plainText(path, 400)}: ${what}`);
        return;
      }
      malformed += 1;
      const event = eventId === undefined ? safe`` : safe` (event ${plainText(eventId)})`;
      const key = `${what} ${path}`;
      const alike = faults.get(key) ?? { path, what, lines: [], count: 0 };
      faults.set(key, alike);
      alike.count += 1;
      if (alike.lines.length < namedAlike)
        alike.lines.push(safe`${plainText(path, 400)}:${line}: record skipped: ${what}${event}`);
    },
    noteOther({ path, form, count }) {
      const key = `${form} ${path}`;
      others.set(key, { path, form, count: (others.get(key)?.count ?? 0) + count });
    },
    finish() {
      for (const line of faultLines([...faults.values()])) tell(line);
      for (const line of otherLines([...others.values()])) tell(line);
    },
    isWhole: (records) =>
      malformed + unreadable === 0 && (records > 0 || (others.size === 0 && inputs.sources.length > 0)),
  };
}

interface Fault {
  readonly path: string;
  readonly what: SafeText;
  /** The first ones. */
  readonly lines: readonly SafeText[];
  readonly count: number;
}

function faultLines(faults: readonly Fault[]): readonly SafeText[] {
  const lines = faults.flatMap(({ path, what, lines: first, count }) =>
    count <= namedAlike
      ? first.map((line) => ({ line, count: 1 }))
      : [{ line: safe`${plainText(path, 400)}: ${counted(count, 'record')} skipped: ${what}. Is it a log?`, count }],
  );
  const more = lines.slice(named).reduce((sum, { count }) => sum + count, 0);
  return [
    ...lines.slice(0, named).map(({ line }) => line),
    ...(more === 0
      ? []
      : [safe`${counted(more, 'more record')} ${forNumber(more, 'was', 'were')} skipped as malformed`]),
  ];
}

function otherLines(others: readonly OtherValues[]): readonly SafeText[] {
  const sorted = others.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const more = Map.groupBy(sorted.slice(named), ({ form }) => form);
  return [
    ...sorted.slice(0, named).map(({ path, form, count }) => {
      const times = count > 1 ? safe` (${count} times)` : safe``;
      return safe`${plainText(path, 400)}: ${plainText(otherFormInWords(form), 400)}${times}`;
    }),
    ...[...more].map(
      ([form, files]) => safe`${counted(files.length, 'more input')}: ${plainText(otherFormInWords(form), 400)}`,
    ),
  ];
}

const reasons: Readonly<Record<LeftOutReason, string>> = {
  hidden: 'hidden, as their names begin with a dot',
  'link-to-folder': 'links to folders: name what they lead to',
  'broken-link': 'links that lead nowhere',
  digest: 'digests, which hold no records',
  'no-file': 'no files but devices, pipes or sockets',
  denied: 'not to be opened: give yourself the right to read them',
};

function leftOutLines(leftOut: readonly LeftOutInput[]): readonly SafeText[] {
  return [...Map.groupBy(leftOut, ({ reason }) => reason)].map(([reason, group]) => {
    const names = group.slice(0, namedLeftOut).map(({ path }) => plainText(path, 400));
    const more = group.length > namedLeftOut ? safe` and ${group.length - namedLeftOut} more` : safe``;
    return safe`left out (${plainText(reasons[reason])}): ${safeJoin(names, ', ')}${more}`;
  });
}
