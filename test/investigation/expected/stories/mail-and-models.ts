import { bob, deactivate, key, leaked, told, type Story } from '../story.ts';

export const mailAndModels: Story = {
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
      plan: [
        deactivate,
        'deactivateCredential of bob',
        'removeMailSending of https://evil.example',
        'removeMailSending of x@evil.example',
      ],
    },
  ],
};
