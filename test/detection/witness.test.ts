import { globSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalizeRecord } from '../../src/cloudtrail/normalize.ts';
import { detectionEventOf } from '../../src/detection/detection-event.ts';
import { compileRuleSet, type RuleSet } from '../../src/detection/engine.ts';
import { readRuleFile } from '../../src/detection/rule-file/read-rule-file.ts';
import type { RuleFile } from '../../src/detection/rule-file/rule-file.ts';
import { WordSearch } from '../../src/detection/witness/word-search.ts';
import type { JsonObject } from '../../src/model/json.ts';

const corpora = '../shared/corpora';

/** Letters that make words overlap, with both cases and something beyond ASCII. */
const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'A', 'B', 'k', '\u212A', 'é'), maxLength: 30 });
function wordsOfLength(minLength: number, maxLength: number) {
  return fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'k'), minLength, maxLength }), { maxLength: 6 });
}
/** Also such as are all long, for then the search leaps. */
const words = fc.oneof(wordsOfLength(0, 3), wordsOfLength(2, 5), wordsOfLength(3, 6));

describe('a search for many words', () => {
  it('finds exactly those that occur, ASCII letters in either case, in texts and in their bytes', () => {
    fc.assert(
      fc.property(words, letters, (wanted, text) => {
        const folded = text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
        const expected = wanted.flatMap((word, number) => (folded.includes(word) ? [number] : []));
        const search = new WordSearch(wanted);
        const bytes = Buffer.from(`kab${text}kab`);
        expect(search.inValues([text]).toSorted((a, b) => a - b)).toEqual(expected);
        expect(search.inBytes(bytes, 3, bytes.length - 3).toSorted((a, b) => a - b)).toEqual(expected);
      }),
      { numRuns: 3000 },
    );
  });

  it('finds nothing where there is no value, not even the empty word', () => {
    expect(new WordSearch(['', 'a']).inValues([])).toEqual([]);
    expect(new WordSearch(['', 'a']).inValues([''])).toEqual([0]);
  });
});

const searchedFields = [
  'user_agent.original',
  'user.name',
  'aws.cloudtrail.error_code',
  'aws.cloudtrail.user_identity.arn',
  'source.as.number',
];
const texts = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'b', 'B', 'k', '\u212A', 'é'), minLength: 1, maxLength: 3 }),
  fc.constantFrom('1', '1.0', '1.5', 'ab', 'ab*', 'aéb'),
);
const patterns = fc
  .array(fc.oneof(texts, fc.constantFrom('*', '?', '\\')), { minLength: 1, maxLength: 3 })
  .map((parts) => parts.join(''));

const kqlValues = fc.oneof(
  texts,
  fc.constant('*'),
  fc.array(fc.oneof(texts, fc.constant('*')), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('')),
);
const field = fc.constantFrom(...searchedFields);

const kql = fc.letrec<{ node: string }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.tuple(field, kqlValues).map(([name, value]) => `${name}: ${value}`),
    fc
      .tuple(field, fc.array(kqlValues, { minLength: 1, maxLength: 3 }))
      .map(([name, list]) => `${name}: (${list.join(' or ')})`),
    fc.tuple(tie('node'), tie('node')).map(([a, b]) => `(${a} and ${b})`),
    fc.tuple(tie('node'), tie('node')).map(([a, b]) => `(${a} or ${b})`),
    tie('node').map((operand) => `not (${operand})`),
  ),
})).node;

