import { expect, test } from 'vitest';
import type { JsonObject } from '../../../src/model/json.ts';
import {
  appAccount,
  Cloud,
  ordinaryTraffic,
  seenFromOutside,
  sessionOf,
  strangeAccount,
  userOf,
} from '../expected/cloud.ts';
import { investigateRecords, shapeOf } from '../expected/investigate-records.ts';
import { fromHome, leaked, stolen } from './stolen-key.ts';

const operator = userOf(appAccount, 'alice', 'AKIAALICE00000000001');
const outsider = seenFromOutside(userOf(strangeAccount, 'collector', 'AKIACOLLECTOR0000001'));

function shared(cloud: Cloud, who: JsonObject, at: number): void {
  cloud.call(who, 'ec2:ModifySnapshotAttribute', {
    at,
    request: {
      snapshotId: 'snap-1',
      attributeType: 'CREATE_VOLUME_PERMISSION',
      createVolumePermission: { add: { items: [{ userId: strangeAccount }] } },
    },
    ...(who === leaked ? fromHome : { from: '198.51.100.20' }),
  });
}

/** From another address, by a tool that an alert is about. */
function copied(cloud: Cloud): void {
  cloud.call(outsider, 'ec2:CopySnapshot', {
    at: 5000,
    account: appAccount,
    from: '203.0.113.99',
    client: fromHome.client,
    request: { sourceSnapshotId: 'snap-1', sourceRegion: 'us-east-1' },
  });
}

/** Whether the outsider's call is in the case of the stolen key, and how many cases there are. */
async function found(tell: (cloud: Cloud) => void) {
  const cloud = new Cloud();
  ordinaryTraffic(cloud);
  tell(cloud);
  const copy = cloud.records.find(({ eventName }) => eventName === 'CopySnapshot')?.['eventID'] as string;
  const cases = (await investigateRecords(cloud.records)).map(({ document }) => ({
    isOfKey: shapeOf(document).identities.includes('suspect user bob'),
    hasCopy: document.alerts.some(({ eventIds }) => eventIds.includes(copy)),
  }));
  return cases.toSorted((a, b) => Number(b.isOfKey) - Number(a.isOfKey));
}

test('an outside account that copies what a stolen key shared with it is one case with the key', async () => {
  const cases = await found((cloud) => {
    stolen(cloud);
    shared(cloud, leaked, 4000);
    copied(cloud);
  });
  expect(cases).toEqual([{ isOfKey: true, hasCopy: true }]);
});

test('an outside account that others had let in before is nobody whom the stolen key brought', async () => {
  const cases = await found((cloud) => {
    shared(cloud, operator, -3 * 86_400);
    stolen(cloud);
    shared(cloud, leaked, 4000);
    copied(cloud);
  });
  expect(cases[0]).toEqual({ isOfKey: true, hasCopy: false });
});

test('whoever called before anything was shared with them is nobody whom the sharing brought', async () => {
  const cases = await found((cloud) => {
    stolen(cloud);
    copied(cloud);
    shared(cloud, leaked, 6000);
  });
  expect(cases).toEqual([
    { isOfKey: true, hasCopy: false },
    { isOfKey: false, hasCopy: true },
  ]);
});

/** A service account's session, which an alert is about. */
test('what runs as a service account of a cluster is no person to be disabled: stopping it is offered, and not advised', async () => {
  const cloud = new Cloud();
  ordinaryTraffic(cloud);
  const provider = `arn:aws:iam::${appAccount}:oidc-provider/oidc.eks.us-east-1.amazonaws.com/id/EXAMPLE`;
  const subject = 'system:serviceaccount:shop:web';
  const pod = sessionOf(appAccount, 'web', 'botocore-session-1', 'ASIAWEB0000000000001');
  cloud.call(
    {
      type: 'WebIdentityUser',
      principalId: `${provider}:sts.amazonaws.com:${subject}`,
      userName: subject,
      identityProvider: provider,
    },
    'sts:AssumeRoleWithWebIdentity',
    {
      at: 4000,
      account: appAccount,
      from: '54.240.1.2',
      request: { roleArn: `arn:aws:iam::${appAccount}:role/web`, roleSessionName: 'botocore-session-1' },
      response: {
        subjectFromWebIdentityToken: subject,
        provider,
        credentials: { accessKeyId: 'ASIAWEB0000000000001', expiration: 'Nov 20, 2026, 11:00:00 PM' },
        assumedRoleUser: { arn: `arn:aws:sts::${appAccount}:assumed-role/web/botocore-session-1` },
      },
    },
  );
  cloud.call(pod, 'iam:AttachUserPolicy', {
    at: 4100,
    from: '54.240.1.2',
    request: { userName: 'bob', policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
  });
  const [found] = await investigateRecords(cloud.records);
  const remedies = found?.document.plan.actions ?? [];
  expect(remedies.filter(({ type }) => type === 'disablePerson')).toEqual([]);
  expect(remedies.find(({ type }) => type === 'stopWorkload')?.recommended).toBe(false);
  expect(found?.document.waysIn.find(({ what }) => what.kind === 'person')?.state).toBe('unknown');
});
