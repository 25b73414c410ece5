import { isWholeAccount } from '../../cloudtrail/identities.ts';
import { readPolicy, principalsNamed, type PolicyStatement } from '../../cloudtrail/policy-document.ts';
import type { JsonValue } from '../../model/json.ts';
import { isTrue, nameAt, scalarText, type EffectCall } from './call.ts';
import { userNamed } from './credentials.ts';
import type { EffectOf, Holder, LetIn, LockOutHow, OtherCredential, Whom } from './effect.ts';
import { isDenyAll, letsInAtResource, letsInOfDocument } from './policy-content.ts';
import { ofRecord } from './unrecorded.ts';

/*
 * What a call takes from whoever had it. It stands beside the call's other effects and is asked for by itself: administrators do the same all
 * day, and nothing is concluded about a caller from it.
 */

export type LockOutEffect = EffectOf<'locked-out'>;
type Reader = (call: EffectCall) => readonly LockOutEffect[];

/** Whom a successful call locked out of what; empty for most. */
export function lockOutsOf(call: EffectCall): readonly LockOutEffect[] {
  const reader = readers[`${call.service}/${call.action}`];
  if (reader === undefined) return [];
  return ofRecord(reader(call), scalarText(call.ecs, 'event.id')) as readonly LockOutEffect[]; // renamed, of the same kind
}

