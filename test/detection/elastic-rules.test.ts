import type { NewTermsDetail } from '../../src/detection/rule-types/new-terms.ts';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { normalizeRecord } from '../../src/cloudtrail/normalize.ts';
import { compileRuleSet, type RuleSet } from '../../src/detection/engine.ts';
import { countAlerts, detectOffline, type OfflineDetection } from '../../src/detection/offline/offline.ts';
import { readRuleFile } from '../../src/detection/rule-file/read-rule-file.ts';
import { ruleTypes } from '../../src/detection/rule-types.ts';
import type { AccountId, Instant } from '../../src/model/ids.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { textAt } from '../../src/cloudtrail/ecs-path.ts';

const corpora = '../shared/corpora';
const here = existsSync(`${corpora}/elastic-rules`);
if (!here) console.warn(`SKIPPED: ${corpora} is not here, so the rule repository and its verdicts are not compared`);

function readings(folder: string) {
  return globSync(`${corpora}/elastic-rules/${folder}/*.toml`)
    .toSorted()
    .map((path) => readRuleFile(path, readFileSync(path, 'utf8')));
}

function filesOf(folder: string) {
  return readings(folder).flatMap(({ file }) => (file === null ? [] : [file]));
}

function countBy<T>(items: readonly T[], keyOf: (item: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[keyOf(item)] = (counts[keyOf(item)] ?? 0) + 1;
  return counts;
}

describe.skipIf(!here)("the rule repository's AWS rules, unmodified", () => {
  it('load without an error or a warning', () => {
    const all = readings('*');
    expect(all.length).toBe(203);
    expect(all.flatMap(({ errors }) => errors.map(({ message }) => message))).toEqual([]);
    expect(all.flatMap(({ warnings }) => warnings.map(({ message }) => message))).toEqual([]);
  });

  it('run where their type is supported, and are reported where it is not', () => {
    const ruleSet = compileRuleSet(filesOf('aws'));
    expect(ruleSet.errors.map(({ message }) => message)).toEqual([]);
    const expected = { query: 85, new_terms: 49, threshold: 5, eql: 27 };
    const supported = Object.fromEntries(Object.entries(expected).filter(([type]) => ruleTypes.has(type)));
    expect(countBy(ruleSet.rules, ({ rule }) => rule.type)).toEqual(supported);
    expect(countBy(ruleSet.notRun, ({ file }) => file.rule.type)).toMatchObject({ esql: 23, machine_learning: 5 });
  });

  it('run six of the building-block rules', () => {
    expect(compileRuleSet(filesOf('building-block')).rules).toHaveLength(6);
  });

  it("give exactly the evaluator's verdicts on recorded attacks", () => {
    const verdicts = readFileSync(`${corpora}/cloudtrail-stratus.verdicts.tsv`, 'utf8').trim().split('\n');
    const listed = new Set(verdicts.map((line) => line.split('\t')[0]));
    const found = alertLines().filter((line) => listed.has(line.split('\t')[0]));
    expect([...new Set(found)].toSorted()).toEqual(verdicts.toSorted());
  });

  it('are counted as they are listed', () => {
    const { ruleSet, detection } = detectionOnRecordings();
    const counted = countAlerts(ruleSet, [detection.logged()]);
    const listed = Map.groupBy(detection.alerts(), ({ rule }) => rule);
    expect(counted).toEqual(new Map(Array.from(listed, ([rule, alerts]) => [rule, alerts.length])));
    expect(new Set(Array.from(counted.keys(), ({ type }) => type)).size).toBe(4);
  });
});

function detectionOnRecordings(): { readonly ruleSet: RuleSet; readonly detection: OfflineDetection } {
  const ruleSet = compileRuleSet(filesOf('*'));
  const detection = detectOffline(ruleSet);
  for (const path of globSync(`${corpora}/cloudtrail-stratus/*.json`)) {
    for (const record of JSON.parse(readFileSync(path, 'utf8')) as JsonObject[]) {
      const ecs = normalizeRecord(record);
      const eventTime = (textAt(ecs, '@timestamp') ?? '') as Instant;
      const ref = {
        accountId: (textAt(ecs, 'cloud.account.id') ?? '') as AccountId,
        eventId: textAt(ecs, 'event.id') ?? '',
        revision: 0,
      };
      detection.take({ ref, eventTime, eventTimeMs: Date.parse(eventTime), fields: ruleSet.fieldsOf(ecs) });
    }
  }
  return { ruleSet, detection };
}

function alertLines(): readonly string[] {
  return detectionOnRecordings()
    .detection.alerts()
    .map(({ rule, detail, eventRefs }) => {
      const what =
        detail.kind === 'new_terms'
          ? `[${(detail as NewTermsDetail).values.map((value) => JSON.stringify(value)).join(', ')}]`
          : eventRefs.map(({ eventId }) => eventId).join(',');
      return [rule.id, rule.type, what].join('\t');
    });
}
