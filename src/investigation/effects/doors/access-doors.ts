import type { DoorRow } from './door-row.ts';

const behindIts = 'Its security groups say who gets there, and whoever does signs in besides.';

/** What lets somebody do more by no policy of IAM's, and what lets whole crowds in: memberships, providers, networks (names: the services' API models). */
export const accessDoors: readonly DoorRow[] = [
  /* Clusters */
  {
    opens: ['eks/CreateAccessEntry', 'eks/UpdateAccessEntry'],
    makes: {
      kind: 'access',
      holder: 'principal {principalArn}',
      policy: 'access to cluster {clusterName|name}',
    },
    closes: {
      'eks/DeleteAccessEntry': '{clusterName|name} {principalArn}',
      'eks/DeleteCluster': '{clusterName|name}',
    },
    byHand: [
      'aws eks delete-access-entry --cluster-name {clusterName} --principal-arn {principalArn} --region {region}',
    ],
  },
  {
    opens: ['eks/AssociateAccessPolicy'],
    makes: {
      kind: 'access',
      holder: 'principal {principalArn}',
      policy: '{policyArn:name} in cluster {clusterName|name}',
      administrator: /ClusterAdminPolicy in cluster /u,
    },
    closes: {
      'eks/DisassociateAccessPolicy': '{clusterName|name} {principalArn} {policyArn}',
      'eks/DeleteAccessEntry': '{clusterName|name} {principalArn}',
      'eks/DeleteCluster': '{clusterName|name}',
    },
    byHand: [
      'aws eks disassociate-access-policy --cluster-name {clusterName} --principal-arn {principalArn} --policy-arn arn:aws:eks::aws:cluster-access-policy/{policyArn} --region {region}',
      'aws eks delete-access-entry --cluster-name {clusterName} --principal-arn {principalArn} --region {region}',
    ],
  },
  {
    opens: ['eks/CreatePodIdentityAssociation', 'eks/UpdatePodIdentityAssociation'],
    makes: {
      kind: 'access',
      holder:
        'pods of {association.namespace|namespace}/{association.serviceAccount|serviceAccount} in cluster {clusterName|name}',
      policy: 'role {association.roleArn|roleArn}',
    },
    closes: {
      'eks/DeletePodIdentityAssociation': '{clusterName|name} {association.associationId|associationId}',
      'eks/DeleteCluster': '{clusterName|name}',
    },
    byHand: [
      'aws eks list-pod-identity-associations --cluster-name {clusterName} --namespace {association.namespace} --service-account {association.serviceAccount} --region {region}',
      'aws eks delete-pod-identity-association --cluster-name {clusterName} --association-id ASSOCIATION_ID --region {region}',
    ],
  },
  {
    opens: ['eks/AssociateIdentityProviderConfig'],
    makes: {
      kind: 'provider',
      what: 'sign-in-directory',
      arn: 'oidc {oidc.identityProviderConfigName} of cluster {clusterName|name}',
      shape: /^oidc .+ of cluster /u,
    },
    closes: {
      'eks/DisassociateIdentityProviderConfig':
        '{clusterName|name} {oidc.identityProviderConfigName|identityProviderConfig.name}',
      'eks/DeleteCluster': '{clusterName|name}',
    },
    byHand: [
      'aws eks disassociate-identity-provider-config --cluster-name {clusterName} --identity-provider-config type=oidc,name={oidc.identityProviderConfigName} --region {region}',
    ],
  },
  /* Directories of people */
  {
    opens: ['identitystore/CreateGroupMembership', 'sso-directory/AddMemberToGroup'],
    makes: {
      kind: 'access',
      holder: 'Identity Center person {memberId.userId|memberId|member.memberId}',
      policy: 'group {groupId}',
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
  /* Development environments */
  {
    opens: ['cloud9/CreateEnvironmentMembership', 'cloud9/UpdateEnvironmentMembership'],
    makes: {
      kind: 'access',
      holder: 'principal {userArn}',
      policy: 'development environment {environmentId}',
    },
    closes: {
      'cloud9/DeleteEnvironmentMembership': '{environmentId} {userArn}',
      'cloud9/DeleteEnvironment': '{environmentId}',
    },
    byHand: [
      'aws cloud9 delete-environment-membership --environment-id {environmentId} --user-arn {userArn} --region {region}',
    ],
  },
  /* Services that ask nobody who they are, or somebody else */
  ...(['Service', 'ServiceNetwork'] as const).map((what): DoorRow => {
    const named = what === 'Service' ? 'serviceIdentifier' : 'serviceNetworkIdentifier';
    const command = what === 'Service' ? 'service' : 'service-network';
    return {
      opens: [`vpc-lattice/Update${what} authType=NONE`],
      makes: {
        kind: 'access',
        holder: `whoever reaches lattice ${command} {${named}}`,
        policy: 'calls without a signature',
      },
      closes: {
        [`vpc-lattice/Update${what} authType=AWS_IAM`]: `{${named}}`,
        [`vpc-lattice/Delete${what}`]: `{${named}}`,
      },
      byHand: [
        `aws vpc-lattice update-${command} --${command}-identifier {${named}} --auth-type AWS_IAM --region {region}`,
      ],
    };
  }),
  {
    opens: ['transfer/UpdateServer identityProviderDetails'],
    makes: {
      kind: 'access',
      holder: 'whoever the identity provider of transfer server {serverId} vouches for',
      policy: 'its files',
    },
    closes: { 'transfer/DeleteServer': '{serverId}' },
    byHand: ['aws transfer describe-server --server-id {serverId} --region {region}'],
    doubt: 'The call writes the provider anew: what it was before is not on record.',
  },
  /* Buckets as file systems, and programming interfaces that ask for no signature */
  {
    opens: ['storagegateway/CreateNFSFileShare', 'storagegateway/CreateSMBFileShare'],
    makes: {
      kind: 'access',
      holder: 'whoever mounts file share {fileShareARN:name}',
      policy: 'objects in {locationARN}',
    },
    closes: {
      'storagegateway/DeleteFileShare': '{fileShareARN}',
      'storagegateway/DeleteGateway': '{gatewayARN}',
    },
    byHand: ['aws storagegateway delete-file-share --file-share-arn {fileShareARN} --force-delete --region {region}'],
  },
  {
    opens: ['apigateway/UpdateMethod patchOperations.value|updateMethodInput.patchOperations.value=NONE'],
    makes: {
      kind: 'access',
      holder: 'whoever calls {httpMethod} of API resource {restApiId}/{resourceId}',
      policy: 'calls without a signature',
    },
    closes: { 'apigateway/DeleteRestApi': '{restApiId}' },
    byHand: [
      'aws apigateway get-method --rest-api-id {restApiId} --resource-id {resourceId} --http-method {httpMethod} --region {region}',
    ],
  },
  {
    opens: ['apigateway/UpdateRoute authorizationType|updateRouteInput.authorizationType=NONE'],
    makes: {
      kind: 'access',
      holder: 'whoever calls route {routeId} of HTTP API {apiId}',
      policy: 'calls without a signature',
    },
    closes: { 'apigateway/DeleteApi': '{apiId}' },
    byHand: ['aws apigatewayv2 get-route --api-id {apiId} --route-id {routeId} --region {region}'],
  },
  {
    opens: ['elasticmapreduce/CreateStudioSessionMapping', 'elasticmapreduce/UpdateStudioSessionMapping'],
    makes: {
      kind: 'access',
      holder: 'Identity Center {identityType} {identityId|identityName}',
      policy: 'EMR Studio {studioId}',
    },
    closes: {
      'elasticmapreduce/DeleteStudioSessionMapping': '{studioId} {identityId|identityName}',
      'elasticmapreduce/DeleteStudio': '{studioId}',
    },
    byHand: [
      'aws emr delete-studio-session-mapping --studio-id {studioId} --identity-type {identityType} --identity-id {identityId} --region {region}',
    ],
  },
  /* Networks */
  {
    opens: ['ec2/ModifyManagedPrefixList addEntry.cidr'],
    makes: { kind: 'network', type: 'prefix list', gateway: '{prefixListId}', opened: '{addEntry.cidr}' },
    closes: {
      'ec2/ModifyManagedPrefixList removeEntry.cidr': '{prefixListId} {addEntry.cidr|removeEntry.cidr}',
      'ec2/DeleteManagedPrefixList': '{prefixListId}',
    },
    byHand: [
      'aws ec2 modify-managed-prefix-list --prefix-list-id {prefixListId} --current-version VERSION --remove-entries Cidr={addEntry.cidr} --region {region}',
    ],
    doubt: 'Only where a rule or a route names the list do these addresses get there.',
  },
  {
    opens: ['kafka/UpdateConnectivity connectivityInfo.publicAccess.type=SERVICE_PROVIDED_EIPS'],
    makes: { kind: 'network', type: 'Kafka cluster', gateway: '{clusterArn:name}', opened: 'from anywhere' },
    closes: {
      'kafka/UpdateConnectivity connectivityInfo.publicAccess.type=DISABLED': '{clusterArn}',
      'kafka/DeleteCluster': '{clusterArn}',
    },
    byHand: [
      'aws kafka update-connectivity --cluster-arn CLUSTER_ARN --current-version VERSION --connectivity-info PublicAccess={Type=DISABLED} --region {region}',
    ],
    doubt: behindIts,
  },
  ...(
    [
      ['redshift', 'ModifyCluster', 'DeleteCluster', 'clusterIdentifier', 'modify-cluster --cluster-identifier'],
      [
        'redshift-serverless',
        'UpdateWorkgroup',
        'DeleteWorkgroup',
        'workgroupName',
        'update-workgroup --workgroup-name',
      ],
    ] as const
  ).map(([service, writes, ends, name, command]): DoorRow => ({
    opens: [`${service}/${writes} publiclyAccessible=true`],
    makes: { kind: 'network', type: `${service} warehouse`, gateway: `{${name}}`, opened: 'from anywhere' },
    closes: { [`${service}/${writes} publiclyAccessible=false`]: `{${name}}`, [`${service}/${ends}`]: `{${name}}` },
    byHand: [`aws ${service} ${command} {${name}} --no-publicly-accessible --region {region}`],
    doubt: behindIts,
  })),
  {
    opens: ['workspaces/AuthorizeIpRules', 'workspaces/UpdateRulesOfIpGroup'],
    makes: { kind: 'network', type: 'WorkSpaces IP group', gateway: '{groupId}', opened: 'from {userRules.ipRule}' },
    closes: {
      'workspaces/RevokeIpRules': '{groupId} {userRules.ipRule|userRules}',
      'workspaces/DeleteIpGroup': '{groupId}',
    },
    byHand: ['aws workspaces revoke-ip-rules --group-id {groupId} --user-rules {userRules.ipRule} --region {region}'],
    doubt: 'Whoever comes from there signs in to a desktop besides.',
  },
  {
    opens: ['rds/AuthorizeDBSecurityGroupIngress cIDRIP'],
    makes: {
      kind: 'network',
      type: 'database security group',
      gateway: '{dBSecurityGroupName}',
      opened: 'all traffic from {cIDRIP}',
    },
    closes: {
      'rds/RevokeDBSecurityGroupIngress': '{dBSecurityGroupName} {cIDRIP}',
      'rds/DeleteDBSecurityGroup': '{dBSecurityGroupName}',
    },
    byHand: [
      'aws rds revoke-db-security-group-ingress --db-security-group-name {dBSecurityGroupName} --cidrip {cIDRIP} --region {region}',
    ],
  },
  ...(
    [
      [
        'rds/AuthorizeDBSecurityGroupIngress',
        'rds/RevokeDBSecurityGroupIngress',
        'rds/DeleteDBSecurityGroup',
        'database',
        'dBSecurityGroupName',
      ],
      [
        'redshift/AuthorizeClusterSecurityGroupIngress',
        'redshift/RevokeClusterSecurityGroupIngress',
        'redshift/DeleteClusterSecurityGroup',
        'cluster',
        'clusterSecurityGroupName',
      ],
      [
        'elasticache/AuthorizeCacheSecurityGroupIngress',
        'elasticache/RevokeCacheSecurityGroupIngress',
        'elasticache/DeleteCacheSecurityGroup',
        'cache',
        'cacheSecurityGroupName',
      ],
    ] as const
  ).map(([opens, revokes, ends, of, name]): DoorRow => {
    const group = '{eC2SecurityGroupId|eC2SecurityGroupName} of {eC2SecurityGroupOwnerId|=the own account}';
    return {
      opens: [`${opens} eC2SecurityGroupId|eC2SecurityGroupName`],
      makes: {
        kind: 'network',
        type: `${of} security group`,
        gateway: `{${name}}`,
        opened: `all traffic from EC2 group ${group}`,
      },
      closes: { [revokes]: `{${name}} ${group}`, [ends]: `{${name}}` },
      byHand: [],
    };
  }),
  {
    opens: ['redshift/AuthorizeClusterSecurityGroupIngress cIDRIP'],
    makes: {
      kind: 'network',
      type: 'cluster security group',
      gateway: '{clusterSecurityGroupName}',
      opened: 'all traffic from {cIDRIP}',
    },
    closes: {
      'redshift/RevokeClusterSecurityGroupIngress': '{clusterSecurityGroupName} {cIDRIP}',
      'redshift/DeleteClusterSecurityGroup': '{clusterSecurityGroupName}',
    },
    byHand: [
      'aws redshift revoke-cluster-security-group-ingress --cluster-security-group-name {clusterSecurityGroupName} --cidrip {cIDRIP} --region {region}',
    ],
  },
  {
    opens: ['ec2/AcceptTransitGatewayVpcAttachment', 'ec2/CreateTransitGatewayVpcAttachment'],
    makes: {
      kind: 'network',
      type: 'transit gateway attachment',
      gateway: '{transitGatewayAttachmentId|transitGatewayVpcAttachment.transitGatewayAttachmentId}',
      opened: 'to another network',
    },
    closes: {
      'ec2/DeleteTransitGatewayVpcAttachment':
        '{transitGatewayAttachmentId|transitGatewayVpcAttachment.transitGatewayAttachmentId}',
    },
    byHand: [
      'aws ec2 delete-transit-gateway-vpc-attachment --transit-gateway-attachment-id {transitGatewayAttachmentId} --region {region}',
    ],
  },
  {
    opens: ['ec2/AcceptTransitGatewayPeeringAttachment', 'ec2/CreateTransitGatewayPeeringAttachment'],
    makes: {
      kind: 'network',
      type: 'transit gateway peering',
      gateway: '{transitGatewayAttachmentId|transitGatewayPeeringAttachment.transitGatewayAttachmentId}',
      opened: 'to another network',
    },
    closes: {
      'ec2/DeleteTransitGatewayPeeringAttachment':
        '{transitGatewayAttachmentId|transitGatewayPeeringAttachment.transitGatewayAttachmentId}',
    },
    byHand: [
      'aws ec2 delete-transit-gateway-peering-attachment --transit-gateway-attachment-id {transitGatewayAttachmentId} --region {region}',
    ],
  },
  {
    opens: ['ec2/ModifyNetworkInterfaceAttribute groupSet'],
    makes: {
      kind: 'network',
      type: 'network interface',
      gateway: '{networkInterfaceId}',
      opened: 'by security group {groupSet.groupId}',
    },
    closes: { 'ec2/DeleteNetworkInterface': '{networkInterfaceId}' },
    byHand: [
      'aws ec2 modify-network-interface-attribute --network-interface-id {networkInterfaceId} --groups GROUPS_BEFORE --region {region}',
    ],
  },
  {
    opens: ['ec2/ModifyInstanceAttribute groupSet'],
    makes: {
      kind: 'network',
      type: 'instance',
      gateway: '{instanceId}',
      opened: 'by security group {groupSet.groupId}',
    },
    closes: { 'ec2/TerminateInstances': '{instancesSet.instanceId|instanceId}' },
    byHand: ['aws ec2 modify-instance-attribute --instance-id {instanceId} --groups GROUPS_BEFORE --region {region}'],
  },
  {
    opens: ['ec2/CreateInstanceConnectEndpoint'],
    makes: {
      kind: 'network',
      type: 'Instance Connect endpoint',
      gateway: '{instanceConnectEndpoint.instanceConnectEndpointId}',
      opened: 'subnet {instanceConnectEndpoint.subnetId|subnetId}',
    },
    closes: {
      'ec2/DeleteInstanceConnectEndpoint':
        '{instanceConnectEndpoint.instanceConnectEndpointId|instanceConnectEndpointId}',
    },
    byHand: [
      'aws ec2 delete-instance-connect-endpoint --instance-connect-endpoint-id {instanceConnectEndpoint.instanceConnectEndpointId} --region {region}',
    ],
  },
  {
    opens: [
      'ec2/CreateVerifiedAccessEndpoint',
      'ec2/ModifyVerifiedAccessEndpointPolicy',
      'ec2/ModifyVerifiedAccessEndpoint',
    ],
    makes: {
      kind: 'network',
      type: 'Verified Access endpoint',
      gateway: '{verifiedAccessEndpoint.verifiedAccessEndpointId|verifiedAccessEndpointId}',
      opened: 'whoever its policy lets in',
    },
    closes: {
      'ec2/DeleteVerifiedAccessEndpoint': '{verifiedAccessEndpoint.verifiedAccessEndpointId|verifiedAccessEndpointId}',
    },
    byHand: [
      'aws ec2 get-verified-access-endpoint-policy --verified-access-endpoint-id {verifiedAccessEndpoint.verifiedAccessEndpointId} --region {region}',
      'aws ec2 delete-verified-access-endpoint --verified-access-endpoint-id {verifiedAccessEndpoint.verifiedAccessEndpointId} --region {region}',
    ],
    doubt: 'Its policy, which is written in a language of its own, says who comes in.',
  },
  {
    opens: ['ec2/ModifyVerifiedAccessGroupPolicy'],
    makes: {
      kind: 'network',
      type: 'Verified Access group',
      gateway: '{verifiedAccessGroupId}',
      opened: 'whoever its policy lets in',
    },
    closes: { 'ec2/DeleteVerifiedAccessGroup': '{verifiedAccessGroupId}' },
    byHand: [
      'aws ec2 get-verified-access-group-policy --verified-access-group-id {verifiedAccessGroupId} --region {region}',
    ],
    doubt: 'Its policy, which is written in a language of its own, says who comes in.',
  },
  {
    opens: ['ec2/CreateVerifiedAccessTrustProvider', 'ec2/ModifyVerifiedAccessTrustProvider'],
    makes: {
      kind: 'provider',
      what: 'sign-in-directory',
      arn: '{verifiedAccessTrustProvider.verifiedAccessTrustProviderId|verifiedAccessTrustProviderId}',
      shape: /^vatp-/u,
    },
    closes: {
      'ec2/DeleteVerifiedAccessTrustProvider':
        '{verifiedAccessTrustProvider.verifiedAccessTrustProviderId|verifiedAccessTrustProviderId}',
    },
    byHand: [],
  },
  {
    opens: ['ec2/CreateClientVpnEndpoint'],
    makes: {
      kind: 'network',
      type: 'client VPN',
      gateway: '{clientVpnEndpointId}',
      opened: 'from outside',
    },
    closes: { 'ec2/DeleteClientVpnEndpoint': '{clientVpnEndpointId}' },
    byHand: ['aws ec2 delete-client-vpn-endpoint --client-vpn-endpoint-id {clientVpnEndpointId} --region {region}'],
  },
  {
    opens: ['ec2/AuthorizeClientVpnIngress !accessGroupId'],
    makes: {
      kind: 'network',
      type: 'client VPN',
      gateway: '{clientVpnEndpointId}',
      opened: 'to {targetNetworkCidr} for all groups',
    },
    closes: {
      'ec2/RevokeClientVpnIngress': '{clientVpnEndpointId} {targetNetworkCidr} {accessGroupId|=all groups}',
      'ec2/DeleteClientVpnEndpoint': '{clientVpnEndpointId}',
    },
    byHand: [
      'aws ec2 revoke-client-vpn-ingress --client-vpn-endpoint-id {clientVpnEndpointId} --target-network-cidr {targetNetworkCidr} --revoke-all-groups --region {region}',
    ],
  },
  {
    opens: ['ec2/AuthorizeClientVpnIngress accessGroupId'],
    makes: {
      kind: 'network',
      type: 'client VPN',
      gateway: '{clientVpnEndpointId}',
      opened: 'to {targetNetworkCidr} for group {accessGroupId}',
    },
    closes: {
      'ec2/RevokeClientVpnIngress': '{clientVpnEndpointId} {targetNetworkCidr} {accessGroupId|=all groups}',
      'ec2/DeleteClientVpnEndpoint': '{clientVpnEndpointId}',
    },
    byHand: [
      'aws ec2 revoke-client-vpn-ingress --client-vpn-endpoint-id {clientVpnEndpointId} --target-network-cidr {targetNetworkCidr} --access-group-id {accessGroupId} --region {region}',
    ],
  },
  {
    opens: [
      'ec2/CreateNetworkAclEntry egress=false ruleAction=allow',
      'ec2/ReplaceNetworkAclEntry egress=false ruleAction=allow',
    ],
    makes: {
      kind: 'network',
      type: 'network ACL',
      gateway: '{networkAclId}',
      opened: 'rule {ruleNumber} for protocol {aclProtocol|protocol|=any} from {cidrBlock+ipv6CidrBlock}',
    },
    // A rule that is written anew may let in the same and more.
    closes: {
      'ec2/DeleteNetworkAclEntry egress=false': '{networkAclId} {ruleNumber}',
      'ec2/ReplaceNetworkAclEntry egress=false ruleAction=deny': '{networkAclId} {ruleNumber}',
      'ec2/DeleteNetworkAcl': '{networkAclId}',
    },
    byHand: [
      'aws ec2 delete-network-acl-entry --network-acl-id {networkAclId} --rule-number {ruleNumber} --ingress --region {region}',
    ],
    doubt: 'What is behind it lets in whom its security groups let in.',
  },
  {
    opens: [],
    makes: { kind: 'network', type: 'cluster endpoint', gateway: '{name}', opened: 'from {publicAccessCidrs}' },
    closes: {},
    byHand: [
      'aws eks describe-cluster --name {name} --query cluster.resourcesVpcConfig --region {region}',
      'aws eks update-cluster-config --name {name} --resources-vpc-config publicAccessCidrs=NETWORKS_BEFORE --region {region}',
    ],
  },
  {
    opens: ['ec2/CreateVpnConnection'],
    makes: {
      kind: 'network',
      type: 'VPN connection',
      gateway: '{vpnConnection.vpnConnectionId}',
      opened: 'to {customerGatewayId}',
    },
    closes: { 'ec2/DeleteVpnConnection': '{vpnConnection.vpnConnectionId|vpnConnectionId}' },
    byHand: ['aws ec2 delete-vpn-connection --vpn-connection-id {vpnConnection.vpnConnectionId} --region {region}'],
  },
  {
    opens: ['ec2/AcceptVpcPeeringConnection'],
    makes: {
      kind: 'network',
      type: 'VPC peering',
      gateway: '{vpcPeeringConnectionId}',
      opened:
        'to {vpcPeeringConnection.requesterVpcInfo.ownerId|=another account}/{vpcPeeringConnection.requesterVpcInfo.vpcId|=its network}',
    },
    closes: { 'ec2/DeleteVpcPeeringConnection': '{vpcPeeringConnectionId}' },
    byHand: [
      'aws ec2 delete-vpc-peering-connection --vpc-peering-connection-id {vpcPeeringConnectionId} --region {region}',
    ],
  },
  {
    opens: ['lightsail/OpenInstancePublicPorts'],
    makes: {
      kind: 'network',
      type: 'Lightsail instance',
      gateway: '{instanceName}',
      opened:
        'ports {portInfo.fromPort} to {portInfo.toPort} of {portInfo.protocol} from {portInfo.cidrs+portInfo.ipv6Cidrs+portInfo.cidrListAliases|=anywhere}',
    },
    closes: {},
    byHand: [
      'aws lightsail get-instance-port-states --instance-name {instanceName} --region {region}',
      'aws lightsail close-instance-public-ports --port-info fromPort={portInfo.fromPort},toPort={portInfo.toPort},protocol={portInfo.protocol},SOURCES_AS_SHOWN --instance-name {instanceName} --region {region}',
    ],
  },
  /* Machines of their own */
  {
    opens: ['lightsail/CreateInstances', 'lightsail/CreateInstancesFromSnapshot'],
    makes: { kind: 'machine', instance: 'Lightsail {instanceNames}', how: 'launched' },
    closes: { 'lightsail/DeleteInstance': '{instanceNames|instanceName}' },
    byHand: ['aws lightsail delete-instance --instance-name {instanceNames} --region {region}'],
  },
];
