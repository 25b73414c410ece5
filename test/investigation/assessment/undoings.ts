import type { JsonObject } from '../../../src/model/json.ts';
import { accountId } from '../trail-records.ts';

/** A call: `iam:CreateUser`, with what it asks for and what is answered. */
export type Made = readonly [name: string, request: JsonObject, response?: JsonObject];

/** What an intruder does, and what an owner does about it. */
export interface Undoing {
  readonly what: string;
  readonly done: readonly Made[];
  readonly undone: readonly Made[];
  /** An intruder who does the same to what owners work with does them harm. */
  readonly harms?: true;
  /** The ways in that are not closed by it. */
  readonly stays?: readonly string[];
}

/** What seems to put something back that somebody else has done, and is no repair from anywhere. */
export interface Instead {
  readonly what: string;
  readonly done: readonly Made[];
  readonly instead: readonly Made[];
}

const stranger = '999988887777';
const ops = arn('role/ops');
const administrator = arn('role/admin');
const base = { policyArn: arn('policy/base') };
const eve = { userName: 'eve' };
const mfa = { ...eve, serialNumber: arn('mfa/eve') };
const key = { ...eve, accessKeyId: 'AKIAEVE000000000001' };
const fullAccess = { ...eve, policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' };
const all = JSON.stringify({ Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] });
const nothing = JSON.stringify({ Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] });
const reading = JSON.stringify({ Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }] });
const ssh = {
  groupId: 'sg-1',
  ipPermissions: {
    items: [{ ipProtocol: 'tcp', fromPort: 22, toPort: 22, ipRanges: { items: [{ cidrIp: '0.0.0.0/0' }] } }],
  },
};
const config = { accountId: stranger, servicePrincipal: 'config.amazonaws.com' };
const queue = { logGroupName: 'g', filterName: 'f' };
const oidc = { openIDConnectProviderArn: arn('oidc-provider/x') };
const saml = { sAMLProviderArn: arn('saml-provider/x') };
const detector = { detectorId: 'd' };
const snapshot = { snapshotId: 'snap-1', attributeType: 'CREATE_VOLUME_PERMISSION' };
const assignment = {
  principalId: 'p',
  permissionSetArn: 'arn:aws:sso:::permissionSet/ssoins-1/ps-1',
  targetId: accountId,
};
const machine = { instanceId: 'i-0123456789abcdef0' };
const blocked = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
};

function arn(rest: string): string {
  return `arn:aws:iam::${accountId}:${rest}`;
}

function open(principal: string, Action: string) {
  return { Statement: [{ Effect: 'Allow', Principal: { AWS: principal }, Action, Resource: '*' }] };
}

function version(versionId: string, policyDocument: string, setAsDefault: boolean): Made {
  return ['iam:CreatePolicyVersion', { ...base, policyDocument, setAsDefault }, { policyVersion: { versionId } }];
}

function chosen(versionId: string): Made {
  return ['iam:SetDefaultPolicyVersion', { ...base, versionId }];
}

function deleted(versionId: string): Made {
  return ['iam:DeletePolicyVersion', { ...base, versionId }];
}

function profile(action: string, roleArns: readonly string[], asked: JsonObject = { roleArns: [...roleArns] }): Made {
  const profileArn = `arn:aws:rolesanywhere:us-east-1:${accountId}:profile/p1`;
  return [
    `rolesanywhere:${action}`,
    { profileId: 'p1', ...asked },
    { profile: { profileArn, roleArns: [...roleArns] } },
  ];
}

function anchor(action: string): Made {
  const trustAnchorArn = `arn:aws:rolesanywhere:us-east-1:${accountId}:trust-anchor/a1`;
  return [`rolesanywhere:${action}`, { trustAnchorId: 'a1' }, { trustAnchor: { trustAnchorArn } }];
}

function moved(from: string, to: string): Made {
  return ['organizations:MoveAccount', { accountId: '444455556666', sourceParentId: from, destinationParentId: to }];
}

