import { expect, test } from 'vitest';
import { sightMaterial, type CaseSight } from '../../src/investigation/case/case-sight.ts';
import { accessKeyActivity } from '../../src/investigation/evidence/access-key-activity.ts';
import { alertEvents } from '../../src/investigation/evidence/alert-events.ts';
import {
  EvidenceTooLargeError,
  type GatheredEvidence,
  sealEvidence,
} from '../../src/investigation/evidence/evidence-content.ts';
import type { ClaimedAlert } from '../../src/investigation/evidence/alert-events-content.ts';
import type { Look } from '../../src/investigation/evidence/evidence-source.ts';
import { userState } from '../../src/investigation/evidence/user-state.ts';
import { unreadUserState } from '../../src/investigation/users/unread-user-state.ts';
import type { FoundEvent } from '../../src/investigation/seen-event.ts';
import type { AlertId, Digest, Instant } from '../../src/model/ids.ts';
import { archiveOf, found } from './archive-of.ts';
import { call, minute } from './assessment/assessed.ts';
import { freely } from './gathered.ts';
import { accessKeyId, accountId } from './trail-records.ts';

const mebibyte = 1024 * 1024;
const look: Look = { alerts: [], span: { from: minute(-60), to: minute(600) }, at: minute(600), asking: freely };
const identities = { userState: async () => unreadUserState('IAM is not asked') };

/** A record whose client fills it up, as an import or an AWS that is not as it should be may bring it. */
function hostile(index: number): FoundEvent {
  return found(
    call(index, 'iam', 'CreateUser', {
      eventID: `huge-${index}`,
      userAgent: `${index} ${'x'.repeat(200_000)}`,
      requestParameters: { userName: `bait-${index}` },
      responseElements: { user: { userName: `bait-${index}`, userId: `AIDABAIT${index}` } },
    }),
  );
}

function small(index: number): FoundEvent {
  return found(
    call(index, 'iam', 'CreateAccessKey', {
      eventID: `small-${index}`,
      requestParameters: { userName: `hidden-${index}` },
      responseElements: {
        accessKey: { accessKeyId: `AKIAHIDDEN${index}`, userName: `hidden-${index}`, status: 'Active' },
      },
    }),
  );
}

/** Huge ones all around the few that matter. */
const records = [
  ...Array.from({ length: 60 }, (_, index) => hostile(index)),
  ...Array.from({ length: 20 }, (_, index) => small(60 + index)),
  ...Array.from({ length: 60 }, (_, index) => hostile(80 + index)),
];

function bytesOf(evidence: GatheredEvidence): number {
  return Buffer.byteLength(JSON.stringify(evidence));
}

test('an activity of huge records keeps the many others, and the case says what was left out', async () => {
  const pivot = { kind: 'access-key', accountId, accessKeyId } as const;
  const evidence = await accessKeyActivity.gather(pivot, look, { archive: archiveOf(records), identities });
  if (evidence.kind !== 'access-key-activity') throw new Error('another kind');
  expect(bytesOf(evidence)).toBeLessThan(5 * mebibyte);
  const kept = new Set(evidence.content.effects.map(({ ref }) => ref.eventId));
  for (let index = 60; index < 80; index += 1) expect(kept).toContain(`small-${index}`);
  // Counted over all of them, and told apart.
  expect(evidence.content.events).toBe(140);
  expect(evidence.content.userAgents).toHaveLength(121);
  expect(evidence.availability).toBe('partial');
  const said =
    /TOO LARGE TOGETHER: (\d+) calls of up to 19\d KiB are not kept here, the largest are CreateUser \(huge-\d+\)/u;
  expect(evidence.why).toMatch(said);
  expect(Number(said.exec(evidence.why ?? '')?.[1])).toBe(140 - kept.size);
  expect(evidence.content.leftOut.effects).toBe(140 - kept.size);

  const sight = { evidence: [evidence], walk: { members: new Map(), links: [], limits: [] }, identities: new Map() };
  const rest = {
    events: [],
    alerts: [],
    unread: [],
    closures: [],
    acceptances: [],
    ownAccounts: [],
    newlyRecorded: [],
  };
  const { unread } = sightMaterial({ ...sight, ...rest } as unknown as CaseSight, minute(600)); // the parts that are read
  expect(unread?.join(' ')).toMatch(said);
});

