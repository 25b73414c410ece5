import { describe, expect, test } from 'vitest';
import { assessCase } from '../../../src/investigation/case/assess-case.ts';
import { toPutRight } from '../../../src/investigation/report/to-put-right.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { accessKeyId, accountId, userName } from '../trail-records.ts';
import { call, callByAdmin, materialOf, minute } from './assessed.ts';

type Made = readonly [service: string, action: string, request: JsonObject, response?: JsonObject];

interface LockedOut {
  readonly what: string;
  /** What stood before, by an administrator. */
  readonly before?: Made;
  readonly by: Made;
  /** Who, and by what. */
  readonly told: string;
  /** What puts it right. */
  readonly todo: string;
  /** What does not. */
  readonly beside?: Made;
  readonly back?: Made;
}

function denying(Action: string, more: JsonObject = {}): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action, Resource: '*', ...more }] });
}
function trusting(...AWS: readonly string[]): string {
  const Principal = { AWS: [...AWS] };
  return JSON.stringify({ Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }] });
}
const allowing = JSON.stringify({ Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }] });
const responders = `arn:aws:iam::${accountId}:role/responders`;
const stranger = 'arn:aws:iam::999988887777:root';
const ops = { userName: 'ops' };
const opsKey = { userName: 'ops', accessKeyId: 'AKIAOPS00000000000001' };
const device = { userName: 'ops', serialNumber: `arn:aws:iam::${accountId}:mfa/ops` };
const readOnly = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const denyAll = 'arn:aws:iam::aws:policy/AWSDenyAll';
const own = `arn:aws:iam::${accountId}:policy/guard`;
const set = 'arn:aws:sso:::permissionSet/ssoins-1/ps-1';
const assignment = {
  instanceArn: 'arn:aws:sso:::instance/ssoins-1',
  permissionSetArn: set,
  principalType: 'USER',
  principalId: '9067d1a2-f0c1',
  targetType: 'AWS_ACCOUNT',
  targetId: accountId,
};
const keyId = '1234abcd-12ab-34cd-56ef-1234567890ab';
const accountsRoot = `arn:aws:iam::${accountId}:root`;
function lettingIn(...AWS: readonly string[]): string {
  return JSON.stringify({
    Statement: [{ Effect: 'Allow', Principal: { AWS: [...AWS] }, Action: 'kms:*', Resource: '*' }],
  });
}
const samlProvider = `arn:aws:iam::${accountId}:saml-provider/okta`;
const oidcProvider = `arn:aws:iam::${accountId}:oidc-provider/token.example.com/a`;
const membership = { identityStoreId: 'd-1', groupId: 'g-admins', memberId: { userId: '9067d1a2-f0c1' } };
const cli = `With a profile of account ${accountId}: aws`;

