import type { DoorRow } from './door-row.ts';

const hourS = 3600;

/** Credentials of services' own, and sessions that services hand out: IAM knows neither (names: the services' API models). */
export const loginDoors: readonly DoorRow[] = [
  /* IoT: a certificate is who a device is */
  {
    opens: [
      'iot/CreateKeysAndCertificate',
      'iot/CreateCertificateFromCsr',
      'iot/RegisterCertificate',
      'iot/RegisterCertificateWithoutCA',
      'iot/UpdateCertificate newStatus=ACTIVE',
      'iot/AcceptCertificateTransfer setAsActive=true',
    ],
    makes: {
      kind: 'login',
      service: 'iot',
      resource: 'certificates',
      login: '{certificateId}',
      credential: null,
      isHeld: true,
    },
    closes: {
      'iot/UpdateCertificate newStatus=INACTIVE|REVOKED': '{certificateId}',
      'iot/DeleteCertificate': '{certificateId}',
    },
    byHand: ['aws iot update-certificate --certificate-id {certificateId} --new-status INACTIVE --region {region}'],
  },
  {
    opens: ['iot/CreateProvisioningClaim'],
    makes: {
      kind: 'login',
      service: 'iot',
      resource: 'provisioning template {templateName}',
      login: '{certificateId}',
      credential: 'claim',
      lastsS: 300,
    },
    closes: { 'iot/DeleteProvisioningTemplate': '{templateName}' },
    byHand: ['aws iot delete-provisioning-template --template-name {templateName} --region {region}'],
  },
  {
    opens: ['iot/RegisterCACertificate', 'iot/UpdateCACertificate newStatus=ACTIVE'],
    makes: {
      kind: 'login',
      service: 'iot',
      resource: 'certificate authorities',
      login: '{certificateId|caCertificateId}',
      credential: null,
      isHeld: true,
    },
    closes: {
      'iot/UpdateCACertificate newStatus=INACTIVE': '{certificateId|caCertificateId}',
      'iot/DeleteCACertificate': '{certificateId|caCertificateId}',
    },
    byHand: ['aws iot update-ca-certificate --certificate-id {certificateId} --new-status INACTIVE --region {region}'],
  },
  /* Directories */
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
    opens: ['transfer/CreateAccess'],
    makes: {
      kind: 'login',
      service: 'transfer',
      resource: '{serverId}',
      login: 'directory group {externalId}',
      credential: null,
      isHeld: true,
    },
    closes: { 'transfer/DeleteAccess': '{serverId} {externalId}', 'transfer/DeleteServer': '{serverId}' },
    byHand: ['aws transfer delete-access --server-id {serverId} --external-id {externalId} --region {region}'],
  },
  {
    opens: ['grafana/CreateWorkspaceServiceAccountToken'],
    makes: {
      kind: 'login',
      service: 'grafana',
      resource: '{workspaceId}',
      login: 'service account {serviceAccountId}',
      credential: 'token {name}',
    },
    closes: {
      'grafana/DeleteWorkspaceServiceAccountToken': '{workspaceId} {serviceAccountId} {serviceAccountToken.id|tokenId}',
      'grafana/DeleteWorkspaceServiceAccount': '{workspaceId} {serviceAccountId}',
      'grafana/DeleteWorkspace': '{workspaceId}',
    },
    byHand: [
      'aws grafana list-workspace-service-account-tokens --workspace-id {workspaceId} --service-account-id {serviceAccountId} --region {region}',
      'aws grafana delete-workspace-service-account-token --workspace-id {workspaceId} --service-account-id {serviceAccountId} --token-id TOKEN_ID --region {region}',
    ],
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
  /* Cognito */
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
  /* Machines and notebooks */
  {
    opens: ['glue/CreateDevEndpoint publicKey|publicKeys', 'glue/UpdateDevEndpoint publicKey|addPublicKeys'],
    makes: {
      kind: 'login',
      service: 'glue',
      resource: '{endpointName}',
      login: 'glue',
      credential: 'SSH key {publicKey|addPublicKeys|publicKeys}',
      isHeld: true,
    },
    closes: {
      'glue/DeleteDevEndpoint': '{endpointName}',
      'glue/UpdateDevEndpoint deletePublicKeys': '{endpointName} {publicKey|addPublicKeys|publicKeys|deletePublicKeys}',
    },
    byHand: [
      'aws glue update-dev-endpoint --endpoint-name {endpointName} --delete-public-keys {publicKey} --region {region}',
    ],
  },
  {
    opens: ['sagemaker/CreatePresignedNotebookInstanceUrl'],
    makes: {
      kind: 'login',
      service: 'sagemaker',
      resource: '{notebookInstanceName}',
      login: 'whoever has the URL',
      credential: 'a session',
      lastsS: 12 * hourS,
    },
    closes: {
      'sagemaker/StopNotebookInstance': '{notebookInstanceName}',
      'sagemaker/DeleteNotebookInstance': '{notebookInstanceName}',
    },
    byHand: ['aws sagemaker stop-notebook-instance --notebook-instance-name {notebookInstanceName} --region {region}'],
  },
  {
    opens: ['sagemaker/CreatePresignedDomainUrl'],
    makes: {
      kind: 'login',
      service: 'sagemaker',
      resource: '{domainId}',
      login: '{userProfileName}',
      credential: 'a session URL',
      lastsS: 12 * hourS,
    },
    closes: {
      'sagemaker/DeleteUserProfile': '{domainId} {userProfileName}',
      'sagemaker/DeleteDomain': '{domainId}',
    },
    byHand: [
      'aws sagemaker list-apps --domain-id-equals {domainId} --user-profile-name-equals {userProfileName} --region {region}',
      'aws sagemaker delete-user-profile --domain-id {domainId} --user-profile-name {userProfileName} --region {region}',
    ],
  },
  {
    opens: ['sagemaker/StartSession'],
    makes: {
      kind: 'login',
      service: 'sagemaker',
      resource: '{resourceIdentifier}',
      login: 'whoever has the token',
      credential: 'a remote session',
    },
    closes: {},
    byHand: ['aws sagemaker list-spaces --region {region}'],
    doubt: 'How long what was begun by it goes on is in no record: who stops the space ends it.',
  },
  {
    opens: ['sagemaker/CreatePresignedMlflowTrackingServerUrl'],
    makes: {
      kind: 'login',
      service: 'sagemaker',
      resource: '{trackingServerName}',
      login: 'whoever has the URL',
      credential: 'a tracking session',
      lastsS: 12 * hourS,
    },
    closes: {
      'sagemaker/StopMlflowTrackingServer': '{trackingServerName}',
      'sagemaker/DeleteMlflowTrackingServer': '{trackingServerName}',
    },
    byHand: ['aws sagemaker stop-mlflow-tracking-server --tracking-server-name {trackingServerName} --region {region}'],
  },
  {
    opens: ['lightsail/CreateInstances keyPairName', 'lightsail/CreateInstancesFromSnapshot keyPairName'],
    makes: {
      kind: 'login',
      service: 'lightsail',
      resource: '{keyPairName}',
      login: '{instanceNames}',
      credential: 'key pair',
    },
    closes: { 'lightsail/DeleteInstance': '{instanceNames|instanceName}' },
    byHand: ['aws lightsail delete-instance --instance-name {instanceNames} --region {region}'],
  },
  {
    opens: ['lightsail/GetInstanceAccessDetails'],
    makes: {
      kind: 'login',
      service: 'lightsail',
      resource: '{instanceName}',
      login: '{accessDetails.username|=its user}',
      credential: 'a temporary SSH key',
      lastsS: hourS,
    },
    closes: { 'lightsail/DeleteInstance': '{instanceName}', 'lightsail/StopInstance': '{instanceName}' },
    byHand: ['aws lightsail stop-instance --instance-name {instanceName} --region {region}'],
  },
  {
    opens: ['lightsail/DownloadDefaultKeyPair'],
    makes: {
      kind: 'login',
      service: 'lightsail',
      resource: 'all instances with the default key pair',
      login: 'LightsailDefaultKey',
      credential: 'private key',
    },
    // Machines go on taking the key when the pair is deleted: it is in their own files.
    closes: {},
    byHand: [
      'aws lightsail get-instances --query instances[?sshKeyName==LightsailDefaultKeyPair].name --region {region}',
      'aws lightsail delete-key-pair --key-pair-name LightsailDefaultKeyPair --region {region}',
    ],
  },
  {
    opens: ['lightsail/CreateKeyPair', 'lightsail/ImportKeyPair'],
    makes: {
      kind: 'login',
      service: 'lightsail',
      resource: 'key pairs',
      login: '{keyPairName}',
      credential: null,
    },
    closes: { 'lightsail/DeleteKeyPair': '{keyPairName}' },
    byHand: ['aws lightsail delete-key-pair --key-pair-name {keyPairName} --region {region}'],
  },
  {
    opens: ['lightsail/CreateBucketAccessKey'],
    makes: {
      kind: 'login',
      service: 'lightsail',
      resource: 'bucket {bucketName}',
      login: '{accessKey.accessKeyId}',
      credential: null,
    },
    closes: { 'lightsail/DeleteBucketAccessKey': '{accessKey.accessKeyId|accessKeyId}' },
    byHand: [
      'aws lightsail delete-bucket-access-key --bucket-name {bucketName} --access-key-id {accessKey.accessKeyId} --region {region}',
    ],
  },
  {
    // Whoever reads it again changes nothing.
    opens: ['lightsail/GetRelationalDatabaseMasterUserPassword'],
    makes: {
      kind: 'login',
      service: 'lightsail database',
      resource: '{relationalDatabaseName}',
      login: 'master user',
      credential: 'password that was read',
    },
    closes: {
      'lightsail/UpdateRelationalDatabase masterUserPassword': '{relationalDatabaseName}',
      'lightsail/UpdateRelationalDatabase rotateMasterUserPassword=true': '{relationalDatabaseName}',
      'lightsail/DeleteRelationalDatabase': '{relationalDatabaseName}',
    },
    byHand: [
      'aws lightsail update-relational-database --relational-database-name {relationalDatabaseName} --rotate-master-user-password --region {region}',
    ],
  },
  {
    opens: ['lightsail/UpdateRelationalDatabase masterUserPassword|rotateMasterUserPassword'],
    makes: {
      kind: 'login',
      service: 'lightsail database',
      resource: '{relationalDatabaseName}',
      login: 'master user',
      credential: 'password',
    },
    closes: { 'lightsail/DeleteRelationalDatabase': '{relationalDatabaseName}' },
    byHand: [
      'aws lightsail update-relational-database --relational-database-name {relationalDatabaseName} --rotate-master-user-password --region {region}',
    ],
  },
  /* Databases, search, caches, brokers */
  {
    opens: ['redshift/ModifyCluster masterUserPassword'],
    makes: {
      kind: 'login',
      service: 'redshift',
      resource: '{clusterIdentifier}',
      login: 'master user',
      credential: 'password',
    },
    closes: { 'redshift/DeleteCluster': '{clusterIdentifier}' },
    byHand: [
      'aws redshift modify-cluster --cluster-identifier {clusterIdentifier} --master-user-password NEW_PASSWORD --region {region}',
    ],
  },
  /* What is restored has the logins that it had */
  {
    opens: ['redshift/RestoreFromClusterSnapshot'],
    makes: {
      kind: 'login',
      service: 'redshift',
      resource: '{clusterIdentifier}',
      login: 'whoever had one',
      credential: 'as in snapshot {snapshotIdentifier|snapshotArn}',
    },
    // Others than the master user have theirs whatever its password is.
    closes: { 'redshift/DeleteCluster': '{clusterIdentifier}' },
    byHand: [
      'aws redshift modify-cluster --cluster-identifier {clusterIdentifier} --master-user-password NEW_PASSWORD --region {region}',
    ],
  },
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
  {
    opens: ['redshift/GetClusterCredentials', 'redshift/GetClusterCredentialsWithIAM'],
    makes: {
      kind: 'login',
      service: 'redshift',
      resource: '{clusterIdentifier|customDomainName}',
      login: '{dbUser|=a user of the own name}',
      credential: 'a temporary password',
      lastsS: hourS,
    },
    closes: { 'redshift/DeleteCluster': '{clusterIdentifier}' },
    byHand: [],
  },
  {
    opens: ['redshift-serverless/UpdateNamespace adminUserPassword'],
    makes: {
      kind: 'login',
      service: 'redshift-serverless',
      resource: '{namespaceName}',
      login: 'administrator',
      credential: 'password',
    },
    closes: { 'redshift-serverless/DeleteNamespace': '{namespaceName}' },
    byHand: [
      'aws redshift-serverless update-namespace --namespace-name {namespaceName} --admin-user-password NEW_PASSWORD --region {region}',
    ],
  },
  {
    opens: ['redshift-serverless/GetCredentials'],
    makes: {
      kind: 'login',
      service: 'redshift-serverless',
      resource: '{workgroupName}',
      login: '{dbUser|=a user of the own name}',
      credential: 'a temporary password',
      lastsS: hourS,
    },
    closes: { 'redshift-serverless/DeleteWorkgroup': '{workgroupName}' },
    byHand: [],
  },
  {
    opens: ['es/UpdateDomainConfig advancedSecurityOptions.masterUserOptions'],
    makes: { kind: 'login', service: 'es', resource: '{domainName}', login: 'master user', credential: 'password' },
    closes: { 'es/DeleteDomain': '{domainName}', 'es/DeleteElasticsearchDomain': '{domainName}' },
    byHand: [
      "aws opensearch update-domain-config --domain-name {domainName} --advanced-security-options 'MasterUserOptions={MasterUserName=NAME,MasterUserPassword=NEW_PASSWORD}' --region {region}",
    ],
  },
  {
    opens: [
      'elasticache/CreateUser',
      'elasticache/ModifyUser passwords|authenticationMode !authenticationMode.type=no-password-required',
    ],
    makes: { kind: 'login', service: 'elasticache', resource: 'users', login: '{userId}', credential: 'password' },
    closes: { 'elasticache/DeleteUser': '{userId}' },
    byHand: ['aws elasticache delete-user --user-id {userId} --region {region}'],
  },
  {
    opens: [
      'elasticache/ModifyUser noPasswordRequired=true',
      'elasticache/ModifyUser authenticationMode.type=no-password-required',
    ],
    makes: {
      kind: 'login',
      service: 'elasticache',
      resource: 'users',
      login: '{userId}',
      credential: 'without a password',
    },
    closes: {
      'elasticache/DeleteUser': '{userId}',
      'elasticache/ModifyUser noPasswordRequired=false': '{userId}',
      'elasticache/ModifyUser authenticationMode.type=password|iam': '{userId}',
    },
    byHand: ['aws elasticache delete-user --user-id {userId} --region {region}'],
  },
  {
    opens: ['memorydb/CreateUser', 'memorydb/UpdateUser authenticationMode'],
    makes: { kind: 'login', service: 'memorydb', resource: 'users', login: '{userName}', credential: 'password' },
    closes: { 'memorydb/DeleteUser': '{userName}' },
    byHand: ['aws memorydb delete-user --user-name {userName} --region {region}'],
  },
  {
    opens: ['amazonmq/CreateUser', 'amazonmq/UpdateUser password', 'mq/CreateUser', 'mq/UpdateUser password'],
    makes: {
      kind: 'login',
      service: 'mq',
      resource: '{brokerId|broker-id}',
      login: '{username}',
      credential: 'password',
    },
    closes: {
      'amazonmq/DeleteUser': '{brokerId|broker-id} {username}',
      'mq/DeleteUser': '{brokerId|broker-id} {username}',
    },
    byHand: [
      'aws mq delete-user --broker-id {brokerId} --username {username} --region {region}',
      'aws mq reboot-broker --broker-id {brokerId} --region {region}',
    ],
  },
  {
    opens: ['kafka/BatchAssociateScramSecret'],
    makes: {
      kind: 'login',
      service: 'kafka',
      resource: '{clusterArn:name}',
      login: 'whoever has secret {secretArnList}',
      credential: null,
      isHeld: true,
    },
    closes: {
      'kafka/BatchDisassociateScramSecret': '{clusterArn} {secretArnList}',
      'kafka/DeleteCluster': '{clusterArn}',
    },
    byHand: [
      'aws kafka batch-disassociate-scram-secret --cluster-arn CLUSTER_ARN --secret-arn-list {secretArnList} --region {region}',
    ],
  },
  {
    opens: ['elasticmapreduce/GetClusterSessionCredentials'],
    makes: {
      kind: 'login',
      service: 'elasticmapreduce',
      resource: '{clusterId}',
      login: '{executionRoleArn|=a user of the cluster}',
      credential: 'a temporary password',
      lastsS: hourS,
    },
    closes: { 'elasticmapreduce/TerminateJobFlows': '{clusterId|jobFlowIds}' },
    byHand: ['aws emr terminate-clusters --cluster-ids {clusterId} --region {region}'],
  },
  /* Consoles and desktops of services */
  {
    opens: ['airflow/CreateWebLoginToken', 'airflow/CreateCliToken'],
    makes: {
      kind: 'login',
      service: 'airflow',
      resource: '{name}',
      login: 'whoever has the token',
      credential: 'a session',
      lastsS: 12 * hourS,
    },
    closes: { 'airflow/DeleteEnvironment': '{name}' },
    byHand: ['aws mwaa delete-environment --name {name} --region {region}'],
  },
  {
    opens: ['appstream/CreateStreamingURL', 'appstream2/CreateStreamingURL'],
    makes: {
      kind: 'login',
      service: 'appstream',
      resource: '{stackName}/{fleetName}',
      login: '{userId}',
      credential: 'a session URL',
      lastsS: 7 * 24 * hourS,
    },
    closes: { 'appstream/DeleteFleet': '{fleetName|name}', 'appstream2/DeleteFleet': '{fleetName|name}' },
    byHand: [
      'aws appstream describe-sessions --stack-name {stackName} --fleet-name {fleetName} --region {region}',
      'aws appstream expire-session --session-id SESSION_ID --region {region}',
    ],
  },
  {
    opens: ['appstream/CreateImageBuilderStreamingURL', 'appstream2/CreateImageBuilderStreamingURL'],
    makes: {
      kind: 'login',
      service: 'appstream',
      resource: 'image builder {name}',
      login: 'whoever has the URL',
      credential: 'a session',
      lastsS: 7 * 24 * hourS,
    },
    closes: { 'appstream/DeleteImageBuilder': '{name}', 'appstream2/DeleteImageBuilder': '{name}' },
    byHand: ['aws appstream delete-image-builder --name {name} --region {region}'],
  },
  {
    opens: ['appstream/CreateUser', 'appstream/EnableUser', 'appstream2/CreateUser', 'appstream2/EnableUser'],
    makes: { kind: 'login', service: 'appstream', resource: 'user pool', login: '{userName}', credential: null },
    closes: {
      'appstream/DeleteUser': '{userName}',
      'appstream/DisableUser': '{userName}',
      'appstream2/DeleteUser': '{userName}',
      'appstream2/DisableUser': '{userName}',
    },
    byHand: ['aws appstream disable-user --user-name {userName} --authentication-type USERPOOL --region {region}'],
  },
  {
    opens: ['workmail/ResetPassword'],
    makes: {
      kind: 'login',
      service: 'workmail',
      resource: '{organizationId}',
      login: '{userId}',
      credential: 'password',
    },
    closes: { 'workmail/DeregisterFromWorkMail': '{organizationId} {userId|entityId}' },
    byHand: [
      'aws workmail reset-password --organization-id {organizationId} --user-id {userId} --password NEW_PASSWORD --region {region}',
    ],
  },
  {
    opens: ['quicksight/RegisterUser'],
    makes: {
      kind: 'login',
      service: 'quicksight',
      resource: '{namespace|=default}',
      login: '{user.userName|userName|email}',
      credential: null,
      isHeld: true,
    },
    closes: { 'quicksight/DeleteUser': '{namespace|=default} {user.userName|userName}' },
    byHand: [
      'aws quicksight delete-user --aws-account-id ACCOUNT_ID --namespace {namespace} --user-name {user.userName} --region {region}',
    ],
  },
  {
    opens: ['grafana/CreateWorkspaceApiKey'],
    makes: { kind: 'login', service: 'grafana', resource: '{workspaceId}', login: '{keyName}', credential: 'API key' },
    closes: {
      'grafana/DeleteWorkspaceApiKey': '{workspaceId} {keyName}',
      'grafana/DeleteWorkspace': '{workspaceId}',
    },
    byHand: [
      'aws grafana delete-workspace-api-key --workspace-id {workspaceId} --key-name {keyName} --region {region}',
    ],
  },
  {
    opens: ['apigateway/CreateApiKey'],
    makes: { kind: 'login', service: 'apigateway', resource: 'API keys', login: '{id}', credential: null },
    closes: { 'apigateway/DeleteApiKey': '{id|apiKey}' },
    byHand: ['aws apigateway delete-api-key --api-key {id} --region {region}'],
  },
  {
    opens: ['workmail/CreateUser'],
    makes: { kind: 'login', service: 'workmail', resource: '{organizationId}', login: '{userId}', credential: null },
    closes: { 'workmail/DeleteUser': '{organizationId} {userId}' },
    byHand: ['aws workmail delete-user --organization-id {organizationId} --user-id {userId} --region {region}'],
  },
  {
    opens: ['connect/CreateUser'],
    makes: { kind: 'login', service: 'connect', resource: '{instanceId}', login: '{userId}', credential: null },
    closes: { 'connect/DeleteUser': '{instanceId} {userId}', 'connect/DeleteInstance': '{instanceId}' },
    byHand: ['aws connect delete-user --instance-id {instanceId} --user-id {userId} --region {region}'],
  },
  {
    opens: ['workspaces/CreateWorkspaces'],
    makes: {
      kind: 'login',
      service: 'workspaces',
      resource: '{pendingRequests.directoryId|workspaces.directoryId}',
      login: '{pendingRequests.userName|workspaces.userName}',
      credential: 'a desktop',
    },
    closes: {
      'workspaces/TerminateWorkspaces': '{pendingRequests.workspaceId|terminateWorkspaceRequests.workspaceId}',
    },
    byHand: [
      'aws workspaces describe-workspaces --directory-id {pendingRequests.directoryId} --user-name {pendingRequests.userName} --region {region}',
      'aws workspaces terminate-workspaces --terminate-workspace-requests WORKSPACE_ID --region {region}',
    ],
  },
  {
    opens: ['codebuild/ImportSourceCredentials'],
    makes: {
      kind: 'login',
      service: 'codebuild',
      resource: 'source credentials',
      login: '{serverType}',
      credential: '{authType}',
    },
    closes: { 'codebuild/DeleteSourceCredentials': '{arn}' },
    byHand: [
      'aws codebuild list-source-credentials --region {region}',
      'aws codebuild delete-source-credentials --arn ARN --region {region}',
    ],
    doubt: 'Builds come by it to repositories of whoever gave it: what they run from there, their projects say.',
  },
  {
    opens: ['appsync/CreateApiKey'],
    makes: { kind: 'login', service: 'appsync', resource: '{apiId}', login: '{apiKey.id}', credential: 'API key' },
    closes: { 'appsync/DeleteApiKey': '{apiId} {apiKey.id|id}', 'appsync/DeleteGraphqlApi': '{apiId}' },
    byHand: ['aws appsync delete-api-key --api-id {apiId} --id {apiKey.id} --region {region}'],
  },
  {
    opens: ['acm-pca/IssueCertificate'],
    makes: {
      kind: 'login',
      service: 'acm-pca',
      resource: '{certificateAuthorityArn:name}',
      login: 'whoever has the key',
      credential: 'certificate {certificateArn}',
      isHeld: true,
    },
    // It is revoked by its serial number, which no answer has, and only where whoever trusts the authority reads its list of revocations.
    closes: {},
    byHand: [
      'aws acm-pca get-certificate --certificate-authority-arn CERTIFICATE_AUTHORITY_ARN --certificate-arn {certificateArn} --region {region}',
      'aws acm-pca revoke-certificate --certificate-authority-arn CERTIFICATE_AUTHORITY_ARN --certificate-serial SERIAL --revocation-reason KEY_COMPROMISE --region {region}',
    ],
    doubt:
      'It lets in where the authority is trusted: by a trust anchor of Roles Anywhere, a VPN, or a server that asks for certificates.',
  },
  {
    opens: ['ec2/ExportClientVpnClientConfiguration'],
    makes: {
      kind: 'login',
      service: 'client VPN',
      resource: '{clientVpnEndpointId}',
      login: 'whoever has the configuration',
      credential: null,
    },
    closes: { 'ec2/DeleteClientVpnEndpoint': '{clientVpnEndpointId}' },
    byHand: [
      'aws ec2 terminate-client-vpn-connections --client-vpn-endpoint-id {clientVpnEndpointId} --region {region}',
    ],
    doubt: 'The configuration says where to connect to: a certificate or a sign-in is asked for besides.',
  },
];
