import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateLoginProfileCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteLoginProfileCommand,
  DeleteRolePolicyCommand,
  DeleteUserPolicyCommand,
  DetachUserPolicyCommand,
  GetAccessKeyLastUsedCommand,
  GetAccountSummaryCommand,
  GetLoginProfileCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  GetUserCommand,
  GetUserPolicyCommand,
  ListAccessKeysCommand,
  ListAttachedUserPoliciesCommand,
  ListGroupsForUserCommand,
  ListMFADevicesCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
  ListSigningCertificatesCommand,
  ListSSHPublicKeysCommand,
  ListUserPoliciesCommand,
  ListUsersCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  TagResourceCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { AssumeRoleCommand, GetCallerIdentityCommand, GetSessionTokenCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientsFor } from '../simulator/clients.ts';
import type { Clients } from '../simulator/clients.ts';
import { errorName } from '../simulator/world.ts';
import { motoKind, simulatorKind } from './stand-ins.ts';
import type { StandIn, UnfaithfulPoint } from './stand-ins.ts';

const accountId = '123456789012';
const denyAll = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] });
const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${accountId}:root` }, Action: 'sts:AssumeRole' }],
});

for (const kind of [simulatorKind, await motoKind()]) {
  if (kind.missing !== null) console.warn(`SKIPPED: the contract cases against ${kind.name}: ${kind.missing}`);

  describe.skipIf(kind.missing !== null)(`what Trailhound relies on, as ${kind.name} has it`, () => {
    let standIn: StandIn;
    let clients: Clients;

    beforeAll(async () => {
      standIn = await kind.start();
      clients = clientsFor(standIn.url, standIn.credentials);
    });

    afterAll(async () => {
      await standIn.stop();
    });

    /** A case that a stand-in with that known difference passes over. */
    function itAsAws(point: UnfaithfulPoint, run: () => Promise<void>): void {
      it.skipIf(kind.unfaithful.includes(point))(point, run);
    }

    async function userNamed(UserName: string): Promise<{ UserName: string }> {
      await clients.iam.send(new CreateUserCommand({ UserName }));
      return { UserName };
    }

    async function statuses(UserName: string): Promise<Record<string, string>> {
      const { AccessKeyMetadata = [] } = await clients.iam.send(new ListAccessKeysCommand({ UserName }));
      return Object.fromEntries(AccessKeyMetadata.map((key) => [key.AccessKeyId ?? '', key.Status ?? '']));
    }

    async function newKey(UserName: string): Promise<string> {
      const { AccessKey } = await clients.iam.send(new CreateAccessKeyCommand({ UserName }));
      return AccessKey?.AccessKeyId ?? '';
    }

    describe('users', () => {
      it('are made once, found by name, and listed', async () => {
        const user = await userNamed('carol');
        const { User } = await clients.iam.send(new GetUserCommand(user));
        expect(User).toMatchObject({ UserName: 'carol', Path: '/', Arn: `arn:aws:iam::${accountId}:user/carol` });
        expect(User?.UserId).toMatch(/^AIDA|^[A-Z0-9]{16,}$/iu);
        expect(User?.CreateDate).toBeInstanceOf(Date);
        expect(await errorName(clients.iam.send(new CreateUserCommand(user)))).toBe('EntityAlreadyExistsException');
        const { Users = [] } = await clients.iam.send(new ListUsersCommand({}));
        expect(Users.map((listed) => listed.UserName)).toContain('carol');
      });

      it('that are not there answer NoSuchEntity, whatever is asked', async () => {
        const nobody = { UserName: 'no-such-user' };
        const calls = [
          clients.iam.send(new GetUserCommand(nobody)),
          clients.iam.send(new ListAccessKeysCommand(nobody)),
          clients.iam.send(new CreateAccessKeyCommand(nobody)),
          clients.iam.send(new ListUserPoliciesCommand(nobody)),
          clients.iam.send(new ListAttachedUserPoliciesCommand(nobody)),
          clients.iam.send(new PutUserPolicyCommand({ ...nobody, PolicyName: 'p', PolicyDocument: denyAll })),
        ];
        expect(new Set(await Promise.all(calls.map(errorName)))).toEqual(new Set(['NoSuchEntityException']));
      });

      it('show which other doors they have', async () => {
        const user = await userNamed('doors');
        expect(await errorName(clients.iam.send(new GetLoginProfileCommand(user)))).toBe('NoSuchEntityException');
        expect((await clients.iam.send(new ListMFADevicesCommand(user))).MFADevices ?? []).toEqual([]);
        expect((await clients.iam.send(new ListGroupsForUserCommand(user))).Groups ?? []).toEqual([]);
        expect((await clients.iam.send(new ListSSHPublicKeysCommand(user))).SSHPublicKeys ?? []).toEqual([]);
        expect((await clients.iam.send(new ListSigningCertificatesCommand(user))).Certificates ?? []).toEqual([]);
      });
    });

    describe('passwords', () => {
      it('are taken away once, and then the user has none', async () => {
        const user = await userNamed('console');
        await clients.iam.send(new CreateLoginProfileCommand({ ...user, Password: 'Contract-0-secret' }));
        const { LoginProfile } = await clients.iam.send(new GetLoginProfileCommand(user));
        expect(LoginProfile?.UserName).toBe('console');
        await clients.iam.send(new DeleteLoginProfileCommand(user));
        expect(await errorName(clients.iam.send(new GetLoginProfileCommand(user)))).toBe('NoSuchEntityException');
        const again = clients.iam.send(new DeleteLoginProfileCommand(user));
        await expect(again).rejects.toMatchObject({
          name: 'NoSuchEntityException',
          $metadata: { httpStatusCode: 404 },
        });
      });

      it('of nobody cannot be taken away', async () => {
        const nobody = new DeleteLoginProfileCommand({ UserName: 'no-such-user' });
        expect(await errorName(clients.iam.send(nobody))).toBe('NoSuchEntityException');
      });
    });

    describe('access keys', () => {
      it('come with their secret once', async () => {
        const user = await userNamed('once');
        const { AccessKey } = await clients.iam.send(new CreateAccessKeyCommand(user));
        expect(AccessKey).toMatchObject({ UserName: 'once', Status: 'Active' });
        expect(AccessKey?.SecretAccessKey).toHaveLength(40);
        expect(AccessKey?.AccessKeyId).toMatch(/^AKIA[A-Z0-9]{16}$/u);
        expect(Object.keys(await statuses('once'))).toEqual([AccessKey?.AccessKeyId]);
      });

      it('are two for a user at most, inactive ones counted', async () => {
        const user = await userNamed('two');
        const first = await newKey('two');
        await newKey('two');
        await clients.iam.send(new UpdateAccessKeyCommand({ ...user, AccessKeyId: first, Status: 'Inactive' }));
        const third = clients.iam.send(new CreateAccessKeyCommand(user));
        await expect(third).rejects.toMatchObject({
          name: 'LimitExceededException',
          $metadata: { httpStatusCode: 409 },
        });
        await clients.iam.send(new DeleteAccessKeyCommand({ ...user, AccessKeyId: first }));
        expect(await errorName(clients.iam.send(new CreateAccessKeyCommand(user)))).toBe('no error');
      });

      it('can be switched off twice, and on again', async () => {
        const user = await userNamed('switched');
        const AccessKeyId = await newKey('switched');
        const off = new UpdateAccessKeyCommand({ ...user, AccessKeyId, Status: 'Inactive' });
        await clients.iam.send(off);
        await clients.iam.send(off);
        expect(await statuses('switched')).toEqual({ [AccessKeyId]: 'Inactive' });
        await clients.iam.send(new UpdateAccessKeyCommand({ ...user, AccessKeyId, Status: 'Active' }));
        expect(await statuses('switched')).toEqual({ [AccessKeyId]: 'Active' });
      });

      it('of another user, or none, answer NoSuchEntity', async () => {
        const user = await userNamed('owner');
        await userNamed('stranger');
        const AccessKeyId = await newKey('owner');
        const wrong = { UserName: 'stranger', AccessKeyId };
        expect(await errorName(clients.iam.send(new UpdateAccessKeyCommand({ ...wrong, Status: 'Inactive' })))).toBe(
          'NoSuchEntityException',
        );
        expect(await errorName(clients.iam.send(new DeleteAccessKeyCommand(wrong)))).toBe('NoSuchEntityException');
        await clients.iam.send(new DeleteAccessKeyCommand({ ...user, AccessKeyId }));
        expect(await errorName(clients.iam.send(new DeleteAccessKeyCommand({ ...user, AccessKeyId })))).toBe(
          'NoSuchEntityException',
        );
      });

      it('say when they were last used, and for whom', async () => {
        await userNamed('unused');
        const AccessKeyId = await newKey('unused');
        const answer = await clients.iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }));
        expect(answer.UserName).toBe('unused');
        expect(answer.AccessKeyLastUsed).toMatchObject({ ServiceName: 'N/A', Region: 'N/A' });
        expect(answer.AccessKeyLastUsed?.LastUsedDate).toBeUndefined();
      });
    });

    describe('policies of a user', () => {
      it('are put, replaced, read back as they were written, and taken away', async () => {
        const user = await userNamed('policies');
        const policy = { ...user, PolicyName: 'quarantine' };
        await clients.iam.send(new PutUserPolicyCommand({ ...policy, PolicyDocument: denyAll }));
        await clients.iam.send(new PutUserPolicyCommand({ ...policy, PolicyDocument: denyAll }));
        expect((await clients.iam.send(new ListUserPoliciesCommand(user))).PolicyNames).toEqual(['quarantine']);
        const { PolicyDocument = '' } = await clients.iam.send(new GetUserPolicyCommand(policy));
        expect(JSON.parse(decodeURIComponent(PolicyDocument))).toEqual(JSON.parse(denyAll));
        await clients.iam.send(new DeleteUserPolicyCommand(policy));
        expect(await errorName(clients.iam.send(new GetUserPolicyCommand(policy)))).toBe('NoSuchEntityException');
        expect(await errorName(clients.iam.send(new DeleteUserPolicyCommand(policy)))).toBe('NoSuchEntityException');
      });

      it('that are none are refused', async () => {
        const user = await userNamed('malformed');
        const put = new PutUserPolicyCommand({ ...user, PolicyName: 'p', PolicyDocument: 'not a policy' });
        expect(await errorName(clients.iam.send(put))).toBe('MalformedPolicyDocumentException');
      });

      it('are attached and detached', async () => {
        const user = await userNamed('attached');
        const policy = { ...user, PolicyArn: 'arn:aws:iam::aws:policy/AWSDenyAll' };
        await clients.iam.send(new AttachUserPolicyCommand(policy));
        const { AttachedPolicies } = await clients.iam.send(new ListAttachedUserPoliciesCommand(user));
        expect(AttachedPolicies).toEqual([{ PolicyName: 'AWSDenyAll', PolicyArn: policy.PolicyArn }]);
        await clients.iam.send(new DetachUserPolicyCommand(policy));
        expect(await errorName(clients.iam.send(new DetachUserPolicyCommand(policy)))).toBe('NoSuchEntityException');
        const missing = { ...user, PolicyArn: `arn:aws:iam::${accountId}:policy/missing` };
        expect(await errorName(clients.iam.send(new AttachUserPolicyCommand(missing)))).toBe('NoSuchEntityException');
      });
    });

    describe('inline policies', () => {
      const other = denyAll.replace('"*"', '"iam:*"');

      /** The six calls on inline policies, for either kind of owner. */
      const calls = {
        user: (UserName: string) => ({
          put: (PolicyName: string, PolicyDocument: string) =>
            clients.iam.send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument })),
          get: (PolicyName: string) => clients.iam.send(new GetUserPolicyCommand({ UserName, PolicyName })),
          remove: (PolicyName: string) => clients.iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName })),
        }),
        role: (RoleName: string) => ({
          put: (PolicyName: string, PolicyDocument: string) =>
            clients.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument })),
          get: (PolicyName: string) => clients.iam.send(new GetRolePolicyCommand({ RoleName, PolicyName })),
          remove: (PolicyName: string) => clients.iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName })),
        }),
      };

      it.each(['user', 'role'] as const)(
        'of a %s: the last one put holds, others stay, and one is taken once',
        async (owner) => {
          const name = `inline-${owner}`;
          if (owner === 'user') await userNamed(name);
          else await clients.iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: trust }));
          const { put, get, remove } = calls[owner](name);
          await put('ours', other);
          await put('ours', denyAll);
          await put('theirs', other);
          const got = await get('ours');
          expect(got).toMatchObject(
            owner === 'user' ? { UserName: name, PolicyName: 'ours' } : { RoleName: name, PolicyName: 'ours' },
          );
          expect(JSON.parse(decodeURIComponent(got.PolicyDocument ?? ''))).toEqual(JSON.parse(denyAll));
          await remove('ours');
          expect(await errorName(get('ours'))).toBe('NoSuchEntityException');
          await expect(remove('ours')).rejects.toMatchObject({
            name: 'NoSuchEntityException',
            $metadata: { httpStatusCode: 404 },
          });
          const { PolicyDocument = '' } = await get('theirs');
          expect(JSON.parse(decodeURIComponent(PolicyDocument))).toEqual(JSON.parse(other));
        },
      );

      it.each(['user', 'role'] as const)('of no %s answer NoSuchEntity', async (owner) => {
        const { put, get, remove } = calls[owner](`no-such-${owner}`);
        const names = await Promise.all([put('p', denyAll), get('p'), remove('p')].map(errorName));
        expect(new Set(names)).toEqual(new Set(['NoSuchEntityException']));
      });

      it.each(['user', 'role'] as const)('of a %s that are no policies are refused', async (owner) => {
        const name = `no-policy-${owner}`;
        if (owner === 'user') await userNamed(name);
        else await clients.iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: trust }));
        expect(await errorName(calls[owner](name).put('p', 'not a policy'))).toBe('MalformedPolicyDocumentException');
      });
    });

    describe('roles', () => {
      it('carry inline policies', async () => {
        const role = { RoleName: 'carrier' };
        await clients.iam.send(new CreateRoleCommand({ ...role, AssumeRolePolicyDocument: trust }));
        const { Role } = await clients.iam.send(new GetRoleCommand(role));
        expect(Role?.Arn).toBe(`arn:aws:iam::${accountId}:role/carrier`);
        expect(JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ''))).toEqual(JSON.parse(trust));
        const policy = { ...role, PolicyName: 'AWSRevokeOlderSessions' };
        await clients.iam.send(new PutRolePolicyCommand({ ...policy, PolicyDocument: denyAll }));
        expect((await clients.iam.send(new ListRolePoliciesCommand(role))).PolicyNames).toEqual([
          'AWSRevokeOlderSessions',
        ]);
        const { PolicyDocument = '' } = await clients.iam.send(new GetRolePolicyCommand(policy));
        expect(JSON.parse(decodeURIComponent(PolicyDocument))).toEqual(JSON.parse(denyAll));
        await clients.iam.send(new DeleteRolePolicyCommand(policy));
        expect(await errorName(clients.iam.send(new GetRolePolicyCommand(policy)))).toBe('NoSuchEntityException');
        expect(await errorName(clients.iam.send(new GetRoleCommand({ RoleName: 'no-such-role' })))).toBe(
          'NoSuchEntityException',
        );
        const { Roles = [] } = await clients.iam.send(new ListRolesCommand({}));
        expect(Roles.map((listed) => listed.RoleName)).toContain('carrier');
      });

      it('are assumed for an hour, and whoever assumed one is told by the session', async () => {
        await clients.iam.send(new CreateRoleCommand({ RoleName: 'assumed', AssumeRolePolicyDocument: trust }));
        const RoleArn = `arn:aws:iam::${accountId}:role/assumed`;
        const answer = await clients.sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'TH-1' }));
        const arn = `arn:aws:sts::${accountId}:assumed-role/assumed/TH-1`;
        expect(answer.AssumedRoleUser?.Arn).toBe(arn);
        expect(answer.AssumedRoleUser?.AssumedRoleId).toMatch(/^AROA\w+:TH-1$/u);
        expect(answer.Credentials?.AccessKeyId).toMatch(/^ASIA/u);
        const minutes = ((answer.Credentials?.Expiration?.getTime() ?? 0) - Date.now()) / 60_000;
        expect(minutes).toBeGreaterThan(55);
        expect(minutes).toBeLessThan(61);
        const session = clientsFor(standIn.url, {
          accessKeyId: answer.Credentials?.AccessKeyId ?? '',
          secretAccessKey: answer.Credentials?.SecretAccessKey ?? '',
          sessionToken: answer.Credentials?.SessionToken ?? '',
        });
        expect((await session.sts.send(new GetCallerIdentityCommand({}))).Arn).toBe(arn);
      });
    });

    describe('the account', () => {
      itAsAws('session tokens have keys of their own', async () => {
        const { Credentials } = await clients.sts.send(new GetSessionTokenCommand({}));
        expect(Credentials?.AccessKeyId).toMatch(/^ASIA/u);
      });

      it('says who calls and counts what it holds', async () => {
        expect((await clients.sts.send(new GetCallerIdentityCommand({}))).Account).toBe(accountId);
        const { SummaryMap } = await clients.iam.send(new GetAccountSummaryCommand({}));
        expect(SummaryMap?.['Users']).toBeGreaterThan(0);
      });
    });

    describe('secrets', () => {
      function token(digit: string): string {
        return digit.repeat(32);
      }

      it('are made once; the same token and value again is the same creation', async () => {
        const request = { Name: 'trailhound/made', ClientRequestToken: token('a'), SecretString: 's-1' };
        const first = await clients.secrets.send(new CreateSecretCommand(request));
        expect(first.ARN).toMatch(
          new RegExp(`^arn:aws:secretsmanager:us-east-1:${accountId}:secret:trailhound/made-\\w{6}$`, 'u'),
        );
        expect(first.VersionId).toBe(token('a'));
        const other = { ...request, ClientRequestToken: token('b'), SecretString: 's-2' };
        expect(await errorName(clients.secrets.send(new CreateSecretCommand(other)))).toBe('ResourceExistsException');
      });

      it('keep versions: the new value is current, the old one previous, by name and by ARN', async () => {
        const { ARN } = await clients.secrets.send(
          new CreateSecretCommand({ Name: 'trailhound/versions', ClientRequestToken: token('c'), SecretString: 'old' }),
        );
        const put = { SecretId: ARN, ClientRequestToken: token('d'), SecretString: 'new' };
        await clients.secrets.send(new PutSecretValueCommand(put));
        await clients.secrets.send(new PutSecretValueCommand(put));
        async function read(more: object): Promise<string | undefined> {
          return (await clients.secrets.send(new GetSecretValueCommand({ SecretId: 'trailhound/versions', ...more })))
            .SecretString;
        }
        expect(await read({})).toBe('new');
        expect(await read({ VersionStage: 'AWSPREVIOUS' })).toBe('old');
        expect(await read({ VersionId: token('c') })).toBe('old');
        expect(
          await errorName(clients.secrets.send(new PutSecretValueCommand({ ...put, SecretString: 'other' }))),
        ).toBe('ResourceExistsException');
        const { Versions = [] } = await clients.secrets.send(new ListSecretVersionIdsCommand({ SecretId: ARN }));
        expect(new Set(Versions.map((version) => version.VersionId))).toEqual(new Set([token('c'), token('d')]));
      });

      itAsAws('a moved stage is what is read', async () => {
        const secret = { SecretId: 'trailhound/moved' };
        await clients.secrets.send(
          new CreateSecretCommand({ Name: secret.SecretId, ClientRequestToken: token('1'), SecretString: 'old' }),
        );
        await clients.secrets.send(
          new PutSecretValueCommand({ ...secret, ClientRequestToken: token('2'), SecretString: 'new' }),
        );
        await clients.secrets.send(
          new UpdateSecretVersionStageCommand({
            ...secret,
            VersionStage: 'AWSCURRENT',
            RemoveFromVersionId: token('2'),
            MoveToVersionId: token('1'),
          }),
        );
        expect((await clients.secrets.send(new GetSecretValueCommand(secret))).SecretString).toBe('old');
      });

      it('are described with tags and stages, listed, and never with their value', async () => {
        const SecretId = 'trailhound/described';
        await clients.secrets.send(
          new CreateSecretCommand({
            Name: SecretId,
            ClientRequestToken: token('e'),
            SecretString: 'hidden',
            Tags: [{ Key: 'a', Value: '1' }],
          }),
        );
        await clients.secrets.send(new TagResourceCommand({ SecretId, Tags: [{ Key: 'b', Value: '2' }] }));
        const described = await clients.secrets.send(new DescribeSecretCommand({ SecretId }));
        expect(described.Tags).toEqual([
          { Key: 'a', Value: '1' },
          { Key: 'b', Value: '2' },
        ]);
        expect(described.VersionIdsToStages).toEqual({ [token('e')]: ['AWSCURRENT'] });
        const { SecretList = [] } = await clients.secrets.send(new ListSecretsCommand({}));
        expect(SecretList.map((secret) => secret.Name)).toContain(SecretId);
        expect(JSON.stringify([described, SecretList])).not.toContain('hidden');
      });

      it('that are not there answer ResourceNotFound, those that are to be deleted InvalidRequest', async () => {
        const missing = { SecretId: 'trailhound/missing' };
        expect(await errorName(clients.secrets.send(new DescribeSecretCommand(missing)))).toBe(
          'ResourceNotFoundException',
        );
        expect(await errorName(clients.secrets.send(new GetSecretValueCommand(missing)))).toBe(
          'ResourceNotFoundException',
        );
        const SecretId = 'trailhound/deleted';
        await clients.secrets.send(new CreateSecretCommand({ Name: SecretId, SecretString: 'x' }));
        await clients.secrets.send(new DeleteSecretCommand({ SecretId, RecoveryWindowInDays: 7 }));
        expect(await errorName(clients.secrets.send(new GetSecretValueCommand({ SecretId })))).toBe(
          'InvalidRequestException',
        );
        expect((await clients.secrets.send(new DescribeSecretCommand({ SecretId }))).DeletedDate).toBeInstanceOf(Date);
      });
    });
  });
}
