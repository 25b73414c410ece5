import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { beforeAll, describe, expect, test } from 'vitest';
import { ocsfFindings } from '../../../src/investigation/report/ocsf-findings.ts';
import type { CaseDocument } from '../../../src/investigation/report/case-document.ts';
import { intrusions } from '../expected/intrusions.ts';
import { investigatePaths, investigateRecords } from '../expected/investigate-records.ts';
import type { Instant } from '../../../src/model/ids.ts';

/*
 * `ocsf-1.6.0.schema.json` is the whole schema of the two classes that reports have: `derive-ocsf-schema.mjs` makes it of OCSF's own
 * export (Apache-2.0). Types with their patterns, lengths and ranges, numbers that are allowed, what is required, and what a
 * profile brings are in it; what it does not name is refused.
 */
const schema: object = JSON.parse(readFileSync(new URL('ocsf-1.6.0.schema.json', import.meta.url), 'utf8'));
const ajv = new Ajv2020({ allErrors: true, strictSchema: true }).addSchema(schema, 'ocsf');
const classes: Readonly<Record<number, string>> = { 2004: 'detection_finding', 2005: 'incident_finding' };

/** What the schema has against a finding. */
function faultsIn(finding: object): readonly string[] {
  const name = 'class_uid' in finding ? classes[Number(finding.class_uid)] : undefined;
  if (name === undefined) return ['it is of no class that reports have'];
  const validate = ajv.compile({ $ref: `ocsf#/$defs/${name}` });
  if (validate(finding)) return [];
  return (validate.errors ?? []).map(({ instancePath, message = '' }) => `${instancePath} ${message}`);
}

let documents: readonly CaseDocument[] = [];
beforeAll(async () => {
  const recorded = await investigatePaths(['../shared/corpora/cloudtrail-stratus']);
  const made = await Promise.all(intrusions.map(({ records }) => investigateRecords(records())));
  documents = [...recorded, ...made.flat()].map(({ document }) => document);
});

describe('a case as findings of OCSF 1.6.0', () => {
  test('is one for each rule that alerted and one for the case, and the whole schema has nothing against any of them', () => {
    const findings = ocsfFindings(documents) as readonly { readonly class_uid: number }[];
    expect(findings.filter(({ class_uid: uid }) => uid === 2005)).toHaveLength(documents.length);
    expect(findings.filter(({ class_uid: uid }) => uid === 2004).length).toBeGreaterThan(documents.length);
    expect(findings.flatMap(faultsIn)).toEqual([]);
  });

  test('stays so wherever a running case stands', () => {
    const [document] = documents as [CaseDocument];
    const standings = [
      'gathering',
      'awaiting-decision',
      'responding',
      'watching',
      'needs-a-person',
      'closed',
      'merged',
      'quiet',
    ];
    for (const status of standings) {
      const undo = { digest: 'sha256:x', decideBy: null, actions: [] };
      const standing = { status, verdict: null, digest: null, decideBy: null, warnings: [], undo };
      const notes = [{ at: document.asOf as Instant, by: 'alice', text: 'seen' }];
      expect(ocsfFindings([{ ...document, standing, notes }]).flatMap(faultsIn)).toEqual([]);
    }
  });

  test.each([
    [
      'a number that is none of the allowed ones',
      { status_id: 77 },
      '/status_id must be equal to one of the allowed values',
    ],
    ['an attribute that there is not', { nonsense: 1 }, ' must NOT have additional properties'],
    ['a time that is no number', { time: 'now' }, '/time must be integer'],
    [
      'an address that is none',
      { observables: [{ name: 'ip', type_id: 2, value: 'x' }], device: { type_id: 0, ip: 'x' } },
      '/device/ip must match pattern',
    ],
    ['evidence of nothing', { evidences: [{}] }, '/evidences/0 must match a schema in anyOf'],
    ['what a profile brings, without the profile', { osint: [] }, '/osint boolean schema is false'],
    ['what is required, left out', { metadata: undefined }, " must have required property 'metadata'"],
  ])('%s is found', (_, change, fault) => {
    const [finding] = ocsfFindings(documents) as readonly [object];
    const changed: object = JSON.parse(JSON.stringify({ ...finding, ...change }));
    expect(faultsIn(changed).join('\n')).toContain(fault);
  });
});
