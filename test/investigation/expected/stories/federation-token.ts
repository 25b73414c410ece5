import { appAccount, type Who } from '../cloud.ts';
import { bob, deactivate, key, leaked, told, type Story } from '../story.ts';

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

export const federationToken: Story = {
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
};
