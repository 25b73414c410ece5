import { plainText, safe, safeJoin, safeReplaced, type SafeText } from './safe-text.ts';

/** A part of a command: words of ours as they stand, or a name that somebody chose. */
export type CommandPart = string | { readonly name: string };

/** What stands in a command for a name that no shell can be given as it is: too long, or with characters that are not shown. */
export const unwritableName = 'NAME_THAT_CANNOT_BE_TYPED';

/** No name of AWS is longer, but for ARNs that nobody types. */
const nameLimit = 2_048;

/**
 * A command of ours that a person copies into a shell, safe to show and to run: whatever stands in a name, it is one argument, and no
 * option, no variable, no further command.
 *
 * @example shellCommand`aws iam get-user --user-name ${userName}`
 */
export function shellCommand(words: TemplateStringsArray, ...names: readonly string[]): SafeText {
  return commandOf(words.flatMap((word, index) => (index === 0 ? [word] : [{ name: names[index - 1] ?? '' }, word])));
}

/** The same of parts, one behind the other. */
export function commandOf(parts: readonly CommandPart[]): SafeText {
  return safeJoin(
    parts.map((part, index) => (typeof part === 'string' ? ownWords(part, parts[index + 1]) : argument(part.name))),
    '',
  );
}

/** `--option -name` is two options, `--option=-name` is one. */
function ownWords(words: string, next: CommandPart | undefined): SafeText {
  const isOption = typeof next === 'object' && next.name.startsWith('-') && /--[a-z-]+ $/u.test(words);
  return (isOption ? words.replace(/ $/u, '=') : words) as SafeText; // written here, not by whoever chose a name
}

function argument(name: string): SafeText {
  const shown = plainText(name, nameLimit);
  if (shown !== name || name === '' || isReadFirst(name)) return safe`${plainText(unwritableName)}`;
  return /^[\w@%+:,./-][\w@%+=:,./-]*$/u.test(name) ? shown : quoted(shown);
}

/** The AWS CLI puts the content of such a file or page in the place of a parameter (AWS CLI User Guide, parameters from a file). */
function isReadFirst(name: string): boolean {
  return /^(?:fileb?|https?):\/\//iu.test(name);
}

/** In single quotes everything stands for itself, but for the quote. */
function quoted(shown: SafeText): SafeText {
  return safe`'${safeReplaced(shown, /'/gu, safe`'\\''`)}'`;
}
