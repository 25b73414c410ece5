import { appAccount } from '../cloud.ts';
import { told, type Story } from '../story.ts';

const root = {
  type: 'Root',
  principalId: appAccount,
  arn: `arn:aws:iam::${appAccount}:root`,
  accountId: appAccount,
};
const inConsole = { ...root, accessKeyId: 'ASIAROOT000000000051' };
const browser = 'Mozilla/5.0 (X11; Linux x86_64)';
const atSignIn = { client: browser, more: { eventType: 'AwsConsoleSignIn' } };
const consoleCall = { client: browser, more: { sessionCredentialFromConsole: 'true' } };

export const rootPasswordRecovered: Story = {
  name: "root's password is recovered, its e-mail and contact are changed, and an administrator with a password is left",
  records: told((intruder) => {
    intruder.call(root, 'signin:PasswordRecoveryRequested', null, {
      ...atSignIn,
      response: { PasswordRecoveryRequested: 'Success' },
    });
    intruder.call(root, 'signin:PasswordRecoveryCompleted', null, {
      ...atSignIn,
      response: { PasswordRecoveryCompleted: 'Success' },
    });
    intruder.call(root, 'signin:ConsoleLogin', null, {
      client: browser,
      response: { ConsoleLogin: 'Success' },
      more: { additionalEventData: { MobileVersion: 'No', MFAUsed: 'No' }, eventType: 'AwsConsoleSignIn' },
    });
    intruder.call(
      inConsole,
      'account:PutAlternateContact',
      { alternateContactType: 'SECURITY', emailAddress: 'HIDDEN_DUE_TO_SECURITY_REASONS' },
      consoleCall,
    );
    intruder.call(
      inConsole,
      'account:StartPrimaryEmailUpdate',
      { accountId: appAccount, primaryEmail: 'HIDDEN_DUE_TO_SECURITY_REASONS' },
      { ...consoleCall, response: { status: 'PENDING' } },
    );
    intruder.call(
      inConsole,
      'account:AcceptPrimaryEmailUpdate',
      { accountId: appAccount, primaryEmail: 'HIDDEN_DUE_TO_SECURITY_REASONS', otp: 'HIDDEN_DUE_TO_SECURITY_REASONS' },
      { ...consoleCall, response: { status: 'ACCEPTED' } },
    );
    intruder.call(
      inConsole,
      'iam:CreateUser',
      { userName: 'svc-break' },
      { ...consoleCall, response: { user: { userName: 'svc-break', userId: 'AIDASVCBREAK' } } },
    );
    intruder.call(
      inConsole,
      'iam:CreateLoginProfile',
      { userName: 'svc-break', passwordResetRequired: false },
      { ...consoleCall, response: { loginProfile: { userName: 'svc-break' } } },
    );
    intruder.call(
      inConsole,
      'iam:AttachUserPolicy',
      { userName: 'svc-break', policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
      consoleCall,
    );
    // Only the password is taken away again.
    intruder.mended('iam:DeleteLoginProfile', { userName: 'svc-break' });
  }),
  cases: [
    {
      accounts: 1,
      identities: ['created user svc-break', 'suspect root root', 'used console'],
      links: [
        'root root created-user user svc-break',
        'root root set-password user svc-break',
        'root root signed-in console',
      ],
      findings: ['administrator-granted', 'console-without-mfa', 'root-used', 'setting-weakened', 'way-in-still-open'],
      waysIn: [
        'closed password of svc-break',
        'open grant to user svc-break',
        'open root',
        'open service-login',
        'open session of user <root_account> until 2026-11-20T21:17:00',
        'open user svc-break',
      ],
      stages: [
        'account:AcceptPrimaryEmailUpdate persistence',
        'account:PutAlternateContact evasion',
        'account:StartPrimaryEmailUpdate persistence',
        'iam:AttachUserPolicy escalation',
        'iam:CreateLoginProfile persistence',
        'iam:CreateUser persistence',
        'signin:ConsoleLogin first access',
        'signin:PasswordRecoveryCompleted persistence',
        'signin:PasswordRecoveryRequested first access',
      ],
      plan: [
        'disableCreatedIdentity of svc-break',
        'removeServiceLogin',
        'restoreSetting of contact for security notices',
        'secureRoot',
      ],
    },
  ],
};
