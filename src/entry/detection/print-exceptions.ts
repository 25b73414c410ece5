import type { HeldBackTotal } from '../../detection/live/held-back.ts';
import { exceptions, prevented } from '../../views/exceptions.ts';
import { exceptionsPorts } from '../compose/exceptions-ports.ts';
import { overStore } from '../compose/over-installation.ts';
import { ownRulesDirectory } from '../compose/rule-set.ts';
import type { Config } from '../config/config.ts';
import { printAnswer, printLine, tellLine } from '../terminal/terminal-output.ts';
import { styleFor } from '../terminal/terminal-style.ts';
import { exceptionWarnings, warningLine } from './field-warnings.ts';
import { renderExceptions, renderPrevented } from './list-exceptions.ts';
import { loadRules } from './load-rules.ts';
import { NoSuchExceptionError } from './no-such-exception-error.ts';
import { plainLines, plainText, safe } from '../../model/safe-text.ts';

interface ExceptionsRequest {
  /** Files, folders and globs; those that an installation of this configuration reads where left out. */
  readonly rules?: readonly string[] | undefined;
  readonly json?: boolean | undefined;
}

/**
 * Prints the exceptions with what they held back live. Files that are wrong are told on standard error.
 *
 * @returns false where a file has errors: one of them may hold an exception that is not shown.
 */
export async function printExceptions(config: Config, { rules, json }: ExceptionsRequest): Promise<boolean> {
  const loaded = loadRules({ rules: rules ?? [ownRulesDirectory, ...config.rules.directories] });
  for (const { message } of loaded.errors) tellLine(plainLines(message));
  const ruleIds = new Set(loaded.files.map(({ rule }) => rule.id));
  for (const each of exceptionWarnings(loaded.exceptionFiles, ruleIds, new Date())) tellLine(warningLine(each));
  const answer = exceptions(loaded, await totalsOf(config), new Date());
  if (json === true) await printAnswer('rules exceptions', answer, 2);
  else printLine(renderExceptions(answer.exceptions, styleFor(process.stdout)));
  return loaded.errors.length === 0;
}

/**
 * Prints the newest alerts that an exception prevented in the installation of the configuration.
 * @throws NoSuchExceptionError, NotRunningError, StoreUnreachableError, StoreNotSetUpError
 */
export async function printPrevented(config: Config, id: string, { rules, json }: ExceptionsRequest): Promise<void> {
  const loaded = loadRules({ rules: rules ?? [ownRulesDirectory, ...config.rules.directories] });
  for (const { message } of loaded.errors) tellLine(plainLines(message));
  const isInFile = loaded.exceptions.some((exception) => exception.id === id);
  // One that stands in no file any more may have held something back: the store knows it, where it can be asked.
  if (!isInFile && !(await totalsOf(config))?.some(({ exceptionId }) => exceptionId === id))
    throw new NoSuchExceptionError(id, loaded);
  const answer = await overStore(config, ({ db }) => prevented(exceptionsPorts(db), id), { maxConnections: 1 });
  if (json === true) await printAnswer('rules exceptions', answer, 2);
  else printLine(renderPrevented(answer.prevented, styleFor(process.stdout)));
}

/** What exceptions held back in the installation of the configuration; null where it cannot be asked. */
async function totalsOf(config: Config): Promise<readonly HeldBackTotal[] | null> {
  try {
    return await overStore(config, ({ db }) => exceptionsPorts(db).heldBackTotals(), { maxConnections: 1 });
  } catch (error) {
    return unasked(error);
  }
}

function unasked(error: unknown): null {
  const why = error instanceof Error && error.message !== '' ? error.message : 'the store cannot be reached';
  tellLine(safe`what they held back live is not known: ${plainText(why, 400)}`);
  return null;
}
