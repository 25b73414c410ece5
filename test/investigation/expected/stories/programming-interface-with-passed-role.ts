import { appAccount, sessionOf } from '../cloud.ts';
import { bob, leaked, told, type Story } from '../story.ts';

const roleArn = `arn:aws:iam::${appAccount}:role/api-admin`;

export const programmingInterfaceWithPassedRole: Story = {
  name: 'an interface on the internet calls IAM with a role of its own, and makes keys for whoever asks it',
  records: told((intruder) => {
    const method = { restApiId: 'api1', resourceId: 'res1', httpMethod: 'ANY' };
    intruder.call(
      leaked,
      'apigateway:CreateRestApi',
      { createRestApiInput: { name: 'status' } },
      { response: { id: 'api1', rootResourceId: 'res1' } },
    );
    intruder.call(leaked, 'apigateway:PutMethod', { ...method, putMethodInput: { authorizationType: 'NONE' } });
    intruder.call(leaked, 'apigateway:PutIntegration', {
      ...method,
      putIntegrationInput: {
        type: 'AWS',
        httpMethod: 'POST',
        uri: 'arn:aws:apigateway:us-east-1:iam:action/CreateAccessKey',
        credentials: roleArn,
      },
    });
    intruder.call(
      leaked,
      'apigateway:CreateDeployment',
      { restApiId: 'api1', createDeploymentInput: { stageName: 'prod' } },
      { response: { id: 'dep1' } },
    );
    intruder.mended('iam:UpdateAccessKey', {
      userName: 'bob',
      accessKeyId: 'AKIABOB0000000000001',
      status: 'Inactive',
    });
    intruder.call(
      sessionOf(appAccount, 'api-admin', 'BackplaneAssumeRoleSession', 'ASIAAPIGATEWAY000001'),
      'iam:CreateAccessKey',
      { userName: 'carol' },
      {
        response: { accessKey: { accessKeyId: 'AKIACAROL00000000009', userName: 'carol', status: 'Active' } },
        from: 'apigateway.amazonaws.com',
        client: 'apigateway.amazonaws.com',
      },
    );
  }),
  cases: [
    {
      accounts: 1,
      identities: ['changed user carol', 'created access-key', bob, 'used session api-admin'],
      links: ['session api-admin created-key access-key', 'user bob passed-role session api-admin'],
      findings: ['code-planted', 'others-credentials-changed', 'way-in-still-open'],
      waysIn: [
        'closed access-key of bob',
        'open access-key of carol',
        'open code',
        'open session of role api-admin until 2026-11-20T21:17:30',
      ],
      stages: [
        'apigateway:CreateDeployment other',
        'apigateway:CreateRestApi other',
        'apigateway:PutIntegration persistence',
        'apigateway:PutMethod other',
        'iam:CreateAccessKey persistence',
      ],
      plan: ['deactivateAccessKey of carol', 'removeCode', 'revokeRoleSessions of api-admin'],
    },
  ],
};
