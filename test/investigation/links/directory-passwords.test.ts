import { expect, test } from 'vitest';
import { appAccount, Cloud, dataAccount, ordinaryTraffic, sessionOf, userOf, type Who } from '../expected/cloud.ts';
import { investigateRecords, shapeOf } from '../expected/investigate-records.ts';
import { fromHome, leaked, stolen } from './stolen-key.ts';

const day = 86_400;
const office = '198.51.100.40';
const elsewhere = '203.0.113.120';
const operator = userOf(appAccount, 'alice', 'AKIAALICE00000000001');
const roleName = 'AWSReservedSSO_developer_0123456789abcdef';
const person = {
  userId: 'kim-user-id',
  identityStoreArn: `arn:aws:identitystore::${appAccount}:identitystore/d-1234567890`,
};
const session = `used session ${roleName}`;

/** A session of kim's, with one of the keys that Identity Center hands out. */
function kim(key: string): Who {
  return { ...sessionOf(dataAccount, roleName, 'kim', key), onBehalfOf: person };
}

/** A call that no alert is about. */
function worked(cloud: Cloud, key: string, at: number, from: string, more: { readonly console?: true } = {}): string {
  cloud.call(kim(key), 'ec2:CreateSecurityGroup', {
    at,
    from,
    request: { groupName: `of ${at}`, groupDescription: 'x', vpcId: 'vpc-1' },
    response: { groupId: `sg-${at}` },
    ...(more.console === true ? { client: 'Mozilla/5.0', more: { sessionCredentialFromConsole: 'true' } } : {}),
  });
  return cloud.records.at(-1)?.['eventID'] as string;
}

/** As the console of Identity Center resets a password (field names: as those of the API that its SDK model does not have). */
function passwordSet(cloud: Cloud, who: Who, at: number): void {
  cloud.call(who, 'sso-directory:UpdatePassword', {
    at,
    request: { identityStoreId: 'd-1234567890', userId: person.userId, passwordMode: 'OTP' },
    ...(who === leaked ? fromHome : { from: '198.51.100.20' }),
  });
}

/** Works at the office every morning, in the command line and in the console. */
function workedForAWeek(cloud: Cloud): readonly string[] {
  return [-6, -5, -4, -3, -2, -1, 0].flatMap((each) => [
    worked(cloud, `ASIAKIMDAY${each + 6}`, each * day + 300, office),
    worked(cloud, `ASIAKIMCONSOLE${each + 6}`, each * day + 400, office, { console: true }),
  ]);
}

/** From elsewhere, by a tool that an alert is about. */
function madeUser(cloud: Cloud, at: number): void {
  cloud.call(kim('ASIAKIMHOSTILE000001'), 'iam:CreateUser', {
    at,
    request: { userName: 'support' },
    response: { user: { userName: 'support', userId: 'AIDASUPPORT' } },
    ...fromHome,
    from: elsewhere,
  });
}

/** The calls that the case of the stolen key takes for the intruder's, of those that kim's name is on; and how many cases there are. */
async function told(tell: (cloud: Cloud) => void) {
  const cloud = new Cloud();
  ordinaryTraffic(cloud);
  tell(cloud);
  const documents = (await investigateRecords(cloud.records)).map(({ document }) => document);
  const ofKey = documents.find((document) => shapeOf(document).identities.includes('suspect user bob'));
  if (ofKey === undefined) throw new Error('no case of the stolen key');
  return {
    cases: documents.length,
    document: ofKey,
    shape: shapeOf(ofKey),
    calls: new Set(ofKey.timeline.flatMap(({ eventIds }) => eventIds)),
  };
}

test("sessions that come of a password that the intruder set for somebody of a directory are the intruder's: from the intruder's address, and from where they never were", async () => {
  const used: string[] = [];
  const { shape, calls } = await told((cloud) => {
    workedForAWeek(cloud);
    stolen(cloud);
    passwordSet(cloud, leaked, 4000);
    used.push(
      worked(cloud, 'ASIAKIMHOSTILE000001', 4100, fromHome.from),
      worked(cloud, 'ASIAKIMHOSTILE000002', 4200, elsewhere),
      worked(cloud, 'ASIAKIMHOSTILE000003', 4300, '203.0.113.121', { console: true }),
    );
  });
  expect(shape.identities).toContain('changed person kim');
  expect(shape.identities).toContain(session);
  expect(shape.links).toContain('user bob set-password person kim');
  expect(shape.links).toContain(`person kim signed-in session ${roleName}`);
  expect(used.filter((id) => !calls.has(id))).toEqual([]);
});

