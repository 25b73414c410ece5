import type { DoorRow } from '../door-row.ts';

/** How the holder of a membership is told, before the person's ID, and what it is in, before the group's. */
export const personOfDirectory = 'Identity Center person ';
export const groupOfDirectory = 'group ';

/** Memberships of people in directories, and the providers and trusts that bring people in. */
export const directoryAccess: readonly DoorRow[] = [
  {
    opens: ['identitystore/CreateGroupMembership', 'sso-directory/AddMemberToGroup'],
    makes: {
      kind: 'access',
      holder: `${personOfDirectory}{memberId.userId|memberId|member.memberId}`,
      policy: `${groupOfDirectory}{groupId}`,
    },
    closes: {
      'identitystore/DeleteGroupMembership': '{membershipId}',
      'sso-directory/RemoveMemberFromGroup': '{groupId} {memberId.userId|memberId|member.memberId}',
      'identitystore/DeleteUser': '{memberId.userId|memberId|member.memberId|userId}',
      'sso-directory/DeleteUser': '{memberId.userId|memberId|member.memberId|userId}',
      'sso-directory/DisableUser': '{memberId.userId|memberId|member.memberId|userId}',
      'identitystore/DeleteGroup': '{groupId}',
      'sso-directory/DeleteGroup': '{groupId}',
    },
    byHand: [
      'aws identitystore get-group-membership-id --identity-store-id IDENTITY_STORE_ID --group-id {groupId} --member-id UserId={memberId.userId}',
      'aws identitystore delete-group-membership --identity-store-id IDENTITY_STORE_ID --membership-id MEMBERSHIP_ID',
    ],
  },
  {
    opens: ['sso/CreateApplicationAssignment'],
    makes: {
      kind: 'access',
      holder: 'Identity Center principal {principalId}',
      policy: 'application {applicationArn}',
    },
    closes: {
      'sso/DeleteApplicationAssignment': '{applicationArn} {principalId}',
      'sso/DeleteApplication': '{applicationArn}',
    },
    byHand: [
      'aws sso-admin delete-application-assignment --application-arn {applicationArn} --principal-id {principalId} --principal-type USER',
    ],
  },
  {
    opens: ['sso/CreateTrustedTokenIssuer', 'sso/UpdateTrustedTokenIssuer'],
    makes: { kind: 'provider', what: 'oidc', arn: '{trustedTokenIssuerArn}', shape: /:trustedTokenIssuer\//u },
    closes: { 'sso/DeleteTrustedTokenIssuer': '{trustedTokenIssuerArn}' },
    byHand: ['aws sso-admin delete-trusted-token-issuer --trusted-token-issuer-arn {trustedTokenIssuerArn}'],
  },
  {
    opens: [
      'sso-directory/CreateExternalIdPConfigurationForDirectory',
      'sso-directory/EnableExternalIdPConfigurationForDirectory',
      'sso-directory/UpdateExternalIdPConfigurationForDirectory',
    ],
    makes: {
      kind: 'provider',
      what: 'sign-in-directory',
      arn: 'configuration {idpConfigurationId|externalIdPConfiguration.idpConfigurationId|=unknown} of the identity source of {identityStoreId|directoryId}',
      shape: /^configuration .+ of the identity source of /u,
    },
    closes: Object.fromEntries(
      ['Disable', 'Delete'].map((action) => [
        `sso-directory/${action}ExternalIdPConfigurationForDirectory`,
        '{identityStoreId|directoryId} {idpConfigurationId|externalIdPConfiguration.idpConfigurationId}',
      ]),
    ),
    byHand: [],
  },
  {
    opens: ['sso/AssociateDirectory', 'sso/UpdateSSOConfiguration'],
    makes: {
      kind: 'provider',
      what: 'sign-in-directory',
      arn: 'identity source of {identityStoreId|directoryId|instanceArn|=Identity Center}',
      shape: /^identity source of /u,
    },
    closes: { 'sso/DisassociateDirectory': '{identityStoreId|directoryId}' },
    byHand: [],
  },
  {
    opens: ['ds-data/AddGroupMember'],
    makes: {
      kind: 'access',
      holder: 'directory user {memberName} of {directoryId}',
      policy: 'group {groupName}',
    },
    closes: {
      'ds-data/RemoveGroupMember': '{directoryId} {groupName} {memberName}',
      'ds-data/DeleteUser': '{directoryId} {memberName|sAMAccountName}',
    },
    byHand: [
      'aws ds-data remove-group-member --directory-id {directoryId} --group-name {groupName} --member-name {memberName} --region {region}',
    ],
  },
  {
    opens: ['ds/CreateTrust'],
    makes: {
      kind: 'provider',
      what: 'sign-in-directory',
      arn: 'trust of {directoryId} in {remoteDomainName}',
      shape: /^trust of d-/u,
    },
    closes: { 'ds/DeleteTrust': '{trustId}', 'ds/DeleteDirectory': '{directoryId}' },
    byHand: [
      'aws ds describe-trusts --directory-id {directoryId} --region {region}',
      'aws ds delete-trust --trust-id TRUST_ID --region {region}',
    ],
  },
];