const lockedOut: readonly LockedOut[] = [
  {
    what: 'a key that was set inactive',
    by: ['iam', 'UpdateAccessKey', { ...opsKey, status: 'Inactive' }],
    told: `user ops in account ${accountId}: access key AKIAOPS00000000000001 was set to Inactive (iam:UpdateAccessKey, 2026-11-24 12:01:00 UTC)`,
    todo: `${cli} iam update-access-key --user-name ops --access-key-id AKIAOPS00000000000001 --status Active`,
    beside: ['iam', 'UpdateAccessKey', { ...opsKey, accessKeyId: 'AKIAOPS00000000000002', status: 'Active' }],
    back: ['iam', 'UpdateAccessKey', { ...opsKey, status: 'Active' }],
  },
  {
    what: 'a key that was deleted',
    by: ['iam', 'DeleteAccessKey', opsKey],
    told: 'access key AKIAOPS00000000000001 was deleted',
    todo: `${cli} iam create-access-key --user-name ops`,
    back: ['iam', 'CreateAccessKey', ops, { accessKey: { accessKeyId: 'AKIAOPS00000000000003', userName: 'ops' } }],
  },
  {
    what: 'a password that was deleted',
    by: ['iam', 'DeleteLoginProfile', ops],
    told: 'the console password was deleted',
    todo: `${cli} iam create-login-profile --user-name ops --password NEW_PASSWORD --password-reset-required`,
    back: ['iam', 'CreateLoginProfile', ops],
  },
  {
    what: 'a password that was changed',
    by: ['iam', 'UpdateLoginProfile', ops],
    told: 'another console password was set',
    todo: `${cli} iam update-login-profile --user-name ops --password NEW_PASSWORD --password-reset-required`,
    // Whoever closes the way in takes the password away: its owner has none then.
    beside: ['iam', 'DeleteLoginProfile', ops],
    back: ['iam', 'CreateLoginProfile', ops],
  },
  {
    what: 'a second factor that was taken off',
    by: ['iam', 'DeactivateMFADevice', device],
    told: `MFA device arn:aws:iam::${accountId}:mfa/ops was taken off`,
    todo: `${cli} iam enable-mfa-device --user-name ops --serial-number arn:aws:iam::${accountId}:mfa/ops --authentication-code1 CODE --authentication-code2 NEXT_CODE`,
    beside: ['iam', 'EnableMFADevice', { ...device, userName: 'other' }],
    back: ['iam', 'EnableMFADevice', { ...device, serialNumber: `arn:aws:iam::${accountId}:mfa/ops-new` }],
  },
  {
    what: 'an SSH key that was set inactive',
    by: ['iam', 'UpdateSSHPublicKey', { ...ops, sSHPublicKeyId: 'APKA1', status: 'Inactive' }],
    told: 'SSH key APKA1 was set to Inactive',
    todo: `${cli} iam update-ssh-public-key --user-name ops --ssh-public-key-id APKA1 --status Active`,
    back: ['iam', 'UpdateSSHPublicKey', { ...ops, sSHPublicKeyId: 'APKA1', status: 'Active' }],
  },
  {
    what: 'an inline policy that denies everything',
    by: ['iam', 'PutUserPolicy', { ...ops, policyName: 'x', policyDocument: denying('*') }],
    told: 'inline policy x denies everything',
    todo: `${cli} iam delete-user-policy --user-name ops --policy-name x`,
    beside: ['iam', 'PutUserPolicy', { ...ops, policyName: 'y', policyDocument: allowing }],
    back: ['iam', 'DeleteUserPolicy', { ...ops, policyName: 'x' }],
  },
  {
    what: 'an inline policy that denies some, by writing it anew without that',
    by: ['iam', 'PutRolePolicy', { roleName: 'responders', policyName: 'x', policyDocument: denying('guardduty:*') }],
    told: `role responders in account ${accountId}: inline policy x denies guardduty:*`,
    todo: `${cli} iam delete-role-policy --role-name responders --policy-name x`,
    beside: [
      'iam',
      'PutRolePolicy',
      { roleName: 'responders', policyName: 'x', policyDocument: denying('guardduty:Get*') },
    ],
    back: ['iam', 'PutRolePolicy', { roleName: 'responders', policyName: 'x', policyDocument: allowing }],
  },
  {
    what: "AWS's policy that denies everything, on a group",
    by: ['iam', 'AttachGroupPolicy', { groupName: 'admins', policyArn: denyAll }],
    told: `the members of group admins in account ${accountId}: policy ${denyAll} denies everything`,
    todo: `${cli} iam detach-group-policy --group-name admins --policy-arn ${denyAll}`,
    back: ['iam', 'DetachGroupPolicy', { groupName: 'admins', policyArn: denyAll }],
  },
  {
    what: 'an own policy that its making says denies',
    before: [
      'iam',
      'CreatePolicy',
      { policyName: 'guard', policyDocument: denying('iam:*') },
      { policy: { arn: own } },
    ],
    by: ['iam', 'AttachUserPolicy', { ...ops, policyArn: own }],
    told: `policy ${own} denies iam:*`,
    todo: `${cli} iam detach-user-policy --user-name ops --policy-arn ${own}`,
    back: ['iam', 'DetachUserPolicy', { ...ops, policyArn: own }],
  },
  {
    what: 'a version of a policy that denies, for whoever has the policy',
    before: [
      'iam',
      'CreatePolicyVersion',
      { policyArn: own, policyDocument: allowing, setAsDefault: true },
      { policyVersion: { versionId: 'v3' } },
    ],
    by: [
      'iam',
      'CreatePolicyVersion',
      { policyArn: own, policyDocument: denying('*'), setAsDefault: true },
      { policyVersion: { versionId: 'v4' } },
    ],
    told: `whoever has policy ${own} in account ${accountId}: its version v4 denies everything`,
    todo: `${cli} iam set-default-policy-version --policy-arn ${own} --version-id v3`,
    back: ['iam', 'SetDefaultPolicyVersion', { policyArn: own, versionId: 'v3' }],
  },
  {
    what: 'a boundary that was put on, where another one was before',
    before: ['iam', 'PutUserPermissionsBoundary', { ...ops, permissionsBoundary: readOnly }],
    by: ['iam', 'PutUserPermissionsBoundary', { ...ops, permissionsBoundary: denyAll }],
    told: `permissions boundary ${denyAll} was put on`,
    todo: `${cli} iam put-user-permissions-boundary --user-name ops --permissions-boundary ${readOnly}`,
    back: ['iam', 'DeleteUserPermissionsBoundary', ops],
  },
  {
    what: 'a group that somebody was taken out of',
    by: ['iam', 'RemoveUserFromGroup', { ...ops, groupName: 'admins' }],
    told: 'it was taken out of group admins',
    todo: `${cli} iam add-user-to-group --user-name ops --group-name admins`,
    beside: ['iam', 'AddUserToGroup', { ...ops, groupName: 'readers' }],
    back: ['iam', 'AddUserToGroup', { ...ops, groupName: 'admins' }],
  },
  {
    what: 'a policy that was detached',
    by: ['iam', 'DetachRolePolicy', { roleName: 'responders', policyArn: readOnly }],
    told: `policy ${readOnly} was taken off`,
    todo: `${cli} iam attach-role-policy --role-name responders --policy-arn ${readOnly}`,
    beside: ['iam', 'AttachRolePolicy', { roleName: 'other', policyArn: readOnly }],
    back: ['iam', 'AttachRolePolicy', { roleName: 'responders', policyArn: readOnly }],
  },
  {
    what: 'an inline policy that was deleted, whose document a record has',
    before: ['iam', 'PutUserPolicy', { ...ops, policyName: 'work', policyDocument: allowing }],
    by: ['iam', 'DeleteUserPolicy', { ...ops, policyName: 'work' }],
    told: 'inline policy work was deleted',
    todo: `${cli} iam put-user-policy --user-name ops --policy-name work --policy-document file://DOCUMENT_OF_THE_RECORD.json`,
    back: ['iam', 'PutUserPolicy', { ...ops, policyName: 'work', policyDocument: allowing }],
  },
  {
    what: 'a user who was deleted',
    by: ['iam', 'DeleteUser', ops],
    told: 'it was deleted',
    todo: `${cli} iam create-user --user-name ops`,
    back: ['iam', 'CreateUser', ops],
  },
  {
    what: 'a role that was deleted',
    by: ['iam', 'DeleteRole', { roleName: 'responders' }],
    told: `role responders in account ${accountId}: it was deleted`,
    todo: `${cli} iam create-role --role-name responders --assume-role-policy-document file://TRUST_BEFORE.json`,
    back: ['iam', 'CreateRole', { roleName: 'responders', assumeRolePolicyDocument: trusting(responders) }],
  },
  {
    what: 'a trust that lets in one fewer than before',
    before: ['iam', 'UpdateAssumeRolePolicy', { roleName: 'incident', policyDocument: trusting(responders, stranger) }],
    by: ['iam', 'UpdateAssumeRolePolicy', { roleName: 'incident', policyDocument: trusting(stranger) }],
    told: `role incident in account ${accountId}: its trust no longer lets in ${responders}`,
    todo: `${cli} iam update-assume-role-policy --role-name incident --policy-document file://DOCUMENT_OF_THE_RECORD.json`,
    beside: ['iam', 'UpdateAssumeRolePolicy', { roleName: 'incident', policyDocument: trusting(stranger) }],
    back: ['iam', 'UpdateAssumeRolePolicy', { roleName: 'incident', policyDocument: trusting(responders) }],
  },
  {
    what: 'a trust that lets in nobody of the account, of which no record tells what stood before',
    by: ['iam', 'UpdateAssumeRolePolicy', { roleName: 'incident', policyDocument: trusting(stranger) }],
    told: 'its trust lets in nobody of the account',
    todo: `${cli} iam update-assume-role-policy --role-name incident --policy-document file://TRUST_BEFORE.json`,
    back: ['iam', 'UpdateAssumeRolePolicy', { roleName: 'incident', policyDocument: trusting(responders) }],
  },
  {
    what: 'an assignment of Identity Center',
    by: ['sso', 'DeleteAccountAssignment', assignment],
    told: `person 9067d1a2-f0c1 of Identity Center: ${set} in account ${accountId} was taken away`,
    todo: `aws sso-admin create-account-assignment --instance-arn ${assignment.instanceArn} --target-type AWS_ACCOUNT --target-id ${accountId} --permission-set-arn ${set} --principal-type USER --principal-id 9067d1a2-f0c1`,
    back: ['sso', 'CreateAccountAssignment', assignment],
  },
  {
    what: 'somebody of the directory who was disabled',
    by: ['sso-directory', 'DisableUser', { identityStoreId: 'd-1', userId: '9067d1a2-f0c1' }],
    told: 'person 9067d1a2-f0c1 of Identity Center: it was disabled',
    todo: 'in the console of Identity Center',
    back: ['sso-directory', 'EnableUser', { identityStoreId: 'd-1', userId: '9067d1a2-f0c1' }],
  },
  {
    what: 'a permission set that denies',
    by: ['sso', 'PutInlinePolicyToPermissionSet', { permissionSetArn: set, inlinePolicy: denying('*') }],
    told: `whoever has permission set ${set}: its inline policy denies everything`,
    todo: `aws sso-admin delete-inline-policy-from-permission-set --instance-arn INSTANCE_ARN --permission-set-arn ${set}`,
    // Whether the accounts have it without the policy since is in no record.
    beside: ['sso', 'DeleteInlinePolicyFromPermissionSet', { permissionSetArn: set }],
  },
  {
    what: 'a policy of the organization that denies',
    before: [
      'organizations',
      'CreatePolicy',
      { name: 'x', type: 'SERVICE_CONTROL_POLICY', content: denying('*') },
      { policy: { policySummary: { id: 'p-deny1234', type: 'SERVICE_CONTROL_POLICY' } } },
    ],
    by: ['organizations', 'AttachPolicy', { policyId: 'p-deny1234', targetId: 'ou-a' }],
    told: 'everybody in ou-a of the organization: policy p-deny1234 denies everything',
    todo: `${cli} organizations detach-policy --policy-id p-deny1234 --target-id ou-a`,
    back: ['organizations', 'DetachPolicy', { policyId: 'p-deny1234', targetId: 'ou-a' }],
  },
  {
    what: "a bucket's policy that refuses people",
    by: [
      's3',
      'PutBucketPolicy',
      { bucketName: 'logs', bucketPolicy: denying('s3:*', { Principal: { AWS: responders } }) },
    ],
    told: 'whom the policy of bucket logs refuses: it denies s3:* to role/responders',
    todo: `${cli} s3api delete-bucket-policy --bucket logs`,
    back: ['s3', 'DeleteBucketPolicy', { bucketName: 'logs' }],
  },
  {
    what: "a key's policy that lets in nobody of the account but the intruder",
    before: ['kms', 'PutKeyPolicy', { keyId, policy: lettingIn(accountsRoot) }],
    by: ['kms', 'PutKeyPolicy', { keyId, policy: lettingIn(`arn:aws:iam::${accountId}:user/${userName}`) }],
    told: `whom the policy of key ${keyId} refuses: it lets in nobody of the account but user/${userName}, whatever policies of IAM say`,
    todo: `${cli} kms put-key-policy --region us-east-1 --key-id ${keyId} --policy-name default --policy file://`,
    back: ['kms', 'PutKeyPolicy', { keyId, policy: lettingIn(responders) }],
  },
  {
    what: "a key's policy that lets in outsiders alone",
    by: ['kms', 'PutKeyPolicy', { keyId, policy: lettingIn(stranger) }],
    told: 'it lets in nobody of the account, whatever policies of IAM say',
    todo: `${cli} kms put-key-policy --region us-east-1 --key-id ${keyId} --policy-name default --policy file://`,
    back: ['kms', 'PutKeyPolicy', { keyId, policy: lettingIn(accountsRoot, stranger) }],
  },
  {
    what: 'an entry into a cluster',
    before: ['eks', 'CreateAccessEntry', { name: 'prod', principalArn: responders }],
    by: ['eks', 'DeleteAccessEntry', { name: 'prod', principalArn: responders }],
    told: `principal ${responders}: its entry into cluster prod was deleted`,
    todo: `${cli} eks create-access-entry --region us-east-1 --cluster-name prod --principal-arn ${responders}`,
    beside: ['eks', 'CreateAccessEntry', { name: 'test', principalArn: responders }],
    back: ['eks', 'CreateAccessEntry', { name: 'prod', principalArn: responders }],
  },
  {
    what: 'a grant of a key',
    by: ['kms', 'RevokeGrant', { keyId, grantId: 'grant1' }],
    told: `whoever had grant grant1: it was revoked, of key ${keyId}`,
    todo: `${cli} kms create-grant --region us-east-1 --key-id ${keyId} --grantee-principal GRANTEE_ARN --operations OPERATIONS`,
    back: ['kms', 'CreateGrant', { keyId, granteePrincipal: stranger, operations: ['Decrypt'] }, { grantId: 'grant2' }],
  },
  {
    what: 'a user who was renamed',
    by: ['iam', 'UpdateUser', { ...ops, newUserName: 'ops-old' }],
    told: `user ops in account ${accountId}: it was renamed ops-old: nobody signs in by the old name any more`,
    todo: `${cli} iam update-user --user-name ops-old --new-user-name ops`,
    beside: ['iam', 'UpdateUser', { userName: 'other', newUserName: 'ops-new' }],
    back: ['iam', 'UpdateUser', { userName: 'ops-old', newUserName: 'ops' }],
  },
  {
    what: 'a SAML provider that was deleted',
    by: ['iam', 'DeleteSAMLProvider', { sAMLProviderArn: samlProvider }],
    told: `whoever signs in by provider ${samlProvider}: it was deleted`,
    todo: `${cli} iam create-saml-provider --name okta --saml-metadata-document file://METADATA.xml`,
    beside: ['iam', 'CreateSAMLProvider', { name: 'other' }, { sAMLProviderArn: `${samlProvider}-other` }],
    back: ['iam', 'CreateSAMLProvider', { name: 'okta' }, { sAMLProviderArn: samlProvider }],
  },
  {
    what: 'an OIDC provider that was deleted',
    by: ['iam', 'DeleteOpenIDConnectProvider', { openIDConnectProviderArn: oidcProvider }],
    told: `whoever signs in by provider ${oidcProvider}: it was deleted`,
    todo: `${cli} iam create-open-id-connect-provider --url https://token.example.com/a --client-id-list CLIENT_ID`,
    back: [
      'iam',
      'CreateOpenIDConnectProvider',
      { url: 'https://token.example.com/a' },
      { openIDConnectProviderArn: oidcProvider },
    ],
  },
  {
    what: 'a membership of a group of the directory, whose making is on record',
    before: ['identitystore', 'CreateGroupMembership', membership, { membershipId: 'm-1' }],
    by: ['identitystore', 'DeleteGroupMembership', { identityStoreId: 'd-1', membershipId: 'm-1' }],
    told: 'person 9067d1a2-f0c1 of Identity Center: it was taken out of group g-admins',
    todo: `${cli} identitystore create-group-membership --identity-store-id IDENTITY_STORE_ID --group-id g-admins --member-id UserId=9067d1a2-f0c1`,
    beside: ['identitystore', 'CreateGroupMembership', { ...membership, groupId: 'g-other' }, { membershipId: 'm-2' }],
    back: ['identitystore', 'CreateGroupMembership', membership, { membershipId: 'm-3' }],
  },
  {
    what: 'a membership of a group of the directory, of which no record says whose it was',
    by: ['identitystore', 'DeleteGroupMembership', { identityStoreId: 'd-1', membershipId: 'm-1' }],
    told: 'somebody of Identity Center, by membership m-1: it was deleted, and no record here says whose it was',
    todo: 'find out who is missing, and put them back',
  },
  {
    what: 'somebody who was taken out of a group in the console of the directory',
    by: ['sso-directory', 'RemoveMemberFromGroup', { groupId: 'g-admins', memberId: '9067d1a2-f0c1' }],
    told: 'person 9067d1a2-f0c1 of Identity Center: it was taken out of group g-admins',
    todo: '--group-id g-admins --member-id UserId=9067d1a2-f0c1',
    back: ['identitystore', 'CreateGroupMembership', membership, { membershipId: 'm-3' }],
  },
];

