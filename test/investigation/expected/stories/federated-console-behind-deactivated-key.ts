import { appAccount, dataAccount, userOf, type Who } from '../cloud.ts';
import { bob, leaked, told, type Story } from '../story.ts';

const token = 'ASIAFEDERATED0000021';
const federated: Who = {
  type: 'FederatedUser',
  principalId: `${appAccount}:support`,
  arn: `arn:aws:sts::${appAccount}:federated-user/support`,
  accountId: appAccount,
  accessKeyId: token,
  sessionContext: {
    attributes: { creationDate: '2026-11-20T09:17:00Z', mfaAuthenticated: 'false' },
    sessionIssuer: {
      type: 'IAMUser',
      principalId: 'AIDABOBXXXXXXXXX',
      arn: `arn:aws:iam::${appAccount}:user/bob`,
      accountId: appAccount,
      userName: 'bob',
    },
  },
};
const { accessKeyId: _none, ...atSignIn } = federated;
const inConsole = { ...federated, accessKeyId: 'ASIACONSOLE000000021' };
const consoleCall = { more: { sessionCredentialFromConsole: 'true' }, client: 'Mozilla/5.0' };

export const federatedConsoleBehindDeactivatedKey: Story = {
  name: 'a federated console goes on behind its deactivated key, and a key made there reaches the second account',
  records: told((intruder) => {
    intruder.call(leaked, 'sts:GetCallerIdentity');
    intruder.call(leaked, 'iam:ListUsers', null, { error: 'AccessDenied' });
    intruder.call(
      leaked,
      'sts:GetFederationToken',
      {
        name: 'support',
        durationSeconds: 129_600,
        policyArns: [{ arn: 'arn:aws:iam::aws:policy/AdministratorAccess' }],
      },
      {
        response: {
          credentials: {
            accessKeyId: token,
            sessionToken: 't',
            expiration: 'Nov 21, 2026, 9:17:00 PM',
          },
          federatedUser: {
            federatedUserId: `${appAccount}:support`,
            arn: `arn:aws:sts::${appAccount}:federated-user/support`,
          },
          packedPolicySize: 4,
        },
      },
    );
    intruder.call(federated, 'signin:GetSigninToken', null, { response: { GetSigninToken: 'Success' } });
    intruder.call(atSignIn, 'signin:ConsoleLogin', null, {
      response: { ConsoleLogin: 'Success' },
      client: 'Mozilla/5.0',
      more: { additionalEventData: { MobileVersion: 'No', MFAUsed: 'No' }, eventType: 'AwsConsoleSignIn' },
    });
    intruder.call(
      inConsole,
      'iam:CreateAccessKey',
      { userName: 'reports' },
      {
        response: { accessKey: { accessKeyId: 'AKIAREPORTS000000002', userName: 'reports', status: 'Active' } },
        ...consoleCall,
      },
    );
    intruder.mended('iam:UpdateAccessKey', {
      userName: 'bob',
      accessKeyId: 'AKIABOB0000000000001',
      status: 'Inactive',
    });
    intruder.call(inConsole, 'secretsmanager:GetSecretValue', { secretId: 'prod/mail' }, consoleCall);
    const session = intruder.assume(
      userOf(appAccount, 'reports', 'AKIAREPORTS000000002'),
      'reader',
      'ASIAREADER0000000021',
      dataAccount,
    );
    intruder.call(session, 'dynamodb:ExportTableToPointInTime', {
      tableArn: `arn:aws:dynamodb:us-east-1:${dataAccount}:table/customers`,
      s3Bucket: 'exports-of-nobody',
      s3BucketOwner: '999988887777',
    });
  }),
  cases: [
    {
      accounts: 2,
      identities: [
        'changed user reports',
        'created access-key',
        bob,
        'used console',
        'used session federated-user',
        'used session reader',
      ],
      links: [
        'session federated-user created-key access-key',
        'session federated-user signed-in console',
        'user bob minted-session session federated-user',
        'user reports assumed-role session reader',
      ],
      findings: [
        'chained-credentials',
        'console-from-key',
        'creation-used',
        'data-taken',
        'denied-attempts',
        'others-credentials-changed',
        'secrets-taken',
        'way-in-still-open',
      ],
      waysIn: [
        'closed access-key of bob',
        'open access-key of reports',
        'open session of role reader until 2026-11-20T22:00:00',
        'open session of user bob until 2026-11-20T21:17:20',
        'open session of user bob until 2026-11-21T21:17:00',
      ],
      stages: [
        'dynamodb:ExportTableToPointInTime collection',
        'iam:CreateAccessKey persistence',
        'iam:ListUsers refused discovery',
        'secretsmanager:GetSecretValue credential access',
        'signin:ConsoleLogin first access',
        'signin:GetSigninToken persistence',
        'sts:AssumeRole lateral movement',
        'sts:GetCallerIdentity discovery',
        'sts:GetFederationToken persistence',
      ],
      plan: [
        'deactivateAccessKey of reports',
        'denyUserEverything of bob',
        'revokeRoleSessions of reader',
        'rotateSecret',
      ],
    },
  ],
};
