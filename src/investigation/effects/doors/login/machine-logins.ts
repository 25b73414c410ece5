import { hourS } from '../../../../model/duration.ts';
import type { DoorRow } from '../door-row.ts';

/** Logins to machines, notebooks and desktops, and what Lightsail has beside them. */
export const machineLogins: readonly DoorRow[] = [
  /* Notebooks */
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
  /* Lightsail */
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
  /* Desktops */
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
];
