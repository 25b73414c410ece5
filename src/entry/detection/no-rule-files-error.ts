import { plainText } from '../../model/safe-text.ts';

/** Paths that hold no rule file: a check of nothing must not look like a check that passed. */
export class NoRuleFilesError extends Error {
  override readonly name = 'NoRuleFilesError';
  readonly remedy = 'name rule files (.toml), or folders that hold some';

  constructor(paths: readonly string[]) {
    super(`there are no rule files below ${paths.map((path) => plainText(path, 400)).join(', ')}`);
  }
}
