import type { Identity } from '../../model/identity.ts';
import { lastPart, roleNamed, roleOfDefinition, service, session } from '../../cloudtrail/identities.ts';
import { bringsOwnCode } from '../../cloudtrail/task-overrides.ts';
import { callOf } from '../effects/call.ts';
import { doorRows } from '../effects/doors/door-rows.ts';
import { roleOf, sessionNameOf, type CallPattern, type Made } from '../effects/doors/door-row.ts';
import { fromStackSet, toStackSet } from './stack-sets.ts';
import { allAnswered, answered, requested, stepName, type StepCall, type Step, type StepTable } from './step.ts';

type CodeMade = Extract<Made, { readonly kind: 'code' }>;

const rowsWithRoles = doorRows.flatMap(({ opens, makes }) =>
  makes.kind === 'code' && makes.role !== undefined ? opens.map((opening) => [opening, makes] as const) : [],
);

/** Tasks of containers get their role from here, whichever service has them run. */
const containerTasks = 'ecs-tasks.amazonaws.com';

/** Pods get the roles of their service accounts by this name (EKS User Guide, Pod Identity). */
const pods = 'pods.eks.amazonaws.com';

/** Functions' sessions are named after them: what the service's own records tell besides is when each ends. */
const functions = 'lambda.amazonaws.com';

/** The services that begin sessions with roles that are handed to them, by the names that their calls have. */
const assumers: ReadonlySet<string> = new Set([
  containerTasks,
  pods,
  functions,
  ...rowsWithRoles.map(([opening, makes]) => assumerOf(opening, makes)),
]);

/** Whether a service begins sessions with roles that are handed to it: what others begin by themselves leads to nobody. */
export function assumesHandedRoles(service: string): boolean {
  return assumers.has(service);
}

function assumerOf(opening: CallPattern, { assumer }: CodeMade): string {
  return assumer ?? stepName(opening).split(' ')[0] ?? '';
}

/**
 * Calls that hand a role to a service, which then acts in sessions of it. Where the service names its sessions in a known
 * way, the session is named: Lambda after the function, ECS after the task, Glue and CloudFormation by a name of their own.
 */
export const passedRoleSteps: StepTable = {
  'lambda.amazonaws.com CreateFunction': functionsRole,
  'lambda.amazonaws.com UpdateFunctionCode': functionsRole,
  'lambda.amazonaws.com UpdateFunctionConfiguration': functionsRole,
  'ecs.amazonaws.com RunTask': tasksRole,
  'ecs.amazonaws.com StartTask': tasksRole,
  'ecs.amazonaws.com RegisterTaskDefinition': definitionsRole,
  'eks.amazonaws.com CreatePodIdentityAssociation': podsRole,
  'eks.amazonaws.com UpdatePodIdentityAssociation': podsRole,
  'cloudformation.amazonaws.com CreateStack': stackMade,
  'cloudformation.amazonaws.com UpdateStack': stackMade,
  'cloudformation.amazonaws.com CreateStackSet': toStackSet,
  'cloudformation.amazonaws.com CreateChangeSet': stacksRole,
  ...Object.fromEntries(
    rowsWithRoles.map(([opening, makes]) => [
      stepName(opening),
      (call: StepCall) => [...rolesOf(call, opening, makes), ...(makes.what === 'stack set' ? toStackSet(call) : [])],
    ]),
  ),
  'codebuild.amazonaws.com StartBuild': buildsRole,
};

/** The roles that a row says where to find, to the sessions that the service makes of them: by name, or by whoever makes them. */
function rolesOf(call: StepCall, opening: CallPattern, makes: CodeMade): readonly Step[] {
  const read = callOf(call.ecs);
  if (read === undefined) return [];
  const name = sessionNameOf(makes, read);
  return roleOf(makes, read).flatMap((arn) => [
    ...(name === undefined ? [] : passed(call, arn, name)),
    // By a name that all sessions of the service have, each is found.
    ...(makes.session !== undefined && name === makes.session ? [] : handedTo(assumerOf(opening, makes), call, arn)),
  ]);
}

