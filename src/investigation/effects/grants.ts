import { textAt } from '../../cloudtrail/ecs-path.ts';
import { isTrue, nameAt, scalarText, type EffectCall, type EffectReaders } from './call.ts';
import { undone } from './credentials.ts';
import type { Effect, Grants, Holder } from './effect.ts';
import type { JsonValue } from '../../model/json.ts';
import { denialsIn, grantsOfArn, grantsOfDocument, policyDigest, type Denial } from './policy-content.ts';
import { thing } from './thing.ts';

/** AWS's managed quarantine of a key that it found in public, and the inline one that it used before. */
const quarantineByArn = /^arn:aws[\w-]*:iam::aws:policy\/AWSCompromisedKeyQuarantine/;
const quarantineByName = /^(?:AWSCompromisedKeyQuarantine|AWSExposedCredentialPolicy_DO_NOT_REMOVE$)/;

/** Policies, groups and boundaries: what identities may do. */
export const grantEffects: EffectReaders = {
  'iam/AttachUserPolicy': (call) => attached(call, 'user'),
  'iam/AttachRolePolicy': (call) => attached(call, 'role'),
  'iam/AttachGroupPolicy': (call) => attached(call, 'group'),
  'iam/DetachUserPolicy': (call) => detached(call, 'user'),
  'iam/DetachRolePolicy': (call) => detached(call, 'role'),
  'iam/DetachGroupPolicy': (call) => detached(call, 'group'),
  'iam/PutUserPolicy': (call) => written(call, 'user'),
  'iam/PutRolePolicy': (call) => written(call, 'role'),
  'iam/PutGroupPolicy': (call) => written(call, 'group'),
  'iam/DeleteUserPolicy': (call) => removed(call, 'user'),
  'iam/DeleteRolePolicy': (call) => removed(call, 'role'),
  'iam/DeleteGroupPolicy': (call) => removed(call, 'group'),
  'sso/AttachManagedPolicyToPermissionSet': (call) =>
    granted(
      permissionSet(call),
      nameAt(call.request, 'managedPolicyArn'),
      grantsOfArn(nameAt(call.request, 'managedPolicyArn')),
    ),
  'sso/DetachManagedPolicyFromPermissionSet': (call) =>
    undone('detached', thing.policy(call.accountId, permissionSet(call), nameAt(call.request, 'managedPolicyArn'))),
  // The policy of that name in each account says what it gives.
  'sso/AttachCustomerManagedPolicyReferenceToPermissionSet': (call) =>
    granted(permissionSet(call), referenceIn(call), grantsOfDocument(undefined)),
  'sso/DetachCustomerManagedPolicyReferenceFromPermissionSet': (call) =>
    undone('detached', thing.policy(call.accountId, permissionSet(call), referenceIn(call))),
  'sso/PutInlinePolicyToPermissionSet': (call) => [
    inline(permissionSet(call), inlinePolicy, call.request['inlinePolicy']),
  ],
  'sso/DeleteInlinePolicyFromPermissionSet': (call) =>
    undone('deleted', thing.policy(call.accountId, permissionSet(call), inlinePolicy)),
  'sso/DeletePermissionSet': (call) => undone('deleted', thing.permissionSet(permissionSet(call).name)),
  'iam/CreatePolicyVersion': (call) => [
    {
      kind: isTrue(call.request, 'setAsDefault') ? 'policy-version-set' : 'policy-version-made',
      policyArn: nameAt(call.request, 'policyArn'),
      version: scalarText(call.response, 'policyVersion.versionId') ?? null,
      grants: grantsOfDocument(call.request['policyDocument']),
    },
  ],
  'iam/SetDefaultPolicyVersion': (call) => [
    {
      kind: 'policy-version-set',
      policyArn: nameAt(call.request, 'policyArn'),
      version: scalarText(call.request, 'versionId') ?? null,
      grants: grantsOfDocument(undefined),
    },
  ],
  // Nobody can delete the version that is in force (IAM API reference, DeletePolicyVersion).
  'iam/DeletePolicyVersion': (call) =>
    undone('deleted', thing.policyVersion(nameAt(call.request, 'policyArn'), nameAt(call.request, 'versionId'))),
  'iam/DeletePolicy': (call) => undone('deleted', thing.policyDocument(nameAt(call.request, 'policyArn'))),
  'iam/AddUserToGroup': (call) => [
    { kind: 'group-joined', userName: nameAt(call.request, 'userName'), groupName: nameAt(call.request, 'groupName') },
  ],
  'iam/RemoveUserFromGroup': (call) =>
    undone(
      'detached',
      thing.membership(call.accountId, nameAt(call.request, 'userName'), nameAt(call.request, 'groupName')),
    ),
  'iam/PutUserPermissionsBoundary': (call) => boundary(call, 'user', nameAt(call.request, 'permissionsBoundary')),
  'iam/PutRolePermissionsBoundary': (call) => boundary(call, 'role', nameAt(call.request, 'permissionsBoundary')),
  'iam/DeleteUserPermissionsBoundary': (call) => boundary(call, 'user', null),
  'iam/DeleteRolePermissionsBoundary': (call) => boundary(call, 'role', null),
};

