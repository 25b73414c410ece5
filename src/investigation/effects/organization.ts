import { nameAt, scalarText, type EffectCall, type EffectReaders } from './call.ts';
import { undone } from './credentials.ts';
import type { Effect, EffectOf } from './effect.ts';
import { thing } from './thing.ts';

type What = EffectOf<'organization-changed'>['what'];

/** What holds accounts together: left, closed, loosened. */
export const organizationEffects: EffectReaders = {
  'organizations/LeaveOrganization': (call) => [
    ...changed('left', call.accountId),
    ...undone('restored', thing.organizationJoined(call.accountId)),
  ],
  'organizations/RemoveAccountFromOrganization': (call) => [
    ...changed('account-removed', nameAt(call.request, 'accountId')),
    ...undone('deleted', thing.organizationMember(call.accountId, nameAt(call.request, 'accountId'))),
  ],
  // Other policies hold where it is from then on.
  'organizations/MoveAccount': (call) => {
    const member = nameAt(call.request, 'accountId');
    const [from, to] = [nameAt(call.request, 'sourceParentId'), nameAt(call.request, 'destinationParentId')];
    return [
      { kind: 'organization-changed', what: 'account-moved', name: member, target: from },
      ...undone('restored', thing.organizationPlace(call.accountId, member, to)),
    ];
  },
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
  'organizations/UpdatePolicy': (call) =>
    scalarText(call.request, 'content') === undefined
      ? []
      : changed('policy-rewritten', nameAt(call.request, 'policyId')),
  'organizations/EnableAWSServiceAccess': (call) => serviceAccess(call, 'let in'),
  'organizations/DisableAWSServiceAccess': (call) => serviceAccess(call, 'shut out'),
  'organizations/DeletePolicy': (call) => changed('policy-detached', nameAt(call.request, 'policyId')),
  'organizations/DisablePolicyType': (call) => changed('policies-disabled', nameAt(call.request, 'policyType')),
  'organizations/EnablePolicyType': (call) =>
    undone('restored', thing.organizationPolicyType(call.accountId, nameAt(call.request, 'policyType'))),
  'organizations/InviteAccountToOrganization': (call) => [
    {
      kind: 'organization-changed',
      what: 'invited',
      name: nameAt(call.request, 'target.id'),
      endsWith: [
        thing.organizationMember(call.accountId, nameAt(call.request, 'target.id')),
        thing.organizationInvitation(call.accountId, nameAt(call.response, 'handshake.id')),
      ],
    },
  ],
  'organizations/CancelHandshake': (call) =>
    undone('deleted', thing.organizationInvitation(call.accountId, nameAt(call.request, 'handshakeId'))),
  'organizations/CreateAccount': (call) => changed('account-made', nameAt(call.request, 'accountName')),
  'organizations/AcceptHandshake': (call) => changed('joined', nameAt(call.request, 'handshakeId')),
};

/** What a service may do in all accounts of the organization: it may plant by that, and it may watch. */
function serviceAccess(call: EffectCall, is: 'let in' | 'shut out'): readonly Effect[] {
  const service = nameAt(call.request, 'servicePrincipal');
  const was = is === 'let in' ? 'shut out' : 'let in';
  return [
    { kind: 'organization-changed', what: is === 'let in' ? 'service-let-in' : 'service-shut-out', name: service },
    ...undone('restored', thing.organizationService(call.accountId, service, was)),
  ];
}

function changed(what: What, name: string): readonly Effect[] {
  return [{ kind: 'organization-changed', what, name }];
}
