import { named, type EffectReaders } from './call.ts';
import type { Effect, EffectOf } from './effect.ts';

type What = EffectOf<'organization-changed'>['what'];

/** What holds accounts together: left, closed, loosened. */
export const organizationEffects: EffectReaders = {
  'organizations/LeaveOrganization': (call) => changed('left', call.accountId),
  'organizations/RemoveAccountFromOrganization': (call) => changed('account-removed', named(call.request, 'accountId')),
  'organizations/CloseAccount': (call) => changed('account-closed', named(call.request, 'accountId')),
  'account/CloseAccount': (call) => changed('account-closed', call.accountId),
  'organizations/DetachPolicy': (call) => changed('policy-detached', named(call.request, 'policyId')),
  'organizations/DeletePolicy': (call) => changed('policy-detached', named(call.request, 'policyId')),
  'organizations/DisablePolicyType': (call) => changed('policies-disabled', named(call.request, 'policyType')),
  'organizations/InviteAccountToOrganization': (call) => changed('invited', named(call.request, 'target.id')),
  'organizations/CreateAccount': (call) => changed('account-made', named(call.request, 'accountName')),
  'organizations/AcceptHandshake': (call) => changed('invited', named(call.request, 'handshakeId')),
};

function changed(what: What, name: string): readonly Effect[] {
  return [{ kind: 'organization-changed', what, name }];
}
