import { describe, expect, test } from 'vitest';
import { appAccount, Cloud, dataAccount, sessionOf, strangeAccount, userOf, type Who } from '../expected/cloud.ts';
import { investigateRecords } from '../expected/investigate-records.ts';

const day = 86_400;
const office = '198.51.100.10';
const elsewhere = '203.0.113.66';
const browser = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64)';

/** What a person who is woken up by a case reads first: is anything ticked, and why not. */
interface Standing {
  readonly ticked: boolean;
  readonly because: readonly unknown[];
}

async function standingOf(cloud: Cloud, suspect: string): Promise<Standing> {
  const found = await investigateRecords(cloud.records);
  const about = found.filter(({ document }) =>
    document.identities.some(({ role, name }) => role === 'suspect' && name.includes(suspect)),
  );
  expect(about).toHaveLength(1);
  const [{ document }] = about as [(typeof about)[number]];
  return {
    ticked: document.plan.actions.some(({ recommended }) => recommended),
    because: document.findings.map(({ facts }) => facts['because']).filter((each) => each !== undefined),
  };
}

function explained(because: string): Standing {
  return { ticked: false, because: expect.arrayContaining([because]) as readonly unknown[] };
}

const ticked = expect.objectContaining({ ticked: true }) as Standing;

const root: Who = {
  type: 'Root',
  principalId: appAccount,
  arn: `arn:aws:iam::${appAccount}:root`,
  accountId: appAccount,
};

/** In the console: with temporary keys of its own. */
function inConsole(who: Who, key: string): Who {
  return { ...who, accessKeyId: key };
}

function signIn(cloud: Cloud, who: Who, at: number, from: string, mfa = 'Yes'): void {
  const { accessKeyId: _key, ...identity } = who;
  cloud.call(identity, 'signin:ConsoleLogin', {
    at,
    from,
    client: browser,
    response: { ConsoleLogin: 'Success' },
    more: { eventType: 'AwsConsoleSignIn', readOnly: false, additionalEventData: { MFAUsed: mfa } },
  });
}

const alice = userOf(appAccount, 'alice', 'ASIAALICECONSOLE0001');

/** A week in which somebody signs in every morning and looks at things. */
function worksForAWeek(cloud: Cloud, who: Who = alice, from = office): void {
  for (let each = -7; each <= 0; each += 1) {
    signIn(cloud, who, each * day, from);
    cloud.call(who, 'ec2:DescribeInstances', { at: each * day + 60, from, client: browser });
  }
}

describe('a visit of root', () => {
  function visit(mfa: string, more: (cloud: Cloud, who: Who) => void = () => {}): Cloud {
    const cloud = new Cloud();
    worksForAWeek(cloud);
    signIn(cloud, root, 3600, office, mfa);
    const who = inConsole(root, 'ASIAROOTCONSOLE00001');
    cloud.call(who, 'iam:GetAccountSummary', { at: 3660, from: office, client: browser });
    more(cloud, who);
    return cloud;
  }

  test('that read, after a second factor, is loud with nothing ticked', async () => {
    expect(await standingOf(visit('Yes'), 'root')).toEqual(explained('own-work'));
  });

  test.each<[string, Cloud]>([
    ['without a second factor', visit('No')],
    [
      'that makes a key',
      visit('Yes', (cloud, who) => {
        cloud.call(who, 'iam:CreateAccessKey', {
          at: 3700,
          from: office,
          response: { accessKey: { accessKeyId: 'AKIAROOT000000000001', userName: 'root', status: 'Active' } },
        });
      }),
    ],
    [
      'whose session is then used from elsewhere',
      visit('Yes', (cloud, who) => {
        cloud.call(who, 'iam:ListUsers', { at: 3700, from: elsewhere });
      }),
    ],
  ])('%s is ticked', async (_, cloud) => {
    expect(await standingOf(cloud, 'root')).toEqual(ticked);
  });
});

describe("whoever sets another's password", () => {
  function reset({ from = office, mfa = 'Yes', usedFrom = '' } = {}): Cloud {
    const cloud = new Cloud();
    worksForAWeek(cloud);
    if (from !== office || mfa !== 'Yes') signIn(cloud, alice, 3600, from, mfa);
    cloud.call(alice, 'iam:UpdateLoginProfile', {
      at: 7200,
      from,
      client: browser,
      request: { userName: 'breakglass', passwordResetRequired: false },
    });
    const breakglass = userOf(appAccount, 'breakglass', 'ASIABREAKGLASS000001');
    if (usedFrom !== '') signIn(cloud, breakglass, 7300, usedFrom);
    return cloud;
  }

  test('from where they work and signed in with a second factor, unused since, is loud with nothing ticked', async () => {
    expect(await standingOf(reset(), 'alice')).toEqual(explained('own-work'));
  });

  test.each([
    ['from elsewhere', reset({ from: elsewhere })],
    ['without a second factor', reset({ mfa: 'No' })],
    ['where it is then used from a new place', reset({ usedFrom: elsewhere })],
  ])('%s is ticked', async (_, cloud) => {
    expect(await standingOf(cloud, 'alice')).toEqual(ticked);
  });
});

