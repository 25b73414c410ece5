import { existsSync, globSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { benignRecord } from '../../bench/detect/benign-traffic.ts';
import { SeededRandom } from '../../bench/detect/random.ts';
import { varyRecord } from '../../bench/detect/vary-record.ts';
import { ecsEventOf } from '../../src/cloudtrail/ecs-event.ts';
import { recordsIn } from '../../src/cloudtrail/record-forms.ts';
import { RecordScanner } from '../../src/cloudtrail/scan/record-scanner.ts';
import { detectionEventOf } from '../../src/detection/detection-event.ts';
import { compileRuleSet } from '../../src/detection/engine.ts';
import { readRuleFile } from '../../src/detection/rule-file/read-rule-file.ts';
import { ScannedEvent } from '../../src/detection/fields/scanned-event.ts';
import type { JsonObject, JsonValue } from '../../src/model/json.ts';
import { choicesOf, written } from './json-variants.ts';

const corpora = '../shared/corpora';
const recordings = globSync(`${corpora}/cloudtrail-stratus/*.json`).flatMap(
  (path) => JSON.parse(readFileSync(path, 'utf8')) as readonly JsonObject[],
);
if (!existsSync(corpora))
  console.warn(`SKIPPED: ${corpora} is not here, so only our own rules and made-up records are compared`);

const rules = [...globSync('rules/*.toml'), ...globSync(`${corpora}/elastic-rules/*/*.toml`)].flatMap(
  (path) => readRuleFile(path, readFileSync(path, 'utf8')).file ?? [],
);
const ruleSet = compileRuleSet(rules);

/** What rules keep of the records in a JSON text when each is parsed and made a whole document, and each rule is asked. */
function parsed(json: string): readonly unknown[] {
  return recordsIn(JSON.parse(json) as JsonValue).map((found) => {
    if (found instanceof Error) throw found;
    if (found.kind === 'other') throw new Error(found.form);
    const document = ecsEventOf(found);
    const event = detectionEventOf(document, ruleSet.fieldsOf(document));
    return ruleSet.rules.flatMap(({ matcher }, ruleIndex) => {
      const candidates = matcher.candidates(event);
      return candidates.length === 0 ? [] : [{ ruleIndex, candidates }];
    });
  });
}

/** The same when records are scanned, and only the others parsed. */
function scanned(json: string): { readonly kept: readonly unknown[]; readonly fast: number } {
  const kept: unknown[] = [];
  let fast = 0;
  const event = new ScannedEvent(ruleSet.fields);
  const scanner = new RecordScanner({
    record(record) {
      fast += 1;
      event.take(record);
      kept.push(ruleSet.candidatesOf(event));
    },
    other: (bytes) => kept.push(...parsed(bytes.toString())),
  });
  const bytes = Buffer.from(json);
  bytes.copy(scanner.reserve(bytes.length));
  expect(scanner.advance(bytes.length)).toBeNull();
  expect(scanner.finish()).toBeNull();
  return { kept, fast };
}

describe('skipping the parser', () => {
  const records = fc.tuple(fc.nat(), fc.boolean()).map(([seed, isAttack]) => {
    const random = new SeededRandom(seed);
    const time = `2026-07-0${1 + (seed % 9)}T09:17:43Z`;
    return isAttack && recordings.length > 0
      ? varyRecord(random.pick(recordings), time, random)
      : benignRecord(time, random);
  });
  const choices = fc.array(fc.nat(1000), { minLength: 1, maxLength: 300 });

  test('finds the same candidates as parsing, however a record is written', () => {
    let fast = 0;
    fc.assert(
      fc.property(fc.array(records, { minLength: 1, maxLength: 4 }), choices, (list, numbers) => {
        const decided = choicesOf(numbers);
        const json = `{"Records": [${list.map((record) => written(record, decided)).join(', ')}]}`;
        const result = scanned(json);
        fast += result.fast;
        expect(result.kept).toEqual(parsed(json));
      }),
      { numRuns: 500 },
    );
    expect(fast).toBeGreaterThan(100);
  });

  test('finds the same candidates in the texts that LookupEvents gives', () => {
    fc.assert(
      fc.property(records, choices, (record, numbers) => {
        const lookedUp = { EventId: record.eventID, CloudTrailEvent: written(record, choicesOf(numbers)) };
        const json = `{"Events": [${written(lookedUp, choicesOf(numbers.toReversed()))}], "NextToken": "x"}`;
        expect(scanned(json).kept).toEqual(parsed(json));
      }),
      { numRuns: 200 },
    );
  });

  test.skipIf(recordings.length === 0)(
    'finds the same candidates in the recordings, and skips the parser for all of them',
    () => {
      const json = JSON.stringify(recordings);
      const result = scanned(json);
      expect(result.kept).toEqual(parsed(json));
      expect(result.fast).toBe(recordings.length);
      expect(result.kept.flat().length).toBeGreaterThan(100);
    },
  );
});
