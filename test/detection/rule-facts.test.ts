import { expect, test } from 'vitest';
import { readRuleFile } from '../../src/detection/rule-file/read-rule-file.ts';
import { ruleTypes } from '../../src/detection/rule-types.ts';

const head =
  '[rule]\nname = "n"\ndescription = "d"\nrule_id = "r"\nrisk_score = 1\nseverity = "low"\nlanguage = "kuery"\nquery = "event.action: use"\n';

function told(type: string, rest: string): string {
  const { file, errors } = readRuleFile('r.toml', `${head}type = "${type}"\n${rest}`);
  expect(errors).toEqual([]);
  const ruleType = ruleTypes.get(type);
  if (file === null || ruleType === undefined) throw new TypeError('the rule was to be read');
  return JSON.stringify([ruleType.facts(file), ruleType.notesOn(file, [])]);
}

test.each([
  ['now-12h', '12 hours'],
  ['now-1d', '1 day'],
  ['now-2w', '14 days'],
])('a rule that looks for what is new since %s says %s, and rounds nothing', (since, words) => {
  const window = `[rule.new_terms]\nvalue = ["user.name"]\nhistory_window_start = [{ field = "history_window_start", value = "${since}" }]`;
  expect(told('new_terms', window)).toContain(`within ${words}"`);
  expect(told('new_terms', window)).toContain(`in the ${words} before`);
});

test.each([
  ['now-30s', '30 seconds'],
  ['now-1m', '1 minute'],
  ['now-6h', '6 hours'],
])('a rule that counts from %s says %s', (from, words) => {
  const counting = `from = "${from}"\n[rule.threshold]\nfield = ["user.name"]\nvalue = 3`;
  expect(told('threshold', counting)).toContain(`within ${words}`);
});