const eqlTexts = fc.oneof(patterns, texts).map((text) => JSON.stringify(text));
const eql = fc.letrec<{ node: string }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc
      .tuple(field, fc.constantFrom('==', ':', 'like', 'like~', '!='), eqlTexts)
      .map(([name, operator, text]) => `${name} ${operator} ${text}`),
    fc
      .tuple(field, fc.constantFrom('in', 'in~'), fc.array(eqlTexts, { minLength: 1, maxLength: 3 }))
      .map(([name, operator, list]) => `${name} ${operator} (${list.join(', ')})`),
    fc
      .tuple(fc.constantFrom('startsWith', 'endsWith', 'stringContains', 'stringContains~'), field, eqlTexts)
      .map(([name, path, text]) => `${name}(${path}, ${text})`),
    fc.tuple(field, fc.constantFrom('== null', '!= null')).map(([name, check]) => `${name} ${check}`),
    fc.tuple(tie('node'), tie('node')).map(([a, b]) => `(${a} and ${b})`),
    fc.tuple(tie('node'), tie('node')).map(([a, b]) => `(${a} or ${b})`),
    tie('node').map((operand) => `not (${operand})`),
  ),
})).node;

const values = fc.oneof(
  texts,
  texts,
  patterns,
  fc.array(texts, { maxLength: 2 }),
  fc.constantFrom(1, 1.5, true),
  fc.constant(null),
);
const documents: fc.Arbitrary<JsonObject> = fc
  .tuple(...searchedFields.map(() => fc.option(values, { nil: undefined })))
  .map((chosen) =>
    Object.fromEntries(
      searchedFields.flatMap((path, index) => {
        const value = chosen[index];
        return value === undefined ? [] : [[path, value] as const];
      }),
    ),
  );

function ruleOf(type: 'query' | 'eql', query: string): RuleFile {
  const language = type === 'eql' ? 'eql' : 'kuery';
  const { file, errors } = readRuleFile(
    'r.toml',
    `[rule]\nname = "r"\ndescription = "d"\nrule_id = "r"\nrisk_score = 1\nseverity = "low"\ntype = "${type}"\n` +
      `language = "${language}"\nquery = ${JSON.stringify(query)}\n`,
  );
  if (file === null) throw new Error(errors.map(({ message }) => message).join('\n'));
  return file;
}

/** What each rule says when it is asked itself, and when the engine decides whether to ask it. */
function bothAnswers(ruleSet: RuleSet, document: JsonObject) {
  const event = detectionEventOf(document, ruleSet.fieldsOf(document));
  const asked = ruleSet.rules.flatMap(({ matcher }, ruleIndex) => {
    const candidates = matcher.candidates(event);
    return candidates.length === 0 ? [] : [{ ruleIndex, candidates }];
  });
  return { asked, engine: ruleSet.candidatesOf(event) };
}

describe('the engine, which asks a rule only where an event has what the rule needs', () => {
  it.each([
    ['KQL', 'query', kql],
    ['EQL', 'eql', eql.map((condition) => `any where ${condition}`)],
  ] as const)('finds all that %s queries find when they are asked themselves', (_, type, queries) => {
    let found = 0;
    fc.assert(
      fc.property(queries, fc.array(documents, { minLength: 1, maxLength: 8 }), (query, events) => {
        const ruleSet = compileRuleSet([ruleOf(type, query)]);
        expect(ruleSet.errors).toEqual([]);
        for (const document of events) {
          const { asked, engine } = bothAnswers(ruleSet, document);
          expect(engine).toEqual(asked);
          found += asked.length;
        }
      }),
      { numRuns: 3000 },
    );
    expect(found).toBeGreaterThan(300);
  });

  it.skipIf(globSync(corpora).length === 0)('finds all that the rules find on recorded attacks', () => {
    const paths = [...globSync(`${corpora}/elastic-rules/**/*.toml`), ...globSync('rules/**/*.toml')];
    const files = paths.flatMap((path) => readRuleFile(path, readFileSync(path, 'utf8')).file ?? []);
    const ruleSet = compileRuleSet(files);
    let found = 0;
    for (const path of globSync(`${corpora}/cloudtrail-stratus/*.json`)) {
      for (const record of JSON.parse(readFileSync(path, 'utf8')) as JsonObject[]) {
        const { asked, engine } = bothAnswers(ruleSet, normalizeRecord(record));
        expect(engine).toEqual(asked);
        found += asked.length;
      }
    }
    expect(found).toBeGreaterThan(100);
  });
});
