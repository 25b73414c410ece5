import type { DoorRow } from './door-row.ts';

/** A resource whose policy is written whole, and taken away by one call. */
function byPolicy(
  type: string,
  call: string,
  { resource, policy, ends, byHand }: { resource: string; policy: string; ends: DoorRow['closes']; byHand: string },
): DoorRow {
  return {
    opens: [call],
    makes: { kind: 'policy', type, resource, policy },
    closes: ends,
    byHand: [byHand],
  };
}

/** A list of principals to which a call adds one, and from which another takes it. */
function byList(
  type: string,
  call: string,
  names: { resource: string; by: string; with: string; ends: DoorRow['closes']; byHand: readonly string[] },
): DoorRow {
  const { resource, by, ends, byHand } = names;
  return { opens: [call], makes: { kind: 'list', type, resource, by, with: names.with }, closes: ends, byHand };
}

/** What an account is that may administer a service in all accounts of its organization. */
export const delegatedAdministrator = 'delegated administrator';

/** A call by which a service is handed to an account for the whole organization, and the one that takes it back. */
interface Delegation {
  readonly service: string;
  /** Where it is not named after the service. */
  readonly principal?: string;
  readonly opens: string;
  /** Where the call names the account. */
  readonly account: string;
  readonly closes: string;
  readonly command: string;
}

const organizationAdmin = { opens: 'EnableOrganizationAdminAccount', closes: 'DisableOrganizationAdminAccount' };
const disablesNamed = 'disable-organization-admin-account --admin-account-id {adminAccountId}';

const delegations: readonly Delegation[] = [
  { service: 'guardduty', ...organizationAdmin, account: 'adminAccountId', command: disablesNamed },
  { service: 'securityhub', ...organizationAdmin, account: 'adminAccountId', command: disablesNamed },
  {
    service: 'macie2',
    principal: 'macie.amazonaws.com',
    ...organizationAdmin,
    account: 'adminAccountId',
    command: disablesNamed,
  },
  { service: 'detective', ...organizationAdmin, account: 'accountId', command: 'disable-organization-admin-account' },
  {
    service: 'inspector2',
    opens: 'EnableDelegatedAdminAccount',
    account: 'delegatedAdminAccountId',
    closes: 'DisableDelegatedAdminAccount',
    command: 'disable-delegated-admin-account --delegated-admin-account-id {delegatedAdminAccountId}',
  },
  {
    service: 'auditmanager',
    opens: 'RegisterOrganizationAdminAccount',
    account: 'adminAccountId',
    closes: 'DeregisterOrganizationAdminAccount',
    command: 'deregister-organization-admin-account --admin-account-id {adminAccountId}',
  },
  {
    service: 'fms',
    opens: 'AssociateAdminAccount',
    account: 'adminAccount',
    closes: 'DisassociateAdminAccount',
    command: 'disassociate-admin-account',
  },
  {
    service: 'securitylake',
    opens: 'RegisterDataLakeDelegatedAdministrator',
    account: 'accountId',
    closes: 'DeregisterDataLakeDelegatedAdministrator',
    command: 'deregister-data-lake-delegated-administrator',
  },
];

