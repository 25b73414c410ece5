import { accountIn, lastPart, named, objects, text, trailInstant, type Call, type EffectReaders } from './call.ts';
import type { Effect, OtherCredential } from './effect.ts';
import { thing } from './thing.ts';

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
  'signin/ConsoleLogin': (call) => [
    {
      kind: 'console-login',
      mfa: text(call.additional, 'MFAUsed') === 'Yes',
      federated: call.callerUserName === undefined,
    },
  ],
  'signin/GetSigninToken': () => [{ kind: 'console-token' }],
  'iam/CreateAccessKey': (call) => [
    {
      kind: 'key-created',
      accessKeyId: named(call.response, 'accessKey.accessKeyId'),
      userName: userNamed(call),
      reactivated: false,
    },
  ],
  'iam/UpdateAccessKey': keyStatus,
  'iam/DeleteAccessKey': (call) => undone('deleted', thing.accessKey(named(call.request, 'accessKeyId'))),
  'iam/CreateLoginProfile': (call) => [{ kind: 'password-set', userName: userNamed(call), isNew: true }],
  'iam/UpdateLoginProfile': (call) => [{ kind: 'password-set', userName: userNamed(call), isNew: false }],
  'iam/ChangePassword': (call) => [{ kind: 'password-set', userName: userNamed(call), isNew: false }],
  'iam/DeleteLoginProfile': (call) => undone('deleted', thing.password(call.accountId, userNamed(call))),
  'iam/CreateServiceSpecificCredential': (call) =>
    credentialMade(
      call,
      'service-specific credential',
      named(call.response, 'serviceSpecificCredential.serviceSpecificCredentialId'),
    ),
  // A password of its own, which the answer hands out anew.
  'iam/ResetServiceSpecificCredential': (call) =>
    credentialMade(call, 'service-specific credential', named(call.request, 'serviceSpecificCredentialId')),
  'iam/UpdateServiceSpecificCredential': (call) =>
    credentialStatus(call, 'service-specific credential', 'serviceSpecificCredentialId'),
  'iam/DeleteServiceSpecificCredential': (call) => credentialGone(call, 'serviceSpecificCredentialId'),
  'iam/UploadSSHPublicKey': (call) =>
    credentialMade(call, 'SSH key', named(call.response, 'sSHPublicKey.sSHPublicKeyId')),
  'iam/UpdateSSHPublicKey': (call) => credentialStatus(call, 'SSH key', 'sSHPublicKeyId'),
  'iam/DeleteSSHPublicKey': (call) => credentialGone(call, 'sSHPublicKeyId'),
  'iam/UploadSigningCertificate': (call) =>
    credentialMade(call, 'signing certificate', named(call.response, 'certificate.certificateId')),
  'iam/UpdateSigningCertificate': (call) => credentialStatus(call, 'signing certificate', 'certificateId'),
  'iam/DeleteSigningCertificate': (call) => credentialGone(call, 'certificateId'),
  'iam/CreateVirtualMFADevice': (call) => credentialMade(call, 'MFA device', mfaSerial(call)),
  'iam/EnableMFADevice': (call) => credentialMade(call, 'MFA device', mfaSerial(call)),
  'iam/DeactivateMFADevice': (call) => [
    { kind: 'mfa-removed', userName: userNamed(call) },
    ...undone('deactivated', thing.credential(call.accountId, mfaSerial(call))),
  ],
  'iam/DeleteVirtualMFADevice': (call) => undone('deleted', thing.credential(call.accountId, mfaSerial(call))),
};

/** The user that a call of IAM names; the caller itself where it names none. */
export function userNamed(call: Call): string {
  return text(call.request, 'userName') ?? call.callerUserName ?? 'unknown';
}

export function undone(
  how: 'deleted' | 'deactivated' | 'detached' | 'restored',
  ...things: readonly string[]
): readonly Effect[] {
  return [{ kind: 'undone', things, how, issuedBefore: null, whileThere: null }];
}

function sessionMinted(call: Call): readonly Effect[] {
  // Roles Anywhere answers with a list of sets.
  const [set = call.response] = objects(call.response, 'credentialSet');
  const accessKeyId = text(set, 'credentials.accessKeyId');
  if (accessKeyId === undefined) return [];
  const roleArn = text(call.request, 'roleArn') ?? null;
  return [
    {
      kind: 'session-minted',
      call: call.action,
      accessKeyId,
      expiresAt: trailInstant(text(set, 'credentials.expiration')),
      roleArn,
      roleAccountId: roleArn === null ? null : accountIn(roleArn),
      sessionName:
        text(call.request, 'roleSessionName') ??
        text(call.request, 'name') ??
        lastPartOf(text(set, 'assumedRoleUser.arn')),
      ...roleIdIn(text(set, 'assumedRoleUser.assumedRoleId')),
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

function keyStatus(call: Call): readonly Effect[] {
  const accessKeyId = named(call.request, 'accessKeyId');
  if (text(call.request, 'status') !== 'Active') return undone('deactivated', thing.accessKey(accessKeyId));
  return [{ kind: 'key-created', accessKeyId, userName: userNamed(call), reactivated: true }];
}

function credentialMade(call: Call, what: OtherCredential, credentialId: string): readonly Effect[] {
  return [{ kind: 'credential-made', what, credentialId, userName: userNamed(call) }];
}

function credentialStatus(call: Call, what: OtherCredential, field: string): readonly Effect[] {
  const credentialId = named(call.request, field);
  return text(call.request, 'status') === 'Active'
    ? credentialMade(call, what, credentialId)
    : undone('deactivated', thing.credential(call.accountId, credentialId));
}

function credentialGone(call: Call, field: string): readonly Effect[] {
  return undone('deleted', thing.credential(call.accountId, named(call.request, field)));
}

function mfaSerial(call: Call): string {
  return named(call.request, 'serialNumber', 'virtualMFADeviceName');
}
