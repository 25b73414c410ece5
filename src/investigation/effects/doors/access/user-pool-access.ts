import type { DoorRow } from '../door-row.ts';

/** Groups, providers and identity pools of Cognito. */
export const userPoolAccess: readonly DoorRow[] = [
  {
    opens: ['cognito-idp/AdminAddUserToGroup'],
    makes: {
      kind: 'access',
      holder: 'user {username} of pool {userPoolId}',
      policy: 'group {groupName}',
    },
    closes: {
      'cognito-idp/AdminRemoveUserFromGroup': '{userPoolId} {groupName} {username}',
      'cognito-idp/AdminDeleteUser': '{userPoolId} {username}',
      'cognito-idp/AdminDisableUser': '{userPoolId} {username}',
      'cognito-idp/DeleteGroup': '{userPoolId} {groupName}',
    },
    byHand: [
      'aws cognito-idp admin-remove-user-from-group --user-pool-id {userPoolId} --username {username} --group-name {groupName} --region {region}',
    ],
  },
  {
    opens: ['cognito-idp/CreateIdentityProvider', 'cognito-idp/UpdateIdentityProvider'],
    makes: {
      kind: 'provider',
      what: 'sign-in-directory',
      arn: '{providerName} of user pool {userPoolId}',
      shape: / of user pool /u,
    },
    closes: {
      'cognito-idp/DeleteIdentityProvider': '{userPoolId} {providerName}',
      'cognito-idp/DeleteUserPool': '{userPoolId}',
    },
    byHand: [
      'aws cognito-idp delete-identity-provider --user-pool-id {userPoolId} --provider-name {providerName} --region {region}',
    ],
  },
  {
    opens: [
      'cognito-identity/CreateIdentityPool allowUnauthenticatedIdentities=true',
      'cognito-identity/UpdateIdentityPool allowUnauthenticatedIdentities=true',
    ],
    makes: {
      kind: 'provider',
      what: 'sign-in-directory',
      arn: '{identityPoolId}',
      shape: /^[a-z0-9-]+:[0-9a-f-]{36}$/u,
    },
    closes: {
      'cognito-identity/DeleteIdentityPool': '{identityPoolId}',
      'cognito-identity/UpdateIdentityPool allowUnauthenticatedIdentities=false': '{identityPoolId}',
    },
    byHand: ['aws cognito-identity describe-identity-pool --identity-pool-id {identityPoolId} --region {region}'],
  },
  {
    opens: [
      'cognito-identity/UpdateIdentityPool openIdConnectProviderARNs|samlProviderARNs|developerProviderName|supportedLoginProviders',
    ],
    makes: {
      kind: 'access',
      holder: 'whoever signs in by the providers that identity pool {identityPoolId} was given',
      policy: 'roles of the pool',
    },
    closes: { 'cognito-identity/DeleteIdentityPool': '{identityPoolId}' },
    byHand: ['aws cognito-identity describe-identity-pool --identity-pool-id {identityPoolId} --region {region}'],
    doubt: 'The call writes all providers anew: which of them are new is not on record.',
  },
];
