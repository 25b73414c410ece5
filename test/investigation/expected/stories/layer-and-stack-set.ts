import { appAccount, dataAccount, sessionOf } from '../cloud.ts';
import { bob, deactivate, key, leaked, told, type Story } from '../story.ts';

const inLambda = { from: '54.240.2.2', client: 'Boto3/1.34' };
const executionRole = 'AWSCloudFormationStackSetExecutionRole';

export const layerAndStackSet: Story = {
  name: "a layer is put under a function, whose role changes a stack set that makes a user in the second account; an administrator renames the first account's planted user",
  records: told((intruder, cloud) => {
    // The function works all along: that is not the intruder.
    for (let day = -7; day < 0; day += 1) {
      const usual = sessionOf(appAccount, 'stacker', 'stacker', `ASIASTACKER000000${day + 17}`);
      cloud.call(usual, 'cloudformation:DescribeStackSet', { at: day * 86_400 + 400, ...inLambda });
    }
    intruder.call(
      leaked,
      'lambda:PublishLayerVersion20181031',
      { layerName: 'helpers', content: {} },
      { response: { layerVersionArn: `arn:aws:lambda:us-east-1:${appAccount}:layer:helpers:9`, version: 9 } },
    );
    intruder.call(
      leaked,
      'lambda:UpdateFunctionConfiguration20150331v2',
      { functionName: 'stacker', layers: [`arn:aws:lambda:us-east-1:${appAccount}:layer:helpers:9`] },
      { response: { functionName: 'stacker', role: `arn:aws:iam::${appAccount}:role/stacker` } },
    );
    const session = sessionOf(appAccount, 'stacker', 'stacker', 'ASIASTACKER000000099');
    intruder.call(
      session,
      'cloudformation:UpdateStackSet',
      { stackSetName: 'baseline', executionRoleName: executionRole },
      { response: { operationId: 'op-1' }, ...inLambda },
    );
    const execution = intruder.assume(session, executionRole, 'ASIAEXECUTION0000009', dataAccount, inLambda);
    intruder.call(
      execution,
      'iam:CreateUser',
      { userName: 'baseline' },
      { response: { user: { userName: 'baseline', userId: 'AIDABASELINE' } }, ...inLambda },
    );
    intruder.call(
      leaked,
      'iam:CreateUser',
      { userName: 'shadow' },
      { response: { user: { userName: 'shadow', userId: 'AIDASHADOW' } } },
    );
    intruder.call(
      leaked,
      'iam:CreateAccessKey',
      { userName: 'shadow' },
      { response: { accessKey: { accessKeyId: 'AKIASHADOW0000000009', userName: 'shadow' } } },
    );
    intruder.mended('iam:UpdateUser', { userName: 'shadow', newUserName: 'quarantined-shadow' });
  }),
  cases: [
    {
      accounts: 2,
      identities: [
        bob,
        'created access-key',
        'created user baseline',
        'created user shadow',
        `used session ${executionRole}`,
        'used session stacker',
      ],
      links: [
        `session ${executionRole} created-user user baseline`,
        `session stacker assumed-role session ${executionRole}`,
        'user bob created-key access-key',
        'user bob created-user user shadow',
        'user bob passed-role session stacker',
      ],
      findings: ['chained-credentials', 'code-planted', 'way-in-still-open'],
      waysIn: [
        key,
        'open access-key of quarantined-shadow',
        'open code',
        'open code',
        'open code',
        'open session of role stacker until 2026-11-20T21:17:00',
        `open session of role ${executionRole} until 2026-11-20T22:00:00`,
        'open user baseline',
        'open user quarantined-shadow',
      ],
      stages: [
        'cloudformation:UpdateStackSet persistence',
        'iam:CreateAccessKey persistence',
        'iam:CreateUser persistence',
        'lambda:PublishLayerVersion persistence',
        'lambda:UpdateFunctionConfiguration persistence',
        'sts:AssumeRole lateral movement',
      ],
      plan: [
        deactivate,
        'disableCreatedIdentity of baseline',
        'disableCreatedIdentity of quarantined-shadow',
        'removeCode',
        'removeCode',
        'removeCode',
        'revokeRoleSessions of stacker',
        `revokeRoleSessions of ${executionRole}`,
      ],
    },
  ],
};
