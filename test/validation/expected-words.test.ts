import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { createFieldTable } from '../../src/detection/fields/document-fields.ts';
import { readExceptions } from '../../src/detection/exceptions/read-exceptions.ts';
import { parseRuleExamples } from '../../src/detection/rule-examples.ts';
import { readRuleFile } from '../../src/detection/rule-file/read-rule-file.ts';
import { loadConfig } from '../../src/entry/config/config.ts';

/** Words of the validator itself, which say nothing to who wrote a file. */
const raw =
  /Invalid (?:input|option|value|key|string)|Too (?:small|big)|Unrecognized|✖|received|expected (?:string|array|object|number|boolean)/;

const values = [
  '-1',
  '0',
  '1.5',
  '"\\u0001x"',
  '""',
  '[]',
  '[{}]',
  '[[1]]',
  '{}',
  '{ x = 1 }',
  'true',
  '1979-05-27',
  '[""]',
  '99999999999',
];

const folder = mkdtempSync(join(tmpdir(), 'trailhound-words-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('what is wrong with a file is said in sentences of ours', () => {
  /** Every setting of the example, by its table. */
  const settings = [
    ...readFileSync('trailhound.example.toml', 'utf8').matchAll(/^(\[+[\w.]+\]+)|^#?(\w+) = /gm),
  ].reduce<{ table: string; found: [string, string][] }>(
    ({ table, found }, [, head, key]) => ({
      table: head ?? table,
      found: key === undefined ? found : [...found, [table, key]],
    }),
    { table: '', found: [] },
  ).found;

  test('a configuration, whatever stands at whichever setting', () => {
    expect(settings.length).toBeGreaterThan(40);
    const told: string[] = [];
    for (const [table, key] of settings) {
      for (const value of values) {
        const file = join(folder, 'c.toml');
        const account = table === '[[accounts]]' && key !== 'id' ? 'id = "111122223333"\n' : '';
        writeFileSync(file, `${table}\n${account}${key} = ${value}\n`);
        try {
          loadConfig(file, {});
        } catch (error) {
          told.push(String(error));
        }
      }
    }
    expect(told.length).toBeGreaterThan(300);
    expect(told.filter((message) => raw.test(message))).toEqual([]);
    expect(told.filter((message) => !/c\.toml:\d+:\d+/.test(message))).toEqual([]);
  });

  test('a rule, whatever stands at whichever key', () => {
    const keys =
      'author description from index language license name risk_score rule_id severity tags type query new_terms threshold threat alert_suppression max_signals filters exceptions_list investigation_fields references timestamp_override building_block_type interval false_positives'.split(
        ' ',
      );
    const told = keys.flatMap((key) =>
      values.flatMap((value) => {
        const { errors, warnings } = readRuleFile('r.toml', `[rule]\n${key} = ${value}\n`);
        return [
          ...errors.map(({ problem, remedy }) => `${key} = ${value}: ${problem}; ${remedy}`),
          ...warnings.map((warning) => JSON.stringify(warning)),
        ];
      }),
    );
    expect(told.length).toBeGreaterThan(200);
    expect(told.filter((message) => raw.test(message))).toEqual([]);
  });

  test('an exception, whatever stands at whichever key', () => {
    const whole = {
      id: '"a"',
      rule_id: '"r"',
      condition: '"user.name: x"',
      owner: '"o"',
      reason: '"r"',
      expires: '2027-01-31',
    };
    const told = [...Object.keys(whole), 'other'].flatMap((key) =>
      values.flatMap((value) => {
        const lines = Object.entries({ ...whole, [key]: value }).map(([name, given]) => `${name} = ${given}`);
        const { errors } = readExceptions('e.toml', `[[exception]]\n${lines.join('\n')}\n`, createFieldTable());
        return errors.map(({ problem, remedy }) => `${key} = ${value}: ${problem}; ${remedy}`);
      }),
    );
    expect(told.length).toBeGreaterThan(50);
    expect(told.filter((message) => raw.test(message))).toEqual([]);
    expect(told.some((message) => message.includes('there is no exception.0.other'))).toBe(true);
  });

  test("a rule's examples, with the place in the file", () => {
    function complaint(content: unknown): string {
      try {
        parseRuleExamples('x.json', JSON.stringify(content));
        return 'nothing';
      } catch (error) {
        return String(error);
      }
    }
    const example = { name: 'a', matches: true, events: [{}] };
    const whole = { ruleId: 'r', base: {}, examples: [example] };
    expect(complaint(whole)).toBe('nothing');
    expect(complaint([])).toMatch(/x\.json: a table of settings is expected/);
    expect(complaint({ ...whole, examples: [{ ...example, matches: 'yes' }] })).toMatch(
      /examples\[0\]\.matches: true or false is expected/,
    );
    expect(complaint({ ...whole, examples: [{ ...example, events: [] }] })).toMatch(
      /examples\[0\]\.events: a list of 1 or more is expected/,
    );
    expect(complaint({ ...whole, x: 1 })).toMatch(/"x" is not known here/);
  });
});
