import { expect, test } from 'vitest';
import { canonicalDigest } from '../../src/digest/canonical-digest.ts';
import { actorOf } from '../../src/cloudtrail/actor.ts';
import { evidenceOf } from '../../src/investigation/evidence/evidence-content.ts';
import { gatherEvidence } from '../investigation/gathered.ts';
import { assessCase } from '../../src/investigation/case/assess-case.ts';
import { buildPlan } from '../../src/investigation/plan/plan.ts';
import { planWords } from '../../src/investigation/plan/plan-words.ts';
import type { AlertId, CaseId, Instant } from '../../src/model/ids.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { archiveOf, found } from '../investigation/archive-of.ts';
import { materialOf } from '../investigation/material-of.ts';
import { bareUser } from '../investigation/user-states.ts';
import { ruleId, s3BrowserRecord, secondsAgo, userRecord } from '../investigation/trail-records.ts';

const now = new Date().toISOString() as Instant;

/** A case about the alerted records, with everything that the archive holds. */
async function investigated(alerted: readonly JsonObject[], others: readonly JsonObject[] = []) {
  const [events, rest] = [alerted.map(found), others.map(found)];
  const actor = actorOf(events[0]?.ecs ?? {});
  const alert = {
    id: 'sha256:1' as string as AlertId,
    ruleId,
    ruleName: 'rule',
    ruleDigest: canonicalDigest('rule'),
    severity: 'low' as const,
    eventRefs: events.map(({ ref }) => ref),
  };
  const evidence = await gatherEvidence(
    { actor, alerts: [alert], now, lookBackMs: 7 * 86_400_000 },
    {
      archive: archiveOf([...events, ...rest]),
      identities: {
        userState: async () => bareUser,
      },
    },
  );
  const material = await materialOf([...events, ...rest], evidence, now);
  const plan = buildPlan({
    caseId: 'TH-TEST' as CaseId,
    version: 1,
    material,
    evidence,
    policy: canonicalDigest('policy'),
    presented: null,
    secrets: { namePrefix: 'trailhound/', region: 'us-east-1' },
    mayChange: () => true,
    now,
  });
  return { evidence, plan, findings: assessCase(material).findings };
}

function backdoor(atSecondsAgo: number) {
  return [
    userRecord({
      eventSource: 'iam.amazonaws.com',
      eventName: 'CreateUser',
      readOnly: false,
      eventTime: secondsAgo(atSecondsAgo),
      requestParameters: { userName: 'backdoor' },
      responseElements: { user: { userName: 'backdoor' } },
    }),
    userRecord({
      eventSource: 'iam.amazonaws.com',
      eventName: 'CreateAccessKey',
      readOnly: false,
      eventTime: secondsAgo(atSecondsAgo - 1),
      requestParameters: { userName: 'backdoor' },
      responseElements: { accessKey: { accessKeyId: 'AKIABACKDOOR00000001', userName: 'backdoor', status: 'Active' } },
    }),
  ];
}

test.each([
  ['205 harmless calls', 205],
  ['more calls than a page of the store holds', 5_200],
])(
  '%s after CreateUser and CreateAccessKey hide neither from findings and plan',
  async (_name, count) => {
    const harmless = Array.from({ length: count }, (_each, index) =>
      userRecord({
        eventSource: 'secretsmanager.amazonaws.com',
        eventName: 'GetSecretValue',
        eventTime: secondsAgo(7_000 - index),
        requestParameters: { secretId: `secret-${index}` },
      }),
    );
    const { findings, plan, evidence } = await investigated([s3BrowserRecord()], [...backdoor(7_100), ...harmless]);
    const made = findings.find(({ kind }) => kind === 'way-in-still-open');
    expect(made?.sentence).toContain('Access key AKIABACKDOOR00000001 of user backdoor');
    expect(plan.waysIn.map(({ what }) => what)).toContainEqual(
      expect.objectContaining({ kind: 'access-key', accessKeyId: 'AKIABACKDOOR00000001' }),
    );
    const [activity] = evidenceOf(evidence, 'access-key-activity');
    expect(activity?.content.events).toBe(count + 3);
    const shown = activity?.content.effects.length ?? 0;
    expect(shown + (activity?.content.leftOut.effects ?? 0)).toBe(count + 2);
    if (shown < count + 2) {
      expect(activity).toMatchObject({ availability: 'partial' });
      expect(activity?.why).toContain('more calls with effects are counted and not listed');
    }
  },
  30_000,
);

test('the sixth credential of a session is followed, and so are all of them', async () => {
  const keys = Array.from({ length: 8 }, (_each, index) => `ASIAEXAMPLE0000000${index}`);
  const identity = userRecord()['userIdentity'] as JsonObject;
  const alerted = keys.map((accessKeyId) => s3BrowserRecord({ userIdentity: { ...identity, accessKeyId } }));
  const { evidence } = await investigated(alerted);
  const followed = evidenceOf(evidence, 'access-key-activity').map(({ content }) => content.pivot);
  expect(followed).toHaveLength(8);
  expect(followed).toEqual(expect.arrayContaining(keys.map((accessKeyId) => expect.objectContaining({ accessKeyId }))));
});

test('credentials beyond what is followed are told in evidence and plan, and those that did something come first', async () => {
  const identity = userRecord()['userIdentity'] as JsonObject;
  function named(index: number) {
    return `ASIAEXAMPLE${String(index).padStart(5, '0')}`;
  }
  const alerted = Array.from({ length: 230 }, (_each, index) =>
    s3BrowserRecord({ userIdentity: { ...identity, accessKeyId: named(index) } }),
  );
  const [made] = backdoor(50);
  const telling = { ...made, userIdentity: { ...identity, accessKeyId: named(999) } };
  const { evidence, plan } = await investigated([...alerted, telling]);
  const [left] = evidenceOf(evidence, 'not-followed');
  expect(left).toMatchObject({ availability: 'partial', why: '31 more credentials were not followed.' });
  const followed = evidenceOf(evidence, 'access-key-activity').flatMap(({ content: { pivot } }) =>
    pivot.kind === 'access-key' ? [pivot.accessKeyId] : [],
  );
  expect(followed).toContain(named(999));
  expect(JSON.stringify(planWords(plan))).toContain('31 more credentials');
}, 60_000);

test('refused attempts are counted over everything', async () => {
  const denied = Array.from({ length: 700 }, (_each, index) =>
    userRecord({ errorCode: 'AccessDenied', eventName: `Describe${index}`, eventTime: secondsAgo(5_000 - index) }),
  );
  const { evidence } = await investigated([s3BrowserRecord()], denied);
  const [activity] = evidenceOf(evidence, 'access-key-activity');
  expect(activity?.content.failed).toBe(700);
  expect(activity?.content.leftOut.actions).toBe(501);
  expect(activity?.why).toContain('501 more kinds of calls are counted and not listed.');
});
