import type { JsonObject } from '../../../src/model/json.ts';
import {
  appAccount,
  Cloud,
  dataAccount,
  ordinaryTraffic,
  sessionOf,
  strangeAccount,
  userOf,
  type Who,
} from './cloud.ts';
import type { FullyExpectedCase } from './conclusions.ts';

/** An intrusion with ordinary traffic around it, and all that is to be said about it. */
export interface Story {
  readonly name: string;
  readonly records: () => Cloud['records'];
  readonly cases: readonly FullyExpectedCase[];
}

const home = '203.0.113.66';
const tool = 'aws-cli/2.9.9 Python/3.11 kali';

/** The records of a story: what the intruder did, one call after the other, and whatever else happened. */
function told(tell: (intruder: Intruder, cloud: Cloud) => void): () => Cloud['records'] {
  return () => {
    const cloud = new Cloud();
    ordinaryTraffic(cloud);
    tell(new Intruder(cloud), cloud);
    return cloud.records;
  };
}

interface Given {
  readonly response?: JsonObject;
  readonly error?: string;
  readonly more?: JsonObject;
  readonly from?: string;
}

class Intruder {
  readonly #cloud: Cloud;
  #at = 1000;

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  /** A call, ten seconds after the one before. */
  call(who: Who, name: string, request: JsonObject | null = null, given: Given = {}): void {
    const { from = home, ...rest } = given;
    this.#cloud.call(who, name, {
      at: this.#at,
      from,
      client: tool,
      ...(request === null ? {} : { request }),
      ...rest,
    });
    this.#at += 10;
  }

  assume(who: Who, role: string, key: string, account = appAccount): Who {
    const session = this.#cloud.assume(
      who,
      { account, role, session: 'x', key },
      { at: this.#at, from: home, client: tool },
    );
    this.#at += 10;
    return session;
  }

  /** An administrator of the account, from the office, puts something right. */
  mended(name: string, request: JsonObject, more: JsonObject = {}): void {
    const admin = userOf(appAccount, 'alice', 'AKIAALICE00000000001');
    this.#cloud.call(admin, name, { at: this.#at, from: '198.51.100.20', request, more });
    this.#at += 10;
  }
}

const leaked = userOf(appAccount, 'bob', 'AKIABOB0000000000001');
const key = 'open access-key of bob';
const deactivate = 'deactivateAccessKey of bob';
const bob = 'suspect user bob';

const grantAll = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
});
const letting = (principal: JsonObject): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' }],
  });

const person: Who = {
  ...sessionOf(appAccount, 'AWSReservedSSO_admin_0123456789abcdef', 'kim@corp.example', 'ASIAKIM0000000000001'),
  onBehalfOf: {
    userId: 'kim-user-id',
    identityStoreArn: 'arn:aws:identitystore::111122223333:identitystore/d-1234567890',
  },
};

const federated: Who = {
  type: 'FederatedUser',
  principalId: `${appAccount}:later`,
  arn: `arn:aws:sts::${appAccount}:federated-user/later`,
  accountId: appAccount,
  accessKeyId: 'ASIAFEDERATED0000009',
  sessionContext: {
    sessionIssuer: {
      type: 'IAMUser',
      principalId: 'AIDABOBXXXXXXXXX',
      arn: `arn:aws:iam::${appAccount}:user/bob`,
      accountId: appAccount,
      userName: 'bob',
    },
  },
};
const { accessKeyId: _none, ...federatedAtSignIn } = federated;

const instance = 'i-0ccccccccccccccc3';