const readers: Readonly<Record<string, Reader | undefined>> = {
  'iam/UpdateAccessKey': (call) => setInactive(call, 'key-off', nameAt(call.request, 'accessKeyId')),
  'iam/DeleteAccessKey': (call) => ofUser(call, 'key-deleted', nameAt(call.request, 'accessKeyId')),
  'iam/DeleteLoginProfile': (call) => ofUser(call, 'password-deleted', ''),
  'iam/UpdateLoginProfile': (call) => ofUser(call, 'password-changed', ''),
  'iam/DeactivateMFADevice': (call) => ofUser(call, 'mfa-removed', nameAt(call.request, 'serialNumber')),
  'iam/UpdateSSHPublicKey': (call) => credentialOff(call, 'SSH key', 'sSHPublicKeyId'),
  'iam/DeleteSSHPublicKey': (call) => credentialDeleted(call, 'SSH key', 'sSHPublicKeyId'),
  'iam/UpdateSigningCertificate': (call) => credentialOff(call, 'signing certificate', 'certificateId'),
  'iam/DeleteSigningCertificate': (call) => credentialDeleted(call, 'signing certificate', 'certificateId'),
  'iam/UpdateServiceSpecificCredential': (call) =>
    credentialOff(call, 'service-specific credential', 'serviceSpecificCredentialId'),
  'iam/DeleteServiceSpecificCredential': (call) =>
    credentialDeleted(call, 'service-specific credential', 'serviceSpecificCredentialId'),
  'iam/PutUserPolicy': (call) => written(call, 'user'),
  'iam/PutRolePolicy': (call) => written(call, 'role'),
  'iam/PutGroupPolicy': (call) => written(call, 'group'),
  'iam/AttachUserPolicy': (call) => attached(call, 'user'),
  'iam/AttachRolePolicy': (call) => attached(call, 'role'),
  'iam/AttachGroupPolicy': (call) => attached(call, 'group'),
  'iam/DeleteUserPolicy': (call) => taken(call, 'user', 'policyName'),
  'iam/DeleteRolePolicy': (call) => taken(call, 'role', 'policyName'),
  'iam/DeleteGroupPolicy': (call) => taken(call, 'group', 'policyName'),
  'iam/DetachUserPolicy': (call) => taken(call, 'user', 'policyArn'),
  'iam/DetachRolePolicy': (call) => taken(call, 'role', 'policyArn'),
  'iam/DetachGroupPolicy': (call) => taken(call, 'group', 'policyArn'),
  'iam/CreatePolicy': (call) =>
    lockedOut('policy-made', { kind: 'policy', name: nameAt(call.response, 'policy.arn') }, '', {
      denies: { actions: deniedBy(call.request['policyDocument']) },
    }),
  'iam/CreatePolicyVersion': versionWritten,
  'iam/PutUserPermissionsBoundary': (call) => boundaryPut(call, 'user'),
  'iam/PutRolePermissionsBoundary': (call) => boundaryPut(call, 'role'),
  'iam/RemoveUserFromGroup': (call) => ofUser(call, 'out-of-group', nameAt(call.request, 'groupName')),
  'iam/UpdateUser': (call) => {
    const newName = scalarText(call.request, 'newUserName');
    return newName === undefined ? [] : ofUser(call, 'renamed', newName);
  },
  'iam/DeleteSAMLProvider': (call) => providerDeleted(nameAt(call.request, 'sAMLProviderArn', 'SAMLProviderArn')),
  'iam/DeleteOpenIDConnectProvider': (call) => providerDeleted(nameAt(call.request, 'openIDConnectProviderArn')),
  'iam/DeleteUser': (call) => lockedOut('deleted', holderIn(call, 'user'), ''),
  'iam/DeleteRole': (call) => lockedOut('deleted', holderIn(call, 'role'), ''),
  'iam/DeleteGroup': (call) => lockedOut('deleted', holderIn(call, 'group'), ''),
  'iam/UpdateAssumeRolePolicy': (call) => {
    const { letsIn, unread } = letsInOfDocument(call.request['policyDocument'], call.accountId);
    return unread ? [] : lockedOut('trust-written', holderIn(call, 'role'), '', { letsIn });
  },
  'sso/DeleteAccountAssignment': (call) =>
    lockedOut(
      'unassigned',
      // A group of the directory is named by an ID as well.
      { kind: 'person', name: nameAt(call.request, 'principalId') },
      nameAt(call.request, 'permissionSetArn'),
      {
        assigned: {
          instanceArn: scalarText(call.request, 'instanceArn') ?? 'INSTANCE_ARN',
          principalType: scalarText(call.request, 'principalType') ?? 'USER',
          target: scalarText(call.request, 'targetId') ?? call.accountId,
        },
      },
    ),
  'sso/DeletePermissionSet': (call) => lockedOut('deleted', permissionSetIn(call), ''),
  'sso/DetachManagedPolicyFromPermissionSet': (call) =>
    lockedOut('policy-taken', permissionSetIn(call), nameAt(call.request, 'managedPolicyArn')),
  'sso/DeleteInlinePolicyFromPermissionSet': (call) =>
    lockedOut('policy-taken', permissionSetIn(call), permissionSetsInlinePolicy),
  'sso/PutInlinePolicyToPermissionSet': (call) =>
    denied(permissionSetIn(call), permissionSetsInlinePolicy, deniedBy(call.request['inlinePolicy'])),
  'sso/AttachManagedPolicyToPermissionSet': (call) =>
    attachedTo(permissionSetIn(call), nameAt(call.request, 'managedPolicyArn')),
  'identitystore/DeleteUser': (call) => ofPerson(call, 'deleted'),
  'sso-directory/DeleteUser': (call) => ofPerson(call, 'deleted'),
  'sso-directory/DisableUser': (call) => ofPerson(call, 'disabled'),
  'identitystore/DeleteGroupMembership': (call) =>
    lockedOut('out-of-group', { kind: 'membership', name: nameAt(call.request, 'membershipId') }, ''),
  'sso-directory/RemoveMemberFromGroup': (call) =>
    lockedOut(
      'out-of-group',
      { kind: 'person', name: nameAt(call.request, 'memberId.userId', 'memberId', 'member.memberId') },
      nameAt(call.request, 'groupId'),
    ),
  'organizations/CreatePolicy': (call) =>
    lockedOut(
      'policy-made',
      { kind: 'policy', name: nameAt(call.response, 'policy.policySummary.id', 'policySummary.id') },
      '',
      { denies: { actions: isControl(call) ? deniedBy(call.request['content']) : [] } },
    ),
  'organizations/AttachPolicy': (call) => {
    const policyId = nameAt(call.request, 'policyId');
    return /^p-Full[A-Z]+Access$/iu.test(policyId)
      ? []
      : lockedOut(
          'organization-policy',
          { kind: 'organization-target', name: nameAt(call.request, 'targetId') },
          policyId,
          { denies: { actions: null } },
        );
  },
  's3/PutBucketPolicy': (call) =>
    atResource(
      { kind: 'bucket', name: nameAt(call.request, 'bucketName') },
      call.request['bucketPolicy'] ?? call.request['policy'],
    ),
  'secretsmanager/PutResourcePolicy': (call) =>
    atResource({ kind: 'secret', name: nameAt(call.request, 'secretId') }, call.request['resourcePolicy']),
  'kms/RevokeGrant': (call) =>
    isTrue(call.request, 'dryRun')
      ? []
      : lockedOut(
          'access-taken',
          { kind: 'grant', name: nameAt(call.request, 'grantId') },
          nameAt(call.request, 'keyId'),
        ),
  'eks/DeleteAccessEntry': (call) =>
    lockedOut(
      'access-taken',
      { kind: 'principal', name: nameAt(call.request, 'principalArn') },
      nameAt(call.request, 'clusterName', 'name'),
    ),
  'kms/PutKeyPolicy': (call) => {
    const key: Whom = { kind: 'key', name: nameAt(call.request, 'keyId') };
    return [...accountShutOut(call, key), ...atResource(key, call.request['policy'])];
  },
};

