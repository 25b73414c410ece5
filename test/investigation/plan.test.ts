import { describe, expect, test } from 'vitest';
import { planDigestOf, sealPlan } from '../../src/digest/plan-digest.ts';
import { canonicalDigest } from '../../src/digest/canonical-digest.ts';
import { actorOf } from '../../src/cloudtrail/actor.ts';
import { gatherEvidence } from './gathered.ts';
import type { GatheredEvidence } from '../../src/investigation/evidence/evidence-content.ts';
import type { UserState } from '../../src/investigation/evidence-ports.ts';
import { assessedCase } from '../../src/investigation/case/assessed-case.ts';
import { assessCase } from '../../src/investigation/case/assess-case.ts';
import type { CaseMaterial } from '../../src/investigation/case/case-material.ts';
import { closureOf } from '../../src/investigation/action-beliefs.ts';
import { byHandWords } from '../../src/investigation/plan/by-hand-words.ts';
import { buildPlan, sameProposal } from '../../src/investigation/plan/plan.ts';
import { planWords } from '../../src/investigation/plan/plan-words.ts';
import type { AccountId, AlertId, CaseId, Instant } from '../../src/model/ids.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { Plan } from '../../src/model/plan.ts';
import { denialOf } from '../../src/response/actions/user-denial.ts';
import { openPlan } from '../../src/response/open-plan.ts';
import { archiveOf, found } from './archive-of.ts';
import { materialOf } from './material-of.ts';
import { userWithKey } from './user-states.ts';
import { accessKeyId, accountId, ruleId, s3BrowserRecord, secondsAgo, userName, userRecord } from './trail-records.ts';

const now = new Date().toISOString() as Instant;

const oneActiveKey = userWithKey('AIDAEXAMPLEMALLORY', accessKeyId);

interface Situation {
  readonly alerted: JsonObject;
  readonly others?: readonly JsonObject[];
  readonly user?: Partial<UserState>;
  readonly coveredFrom?: Instant | null;
}

async function investigated({ alerted, others = [], user, coveredFrom }: Situation) {
  const [event, ...rest] = [alerted, ...others].map(found);
  if (event === undefined) throw new Error('there is an alerted record');
  const actor = actorOf(event.ecs);
  const alert = {
    id: 'sha256:1' as string as AlertId,
    ruleId,
    ruleName: 'rule',
    ruleDigest: canonicalDigest('rule'),
    severity: 'low' as const,
    eventRefs: [event.ref],
  };
  const evidence = await gatherEvidence(
    { actor, alerts: [alert], now, lookBackMs: 7 * 86_400_000 },
    {
      archive: archiveOf([event, ...rest], coveredFrom),
      identities: { userState: async () => ({ ...oneActiveKey, ...user }) },
    },
  );
  const material = await materialOf([event, ...rest], evidence, now);
  return { material, evidence, plan: planOf(evidence, material), findings: assessCase(material).findings };
}

function planOf(
  evidence: readonly GatheredEvidence[],
  material: CaseMaterial,
  version = 1,
  mayChange: (accountId: AccountId) => boolean = () => true,
  presented: Plan | null = null,
  at: Instant = now,
) {
  return buildPlan({
    caseId: 'TH-TEST' as CaseId,
    version,
    material: { ...material, now: at },
    evidence,
    policy: canonicalDigest('policy'),
    secrets: { namePrefix: 'trailhound/', region: 'us-east-1' },
    mayChange,
    presented,
    now: at,
  });
}

function actionsOf(plan: { readonly actions: readonly { readonly id: string }[] }) {
  return plan.actions.map(({ id }) => id);
}

function roleSession(given: JsonObject = {}): JsonObject {
  return userRecord({
    userIdentity: {
      type: 'AssumedRole',
      principalId: 'AROAEXAMPLE:ci',
      arn: `arn:aws:sts::${accountId}:assumed-role/Deployer/ci`,
      accountId,
      accessKeyId: 'ASIASESSION',
      sessionContext: {
        sessionIssuer: {
          type: 'Role',
          principalId: 'AROAEXAMPLE',
          arn: `arn:aws:iam::${accountId}:role/Deployer`,
          accountId,
          userName: 'Deployer',
        },
        attributes: { creationDate: secondsAgo(600), mfaAuthenticated: 'false' },
      },
    },
    ...given,
  });
}

