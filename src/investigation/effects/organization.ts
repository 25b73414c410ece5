import { nameAt, type EffectReaders } from './call.ts';
import { undone } from './credentials.ts';
import type { Effect, EffectOf } from './effect.ts';
import { thing } from './thing.ts';

type What = EffectOf<'organization-changed'>['what'];

/** What holds accounts together: left, closed, loosened. */
export const organizationEffects: EffectReaders = {
  'organizations/LeaveOrganization': (call) => changed('left', call.accountId),
  'organizations/RemoveAccountFromOrganization': (call) =>
    changed('account-removed', nameAt(call.request, 'accountId')),
  'organizations/CloseAccount': (call) => changed('account-closed', nameAt(call.request, 'accountId')),
  'account/CloseAccount': (call) => changed('account-closed', call.accountId),
  'organizations/DetachPolicy': (call) => [
    {
      kind: 'organization-changed',
      what: 'policy-detached',
      name: nameAt(call.request, 'policyId'),
      target: nameAt(call.request, 'targetId'),
    },
  ],
  'organizations/AttachPolicy': (call) =>
    undone(
      'restored',
      thing.organizationPolicy(call.accountId, nameAt(call.request, 'policyId'), nameAt(call.request, 'targetId')),
    ),
  'organizations/DeletePolicy': (call) => changed('policy-detached', nameAt(call.request, 'policyId')),
  'organizations/DisablePolicyType': (call) => changed('policies-disabled', nameAt(call.request, 'policyType')),
  'organizations/EnablePolicyType': (call) =>
    undone('restored', thing.organizationPolicyType(call.accountId, nameAt(call.request, 'policyType'))),
  'organizations/InviteAccountToOrganization': (call) => changed('invited', nameAt(call.request, 'target.id')),
  'organizations/CreateAccount': (call) => changed('account-made', nameAt(call.request, 'accountName')),
  'organizations/AcceptHandshake': (call) => changed('invited', nameAt(call.request, 'handshakeId')),
};

function changed(what: What, name: string): readonly Effect[] {
  return [{ kind: 'organization-changed', what, name }];
}