/** A build's session is named after it; what it runs with is the project's role, unless the call names another. */
function buildsRole(call: StepCall): readonly Step[] {
  const arn = requested(call, 'serviceRoleOverride') ?? answered(call, 'build.serviceRole');
  const id = answered(call, 'build.id');
  const named = id === undefined ? [] : passed(call, arn, `AWSCodeBuild-${id.slice(id.lastIndexOf(':') + 1)}`);
  const { request = {} } = callOf(call.ecs) ?? {};
  const isOwnWork = Object.keys(request).some((key) => key.endsWith('Override'));
  return isOwnWork ? [...named, ...handedTo('codebuild.amazonaws.com', call, arn)] : named;
}

/** A role that a service begins sessions with, under names that nobody knows beforehand: its own records tell. */
function handedTo(assumer: string, call: StepCall, role: string | undefined): readonly Step[] {
  return passed(call, role).map((step) => ({ ...step, via: [...(step.via ?? []), service(call.accountId, assumer)] }));
}

/**
 * A session that a service began with a role which somebody hands to it, by a record that has the service as its caller: what
 * came of the handing over, as far as nothing else of that service runs with the role.
 */
export function begunByService({ caller }: StepCall, to: Identity, role: Identity | undefined): readonly Step[] {
  if (role === undefined || !assumesHandedRoles(caller.identity.name)) return [];
  return [{ from: caller.identity, to, how: 'passed-role', as: 'used', via: [role] }];
}

function functionsRole(call: StepCall): readonly Step[] {
  const role = answered(call, 'role') ?? requested(call, 'role');
  const name = answered(call, 'functionName') ?? requested(call, 'functionName');
  // The name may be an ARN, `arn:aws:lambda:REGION:ACCOUNT:function:NAME`.
  return passed(call, role, name?.slice(name.lastIndexOf(':') + 1));
}

/** What stands beside a definition that is not run as it is. */
const ownCode = 'overrides of the task';

/** A task's role is in the definition that it is run by, unless the call names another: there whoever asks finds it. */
function tasksRole(call: StepCall): readonly Step[] {
  const role = requested(call, 'overrides.taskRoleArn');
  const changed = bringsOwnCode(callOf(call.ecs)?.request ?? {}) ? [service(call.accountId, ownCode)] : [];
  const definitions = allAnswered(call, 'tasks.taskDefinitionArn');
  return allAnswered(call, 'tasks.taskArn').flatMap((arn, index): readonly Step[] => {
    if (role !== undefined) return passed(call, role, lastPart(arn));
    const definition = definitions[index];
    return definition === undefined
      ? []
      : [
          {
            to: session(call.accountId, roleOfDefinition, lastPart(arn)),
            how: 'passed-role',
            as: 'used',
            via: [taskDefinition(call, definition), ...changed],
          },
        ];
  });
}

function definitionsRole(call: StepCall): readonly Step[] {
  const definition = answered(call, 'taskDefinition.taskDefinitionArn');
  return handedTo(containerTasks, call, requested(call, 'taskRoleArn')).map((step) => ({
    ...step,
    via: [...(step.via ?? []), ...(definition === undefined ? [] : [taskDefinition(call, definition)])],
  }));
}

/** An association that keeps its role hands over none: the request names the one that is handed over. */
function podsRole(call: StepCall): readonly Step[] {
  return handedTo(pods, call, requested(call, 'roleArn'));
}

function taskDefinition({ accountId }: StepCall, arn: string): Identity {
  return service(accountId, arn);
}

function stackMade(call: StepCall): readonly Step[] {
  return [...stacksRole(call), ...fromStackSet(call)];
}

function stacksRole(call: StepCall): readonly Step[] {
  return passed(call, requested(call, 'roleARN', 'roleArn'), 'AWSCloudFormation');
}

function passed(call: StepCall, role: string | undefined, sessionName?: string): readonly Step[] {
  if (role === undefined) return [];
  const through = roleNamed(role, call.accountId);
  return [{ to: actsAs(through, sessionName, call), how: 'passed-role', as: 'used', via: [through] }];
}

function actsAs(through: Identity, sessionName: string | undefined, { accountId }: StepCall): Identity {
  return sessionName === undefined ? through : session(through.accountId ?? accountId, through.name, sessionName);
}
