import type { DoorRow } from '../door-row.ts';

/** What a certificate lets its holder do: by IoT, and by Roles Anywhere. */
export const certificateAccess: readonly DoorRow[] = [
  /* IoT */
  {
    opens: ['iot/CreateRoleAlias', 'iot/UpdateRoleAlias'],
    makes: {
      kind: 'provider',
      what: 'role-alias',
      arn: '{roleAliasArn|roleAlias}',
      shape: /:rolealias\//u,
      roles: '{roleArn}',
    },
    closes: { 'iot/DeleteRoleAlias': '{roleAlias}' },
    byHand: ['aws iot delete-role-alias --role-alias {roleAliasArn:name} --region {region}'],
  },
  {
    opens: ['iot/CreatePolicyVersion setAsDefault=true', 'iot/SetDefaultPolicyVersion'],
    makes: {
      kind: 'access',
      holder: 'whoever has IoT policy {policyName}',
      policy: 'version {policyVersionId}',
    },
    // What is the default cannot be deleted: whoever deletes it has put another in its place.
    closes: {
      'iot/DeletePolicyVersion': '{policyName} {policyVersionId}',
      'iot/DeletePolicy': '{policyName}',
    },
    byHand: [
      'aws iot set-default-policy-version --policy-name {policyName} --policy-version-id VERSION_BEFORE --region {region}',
      'aws iot delete-policy-version --policy-name {policyName} --policy-version-id {policyVersionId} --region {region}',
    ],
  },
  {
    opens: [
      'iot/CreateAuthorizer',
      'iot/UpdateAuthorizer authorizerFunctionArn|tokenSigningPublicKeys',
      'iot/UpdateAuthorizer status=ACTIVE',
    ],
    makes: {
      kind: 'access',
      holder: 'whoever IoT authorizer {authorizerName} lets in',
      policy: 'what its function says',
    },
    closes: {
      'iot/UpdateAuthorizer status=INACTIVE': '{authorizerName}',
      'iot/DeleteAuthorizer': '{authorizerName}',
    },
    byHand: ['aws iot update-authorizer --authorizer-name {authorizerName} --status INACTIVE --region {region}'],
  },
  {
    opens: ['iot/AttachPolicy', 'iot/AttachPrincipalPolicy'],
    makes: {
      kind: 'access',
      holder: 'certificate or group {target|principal|x-amzn-iot-principal}',
      policy: 'IoT policy {policyName}',
    },
    closes: {
      'iot/DetachPolicy': '{policyName} {target|principal|x-amzn-iot-principal}',
      'iot/DetachPrincipalPolicy': '{policyName} {target|principal|x-amzn-iot-principal}',
      'iot/DeletePolicy': '{policyName}',
    },
    byHand: ['aws iot detach-policy --policy-name {policyName} --target {target} --region {region}'],
    doubt: 'What the policy allows is not in the call.',
  },
  /* Roles Anywhere */
  {
    opens: ['rolesanywhere/DisableCrl', 'rolesanywhere/DeleteCrl', 'rolesanywhere/UpdateCrl'],
    makes: { kind: 'provider', what: 'revocation-list', arn: '{crl.crlArn|crlId}', shape: /:crl\//u },
    closes: { 'rolesanywhere/EnableCrl': '{crl.crlId|crlId}' },
    byHand: ['aws rolesanywhere enable-crl --crl-id {crl.crlArn:name} --region {region}'],
    doubt: 'Certificates that it had revoked let their holders in again, if there are any.',
  },
];