describe.each(lockedOut)('$what', ({ before, by, told, todo, beside, back }) => {
  const stood = before === undefined ? [] : [made(callByAdmin, -60, before)];
  const done = made(call, 1, by);

  test('is told with who is locked out, by which call, and what puts it right', () => {
    const [left, ...more] = leftOf([...stood, done]);
    expect(more).toEqual([]);
    expect(left).toMatchObject({ kind: 'locked-out', at: minute(1), eventIds: [done['eventID']] });
    expect(left?.sentence).toContain(told);
    expect(left?.sentence).toContain(`(${by[0]}:${by[1]}, 2026-11-24 12:01:00 UTC)`);
    expect(left?.sentence).toContain(todo);
  });

  test('is nothing to do once somebody has given it back, and is until then', () => {
    if (beside !== undefined) expect(leftOf([...stood, done, made(callByAdmin, 2, beside)])).toHaveLength(1);
    if (back !== undefined) expect(leftOf([...stood, done, made(callByAdmin, 3, back)])).toEqual([]);
  });

  test('is none where somebody else than the intruder did it', () => {
    expect(leftOf([...stood, made(callByAdmin, 1, by)])).toEqual([]);
  });
});

describe('an intruder locks nobody out', () => {
  const eve = { userName: 'eve' };
  const evesKey = { ...eve, accessKeyId: 'AKIAEVE00000000000001' };
  const harmless: readonly { readonly what: string; readonly all: readonly Made[] }[] = [
    {
      what: 'by ending the key that they came by',
      all: [['iam', 'UpdateAccessKey', { userName, accessKeyId, status: 'Inactive' }]],
    },
    {
      what: 'by ending a key that they had made',
      all: [
        ['iam', 'CreateAccessKey', ops, { accessKey: opsKey }],
        ['iam', 'DeleteAccessKey', opsKey],
      ],
    },
    {
      what: 'by taking away a user whom they had made, with all that it had',
      all: [
        ['iam', 'CreateUser', eve],
        ['iam', 'CreateAccessKey', eve, { accessKey: evesKey }],
        ['iam', 'AddUserToGroup', { ...eve, groupName: 'admins' }],
        ['iam', 'AttachUserPolicy', { ...eve, policyArn: readOnly }],
        ['iam', 'PutUserPolicy', { ...eve, policyName: 'x', policyDocument: denying('*') }],
        ['iam', 'CreateLoginProfile', eve],
        ['iam', 'DeleteLoginProfile', eve],
        ['iam', 'DetachUserPolicy', { ...eve, policyArn: readOnly }],
        ['iam', 'RemoveUserFromGroup', { ...eve, groupName: 'admins' }],
        ['iam', 'DeleteAccessKey', evesKey],
        ['iam', 'DeleteUser', eve],
      ],
    },
    {
      what: 'by taking away a group that they had made',
      all: [
        ['iam', 'CreateGroup', { groupName: 'theirs' }],
        ['iam', 'AttachGroupPolicy', { groupName: 'theirs', policyArn: readOnly }],
        ['iam', 'DetachGroupPolicy', { groupName: 'theirs', policyArn: readOnly }],
        ['iam', 'DeleteGroup', { groupName: 'theirs' }],
      ],
    },
    {
      what: 'by taking a policy off that they had put on',
      all: [
        ['iam', 'AttachUserPolicy', { ...ops, policyArn: readOnly }],
        ['iam', 'DetachUserPolicy', { ...ops, policyArn: readOnly }],
      ],
    },
    {
      what: 'by a second factor that they had registered',
      all: [
        ['iam', 'EnableMFADevice', device],
        ['iam', 'DeactivateMFADevice', device],
      ],
    },
    {
      what: 'by what a policy denies to whom they came by',
      all: [['iam', 'PutUserPolicy', { userName, policyName: 'x', policyDocument: denying('*') }]],
    },
    {
      what: "by a bucket's policy that refuses who comes without TLS",
      all: [
        [
          's3',
          'PutBucketPolicy',
          {
            bucketName: 'logs',
            bucketPolicy: denying('s3:*', { Principal: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
          },
        ],
      ],
    },
    {
      what: 'by the policy of AWS that allows everything in the organization',
      all: [['organizations', 'AttachPolicy', { policyId: 'p-FullAWSAccess', targetId: 'ou-a' }]],
    },
    {
      what: 'by a policy of which no record says that it denies',
      all: [['iam', 'AttachUserPolicy', { ...ops, policyArn: own }]],
    },
    {
      what: 'by a trust that they open beside those whom it let in, as far as the records say',
      all: [
        ['iam', 'UpdateAssumeRolePolicy', { roleName: 'incident', policyDocument: trusting(responders, stranger) }],
      ],
    },
  ];

  const more: readonly { readonly what: string; readonly all: readonly Made[] }[] = [
    {
      what: 'by a policy of a key that lets in somebody else of the account by name',
      all: [['kms', 'PutKeyPolicy', { keyId, policy: lettingIn(responders, stranger) }]],
    },
    {
      what: 'by a policy of a key that lets in everybody',
      all: [['kms', 'PutKeyPolicy', { keyId, policy: lettingIn('*') }]],
    },
    {
      what: 'by deleting a provider that they had made',
      all: [
        ['iam', 'CreateSAMLProvider', { name: 'okta' }, { sAMLProviderArn: samlProvider }],
        ['iam', 'DeleteSAMLProvider', { sAMLProviderArn: samlProvider }],
      ],
    },
    {
      what: 'by renaming a user whom they had made, twice',
      all: [
        ['iam', 'CreateUser', eve],
        ['iam', 'UpdateUser', { ...eve, newUserName: 'eva' }],
        ['iam', 'UpdateUser', { userName: 'eva', newUserName: 'evi' }],
      ],
    },
    {
      what: 'by an entry into a cluster and a grant that they had made',
      all: [
        ['eks', 'CreateAccessEntry', { name: 'prod', principalArn: responders }],
        ['eks', 'DeleteAccessEntry', { name: 'prod', principalArn: responders }],
        ['kms', 'CreateGrant', { keyId, granteePrincipal: stranger, operations: ['Decrypt'] }, { grantId: 'g-1' }],
        ['kms', 'RevokeGrant', { keyId, grantId: 'g-1' }],
      ],
    },
    {
      what: 'by a membership that they had given',
      all: [
        ['identitystore', 'CreateGroupMembership', membership, { membershipId: 'm-1' }],
        ['identitystore', 'DeleteGroupMembership', { identityStoreId: 'd-1', membershipId: 'm-1' }],
      ],
    },
  ];

  test.each([...harmless, ...more])('$what', ({ all }) => {
    const kinds = leftOf(all.map((each, index) => made(call, index + 1, each))).map(({ kind }) => kind);
    expect(kinds).not.toContain('locked-out');
  });

  test('by what was refused', () => {
    const refused = made(call, 1, ['iam', 'DeleteUser', ops]);
    expect(leftOf([{ ...refused, errorCode: 'AccessDenied' }])).toEqual([]);
  });
});

test('what was taken twice is told once, with both calls', () => {
  const taken = [1, 2].map((at) => made(call, at, ['iam', 'UpdateAccessKey', { ...opsKey, status: 'Inactive' }]));
  expect(leftOf(taken).map(({ eventIds }) => eventIds)).toEqual([taken.map((each) => each['eventID'])]);
});

describe('of several at one thing', () => {
  function toldBy(...all: readonly Made[]): string {
    const records = all.map((each, index) => made(index === 0 ? callByAdmin : call, index === 0 ? -60 : index, each));
    return leftOf(records)
      .filter(({ kind }) => kind === 'locked-out')
      .map(({ sentence }) => sentence)
      .join('\n');
  }
  const auditors = `arn:aws:iam::${accountId}:role/auditors`;
  const nothing: Made = ['s3', 'ListBuckets', {}];

  test('a trust that shuts out one after the other is told with all of them, and what stood before', () => {
    const told = toldBy(
      [
        'iam',
        'UpdateAssumeRolePolicy',
        { roleName: 'incident', policyDocument: trusting(responders, auditors, stranger) },
      ],
      ['iam', 'UpdateAssumeRolePolicy', { roleName: 'incident', policyDocument: trusting(auditors, stranger) }],
      ['iam', 'UpdateAssumeRolePolicy', { roleName: 'incident', policyDocument: trusting(stranger) }],
    );
    expect(told).toContain(`no longer lets in ${responders}, ${auditors}`);
    expect(told).toContain('2 times');
    expect(told).toContain('file://DOCUMENT_OF_THE_RECORD.json');
  });

  test('a policy that is written again is told as it is since then', () => {
    const first = denying('s3:*', { Principal: { AWS: responders } });
    const second = denying('s3:*', { Principal: { AWS: auditors } });
    const told = toldBy(
      nothing,
      ['s3', 'PutBucketPolicy', { bucketName: 'logs', bucketPolicy: first }],
      ['s3', 'PutBucketPolicy', { bucketName: 'logs', bucketPolicy: second }],
    );
    expect(told).toContain('it denies s3:* to role/auditors');
    expect(told).not.toContain('role/responders');
  });

  test('an assignment in each of two accounts is told by itself', () => {
    const told = toldBy(
      nothing,
      ['sso', 'DeleteAccountAssignment', assignment],
      ['sso', 'DeleteAccountAssignment', { ...assignment, targetId: '444455556666' }],
    );
    expect(told.split('\n')).toEqual([
      expect.stringContaining(`in account ${accountId} was taken away`),
      expect.stringContaining('in account 444455556666 was taken away'),
    ]);
  });

  test('a boundary in the place of another is the one to take off', () => {
    const told = toldBy(
      ['iam', 'PutUserPermissionsBoundary', { ...ops, permissionsBoundary: readOnly }],
      ['iam', 'PutUserPermissionsBoundary', { ...ops, permissionsBoundary: own }],
      ['iam', 'PutUserPermissionsBoundary', { ...ops, permissionsBoundary: denyAll }],
    );
    expect(told.split('\n')).toEqual([expect.stringContaining(`permissions boundary ${denyAll} was put on`)]);
    expect(told).toContain(`put ${readOnly} back`);
  });

  test('a key of the same ID in another region is another', () => {
    const policy = lettingIn(stranger);
    const records = ['us-east-1', 'eu-west-1'].map((awsRegion, index) => ({
      ...made(call, index + 1, ['kms', 'PutKeyPolicy', { keyId: 'mrk-1', policy }]),
      awsRegion,
    }));
    expect(leftOf(records).map(({ sentence }) => /--region (\S+)/.exec(sentence)?.[1])).toEqual([
      'us-east-1',
      'eu-west-1',
    ]);
  });
});

test('taken again after it was given back, it is to be given back', () => {
  const off: Made = ['iam', 'UpdateAccessKey', { ...opsKey, status: 'Inactive' }];
  const on: Made = ['iam', 'UpdateAccessKey', { ...opsKey, status: 'Active' }];
  const records = [made(call, 1, off), made(callByAdmin, 2, on), made(call, 3, off)];
  expect(leftOf(records).map(({ at }) => at)).toEqual([minute(3)]);
});

test('a password of the intruder’s is not given back by the intruder', () => {
  const gone = made(call, 1, ['iam', 'DeleteLoginProfile', ops]);
  const anew = made(call, 2, ['iam', 'CreateLoginProfile', ops]);
  expect(leftOf([gone, anew]).map(({ sentence }) => sentence)).toEqual([expect.stringContaining('console password')]);
});

function made(by: typeof call, minutes: number, [service, action, request, response]: Made): JsonObject {
  return by(minutes, service, action, {
    requestParameters: request,
    ...(response === undefined ? {} : { responseElements: response }),
  });
}

function leftOf(records: readonly JsonObject[]) {
  // A denial alone may be somebody's containment: what the case is about is another call.
  return toPutRight(assessCase(materialOf([call(0, 's3', 'ListBuckets'), ...records])));
}
