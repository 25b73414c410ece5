import { darkWithoutReadOnly, type DarkRule } from '../../detection/index/without-read-only.ts';
import type { Config } from '../config/config.ts';
import { loadRuleSet } from './rule-set.ts';

/** Which of the rules that run go dark where read-only events are not read. */
export async function darkRulesOf(config: Config): Promise<readonly DarkRule[]> {
  // What is wrong with a rule is told by the worker and by `rules check`.
  const { rules } = await loadRuleSet(config, () => undefined);
  return darkWithoutReadOnly(rules);
}
