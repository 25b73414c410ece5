import { valueAt } from '../../cloudtrail/ecs-path.ts';
import { accountOfPrincipal } from '../../cloudtrail/identities.ts';
import { callOf } from '../effects/call.ts';
import { opened, type DoorRow } from '../effects/doors/door-row.ts';
import { doorRows } from '../effects/doors/door-rows.ts';
import { principalIn } from '../effects/policy-content.ts';
import { policyPrincipals } from './policy-principals.ts';
import { allRequested, requested, stepName, type StepCall, type Step, type StepTable } from './step.ts';

/** Calls that let other accounts at a resource (the services' API references). */
export const shareSteps: StepTable = {
  'ec2.amazonaws.com ModifyImageAttribute': (call) => shared(call, added(call, 'launchPermission')),
  'ec2.amazonaws.com ModifySnapshotAttribute': (call) => shared(call, added(call, 'createVolumePermission')),
  'rds.amazonaws.com ModifyDBSnapshotAttribute': (call) => shared(call, allRequested(call, 'valuesToAdd')),
  'rds.amazonaws.com ModifyDBClusterSnapshotAttribute': (call) => shared(call, allRequested(call, 'valuesToAdd')),
  'lambda.amazonaws.com AddPermission': (call) => shared(call, allRequested(call, 'principal')),
  'lambda.amazonaws.com AddLayerVersionPermission': (call) => shared(call, allRequested(call, 'principal')),
  'sqs.amazonaws.com AddPermission': (call) => shared(call, allRequested(call, 'aWSAccountIds')),
  'sns.amazonaws.com AddPermission': (call) => shared(call, allRequested(call, 'aWSAccountId')),
  'kms.amazonaws.com CreateGrant': (call) => shared(call, allRequested(call, 'granteePrincipal')),
  'ram.amazonaws.com CreateResourceShare': (call) => shared(call, allRequested(call, 'principals')),
  'ram.amazonaws.com AssociateResourceShare': (call) => shared(call, allRequested(call, 'principals')),
  's3.amazonaws.com PutBucketPolicy': (call) => byPolicy(call, 'bucketPolicy'),
  'ecr.amazonaws.com SetRepositoryPolicy': (call) => byPolicy(call, 'policyText'),
  'kms.amazonaws.com PutKeyPolicy': (call) => byPolicy(call, 'policy'),
  'secretsmanager.amazonaws.com PutResourcePolicy': (call) => byPolicy(call, 'resourcePolicy'),
  'sqs.amazonaws.com SetQueueAttributes': (call) => byPolicy(call, 'attributes.Policy'),
  'sns.amazonaws.com SetTopicAttributes': (call) =>
    requested(call, 'attributeName') === 'Policy' ? byPolicy(call, 'attributeValue') : [],
  ...Object.fromEntries(
    doorRows.flatMap((row) =>
      row.doubt === undefined &&
      (row.makes.kind === 'policy' || row.makes.kind === 'list' || row.makes.kind === 'access')
        ? row.opens.map((opening) => [stepName(opening), (call: StepCall) => byRow(row, call)])
        : [],
    ),
  ),
};

/** Whom a row says that a call lets in. */
function byRow(row: DoorRow, call: StepCall): readonly Step[] {
  const read = callOf(call.ecs);
  const letsIn = (read === undefined ? [] : opened(row, read)).flatMap((effect) => {
    if (effect.kind === 'access-granted') return principalIn(effect.holder) ?? [];
    return effect.kind === 'shared' ? effect.with.map(({ principal }) => principal) : [];
  });
  return shared(call, letsIn);
}

/** Accounts by number, and `all` of a group. */
function added(call: StepCall, permission: string): readonly string[] {
  return [
    ...allRequested(call, `${permission}.add.items.userId`),
    ...allRequested(call, `${permission}.add.items.group`),
  ];
}

function byPolicy(call: StepCall, field: string): readonly Step[] {
  const policy = valueAt(call.ecs, `aws.cloudtrail.flattened.request_parameters.${field}`);
  return shared(call, policyPrincipals(policy).aws);
}

function shared(call: StepCall, principals: readonly string[]): readonly Step[] {
  const accounts = principals.map(accountOfPrincipal).filter((each) => each !== undefined);
  const outside = accounts.filter(({ accountId }) => accountId !== call.accountId);
  const distinct = new Map(outside.map((each) => [each.id, each]));
  return [...distinct.values()].map((to) => ({ to, how: 'shared-with', as: 'outside' }));
}