function boundary(action: string, more: JsonObject = {}): Made {
  return [`iam:${action}UserPermissionsBoundary`, { ...eve, ...more }];
}

export const undoings: readonly Undoing[] = [
  {
    what: "a policy's version is set back",
    done: [version('v4', all, true)],
    undone: [chosen('v3')],
  },
  {
    what: "a policy's version is set back, and the one that gave all deleted",
    done: [version('v4', all, false), chosen('v4')],
    undone: [chosen('v3'), deleted('v4')],
  },
  {
    what: 'a version is set back, of which nobody knows what it gives',
    done: [chosen('v1')],
    undone: [chosen('v3')],
    harms: true,
  },
  { what: 'a version that nobody has chosen is deleted', done: [version('v4', all, false)], undone: [deleted('v4')] },
  {
    what: 'a role is taken out of a profile',
    done: [profile('UpdateProfile', [ops, administrator])],
    undone: [profile('UpdateProfile', [ops])],
    stays: ['provider: unknown'],
  },
  {
    what: 'a profile is switched off',
    done: [profile('UpdateProfile', [ops, administrator])],
    undone: [profile('DisableProfile', [ops, administrator], {})],
  },
  {
    what: 'a trust anchor is switched off',
    done: [anchor('CreateTrustAnchor')],
    undone: [anchor('DisableTrustAnchor')],
  },
  { what: 'a trust anchor is deleted', done: [anchor('CreateTrustAnchor')], undone: [anchor('DeleteTrustAnchor')] },
  {
    what: 'a trust anchor is written anew',
    done: [anchor('UpdateTrustAnchor')],
    undone: [anchor('UpdateTrustAnchor')],
    harms: true,
    stays: ['provider: open'],
  },
  {
    what: 'a policy is detached',
    done: [['iam:AttachUserPolicy', fullAccess]],
    undone: [['iam:DetachUserPolicy', fullAccess]],
    harms: true,
  },
  {
    what: 'a user is taken out of a group',
    done: [['iam:AddUserToGroup', { ...eve, groupName: 'admins' }]],
    undone: [['iam:RemoveUserFromGroup', { ...eve, groupName: 'admins' }]],
    harms: true,
  },
  {
    what: 'an inline policy is deleted',
    done: [['iam:PutUserPolicy', { ...eve, policyName: 'p', policyDocument: all }]],
    undone: [['iam:DeleteUserPolicy', { ...eve, policyName: 'p' }]],
    harms: true,
  },
  {
    what: "a user's boundary is put back",
    done: [boundary('Delete')],
    undone: [boundary('Put', { permissionsBoundary: arn('policy/bound') })],
    harms: true,
  },
  {
    what: 'a bucket policy is deleted',
    done: [['s3:PutBucketPolicy', { bucketName: 'b', bucketPolicy: open(stranger, 's3:GetObject') }]],
    undone: [['s3:DeleteBucketPolicy', { bucketName: 'b' }]],
  },
  {
    what: 'a bucket policy is written anew',
    done: [['s3:PutBucketPolicy', { bucketName: 'b', bucketPolicy: open(stranger, 's3:GetObject') }]],
    undone: [['s3:PutBucketPolicy', { bucketName: 'b', bucketPolicy: open(ops, 's3:GetObject') }]],
  },
  {
    what: "a bucket's list is private again",
    done: [['s3:PutBucketAcl', { bucketName: 'b', 'x-amz-acl': 'public-read' }]],
    undone: [['s3:PutBucketAcl', { bucketName: 'b', 'x-amz-acl': 'private' }]],
  },
  {
    what: 'public access to a bucket is blocked again',
    done: [['s3:DeleteBucketPublicAccessBlock', { bucketName: 'b' }]],
    undone: [['s3:PutBucketPublicAccessBlock', { bucketName: 'b', PublicAccessBlockConfiguration: blocked }]],
  },
  {
    what: 'a security group is closed',
    done: [['ec2:AuthorizeSecurityGroupIngress', ssh]],
    undone: [['ec2:RevokeSecurityGroupIngress', ssh]],
  },
  {
    what: 'a snapshot is shared no more',
    done: [
      [
        'ec2:ModifySnapshotAttribute',
        { ...snapshot, createVolumePermission: { add: { items: [{ userId: stranger }] } } },
      ],
    ],
    undone: [
      [
        'ec2:ModifySnapshotAttribute',
        { ...snapshot, createVolumePermission: { remove: { items: [{ userId: stranger }] } } },
      ],
    ],
  },
  {
    what: 'a rule of events is deleted with its target',
    done: [
      ['events:PutRule', { name: 'r', scheduleExpression: 'rate(1 hour)', state: 'ENABLED' }],
      [
        'events:PutTargets',
        { rule: 'r', targets: [{ id: '1', arn: `arn:aws:lambda:us-east-1:${accountId}:function:f` }] },
      ],
    ],
    undone: [
      ['events:RemoveTargets', { rule: 'r', ids: ['1'] }],
      ['events:DeleteRule', { name: 'r' }],
    ],
    harms: true,
  },
  {
    what: 'a rule of events is switched off',
    done: [['events:PutRule', { name: 'r', scheduleExpression: 'rate(1 hour)', state: 'ENABLED' }]],
    undone: [['events:DisableRule', { name: 'r' }]],
    harms: true,
  },
  {
    what: 'a subscription filter is deleted',
    done: [
      ['logs:PutSubscriptionFilter', { ...queue, destinationArn: `arn:aws:logs:us-east-1:${stranger}:destination:d` }],
    ],
    undone: [['logs:DeleteSubscriptionFilter', queue]],
    harms: true,
  },
  {
    what: "a key's policy is put back",
    done: [
      ['kms:PutKeyPolicy', { keyId: 'k', policyName: 'default', policy: JSON.stringify(open(stranger, 'kms:*')) }],
    ],
    undone: [
      ['kms:PutKeyPolicy', { keyId: 'k', policyName: 'default', policy: JSON.stringify(open(arn('root'), 'kms:*')) }],
    ],
  },
  {
    what: 'a grant of a key is revoked',
    done: [
      [
        'kms:CreateGrant',
        { keyId: 'k', granteePrincipal: `arn:aws:iam::${stranger}:root`, operations: ['Decrypt'] },
        { grantId: 'g1' },
      ],
    ],
    undone: [['kms:RevokeGrant', { keyId: 'k', grantId: 'g1' }]],
  },
  {
    what: 'a key is on again',
    done: [['kms:ScheduleKeyDeletion', { keyId: 'k' }]],
    undone: [
      ['kms:CancelKeyDeletion', { keyId: 'k' }],
      ['kms:EnableKey', { keyId: 'k' }],
    ],
    harms: true,
  },
  {
    what: 'a trail records again',
    done: [['cloudtrail:StopLogging', { name: 'org' }]],
    undone: [['cloudtrail:StartLogging', { name: 'org' }]],
  },
  {
    what: 'a detector is on again',
    done: [['guardduty:UpdateDetector', { ...detector, enable: false }]],
    undone: [['guardduty:UpdateDetector', { ...detector, enable: true }]],
  },
  {
    what: 'a detector is made anew',
    done: [['guardduty:DeleteDetector', detector]],
    undone: [['guardduty:CreateDetector', { enable: true }, { detectorId: 'e' }]],
  },
  {
    what: 'addresses are trusted no more',
    done: [['guardduty:CreateIPSet', { ...detector, name: 'x', activate: true }, { ipSetId: 'i' }]],
    undone: [
      ['guardduty:UpdateIPSet', { ...detector, ipSetId: 'i', activate: false }],
      ['guardduty:DeleteIPSet', { ...detector, ipSetId: 'i' }],
    ],
  },
  {
    what: 'an OpenID Connect provider is deleted',
    done: [['iam:CreateOpenIDConnectProvider', { url: 'https://x' }, oidc]],
    undone: [['iam:DeleteOpenIDConnectProvider', oidc]],
  },
  {
    what: 'a SAML provider is deleted',
    done: [['iam:CreateSAMLProvider', { name: 'x' }, saml]],
    undone: [['iam:DeleteSAMLProvider', saml]],
  },
  {
    what: "a SAML provider's document is written anew",
    done: [['iam:UpdateSAMLProvider', saml]],
    undone: [['iam:UpdateSAMLProvider', saml]],
    harms: true,
    stays: ['provider: open'],
  },
  {
    what: 'a permission of a function is taken away',
    done: [
      [
        'lambda:AddPermission20150331v2',
        { functionName: 'f', statementId: 's', principal: stranger, action: 'lambda:InvokeFunction' },
      ],
    ],
    undone: [['lambda:RemovePermission20150331v2', { functionName: 'f', statementId: 's' }]],
  },
  {
    what: "a function's URL is deleted",
    done: [['lambda:CreateFunctionUrlConfig', { functionName: 'f', authType: 'NONE' }, { functionUrl: 'https://x' }]],
    undone: [['lambda:DeleteFunctionUrlConfig', { functionName: 'f' }]],
    harms: true,
  },
  {
    what: "a function's URL asks for a signature again",
    done: [['lambda:UpdateFunctionUrlConfig', { functionName: 'f', authType: 'NONE' }]],
    undone: [['lambda:UpdateFunctionUrlConfig', { functionName: 'f', authType: 'AWS_IAM' }]],
    harms: true,
  },
  {
    what: 'a function is deleted',
    done: [['lambda:CreateFunction20150331', { functionName: 'f', role: ops }, { functionName: 'f' }]],
    undone: [['lambda:DeleteFunction20150331', { functionName: 'f' }]],
    harms: true,
  },
  {
    what: 'a machine is terminated',
    done: [
      [
        'ec2:RunInstances',
        { instanceType: 'p4d.24xlarge' },
        { instancesSet: { items: [{ ...machine, instanceType: 'p4d.24xlarge' }] } },
      ],
    ],
    undone: [['ec2:TerminateInstances', { instancesSet: { items: [machine] } }]],
    harms: true,
  },
  {
    what: 'a delegated administrator is deregistered',
    done: [['organizations:RegisterDelegatedAdministrator', config]],
    undone: [['organizations:DeregisterDelegatedAdministrator', config]],
  },
  {
    what: 'a service is shut out of the organization',
    done: [['organizations:EnableAWSServiceAccess', { servicePrincipal: 'ssm.amazonaws.com' }]],
    undone: [['organizations:DisableAWSServiceAccess', { servicePrincipal: 'ssm.amazonaws.com' }]],
    harms: true,
  },
  { what: 'an account is moved back', done: [moved('ou-a', 'r-a')], undone: [moved('r-a', 'ou-a')], harms: true },
  {
    what: 'a policy of the organization is attached again',
    done: [['organizations:DetachPolicy', { policyId: 'p-1', targetId: 'ou-a' }]],
    undone: [['organizations:AttachPolicy', { policyId: 'p-1', targetId: 'ou-a' }]],
  },
  {
    what: 'an assignment of Identity Center is deleted',
    done: [['sso:CreateAccountAssignment', assignment]],
    undone: [['sso:DeleteAccountAssignment', assignment]],
    harms: true,
  },
  {
    what: 'a key is deactivated, and deleted',
    done: [['iam:CreateAccessKey', eve, { accessKey: { ...key, status: 'Active' } }]],
    undone: [
      ['iam:UpdateAccessKey', { ...key, status: 'Inactive' }],
      ['iam:DeleteAccessKey', key],
    ],
    harms: true,
  },
  {
    what: 'a user is deleted',
    done: [
      ['iam:CreateUser', eve, { user: { ...eve, userId: 'AIDAEVE' } }],
      ['iam:CreateLoginProfile', eve],
    ],
    undone: [
      ['iam:DeleteLoginProfile', eve],
      ['iam:DeleteUser', eve],
    ],
    harms: true,
  },
  {
    what: 'a role is deleted',
    done: [
      [
        'iam:CreateRole',
        { roleName: 'evil', assumeRolePolicyDocument: JSON.stringify(open(stranger, 'sts:AssumeRole')) },
      ],
    ],
    undone: [['iam:DeleteRole', { roleName: 'evil' }]],
    harms: true,
  },
  {
    what: 'a second factor is taken off',
    done: [['iam:EnableMFADevice', mfa]],
    undone: [['iam:DeactivateMFADevice', mfa]],
    harms: true,
  },
  {
    what: 'a role is taken out of an instance profile',
    done: [['iam:AddRoleToInstanceProfile', { instanceProfileName: 'ip', roleName: 'admin' }]],
    undone: [['iam:RemoveRoleFromInstanceProfile', { instanceProfileName: 'ip', roleName: 'admin' }]],
    harms: true,
  },
];

