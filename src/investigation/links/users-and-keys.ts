import type { Identity } from '../../model/identity.ts';
import { accessKey, user } from '../../cloudtrail/identities.ts';
import { personMade, personsPasswordSet } from './sessions.ts';
import { answered, requested, type StepCall, type Step, type StepTable } from './step.ts';

/** Calls that make users, keys and passwords (IAM and Identity Store API references). */
export const userAndKeySteps: StepTable = {
  'iam.amazonaws.com CreateUser': (call) => {
    const name = answered(call, 'user.userName') ?? requested(call, 'userName');
    return name === undefined ? [] : [{ to: user(call.accountId, name), how: 'created-user', as: 'created' }];
  },
  'iam.amazonaws.com CreateAccessKey': (call) => createdKey(call, answered(call, 'accessKey.accessKeyId')),
  // Keys of other kinds, with which their owner is reached as well: CodeCommit, Bedrock, SSH, X.509.
  'iam.amazonaws.com CreateServiceSpecificCredential': (call) =>
    createdKey(call, answered(call, 'serviceSpecificCredential.serviceSpecificCredentialId')),
  'iam.amazonaws.com ResetServiceSpecificCredential': (call) =>
    createdKey(call, answered(call, 'serviceSpecificCredential.serviceSpecificCredentialId')),
  'iam.amazonaws.com UploadSSHPublicKey': (call) =>
    createdKey(call, answered(call, 'sSHPublicKey.sSHPublicKeyId', 'sshPublicKey.sshPublicKeyId')),
  'iam.amazonaws.com UploadSigningCertificate': (call) => createdKey(call, answered(call, 'certificate.certificateId')),
  'iam.amazonaws.com CreateLoginProfile': passwordSet,
  'iam.amazonaws.com UpdateLoginProfile': passwordSet,
  'sso-directory.amazonaws.com UpdatePassword': personsPasswordSet,
  'sso-directory.amazonaws.com ResetUserPassword': personsPasswordSet,
  'sso-directory.amazonaws.com CreateUser': personMade,
  'identitystore.amazonaws.com CreateUser': personMade,
};

function createdKey(call: StepCall, keyId: string | undefined): readonly Step[] {
  if (keyId === undefined) return [];
  const key = accessKey(keyId, call.accountId);
  return [{ to: key, how: 'created-key', as: 'created', via: [ownerOf(call)], gave: key }];
}

function passwordSet(call: StepCall): readonly Step[] {
  const owner = ownerOf(call);
  return owner.kind === 'user' ? [{ to: owner, how: 'set-password', as: 'changed' }] : [];
}

/** The user that the request names; IAM takes the caller where it names none. */
function ownerOf(call: StepCall): Identity {
  const name = requested(call, 'userName');
  return name === undefined ? call.caller.identity : user(call.accountId, name);
}
