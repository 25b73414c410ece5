import { expect, test } from 'vitest';
import { compileRuleSet } from '../../src/detection/engine.ts';
import { createFieldTable } from '../../src/detection/fields/document-fields.ts';
import { readRuleFile } from '../../src/detection/rule-file/read-rule-file.ts';
import { ruleTypes } from '../../src/detection/rule-types.ts';
import { eventAt } from './eql/events.ts';

const head =
  '[rule]\nname = "n"\ndescription = "d"\nrule_id = "r"\nrisk_score = 1\nseverity = "low"\ntype = "saved_query"\n';
const saved = 'saved_id = "failed sign-ins"\n';
const query = "query = 'event.action: ConsoleLogin'\n";

test('a rule of a saved query asks the query that its file has beside it, event by event', () => {
  const { file, errors } = readRuleFile('r.toml', head + saved + query);
  expect(errors).toEqual([]);
  if (file === null) throw new TypeError('the rule was to be read');
  const fields = createFieldTable();
  const matcher = ruleTypes.get('saved_query')?.compile(file, fields);
  const found = ['ConsoleLogin', 'ListUsers', 'ConsoleLogin'].flatMap(
    (action, index) => matcher?.candidates(eventAt(index, `e${index}`, { event: { action } }, fields)) ?? [],
  );
  expect(matcher?.settle(found).map(({ anchor }) => anchor.eventId)).toEqual(['e0', 'e2']);
});

test('a rule whose saved query is only in Kibana is told of, and is no error', () => {
  const { file } = readRuleFile('r.toml', head + saved);
  expect(compileRuleSet(file === null ? [] : [file])).toMatchObject({
    rules: [],
    errors: [],
    notRun: [{ reason: 'a saved_query rule whose query is not in its file cannot be run' }],
  });
});

test('a rule of a saved query names it', () => {
  const { errors } = readRuleFile('r.toml', head + query);
  expect(errors.map(({ problem }) => problem)).toEqual(['rule.saved_id is missing']);
});
