import { expect, test } from 'vitest';
import { UndoingNames } from '../../src/entry/investigate/undoing-calls.ts';

const names = new UndoingNames();

test.each([
  'AttachUserPolicy',
  'AttachRolePolicy',
  'AdminDisableUser',
  'BatchStopJobRun',
  'CloseInstancePublicPorts',
  'DeauthorizeDataShare',
  'DeleteUser',
  'DeregisterTaskDefinition',
  'ReplaceIamInstanceProfileAssociation',
  'ResetUserPassword',
  'RetireGrant',
  'RevokeSecurityGroupIngress',
  'StopTask',
  'UnshareDirectory',
  'UpdateAssumeRolePolicy20120101',
])('%s of anybody may undo what a case did, and is kept until its cases are known', (action) => {
  expect(names.byName(action)).toBe(true);
});

test.each(['GetObject', 'AssumeRole', 'Decrypt', 'RunInstances'])('%s undoes nothing', (action) => {
  expect(names.byName(action)).toBe(false);
});