/** A permission set has one at most, and it has no name. */
export const permissionSetsInlinePolicy = 'inline policy';

function lockedOut(
  how: LockOutHow,
  whom: Whom,
  what: string,
  more: Partial<LockOutEffect> = {},
): readonly LockOutEffect[] {
  return [{ kind: 'locked-out', how, whom, what, ...more }];
}

function ofUser(call: EffectCall, how: LockOutHow, what: string): readonly LockOutEffect[] {
  return lockedOut(how, { kind: 'user', name: userNamed(call) }, what);
}

function ofPerson(call: EffectCall, how: LockOutHow): readonly LockOutEffect[] {
  return lockedOut(how, { kind: 'person', name: nameAt(call.request, 'userId') }, '');
}

function providerDeleted(arn: string): readonly LockOutEffect[] {
  return lockedOut('deleted', { kind: 'provider', name: arn }, '');
}

/**
 * Nobody of the account is let at a key whose policy does not name them, whatever policies of IAM say, unless it lets in the account as a
 * whole (KMS Developer Guide, key policies). Whoever writes it stays in, for KMS refuses a policy that they could not write again.
 */
function accountShutOut({ request, accountId }: EffectCall, key: Whom): readonly LockOutEffect[] {
  const { letsIn, unread } = letsInAtResource(request['policy'], accountId);
  if (unread || letsIn.some((who) => letsInWhole(who, accountId))) return [];
  const left = letsIn.filter((who) => who.kind === 'account' && who.accountId === accountId);
  const denies = { actions: ['kms:*'], principals: [accountId] };
  return lockedOut('resource-policy', key, 'policy', { denies, letsIn: left });
}

function letsInWhole({ kind, accountId, principal }: LetIn, own: string): boolean {
  if (kind === 'anyone' || kind === 'organization') return true;
  return kind === 'account' && accountId === own && isWholeAccount(principal);
}

function setInactive(call: EffectCall, how: LockOutHow, what: string): readonly LockOutEffect[] {
  return scalarText(call.request, 'status') === 'Inactive' ? ofUser(call, how, what) : [];
}

function credentialOff(call: EffectCall, what: OtherCredential, field: string): readonly LockOutEffect[] {
  return setInactive(call, 'credential-off', `${what} ${nameAt(call.request, field)}`);
}

function credentialDeleted(call: EffectCall, what: OtherCredential, field: string): readonly LockOutEffect[] {
  return ofUser(call, 'credential-deleted', `${what} ${nameAt(call.request, field)}`);
}

function holderIn(call: EffectCall, kind: 'user' | 'role' | 'group'): Holder {
  return { kind, name: nameAt(call.request, `${kind}Name`) };
}

function permissionSetIn({ request }: EffectCall): Holder {
  return { kind: 'permission-set', name: nameAt(request, 'permissionSetArn') };
}

