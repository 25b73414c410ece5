import { plainText, safe, safeJoin, type SafeText } from '../../model/safe-text.ts';
import type { Instant } from '../../model/ids.ts';

/** What of a request decides which cases are found, and how they are judged: not which of their screens are shown. */
interface FindingRequest {
  readonly rules?: readonly string[];
  readonly exceptions?: readonly string[];
  readonly mmdb?: readonly string[];
  readonly asOf?: Instant;
}

const pathLimit = 4_000;

/**
 * The command that investigates the same input in the same way again: `trailhound investigate logs/ --as-of 2026-11-28T09:00:00.000Z`. Further
 * options can be put behind it. What came by standard input is named `INPUT`.
 */
export function sameCommand(paths: readonly string[], request: FindingRequest): SafeText {
  const { rules = [], exceptions = [], mmdb = [], asOf } = request;
  function named(option: SafeText, values: readonly string[]): readonly SafeText[] {
    return values.map((value) => safe`${option} ${shellWord(value)}`);
  }
  // What was piped in has to be piped in again, or the command waits for a keyboard.
  const isPiped = paths.length === 0 || paths.includes('-');
  return safeJoin(
    [
      isPiped ? safe`cat INPUT | trailhound investigate` : safe`trailhound investigate`,
      ...(paths.length === 0 ? [safe`-`] : paths.map(shellWord)),
      ...named(safe`--rules`, rules),
      ...named(safe`--exceptions`, exceptions),
      ...named(safe`--mmdb`, mmdb),
      ...(asOf === undefined ? [] : named(safe`--as-of`, [asOf])),
    ],
    ' ',
  );
}

/** One word of a POSIX shell, quoted where it has to be: a path may hold anything. */
function shellWord(word: string): SafeText {
  const isPlain = /^[\w@%+=:,./-]+$/u.test(word);
  return plainText(isPlain ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`, pathLimit);
}