describe('an auditor whom the identity provider vouches for', () => {
  const provider = `arn:aws:iam::${appAccount}:saml-provider/Okta`;

  function comes(cloud: Cloud, at: number, from: string, key: string): Who {
    const role = `arn:aws:iam::${appAccount}:role/Audit`;
    cloud.call(
      { type: 'SAMLUser', principalId: 'okta:auditor', userName: 'auditor', identityProvider: 'okta' },
      'sts:AssumeRoleWithSAML',
      {
        at,
        from,
        account: appAccount,
        request: { roleArn: role, principalArn: provider, roleSessionName: 'auditor' },
        response: {
          credentials: { accessKeyId: key, expiration: 'Nov 20, 2026, 10:00:00 PM', sessionToken: 't' },
          assumedRoleUser: { arn: `arn:aws:sts::${appAccount}:assumed-role/Audit/auditor` },
          subject: 'auditor',
        },
      },
    );
    return sessionOf(appAccount, 'Audit', 'auditor', key);
  }

  interface Audited {
    readonly client?: string;
    readonly more?: (cloud: Cloud, who: Who) => void;
  }

  function audit({ client = 'Boto3/1.34', more }: Audited = {}): Cloud {
    const cloud = new Cloud();
    worksForAWeek(cloud);
    const who = comes(cloud, 3600, '192.0.2.7', 'ASIAAUDIT00000000001');
    const calls = ['iam:GetAccountAuthorizationDetails', 's3:ListBuckets', 'ec2:DescribeInstances', 'kms:ListKeys'];
    for (const [index, name] of calls.entries()) cloud.call(who, name, { at: 3660 + index, from: '192.0.2.7', client });
    more?.(cloud, who);
    return cloud;
  }

  test('and who only reads, is loud with nothing ticked', async () => {
    expect(await standingOf(audit(), 'auditor')).toEqual(explained('own-work'));
  });

  test.each([
    ['with an attack tool', audit({ client: 'Boto3/1.34 os/linux#6.8.0-kali' })],
    [
      'and makes a user',
      audit({
        more: (cloud, who) => {
          cloud.call(who, 'iam:CreateUser', { at: 3700, from: '192.0.2.7', request: { userName: 'svc' } });
        },
      }),
    ],
    [
      'from two places',
      audit({
        more: (cloud) => {
          const who = comes(cloud, 5000, elsewhere, 'ASIAAUDIT00000000002');
          cloud.call(who, 'iam:GetAccountAuthorizationDetails', { at: 5060, from: elsewhere, client: 'Boto3/1.34' });
        },
      }),
    ],
  ])('%s is ticked', async (_, cloud) => {
    expect(await standingOf(cloud, 'auditor')).toEqual(ticked);
  });
});