/** AWS's own calls come from no address, and name themselves in its place; whoever has one may attach AWS's policies as well. */
function isByPerson({ ecs }: EffectCall): boolean {
  return textAt(ecs, 'source.ip') !== undefined && textAt(ecs, 'aws.cloudtrail.user_identity.invoked_by') === undefined;
}

function holderIn(call: EffectCall, kind: 'user' | 'role' | 'group'): Holder {
  return { kind, name: nameAt(call.request, `${kind}Name`) };
}

/** A permission set has one at most, and it has no name. */
const inlinePolicy = 'inline policy';

function permissionSet({ request }: EffectCall): Holder {
  return { kind: 'permission-set', name: nameAt(request, 'permissionSetArn') };
}

function referenceIn({ request }: EffectCall): string {
  const path = scalarText(request, 'customerManagedPolicyReference.path') ?? '/';
  return `${path}${nameAt(request, 'customerManagedPolicyReference.name')}`;
}

function granted(holder: Holder, policy: string, grants: Grants): readonly Effect[] {
  return [{ kind: 'policy-granted', holder, policy, inline: false, grants }];
}

function inline(holder: Holder, policy: string, document: JsonValue | undefined): Effect {
  const digest = policyDigest(document);
  return {
    kind: 'policy-granted',
    holder,
    policy,
    inline: true,
    grants: grantsOfDocument(document),
    ...(digest === null ? {} : { document: digest }),
  };
}

function attached(call: EffectCall, kind: 'user' | 'role' | 'group'): readonly Effect[] {
  const holder = holderIn(call, kind);
  const policy = nameAt(call.request, 'policyArn');
  if (kind === 'user' && quarantineByArn.test(policy) && !isByPerson(call))
    return [{ kind: 'quarantined-by-aws', userName: holder.name }];
  const grants = grantsOfArn(policy);
  const denials = grants.denies ? denied(call, holder, policy, { kind: 'all' }) : [];
  return [{ kind: 'policy-granted', holder, policy, inline: false, grants }, ...denials];
}

function detached(call: EffectCall, kind: 'user' | 'role' | 'group'): readonly Effect[] {
  return undone('detached', thing.policy(call.accountId, holderIn(call, kind), nameAt(call.request, 'policyArn')));
}

function written(call: EffectCall, kind: 'user' | 'role' | 'group'): readonly Effect[] {
  const holder = holderIn(call, kind);
  const policy = nameAt(call.request, 'policyName');
  const document = call.request['policyDocument'];
  const grants = grantsOfDocument(document);
  // Anybody may give a policy that name: by its content it is told from one that grants something.
  const isQuarantine = quarantineByName.test(policy) && grants.powers.length === 0 && !grants.unread;
  if (kind === 'user' && isQuarantine && !isByPerson(call)) {
    return [{ kind: 'quarantined-by-aws', userName: holder.name }];
  }
  return [
    inline(holder, policy, document),
    ...denialsIn(document).flatMap((denial) => denied(call, holder, policy, denial)),
  ];
}

function removed(call: EffectCall, kind: 'user' | 'role' | 'group'): readonly Effect[] {
  return undone('deleted', thing.policy(call.accountId, holderIn(call, kind), nameAt(call.request, 'policyName')));
}

/** A policy that denies everything closes what its holder could do, as long as it stays. */
function denied({ accountId }: EffectCall, holder: Holder, policy: string, denial: Denial): readonly Effect[] {
  // A group's policy is over its members, who are not named here; so is a permission set's.
  if (holder.kind === 'group' || holder.kind === 'permission-set') return [];
  const whole =
    holder.kind === 'user' ? thing.deniedUser(accountId, holder.name) : thing.deniedRole(accountId, holder.name);
  const things =
    denial.kind === 'session'
      ? [
          thing.deniedSession(accountId, holder.name, denial.roleId, denial.sessionName),
          thing.sessionNamed(accountId, holder.name, denial.sessionName),
        ]
      : [whole];
  return [
    {
      kind: 'undone',
      things,
      how: 'denied',
      issuedBefore: denial.kind === 'older-sessions' ? denial.before : null,
      whileThere: thing.policy(accountId, holder, policy),
    },
  ];
}

function boundary(call: EffectCall, kind: 'user' | 'role', arn: string | null): readonly Effect[] {
  return [{ kind: 'boundary-changed', holder: holderIn(call, kind), boundary: arn }];
}
