import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { loadRules } from './load-rules.ts';
import type { RuleFile } from '../../detection/rule-file/rule-file.ts';
import { TrailhoundError } from '../../model/trailhound-error.ts';

/** No rule, or more than one, answers to a name. */
export class RuleNotFoundError extends TrailhoundError {
  override readonly name = 'RuleNotFoundError';
  override readonly code = 'rule-not-found';

  constructor(problem: string, remedy: string) {
    super(problem, { remedy });
  }
}

/**
 * The rule of that ID, name or file name, or whose ID begins so, or that stands in the file of that path.
 *
 * @throws RuleNotFoundError where there is none, or more than one.
 */
export function findRule(name: string, paths: readonly string[] | undefined): RuleFile {
  const isFile = statSync(name, { throwIfNoEntry: false })?.isFile() === true;
  if (isFile && paths !== undefined)
    throw new RuleNotFoundError(
      `${name} is a file, and --rules says where to look for a rule by its ID`,
      'leave --rules out, or give the rule_id',
    );
  const { files, errors } = loadRules({ rules: isFile ? [name] : paths });
  const found = isFile ? files : matching(name, files);
  const [file, second] = found;
  if (file !== undefined && second === undefined) return file;
  if (file !== undefined)
    throw new RuleNotFoundError(`${found.length} rules begin with ${name}`, 'give more of the rule_id');
  const [error] = errors;
  if (isFile && error !== undefined) throw error;
  throw new RuleNotFoundError(
    `there is no rule ${name}`,
    '`trailhound rules list` shows all; --rules names where to look',
  );
}

function matching(name: string, files: readonly RuleFile[]): readonly RuleFile[] {
  const exact = files.filter(
    ({ rule, path }) => rule.id === name || rule.name === name || basename(path, '.toml') === name,
  );
  return exact.length > 0 ? exact : files.filter(({ rule }) => rule.id.startsWith(name));
}
