import type { JsonObject, JsonValue } from '../../model/json.ts';
import { type EffectCall } from './call.ts';
import { isJsonObject } from '../../cloudtrail/record-fields.ts';
import { writtenList } from '../../cloudtrail/written-list.ts';

/** Where the answer of a call that succeeded names what it did not do. */
interface FailedEntries {
  readonly list: string;
  /** What names an entry in the request too; `null` where one that failed leaves nothing done. */
  readonly name: string | null;
  /** Of entries that failed and others, how those that failed are told. */
  readonly status?: RegExp;
}

const failed = /^failed$/iu;

/** Calls that take things away one by one, and succeed where some could not be (names: the services' API models). */
const partialCalls: Readonly<Record<string, FailedEntries>> = {
  'events/RemoveTargets': { list: 'failedEntries', name: 'targetId' },
  'ec2/DeleteLaunchTemplateVersions': {
    list: 'unsuccessfullyDeletedLaunchTemplateVersionSet',
    name: 'versionNumber',
  },
  'ec2/DeleteVpcEndpoints': { list: 'unsuccessful', name: 'resourceId' },
  'ec2/DeleteVpcEndpointServiceConfigurations': { list: 'unsuccessful', name: 'resourceId' },
  // Of permissions that the group does not have, nothing says which of the request's they were.
  'ec2/RevokeSecurityGroupIngress': { list: 'unknownIpPermissionSet', name: null },
  'cognito-identity/DeleteIdentities': { list: 'unprocessedIdentityIds', name: 'identityId' },
  'ram/DisassociateResourceShare': { list: 'resourceShareAssociations', name: 'associatedEntity', status: failed },
  'kafka/BatchDisassociateScramSecret': { list: 'unprocessedScramSecrets', name: 'secretArn' },
  'workspaces/TerminateWorkspaces': { list: 'failedRequests', name: 'workspaceId' },
  'sso/DeleteAccountAssignment': { list: 'accountAssignmentDeletionStatus', name: null, status: failed },
};

/** What a call that succeeded did: the same without the entries that failed; null where nothing of it was done. */
export function carriedOut(call: EffectCall): EffectCall | null {
  // EC2's calls of one act say so (`_return`, `return`).
  if (
    call.service === 'ec2' &&
    underKey(call.response, /^_?return$/u).some((each) => each === false || each === 'false')
  )
    return null;
  // Lightsail answers with its operations, each of which says whether it failed.
  if (call.service === 'lightsail' && statusesIn(call.response).some((each) => failed.test(each))) return null;
  const row = partialCalls[`${call.service}/${call.action}`];
  if (row === undefined) return call;
  const entries = entriesOf(call.response, row);
  if (entries.length === 0) return call;
  const { name } = row;
  const names = name === null ? [] : entries.flatMap((entry) => textsOf(underKey(entry, keyed(name))));
  // An entry that nothing names may be any.
  return names.length < entries.length
    ? null
    : { ...call, request: without(call.request, new Set(names)) as JsonObject };
}

/** How an answer says of what is taken away that it goes on (the services' API models: `DELETING`, `DELETE_IN_PROGRESS`, `Modifying`). */
const goesOn =
  /^(?:deleting|disassociating|detaching|disabling|revoking|removing|deregistering|terminating|draining|stopping|shutting-down|cancell?ing|modifying|updating|processing|pending|started|not_?started|final-snapshot|(?:\w+_)?in_?progress)$/iu;

/** Where it says so. A function's own update (`lastUpdateStatus`) and a deployment's (`rolloutState`) are other names on purpose: they follow within the minute. */
const statuses = /^(?!lastUpdateStatus$|rolloutState$)\w*(?:status|state)$/iu;

/** Only calls that go on elsewhere answer with the ID or ARN of an operation (`operationId`, `clusterOperationArn`). */
const operations = /^\w*operation(?:id|arn)$/iu;

/** Calls that say by another field that they have only begun. */
const begunCalls: Readonly<Record<string, RegExp>> = {
  'servicecatalog/DeletePortfolioShare': /^portfolioShareToken$/iu,
};

