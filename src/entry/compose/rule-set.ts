import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { loadRuleFiles } from '../../adapters/files/load-rule-files.ts';
import { compileRuleSet } from '../../detection/engine.ts';
import { readExceptionLists } from '../../detection/exceptions/exception-lists.ts';
import { readExceptions } from '../../detection/exceptions/read-exceptions.ts';
import { exceptionWarnings, ruleWarnings } from '../detection/field-warnings.ts';
import { markExceptions, type MarkedRuleSet } from '../../detection/exceptions/with-exceptions.ts';
import { neededEnrichment } from '../../detection/index/possible-without.ts';
import type { Config } from '../config/config.ts';
import { counted, forNumber } from '../../model/counted.ts';
import { safe, type SafeText } from '../../model/safe-text.ts';
import { TrailhoundError } from '../../model/trailhound-error.ts';

/** Trailhound's own rules. */
export const ownRulesDirectory = fileURLToPath(new URL('../../../rules', import.meta.url));

/** A folder of rules that the configuration names cannot be read. */
export class RuleDirectoryError extends TrailhoundError {
  override readonly name = 'RuleDirectoryError';
  override readonly code = 'rule-directory';
  override readonly remedy = 'correct `rules.directories` in the configuration';
}

async function requireDirectory(directory: string): Promise<void> {
  const found = await stat(directory).catch(() => undefined);
  if (found?.isDirectory() !== true) throw new RuleDirectoryError(`${directory} is not a folder that can be read`);
}

/** How far a rule suffers from what is told of it: it is not run as it stands, or it is and may not do what its author meant, or its keeper wants it so. */
export type RuleTrouble = 'broken' | 'doubtful' | 'switched-off';

/**
 * Compiles Trailhound's own rules and those of the configured folders. What is wrong with a rule is told by `warn`, with its
 * place and remedy, and holds no other rule up.
 * @param given the enrichment that events are stored with: `source.geo`, `source.as`. Rules that need other cannot fire.
 * @throws RuleDirectoryError
 */
export async function loadRuleSet(
  config: Config,
  warn: (line: string, trouble: RuleTrouble) => void,
  given: ReadonlySet<string> = new Set(),
): Promise<MarkedRuleSet> {
  const directories = [ownRulesDirectory, ...config.rules.directories];
  for (const directory of directories) await requireDirectory(directory);
  const { readings, exceptions: texts, exceptionParts } = loadRuleFiles(directories);
  const files = readings.flatMap(({ file }) => file ?? []);
  const ruleSet = compileRuleSet(files);
  const lists = readExceptionLists(exceptionParts, files, ruleSet.fields);
  const exceptions = [
    ...[...texts].map(([path, source]) => readExceptions(path, source, ruleSet.fields)),
    ...lists.readings,
  ];
  for (const error of [...readings, ruleSet, ...exceptions].flatMap(({ errors }) => errors))
    warn(error.message, 'broken');
  for (const { message } of ruleSet.repeated) warn(message, 'doubtful');
  const ruleIds = new Set(files.map(({ rule }) => rule.id));
  const doubts = [...lists.warnings, ...ruleWarnings(files), ...exceptionWarnings(exceptions, ruleIds, new Date())];
  for (const { path, position, message } of doubts) warn(`${path}:${position.line}: ${message}`, 'doubtful');
  for (const { file, kind, reason } of ruleSet.notRun)
    warn(`${file.path}: ${file.rule.name}: not run: ${reason}`, kind === 'switched-off' ? kind : 'broken');
  for (const { file } of ruleSet.rules) {
    const lacks = neededEnrichment(file).filter((name) => !given.has(name));
    if (lacks.length > 0)
      warn(`${file.path}: cannot fire: it needs ${lacks.join(' and ')}${givenBy(lacks)}`, 'doubtful');
  }
  return markExceptions(
    ruleSet,
    exceptions.flatMap((reading) => reading.exceptions),
  );
}

/** How many rules are read and not run because their keeper has switched them off. */
export function switchedOffLine(rules: number): SafeText {
  return safe`${counted(rules, 'rule')} ${forNumber(rules, 'is', 'are')} switched off in ${forNumber(rules, 'its', 'their')} file (enabled is false), and not run`;
}

/** Which setting gives what a rule lacks; nothing gives entities yet. */
function givenBy(lacks: readonly string[]): string {
  return lacks.every((name) => name.startsWith('source.')) ? ', which databases in `enrichment.mmdb` give' : '';
}
