import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { normalizeRecord } from '../../src/cloudtrail/normalize.ts';
import { detectionEventOf } from '../../src/detection/detection-event.ts';
import { compileRuleSet } from '../../src/detection/engine.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { pack } from './rule-pack.ts';

/*
 * An intruder writes a policy so that what reads it as text does not find what AWS reads in it, or has a name that stands for "no name".
 */

const ruleSet = compileRuleSet(pack.flatMap(({ reading }) => reading.file ?? []));

/** The names of the rules that keep something of a record. */
function matched(record: JsonObject): readonly string[] {
  const document = normalizeRecord(record);
  return ruleSet
    .candidatesOf(detectionEventOf(document, ruleSet.fieldsOf(document)))
    .filter(({ candidates }) => candidates.length > 0)
    .map(({ ruleIndex }) => ruleSet.rules[ruleIndex]?.rule.name ?? '')
    .toSorted();
}

function baseOf(name: string): JsonObject {
  const path = new URL(`../../rules/examples/${name}.json`, import.meta.url);
  return (JSON.parse(readFileSync(path, 'utf8')) as { readonly base: JsonObject }).base;
}

const readByText = ['persistence-role-trusts-anyone', 'privilege-escalation-inline-policy-allows-everything'];
const hidings: readonly (readonly [string, (policy: string) => string])[] = [
  ['behind 33,000 spaces', (policy) => ' '.repeat(33_000) + policy],
  ['with 33,000 spaces in it', (policy) => policy.replace('{', `{${' '.repeat(33_000)}`)],
  [
    'with its names in escapes',
    (policy) =>
      policy.replaceAll('"Principal"', String.raw`"\u0050rincipal"`).replaceAll('"Action"', String.raw`"\u0041ction"`),
  ],
  ['with its values in escapes', (policy) => policy.replaceAll('"*"', String.raw`"\u002a"`)],
  ['behind a byte order mark', (policy) => `\uFEFF${policy}`],
];

describe.each(readByText)('the policy of %s', (name) => {
  const base = baseOf(name);
  const parameters = base['requestParameters'] as JsonObject;
  const policy = parameters['policyDocument'] as string;

  test.each(hidings)('is found %s', (_, hide) => {
    const plain = matched(base);
    expect(plain.length).toBeGreaterThan(0);
    const hidden = { ...base, requestParameters: { ...parameters, policyDocument: hide(policy) } };
    expect(hidden.requestParameters.policyDocument).not.toBe(policy);
    expect(matched(hidden)).toEqual(expect.arrayContaining([...plain]));
  });

  test('that is too long to be read is an alert of its own', () => {
    const long = { ...base, requestParameters: { ...parameters, policyDocument: ' '.repeat(300_000) + policy } };
    expect(matched(long).join()).toContain('AWS took a policy that Trailhound can');
  });

  test.each(['none', '-'])('is found where its user is called %s', (userName) => {
    const userIdentity = { ...(base['userIdentity'] as JsonObject), userName };
    expect(matched({ ...base, userIdentity })).toEqual(expect.arrayContaining([...matched(base)]));
  });
});
