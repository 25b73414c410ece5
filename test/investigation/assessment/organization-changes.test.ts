import { expect, test } from 'vitest';
import { assessCase } from '../../../src/investigation/case/assess-case.ts';
import { toPutRight } from '../../../src/investigation/report/to-put-right.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { commandsFor } from '../../../src/investigation/plan/by-hand-commands.ts';
import { remediesOf } from '../../../src/investigation/plan/remedies.ts';
import { assessed, call, callByAdmin, materialOf } from './assessed.ts';

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

const own = '777788889999' as const;
const delegated = { accountId: own, servicePrincipal: 'member.org.stacksets.cloudformation.amazonaws.com' };
const registered = call(2, 'organizations', 'RegisterDelegatedAdministrator', { requestParameters: delegated });

function inOrganization(records: readonly JsonObject[]) {
  return assessed(records, { ownAccounts: ['111122223333', own] as never });
}

test('one of our own accounts that administers a service for the organization is a way in, told and taken back by hand', () => {
  const { waysIn, findings } = inOrganization([registered]);
  const [way] = waysIn.filter(({ what }) => what.kind === 'share');
  expect(way).toMatchObject({ state: 'open', what: { sharedWith: own } });
  expect(way === undefined ? [] : commandsFor(way.what)).toEqual([
    `aws organizations deregister-delegated-administrator --account-id ${own} --service-principal ${delegated.servicePrincipal}`,
  ]);
  expect(findings.find(({ kind }) => kind === 'organization-changed')?.sentence).toContain(
    `${own} administers member.org.stacksets.cloudformation.`,
  );
});

test('it is closed once its administration was taken away', () => {
  const taken = callByAdmin(9, 'organizations', 'DeregisterDelegatedAdministrator', { requestParameters: delegated });
  const states = inOrganization([registered, taken]).waysIn.flatMap(({ what, state }) =>
    what.kind === 'share' ? [state] : [],
  );
  expect(states).toEqual(['closed']);
});

test('a policy that was taken off is put back by an action that names it and what it was on', () => {
  const told = remediesOf(assessed([detached])).find(({ type }) => type === 'restoreOrganization')?.sentence;
  expect(told).toContain('--policy-id p-deny1234 --target-id ou-abcd-11112222');
});
