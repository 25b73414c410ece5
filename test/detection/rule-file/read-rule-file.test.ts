import { describe, expect, it } from 'vitest';
import { compileRuleSet } from '../../../src/detection/engine.ts';
import { codeFrame } from '../../../src/detection/rule-file/code-frame.ts';
import { readRuleFile } from '../../../src/detection/rule-file/read-rule-file.ts';

const sound = `[rule]
name = "a rule"
description = "what it sees"
rule_id = "r-1"
risk_score = 21
severity = "low"
type = "query"
query = 'event.action: "a"'
`;

function placesOf(source: string): readonly string[] {
  const { errors } = readRuleFile('r.toml', source);
  return errors.map(({ position, problem }) => `${position.line}:${position.column} ${problem}`);
}

describe('a rule file', () => {
  it('has the format’s defaults where it says nothing', () => {
    const { file } = readRuleFile('r.toml', sound);
    expect(file?.rule).toMatchObject({
      lookBackMs: 360_000,
      intervalMs: 300_000,
      maxSignals: 100,
      buildingBlock: false,
    });
    expect(file?.language).toBe('kuery');
  });

  it('tells every error of shape at its place, all at once', () => {
    const source = sound
      .replace('"low"', '"hig"')
      .replace('risk_score = 21', 'risk_score = 210')
      .replace('name = "a rule"', 'name = ""')
      .replace('rule_id = "r-1"\n', 'from = "6m"\n');
    expect(placesOf(source)).toEqual([
      '1:2 rule.rule_id is missing',
      expect.stringMatching(/^2:8 rule\.name/),
      expect.stringMatching(/^4:8 rule\.from/),
      expect.stringMatching(/^5:14 rule\.risk_score/),
      expect.stringMatching(/^6:12 rule\.severity/),
    ]);
  });

  it('tells an error of a section once', () => {
    const source = `${sound.replace('"query"', '"threshold"')}[rule.threshold]\nfield = ["a"]\nvalue = 0\n`;
    expect(placesOf(source)).toEqual([expect.stringMatching(/^11:9 rule\.threshold\.value/)]);
  });

  it('says of each error what to do', () => {
    const { errors } = readRuleFile('r.toml', sound.replace('"low"', '"hig"'));
    expect(errors[0]?.message).toBe(
      'r.toml:6:12: rule.severity has a value that the format does not allow; write one of low, medium, high, critical',
    );
  });

  it('warns of unknown keys wherever they stand, and reads the rest', () => {
    const source = `${sound.replace('"query"', '"threshold"')}colour = "red"\n[rule.threshold]\nfield = ["a"]\nvalue = 3\nfoo = 1\n[metadata]\nbar = 2\n`;
    const { file, errors, warnings } = readRuleFile('r.toml', source);
    expect(errors).toEqual([]);
    expect(file?.section).toEqual({ fields: ['a'], value: 3, cardinality: null });
    expect(warnings.map(({ position, message }) => [position.line, position.column, message.split(' ')[0]])).toEqual(
      expect.arrayContaining([
        [9, 1, 'rule.colour'],
        [13, 1, 'rule.threshold.foo'],
        [15, 1, 'metadata.bar'],
      ]),
    );
  });

  it('knows why a rule was deprecated', () => {
    const { warnings } = readRuleFile('r.toml', `${sound}[metadata]\ndeprecated_reason = "another rule has it"\n`);
    expect(warnings).toEqual([]);
  });

  it('that is no TOML says where', () => {
    expect(placesOf(sound.replace('"low"', 'low'))).toEqual([expect.stringMatching(/^6:12 this is not valid TOML/)]);
  });

  it('is refused where it nests without end, and may hold numbers that JSON has no form for', () => {
    for (const key of ['colour', 'meta']) {
      expect(placesOf(`${sound}${key}${'.a'.repeat(50_000)} = 1\n`)).toEqual([
        '1:1 tables and lists are nested deeper than 100 levels',
      ]);
    }
    expect(placesOf(sound.replace('= 21', '= nan'))).toEqual([expect.stringMatching(/^5:14 rule\.risk_score/)]);
    expect(readRuleFile('r.toml', `${sound}meta = [nan, -inf, inf]\n`).errors).toEqual([]);
  });

  it('needs what its type needs', () => {
    expect(placesOf(sound.replace('"query"', '"new_terms"'))).toEqual(['1:2 rule.new_terms is missing']);
    expect(placesOf(sound.replace('"query"', '"threshold"'))).toEqual(['1:2 rule.threshold is missing']);
    expect(placesOf(`${sound}language = "eql"\n`)).toEqual([
      expect.stringMatching(/^9:12 .* cannot be written in eql/),
    ]);
    expect(placesOf(sound.replace(/query = '.*\n/, ''))).toEqual([expect.stringMatching(/needs rule\.query/)]);
  });

  it.each([
    ['a literal text', `query = 'a: b c: d'`, '8:16'],
    ['a multi-line literal text', `query = '''\na: b and\n  c: (d\n'''`, '11:1'],
    ['a basic text with escapes', String.raw`query = "a: \"b\" c: d"`, '8:19'],
    ['a multi-line basic text with folded lines', 'query = """\\\n   a: b \\\n   c: (d or)"""', '10:5'],
  ])('shows an error of its query in its place in the file: %s', (_name, query, place) => {
    const { file } = readRuleFile('r.toml', sound.replace(/query = '.*/, query));
    if (file === null) throw new Error('it was to be read');
    const [error] = compileRuleSet([file]).errors;
    expect(`${error?.position.line}:${error?.position.column}`).toBe(place);
  });

  it('shows the line of what is wrong also where its texts are too long to be looked into', () => {
    const query = `'''event.action: (${'a or '.repeat(100_000)}'''`;
    const { file } = readRuleFile(
      'r.toml',
      sound.replace(/query = '.*/, () => `query = ${query}`),
    );
    if (file === null) throw new Error('it was to be read');
    expect(compileRuleSet([file]).errors.map(({ position }) => position)).toEqual([{ line: 8, column: 9 }]);
    const long = `${sound}note = '${'n'.repeat(500_000)}'\n[metadata]\ncolour = "red"\n`;
    expect(readRuleFile('r.toml', long).warnings.map(({ position }) => position)).toEqual([{ line: 11, column: 1 }]);
  });

  it('has a digest that depends on what it says and not on how it is written', () => {
    function digest(source: string) {
      return readRuleFile('r.toml', source).file?.rule.contentDigest;
    }
    expect(digest(`# a comment\n${sound}`)).toBe(digest(sound));
    expect(digest(sound.replace('21', '22'))).not.toBe(digest(sound));
  });

  it('shows a line with a caret, without what could steer a terminal', () => {
    expect(codeFrame('a\n\u001B[31mb = 1\n', { line: 2, column: 6 })).toBe('    2 |  [31mb = 1\n      |      ^');
  });
});

describe('a rule set', () => {
  function file(source: string, path = 'r.toml') {
    const reading = readRuleFile(path, source);
    if (reading.file === null) throw new Error(reading.errors.map(({ message }) => message).join('\n'));
    return reading.file;
  }

  it('runs what it can and reports the rest', () => {
    const set = compileRuleSet([
      file(sound),
      file(sound.replace('r-1', 'r-2').replace('event.action:', 'event.action: ('), 'broken.toml'),
      file(sound.replace('r-1', 'r-3').replace('"query"', '"machine_learning"')),
      file(`${sound.replace('r-1', 'r-4')}language = "lucene"\n`),
      file(`${sound.replace('r-1', 'r-5')}[[rule.filters]]\nx = 1\n`),
    ]);
    expect(set.rules.map(({ rule }) => rule.id)).toEqual(['r-1']);
    expect(set.errors.map(({ path }) => path)).toEqual(['broken.toml']);
    expect(set.notRun.map(({ file: { rule }, reason }) => `${rule.id}: ${reason}`)).toEqual([
      'r-3: rules of type machine_learning are not supported yet',
      'r-4: queries in lucene are not supported yet',
      'r-5: filters of the form x are not supported yet',
    ]);
  });

  it('takes the same rule twice as one, and runs two rules under one ID both, of which the later has its own', () => {
    expect(compileRuleSet([file(sound), file(sound)]).rules).toHaveLength(1);
    const other = sound.replace('a rule', 'another');
    const set = compileRuleSet([file(sound, 'a.toml'), file(other, 'b.toml'), file(other, 'c.toml')]);
    expect(set.rules.map(({ rule }) => [rule.name, rule.id])).toEqual([
      ['a rule', 'r-1'],
      ['another', expect.stringMatching(/^r-1\+[0-9a-f]{12}$/)],
    ]);
    expect(set.errors).toEqual([]);
    expect(set.repeated.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^b\.toml:4:11: a\.toml has a rule/),
      expect.stringMatching(/^c\.toml:4:11: a\.toml has a rule/),
    ]);
  });

  it('lets no rule stop another by its ID: not by another query, nor by being switched off', () => {
    const blind = sound.replace('event.action: "a"', 'event.action: "nothing"');
    expect(blind).not.toBe(sound);
    const ways = [blind, `${blind}enabled = false\n`, `${sound}enabled = false\n`];
    for (const way of ways) {
      const queries = compileRuleSet([file(way, 'a.toml'), file(sound, 'b.toml')]).rules.map(
        (each) => each.file.query?.text,
      );
      expect(queries).toContain(file(sound).query?.text);
    }
  });
});
