import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { ocsfFindings } from '../../../src/investigation/report/ocsf-findings.ts';
import { investigatePaths } from '../expected/investigate-records.ts';

/*
 * `ocsf-1.6.0.json` is what the schema of that version (github.com/ocsf/ocsf-schema, Apache-2.0) says about the two classes and the
 * objects that we use: each attribute with its type, whether it is required, and the numbers that it may have; profiles are included.
 */
const shape = z.object({
  attributes: z.record(
    z.string(),
    z.object({
      type: z.string().nullish(),
      object: z.string().optional(),
      array: z.boolean().optional(),
      required: z.boolean().optional(),
      enum: z.array(z.number()).optional(),
    }),
  ),
  constraints: z
    .object({ at_least_one: z.array(z.string()).optional() })
    .loose()
    .optional(),
});
const schema = z
  .object({ classes: z.record(z.string(), shape), objects: z.record(z.string(), shape) })
  .parse(JSON.parse(readFileSync(new URL('ocsf-1.6.0.json', import.meta.url), 'utf8')));

type Attribute = z.infer<typeof shape>['attributes'][string];

/** What the schema has against a value. */
function faultsIn(value: unknown, of: z.infer<typeof shape> | undefined, at: string): readonly string[] {
  if (of === undefined) return [`${at} is of a form that is not in the excerpt`];
  if (typeof value !== 'object' || value === null) return [`${at} is no object`];
  const { attributes, constraints } = of;
  const names = Object.keys(value);
  const missing = Object.keys(attributes).filter(
    (name) => attributes[name]?.required === true && !names.includes(name),
  );
  const anyOf = constraints?.at_least_one ?? [];
  return [
    ...missing.map((name) => `${at}.${name} is missing`),
    ...(anyOf.length > 0 && !anyOf.some((name) => names.includes(name))
      ? [`${at} has none of ${anyOf.join(', ')}`]
      : []),
    ...Object.entries(value).flatMap(([name, part]) => attributeFaults(part, attributes[name], `${at}.${name}`)),
  ];
}

function attributeFaults(value: unknown, attribute: Attribute | undefined, at: string): readonly string[] {
  if (attribute === undefined) return [`${at} is not in the schema`];
  if (attribute.array === true) {
    if (!Array.isArray(value)) return [`${at} is no list`];
    return value.flatMap((each, index) => partFaults(each, attribute, `${at}[${index}]`));
  }
  return partFaults(value, attribute, at);
}

function partFaults(value: unknown, attribute: Attribute, at: string): readonly string[] {
  if (attribute.object !== undefined) return faultsIn(value, schema.objects[attribute.object], at);
  const wanted =
    { integer_t: 'number', long_t: 'number', timestamp_t: 'number', boolean_t: 'boolean' }[attribute.type ?? ''] ??
    'string';
  if (typeof value !== wanted) return [`${at} is no ${wanted}`];
  if (attribute.enum !== undefined && !attribute.enum.includes(value as number))
    return [`${at} may not be ${String(value)}`];
  return [];
}

test('a case is findings of OCSF 1.6.0: one for each rule that alerted and one for the case, as the schema has them', async () => {
  const cases = await investigatePaths(['../shared/corpora/cloudtrail-stratus']);
  const documents = cases.map(({ document }) => document);
  const findings = ocsfFindings(documents) as readonly { readonly class_uid: number }[];
  expect(findings.filter(({ class_uid: uid }) => uid === 2005)).toHaveLength(documents.length);
  expect(findings.filter(({ class_uid: uid }) => uid === 2004).length).toBeGreaterThan(documents.length);
  expect(
    findings.flatMap((finding) => faultsIn(finding, schema.classes[finding.class_uid], `${finding.class_uid}`)),
  ).toEqual([]);
});

test('what the schema does not allow is found', () => {
  const detection = schema.classes['2004'];
  expect(
    faultsIn({ class_uid: 2004, status_id: 77, nonsense: 1, evidences: [{}], time: 'now' }, detection, 'x'),
  ).toEqual(
    expect.arrayContaining([
      'x.metadata is missing',
      'x.finding_info is missing',
      'x.status_id may not be 77',
      'x.nonsense is not in the schema',
      'x.time is no number',
      expect.stringContaining('x.evidences[0] has none of actor'),
    ]),
  );
});
