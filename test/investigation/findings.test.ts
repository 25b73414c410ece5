import { expect, test } from 'vitest';
import { canonicalDigest } from '../../src/digest/canonical-digest.ts';
import { actorOf } from '../../src/cloudtrail/actor.ts';
import { gatherEvidence } from './gathered.ts';
import type { UserState } from '../../src/investigation/evidence-ports.ts';
import { assess } from '../../src/investigation/findings/assess.ts';
import type { AlertId, Instant } from '../../src/model/ids.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { archiveOf, found } from './archive-of.ts';
import { accountId, s3BrowserRecord, secondsAgo, userName, userRecord } from './trail-records.ts';

const unread: UserState = {
  exists: true,
  userId: null,
  createdAt: null,
  keys: [],
  hasPassword: null,
  mfaDevices: null,
  attachedPolicies: null,
  inlinePolicies: null,
  groups: null,
  problems: [],
};

/** The findings' kinds, and their sentences, for one alerted record among others. */
async function findingsFor(alerted: JsonObject, others: readonly JsonObject[] = [], user: Partial<UserState> = {}) {
  const event = found(alerted);
  const actor = actorOf(event.ecs);
  const alert = {
    id: 'sha256:1' as string as AlertId,
    ruleId: 'r',
    ruleName: 'r',
    ruleDigest: canonicalDigest('r'),
    severity: 'low' as const,
    eventRefs: [event.ref],
  };
  const evidence = await gatherEvidence(
    { actor, alerts: [alert], now: new Date().toISOString() as Instant, lookBackMs: 30 * 86_400_000 },
    {
      archive: archiveOf([event, ...others.map(found)]),
      identities: { userState: async () => ({ ...unread, ...user }) },
    },
  );
  const findings = assess({ actor, evidence });
  const known = new Set(evidence.map(({ digest }) => digest));
  for (const { evidence: rests } of findings) for (const digest of rests) expect(known).toContain(digest);
  return new Map(findings.map(({ kind, sentence }) => [kind, sentence]));
}

const days = (count: number) => secondsAgo(count * 86_400);

test('an address is new only where the credentials were used from elsewhere for a day before', async () => {
  const past = userRecord({ eventTime: days(3), sourceIPAddress: '198.51.100.1' });
  expect((await findingsFor(s3BrowserRecord(), [past])).get('new-address')).toContain('203.0.113.7');
  expect((await findingsFor(s3BrowserRecord(), [])).has('new-address')).toBe(false);
  const habit = userRecord({ eventTime: days(3) });
  expect((await findingsFor(s3BrowserRecord(), [past, habit])).has('new-address')).toBe(false);
});

test('a tool that was used on several days before may be expected, one that was used once may not', async () => {
  const habit = [2, 3, 4].map((count) => s3BrowserRecord({ eventTime: days(count) }));
  expect((await findingsFor(s3BrowserRecord(), habit)).get('expected-tool')).toMatch(/may be expected/);
  expect((await findingsFor(s3BrowserRecord(), habit.slice(2))).has('expected-tool')).toBe(false);
});

test('a console login counts where it had no second factor', async () => {
  const login = (mfa: string) =>
    userRecord({
      eventSource: 'signin.amazonaws.com',
      eventName: 'ConsoleLogin',
      responseElements: { ConsoleLogin: 'Success' },
      additionalEventData: { MFAUsed: mfa },
    });
  expect((await findingsFor(s3BrowserRecord(), [login('No')])).get('console-login')).toMatch(/1 console login without/);
  expect((await findingsFor(s3BrowserRecord(), [login('Yes')])).has('console-login')).toBe(false);
});

test('roles of other accounts, weakened trails and changed policies are told', async () => {
  const findings = await findingsFor(s3BrowserRecord(), [
    userRecord({
      eventSource: 'sts.amazonaws.com',
      eventName: 'AssumeRole',
      requestParameters: { roleArn: 'arn:aws:iam::999999999999:role/Audit', roleSessionName: 'x' },
      responseElements: { credentials: { accessKeyId: 'ASIAELSEWHERE' } },
    }),
    userRecord({
      eventSource: 'cloudtrail.amazonaws.com',
      eventName: 'StopLogging',
      requestParameters: { name: 'main' },
    }),
    userRecord({
      eventSource: 'iam.amazonaws.com',
      eventName: 'AttachUserPolicy',
      requestParameters: { userName, policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
    }),
  ]);
  expect(findings.get('cross-account')).toContain('999999999999');
  expect(findings.get('trail-weakened')).toContain('main');
  expect(findings.get('policies-changed')).toContain(userName);
});

test('what was refused is no effect', async () => {
  const refused = userRecord({
    eventSource: 'iam.amazonaws.com',
    eventName: 'CreateAccessKey',
    errorCode: 'AccessDenied',
    requestParameters: { userName: 'backdoor' },
  });
  expect((await findingsFor(s3BrowserRecord(), [refused])).has('access-created')).toBe(false);
});

test("AWS's own quarantine policy tells that a key was found in public", async () => {
  const attachedPolicies = ['arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3'];
  expect((await findingsFor(s3BrowserRecord(), [], { attachedPolicies })).has('quarantined-by-aws')).toBe(true);
  const lookalike = [`arn:aws:iam::${accountId}:policy/AWSCompromisedKeyQuarantineV3`];
  expect((await findingsFor(s3BrowserRecord(), [], { attachedPolicies: lookalike })).has('quarantined-by-aws')).toBe(
    false,
  );
});