test('what is kept of huge records does not depend on the order in which they are found', async () => {
  const pivot = { kind: 'access-key', accountId, accessKeyId } as const;
  const orders = [
    records,
    records.toReversed(),
    records.toSorted((a, b) => a.ref.eventId.localeCompare(b.ref.eventId)),
  ];
  const contents = await Promise.all(
    orders.map(async (order) => {
      // All at one time: an archive gives what is of one time as it likes.
      const at = minute(1);
      const archive = archiveOf(order.map((each) => ({ ...each, at, ecs: { ...each.ecs, '@timestamp': at } })));
      const evidence = await accessKeyActivity.gather(pivot, look, { archive, identities });
      if (evidence.kind !== 'access-key-activity') throw new Error('another kind');
      return JSON.stringify([evidence.why, evidence.content.effects]);
    }),
  );
  expect(new Set(contents).size).toBe(1);
});

test('the alerts of a case and their huge events are kept within bounds: of each rule one, and all small events', async () => {
  const refs = records.map(({ ref }) => ref);
  const alerts = Array.from({ length: 5_000 }, (_, index): ClaimedAlert => ({
    id: `alert-${index}` as AlertId,
    ruleId: `rule-${index < 4_999 ? 'loud' : 'quiet'}`,
    ruleName: 'A rule',
    ruleDigest: `sha256:${index < 4_999 ? 'loud' : 'quiet'}` as Digest,
    severity: 'high',
    eventRefs: [...refs, ...refs],
  }));
  const evidence = await alertEvents.gather(
    { kind: 'alerts' },
    { ...look, alerts },
    { archive: archiveOf(records), identities },
  );
  if (evidence.kind !== 'alert-events') throw new Error('another kind');
  expect(bytesOf(evidence)).toBeLessThan(8 * mebibyte);
  expect(new Set(evidence.content.alerts.map(({ ruleId }) => ruleId))).toEqual(new Set(['rule-loud', 'rule-quiet']));
  expect(evidence.content.events.filter(({ action }) => action === 'CreateAccessKey')).toHaveLength(20);
  expect(evidence.why).toMatch(/TOO LARGE TOGETHER: \d+ calls/u);
  expect(evidence.why).toContain('4000 of 5,000 alerts are not listed here; the case has all.');
});

test('a user of whom IAM lists more than AWS allows is kept within bounds, and that is said', async () => {
  const names = Array.from({ length: 30_000 }, (_, index) => `${index}-${'p'.repeat(index === 3 ? 100_000 : 300)}`);
  const state = {
    ...unreadUserState(''),
    problems: [],
    keys: [{ accessKeyId, status: 'Active' as const, createdAt: '2026-01-01T00:00:00Z' as Instant }],
    attachedPolicies: names,
    inlinePolicies: names,
    groups: [],
  };
  const evidence = await userState.gather({ kind: 'user', accountId, userName: 'alice' }, look, {
    archive: archiveOf([]),
    identities: { userState: async () => state },
  });
  expect(bytesOf(evidence)).toBeLessThan(mebibyte);
  expect(evidence).toMatchObject({
    availability: 'partial',
    why: '29500 of 30000 attached policies that IAM lists are not kept here. 29500 of 30000 inline policies that IAM lists are not kept here.',
    content: { keys: [{ accessKeyId }] },
  });
});

test('no piece of evidence is sealed that would fill the store, whatever made it', () => {
  const content = [{ what: 'credentials', count: 1, first: 'x'.repeat(9 * mebibyte) }] as const;
  expect(() =>
    sealEvidence({
      kind: 'not-followed',
      source: 'the case itself',
      takenAt: minute(1),
      content,
      availability: 'partial',
    }),
  ).toThrow(EvidenceTooLargeError);
});
