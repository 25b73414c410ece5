import { expect, test } from 'vitest';
import { assessCase } from '../../../src/investigation/case/assess-case.ts';
import { toPutRight } from '../../../src/investigation/report/to-put-right.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { call, callByAdmin, materialOf } from './assessed.ts';

const policy = { policyId: 'p-deny1234', targetId: 'ou-abcd-11112222' };
const detached = call(1, 'organizations', 'DetachPolicy', { requestParameters: policy });

function leftOf(records: readonly JsonObject[]) {
  return toPutRight(assessCase(materialOf(records))).map(({ kind }) => kind);
}

test('a policy of the organization that was put back on what it was taken off is put right', () => {
  expect(leftOf([detached])).toEqual(['organization-changed']);
  expect(leftOf([detached, callByAdmin(9, 'organizations', 'AttachPolicy', { requestParameters: policy })])).toEqual(
    [],
  );
});

test('put on something else, it is not', () => {
  const elsewhere = { ...policy, targetId: 'ou-abcd-99999999' };
  expect(leftOf([detached, callByAdmin(9, 'organizations', 'AttachPolicy', { requestParameters: elsewhere })])).toEqual(
    ['organization-changed'],
  );
});

test('a kind of policy that is switched on again is put right', () => {
  const type = { rootId: 'r-abcd', policyType: 'SERVICE_CONTROL_POLICY' };
  const off = call(1, 'organizations', 'DisablePolicyType', { requestParameters: type });
  expect(leftOf([off])).toEqual(['organization-changed']);
  expect(leftOf([off, callByAdmin(9, 'organizations', 'EnablePolicyType', { requestParameters: type })])).toEqual([]);
});
