import type { Command } from 'commander';
import { asTypedHere } from '../invocation.ts';
import { nearest } from '../terminal/spelling.ts';
import { plainLines, plainText, safeJoin, safeOneLine, safeSplit, type SafeText } from '../../model/safe-text.ts';
import { widestLine, proseWrapped } from '../terminal/wrapped-text.ts';

/** As wide as commander makes help where nobody says how wide the terminal is. */
const usualColumns = 80;

/** Help as it is shown: its paragraphs as wide as the rest, and commands as they have to be typed here. */
export function shownHelp(text: string, columns: number = usualColumns): SafeText {
  const parts = safeSplit(asTypedHere(plainLines(text)), /(\n{2,}|^\n|\n$)/u);
  return safeJoin(
    parts.map((part) => fittedPart(part, columns)),
    '',
  );
}

/** Prose stands at the margin; what is indented (options, examples, tables) is laid out already. */
function fittedPart(part: SafeText, columns: number): SafeText {
  const isProse = !/^\s|^(?:Usage|Options|Commands|Arguments|Examples?):/mu.test(part);
  if (!isProse || widestLine(part) <= columns) return part;
  return safeJoin(proseWrapped(safeOneLine(part), columns, 'kept-whole'), '\n');
}

/** Lets each command say, where it was used wrongly, what was wrong and how its own help is called. */
export function pointToHelp(command: Command, path: string = command.name()): void {
  command.showHelpAfterError(asTypedHere(plainText(`\`${path} --help\` shows what there is`, 200)));
  command.configureOutput({ outputError: (text, write) => write(namingUnknownOption(text, command)) });
  for (const child of command.commands) pointToHelp(child, `${path} ${child.name()}`);
}

/**
 * Commander looks for missing options before unknown ones, and a misspelt one is both: whoever mistyped it is told of that, not of the
 * option that they believe to have given.
 */
function namingUnknownOption(text: string, { args, options }: Command): string {
  const unknown = args.find((arg) => /^--?[a-z]/iu.test(arg));
  if (unknown === undefined || !text.startsWith('error: required option')) return text;
  const meant = nearest(
    unknown,
    options.flatMap(({ long }) => long ?? []),
  );
  return `error: unknown option '${unknown}'\n${meant === undefined ? '' : `(Did you mean ${meant}?)\n`}`;
}
