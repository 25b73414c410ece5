import { describe, expect, test } from 'vitest';
import { assessCase } from '../../src/investigation/case/assess-case.ts';
import type { GatheredEvidence } from '../../src/investigation/evidence/evidence-content.ts';
import { actedOn, alertedCalls } from '../../src/investigation/plan/proposal-grounds.ts';
import { call, materialOf } from './assessment/assessed.ts';

const backdoor = { requestParameters: { userName: 'backdoor' } };
const shown = call(0, 's3', 'ListBuckets');
const imported = [
  call(1, 'iam', 'CreateUser', backdoor),
  call(2, 'iam', 'CreateAccessKey', {
    ...backdoor,
    responseElements: { accessKey: { accessKeyId: 'AKIABACKDOOR', userName: 'backdoor', status: 'Active' } },
  }),
  call(3, 'iam', 'AttachUserPolicy', {
    requestParameters: { userName: 'backdoor', policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
  }),
  call(4, 'cloudtrail', 'StopLogging', { requestParameters: { name: 'main' } }),
];
const material = materialOf([shown, ...imported]);
const events = material.events.map((event, index) =>
  index === 0 ? event : { ...event, unconfirmed: 'not-shown' as const },
);

describe('what imported records alone say', () => {
  test('concludes nothing: neither a finding nor a way in, though the same calls on a trail conclude much', () => {
    const without = assessCase(materialOf([shown]));
    const assessment = assessCase({ ...material, events });
    const concluded = assessment.findings.filter(({ kind }) => kind !== 'unconfirmed-records');
    expect(concluded).toEqual(without.findings);
    expect(assessment.waysIn).toEqual(without.waysIn);
    expect(assessment.effects).toEqual([]);
    const onTrail = assessCase(material);
    expect(onTrail.findings.length).toBeGreaterThan(concluded.length);
    expect(onTrail.waysIn.length).toBeGreaterThan(assessment.waysIn.length);
  });

  test('is no ground to act: not against a way in that nothing else proves', () => {
    const { waysIn } = assessCase(material);
    const made = waysIn.filter(({ origin, proof }) => origin === 'made' && proof.length > 0);
    expect(made.length).toBeGreaterThan(0);
    expect(actedOn(made, material)).toEqual(made);
    expect(actedOn(made, { events })).toEqual([]);
    // One record of a trail among its proof is enough; so is what no record shows.
    const [ref] = events.map((event) => event.ref);
    if (ref === undefined) throw new Error('the case has events');
    const alsoShown = made.map((each) => ({ ...each, proof: [...each.proof, ref] }));
    expect(actedOn(alsoShown, { events })).toEqual(alsoShown);
    const unseen = made.map((each) => ({ ...each, proof: [] }));
    expect(actedOn(unseen, { events })).toEqual(unseen);
  });

  test('is no call that raised an alert to act on', () => {
    const evidence = [
      { kind: 'alert-events', content: { alerts: material.alerts, events, unconfirmed: imported.length } },
    ] as unknown as readonly GatheredEvidence[]; // of a piece of evidence only what it says is read
    expect(alertedCalls(evidence)).toEqual(events.slice(0, 1));
  });
});
