import type { IdentityRole } from '../../model/identity.ts';
import { isTaskId, machineOfTarget } from '../../cloudtrail/container-task.ts';
import { instance, lastPart } from '../../cloudtrail/identities.ts';
import { isRootDevice } from '../effects/root-device.ts';
import { allAnswered, allRequested, answered, requested, type StepCall, type Step, type StepTable } from './step.ts';

/** Calls that run something on an instance or in a task, or put a key on one (EC2, Systems Manager, Instance Connect and ECS API references). */
export const instanceSteps: StepTable = {
  'ec2.amazonaws.com RunInstances': (call) => ran(call, allAnswered(call, 'instancesSet.items.instanceId'), 'created'),
  // A fleet that starts its machines at once names them in its answer.
  'ec2.amazonaws.com CreateFleet': (call) =>
    ran(
      call,
      fleetMachines.flatMap((path) => allAnswered(call, path)),
      'created',
    ),
  'ec2.amazonaws.com ModifyInstanceAttribute': (call) =>
    requested(call, 'userData', 'userData.value') === undefined ? [] : ran(call, allRequested(call, 'instanceId')),
  'ec2.amazonaws.com CreateReplaceRootVolumeTask': (call) => {
    const task = 'CreateReplaceRootVolumeTaskRequest';
    const from = requested(call, `${task}.ImageId`, `${task}.SnapshotId`, 'imageId', 'snapshotId');
    if (from === undefined) return [];
    return ran(call, [...allRequested(call, `${task}.InstanceId`), ...allRequested(call, 'instanceId')]);
  },
  'ec2.amazonaws.com AttachVolume': (call) =>
    isRootDevice(requested(call, 'device')) ? ran(call, allRequested(call, 'instanceId')) : [],
  'ssm.amazonaws.com SendCommand': (call) =>
    ran(call, [...allRequested(call, 'instanceIds'), ...allAnswered(call, 'command.instanceIds')]),
  'ssm.amazonaws.com StartSession': (call) => ran(call, allRequested(call, 'target').map(machineOfTarget)),
  'ecs.amazonaws.com ExecuteCommand': (call) =>
    ran(call, [lastPart(answered(call, 'taskArn') ?? requested(call, 'task') ?? '')]),
  'ec2-instance-connect.amazonaws.com SendSSHPublicKey': (call) => ran(call, allRequested(call, 'instanceId')),
  'ec2-instance-connect.amazonaws.com SendSerialConsoleSSHPublicKey': (call) =>
    ran(call, allRequested(call, 'instanceId')),
};

const fleetMachines = ['item.', 'items.', ''].flatMap((item) =>
  ['.item', '.items', ''].map((each) => `CreateFleetResponse.fleetInstanceSet.${item}instanceIds${each}`),
);

const instanceIdShape = /^m?i-[0-9a-zA-Z]+$/u;

function ran(
  { accountId }: StepCall,
  instanceIds: readonly string[],
  as: Exclude<IdentityRole, 'suspect'> = 'used',
): readonly Step[] {
  const distinct = [...new Set(instanceIds)].filter((id) => instanceIdShape.test(id) || isTaskId(id));
  return distinct.map((id) => ({ to: instance(accountId, id), how: 'ran-on-instance', as }));
}
