import { appAccount } from '../cloud.ts';
import { told, type Story } from '../story.ts';

export const rootLeavesOrganization: Story = {
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
};