function assumeRole(given: JsonObject = {}): JsonObject {
  return userRecord({
    eventTime: secondsAgo(600),
    eventSource: 'sts.amazonaws.com',
    eventName: 'AssumeRole',
    requestParameters: { roleArn: `arn:aws:iam::${accountId}:role/Deployer`, roleSessionName: 'ci' },
    responseElements: {
      credentials: { accessKeyId: 'ASIASESSION', expiration: 'Dec 24, 2099, 4:15:32 PM', sessionToken: 'x' },
    },
    ...given,
  });
}

test('a key whose ID no record tells is left to people, with how to find it: no call of IAM could name it', async () => {
  const cutOff = userRecord({
    eventTime: secondsAgo(60),
    eventSource: 'iam.amazonaws.com',
    eventName: 'CreateAccessKey',
    readOnly: false,
    requestParameters: { userName: 'bo' },
    responseElements: null,
  });
  const { plan } = await investigated({ alerted: s3BrowserRecord(), others: [cutOff] });
  expect(plan.actions.map(({ target }) => target)).not.toContainEqual(expect.objectContaining({ userName: 'bo' }));
  expect(plan.byHand.map((each) => String(byHandWords(each))).join()).toContain(
    'aws iam list-access-keys --user-name bo',
  );
});

test('a case of an account that nobody watches is of that account all the same', async () => {
  const { material } = await investigated({ alerted: s3BrowserRecord() });
  const sight = { material, identities: new Map(), limits: [], kept: material.events.length, left: 0 };
  expect(assessedCase({ ...sight, isWatched: () => false }).shown.accounts).toEqual([accountId]);
});

describe('a plan for an IAM user with a long-term key', () => {
  test('deactivates it, states what stays open, and is sealed by a digest over all of it: no new key while it works', async () => {
    const { plan } = await investigated({ alerted: s3BrowserRecord() });
    expect(actionsOf(plan)).toEqual([`deactivate-${accessKeyId}`, `deny-${userName}@${accountId}`]);
    // No session of the user is known to be open: denying it everything is offered, not recommended.
    expect(plan.actions.map(({ recommended }) => recommended)).toEqual([true, false]);
    expect(plan.actions.every(({ dependsOn }) => dependsOn.length === 0)).toBe(true);
    expect(plan.byHand).toEqual([]);
    expect(plan.waysIn).toMatchObject([
      { identity: `access-key/${accessKeyId}`, what: { kind: 'access-key' }, origin: 'used', state: 'open' },
    ]);
    expect(planWords(plan).waysIn.at(-1)?.sentence).toMatch(/object reads are not visible here/i);
    expect(planDigestOf(plan)).toBe(plan.digest);
  });

  test('in an account that the configuration does not name proposes nothing, and says what to do', async () => {
    const { material, evidence } = await investigated({ alerted: s3BrowserRecord() });
    const plan = planOf(evidence, material, 1, (id) => id !== accountId);
    expect(plan.actions).toEqual([]);
    expect(planWords(plan).byHand).toEqual([
      expect.stringMatching(/^Nothing can be changed in account \d+ from here: name it in the configuration with/),
    ]);
    expect(planWords(plan).byHand[0]).toContain(accessKeyId);
  });

  test('whose keys IAM did not show is contained all the same', async () => {
    const user = { keys: null, problems: ['iam:ListAccessKeys was denied.'] };
    const { plan, evidence } = await investigated({ alerted: s3BrowserRecord(), user });
    expect(actionsOf(plan)).toEqual([`deactivate-${accessKeyId}`, `deny-${userName}@${accountId}`]);
    expect(evidence.find(({ kind }) => kind === 'user-state')).toMatchObject({
      availability: 'unavailable',
      why: 'iam:ListAccessKeys was denied.',
    });
  });

  test('has no action on a key that is gone', async () => {
    const { plan } = await investigated({ alerted: s3BrowserRecord(), user: { keys: [] } });
    expect(actionsOf(plan)).toEqual([]);
    expect(plan.waysIn).toEqual([]);
  });

  test('names the sessions, keys, users and passwords that the key made', async () => {
    const iam = { eventSource: 'iam.amazonaws.com', eventTime: secondsAgo(30) };
    const { plan, findings } = await investigated({
      alerted: s3BrowserRecord(),
      others: [
        assumeRole(),
        userRecord({
          ...iam,
          eventName: 'CreateAccessKey',
          requestParameters: { userName: 'backdoor' },
          responseElements: { accessKey: { accessKeyId: 'AKIABACKDOOR', userName: 'backdoor' } },
        }),
        userRecord({ ...iam, eventName: 'CreateUser', requestParameters: { userName: 'back\u001B[2Jdoor' } }),
        userRecord({ ...iam, eventName: 'CreateLoginProfile', requestParameters: { userName: 'backdoor' } }),
        userRecord({
          eventSource: 'secretsmanager.amazonaws.com',
          eventName: 'GetSecretValue',
          requestParameters: { secretId: 'prod/db' },
        }),
      ],
      user: {
        keys: [
          { accessKeyId, status: 'Active', createdAt: null },
          { accessKeyId: 'AKIAOTHER', status: 'Active', createdAt: null },
        ],
        hasPassword: true,
      },
    });
    const ways = plan.waysIn.map(({ what, proof }) => ({ ...what, proved: proof.length > 0 }));
    expect(ways).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ kind: 'access-key', accessKeyId: 'AKIABACKDOOR', proved: true }),
        expect.objectContaining({ kind: 'user', userName: 'back\u001B[2Jdoor', proved: true }),
        expect.objectContaining({ kind: 'password', userName: 'backdoor', proved: true }),
      ]),
    );
    const session = plan.waysIn.find(({ what }) => what.kind === 'session' && what.accessKeyId === 'ASIASESSION');
    expect(session?.until).toBe('2099-12-24T16:15:32.000Z');
    const { actions, byHand, waysIn } = planWords(plan);
    expect(JSON.stringify([actions.map(({ id, effect }) => [id, effect]), byHand, waysIn])).not.toContain('\\u001b');
    expect(actionsOf(plan)).toEqual([
      `deactivate-${accessKeyId}`,
      'deactivate-AKIABACKDOOR',
      `deny-${userName}@${accountId}`,
      `revoke-Deployer@${accountId}`,
      expect.stringMatching(/^disable-back--2Jdoor-[0-9a-f]{8}@\d{12}$/),
      `lift-revoke-Deployer@${accountId}`,
    ]);
    expect(openPlan(JSON.parse(JSON.stringify(plan)))).toEqual({ kind: 'intact', plan });
    const found = findings.map(({ kind }) => kind);
    expect(found).toEqual(expect.arrayContaining(['uncommon-s3-client', 'secrets-taken', 'way-in-still-open']));
    expect(findings.every(({ proof }) => proof.length > 0)).toBe(true);
  });
});