/** Calls that delete what things are started from: what runs goes on as it was defined. */
const definitionEnds = [
  'autoscaling/DeleteLaunchConfiguration',
  'batch/DeregisterJobDefinition',
  'codebuild/DeleteProject',
  'codepipeline/DeletePipeline',
  'ec2/DeleteLaunchTemplate',
  'ec2/DeleteLaunchTemplateVersions',
  'ecs/DeregisterTaskDefinition',
  'glue/DeleteJob',
  'sagemaker/DeleteNotebookInstanceLifecycleConfig',
  'sagemaker/DeleteStudioLifecycleConfig',
  'ssm/DeleteDocument',
] as const;

/**
 * Calls that leave what they take away at work elsewhere: accounts have a permission set as it was until it is provisioned to them again, and
 * machines that registered with an activation stay.
 */
const leavingSome: ReadonlySet<string> = new Set([
  'sso/DetachManagedPolicyFromPermissionSet',
  'sso/DetachCustomerManagedPolicyReferenceFromPermissionSet',
  'sso/DeleteInlinePolicyFromPermissionSet',
  'ssm/DeleteActivation',
  // Functions that have it keep a copy (DeleteLayerVersion in the Lambda API reference).
  'lambda/DeleteLayerVersion',
  // At the next maintenance or reboot of the broker (the Amazon MQ API reference of users).
  'amazonmq/DeleteUser',
  'amazonmq/UpdateUser',
  'mq/DeleteUser',
  'mq/UpdateUser',
  // It starts the deletion, which may fail (DeleteStack in the CloudFormation API reference).
  'cloudformation/DeleteStack',
  // Executions end on their next change of state (DeleteStateMachine in the Step Functions API reference).
  'states/DeleteStateMachine',
  // What waits for its task runners is cancelled as far as that can be (DeletePipeline in the Data Pipeline API reference).
  'datapipeline/DeletePipeline',
  ...definitionEnds,
]);

/** Whether a call says of what it takes away that it was only begun: it may fail yet, and nothing will say so. */
export function isOnlyBegun({ service, action, request, response }: EffectCall): boolean {
  const name = `${service}/${action}`;
  const says = begunCalls[name];
  return (
    leavingSome.has(name) ||
    (says !== undefined && textsOf(underKey(response, says)).length > 0) ||
    textsOf(underKey(response, operations)).length > 0 ||
    statusesIn(response).some((each) => goesOn.test(each)) ||
    isPending(request, response)
  );
}

/** What an answer says of states, also by a code within one (EC2: `{"status": {"code": "revoking"}}`). */
function statusesIn(response: JsonObject): readonly string[] {
  const said = underKey(response, statuses);
  return textsOf([...said, ...said.flatMap((each) => (isJsonObject(each) ? (each['code'] ?? []) : []))]);
}

/** Whether something that a request sets is among what is yet to be set (RDS, Redshift, ElastiCache). */
function isPending(request: JsonObject, response: JsonObject): boolean {
  const asked = new Set(Object.keys(request).map((key) => key.toLowerCase()));
  return underKey(response, keyed('pendingModifiedValues')).some(
    (values) => isJsonObject(values) && Object.keys(values).some((key) => asked.has(key.toLowerCase())),
  );
}

function entriesOf(response: JsonObject, { list, status }: FailedEntries): readonly JsonValue[] {
  const all = underKey(response, keyed(list)).flatMap(writtenList);
  return status === undefined
    ? all
    : all.filter((entry) => textsOf(underKey(entry, keyed('status'))).some((each) => status.test(each)));
}

function keyed(name: string): RegExp {
  return new RegExp(`^${name}$`, 'iu');
}

/** Whatever stands under keys of a name, at any depth. */
function underKey(value: JsonValue, name: RegExp): readonly JsonValue[] {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).flatMap((each) => underKey(each, name));
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([key, each]) => [...(name.test(key) ? [each] : []), ...underKey(each, name)]);
}

function textsOf(values: readonly JsonValue[]): readonly string[] {
  return values.filter((each) => typeof each === 'string' || typeof each === 'number').map(String);
}

/** A request without whatever is named so, wherever it stands. */
function without(value: JsonValue, names: ReadonlySet<string>): JsonValue {
  function isKept(each: JsonValue): boolean {
    return !((typeof each === 'string' || typeof each === 'number') && names.has(String(each)));
  }
  if (Array.isArray(value)) return (value as readonly JsonValue[]).filter(isKept).map((each) => without(each, names));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, each]) => isKept(each))
      .map(([key, each]) => [key, without(each, names)]),
  );
}
