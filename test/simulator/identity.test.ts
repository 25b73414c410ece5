import { LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { DescribeRegionsCommand } from '@aws-sdk/client-ec2';
import {
  ListAccessKeysCommand,
  ListUsersCommand,
  PutUserPolicyCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { AssumeRoleCommand, GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Simulator } from '../../simulator/server.ts';
import { clientsFor } from './clients.ts';
import { accountId, admin, assume, errorName, nobody, startWorld } from './world.ts';

let simulator: Simulator;

beforeEach(async () => {
  simulator = await startWorld();
});

afterEach(async () => {
  await simulator.stop();
});

describe('who signed a request', () => {
  it('is told by the key, and the signature is really checked', async () => {
    const identity = await clientsFor(simulator.url, nobody).sts.send(new GetCallerIdentityCommand({}));
    expect(identity).toMatchObject({ Account: accountId, Arn: `arn:aws:iam::${accountId}:user/nobody` });
    const forged = clientsFor(simulator.url, { ...nobody, secretAccessKey: 'not-the-secret' });
    expect(await errorName(forged.sts.send(new GetCallerIdentityCommand({})))).toBe('SignatureDoesNotMatch');
    expect(await errorName(forged.cloudTrail.send(new LookupEventsCommand({})))).toBe('InvalidSignatureException');
  });

  it('refuses an unknown key in the words of each service', async () => {
    const unknown = clientsFor(simulator.url, { accessKeyId: 'AKIAUNKNOWN000000001', secretAccessKey: 'x' });
    expect(await errorName(unknown.iam.send(new ListUsersCommand({})))).toBe('InvalidClientTokenId');
    expect(await errorName(unknown.sts.send(new GetCallerIdentityCommand({})))).toBe('InvalidClientTokenId');
    expect(await errorName(unknown.cloudTrail.send(new LookupEventsCommand({})))).toBe('UnrecognizedClientException');
    expect(await errorName(unknown.secrets.send(new GetSecretValueCommand({ SecretId: 'x' })))).toBe(
      'UnrecognizedClientException',
    );
    expect(await errorName(unknown.ec2.send(new DescribeRegionsCommand({})))).toBe('AuthFailure');
  });

  it('knows nobody in a region that the account has not enabled, nor in one that there is not', async () => {
    const lookUp = new LookupEventsCommand({ MaxResults: 1 });
    const { cloudTrail: far } = clientsFor(simulator.url, admin, 'ap-east-1');
    expect(await errorName(far.send(lookUp))).toBe('UnrecognizedClientException');
    const { ec2, iam } = clientsFor(simulator.url, admin, 'us-esat-1');
    expect(await errorName(ec2.send(new DescribeRegionsCommand({})))).toBe('AuthFailure');
    expect(await errorName(iam.send(new ListUsersCommand({})))).toBe('no error');
    simulator.control.setRegions(accountId, ['us-east-1', 'ap-east-1']);
    expect(await errorName(far.send(lookUp))).toBe('no error');
  });

  it('refuses an inactive key and takes it again once it is active', async () => {
    const { iam } = clientsFor(simulator.url, admin);
    const { sts } = clientsFor(simulator.url, nobody);
    const key = { UserName: 'nobody', AccessKeyId: nobody.accessKeyId };
    await iam.send(new UpdateAccessKeyCommand({ ...key, Status: 'Inactive' }));
    expect(await errorName(sts.send(new GetCallerIdentityCommand({})))).toBe('InvalidClientTokenId');
    await iam.send(new UpdateAccessKeyCommand({ ...key, Status: 'Active' }));
    expect(await errorName(sts.send(new GetCallerIdentityCommand({})))).toBe('no error');
  });

  it('refuses a clock that is far off, before anything runs', async () => {
    simulator.control.setClockOffset(20 * 60 * 1_000);
    const { sts } = clientsFor(simulator.url, admin);
    expect(await errorName(sts.send(new GetCallerIdentityCommand({})))).toBe('SignatureDoesNotMatch');
  });

  it('lets an SDK with attempts left correct its clock by the answer', async () => {
    simulator.control.setClockOffset(20 * 60 * 1_000);
    const options = { endpoint: simulator.url, credentials: admin, region: 'us-east-1', maxAttempts: 3 };
    const identity = await new STSClient(options).send(new GetCallerIdentityCommand({}));
    expect(identity.Account).toBe(accountId);
  });

  it('needs the session token of a temporary key, and ends with it', async () => {
    const session = await assume(simulator, 'poll');
    const { sts } = clientsFor(simulator.url, session);
    const identity = await sts.send(new GetCallerIdentityCommand({}));
    expect(identity.Arn).toBe(`arn:aws:sts::${accountId}:assumed-role/TrailhoundPoll/session-1`);
    const without = clientsFor(simulator.url, {
      accessKeyId: session.accessKeyId,
      secretAccessKey: session.secretAccessKey,
    });
    expect(await errorName(without.sts.send(new GetCallerIdentityCommand({})))).toBe('InvalidClientTokenId');
    simulator.control.addFault({ kind: 'expired-token', match: { operation: 'GetCallerIdentity' } });
    expect(await errorName(sts.send(new GetCallerIdentityCommand({})))).toBe('ExpiredToken');
  });
});

describe('assuming a role', () => {
  it('needs the external ID and the exact principal', async () => {
    const { credentials, accounts } = simulator.world;
    const role = accounts[0]?.roles.respond;
    const request = { RoleArn: role?.arn, RoleSessionName: 'TH-1' };
    const trailhound = clientsFor(simulator.url, credentials).sts;
    expect(await errorName(trailhound.send(new AssumeRoleCommand(request)))).toBe('AccessDenied');
    expect(await errorName(trailhound.send(new AssumeRoleCommand({ ...request, ExternalId: 'wrong' })))).toBe(
      'AccessDenied',
    );
    const stranger = clientsFor(simulator.url, nobody).sts;
    expect(await errorName(stranger.send(new AssumeRoleCommand({ ...request, ExternalId: role?.externalId })))).toBe(
      'AccessDenied',
    );
    const good = new AssumeRoleCommand({ ...request, ExternalId: role?.externalId, SourceIdentity: 'TH-1' });
    expect((await trailhound.send(good)).SourceIdentity).toBe('TH-1');
  });

  it('keeps a source identity through a chain of roles, which lasts an hour at most', async () => {
    const chained = `arn:aws:iam::${accountId}:role/chained`;
    const principal = `arn:aws:iam::${accountId}:role/TrailhoundRespond`;
    simulator.control.addRole(accountId, {
      name: 'chained',
      maxSessionSeconds: 43_200,
      trust: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { AWS: principal }, Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'] },
        ],
      },
    });
    const { sts } = clientsFor(simulator.url, await assume(simulator, 'respond', { SourceIdentity: 'TH-1' }));
    const request = { RoleArn: chained, RoleSessionName: 'next' };
    expect((await sts.send(new AssumeRoleCommand(request))).SourceIdentity).toBe('TH-1');
    expect(await errorName(sts.send(new AssumeRoleCommand({ ...request, SourceIdentity: 'other' })))).toBe(
      'AccessDenied',
    );
    expect(await errorName(sts.send(new AssumeRoleCommand({ ...request, DurationSeconds: 7_200 })))).toBe(
      'ValidationError',
    );
  });

  it('is seen in both accounts under one shared event ID, and the caller from outside as an account only', async () => {
    await assume(simulator, 'respond');
    const [own, foreign] = simulator.control.deliveries().map(({ accountId, record }) => ({ accountId, record }));
    expect([own?.accountId, foreign?.accountId]).toEqual(['999988887777', accountId]);
    expect(own?.record['sharedEventID']).toBe(foreign?.record['sharedEventID']);
    expect(own?.record['userIdentity']).toMatchObject({ type: 'IAMUser', userName: 'trailhound' });
    expect(foreign?.record['userIdentity']).toMatchObject({ type: 'AWSAccount', accountId: '999988887777' });
  });

  it('gives the poller no right to change anything', async () => {
    const { iam, ec2 } = clientsFor(simulator.url, await assume(simulator, 'poll'));
    expect(await errorName(iam.send(new ListUsersCommand({})))).toBe('AccessDenied');
    const regions = await ec2.send(new DescribeRegionsCommand({}));
    expect(regions.Regions?.map((region) => region.RegionName)).toEqual(['us-east-1', 'eu-central-1']);
  });
});