describe('a new key is offered last of all, by itself', () => {
  const old = secondsAgo(30 * 86_400);
  const inactive = { accessKeyId, status: 'Inactive' as const, createdAt: old };
  const usedBefore = userRecord({ eventTime: secondsAgo(3 * 86_400), sourceIPAddress: '198.51.100.7' });
  const closed = { createdAt: old, keys: [inactive] };

  test('when nothing is open, for a key that is older than the intrusion and was in use before it', async () => {
    const { plan } = await investigated({ alerted: s3BrowserRecord(), others: [usedBefore], user: closed });
    expect(plan.waysIn).toEqual([]);
    expect(plan.purpose).toBe('rotate');
    expect(plan.actions).toMatchObject([
      {
        id: `rotate-${accessKeyId}`,
        recommended: false,
        params: { secretName: `trailhound/${userName}/${accessKeyId}`, secretRegion: 'us-east-1' },
      },
    ]);
  });

  test('and not while the key works, nor with a session of it that is open', async () => {
    const working = { createdAt: old, keys: [{ ...inactive, status: 'Active' as const }] };
    const open = await investigated({ alerted: s3BrowserRecord(), others: [usedBefore], user: working });
    const session = await investigated({
      alerted: s3BrowserRecord(),
      others: [usedBefore, assumeRole()],
      user: closed,
    });
    for (const { plan } of [open, session]) {
      expect(plan.purpose).toBe('contain');
      expect(plan.actions.filter(({ type }) => type === 'rotateAccessKey')).toEqual([]);
    }
  });

  const denied = { ...closed, inlinePolicies: ['TrailhoundDenyEverything-TH-TEST'] };
  async function afterDenial(others: readonly JsonObject[]) {
    const { evidence, material } = await investigated({
      alerted: s3BrowserRecord(),
      others: [usedBefore, ...others],
      user: denied,
    });
    const target = { kind: 'user' as const, accountId, userName };
    const denial = denialOf(target, { policyName: 'TrailhoundDenyEverything-TH-TEST' });
    return planOf(evidence, { ...material, closures: closureOf(denial, now) });
  }

  test('and takes our denial off its user after it, which would refuse the new key, where nothing is open without it', async () => {
    const plan = await afterDenial([]);
    expect(plan.purpose).toBe('rotate');
    expect(plan.actions).toMatchObject([
      { id: `rotate-${accessKeyId}`, recommended: false, dependsOn: [] },
      {
        id: `lift-deny-${userName}@${accountId}`,
        params: { policyName: 'TrailhoundDenyEverything-TH-TEST' },
        recommended: false,
        dependsOn: [`rotate-${accessKeyId}`],
      },
    ]);
    expect(openPlan(JSON.parse(JSON.stringify(plan)))).toEqual({ kind: 'intact', plan });
    expect(planWords(plan).actions[1]?.effect).toContain('once the new key is stored, which is refused until then');
    expect(JSON.stringify(plan.byHand)).not.toContain('denial-stays');
    const alone = sealPlan({ ...plan, actions: plan.actions.slice(1) });
    expect(openPlan(JSON.parse(JSON.stringify(alone)))).toEqual({ kind: 'altered' });
  });

  test('and says that the new key is refused, and until when, where a session of its user lives behind our denial', async () => {
    const session = userRecord({
      eventTime: secondsAgo(300),
      eventSource: 'sts.amazonaws.com',
      eventName: 'GetSessionToken',
      responseElements: { credentials: { accessKeyId: 'ASIAOWNSESSION', expiration: 'Dec 24, 2099, 4:15:32 PM' } },
    });
    const plan = await afterDenial([session]);
    expect(actionsOf(plan)).toEqual([`rotate-${accessKeyId}`]);
    expect(planWords(plan).byHand.join(' ')).toContain(
      `Choose no new key for user ${userName} in account ${accountId} yet: it would be refused as long as inline policy TrailhoundDenyEverything-TH-TEST denies the user everything, and the denial stays for now: it alone keeps 1 way in closed. The last of what it closes ends at 2099-12-24 16:15:32 UTC: wait until it has ended, then take it off, with a profile of account ${accountId}: aws iam delete-user-policy --user-name ${userName} --policy-name TrailhoundDenyEverything-TH-TEST`,
    );
    expect(openPlan(JSON.parse(JSON.stringify(plan)))).toEqual({ kind: 'intact', plan });
  });

  const created = userRecord({
    eventTime: secondsAgo(300),
    eventSource: 'iam.amazonaws.com',
    eventName: 'CreateAccessKey',
    requestParameters: { userName },
    responseElements: { accessKey: { accessKeyId, userName, status: 'Active' } },
  });
  const yesterday = secondsAgo(20 * 3600);
  const administrator = 'arn:aws:iam::aws:policy/AdministratorAccess';

  test.each([
    ['for a user that IAM shows as made within the day', { user: { ...closed, createdAt: yesterday } }],
    ['for a key made within the day', { user: { ...closed, keys: [{ ...inactive, createdAt: yesterday }] } }],
    ['for a key that the case itself made', { others: [usedBefore, created], user: closed }],
    ['for a key that nobody is known to have used before', { others: [], user: closed }],
    ['for a user that has two', { user: { ...closed, keys: [inactive, { ...inactive, accessKeyId: 'AKIASECOND' }] } }],
    ['where the case could read its secret', { user: { ...closed, attachedPolicies: [administrator] } }],
  ])('and not %s', async (_name, situation) => {
    const { plan } = await investigated({ alerted: s3BrowserRecord(), others: [usedBefore], ...situation });
    expect(plan.actions.filter(({ type }) => type === 'rotateAccessKey')).toEqual([]);
  });

  test('and where an administrator that the intruder made is denied everything: who is shut out reads no secret', async () => {
    const iam = { eventSource: 'iam.amazonaws.com', eventTime: secondsAgo(30) };
    const backdoor = { userName: 'backdoor' };
    const others = [
      usedBefore,
      userRecord({ ...iam, eventName: 'CreateUser', requestParameters: backdoor }),
      userRecord({
        ...iam,
        eventName: 'AttachUserPolicy',
        requestParameters: { ...backdoor, policyArn: administrator },
      }),
    ];
    const { plan, material, evidence } = await investigated({ alerted: s3BrowserRecord(), others, user: closed });
    expect(plan.actions.map(({ type }) => type)).toEqual(['disableCreatedIdentity']);
    const closures = plan.actions.flatMap((action) => closureOf(action, now));
    const after = planOf(evidence, { ...material, closures });
    expect(after.waysIn).toEqual([]);
    expect(after.actions.map(({ type }) => type)).toEqual(['rotateAccessKey']);
  });

  test('and says why not, and whose right to read could not be found out', async () => {
    async function by(user: Partial<UserState>) {
      const others = [usedBefore];
      const { plan } = await investigated({ alerted: s3BrowserRecord(), others, user: { ...closed, ...user } });
      return planWords(plan).byHand.join(' ');
    }
    expect(await by({ attachedPolicies: [administrator] })).toMatch(/belongs to the case and may read every secret/);
    expect(await by({ keys: [inactive, { ...inactive, accessKeyId: 'AKIASECOND' }] })).toMatch(/two keys.*AKIASECOND/);
    expect(await by({ inlinePolicies: ['own'] })).toContain(`whether user ${userName} may read the new key's secret`);
    expect(await by({})).not.toMatch(/may read/);
  });

  test('and says of nothing that goes on: it is for when nothing does', async () => {
    const { plan } = await investigated({ alerted: s3BrowserRecord(), others: [usedBefore], user: closed });
    const [rotation] = planWords(plan).actions;
    expect(rotation?.type).toBe('rotateAccessKey');
    expect(rotation?.leavesOpen).toEqual([]);
  });
});