export const stories: readonly Story[] = [
  {
    name: 'a person of Identity Center puts another one there, assigns them, and makes a user',
    records: told((intruder) => {
      intruder.call(
        person,
        'identitystore:CreateUser',
        { identityStoreId: 'd-1234567890', userName: 'helpdesk' },
        { response: { userId: 'helpdesk-id', identityStoreId: 'd-1234567890' } },
      );
      intruder.call(person, 'sso:CreateAccountAssignment', {
        instanceArn: 'arn:aws:sso:::instance/ssoins-1',
        targetId: appAccount,
        targetType: 'AWS_ACCOUNT',
        permissionSetArn: 'arn:aws:sso:::permissionSet/ssoins-1/ps-admin',
        principalType: 'USER',
        principalId: 'helpdesk-id',
      });
      intruder.call(
        person,
        'iam:CreateUser',
        { userName: 'svc' },
        { response: { user: { userName: 'svc', userId: 'AIDASVC' } } },
      );
      intruder.call(person, 'iam:AttachUserPolicy', {
        userName: 'svc',
        policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess',
      });
    }),
    cases: [
      {
        accounts: 1,
        identities: [
          'created person helpdesk',
          'created user svc',
          'suspect person kim@corp.example',
          'used session AWSReservedSSO_admin_0123456789abcdef',
        ],
        links: [
          'person kim@corp.example signed-in session AWSReservedSSO_admin_0123456789abcdef',
          'session AWSReservedSSO_admin_0123456789abcdef created-user person helpdesk',
          'session AWSReservedSSO_admin_0123456789abcdef created-user user svc',
        ],
        findings: ['administrator-granted', 'directory-changed', 'way-in-still-open'],
        waysIn: [
          'open grant to Identity Center principal helpdesk-id',
          'open grant to user svc',
          'open person helpdesk',
          'open person kim@corp.example',
          'open session of role AWSReservedSSO_admin_0123456789abcdef until 2026-11-20T21:16:40',
          'open user svc',
        ],
        stages: [
          'iam:AttachUserPolicy escalation',
          'iam:CreateUser persistence',
          'identitystore:CreateUser persistence',
          'sso:CreateAccountAssignment escalation',
        ],
        plan: [
          'disableCreatedIdentity of svc',
          'disablePerson of helpdesk',
          'disablePerson of kim@corp.example',
          'endPersonSessions of AWSReservedSSO_admin_0123456789abcdef',
          'takePolicyAway of Identity Center principal helpdesk-id',
        ],
      },
    ],
  },
  {
    name: 'a trust anchor is made, and its certificate begins a session that reads a secret',
    records: told((intruder, cloud) => {
      const anchor = `arn:aws:rolesanywhere:us-east-1:${appAccount}:trust-anchor/a1`;
      const role = `arn:aws:iam::${appAccount}:role/backup`;
      intruder.call(
        leaked,
        'rolesanywhere:CreateTrustAnchor',
        { name: 'ca', enabled: true },
        { response: { trustAnchor: { trustAnchorArn: anchor, name: 'ca', enabled: true } } },
      );
      intruder.call(
        leaked,
        'rolesanywhere:CreateProfile',
        { name: 'p', roleArns: [role] },
        {
          response: {
            profile: { profileArn: `arn:aws:rolesanywhere:us-east-1:${appAccount}:profile/p1`, roleArns: [role] },
          },
        },
      );
      const nobody = {
        type: 'Unknown',
        principalId: '',
        arn: '',
        accountId: appAccount,
        accessKeyId: '',
        userName: '',
      };
      intruder.call(
        nobody,
        'rolesanywhere:CreateSession',
        { trustAnchorArn: anchor, roleArn: role, durationSeconds: 3600 },
        {
          response: {
            credentialSet: [
              {
                assumedRoleUser: { arn: `arn:aws:sts::${appAccount}:assumed-role/backup/serial01` },
                credentials: { accessKeyId: 'ASIAANYWHERE00000001', expiration: '2026-11-20T10:17:00Z' },
                roleArn: role,
              },
            ],
          },
        },
      );
      const session = sessionOf(appAccount, 'backup', 'serial01', 'ASIAANYWHERE00000001');
      intruder.call(session, 'secretsmanager:GetSecretValue', { secretId: 'prod/db' });
      void cloud;
    }),
    cases: [
      {
        accounts: 1,
        identities: ['changed role backup', 'created provider', bob, 'used session backup'],
        links: [
          'provider assumed-role session backup',
          'user bob opened-trust provider',
          'user bob opened-trust role backup',
        ],
        findings: ['chained-credentials', 'secrets-taken', 'trust-opened', 'way-in-still-open'],
        waysIn: [key, 'open provider', 'open provider', 'open session of role backup until 2026-11-20T10:17:00'],
        stages: [
          'rolesanywhere:CreateProfile persistence',
          'rolesanywhere:CreateSession escalation',
          'rolesanywhere:CreateTrustAnchor persistence',
          'secretsmanager:GetSecretValue credential access',
        ],
        plan: [deactivate, 'revokeRoleSessions of backup', 'removeProvider', 'removeProvider', 'rotateSecret'],
      },
    ],
  },
  {
    name: 'a federation token of a leaked key becomes a console session',
    records: told((intruder) => {
      intruder.call(
        leaked,
        'sts:GetFederationToken',
        { name: 'later' },
        {
          response: {
            credentials: { accessKeyId: 'ASIAFEDERATED0000009', expiration: 'Nov 20, 2026, 9:00:00 PM' },
            federatedUser: { arn: `arn:aws:sts::${appAccount}:federated-user/later` },
          },
        },
      );
      intruder.call(federated, 'signin:GetSigninToken', null, { response: { GetSigninToken: 'Success' } });
      intruder.call(federatedAtSignIn, 'signin:ConsoleLogin', null, {
        response: { ConsoleLogin: 'Success' },
        more: { additionalEventData: { MFAUsed: 'No' } },
      });
      intruder.call(
        { ...federated, accessKeyId: 'ASIACONSOLE000000009' },
        'iam:CreateUser',
        { userName: 'quiet' },
        { response: { user: { userName: 'quiet' } }, more: { sessionCredentialFromConsole: 'true' } },
      );
    }),
    cases: [
      {
        accounts: 1,
        identities: ['created user quiet', bob, 'used console', 'used session federated-user'],
        links: [
          'session federated-user created-user user quiet',
          'session federated-user signed-in console',
          'user bob minted-session session federated-user',
        ],
        findings: ['chained-credentials', 'console-from-key', 'way-in-still-open'],
        waysIn: [
          key,
          'open session of user bob until 2026-11-20T21:00:00',
          'open session of user bob until 2026-11-20T21:17:00',
          'open user quiet',
        ],
        stages: [
          'iam:CreateUser persistence',
          'signin:ConsoleLogin first access',
          'signin:GetSigninToken persistence',
          'sts:GetFederationToken persistence',
        ],
        plan: [deactivate, 'denyUserEverything of bob', 'disableCreatedIdentity of quiet'],
      },
    ],
  },
  {
    name: "an instance's user data is changed, and its role's credentials then call from the intruder's address",
    records: told((intruder, cloud) => {
      const usual = sessionOf(appAccount, 'web', instance, 'ASIAWEB0000000000001');
      for (let day = -7; day < 0; day += 1)
        cloud.call(usual, 'dynamodb:DescribeTable', { at: day * 86_400, from: '198.51.100.31', client: 'Boto3/1.34' });
      intruder.call(leaked, 'ec2:StopInstances', { instancesSet: { items: [{ instanceId: instance }] } });
      intruder.call(leaked, 'ec2:ModifyInstanceAttribute', {
        instanceId: instance,
        userData: '<sensitiveDataRemoved>',
      });
      intruder.call(usual, 'sts:GetCallerIdentity');
      intruder.call(usual, 's3:ListBuckets', null, { error: 'AccessDenied' });
      intruder.call(
        usual,
        'iam:CreateAccessKey',
        { userName: 'deploy' },
        { response: { accessKey: { accessKeyId: 'AKIADEPLOY0000000009', userName: 'deploy' } } },
      );
    }),
    cases: [
      {
        accounts: 1,
        identities: ['changed user deploy', 'created access-key', bob, 'used instance', 'used session web'],
        links: [
          'instance ran-on-instance session web',
          'session web created-key access-key',
          'user bob ran-on-instance instance',
        ],
        findings: [
          'denied-attempts',
          'instance-credentials-stolen',
          'instances-entered',
          'new-address',
          'others-credentials-changed',
          'way-in-still-open',
        ],
        waysIn: [
          'open access-key of deploy',
          key,
          'open instance',
          'open session of role web until 2026-11-20T21:17:00',
        ],
        stages: [
          'ec2:ModifyInstanceAttribute lateral movement',
          'ec2:StopInstances impact',
          'iam:CreateAccessKey persistence',
          's3:ListBuckets refused discovery',
          'sts:GetCallerIdentity discovery',
        ],
        plan: [deactivate, 'deactivateAccessKey of deploy', 'isolateInstance', 'revokeRoleSessions of web'],
      },
    ],
  },
  {
    name: 'a function is made with a role of more rights, opened to the internet, and makes a user',
    records: told((intruder) => {
      intruder.call(
        leaked,
        'lambda:CreateFunction20150331',
        { functionName: 'sync', role: `arn:aws:iam::${appAccount}:role/lambda-admin`, runtime: 'python3.12' },
        { response: { functionName: 'sync', role: `arn:aws:iam::${appAccount}:role/lambda-admin` } },
      );
      intruder.call(leaked, 'lambda:AddPermission20150331v2', {
        functionName: 'sync',
        principal: '*',
        action: 'lambda:InvokeFunctionUrl',
        functionUrlAuthType: 'NONE',
      });
      intruder.call(leaked, 'lambda:CreateFunctionUrlConfig', { functionName: 'sync', authType: 'NONE' });
      const session = sessionOf(appAccount, 'lambda-admin', 'sync', 'ASIALAMBDA0000000001');
      intruder.call(
        session,
        'iam:CreateUser',
        { userName: 'robot' },
        { response: { user: { userName: 'robot' } }, from: '54.240.1.1' },
      );
    }),
    cases: [
      {
        accounts: 1,
        identities: ['created user robot', 'outside everybody', bob, 'used session lambda-admin'],
        links: [
          'session lambda-admin created-user user robot',
          'user bob passed-role session lambda-admin',
          'user bob shared-with everybody',
        ],
        findings: ['code-planted', 'shared-outside', 'way-in-still-open'],
        waysIn: [
          key,
          'open code',
          'open code',
          'open session of role lambda-admin until 2026-11-20T21:17:10',
          'open share',
          'open user robot',
        ],
        stages: [
          'iam:CreateUser persistence',
          'lambda:AddPermission persistence',
          'lambda:CreateFunction persistence',
          'lambda:CreateFunctionUrlConfig persistence',
        ],
        plan: [
          deactivate,
          'disableCreatedIdentity of robot',
          'endSharing',
          'removeCode',
          'removeCode',
          'revokeRoleSessions of lambda-admin',
        ],
      },
    ],
  },
  {
    name: 'a stack with a role of more rights makes a role that lets in a stranger',
    records: told((intruder) => {
      intruder.call(leaked, 'cloudformation:CreateStack', {
        stackName: 'infra',
        roleARN: `arn:aws:iam::${appAccount}:role/cfn-admin`,
      });
      const session = sessionOf(appAccount, 'cfn-admin', 'AWSCloudFormation', 'ASIACFN0000000000001');
      intruder.call(
        { ...session, invokedBy: 'cloudformation.amazonaws.com' },
        'iam:CreateRole',
        { roleName: 'partner', assumeRolePolicyDocument: letting({ AWS: `arn:aws:iam::${strangeAccount}:root` }) },
        { response: { role: { roleName: 'partner', roleId: 'AROAPARTNER' } }, from: 'cloudformation.amazonaws.com' },
      );
    }),
    cases: [
      {
        accounts: 1,
        identities: ['created role partner', 'outside account', bob, 'used session cfn-admin'],
        links: [
          'role partner opened-trust account',
          'session cfn-admin made-role role partner',
          'user bob passed-role session cfn-admin',
        ],
        findings: ['code-planted', 'trust-opened', 'way-in-still-open'],
        waysIn: [key, 'open code', 'open role partner', 'open session of role cfn-admin until 2026-11-20T21:16:50'],
        stages: ['cloudformation:CreateStack persistence', 'iam:CreateRole persistence'],
        plan: [deactivate, 'disableCreatedRole of partner', 'removeCode', 'revokeRoleSessions of cfn-admin'],
      },
    ],
  },
  {
    name: 'an identity provider is made, a role is opened to it, and it vouches for a caller',
    records: told((intruder) => {
      const provider = `arn:aws:iam::${appAccount}:oidc-provider/login.evil.example`;
      intruder.call(
        leaked,
        'iam:CreateOpenIDConnectProvider',
        { url: 'https://login.evil.example', clientIDList: ['sts'] },
        { response: { openIDConnectProviderArn: provider } },
      );
      intruder.call(leaked, 'iam:UpdateAssumeRolePolicy', {
        roleName: 'ci-deploy',
        policyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { Federated: provider }, Action: 'sts:AssumeRoleWithWebIdentity' }],
        }),
      });
      const caller = {
        type: 'WebIdentityUser',
        principalId: `${provider}:sts:me`,
        userName: 'me',
        identityProvider: provider,
      };
      const role = `arn:aws:iam::${appAccount}:role/ci-deploy`;
      intruder.call(
        caller,
        'sts:AssumeRoleWithWebIdentity',
        { roleArn: role, roleSessionName: 'me' },
        {
          response: {
            credentials: { accessKeyId: 'ASIAOIDC000000000001', expiration: 'Nov 20, 2026, 10:17:00 AM' },
            assumedRoleUser: { arn: `arn:aws:sts::${appAccount}:assumed-role/ci-deploy/me` },
            provider,
          },
          more: { recipientAccountId: appAccount },
        },
      );
      const session = sessionOf(appAccount, 'ci-deploy', 'me', 'ASIAOIDC000000000001');
      intruder.call(session, 'secretsmanager:BatchGetSecretValue', { secretIdList: ['a', 'b', 'c'] });
    }),
    cases: [
      {
        accounts: 1,
        identities: ['changed role ci-deploy', 'created provider', 'outside person me', bob, 'used session ci-deploy'],
        links: [
          'person me assumed-role session ci-deploy',
          'user bob opened-trust provider',
          'user bob opened-trust role ci-deploy',
        ],
        findings: ['chained-credentials', 'secrets-taken', 'trust-opened', 'way-in-still-open'],
        waysIn: [
          key,
          'open provider',
          'open session of role ci-deploy until 2026-11-20T10:17:00',
          'open trust of ci-deploy',
        ],
        stages: [
          'iam:CreateOpenIDConnectProvider persistence',
          'iam:UpdateAssumeRolePolicy persistence',
          'secretsmanager:BatchGetSecretValue credential access',
          'sts:AssumeRoleWithWebIdentity escalation',
        ],
        plan: [
          deactivate,
          'removeProvider',
          'restoreTrust of ci-deploy',
          'revokeRoleSessions of ci-deploy',
          'rotateSecret',
          'rotateSecret',
          'rotateSecret',
        ],
      },
    ],
  },
  {
    name: 'snapshots, an image, a key and a bucket are shared with a stranger; an administrator takes one of them back',
    records: told((intruder) => {
      const add = { add: { items: [{ userId: strangeAccount }] } };
      intruder.call(leaked, 'ec2:ModifySnapshotAttribute', {
        snapshotId: 'snap-1',
        attributeType: 'CREATE_VOLUME_PERMISSION',
        createVolumePermission: add,
      });
      intruder.call(leaked, 'ec2:ModifyImageAttribute', {
        imageId: 'ami-1',
        attributeType: 'launchPermission',
        launchPermission: add,
      });
      intruder.call(leaked, 'rds:ModifyDBSnapshotAttribute', {
        attributeName: 'restore',
        dBSnapshotIdentifier: 'customers',
        valuesToAdd: [strangeAccount],
      });
      intruder.call(leaked, 'kms:PutKeyPolicy', {
        keyId: 'key-1',
        policyName: 'default',
        policy: JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { AWS: [`arn:aws:iam::${appAccount}:root`, `arn:aws:iam::${strangeAccount}:root`] },
              Action: 'kms:*',
              Resource: '*',
            },
          ],
        }),
      });
      intruder.call(leaked, 's3:PutBucketPolicy', {
        bucketName: 'exports',
        bucketPolicy: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { AWS: `arn:aws:iam::${strangeAccount}:root` },
              Action: 's3:GetObject',
              Resource: 'arn:aws:s3:::exports/*',
            },
          ],
        },
      });
      intruder.mended('ec2:ModifySnapshotAttribute', {
        snapshotId: 'snap-1',
        createVolumePermission: { remove: { items: [{ userId: strangeAccount }] } },
      });
    }),
    cases: [
      {
        accounts: 1,
        identities: ['outside account', bob],
        links: ['user bob shared-with account'],
        findings: ['shared-outside', 'way-in-still-open'],
        waysIn: ['closed share', key, 'open share', 'open share', 'open share', 'open share'],
        stages: [
          'ec2:ModifyImageAttribute exfiltration',
          'ec2:ModifySnapshotAttribute exfiltration',
          'kms:PutKeyPolicy exfiltration',
          'rds:ModifyDBSnapshotAttribute exfiltration',
          's3:PutBucketPolicy exfiltration',
        ],
        plan: [deactivate, 'endSharing', 'endSharing', 'endSharing', 'endSharing'],
      },
    ],
  },
  {
    name: 'a policy becomes administrator, a group is joined, a network opened; the group and the network are put back',
    records: told((intruder) => {
      const policyArn = `arn:aws:iam::${appAccount}:policy/developers`;
      intruder.call(
        leaked,
        'iam:CreatePolicyVersion',
        { policyArn, policyDocument: grantAll, setAsDefault: true },
        { response: { policyVersion: { versionId: 'v7', isDefaultVersion: true } } },
      );
      intruder.call(leaked, 'iam:AddUserToGroup', { userName: 'bob', groupName: 'admins' });
      const open = {
        groupId: 'sg-1',
        ipPermissions: {
          items: [{ ipProtocol: 'tcp', fromPort: 22, toPort: 22, ipRanges: { items: [{ cidrIp: '0.0.0.0/0' }] } }],
        },
      };
      intruder.call(leaked, 'ec2:AuthorizeSecurityGroupIngress', open);
      intruder.mended('ec2:RevokeSecurityGroupIngress', open);
      intruder.mended('iam:RemoveUserFromGroup', { userName: 'bob', groupName: 'admins' });
    }),
    cases: [
      {
        accounts: 1,
        identities: [bob],
        links: [],
        findings: ['administrator-granted', 'way-in-still-open'],
        waysIn: ['closed grant to user bob', 'closed network', key, 'open grant to whoever has the policy'],
        stages: [
          'ec2:AuthorizeSecurityGroupIngress evasion',
          'iam:AddUserToGroup escalation',
          'iam:CreatePolicyVersion escalation',
        ],
        plan: [deactivate, 'takePolicyAway of whoever has the policy'],
      },
    ],
  },
  {
    name: 'what watches the account is switched off, in part in vain, and in part put back',
    records: told((intruder) => {
      intruder.call(leaked, 'cloudtrail:StopLogging', { name: 'main' });
      intruder.call(leaked, 'cloudtrail:PutEventSelectors', {
        trailName: 'data',
        eventSelectors: [{ readWriteType: 'ReadOnly', includeManagementEvents: false }],
      });
      intruder.call(leaked, 'ec2:DeleteFlowLogs', {
        DeleteFlowLogsRequest: { FlowLogId: { tag: 1, content: 'fl-1' } },
      });
      intruder.call(leaked, 'guardduty:UpdateDetector', { detectorId: 'd1', enable: false });
      intruder.call(leaked, 'config:StopConfigurationRecorder', { configurationRecorderName: 'default' });
      intruder.call(leaked, 'securityhub:DisableSecurityHub', null, { error: 'AccessDenied' });
      intruder.mended('cloudtrail:StartLogging', { name: `arn:aws:cloudtrail:us-east-1:${appAccount}:trail/main` });
      intruder.mended('guardduty:UpdateDetector', { detectorId: 'd1', enable: true });
    }),
    cases: [
      {
        accounts: 1,
        identities: [bob],
        links: [],
        findings: ['denied-attempts', 'evasion'],
        waysIn: [key],
        stages: [
          'cloudtrail:PutEventSelectors evasion',
          'cloudtrail:StopLogging evasion',
          'config:StopConfigurationRecorder evasion',
          'ec2:DeleteFlowLogs evasion',
          'guardduty:UpdateDetector evasion',
          'securityhub:DisableSecurityHub refused evasion',
        ],
        plan: [deactivate, 'restoreLogging of config', 'restoreLogging of flow-logs', 'restoreLogging of trail'],
      },
    ],
  },
  {
    name: 'mail, models and a quota are prepared with a leaked key, and a key for models is made',
    records: told((intruder) => {
      intruder.call(leaked, 'ses:GetSendQuota');
      intruder.call(leaked, 'ses:VerifyEmailIdentity', { emailAddress: 'x@evil.example' });
      intruder.call(leaked, 'ses:PutAccountDetails', { mailType: 'MARKETING', websiteURL: 'https://evil.example' });
      intruder.call(leaked, 'bedrock:InvokeModel', { modelId: 'anthropic.claude-3-opus' });
      intruder.call(leaked, 'servicequotas:RequestServiceQuotaIncrease', {
        serviceCode: 'ec2',
        quotaCode: 'L-1216C47A',
        desiredValue: 1000,
      });
      intruder.call(
        leaked,
        'iam:CreateServiceSpecificCredential',
        { userName: 'bob', serviceName: 'bedrock.amazonaws.com' },
        {
          response: {
            serviceSpecificCredential: { serviceSpecificCredentialId: 'ACCABEDROCK00000001', userName: 'bob' },
          },
        },
      );
    }),
    cases: [
      {
        accounts: 1,
        identities: ['created access-key', bob],
        links: ['user bob created-key access-key'],
        findings: ['costly-compute', 'mail-or-model-abuse', 'way-in-still-open'],
        waysIn: [key, 'open other-credential of bob'],
        stages: [
          'bedrock:InvokeModel impact',
          'iam:CreateServiceSpecificCredential persistence',
          'servicequotas:RequestServiceQuotaIncrease impact',
          'ses:GetSendQuota discovery',
          'ses:PutAccountDetails impact',
          'ses:VerifyEmailIdentity impact',
        ],
        plan: [deactivate, 'deactivateCredential of bob'],
      },
    ],
  },
  {
    name: 'root signs in, makes itself a key, and takes the account out of its organization',
    records: told((intruder) => {
      const root = {
        type: 'Root',
        principalId: appAccount,
        arn: `arn:aws:iam::${appAccount}:root`,
        accountId: appAccount,
      };
      intruder.call(root, 'signin:ConsoleLogin', null, {
        response: { ConsoleLogin: 'Success' },
        more: { additionalEventData: { MFAUsed: 'No' } },
      });
      const inConsole = { ...root, accessKeyId: 'ASIAROOT000000000001' };
      intruder.call(inConsole, 'iam:CreateAccessKey', null, {
        response: { accessKey: { accessKeyId: 'AKIAROOT000000000009' } },
        more: { sessionCredentialFromConsole: 'true' },
      });
      intruder.call({ ...root, accessKeyId: 'AKIAROOT000000000009' }, 'organizations:LeaveOrganization');
    }),
    cases: [
      {
        accounts: 1,
        identities: ['created access-key', 'suspect root root', 'used console'],
        links: ['root root created-key access-key', 'root root signed-in console'],
        findings: ['console-without-mfa', 'creation-used', 'organization-left', 'root-used', 'way-in-still-open'],
        waysIn: [
          'open access-key of <root_account>',
          'open root',
          'open session of user <root_account> until 2026-11-20T21:16:40',
        ],
        stages: [
          'iam:CreateAccessKey persistence',
          'organizations:LeaveOrganization evasion',
          'signin:ConsoleLogin first access',
        ],
        plan: ['secureRoot'],
      },
    ],
  },
  {
    name: 'data is destroyed and made to expire; a doomed key is saved',
    records: told((intruder) => {
      const session = intruder.assume(leaked, 'storage-admin', 'ASIASTORAGE000000001');
      intruder.call(session, 's3:PutBucketVersioning', {
        bucketName: 'orders',
        VersioningConfiguration: { Status: 'Suspended' },
      });
      intruder.call(session, 's3:PutBucketLifecycle', {
        bucketName: 'orders',
        LifecycleConfiguration: { Rule: { ID: 'x', Status: 'Enabled', Expiration: { Days: 1 } } },
      });
      intruder.call(session, 'rds:DeleteDBInstance', { dBInstanceIdentifier: 'orders-db', skipFinalSnapshot: true });
      intruder.call(session, 'kms:ScheduleKeyDeletion', { keyId: 'key-9', pendingWindowInDays: 7 });
      intruder.mended('kms:CancelKeyDeletion', { keyId: 'key-9' });
    }),
    cases: [
      {
        accounts: 1,
        identities: [bob, 'used session storage-admin'],
        links: ['user bob assumed-role session storage-admin'],
        findings: ['chained-credentials', 'destruction', 'way-in-still-open'],
        waysIn: [key, 'open session of role storage-admin until 2026-11-20T22:00:00'],
        stages: [
          'kms:ScheduleKeyDeletion impact',
          'rds:DeleteDBInstance impact',
          's3:PutBucketLifecycle impact',
          's3:PutBucketVersioning impact',
          'sts:AssumeRole escalation',
        ],
        plan: [
          deactivate,
          'restoreProtection of bucket lifecycle',
          'restoreProtection of bucket versioning',
          'revokeRoleSessions of storage-admin',
        ],
      },
    ],
  },
  {
    name: 'a session is chained through three roles into the second account, and all is put right but the last',
    records: told((intruder) => {
      const first = intruder.assume(leaked, 'support', 'ASIASUPPORT000000001');
      const second = intruder.assume(first, 'ops', 'ASIAOPS0000000000001');
      const third = intruder.assume(second, 'reader', 'ASIAREADER0000000009', dataAccount);
      intruder.call(third, 'ssm:GetParameter', { name: '/prod/token', withDecryption: true });
      intruder.call(third, 'cloudtrail:StopLogging', { name: 'main' }, { error: 'AccessDenied' });
      intruder.mended('iam:UpdateAccessKey', {
        userName: 'bob',
        accessKeyId: 'AKIABOB0000000000001',
        status: 'Inactive',
      });
      for (const roleName of ['support', 'ops'])
        intruder.mended('iam:PutRolePolicy', {
          roleName,
          policyName: 'AWSRevokeOlderSessions',
          policyDocument: JSON.stringify({
            Version: '2012-10-17',
            Statement: [
              {
                Effect: 'Deny',
                Action: ['*'],
                Resource: ['*'],
                Condition: { DateLessThan: { 'aws:TokenIssueTime': '2026-11-20T09:30:00Z' } },
              },
            ],
          }),
        });
    }),
    cases: [
      {
        accounts: 2,
        identities: [bob, 'used session ops', 'used session reader', 'used session support'],
        links: [
          'session ops assumed-role session reader',
          'session support assumed-role session ops',
          'user bob assumed-role session support',
        ],
        findings: ['chained-credentials', 'denied-attempts', 'evasion', 'secrets-taken', 'way-in-still-open'],
        waysIn: [
          'closed access-key of bob',
          'closed session of role ops until 2026-11-20T22:00:00',
          'closed session of role support until 2026-11-20T22:00:00',
          'open session of role reader until 2026-11-20T22:00:00',
        ],
        stages: [
          'cloudtrail:StopLogging refused evasion',
          'ssm:GetParameter credential access',
          'sts:AssumeRole escalation',
          'sts:AssumeRole lateral movement',
        ],
        plan: ['revokeRoleSessions of reader', 'rotateSecret'],
      },
    ],
  },
];
