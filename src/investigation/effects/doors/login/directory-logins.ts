import type { DoorRow } from '../door-row.ts';

/** Logins of people in directories: Identity Center, Directory Service, and the address that resets root. */
export const directoryLogins: readonly DoorRow[] = [
  {
    // Whoever has the token makes people and puts them into groups, by SCIM.
    opens: ['sso-directory/CreateBearerToken'],
    makes: {
      kind: 'login',
      service: 'Identity Center',
      resource: '{directoryId|tenantId}',
      login: 'provisioning {tenantId}',
      credential: 'SCIM token',
    },
    closes: {
      'sso-directory/DeleteBearerToken': '{tenantId} {bearerToken.tokenId|tokenId}',
      'sso-directory/DeleteProvisioningTenant': '{tenantId}',
    },
    byHand: ['aws identitystore list-users --identity-store-id {directoryId}'],
  },
  {
    // Whoever reads the mail resets the password, and has that after the address is another again.
    opens: ['identitystore/UpdateUser operations.attributePath=emails.*'],
    makes: {
      kind: 'login',
      service: 'Identity Center',
      resource: '{identityStoreId}',
      login: '{userId}',
      credential: 'e-mail address',
    },
    closes: {
      'identitystore/DeleteUser': '{userId}',
      'sso-directory/DisableUser': '{userId}',
    },
    byHand: ['aws identitystore describe-user --identity-store-id {identityStoreId} --user-id {userId}'],
  },
  {
    // The address of root, which resets its password: no record says that it was not, nor ends it.
    opens: ['account/AcceptPrimaryEmailUpdate'],
    makes: {
      kind: 'login',
      service: 'account',
      resource: '{accountId}',
      login: 'root',
      credential: 'e-mail address',
    },
    closes: {},
    byHand: ['aws account start-primary-email-update --account-id {accountId} --primary-email ADDRESS'],
  },
  {
    opens: ['sso-directory/UpdatePassword', 'sso-directory/ResetUserPassword'],
    makes: {
      kind: 'login',
      service: 'Identity Center',
      resource: '{identityStoreId}',
      login: '{userId}',
      credential: 'password',
    },
    closes: {
      'identitystore/DeleteUser': '{userId}',
      'sso-directory/DeleteUser': '{userId}',
      'sso-directory/DisableUser': '{userId}',
    },
    // No command resets it; what the user is called stands there.
    byHand: ['aws identitystore describe-user --identity-store-id {identityStoreId} --user-id {userId}'],
  },
  {
    opens: [
      'sso-directory/CompleteVirtualMfaDeviceRegistration',
      'sso-directory/CompleteWebAuthnDeviceRegistration',
      'sso-directory/AddMfaDeviceForUser',
    ],
    makes: {
      kind: 'login',
      service: 'Identity Center',
      resource: '{identityStoreId|mfaDevice.identityStoreId|=unknown}',
      login: '{userId|mfaDevice.userId}',
      credential: 'MFA device {mfaDevice.deviceId|deviceId|mfaDeviceId|=unknown}',
    },
    closes: {
      'sso-directory/DeleteMfaDeviceForUser': '{mfaDevice.deviceId|deviceId|mfaDeviceId}',
      'identitystore/DeleteUser': '{userId}',
      'sso-directory/DeleteUser': '{userId}',
      'sso-directory/DisableUser': '{userId}',
    },
    byHand: [],
  },
  {
    opens: ['ds/ResetUserPassword'],
    makes: { kind: 'login', service: 'ds', resource: '{directoryId}', login: '{userName}', credential: 'password' },
    closes: {
      'ds-data/DisableUser': '{directoryId} {userName|sAMAccountName}',
      'ds-data/DeleteUser': '{directoryId} {userName|sAMAccountName}',
      'ds/DeleteDirectory': '{directoryId}',
    },
    byHand: [
      'aws ds reset-user-password --directory-id {directoryId} --user-name {userName} --new-password NEW_PASSWORD --region {region}',
    ],
  },
  {
    opens: ['ds-data/CreateUser'],
    makes: { kind: 'login', service: 'ds', resource: '{directoryId}', login: '{sAMAccountName}', credential: null },
    closes: {
      'ds-data/DisableUser': '{directoryId} {userName|sAMAccountName}',
      'ds-data/DeleteUser': '{directoryId} {userName|sAMAccountName}',
      'ds/DeleteDirectory': '{directoryId}',
    },
    byHand: [
      'aws ds-data disable-user --directory-id {directoryId} --sam-account-name {sAMAccountName} --region {region}',
    ],
  },
  /* What is restored has the logins that it had */
  {
    opens: ['ds/RestoreFromSnapshot'],
    makes: {
      kind: 'login',
      service: 'ds',
      resource: 'the directory of snapshot {snapshotId}',
      login: 'whoever had one',
      credential: null,
    },
    closes: {},
    byHand: ['aws ds describe-snapshots --snapshot-ids {snapshotId} --region {region}'],
  },
];