test('what somebody of a directory did before the intruder set their password, and does after from where they always worked, is their own', async () => {
  const own: string[] = [];
  const { calls } = await told((cloud) => {
    own.push(...workedForAWeek(cloud));
    stolen(cloud);
    passwordSet(cloud, leaked, 4000);
    worked(cloud, 'ASIAKIMHOSTILE000001', 4100, fromHome.from);
    worked(cloud, 'ASIAKIMHOSTILE000002', 4200, fromHome.from, { console: true });
    own.push(
      worked(cloud, 'ASIAKIMOWN0000000001', 4300, office),
      worked(cloud, 'ASIAKIMOWN0000000002', 4400, office, { console: true }),
    );
  });
  expect(own.filter((id) => calls.has(id))).toEqual([]);
});

test('of whoever comes from new addresses all the time, or was never there before, only what comes from the intruder is taken for theirs', async () => {
  for (const days of [[-6, -5, -4, -3, -2, -1], []]) {
    const [own, hostile]: readonly [string[], string[]] = [[], []];
    const { calls, document } = await told((cloud) => {
      for (const each of days) worked(cloud, `ASIAKIMROAM${each + 6}`, each * day, `192.0.2.${each + 20}`);
      stolen(cloud);
      passwordSet(cloud, leaked, 4000);
      own.push(worked(cloud, 'ASIAKIMOWN0000000001', 4100, elsewhere));
      hostile.push(worked(cloud, 'ASIAKIMHOSTILE000001', 4200, fromHome.from));
    });
    expect(own.filter((id) => calls.has(id))).toEqual([]);
    expect(hostile.filter((id) => !calls.has(id))).toEqual([]);
    expect(document.limits).toContainEqual({ kind: 'password-known', at: 'person/d-1234567890/kim-user-id', uses: 1 });
  }
});

test('after somebody else has set the password again, whoever comes from elsewhere is its owner', async () => {
  const own: string[] = [];
  const hostile: string[] = [];
  const { calls } = await told((cloud) => {
    workedForAWeek(cloud);
    stolen(cloud);
    passwordSet(cloud, leaked, 4000);
    passwordSet(cloud, operator, 5000);
    own.push(worked(cloud, 'ASIAKIMOWN0000000001', 6000, elsewhere));
    hostile.push(worked(cloud, 'ASIAKIMHOSTILE000001', 6100, fromHome.from));
  });
  expect(own.filter((id) => calls.has(id))).toEqual([]);
  expect(hostile.filter((id) => !calls.has(id))).toEqual([]);
});

test('an alert on such a session is of the case of whoever set the password, and what the person did earlier that day is not', async () => {
  const own: string[] = [];
  const found = await told((cloud) => {
    own.push(...workedForAWeek(cloud));
    stolen(cloud);
    passwordSet(cloud, leaked, 4000);
    madeUser(cloud, 4100);
    own.push(worked(cloud, 'ASIAKIMOWN0000000001', 4300, office));
  });
  expect(found.cases).toBe(1);
  expect(found.shape.identities).toContain('created user support');
  expect(own.filter((id) => found.calls.has(id))).toEqual([]);
});

test('of whom no record is older, an alert on a session since is of the case all the same', async () => {
  const { cases, shape } = await told((cloud) => {
    stolen(cloud);
    passwordSet(cloud, leaked, 4000);
    madeUser(cloud, 4100);
  });
  expect(cases).toBe(1);
  expect(shape.identities).toContain('created user support');
});

test('a password that nobody of the case set leads nowhere', async () => {
  const { shape } = await told((cloud) => {
    workedForAWeek(cloud);
    stolen(cloud);
    passwordSet(cloud, operator, 4000);
    worked(cloud, 'ASIAKIMOWN0000000001', 4100, elsewhere);
  });
  expect(shape.identities.filter((each) => each.includes('kim') || each === session)).toEqual([]);
});

test('a password that is set again ends nothing that was signed in to the access portal by it', async () => {
  const { document } = await told((cloud) => {
    workedForAWeek(cloud);
    stolen(cloud);
    passwordSet(cloud, leaked, 4000);
    madeUser(cloud, 4100);
    passwordSet(cloud, operator, 5000);
  });
  const states = document.waysIn.map(({ what, state }) => `${what.kind}: ${state}`);
  expect(states).toEqual(expect.arrayContaining(['service-login: closed', 'person: unknown']));
});
