import { plainText } from '../../model/safe-text.ts';
import { TrailhoundError } from '../../model/trailhound-error.ts';

/** Paths that hold no rule file: a check of nothing must not look like a check that passed. */
export class NoRuleFilesError extends TrailhoundError {
  override readonly name = 'NoRuleFilesError';
  override readonly code = 'no-rule-files';
  override readonly remedy = 'name rule files (.toml), or folders that hold some';

  constructor(paths: readonly string[]) {
    super(`there are no rule files below ${paths.map((path) => plainText(path, 400)).join(', ')}`);
  }
}