export const insteads: readonly Instead[] = [
  {
    what: 'a version that gave little is followed by an older one',
    done: [version('v4', reading, true)],
    instead: [chosen('v3')],
  },
  {
    what: 'a version is followed by one that gives all',
    done: [chosen('v3')],
    instead: [version('v5', all, true)],
  },
  {
    what: 'another role is put into a profile',
    done: [profile('UpdateProfile', [ops])],
    instead: [profile('UpdateProfile', [administrator])],
  },
  {
    what: 'a profile is switched on that others had switched off',
    done: [profile('UpdateProfile', [ops, administrator]), profile('DisableProfile', [ops, administrator], {})],
    instead: [profile('EnableProfile', [ops, administrator], {})],
  },
  {
    what: 'a policy that denies everything is taken off',
    done: [['iam:PutUserPolicy', { ...eve, policyName: 'p', policyDocument: nothing }]],
    instead: [['iam:DeleteUserPolicy', { ...eve, policyName: 'p' }]],
  },
  {
    what: "a user's boundary is taken off",
    done: [boundary('Put', { permissionsBoundary: arn('policy/bound') })],
    instead: [boundary('Delete')],
  },
  {
    what: 'a bucket policy that lets in nobody else is deleted',
    done: [['s3:PutBucketPolicy', { bucketName: 'b', bucketPolicy: open(ops, 's3:GetObject') }]],
    instead: [['s3:DeleteBucketPolicy', { bucketName: 'b' }]],
  },
  {
    what: 'a trail is stopped that others had started',
    done: [['cloudtrail:StartLogging', { name: 'org' }]],
    instead: [['cloudtrail:StopLogging', { name: 'org' }]],
  },
  {
    what: 'a rule of events is switched off that others had only switched on',
    done: [['events:EnableRule', { name: 'r' }]],
    instead: [['events:DisableRule', { name: 'r' }]],
  },
  {
    what: 'a bucket is deleted for its policy',
    done: [['s3:PutBucketPolicy', { bucketName: 'audit-logs', bucketPolicy: open(stranger, 's3:GetObject') }]],
    instead: [['s3:DeleteBucket', { bucketName: 'audit-logs' }]],
  },
  {
    what: 'a user is deleted for a key',
    done: [['iam:CreateAccessKey', eve, { accessKey: { ...key, status: 'Active' } }]],
    instead: [['iam:DeleteUser', eve]],
  },
  {
    what: 'a key is activated that others had deactivated',
    done: [['iam:UpdateAccessKey', { ...key, status: 'Inactive' }]],
    instead: [['iam:UpdateAccessKey', { ...key, status: 'Active' }]],
  },
];
