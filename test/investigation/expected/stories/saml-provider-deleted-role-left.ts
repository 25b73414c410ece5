import { appAccount, dataAccount, sessionOf } from '../cloud.ts';
import { bob, deactivate, key, leaked, told, type Story } from '../story.ts';

const provider = `arn:aws:iam::${appAccount}:saml-provider/CorpLogin`;
const known = `arn:aws:iam::${appAccount}:saml-provider/Corp`;
const role = `arn:aws:iam::${appAccount}:role/OrgAudit`;

export const samlProviderDeletedRoleLeft: Story = {
  name: 'a SAML provider is made and another one gets new metadata; only the first is deleted, and its session goes on',
  records: told((intruder) => {
    intruder.call(leaked, 'iam:ListSAMLProviders');
    intruder.call(
      leaked,
      'iam:CreateSAMLProvider',
      { name: 'CorpLogin', sAMLMetadataDocument: '<EntityDescriptor/>' },
      { response: { sAMLProviderArn: provider } },
    );
    intruder.call(
      leaked,
      'iam:UpdateSAMLProvider',
      { sAMLProviderArn: known, sAMLMetadataDocument: '<EntityDescriptor/>' },
      { response: { sAMLProviderArn: known } },
    );
    intruder.call(
      leaked,
      'iam:CreateRole',
      {
        roleName: 'OrgAudit',
        assumeRolePolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Federated: provider },
              Action: 'sts:AssumeRoleWithSAML',
              Condition: { StringEquals: { 'SAML:aud': 'https://signin.aws.amazon.com/saml' } },
            },
          ],
        }),
      },
      { response: { role: { roleName: 'OrgAudit', roleId: 'AROAORGAUDITXXXX', arn: role } } },
    );
    intruder.call(leaked, 'iam:AttachRolePolicy', {
      roleName: 'OrgAudit',
      policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess',
    });
    intruder.call(
      {
        type: 'SAMLUser',
        principalId: 'Rq3+n8=:root@evil.example',
        userName: 'root@evil.example',
        identityProvider: 'Rq3+n8=',
      },
      'sts:AssumeRoleWithSAML',
      {
        sAMLAssertionID: '_1',
        roleSessionName: 'root@evil.example',
        roleArn: role,
        principalArn: provider,
        durationSeconds: 3600,
      },
      {
        from: '192.0.2.80',
        client: 'aws-sdk-go/1.44',
        response: {
          subjectType: 'persistent',
          issuer: 'https://login.evil.example',
          credentials: { accessKeyId: 'ASIASAML000000000001', expiration: 'Nov 20, 2026, 10:17:40 AM' },
          nameQualifier: 'Rq3+n8=',
          assumedRoleUser: {
            assumedRoleId: 'AROAORGAUDITXXXX:root@evil.example',
            arn: `arn:aws:sts::${appAccount}:assumed-role/OrgAudit/root@evil.example`,
          },
          subject: 'root@evil.example',
          audience: 'https://signin.aws.amazon.com/saml',
        },
        more: { recipientAccountId: appAccount },
      },
    );
    const session = sessionOf(appAccount, 'OrgAudit', 'root@evil.example', 'ASIASAML000000000001');
    const there = { from: '192.0.2.80', client: 'aws-sdk-go/1.44' };
    intruder.call(session, 'iam:GetAccountAuthorizationDetails', null, there);
    const second = intruder.assume(session, 'reader', 'ASIAREADER0000000031', dataAccount, there);
    intruder.call(second, 'ssm:GetParametersByPath', { path: '/prod', recursive: true, withDecryption: true }, there);
    intruder.mended('iam:DeleteSAMLProvider', { sAMLProviderArn: provider });
  }),
  cases: [
    {
      accounts: 2,
      identities: [
        'changed provider',
        'created provider',
        'created role OrgAudit',
        'outside person root@evil.example',
        bob,
        'used session OrgAudit',
        'used session reader',
      ],
      links: [
        'person root@evil.example assumed-role session OrgAudit',
        'session OrgAudit assumed-role session reader',
        'user bob made-role role OrgAudit',
        'user bob opened-trust provider',
        'user bob opened-trust provider',
      ],
      findings: ['administrator-granted', 'chained-credentials', 'secrets-taken', 'trust-opened', 'way-in-still-open'],
      waysIn: [
        key,
        'closed provider',
        'open provider',
        'open role OrgAudit',
        'open grant to role OrgAudit',
        'open session of role OrgAudit until 2026-11-20T10:17:40',
        'open session of role reader until 2026-11-20T22:00:00',
      ],
      stages: [
        'iam:AttachRolePolicy escalation',
        'iam:CreateRole persistence',
        'iam:CreateSAMLProvider persistence',
        'iam:GetAccountAuthorizationDetails discovery',
        'iam:ListSAMLProviders discovery',
        'iam:UpdateSAMLProvider persistence',
        'ssm:GetParametersByPath credential access',
        'sts:AssumeRole lateral movement',
        'sts:AssumeRoleWithSAML first access',
      ],
      plan: [
        deactivate,
        'disableCreatedRole of OrgAudit',
        'removeProvider',
        'revokeRoleSessions of OrgAudit',
        'revokeRoleSessions of reader',
        'rotateSecret',
        'takePolicyAway of role OrgAudit',
      ],
    },
  ],
};
