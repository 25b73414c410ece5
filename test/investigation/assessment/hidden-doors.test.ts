import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/model/json.ts';
import type { WayIn } from '../../../src/model/way-in.ts';
import { commandsFor } from '../../../src/investigation/plan/by-hand-commands.ts';
import { wayInBrief } from '../../../src/investigation/report/way-in-brief.ts';
import { accountId } from '../trail-records.ts';
import { assessed, call, callByAdmin } from './assessed.ts';

const listing = call(0, 's3', 'ListBuckets');
const foreign = '999988887777';
const permissionSetArn = 'arn:aws:sso:::permissionSet/ssoins-1/ps-1';
const roleArn = `arn:aws:iam::${accountId}:role/Deploy`;
const everything = { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
const byForeign = { Statement: [{ Effect: 'Allow', Principal: { AWS: foreign }, Action: '*', Resource: '*' }] };

/** A call of the intruder's that leaves a way in, and somebody else's that closes it (fields: AWS's API models). */
interface Door {
  readonly opens: readonly [service: string, action: string, request: JsonObject, response?: JsonObject];
  readonly brief: string;
  readonly closes: readonly [action: string, request: JsonObject];
  /** What of the intruder's the call starts. */
  readonly before?: JsonObject;
}

const taskArn = `arn:aws:ecs:us-east-1:${accountId}:task/main/0123`;

/** A definition of the intruder's own: what its owners had registered is no code of theirs. */
const miner = call(0, 'ecs', 'RegisterTaskDefinition', {
  requestParameters: { family: 'miner' },
  responseElements: { taskDefinition: { revision: 1 } },
});

const doors: readonly Door[] = [
  {
    opens: [
      'bedrock-agentcore',
      'CreateCodeInterpreter',
      { name: 'shell', executionRoleArn: roleArn, networkConfiguration: { networkMode: 'PUBLIC' } },
      { codeInterpreterId: 'shell-0123456789', status: 'CREATING' },
    ],
    brief: 'code in shell-0123456789: code interpreter',
    closes: ['DeleteCodeInterpreter', { codeInterpreterId: 'shell-0123456789' }],
  },
  {
    opens: ['eks', 'CreateCapability', { name: 'prod', capabilityName: 'ack', type: 'ACK', roleArn }],
    brief: 'code in prod/ack: cluster capability',
    closes: ['DeleteCapability', { name: 'prod', capabilityName: 'ack' }],
  },
  {
    opens: [
      'oam',
      'CreateLink',
      { sinkIdentifier: `arn:aws:oam:us-east-1:${foreign}:sink/s-1`, resourceTypes: ['AWS::Logs::LogGroup'] },
      { arn: `arn:aws:oam:us-east-1:${accountId}:link/l-1` },
    ],
    brief: 'metrics, logs and traces, shared with sink/s-1',
    closes: ['DeleteLink', { identifier: `arn:aws:oam:us-east-1:${accountId}:link/l-1` }],
  },
  {
    opens: [
      'config',
      'PutAggregationAuthorization',
      { authorizedAccountId: foreign, authorizedAwsRegion: 'eu-west-1' },
    ],
    brief: `records of the account, shared with ${foreign}`,
    closes: ['DeleteAggregationAuthorization', { authorizedAccountId: foreign, authorizedAwsRegion: 'eu-west-1' }],
  },
  {
    opens: ['sso', 'PutInlinePolicyToPermissionSet', { permissionSetArn, inlinePolicy: JSON.stringify(everything) }],
    brief: `policy inline policy of permission-set ${permissionSetArn}: everything`,
    closes: ['DeletePermissionSet', { permissionSetArn }],
  },
  {
    opens: [
      'ecs',
      'CreateService',
      { cluster: 'main', serviceName: 'sidecar', taskDefinition: 'miner:1', role: roleArn },
    ],
    brief: 'code in main/sidecar: container service',
    closes: [
      'DeleteService',
      { cluster: `arn:aws:ecs:us-east-1:${accountId}:cluster/main`, service: 'sidecar', force: true },
    ],
    before: miner,
  },
  {
    opens: [
      'ecs',
      'RunTask',
      { cluster: 'main', taskDefinition: 'miner:1', overrides: { taskRoleArn: roleArn } },
      { tasks: [{ taskArn }] },
    ],
    brief: 'code in task 0123: container task',
    closes: ['StopTask', { cluster: 'main', task: '0123' }],
    before: miner,
  },
  {
    opens: ['s3', 'PutAccessPointPolicy', { name: 'ap', policy: JSON.stringify(byForeign) }],
    brief: `ap, shared with ${foreign}`,
    closes: ['DeleteAccessPointPolicy', { name: 'ap' }],
  },
  {
    opens: [
      'transfer',
      'CreateUser',
      { serverId: 's-1', userName: 'shadow', role: roleArn },
      { serverId: 's-1', userName: 'shadow' },
    ],
    brief: 'login shadow of transfer s-1',
    closes: ['DeleteUser', { serverId: 's-1', userName: 'shadow' }],
  },
  {
    opens: [
      'transfer',
      'ImportSshPublicKey',
      { serverId: 's-1', userName: 'bob' },
      { serverId: 's-1', userName: 'bob', sshPublicKeyId: 'key-1' },
    ],
    brief: 'login bob of transfer s-1: SSH key key-1',
    closes: ['DeleteSshPublicKey', { serverId: 's-1', userName: 'bob', sshPublicKeyId: 'key-1' }],
  },
  {
    opens: [
      'cognito-identity',
      'SetIdentityPoolRoles',
      { identityPoolId: 'eu-west-1:pool', roles: { unauthenticated: roleArn } },
    ],
    brief: 'identity provider eu-west-1:pool',
    closes: [
      'SetIdentityPoolRoles',
      { identityPoolId: 'eu-west-1:pool', roles: { authenticated: `arn:aws:iam::${accountId}:role/Signed` } },
    ],
  },
  {
    opens: [
      'cognito-identity',
      'SetIdentityPoolRoles',
      { identityPoolId: 'eu-west-1:pool', roles: { unauthenticated: roleArn } },
    ],
    brief: 'identity provider eu-west-1:pool',
    closes: ['DeleteIdentityPool', { identityPoolId: 'eu-west-1:pool' }],
  },
  {
    opens: [
      'lambda',
      'AddPermission20150331v2',
      {
        functionName: 'api',
        statementId: 's',
        principal: 's3.amazonaws.com',
        sourceArn: 'arn:aws:s3:::theirs',
        sourceAccount: foreign,
      },
    ],
    brief: `api, shared with ${foreign}`,
    closes: ['RemovePermission20150331v2', { functionName: 'api', statementId: 's' }],
  },
  {
    opens: [
      'lambda',
      'AddPermission20150331v2',
      {
        functionName: 'api',
        statementId: 's',
        principal: 'sns.amazonaws.com',
        sourceArn: `arn:aws:sns:eu-west-1:${foreign}:theirs`,
      },
    ],
    brief: `api, shared with ${foreign}`,
    closes: ['DeleteFunction20150331', { functionName: 'api' }],
  },
  {
    opens: [
      'sqs',
      'SetQueueAttributes',
      {
        queueUrl: 'q',
        attributes: {
          Policy: JSON.stringify({
            Statement: [
              {
                Effect: 'Allow',
                Principal: { Service: 'sns.amazonaws.com' },
                Action: 'sqs:*',
                Resource: '*',
                Condition: { ArnLike: { 'aws:SourceArn': `arn:aws:sns:*:${foreign}:*` } },
              },
            ],
          }),
        },
      },
    ],
    brief: `q, shared with ${foreign}`,
    closes: ['DeleteQueue', { queueUrl: 'q' }],
  },
  {
    opens: ['iam', 'AddRoleToInstanceProfile', { instanceProfileName: 'web', roleName: 'Deploy' }],
    brief: 'policy role Deploy of instance profile web',
    closes: ['RemoveRoleFromInstanceProfile', { instanceProfileName: 'web', roleName: 'Deploy' }],
  },
  {
    opens: [
      'lambda',
      'UpdateFunctionCode20150331v2',
      { functionName: 'billing' },
      { functionName: 'billing', role: roleArn },
    ],
    brief: 'code in billing: function code',
    closes: ['DeleteFunction20150331', { functionName: 'billing' }],
  },
  {
    opens: ['events', 'PutPermission', { eventBusName: 'default', statementId: 's', principal: foreign }],
    brief: `default, shared with ${foreign}`,
    closes: ['RemovePermission', { eventBusName: 'default', statementId: 's' }],
  },
  {
    opens: ['events', 'PutPermission', { policy: JSON.stringify(byForeign) }],
    brief: `default, shared with ${foreign}`,
    closes: ['RemovePermission', { removeAllPermissions: true }],
  },
  {
    opens: ['ssm', 'ModifyDocumentPermission', { name: 'patch', permissionType: 'Share', accountIdsToAdd: ['All'] }],
    brief: 'patch, shared with everybody',
    closes: ['ModifyDocumentPermission', { name: 'patch', permissionType: 'Share', accountIdsToRemove: ['all'] }],
  },
  {
    opens: ['ecr', 'SetRepositoryPolicy', { repositoryName: 'app', policyText: JSON.stringify(byForeign) }],
    brief: `app, shared with ${foreign}`,
    closes: ['DeleteRepositoryPolicy', { repositoryName: 'app' }],
  },
  {
    opens: ['kms', 'PutKeyPolicy', { keyId: 'k', policy: JSON.stringify(byForeign) }],
    brief: `k, shared with ${foreign}`,
    closes: [
      'PutKeyPolicy',
      {
        keyId: 'k',
        policy: JSON.stringify({
          Statement: [{ Effect: 'Allow', Principal: { AWS: accountId }, Action: 'kms:*', Resource: '*' }],
        }),
      },
    ],
  },
  {
    opens: ['backup', 'PutBackupVaultAccessPolicy', { backupVaultName: 'v', policy: JSON.stringify(byForeign) }],
    brief: `v, shared with ${foreign}`,
    closes: ['DeleteBackupVaultAccessPolicy', { backupVaultName: 'v' }],
  },
];

function waysOf(records: readonly JsonObject[]): readonly WayIn[] {
  return assessed([listing, ...records]).waysIn;
}

function briefs(waysIn: readonly WayIn[], state: string): readonly string[] {
  return waysIn.filter((each) => each.state === state).map(({ what }) => String(wayInBrief(what)));
}

describe('a way in is seen, and closed by what takes it away alone', () => {
  test.each(doors)('$opens.0 $opens.1, by $closes.0', ({ opens, brief, closes, before }) => {
    const [service, action, requestParameters, responseElements = null] = opens;
    const opened = call(1, service, action, { requestParameters, responseElements });
    const records = [...(before === undefined ? [] : [before]), opened];
    expect(briefs(waysOf(records), 'open')).toContain(brief);
    const [closing, by] = closes;
    const closed = waysOf([...records, callByAdmin(2, service, closing, { requestParameters: by })]);
    expect(briefs(closed, 'open')).not.toContain(brief);
    expect(briefs(closed, 'closed')).toContain(brief);
  });
});

test('a stack that a change set makes is one, whose end is only begun by its deletion', () => {
  const executed = call(1, 'cloudformation', 'ExecuteChangeSet', {
    requestParameters: { changeSetName: 'one', stackName: 'web' },
  });
  const deleted = callByAdmin(2, 'cloudformation', 'DeleteStack', { requestParameters: { stackName: 'web' } });
  expect(briefs(waysOf([executed]), 'open')).toContain('code in web: stack');
  expect(briefs(waysOf([executed, deleted]), 'unknown')).toContain('code in web: stack');
});

test('a rule of EventBridge that hands events to another account shares them', () => {
  const target = `arn:aws:events:eu-west-1:${foreign}:event-bus/default`;
  const own = `arn:aws:lambda:eu-west-1:${accountId}:function:own`;
  const put = call(1, 'events', 'PutTargets', {
    requestParameters: {
      rule: 'all',
      targets: [
        { id: 't1', arn: target },
        { id: 't2', arn: own },
      ],
    },
  });
  const { findings } = assessed([listing, put]);
  expect(findings.find(({ kind }) => kind === 'shared-outside')?.facts['shares']).toMatchObject([{ resource: 'all' }]);
  function removed(id: string) {
    return callByAdmin(2, 'events', 'RemoveTargets', { requestParameters: { rule: 'all', ids: [id] } });
  }
  expect(
    waysOf([put, removed('t2')]).filter(({ what, state }) => what.kind === 'share' && state === 'open'),
  ).toHaveLength(1);
  expect(waysOf([put, removed('t1')]).filter(({ what, state }) => what.kind === 'share' && state === 'open')).toEqual(
    [],
  );
});

test('a person is given the commands that close them, in the region where they are', () => {
  const opened = call(1, 'transfer', 'ImportSshPublicKey', {
    requestParameters: { serverId: 's-1', userName: 'bob' },
    responseElements: { sshPublicKeyId: 'key-1' },
    awsRegion: 'ap-south-1',
  });
  const commands = waysOf([opened]).flatMap(({ what }) => commandsFor(what));
  expect(commands).toContain(
    'aws transfer delete-ssh-public-key --server-id s-1 --user-name bob --ssh-public-key-id key-1 --region ap-south-1',
  );
});
