import { dataAccount } from '../cloud.ts';
import { bob, deactivate, key, leaked, told, type Story } from '../story.ts';

export const modelsOnSomebodyElsesBill: Story = {
  name: 'models are agreed to and used on the bill of two accounts, their log is taken away, and mail is intercepted',
  records: told((intruder) => {
    intruder.call(leaked, 'bedrock:ListFoundationModels');
    intruder.call(leaked, 'bedrock:GetModelInvocationLoggingConfiguration');
    intruder.call(leaked, 'bedrock:InvokeModel', { modelId: 'anthropic.claude-v2' }, { error: 'ValidationException' });
    intruder.call(leaked, 'bedrock:PutUseCaseForModelAccess', { formData: 'x' });
    intruder.call(leaked, 'bedrock:CreateFoundationModelAgreement', {
      modelId: 'anthropic.claude-3-opus-20240229-v1:0',
      offerToken: 'HIDDEN_DUE_TO_SECURITY_REASONS',
    });
    intruder.call(leaked, 'bedrock:DeleteModelInvocationLoggingConfiguration');
    intruder.call(leaked, 'bedrock:ConverseStream', { modelId: 'anthropic.claude-3-opus-20240229-v1:0' });
    intruder.call(leaked, 'ses:GetAccount');
    intruder.call(leaked, 'ses:CreateEmailIdentity', { emailIdentity: 'billing.evil.example' });
    intruder.call(
      leaked,
      'iam:CreateUser',
      { userName: 'ses-smtp-user.20261120' },
      { response: { user: { userName: 'ses-smtp-user.20261120', userId: 'AIDASMTP' } } },
    );
    intruder.call(
      leaked,
      'iam:CreateAccessKey',
      { userName: 'ses-smtp-user.20261120' },
      { response: { accessKey: { accessKeyId: 'AKIASMTP000000000091', userName: 'ses-smtp-user.20261120' } } },
    );
    intruder.call(leaked, 'iam:PutUserPolicy', {
      userName: 'ses-smtp-user.20261120',
      policyName: 'AmazonSesSendingAccess',
      policyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'ses:SendRawEmail', Resource: '*' }],
      }),
    });
    const session = intruder.assume(leaked, 'ml', 'ASIAML00000000000091', dataAccount);
    intruder.call(session, 'bedrock:InvokeModelWithResponseStream', { modelId: 'meta.llama3-70b-instruct-v1:0' });
    // Its key is taken away, and the user stays.
    intruder.mended('iam:DeleteAccessKey', {
      userName: 'ses-smtp-user.20261120',
      accessKeyId: 'AKIASMTP000000000091',
    });
    intruder.mended('bedrock:PutModelInvocationLoggingConfiguration', {
      loggingConfig: { textDataDeliveryEnabled: true },
    });
  }),
  cases: [
    {
      accounts: 2,
      identities: ['created access-key', 'created user ses-smtp-user.20261120', bob, 'used session ml'],
      links: [
        'user bob assumed-role session ml',
        'user bob created-key access-key',
        'user bob created-user user ses-smtp-user.20261120',
      ],
      findings: ['chained-credentials', 'evasion', 'mail-or-model-abuse', 'way-in-still-open'],
      waysIn: [
        'closed access-key of ses-smtp-user.20261120',
        key,
        'open session of role ml until 2026-11-20T22:00:00',
        'open user ses-smtp-user.20261120',
      ],
      stages: [
        'bedrock:ConverseStream impact',
        'bedrock:CreateFoundationModelAgreement impact',
        'bedrock:DeleteModelInvocationLoggingConfiguration evasion',
        'bedrock:GetModelInvocationLoggingConfiguration discovery',
        'bedrock:InvokeModel refused impact',
        'bedrock:InvokeModelWithResponseStream impact',
        'bedrock:ListFoundationModels discovery',
        'bedrock:PutUseCaseForModelAccess impact',
        'iam:CreateAccessKey persistence',
        'iam:CreateUser persistence',
        'iam:PutUserPolicy escalation',
        'ses:CreateEmailIdentity impact',
        'ses:GetAccount discovery',
        'sts:AssumeRole lateral movement',
      ],
      plan: [
        deactivate,
        'disableCreatedIdentity of ses-smtp-user.20261120',
        'removeMailSending of billing.evil.example',
        'revokeRoleSessions of ml',
      ],
    },
  ],
};
