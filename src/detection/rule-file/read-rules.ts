import { isKibanaExport, readKibanaExport, type KibanaExport } from './kibana-export.ts';
import { readRuleFile, type RuleFileReading } from './read-rule-file.ts';
import { RuleSyntaxError } from './rule-syntax-error.ts';

/** Names of files that may hold rules. */
export const ruleFileName = /\.(?:toml|ndjson|json)$/;

/**
 * The rules of a text, whichever its form: a rule file in TOML, or Kibana's export, with the exception lists that are in it. Whatever is wrong with it is an error that
 * names the file: one bad file never stops the others.
 */
export function readRules(path: string, source: string): KibanaExport {
  try {
    return isKibanaExport(path, source)
      ? readKibanaExport(path, source)
      : { rules: [readRuleFile(path, source)], exceptionParts: [] };
  } catch (error) {
    return { rules: [unreadableRules(path, error)], exceptionParts: [] };
  }
}

/** A file of which nothing could be read, and why. */
export function unreadableRules(path: string, error: unknown): RuleFileReading {
  const reason = error instanceof Error ? error.message : String(error);
  const problem = `this file cannot be read: ${reason}`;
  const position = { line: 1, column: 1 };
  const told = new RuleSyntaxError({ path, position, problem, remedy: 'mend it, or take it out of the folder' });
  return { path, source: '', file: null, remains: null, errors: [told], warnings: [] };
}
