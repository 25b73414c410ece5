import type { DoorRow } from '../door-row.ts';

/** Services that ask nobody who they are, or somebody else, and members of what is worked in together. */
export const applicationAccess: readonly DoorRow[] = [
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
  /* Studios */
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
  /* Machines of their own */
  {
    opens: ['lightsail/CreateInstances', 'lightsail/CreateInstancesFromSnapshot'],
    makes: { kind: 'machine', instance: 'Lightsail {instanceNames}', how: 'launched' },
    closes: { 'lightsail/DeleteInstance': '{instanceNames|instanceName}' },
    byHand: ['aws lightsail delete-instance --instance-name {instanceNames} --region {region}'],
  },
];
