import { accountIn, nameAt, objects, scalarText, trailInstant, type EffectCall, type EffectReaders } from './call.ts';
import { lastPart } from '../../cloudtrail/identities.ts';
import type { Effect, OtherCredential } from './effect.ts';
import { thing } from './thing.ts';
import { unrecorded } from './unrecorded.ts';

/** Calls whose answer holds temporary credentials (STS API reference). */
export const mintingActions = [
  'AssumeRole',
  'AssumeRoleWithSAML',
  'AssumeRoleWithWebIdentity',
  'GetSessionToken',
  'GetFederationToken',
  'AssumeRoot',
] as const;

/** Keys, passwords, sessions, second factors: what somebody proves with who they are. */
export const credentialEffects: EffectReaders = {
  ...Object.fromEntries(mintingActions.map((action) => [`sts/${action}`, sessionMinted])),
  'rolesanywhere/CreateSession': sessionMinted,
  's3/GetDataAccess': sessionMinted,
  'signin/ConsoleLogin': (call) => [
    {
      kind: 'console-login',
      mfa: scalarText(call.additional, 'MFAUsed') === 'Yes',
      federated: call.callerUserName === undefined,
    },
  ],
  'signin/GetSigninToken': () => [{ kind: 'console-token' }],
  'iam/CreateAccessKey': (call) => [
    {
      kind: 'key-created',
      accessKeyId: nameAt(call.response, 'accessKey.accessKeyId'),
      userName: userNamed(call),
      reactivated: false,
    },
  ],
  'iam/UpdateAccessKey': keyStatus,
  'iam/DeleteAccessKey': (call) => undone('deleted', thing.accessKey(nameAt(call.request, 'accessKeyId'))),
  'iam/CreateLoginProfile': (call) => [{ kind: 'password-set', userName: userNamed(call), isNew: true }],
  // The record never tells the password: one that says whether it has to be reset may be of a call without another.
  'iam/UpdateLoginProfile': (call) => [
    {
      kind: 'password-set',
      userName: userNamed(call),
      isNew: false,
      ...(scalarText(call.request, 'passwordResetRequired') === undefined ? {} : { perhaps: true }),
    },
  ],
  'iam/ChangePassword': (call) => [{ kind: 'password-set', userName: userNamed(call), isNew: false }],
  'iam/DeleteLoginProfile': (call) => undone('deleted', thing.password(call.accountId, userNamed(call))),
  'iam/CreateServiceSpecificCredential': (call) =>
    credentialMade(
      call,
      'service-specific credential',
      nameAt(call.response, 'serviceSpecificCredential.serviceSpecificCredentialId'),
    ),
  // A password of its own, which the answer hands out anew.
  'iam/ResetServiceSpecificCredential': (call) =>
    credentialMade(call, 'service-specific credential', nameAt(call.request, 'serviceSpecificCredentialId')),
  'iam/UpdateServiceSpecificCredential': (call) =>
    credentialStatus(call, 'service-specific credential', 'serviceSpecificCredentialId'),
  'iam/DeleteServiceSpecificCredential': (call) => credentialGone(call, 'serviceSpecificCredentialId'),
  'iam/UploadSSHPublicKey': (call) =>
    credentialMade(call, 'SSH key', nameAt(call.response, 'sSHPublicKey.sSHPublicKeyId')),
  'iam/UpdateSSHPublicKey': (call) => credentialStatus(call, 'SSH key', 'sSHPublicKeyId'),
  'iam/DeleteSSHPublicKey': (call) => credentialGone(call, 'sSHPublicKeyId'),
  'iam/UploadSigningCertificate': (call) =>
    credentialMade(call, 'signing certificate', nameAt(call.response, 'certificate.certificateId')),
  'iam/UpdateSigningCertificate': (call) => credentialStatus(call, 'signing certificate', 'certificateId'),
  'iam/DeleteSigningCertificate': (call) => credentialGone(call, 'certificateId'),
  // A virtual device that was only created is nobody's: EnableMFADevice gives it to a user.
  'iam/EnableMFADevice': (call) => credentialMade(call, 'MFA device', mfaSerial(call)),
  'iam/DeactivateMFADevice': (call) => [
    { kind: 'mfa-removed', userName: userNamed(call) },
    ...undone('deactivated', thing.credential(call.accountId, mfaSerial(call))),
  ],
  'iam/DeleteVirtualMFADevice': (call) => undone('deleted', thing.credential(call.accountId, mfaSerial(call))),
};

/** The user that a call of IAM names; the caller itself where it names none. */
export function userNamed(call: EffectCall): string {
  return scalarText(call.request, 'userName') ?? call.callerUserName ?? unrecorded;
}

export function undone(
  how: 'deleted' | 'deactivated' | 'detached' | 'restored',
  ...things: readonly string[]
): readonly Effect[] {
  return [{ kind: 'undone', things, how, issuedBefore: null, whileThere: null }];
}

function sessionMinted(call: EffectCall): readonly Effect[] {
  // Roles Anywhere answers with a list of sets.
  const [set = call.response] = objects(call.response, 'credentialSet');
  const accessKeyId = scalarText(set, 'credentials.accessKeyId');
  if (accessKeyId === undefined) return [];
  const roleArn = scalarText(call.request, 'roleArn') ?? null;
  return [
    {
      kind: 'session-minted',
      call: call.action,
      accessKeyId,
      expiresAt: trailInstant(scalarText(set, 'credentials.expiration')),
      roleArn,
      roleAccountId: accountIn(roleArn ?? scalarText(call.request, 'targetPrincipal') ?? ''),
      sessionName:
        scalarText(call.request, 'roleSessionName') ??
        scalarText(call.request, 'name') ??
        lastPartOf(scalarText(set, 'assumedRoleUser.arn')),
      ...roleIdIn(scalarText(set, 'assumedRoleUser.assumedRoleId')),
      chained: call.callerIsRole,
    },
  ];
}

/** Before the colon of `AROAEXAMPLE:session`. */
function roleIdIn(assumedRoleId: string | undefined): { readonly roleId?: string } {
  const [roleId = ''] = assumedRoleId?.split(':') ?? [];
  return roleId === '' ? {} : { roleId };
}

function lastPartOf(arn: string | undefined): string | null {
  return arn === undefined ? null : lastPart(arn);
}

function keyStatus(call: EffectCall): readonly Effect[] {
  const accessKeyId = nameAt(call.request, 'accessKeyId');
  const status = scalarText(call.request, 'status');
  if (status === 'Inactive') return undone('deactivated', thing.accessKey(accessKeyId));
  if (status !== 'Active') return [];
  return [{ kind: 'key-created', accessKeyId, userName: userNamed(call), reactivated: true }];
}

function credentialMade(call: EffectCall, what: OtherCredential, credentialId: string): readonly Effect[] {
  return [{ kind: 'credential-made', what, credentialId, userName: userNamed(call) }];
}

function credentialStatus(call: EffectCall, what: OtherCredential, field: string): readonly Effect[] {
  const credentialId = nameAt(call.request, field);
  const status = scalarText(call.request, 'status');
  if (status === 'Active') return credentialMade(call, what, credentialId);
  return status === 'Inactive' ? undone('deactivated', thing.credential(call.accountId, credentialId)) : [];
}

function credentialGone(call: EffectCall, field: string): readonly Effect[] {
  return undone('deleted', thing.credential(call.accountId, nameAt(call.request, field)));
}

function mfaSerial(call: EffectCall): string {
  return nameAt(call.request, 'serialNumber');
}
