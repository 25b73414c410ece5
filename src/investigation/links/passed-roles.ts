import type { Identity } from '../../model/identity.ts';
import { lastPart, roleNamed, roleOfDefinition, service, session } from '../../cloudtrail/identities.ts';
import { callOf } from '../effects/call.ts';
import { doorRows } from '../effects/doors/door-rows.ts';
import { roleOf, type Made } from '../effects/doors/door-row.ts';
import { allAnswered, answered, requested, stepName, type StepCall, type Step, type StepTable } from './step.ts';

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
  'cloudformation.amazonaws.com CreateStack': stacksRole,
  'cloudformation.amazonaws.com UpdateStack': stacksRole,
  'cloudformation.amazonaws.com CreateChangeSet': stacksRole,
  ...Object.fromEntries(
    doorRows.flatMap(({ opens, makes }) =>
      makes.kind === 'code' && makes.role !== undefined
        ? opens.map((opening) => [stepName(opening), rolesOf(makes)])
        : [],
    ),
  ),
};

type CodeMade = Extract<Made, { readonly kind: 'code' }>;

/** The roles that a row says where to find. */
function rolesOf(makes: CodeMade): (call: StepCall) => readonly Step[] {
  return (call) => {
    const read = callOf(call.ecs);
    return read === undefined ? [] : roleOf(makes, read).flatMap((arn) => passed(call, arn, makes.session));
  };
}

function functionsRole(call: StepCall): readonly Step[] {
  const role = answered(call, 'role') ?? requested(call, 'role');
  const name = answered(call, 'functionName') ?? requested(call, 'functionName');
  // The name may be an ARN, `arn:aws:lambda:REGION:ACCOUNT:function:NAME`.
  return passed(call, role, name?.slice(name.lastIndexOf(':') + 1));
}

/** A task's role is in the definition that it is run by, unless the call names another: there whoever asks finds it. */
function tasksRole(call: StepCall): readonly Step[] {
  const role = requested(call, 'overrides.taskRoleArn');
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
            via: [taskDefinition(call, definition)],
          },
        ];
  });
}

function definitionsRole(call: StepCall): readonly Step[] {
  const definition = answered(call, 'taskDefinition.taskDefinitionArn');
  return passed(call, requested(call, 'taskRoleArn')).map((step) => ({
    ...step,
    via: [...(step.via ?? []), ...(definition === undefined ? [] : [taskDefinition(call, definition)])],
  }));
}

function taskDefinition({ accountId }: StepCall, arn: string): Identity {
  return service(accountId, arn);
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