function written(call: EffectCall, kind: 'user' | 'role' | 'group'): readonly LockOutEffect[] {
  return denied(holderIn(call, kind), nameAt(call.request, 'policyName'), deniedBy(call.request['policyDocument']));
}

function attached(call: EffectCall, kind: 'user' | 'role' | 'group'): readonly LockOutEffect[] {
  return attachedTo(holderIn(call, kind), nameAt(call.request, 'policyArn'));
}

/** AWS's quarantine of a key that it found in public denies by a long list. */
const quarantine = /^arn:aws[\w-]*:iam::aws:policy\/AWSCompromisedKeyQuarantine/u;

/** What another policy denies stands in the record of its making, if anywhere. */
function attachedTo(holder: Whom, policyArn: string): readonly LockOutEffect[] {
  if (isDenyAll(policyArn)) return denied(holder, policyArn, ['*']);
  if (quarantine.test(policyArn)) return denied(holder, policyArn, ["what AWS's quarantine lists"]);
  return /:iam::aws:policy\//u.test(policyArn)
    ? []
    : lockedOut('denied', holder, policyArn, { denies: { actions: null } });
}

function denied(holder: Whom, policy: string, actions: readonly string[]): readonly LockOutEffect[] {
  return actions.length === 0 ? [] : lockedOut('denied', holder, policy, { denies: { actions } });
}

function taken(call: EffectCall, kind: 'user' | 'role' | 'group', field: string): readonly LockOutEffect[] {
  return lockedOut('policy-taken', holderIn(call, kind), nameAt(call.request, field));
}

function versionWritten(call: EffectCall): readonly LockOutEffect[] {
  const whom: Whom = { kind: 'policy', name: nameAt(call.request, 'policyArn') };
  const actions = deniedBy(call.request['policyDocument']);
  if (!isTrue(call.request, 'setAsDefault')) return [];
  const version = nameAt(call.response, 'policyVersion.versionId');
  return lockedOut(actions.length === 0 ? 'policy-made' : 'policy-rewritten', whom, version, { denies: { actions } });
}

function boundaryPut(call: EffectCall, kind: 'user' | 'role'): readonly LockOutEffect[] {
  return lockedOut('boundary-put', holderIn(call, kind), nameAt(call.request, 'permissionsBoundary'));
}

/** Policies of an organization that deny: others are of tags, backups and the like. */
function isControl({ request }: EffectCall): boolean {
  const type = scalarText(request, 'type');
  return type === 'SERVICE_CONTROL_POLICY' || type === 'RESOURCE_CONTROL_POLICY';
}

/** The actions that a document denies, as it writes them; `*` for all, and for all but some. */
function deniedBy(document: JsonValue | undefined): readonly string[] {
  return actionsOf(denialsOf(document));
}

function denialsOf(document: JsonValue | undefined): readonly PolicyStatement[] {
  const read = document === undefined ? null : readPolicy(document);
  return read?.kind === 'policy' ? read.statements.filter(({ effect }) => effect === 'Deny') : [];
}

function actionsOf(statements: readonly PolicyStatement[]): readonly string[] {
  const all = statements.flatMap(({ actions, notActions }) => (notActions.length > 0 ? ['*'] : actions));
  return all.some((action) => /^(?:\*+|\*+:\*+)$/u.test(action)) ? ['*'] : [...new Set(all)];
}

/** Who comes without TLS is refused by every second bucket's policy, and locked out by none. */
const ofTransport = /^(?:aws:securetransport|s3:tlsversion)$/u;

function atResource(whom: Whom, document: JsonValue | undefined): readonly LockOutEffect[] {
  const refusing = denialsOf(document).filter(
    ({ conditions }) => conditions.length === 0 || !conditions.every(({ key }) => ofTransport.test(key)),
  );
  if (refusing.length === 0) return [];
  const principals = [...new Set(refusing.flatMap((each) => principalsNamed(each).map(({ value }) => value)))];
  return lockedOut('resource-policy', whom, 'policy', { denies: { actions: actionsOf(refusing), principals } });
}
