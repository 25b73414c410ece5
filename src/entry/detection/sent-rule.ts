import type { QuerySource, RuleFile } from '../../detection/rule-file/rule-file.ts';

/** A rule file as it is sent to another thread: without the ways back to places in it, for what is sent has compiled. */
export interface SentRule extends Omit<RuleFile, 'positionOf' | 'query'> {
  readonly positionOf: undefined;
  readonly query: Pick<QuerySource, 'text'> | null;
}

export function sentRule(file: RuleFile): SentRule {
  return { ...file, positionOf: undefined, query: file.query && { text: file.query.text } };
}

export function receivedRule(rule: SentRule): RuleFile {
  const nowhere = { line: 0, column: 0 };
  return { ...rule, query: rule.query && { ...rule.query, positionAt: () => nowhere }, positionOf: () => nowhere };
}
