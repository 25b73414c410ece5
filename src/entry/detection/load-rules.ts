import { loadRuleFiles } from '../../adapters/files/load-rule-files.ts';
import { compileRuleSet, type RuleSet } from '../../detection/engine.ts';
import type { RuleException } from '../../detection/exceptions/exception.ts';
import { type ExceptionsReading, readExceptions } from '../../detection/exceptions/read-exceptions.ts';
import { readExceptionLists } from '../../detection/exceptions/exception-lists.ts';
import { type HeldBack, withExceptions } from '../../detection/exceptions/with-exceptions.ts';
import type { RuleFileReading } from '../../detection/rule-file/read-rule-file.ts';
import type { RuleFile } from '../../detection/rule-file/rule-file.ts';
import type { RuleSyntaxError, RuleWarning } from '../../detection/rule-file/rule-syntax-error.ts';
import { ruleTypes } from '../../detection/rule-types.ts';
import { queryRuleType } from '../../detection/rule-types/query.ts';
import { ownRulesDirectory } from '../compose/rule-set.ts';

/** Rules as commands load them: what runs, what does not and why. */
export interface LoadedRules {
  /** With its exceptions applied. */
  readonly ruleSet: RuleSet;
  readonly files: readonly RuleFile[];
  readonly readings: readonly RuleFileReading[];
  readonly exceptions: readonly RuleException[];
  /** The same by their files. */
  readonly exceptionFiles: readonly ExceptionsReading[];
  /** Of reading and compiling, exceptions too, in the order of files and places. */
  readonly errors: readonly RuleSyntaxError[];
  readonly warnings: readonly RuleWarning[];
  /** The text of each file by its path, to show the line of an error. */
  readonly sources: ReadonlyMap<string, string>;
}

export interface RuleLoading {
  /** Files, folders and globs of rules; Trailhound's own where there is none. Exceptions among them apply. */
  readonly rules?: readonly string[] | undefined;
  /** Files, folders and globs of exceptions. */
  readonly exceptions?: readonly string[] | undefined;
  readonly onHeldBack?: (held: HeldBack) => void;
}

/**
 * Loads rules and the exceptions to them.
 *
 * @throws InputPathError where a path names nothing.
 */
export function loadRules({ rules = [], exceptions = [], onHeldBack }: RuleLoading): LoadedRules {
  const loaded = loadRuleFiles(rules.length === 0 ? [ownRulesDirectory] : rules);
  const files = loaded.readings.flatMap(({ file }) => file ?? []);
  const ruleSet = compileRuleSet(files);
  const remains = loaded.readings.flatMap((reading) => reading.remains ?? []);
  const others = loadRuleFiles(exceptions);
  const exceptionTexts = new Map([...loaded.exceptions, ...others.exceptions]);
  const parts = [...loaded.exceptionParts, ...others.exceptionParts];
  const lists = readExceptionLists(parts, files, ruleSet.fields);
  const read = [
    ...[...exceptionTexts].map(([path, source]) => readExceptions(path, source, ruleSet.fields)),
    ...lists.readings,
  ];
  const allExceptions = read.flatMap((reading) => reading.exceptions);
  return {
    ruleSet: withExceptions(ruleSet, allExceptions, onHeldBack),
    files,
    readings: loaded.readings,
    exceptions: allExceptions,
    exceptionFiles: read,
    errors: [
      ...[...loaded.readings, ruleSet, compileRuleSet(remains.map(asPlainQuery)), ...read].flatMap(
        ({ errors }) => errors,
      ),
      ...ruleSet.repeated,
    ].toSorted(byPlace),
    warnings: [...loaded.readings.flatMap(({ warnings }) => warnings), ...lists.warnings].toSorted(byPlace),
    sources: new Map([
      ...[...loaded.readings, ...parts].map(({ path, source }) => [path, source] as const),
      ...exceptionTexts,
    ]),
  };
}

type Placed = Pick<RuleWarning, 'path' | 'position'>;

function byPlace(a: Placed, b: Placed): number {
  if (a.path !== b.path) return a.path < b.path ? -1 : 1;
  return a.position.line - b.position.line || a.position.column - b.position.column;
}

/** A rule of which only the query is known to be right: what its type needs beside it has been told of. */
function asPlainQuery(file: RuleFile): RuleFile {
  const isPlain = file.language !== 'kuery' || !ruleTypes.has(file.rule.type);
  return isPlain ? file : { ...file, section: null, rule: { ...file.rule, type: queryRuleType.name } };
}