describe('a plan advises nothing that cannot work', () => {
  const instanceId = 'i-0123456789abcdef0';
  const onInstance = roleSession({
    userIdentity: {
      ...(roleSession()['userIdentity'] as JsonObject),
      principalId: `AROAEXAMPLE:${instanceId}`,
      arn: `arn:aws:sts::${accountId}:assumed-role/Web/${instanceId}`,
    },
  });
  const byEc2 = assumeRole({
    userIdentity: { type: 'AWSService', invokedBy: 'ec2.amazonaws.com' },
    requestParameters: { roleArn: `arn:aws:iam::${accountId}:role/Web`, roleSessionName: instanceId },
  });

  test("for an instance's role: its trust stays, AWS is not contained, and the commands name the instance", async () => {
    const { plan } = await investigated({ alerted: onInstance, others: [byEc2] });
    const byHand = planWords(plan).byHand.join(' ');
    expect(byHand).not.toMatch(/trust policy|contain that identity|ec2\.amazonaws\.com/);
    expect(byHand).toContain(`aws ec2 modify-instance-attribute --instance-id ${instanceId} --groups`);
    expect(byHand).toContain('aws ec2 disassociate-iam-instance-profile');
    expect(openPlan(JSON.parse(JSON.stringify(plan)))).toEqual({ kind: 'intact', plan });
  });

  test('for a role of Identity Center: AWS keeps its trust and its policies', async () => {
    const roleName = 'AWSReservedSSO_Admin_0123456789abcdef';
    const alerted = roleSession({
      userIdentity: {
        ...(roleSession()['userIdentity'] as JsonObject),
        arn: `arn:aws:sts::${accountId}:assumed-role/${roleName}/jo`,
        sessionContext: {
          sessionIssuer: {
            type: 'Role',
            principalId: 'AROAEXAMPLE',
            arn: `arn:aws:iam::${accountId}:role/aws-reserved/sso.amazonaws.com/${roleName}`,
            accountId,
            userName: roleName,
          },
          attributes: { creationDate: secondsAgo(600), mfaAuthenticated: 'false' },
        },
      },
    });
    const { plan } = await investigated({ alerted });
    expect(actionsOf(plan)).toEqual([]);
    expect(planWords(plan).byHand.join(' ')).not.toMatch(/trust policy|revoke the role's older sessions/);
  });
});

describe('a plan for whoever has no key to rotate', () => {
  test("revokes the role's older sessions, takes that off when the longest has ended, and says who is behind it", async () => {
    const { plan, evidence } = await investigated({ alerted: roleSession(), others: [assumeRole()] });
    expect(plan.actions).toMatchObject([
      { id: `deactivate-${accessKeyId}`, recommended: true },
      { id: `deny-${userName}@${accountId}`, recommended: false },
      {
        id: `revoke-Deployer@${accountId}`,
        params: { issuedBefore: now, sessions: ['ASIASESSION'] },
        recommended: true,
      },
      {
        id: `lift-revoke-Deployer@${accountId}`,
        params: { notBefore: new Date(Date.parse(now) + 12 * 3_600_000 + 300_000).toISOString() },
        dependsOn: [`revoke-Deployer@${accountId}`],
      },
    ]);
    expect(planWords(plan).byHand.join(' ')).toMatch(/Close the trust policy of role Deployer/);
    // Who began it is in the case, and in the plan.
    expect(planWords(plan).byHand.join(' ')).not.toContain('leads back to');
    const attribution = evidence.find((each) => each.kind === 'attribution');
    expect(attribution?.content).toMatchObject({ end: 'proved', actor: { kind: 'user', name: userName } });
  });

  describe('where another account saw who began the session, by unique ID alone,', () => {
    const other = '444455556666';
    const { userIdentity } = roleSession() as { userIdentity: JsonObject };
    const moved = JSON.parse(JSON.stringify(userIdentity).replaceAll(accountId, other)) as JsonObject;
    const there = { recipientAccountId: other };
    function began(principalId: string) {
      return assumeRole({
        ...there,
        userIdentity: { type: 'AWSAccount', principalId, accountId },
        requestParameters: { roleArn: `arn:aws:iam::${other}:role/Deployer`, roleSessionName: 'ci' },
      });
    }
    async function byHandAfter(...others: readonly JsonObject[]) {
      const { plan } = await investigated({ alerted: roleSession({ ...there, userIdentity: moved }), others });
      return planWords(plan).byHand.join(' ');
    }

    test('nothing is said of a user whom the plan contains', async () => {
      const own = userRecord({
        eventTime: secondsAgo(601),
        eventSource: 'sts.amazonaws.com',
        eventName: 'AssumeRole',
        sharedEventID: 'shared',
        requestParameters: { roleArn: `arn:aws:iam::${other}:role/Deployer`, roleSessionName: 'ci' },
        responseElements: assumeRole()['responseElements'] as JsonObject,
      });
      const said = await byHandAfter(began('AIDAEXAMPLEMALLORY'), own);
      expect(said).not.toContain('leads back to');
    });

    test('an unknown ID is named, and called no outsider: the account may be a watched one', async () => {
      const said = await byHandAfter(began('AIDAEXAMPLESTRANGER'));
      expect(said).toContain(`leads back to principal AIDAEXAMPLESTRANGER of account ${accountId}`);
      expect(said).not.toContain('outside');
    });
  });

  test('says that it is unprovable who assumed a role where no record shows it', async () => {
    const { evidence } = await investigated({ alerted: roleSession() });
    expect(evidence.find((each) => each.kind === 'attribution')?.content).toMatchObject({
      end: 'unprovable',
      actor: { kind: 'role-session' },
      hops: [],
    });
  });

  test('does not take the record of another session for the proof', async () => {
    const other = assumeRole({ responseElements: { credentials: { accessKeyId: 'ASIAOTHER' } } });
    const { evidence } = await investigated({ alerted: roleSession(), others: [other] });
    expect(evidence.find((each) => each.kind === 'attribution')?.content).toMatchObject({ end: 'unprovable' });
  });

  test('has no action for root', async () => {
    const identity = {
      type: 'Root',
      principalId: accountId,
      arn: `arn:aws:iam::${accountId}:root`,
      accountId,
      accessKeyId: 'AKIAROOT',
    };
    const { plan } = await investigated({ alerted: userRecord({ userIdentity: identity }) });
    expect(actionsOf(plan)).toEqual([]);
    expect(planWords(plan).byHand.join(' ')).toMatch(/Sign in as root/);
  });

  test('goes for the long-term key that made a temporary one of the same user', async () => {
    const temporary = s3BrowserRecord({
      userIdentity: {
        type: 'IAMUser',
        principalId: 'AIDAEXAMPLEMALLORY',
        arn: `arn:aws:iam::${accountId}:user/${userName}`,
        accountId,
        accessKeyId: 'ASIATEMPORARY',
        userName,
        sessionContext: { attributes: { creationDate: secondsAgo(600), mfaAuthenticated: 'false' } },
      },
    });
    const minted = userRecord({
      eventTime: secondsAgo(600),
      eventSource: 'sts.amazonaws.com',
      eventName: 'GetSessionToken',
      responseElements: { credentials: { accessKeyId: 'ASIATEMPORARY', expiration: 'Dec 24, 2099, 4:15:32 PM' } },
    });
    const { plan } = await investigated({ alerted: temporary, others: [minted] });
    expect(actionsOf(plan)).toContain(`deactivate-${accessKeyId}`);
    // The session itself ends only by denying its user everything; a new key for that user would serve nobody.
    expect(plan.actions.map(({ type, recommended }) => [type, recommended])).toEqual([
      ['deactivateAccessKey', true],
      ['denyUserEverything', true],
    ]);
  });
});

describe('a presented plan', () => {
  test('stays while new evidence says nothing new, and gives way to access that was not stated', async () => {
    const alerted = s3BrowserRecord();
    const first = await investigated({ alerted });
    const busier = await investigated({ alerted, others: [s3BrowserRecord(), userRecord()] });
    expect(busier.plan.digest).not.toBe(first.plan.digest);
    expect(sameProposal(first.plan, busier.plan)).toBe(true);
    const wider = await investigated({ alerted, others: [assumeRole()] });
    expect(sameProposal(first.plan, wider.plan)).toBe(false);
    expect(sameProposal(wider.plan, first.plan)).toBe(true);
  });

  test('keeps the instant before which sessions are revoked, until another session is seen', async () => {
    const alerted = roleSession();
    const { evidence, material, plan } = await investigated({ alerted });
    const later = new Date(Date.parse(now) + 600_000).toISOString() as Instant;
    const again = planOf(evidence, material, 2, () => true, plan, later);
    expect(sameProposal(plan, again)).toBe(true);
    const other = roleSession({
      userIdentity: { ...(roleSession()['userIdentity'] as JsonObject), accessKeyId: 'ASIAOTHER' },
    });
    const both = await investigated({ alerted: other, others: [alerted] });
    const widened = await materialOf([alerted, other].map(found), [...evidence, ...both.evidence], now);
    const wider = planOf([...evidence, ...both.evidence], widened, 2, () => true, plan, later);
    expect(sameProposal(plan, wider)).toBe(false);
    expect(wider.actions[0]?.params).toMatchObject({ issuedBefore: later, sessions: ['ASIAOTHER', 'ASIASESSION'] });
  });

  test('is the same plan when it is made again of the same evidence', async () => {
    const { evidence, material, plan } = await investigated({ alerted: s3BrowserRecord() });
    expect(planOf(evidence, material)).toEqual(plan);
    expect(planOf(evidence, material, 2).digest).not.toBe(plan.digest);
  });
});

describe('evidence', () => {
  test('says what the event store does not reach', async () => {
    const { evidence } = await investigated({ alerted: s3BrowserRecord(), coveredFrom: secondsAgo(3_600) });
    const key = evidence.find(({ kind }) => kind === 'access-key-activity');
    expect(key).toMatchObject({ availability: 'partial' });
    expect(key?.why).toMatch(/^What happened before .* has not been read\./);
  });

  test('says of an account whose trail nobody has read that only imports tell of it', async () => {
    const { evidence } = await investigated({ alerted: s3BrowserRecord(), coveredFrom: null });
    const key = evidence.find(({ kind }) => kind === 'access-key-activity');
    expect(key?.why).toMatch(/^Nobody has read the trail of account \d{12} here: .* only what was imported is known\./);
  });

  test('says that object reads are not visible, never that there were none', async () => {
    const { evidence } = await investigated({ alerted: s3BrowserRecord() });
    const key = evidence.find((each) => each.kind === 'access-key-activity');
    expect(key?.content).toMatchObject({ objectReads: 'not visible here' });
  });

  test('of the same sight twice is one piece', async () => {
    const alerted = s3BrowserRecord();
    const [first, second] = [await investigated({ alerted }), await investigated({ alerted })];
    expect(first.evidence.map(({ digest }) => digest)).toEqual(second.evidence.map(({ digest }) => digest));
  });
});