describe('a drill that gives a user everything', () => {
  const breakglass = userOf(appAccount, 'breakglass', 'ASIABREAKGLASS000001');
  const all = { userName: 'drill', policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' };

  function drill({ takenBackAt = 3900, from = office } = {}): Cloud {
    const cloud = new Cloud();
    worksForAWeek(cloud);
    worksForAWeek(cloud, userOf(dataAccount, 'dave', 'ASIADAVECONSOLE00001'));
    signIn(cloud, breakglass, 3600, office);
    const to = { account: dataAccount, role: 'BreakGlass', session: 'drill', key: 'ASIADRILL00000000001' };
    const who = cloud.assume(breakglass, to, { at: 3660, from: office, client: browser });
    cloud.call(who, 'iam:AttachUserPolicy', { at: 3700, from, client: browser, request: all });
    cloud.call(who, 'iam:DetachUserPolicy', { at: takenBackAt, from, client: browser, request: all });
    return cloud;
  }

  test('and takes it back within the hour is loud with nothing ticked', async () => {
    expect(await standingOf(drill(), 'breakglass')).toEqual(explained('own-work'));
  });

  test.each([
    ['for hours', drill({ takenBackAt: 3 * 3600 })],
    ['from elsewhere than where it signed in', drill({ from: elsewhere })],
  ])('%s is ticked', async (_, cloud) => {
    expect(await standingOf(cloud, 'breakglass')).toEqual(ticked);
  });
});

describe('a new administrator whom somebody makes where they always work', () => {
  function welcomed(from: string): Cloud {
    const cloud = new Cloud();
    worksForAWeek(cloud);
    const by = { from: office, client: browser };
    const hire = userOf(appAccount, 'hire', 'ASIAHIRECONSOLE00001');
    cloud.call(alice, 'iam:CreateUser', { at: 3600, ...by, request: { userName: 'hire' } });
    cloud.call(alice, 'iam:CreateLoginProfile', { at: 3610, ...by, request: { userName: 'hire' } });
    cloud.call(alice, 'iam:AttachUserPolicy', {
      at: 3620,
      ...by,
      request: { userName: 'hire', policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
    });
    signIn(cloud, hire, 5400, from, 'No');
    cloud.call(hire, 'iam:ChangePassword', { at: 5460, from, client: browser });
    return cloud;
  }

  test('and who signs in there is loud with nothing ticked', async () => {
    expect(await standingOf(welcomed(office), 'alice')).toEqual(explained('own-work'));
  });

  test('and who signs in elsewhere is ticked', async () => {
    expect(await standingOf(welcomed(elsewhere), 'alice')).toEqual(ticked);
  });
});

describe('a scanner that has a key', () => {
  const scanner = userOf(appAccount, 'scanner', 'AKIASCANNER000000001');

  function scan({ days = 7, from = '192.0.2.7', makes = '' } = {}): Cloud {
    const cloud = new Cloud();
    worksForAWeek(cloud);
    for (let each = -days; each < 0; each += 1)
      cloud.call(scanner, 'ec2:DescribeInstances', { at: each * day, from: '192.0.2.7' });
    const to = { account: appAccount, role: 'Scan', session: 'scan', key: 'ASIASCAN000000000001' };
    const who = cloud.assume(scanner, to, { at: 3600, from });
    cloud.call(who, 'iam:GetAccountAuthorizationDetails', { at: 3610, from });
    if (makes !== '') cloud.call(who, 'iam:CreateUser', { at: 3620, from, request: { userName: makes } });
    return cloud;
  }

  test('and only reads from where the key has worked for days is loud with nothing ticked', async () => {
    expect(await standingOf(scan(), 'scanner')).toEqual(explained('own-work'));
  });

  test.each([
    ['from elsewhere', scan({ from: elsewhere })],
    ['from where the key was never seen before', scan({ days: 0 })],
    ['and makes a user', scan({ makes: 'svc' })],
  ])('%s is ticked', async (_, cloud) => {
    expect(await standingOf(cloud, 'scanner')).toEqual(ticked);
  });
});

describe('where the records begin', () => {
  const from = '192.0.2.50';
  const client = 'APN/1.0 HashiCorp/1.0 Terraform/1.9.5';
  const session = sessionOf(appAccount, 'apply', 'run', 'ASIAAPPLY00000000001');
  const apply = session;

  function trusting(account: string): string {
    const Principal = { AWS: `arn:aws:iam::${account}:root` };
    return JSON.stringify({ Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }] });
  }

  interface Applied {
    readonly letsIn?: string;
    readonly older?: boolean;
    readonly as?: string;
    readonly who?: Who;
    readonly more?: (cloud: Cloud) => void;
  }

  function applied({
    letsIn = dataAccount,
    older = false,
    as = client,
    who: apply = session,
    more,
  }: Applied = {}): Cloud {
    const cloud = new Cloud();
    if (older) worksForAWeek(cloud);
    const other = userOf(dataAccount, 'dave', 'AKIADAVE000000000001');
    for (const who of [alice, other]) cloud.call(who, 'ec2:DescribeInstances', { at: 60, from: office });
    cloud.call(apply, 'iam:ListRoles', { at: 3600, from, client: as });
    cloud.call(apply, 'iam:UpdateAssumeRolePolicy', {
      at: 3610,
      from,
      client: as,
      request: { roleName: 'deploy', policyDocument: trusting(letsIn) },
    });
    more?.(cloud);
    return cloud;
  }

  test('a pipeline that administers is loud with nothing ticked, and it is said why', async () => {
    expect(await standingOf(applied(), 'apply')).toEqual(explained('records-begin'));
  });

  test.each([
    ['lets somebody outside in', applied({ letsIn: strangeAccount })],
    ['has records of the week before', applied({ older: true })],
    ['names an attack tool', applied({ as: 'aws-cli/2.15 os/linux#6.8.0-kali' })],
    [
      'stops the trail',
      applied({
        more: (cloud) => {
          cloud.call(apply, 'cloudtrail:StopLogging', { at: 3620, from, client, request: { name: 'main' } });
        },
      }),
    ],
    [
      'makes a user with a key',
      applied({
        more: (cloud) => {
          cloud.call(apply, 'iam:CreateUser', { at: 3620, from, client, request: { userName: 'svc' } });
          cloud.call(apply, 'iam:CreateAccessKey', {
            at: 3630,
            from,
            client,
            request: { userName: 'svc' },
            response: { accessKey: { accessKeyId: 'AKIASVC0000000000001', userName: 'svc', status: 'Active' } },
          });
        },
      }),
    ],
    [
      "sets another's password",
      applied({
        more: (cloud) => {
          cloud.call(apply, 'iam:UpdateLoginProfile', { at: 3620, from, client, request: { userName: 'bob' } });
        },
      }),
    ],
    ['has a long-term key', applied({ who: userOf(appAccount, 'apply', 'AKIAAPPLY00000000001') })],
    [
      'goes on days later from another place',
      applied({
        more: (cloud) => {
          cloud.call(apply, 'iam:UpdateAssumeRolePolicy', {
            at: 3 * day,
            from: elsewhere,
            client,
            request: { roleName: 'deploy', policyDocument: trusting(dataAccount) },
          });
        },
      }),
    ],
  ])('one that %s is ticked', async (_, cloud) => {
    expect(await standingOf(cloud, 'apply')).toEqual(ticked);
  });
});
