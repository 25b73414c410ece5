import { expect, test } from 'vitest';
import type { JsonObject } from '../../../src/model/json.ts';
import { wayInWords } from '../../../src/investigation/way-in-words.ts';
import { assessed, call, callByAdmin } from './assessed.ts';

const instanceId = 'i-0123456789abcdef0';
const entered = call(1, 'ec2-instance-connect', 'SendSSHPublicKey', { requestParameters: { instanceId } });

function groups(groupId: string): JsonObject {
  return { requestParameters: { instanceId, groupSet: { items: [{ groupId }] } } };
}

function said(records: readonly JsonObject[], kind: string) {
  const found = assessed([call(0, 's3', 'ListBuckets'), ...records]).waysIn.find(({ what }) => what.kind === kind);
  return found === undefined ? null : { state: found.state, ...wayInWords(found) };
}

test('an instance that was put into another security group is open, and what that leaves is said', () => {
  const isolated = callByAdmin(10, 'ec2', 'ModifyInstanceAttribute', groups('sg-isolation'));
  const instance = said([entered, isolated], 'instance');
  expect(instance?.state).toBe('open');
  expect(String(instance?.remedy)).toContain('Another security group cuts no connection that is open');
});

test('a network that was closed leaves the connections that were open, and says so', () => {
  const opened = call(1, 'ec2', 'ModifyInstanceAttribute', groups('sg-open'));
  const closed = callByAdmin(10, 'ec2', 'ModifyInstanceAttribute', groups('sg-isolation'));
  const network = said([opened, closed], 'network');
  expect(network?.state).toBe('closed');
  expect(String(network?.sentence)).toContain('connections that were open then go on until they time out');
});