/** Resources that policies and lists of their own let others at (names: the services' API models). */
export const shareDoors: readonly DoorRow[] = [
  byPolicy('table', 'dynamodb/PutResourcePolicy', {
    resource: '{resourceArn:name}',
    policy: 'policy',
    ends: { 'dynamodb/DeleteResourcePolicy': '{resourceArn}', 'dynamodb/DeleteTable': '{resourceArn|tableName:name}' },
    byHand: 'aws dynamodb delete-resource-policy --resource-arn TABLE_ARN --region {region}',
  }),
  byPolicy('logs', 'logs/PutResourcePolicy', {
    resource: '{policyName}',
    policy: 'policyDocument',
    ends: { 'logs/DeleteResourcePolicy': '{policyName}' },
    byHand: 'aws logs delete-resource-policy --policy-name {policyName} --region {region}',
  }),
  byPolicy('log destination', 'logs/PutDestinationPolicy', {
    resource: '{destinationName}',
    policy: 'accessPolicy',
    ends: { 'logs/DeleteDestination': '{destinationName}' },
    byHand: 'aws logs delete-destination --destination-name {destinationName} --region {region}',
  }),
  byList('log group', 'logs/PutSubscriptionFilter', {
    resource: '{logGroupName}',
    by: 'filter {filterName}',
    with: '{destinationArn}',
    ends: {
      'logs/DeleteSubscriptionFilter': '{logGroupName} {filterName}',
      'logs/DeleteLogGroup': '{logGroupName}',
    },
    byHand: [
      'aws logs delete-subscription-filter --log-group-name {logGroupName} --filter-name {filterName} --region {region}',
    ],
  }),
  byList('log groups', 'logs/PutAccountPolicy policyType=SUBSCRIPTION_FILTER_POLICY', {
    resource: '{selectionCriteria|=all log groups}',
    by: 'policy {policyName}',
    with: '{policyDocument.DestinationArn}',
    ends: { 'logs/DeleteAccountPolicy policyType=SUBSCRIPTION_FILTER_POLICY': '{policyName}' },
    byHand: [
      'aws logs delete-account-policy --policy-name {policyName} --policy-type SUBSCRIPTION_FILTER_POLICY --region {region}',
    ],
  }),
  byList('telemetry', 'oam/CreateLink', {
    resource: 'metrics, logs and traces',
    by: 'link {arn|=unknown}',
    with: '{sinkIdentifier}',
    ends: { 'oam/DeleteLink': '{arn|identifier}' },
    byHand: ['aws oam delete-link --identifier {arn} --region {region}'],
  }),
  byList('configuration', 'config/PutAggregationAuthorization', {
    resource: 'records of the account',
    by: 'aggregation in {authorizedAwsRegion}',
    with: '{authorizedAccountId}',
    ends: { 'config/DeleteAggregationAuthorization': '{authorizedAccountId} {authorizedAwsRegion}' },
    byHand: [
      'aws configservice delete-aggregation-authorization --authorized-account-id {authorizedAccountId} --authorized-aws-region {authorizedAwsRegion} --region {region}',
    ],
  }),
  byPolicy('multi-region access point', 's3/PutMultiRegionAccessPointPolicy', {
    resource: '{details.name}',
    policy: 'details.policy',
    ends: { 's3/DeleteMultiRegionAccessPoint': '{details.name}' },
    byHand:
      'aws s3control put-multi-region-access-point-policy --account-id ACCOUNT_ID --details Name={details.name},Policy=POLICY_AS_IT_WAS --region us-west-2',
  }),
  byPolicy('object lambda access point', 's3/PutAccessPointPolicyForObjectLambda', {
    resource: '{name}',
    policy: 'policy',
    ends: {
      's3/DeleteAccessPointPolicyForObjectLambda': '{name}',
      's3/DeleteAccessPointForObjectLambda': '{name}',
    },
    byHand:
      'aws s3control delete-access-point-policy-for-object-lambda --account-id ACCOUNT_ID --name {name} --region {region}',
  }),
  byList('bucket', 's3/CreateAccessGrant', {
    resource: '{accessGrantsLocationId}',
    by: 'access grant {accessGrantId|=unknown}',
    with: '{grantee.granteeIdentifier}',
    ends: { 's3/DeleteAccessGrant': '{accessGrantId|id}' },
    byHand: [
      'aws s3control delete-access-grant --account-id ACCOUNT_ID --access-grant-id {accessGrantId} --region {region}',
    ],
  }),
  byPolicy('table bucket', 's3tables/PutTableBucketPolicy', {
    resource: '{tableBucketARN:name}',
    policy: 'resourcePolicy',
    ends: { 's3tables/DeleteTableBucketPolicy': '{tableBucketARN}' },
    byHand: 'aws s3tables delete-table-bucket-policy --table-bucket-arn TABLE_BUCKET_ARN --region {region}',
  }),
  byPolicy('package domain', 'codeartifact/PutDomainPermissionsPolicy', {
    resource: '{domain}',
    policy: 'policyDocument',
    ends: { 'codeartifact/DeleteDomainPermissionsPolicy': '{domain}', 'codeartifact/DeleteDomain': '{domain}' },
    byHand: 'aws codeartifact delete-domain-permissions-policy --domain {domain} --region {region}',
  }),
  byPolicy('image registry', 'ecr/PutRegistryPolicy', {
    resource: 'registry of the account',
    policy: 'policyText',
    ends: { 'ecr/DeleteRegistryPolicy': 'registry' },
    byHand: 'aws ecr delete-registry-policy --region {region}',
  }),
  byList('image registry', 'ecr/PutReplicationConfiguration', {
    resource: 'registry of the account',
    by: 'replication',
    with: '{replicationConfiguration.rules.destinations.registryId}',
    ends: {},
    byHand: ['aws ecr put-replication-configuration --replication-configuration \'{"rules":[]}\' --region {region}'],
  }),
  byPolicy('stream', 'kinesis/PutResourcePolicy', {
    resource: '{resourceARN:name}',
    policy: 'policy',
    ends: { 'kinesis/DeleteResourcePolicy': '{resourceARN}' },
    byHand: 'aws kinesis delete-resource-policy --resource-arn STREAM_ARN --region {region}',
  }),
  byPolicy('file system', 'elasticfilesystem/PutFileSystemPolicy', {
    resource: '{fileSystemId}',
    policy: 'policy',
    ends: {
      'elasticfilesystem/DeleteFileSystemPolicy': '{fileSystemId}',
      'elasticfilesystem/DeleteFileSystem': '{fileSystemId}',
    },
    byHand: 'aws efs delete-file-system-policy --file-system-id {fileSystemId} --region {region}',
  }),
  byPolicy('archive vault', 'glacier/SetVaultAccessPolicy', {
    resource: '{vaultName}',
    policy: 'policy.policy',
    ends: { 'glacier/DeleteVaultAccessPolicy': '{vaultName}', 'glacier/DeleteVault': '{vaultName}' },
    byHand: 'aws glacier delete-vault-access-policy --account-id - --vault-name {vaultName} --region {region}',
  }),
  byPolicy('certificate authority', 'acm-pca/PutPolicy', {
    resource: '{resourceArn:name}',
    policy: 'policy',
    ends: { 'acm-pca/DeletePolicy': '{resourceArn}' },
    byHand: 'aws acm-pca delete-policy --resource-arn AUTHORITY_ARN --region {region}',
  }),
  byPolicy('Kafka cluster', 'kafka/PutClusterPolicy', {
    resource: '{clusterArn:name}',
    policy: 'policy',
    ends: { 'kafka/DeleteClusterPolicy': '{clusterArn}', 'kafka/DeleteCluster': '{clusterArn}' },
    byHand: 'aws kafka delete-cluster-policy --cluster-arn CLUSTER_ARN --region {region}',
  }),
  byPolicy('event data store', 'cloudtrail/PutResourcePolicy', {
    resource: '{resourceArn:name}',
    policy: 'resourcePolicy',
    ends: { 'cloudtrail/DeleteResourcePolicy': '{resourceArn}' },
    byHand: 'aws cloudtrail delete-resource-policy --resource-arn RESOURCE_ARN --region {region}',
  }),
  byPolicy('parameter', 'ssm/PutResourcePolicy', {
    resource: '{resourceArn:name}',
    policy: 'policy',
    ends: { 'ssm/DeleteResourcePolicy': '{resourceArn} {policyId}' },
    byHand:
      'aws ssm delete-resource-policy --resource-arn RESOURCE_ARN --policy-id POLICY_ID --policy-hash POLICY_HASH --region {region}',
  }),
  byPolicy('lattice service', 'vpc-lattice/PutAuthPolicy', {
    resource: '{resourceIdentifier:name}',
    policy: 'policy',
    ends: { 'vpc-lattice/DeleteAuthPolicy': '{resourceIdentifier}' },
    byHand: 'aws vpc-lattice delete-auth-policy --resource-identifier {resourceIdentifier} --region {region}',
  }),
  byPolicy('build project', 'codebuild/PutResourcePolicy', {
    resource: '{resourceArn:name}',
    policy: 'policy',
    ends: { 'codebuild/DeleteResourcePolicy': '{resourceArn}' },
    byHand: 'aws codebuild delete-resource-policy --resource-arn RESOURCE_ARN --region {region}',
  }),
  byPolicy('warehouse', 'redshift/PutResourcePolicy', {
    resource: '{resourceArn:name}',
    policy: 'policy',
    ends: { 'redshift/DeleteResourcePolicy': '{resourceArn}' },
    byHand: 'aws redshift delete-resource-policy --resource-arn RESOURCE_ARN --region {region}',
  }),
  byPolicy('warehouse snapshot', 'redshift-serverless/PutResourcePolicy', {
    resource: '{resourceArn:name}',
    policy: 'policy',
    ends: { 'redshift-serverless/DeleteResourcePolicy': '{resourceArn}' },
    byHand: 'aws redshift-serverless delete-resource-policy --resource-arn RESOURCE_ARN --region {region}',
  }),
  byPolicy('mail identity', 'ses/PutIdentityPolicy', {
    resource: '{identity}/{policyName}',
    policy: 'policy',
    ends: { 'ses/DeleteIdentityPolicy': '{identity} {policyName}', 'ses/DeleteIdentity': '{identity}' },
    byHand: 'aws ses delete-identity-policy --identity {identity} --policy-name {policyName} --region {region}',
  }),
  ...['CreateEmailIdentityPolicy', 'UpdateEmailIdentityPolicy'].map((action) =>
    byPolicy('mail identity', `ses/${action}`, {
      resource: '{emailIdentity}/{policyName}',
      policy: 'policy',
      ends: {
        'ses/DeleteEmailIdentityPolicy': '{emailIdentity} {policyName}',
        'ses/DeleteEmailIdentity': '{emailIdentity}',
      },
      byHand:
        'aws sesv2 delete-email-identity-policy --email-identity {emailIdentity} --policy-name {policyName} --region {region}',
    }),
  ),
  byPolicy('organization', 'organizations/PutResourcePolicy', {
    resource: 'delegation policy',
    policy: 'content',
    ends: { 'organizations/DeleteResourcePolicy': 'policy' },
    byHand: 'aws organizations delete-resource-policy',
  }),
  byPolicy('machine image recipe', 'imagebuilder/PutImagePolicy', {
    resource: '{imageArn:name}',
    policy: 'policy',
    ends: { 'imagebuilder/DeleteImage': '{imageArn|imageBuildVersionArn}' },
    byHand: 'aws imagebuilder put-image-policy --image-arn IMAGE_ARN --policy POLICY_AS_IT_WAS --region {region}',
  }),
  // Before the row of all services: CloudTrail's own call makes and takes away the rest of it.
  byList('organization', 'cloudtrail/RegisterOrganizationDelegatedAdmin', {
    resource: 'cloudtrail.amazonaws.com',
    by: delegatedAdministrator,
    with: '{memberAccountId}',
    ends: {
      'cloudtrail/DeregisterOrganizationDelegatedAdmin': '{memberAccountId|delegatedAdminAccountId}',
      'organizations/DeregisterDelegatedAdministrator':
        '{memberAccountId|accountId} {servicePrincipal|=cloudtrail.amazonaws.com}',
    },
    byHand: ['aws cloudtrail deregister-organization-delegated-admin --delegated-admin-account-id {memberAccountId}'],
  }),
  // The services that an organization's account hands over by calls of their own (references of their APIs).
  ...delegations.map(({ service, principal = `${service}.amazonaws.com`, opens, account, closes, command }) =>
    byList('organization', `${service}/${opens}`, {
      resource: principal,
      by: delegatedAdministrator,
      with: `{${account}}`,
      ends: { [`${service}/${closes}`]: command.includes('{') ? `{${account}}` : principal },
      byHand: [`aws ${service} ${command} --region {region}`],
    }),
  ),
  byList('organization', 'organizations/RegisterDelegatedAdministrator', {
    resource: '{servicePrincipal}',
    by: delegatedAdministrator,
    with: '{accountId}',
    ends: { 'organizations/DeregisterDelegatedAdministrator': '{accountId} {servicePrincipal}' },
    byHand: [
      'aws organizations deregister-delegated-administrator --account-id {accountId} --service-principal {servicePrincipal}',
    ],
  }),
  byList('domain', 'route53domains/TransferDomainToAnotherAwsAccount', {
    resource: '{domainName}',
    by: 'transfer',
    with: '{accountId}',
    ends: { 'route53domains/CancelDomainTransferToAnotherAwsAccount': '{domainName}' },
    byHand: [
      'aws route53domains cancel-domain-transfer-to-another-aws-account --domain-name {domainName} --region us-east-1',
    ],
  }),
  byList('signing profile', 'signer/AddProfilePermission', {
    resource: '{profileName}',
    by: 'statement {statementId}',
    with: '{principal}',
    ends: { 'signer/RemoveProfilePermission': '{profileName} {statementId}' },
    byHand: [
      'aws signer remove-profile-permission --profile-name {profileName} --statement-id {statementId} --revision-id REVISION_ID --region {region}',
    ],
  }),
  byList('data lake', 'lakeformation/GrantPermissions', {
    resource: 'data lake of the account',
    by: 'permissions',
    with: '{principal.dataLakePrincipalIdentifier}',
    // What is revoked may be another permission, or on another table.
    ends: {},
    byHand: ['aws lakeformation list-permissions --region {region}'],
  }),
  byList('data share', 'redshift/AuthorizeDataShare', {
    resource: '{dataShareArn:name}',
    by: 'authorization',
    with: '{consumerIdentifier}',
    ends: { 'redshift/DeauthorizeDataShare': '{dataShareArn} {consumerIdentifier}' },
    byHand: [
      'aws redshift deauthorize-data-share --data-share-arn DATA_SHARE_ARN --consumer-identifier CONSUMER --region {region}',
    ],
  }),
  byList('warehouse', 'redshift/AuthorizeEndpointAccess', {
    resource: '{clusterIdentifier}',
    by: 'endpoint access',
    with: '{account}',
    // Whoever names networks revokes it for those alone.
    ends: { 'redshift/RevokeEndpointAccess !vpcIds': '{clusterIdentifier} {account}' },
    byHand: [
      'aws redshift revoke-endpoint-access --cluster-identifier {clusterIdentifier} --account ACCOUNT_ID --force --region {region}',
    ],
  }),
  byList('search domain', 'es/AuthorizeVpcEndpointAccess', {
    resource: '{domainName}',
    by: 'endpoint access',
    with: '{account}',
    ends: { 'es/RevokeVpcEndpointAccess': '{domainName} {account}' },
    byHand: [
      'aws opensearch revoke-vpc-endpoint-access --domain-name {domainName} --account ACCOUNT_ID --region {region}',
    ],
  }),
  byList('directory', 'ds/ShareDirectory', {
    resource: '{directoryId}',
    by: 'share',
    with: '{shareTarget.id}',
    ends: { 'ds/UnshareDirectory': '{directoryId} {shareTarget.id|unshareTarget.id}' },
    byHand: [
      'aws ds unshare-directory --directory-id {directoryId} --unshare-target Id=ACCOUNT_ID,Type=ACCOUNT --region {region}',
    ],
  }),
  byList('product portfolio', 'servicecatalog/CreatePortfolioShare', {
    resource: '{portfolioId}',
    by: 'share',
    with: '{accountId|organizationNode.value}',
    ends: { 'servicecatalog/DeletePortfolioShare': '{portfolioId} {accountId|organizationNode.value}' },
    byHand: [
      'aws servicecatalog delete-portfolio-share --portfolio-id {portfolioId} --account-id ACCOUNT_ID --region {region}',
    ],
  }),
  byList('endpoint service', 'ec2/ModifyVpcEndpointServicePermissions', {
    resource: '{serviceId}',
    by: 'list',
    with: '{addAllowedPrincipals}',
    ends: {
      'ec2/ModifyVpcEndpointServicePermissions removeAllowedPrincipals':
        '{serviceId} {addAllowedPrincipals|removeAllowedPrincipals}',
      'ec2/DeleteVpcEndpointServiceConfigurations': '{serviceId}',
    },
    byHand: [
      'aws ec2 modify-vpc-endpoint-service-permissions --service-id {serviceId} --remove-allowed-principals PRINCIPAL --region {region}',
    ],
  }),
  {
    ...byPolicy('VPC endpoint', 'ec2/ModifyVpcEndpoint policyDocument', {
      resource: '{vpcEndpointId}',
      policy: 'policyDocument',
      ends: {
        'ec2/DeleteVpcEndpoints': '{vpcEndpointId}',
        'ec2/ModifyVpcEndpoint resetPolicy=true': '{vpcEndpointId}',
      },
      byHand: 'aws ec2 modify-vpc-endpoint --vpc-endpoint-id {vpcEndpointId} --reset-policy --region {region}',
    }),
    doubt: 'Only what is within the network comes by it, and whoever it lets through needs other rights besides.',
  },
  {
    opens: ['aoss/CreateAccessPolicy', 'aoss/UpdateAccessPolicy'],
    makes: {
      kind: 'list',
      type: 'search collection',
      resource: '{name}',
      by: 'data access policy',
      with: '{policy.principal}',
    },
    closes: { 'aoss/DeleteAccessPolicy': '{name}' },
    byHand: ['aws opensearchserverless delete-access-policy --name {name} --type data --region {region}'],
  },
];
