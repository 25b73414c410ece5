import { hourS } from '../../../../model/duration.ts';
import type { DoorRow } from '../door-row.ts';

/** Logins of users in pools of Cognito, and of the pools’ clients. */
export const userPoolLogins: readonly DoorRow[] = [
  {
    opens: ['cognito-idp/AdminLinkProviderForUser'],
    makes: {
      kind: 'login',
      service: 'cognito-idp',
      resource: '{userPoolId}',
      login: '{destinationUser.providerAttributeValue}',
      credential: 'sign-in of {sourceUser.providerAttributeValue} by {sourceUser.providerName}',
      isHeld: true,
    },
    closes: {
      'cognito-idp/AdminDisableProviderForUser':
        '{userPoolId} {sourceUser.providerName|user.providerName} {sourceUser.providerAttributeValue|user.providerAttributeValue}',
      'cognito-idp/AdminDeleteUser': '{userPoolId} {destinationUser.providerAttributeValue|username}',
      'cognito-idp/DeleteUserPool': '{userPoolId}',
    },
    byHand: [
      'aws cognito-idp admin-disable-provider-for-user --user-pool-id {userPoolId} --user ProviderName={sourceUser.providerName},ProviderAttributeName=Cognito_Subject,ProviderAttributeValue={sourceUser.providerAttributeValue} --region {region}',
    ],
  },
  {
    opens: ['cognito-idp/AdminCreateUser', 'cognito-idp/AdminEnableUser', 'cognito-idp/AdminConfirmSignUp'],
    makes: {
      kind: 'login',
      service: 'cognito-idp',
      resource: '{userPoolId}',
      login: '{username|user.username|=unknown}',
      credential: null,
    },
    closes: {
      'cognito-idp/AdminDeleteUser': '{userPoolId} {username}',
      'cognito-idp/AdminDisableUser': '{userPoolId} {username}',
      'cognito-idp/DeleteUserPool': '{userPoolId}',
    },
    byHand: [
      'aws cognito-idp admin-disable-user --user-pool-id {userPoolId} --username {username} --region {region}',
      'aws cognito-idp admin-user-global-sign-out --user-pool-id {userPoolId} --username {username} --region {region}',
    ],
  },
  {
    opens: ['cognito-idp/AdminSetUserPassword'],
    makes: {
      kind: 'login',
      service: 'cognito-idp',
      resource: '{userPoolId}',
      login: '{username}',
      credential: 'password',
    },
    closes: {
      'cognito-idp/AdminDeleteUser': '{userPoolId} {username}',
      'cognito-idp/AdminDisableUser': '{userPoolId} {username}',
      'cognito-idp/AdminResetUserPassword': '{userPoolId} {username}',
      'cognito-idp/DeleteUserPool': '{userPoolId}',
    },
    byHand: [
      'aws cognito-idp admin-reset-user-password --user-pool-id {userPoolId} --username {username} --region {region}',
      'aws cognito-idp admin-user-global-sign-out --user-pool-id {userPoolId} --username {username} --region {region}',
    ],
  },
  {
    opens: ['cognito-idp/CreateUserPoolClient'],
    makes: {
      kind: 'login',
      service: 'cognito-idp',
      resource: '{userPoolId}',
      login: 'client {userPoolClient.clientId|clientName}',
      credential: null,
    },
    closes: {
      'cognito-idp/DeleteUserPoolClient': '{userPoolId} {userPoolClient.clientId|clientId}',
      'cognito-idp/DeleteUserPool': '{userPoolId}',
    },
    byHand: [
      'aws cognito-idp delete-user-pool-client --user-pool-id {userPoolId} --client-id {userPoolClient.clientId} --region {region}',
    ],
  },
  {
    opens: ['cognito-identity/GetOpenIdTokenForDeveloperIdentity'],
    makes: {
      kind: 'login',
      service: 'cognito-identity',
      resource: '{identityPoolId}',
      login: '{identityId|=unknown}',
      credential: 'token',
      lastsS: 24 * hourS,
    },
    closes: {
      'cognito-identity/DeleteIdentities': '{identityId|identityIdsToDelete}',
      'cognito-identity/DeleteIdentityPool': '{identityPoolId}',
    },
    byHand: ['aws cognito-identity delete-identities --identity-ids-to-delete {identityId} --region {region}'],
  },
];