describe('a change to a key', () => {
  it('is shown at once and obeyed later where IAM lags', async () => {
    const lagging = await startWorld({ iamPropagationMs: 60_000 });
    try {
      const { iam } = clientsFor(lagging.url, admin);
      const key = { UserName: 'nobody', AccessKeyId: nobody.accessKeyId };
      await iam.send(new UpdateAccessKeyCommand({ ...key, Status: 'Inactive' }));
      const { AccessKeyMetadata } = await iam.send(new ListAccessKeysCommand({ UserName: 'nobody' }));
      expect(AccessKeyMetadata?.[0]?.Status).toBe('Inactive');
      const { sts } = clientsFor(lagging.url, nobody);
      expect(await errorName(sts.send(new GetCallerIdentityCommand({})))).toBe('no error');
      lagging.control.setClockOffset(61_000);
      expect(await errorName(sts.send(new GetCallerIdentityCommand({})))).toBe('InvalidClientTokenId');
    } finally {
      await lagging.stop();
    }
  });
});

describe('a Deny that is there to contain', () => {
  it('stops a long-term key, and with aws:TokenIssueTime only the sessions issued before', async () => {
    const { iam, sts } = clientsFor(simulator.url, admin);
    const { Credentials } = await sts.send(new GetSessionTokenCommand({ SerialNumber: 'mfa', TokenCode: '123456' }));
    const session = clientsFor(simulator.url, {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    });
    expect(await errorName(session.iam.send(new ListUsersCommand({})))).toBe('no error');
    const revoke = {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Deny',
          Action: '*',
          Resource: '*',
          Condition: { DateLessThan: { 'aws:TokenIssueTime': new Date(Date.now() + 1_000).toISOString() } },
        },
      ],
    };
    await iam.send(
      new PutUserPolicyCommand({ UserName: 'admin', PolicyName: 'revoke', PolicyDocument: JSON.stringify(revoke) }),
    );
    expect(await errorName(session.iam.send(new ListUsersCommand({})))).toBe('AccessDenied');
    expect(await errorName(iam.send(new ListUsersCommand({})))).toBe('no error');
    const deny = { Version: '2012-10-17', Statement: { Effect: 'Deny', Action: '*', Resource: '*' } };
    await iam.send(
      new PutUserPolicyCommand({ UserName: 'admin', PolicyName: 'quarantine', PolicyDocument: JSON.stringify(deny) }),
    );
    expect(await errorName(iam.send(new ListUsersCommand({})))).toBe('AccessDenied');
  });
});
