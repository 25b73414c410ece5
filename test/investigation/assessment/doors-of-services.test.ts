import { describe, expect, test } from 'vitest';
import { commandsFor } from '../../../src/investigation/plan/by-hand-commands.ts';
import { wayInBrief } from '../../../src/investigation/report/way-in-brief.ts';
import { wayInWords } from '../../../src/investigation/way-in-words.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import type { WayIn } from '../../../src/model/way-in.ts';
import { accountId } from '../trail-records.ts';
import { assessed, call, callByAdmin, stand } from './assessed.ts';

const listing = call(0, 's3', 'ListBuckets');
const foreign = '999988887777';
const roleArn = `arn:aws:iam::${accountId}:role/Deploy`;
const bobArn = `arn:aws:iam::${accountId}:user/bob`;
const byForeign = JSON.stringify({
  Statement: [{ Effect: 'Allow', Principal: { AWS: foreign }, Action: '*', Resource: '*' }],
});
function arn(service: string, resource: string): string {
  return `arn:aws:${service}:us-east-1:${accountId}:${resource}`;
}

function replicatedTo(destination: JsonObject): JsonObject {
  return {
    bucketName: 'customers',
    ReplicationConfiguration: { Role: roleArn, Rule: { ID: 'r', Status: 'Enabled', Destination: destination } },
  };
}

/** A call, what it makes, the first command that takes it away, and a call of somebody else's that did; fields as in AWS's API models. */
type ServiceDoor = readonly [
  opens: string,
  request: JsonObject,
  response: JsonObject | null,
  brief: string,
  command: string | null,
  closes: string,
  by: JsonObject,
];

const open: readonly ServiceDoor[] = [
  [
    'ec2/CreateTransitGatewayVpcAttachment',
    { CreateTransitGatewayVpcAttachmentRequest: { TransitGatewayId: 'tgw-9', VpcId: 'vpc-1' } },
    {
      CreateTransitGatewayVpcAttachmentResponse: {
        transitGatewayVpcAttachment: { transitGatewayAttachmentId: 'tgw-attach-2' },
      },
    },
    'transit gateway attachment tgw-attach-2: to another network',
    null,
    'ec2/DeleteTransitGatewayVpcAttachment',
    { DeleteTransitGatewayVpcAttachmentRequest: { TransitGatewayAttachmentId: 'tgw-attach-2' } },
  ],
  [
    'ec2/CreateTransitGatewayPeeringAttachment',
    { CreateTransitGatewayPeeringAttachmentRequest: { PeerAccountId: foreign } },
    {
      CreateTransitGatewayPeeringAttachmentResponse: {
        transitGatewayPeeringAttachment: { transitGatewayAttachmentId: 'tgw-attach-3' },
      },
    },
    'transit gateway peering tgw-attach-3: to another network',
    'aws ec2 delete-transit-gateway-peering-attachment --transit-gateway-attachment-id tgw-attach-3 --region us-east-1',
    'ec2/DeleteTransitGatewayPeeringAttachment',
    { DeleteTransitGatewayPeeringAttachmentRequest: { TransitGatewayAttachmentId: 'tgw-attach-3' } },
  ],
  [
    'elasticmapreduce/CreateStudioSessionMapping',
    { studioId: 'es-1', identityType: 'USER', identityId: 'u-1', sessionPolicyArn: 'arn' },
    null,
    'EMR Studio es-1 of Identity Center USER u-1',
    'aws emr delete-studio-session-mapping --studio-id es-1 --identity-type USER --identity-id u-1 --region REGION',
    'elasticmapreduce/DeleteStudioSessionMapping',
    { studioId: 'es-1', identityType: 'USER', identityId: 'u-1' },
  ],
  [
    'workmail/CreateUser',
    { organizationId: 'm-1', name: 'x' },
    { userId: 'u-9' },
    'login u-9 of workmail m-1',
    'aws workmail delete-user --organization-id m-1 --user-id u-9 --region us-east-1',
    'workmail/DeleteUser',
    { organizationId: 'm-1', userId: 'u-9' },
  ],
  [
    'connect/CreateUser',
    { instanceId: 'c-1', username: 'x' },
    { userId: 'u-8' },
    'login u-8 of connect c-1',
    'aws connect delete-user --instance-id c-1 --user-id u-8 --region us-east-1',
    'connect/DeleteUser',
    { instanceId: 'c-1', userId: 'u-8' },
  ],
  [
    'logs/PutAccountPolicy',
    {
      policyName: 'all',
      policyType: 'SUBSCRIPTION_FILTER_POLICY',
      policyDocument: JSON.stringify({ DestinationArn: `arn:aws:logs:us-east-1:${foreign}:destination:d` }),
    },
    null,
    `all log groups, shared with arn:aws:logs:us-east-1:${foreign}:destination:d`,
    'aws logs delete-account-policy --policy-name all --policy-type SUBSCRIPTION_FILTER_POLICY --region us-east-1',
    'logs/DeleteAccountPolicy',
    { policyName: 'all', policyType: 'SUBSCRIPTION_FILTER_POLICY' },
  ],
  [
    'apigateway/PutIntegration',
    {
      restApiId: 'api1',
      resourceId: 'res1',
      httpMethod: 'ANY',
      putIntegrationInput: {
        type: 'AWS',
        uri: 'arn:aws:apigateway:us-east-1:iam:action/CreateAccessKey',
        credentials: roleArn,
      },
    },
    null,
    'code in api1/res1/ANY: API integration',
    'aws apigateway delete-integration --rest-api-id api1 --resource-id res1 --http-method ANY --region us-east-1',
    'apigateway/DeleteRestApi',
    { restApiId: 'api1' },
  ],
  [
    'apigateway/CreateIntegration',
    { apiId: 'api2', createIntegrationInput: { integrationType: 'AWS_PROXY', credentialsArn: roleArn } },
    { integrationId: 'int1' },
    'code in api2/int1: API integration',
    'aws apigatewayv2 delete-integration --api-id api2 --integration-id int1 --region us-east-1',
    'apigateway/DeleteApi',
    { apiId: 'api2' },
  ],
  [
    'apigateway/UpdateMethod',
    {
      restApiId: 'api1',
      resourceId: 'res1',
      httpMethod: 'GET',
      patchOperations: [{ op: 'replace', path: '/authorizationType', value: 'NONE' }],
    },
    null,
    'calls without a signature of whoever calls GET of API resource api1/res1',
    'aws apigateway get-method --rest-api-id api1 --resource-id res1 --http-method GET --region REGION',
    'apigateway/DeleteRestApi',
    { restApiId: 'api1' },
  ],
  [
    'apigateway/UpdateRoute',
    { apiId: 'api2', routeId: 'r1', updateRouteInput: { authorizationType: 'NONE' } },
    null,
    'calls without a signature of whoever calls route r1 of HTTP API api2',
    'aws apigatewayv2 get-route --api-id api2 --route-id r1 --region REGION',
    'apigateway/DeleteApi',
    { apiId: 'api2' },
  ],
  [
    'appsync/CreateDataSource',
    { apiId: 'graph', name: 'ds', type: 'HTTP', serviceRoleArn: roleArn },
    null,
    'code in graph/ds: API data source',
    'aws appsync delete-data-source --api-id graph --name ds --region us-east-1',
    'appsync/DeleteDataSource',
    { apiId: 'graph', name: 'ds' },
  ],
  [
    'codeconnections/CreateSyncConfiguration',
    { resourceName: 'infra', roleArn, syncType: 'CFN_STACK_SYNC', repositoryLinkId: 'l', branch: 'main' },
    null,
    'code in infra: repository sync',
    'aws codeconnections delete-sync-configuration --resource-name infra --sync-type CFN_STACK_SYNC --region us-east-1',
    'codeconnections/DeleteSyncConfiguration',
    { resourceName: 'infra', syncType: 'CFN_STACK_SYNC' },
  ],
  [
    'storagegateway/CreateNFSFileShare',
    { gatewayARN: arn('storagegateway', 'gateway/sgw-1'), role: roleArn, locationARN: 'arn:aws:s3:::customers' },
    { fileShareARN: arn('storagegateway', 'share/share-1') },
    'objects in arn:aws:s3:::customers of whoever mounts file share share-1',
    null,
    'storagegateway/DeleteFileShare',
    { fileShareARN: arn('storagegateway', 'share/share-1') },
  ],
  [
    'iot/CreatePolicyVersion',
    { policyName: 'dev', setAsDefault: true },
    { policyVersionId: '2' },
    'version 2 of whoever has IoT policy dev',
    'aws iot set-default-policy-version --policy-name dev --policy-version-id VERSION_BEFORE --region REGION',
    'iot/DeletePolicyVersion',
    { policyName: 'dev', policyVersionId: '2' },
  ],
  [
    'iot/AcceptCertificateTransfer',
    { certificateId: 'c2', setAsActive: true },
    null,
    'login c2 of iot certificates',
    'aws iot update-certificate --certificate-id c2 --new-status INACTIVE --region us-east-1',
    'iot/DeleteCertificate',
    { certificateId: 'c2' },
  ],
  [
    'iot/CreateAuthorizer',
    { authorizerName: 'x' },
    null,
    'what its function says of whoever IoT authorizer x lets in',
    'aws iot update-authorizer --authorizer-name x --status INACTIVE --region REGION',
    'iot/DeleteAuthorizer',
    { authorizerName: 'x' },
  ],
  [
    'sso-directory/CreateBearerToken',
    { tenantId: 't', directoryId: 'd-1' },
    null,
    'login provisioning t of Identity Center d-1: SCIM token',
    'aws identitystore list-users --identity-store-id d-1',
    'sso-directory/DeleteProvisioningTenant',
    { tenantId: 't' },
  ],
  [
    'identitystore/UpdateUser',
    { identityStoreId: 'd-1', userId: 'u-1', operations: [{ attributePath: 'emails', attributeValue: 'HIDDEN' }] },
    null,
    'login u-1 of Identity Center d-1: e-mail address',
    'aws identitystore describe-user --identity-store-id d-1 --user-id u-1',
    'identitystore/DeleteUser',
    { identityStoreId: 'd-1', userId: 'u-1' },
  ],
  [
    'cognito-idp/AdminLinkProviderForUser',
    {
      userPoolId: 'p',
      destinationUser: { providerName: 'Cognito', providerAttributeValue: 'boss' },
      sourceUser: { providerName: 'Google', providerAttributeValue: 'eve' },
    },
    null,
    'login boss of cognito-idp p: sign-in of eve by Google',
    'aws cognito-idp admin-disable-provider-for-user --user-pool-id p --user ProviderName=Google,ProviderAttributeName=Cognito_Subject,ProviderAttributeValue=eve --region us-east-1',
    'cognito-idp/AdminDisableProviderForUser',
    { userPoolId: 'p', user: { providerName: 'Google', providerAttributeValue: 'eve' } },
  ],
  [
    'transfer/CreateAccess',
    { serverId: 's-1', externalId: 'S-1-1', role: roleArn },
    null,
    'login directory group S-1-1 of transfer s-1',
    'aws transfer delete-access --server-id s-1 --external-id S-1-1 --region us-east-1',
    'transfer/DeleteAccess',
    { serverId: 's-1', externalId: 'S-1-1' },
  ],
  [
    'grafana/CreateWorkspaceServiceAccountToken',
    { workspaceId: 'g-1', serviceAccountId: '1', name: 't' },
    { serviceAccountToken: { id: '7' } },
    'login service account 1 of grafana g-1: token t',
    'aws grafana list-workspace-service-account-tokens --workspace-id g-1 --service-account-id 1 --region us-east-1',
    'grafana/DeleteWorkspaceServiceAccountToken',
    { workspaceId: 'g-1', serviceAccountId: '1', tokenId: '7' },
  ],
  [
    'aoss/UpdateAccessPolicy',
    { name: 'b', type: 'data', policy: [{ Rules: [], Principal: [`arn:aws:iam::${foreign}:root`] }] },
    null,
    'b, shared with account 999988887777',
    'aws opensearchserverless delete-access-policy --name b --type data --region us-east-1',
    'aoss/DeleteAccessPolicy',
    { name: 'b', type: 'data' },
  ],
  [
    'aoss/CreateAccessPolicy',
    { name: 'b', type: 'data', policy: JSON.stringify([{ Rules: [], Principal: [`arn:aws:iam::${foreign}:root`] }]) },
    null,
    'b, shared with account 999988887777',
    'aws opensearchserverless delete-access-policy --name b --type data --region us-east-1',
    'aoss/DeleteAccessPolicy',
    { name: 'b', type: 'data' },
  ],
  [
    'glue/CreateTrigger',
    { name: 't', type: 'SCHEDULED' },
    null,
    'code in t: Glue trigger',
    'aws glue delete-trigger --name t --region us-east-1',
    'glue/DeleteTrigger',
    { name: 't' },
  ],
  [
    'emr-containers/StartJobRun',
    { virtualClusterId: 'v', executionRoleArn: roleArn },
    { id: 'r1', virtualClusterId: 'v' },
    'code in v/r1: EMR container job run',
    'aws emr-containers cancel-job-run --virtual-cluster-id v --id r1 --region us-east-1',
    'emr-containers/CancelJobRun',
    { id: 'r1', virtualClusterId: 'v' },
  ],
  [
    'config/PutRemediationConfigurations',
    { remediationConfigurations: [{ configRuleName: 'c', targetId: 'Doc', automatic: true }] },
    null,
    'code in c: remediation',
    'aws configservice delete-remediation-configuration --config-rule-name c --region us-east-1',
    'config/DeleteRemediationConfiguration',
    { configRuleName: 'c' },
  ],
  [
    'elasticbeanstalk/UpdateEnvironment',
    { environmentName: 'prod', versionLabel: 'v9' },
    null,
    'code in prod: application environment',
    'aws elasticbeanstalk update-environment --environment-name prod --version-label LABEL_BEFORE --region us-east-1',
    'elasticbeanstalk/TerminateEnvironment',
    { environmentName: 'prod' },
  ],
  [
    'greengrass/CreateDeployment',
    { targetArn: 'thing' },
    { deploymentId: 'd1' },
    'code in thing: d1: edge deployment',
    'aws greengrassv2 cancel-deployment --deployment-id d1 --region us-east-1',
    'greengrass/CancelDeployment',
    { deploymentId: 'd1' },
  ],
  [
    'ecs/CreateTaskSet',
    { cluster: 'c', service: 's', taskDefinition: 'evil:1' },
    { taskSet: { id: 'ecs-svc/1' } },
    'code in s: ecs-svc/1: task set',
    'aws ecs delete-task-set --cluster CLUSTER --service s --task-set ecs-svc/1 --region us-east-1',
    'ecs/DeleteTaskSet',
    { cluster: 'c', service: 's', taskSet: 'ecs-svc/1' },
  ],
  [
    'eks/CreateNodegroup',
    { name: 'c', nodegroupName: 'n', nodeRole: roleArn },
    null,
    'code in c/n: node group',
    'aws eks delete-nodegroup --cluster-name c --nodegroup-name n --region us-east-1',
    'eks/DeleteNodegroup',
    { name: 'c', nodegroupName: 'n' },
  ],
  [
    'ec2/AcceptTransitGatewayVpcAttachment',
    { AcceptTransitGatewayVpcAttachmentRequest: { TransitGatewayAttachmentId: 'tgw-attach-1' } },
    null,
    'transit gateway attachment tgw-attach-1: to another network',
    'aws ec2 delete-transit-gateway-vpc-attachment --transit-gateway-attachment-id tgw-attach-1 --region us-east-1',
    'ec2/DeleteTransitGatewayVpcAttachment',
    { DeleteTransitGatewayVpcAttachmentRequest: { TransitGatewayAttachmentId: 'tgw-attach-1' } },
  ],
  [
    'ec2/ModifyNetworkInterfaceAttribute',
    { networkInterfaceId: 'eni-1', groupSet: { items: [{ groupId: 'sg-1' }] } },
    null,
    'network interface eni-1: by security group sg-1',
    'aws ec2 modify-network-interface-attribute --network-interface-id eni-1 --groups GROUPS_BEFORE --region us-east-1',
    'ec2/ModifyNetworkInterfaceAttribute',
    { networkInterfaceId: 'eni-1', groupSet: { items: [{ groupId: 'sg-0' }] } },
  ],
  [
    'rds/AuthorizeDBSecurityGroupIngress',
    { dBSecurityGroupName: 'g', cIDRIP: '0.0.0.0/0' },
    null,
    'database security group g: all traffic from 0.0.0.0/0',
    'aws rds revoke-db-security-group-ingress --db-security-group-name g --cidrip 0.0.0.0/0 --region us-east-1',
    'rds/RevokeDBSecurityGroupIngress',
    { dBSecurityGroupName: 'g', cIDRIP: '0.0.0.0/0' },
  ],
  [
    'redshift/AuthorizeClusterSecurityGroupIngress',
    { clusterSecurityGroupName: 'g', cIDRIP: '0.0.0.0/0' },
    null,
    'cluster security group g: all traffic from 0.0.0.0/0',
    'aws redshift revoke-cluster-security-group-ingress --cluster-security-group-name g --cidrip 0.0.0.0/0 --region us-east-1',
    'redshift/RevokeClusterSecurityGroupIngress',
    { clusterSecurityGroupName: 'g', cIDRIP: '0.0.0.0/0' },
  ],
  /* Credentials minted outside IAM */
  [
    'iot/CreateKeysAndCertificate',
    { setAsActive: true },
    { certificateId: 'c1', certificateArn: arn('iot', 'cert/c1') },
    'login c1 of iot certificates',
    'aws iot update-certificate --certificate-id c1 --new-status INACTIVE --region us-east-1',
    'iot/UpdateCertificate',
    { certificateId: 'c1', newStatus: 'REVOKED' },
  ],
  [
    'ds/ResetUserPassword',
    { directoryId: 'd-1', userName: 'admin' },
    null,
    'login admin of ds d-1: password',
    'aws ds reset-user-password --directory-id d-1 --user-name admin --new-password NEW_PASSWORD --region us-east-1',
    'ds/ResetUserPassword',
    { directoryId: 'd-1', userName: 'admin' },
  ],
  [
    'cognito-idp/AdminSetUserPassword',
    { userPoolId: 'p', username: 'ann', permanent: true },
    null,
    'login ann of cognito-idp p: password',
    'aws cognito-idp admin-reset-user-password --user-pool-id p --username ann --region us-east-1',
    'cognito-idp/AdminDisableUser',
    { userPoolId: 'p', username: 'ann' },
  ],
  [
    'cognito-idp/AdminCreateUser',
    { userPoolId: 'p', username: 'eve' },
    null,
    'login eve of cognito-idp p',
    'aws cognito-idp admin-disable-user --user-pool-id p --username eve --region us-east-1',
    'cognito-idp/AdminDeleteUser',
    { userPoolId: 'p', username: 'eve' },
  ],
  [
    'sso-directory/UpdatePassword',
    { identityStoreId: 'd-9', userId: 'u-1' },
    null,
    'password that the intruder set for directory user u-1',
    'aws identitystore describe-user --identity-store-id d-9 --user-id u-1',
    'sso-directory/DisableUser',
    { identityStoreId: 'd-9', userId: 'u-1' },
  ],
  [
    'sso-directory/CompleteVirtualMfaDeviceRegistration',
    { identityStoreId: 'd-9', userId: 'u-1', deviceId: 'm-1' },
    null,
    'login u-1 of Identity Center d-9: MFA device m-1',
    null,
    'sso-directory/DeleteMfaDeviceForUser',
    { identityStoreId: 'd-9', userId: 'u-1', deviceId: 'm-1' },
  ],
  [
    'glue/UpdateDevEndpoint',
    { endpointName: 'dev', addPublicKeys: ['ssh-rsa AAAA'] },
    null,
    'login glue of glue dev: SSH key ssh-rsa AAAA',
    "aws glue update-dev-endpoint --endpoint-name dev --delete-public-keys 'ssh-rsa AAAA' --region us-east-1",
    'glue/UpdateDevEndpoint',
    { endpointName: 'dev', deletePublicKeys: ['ssh-rsa AAAA'] },
  ],
  [
    'redshift/ModifyCluster',
    { clusterIdentifier: 'wh', masterUserPassword: '****' },
    null,
    'login master user of redshift wh: password',
    'aws redshift modify-cluster --cluster-identifier wh --master-user-password NEW_PASSWORD --region us-east-1',
    'redshift/ModifyCluster',
    { clusterIdentifier: 'wh', masterUserPassword: '****' },
  ],
  [
    'es/UpdateDomainConfig',
    { domainName: 'logs', advancedSecurityOptions: { masterUserOptions: { masterUserName: 'm' } } },
    null,
    'login master user of es logs: password',
    null,
    'es/DeleteDomain',
    { domainName: 'logs' },
  ],
  /* Sessions that are handed out */
  [
    'sagemaker/CreatePresignedNotebookInstanceUrl',
    { notebookInstanceName: 'nb' },
    null,
    'login whoever has the URL of sagemaker nb: a session',
    'aws sagemaker stop-notebook-instance --notebook-instance-name nb --region us-east-1',
    'sagemaker/StopNotebookInstance',
    { notebookInstanceName: 'nb' },
  ],
  [
    'sagemaker/CreatePresignedDomainUrl',
    { domainId: 'd-x', userProfileName: 'ann' },
    null,
    'login ann of sagemaker d-x: a session URL',
    'aws sagemaker list-apps --domain-id-equals d-x --user-profile-name-equals ann --region us-east-1',
    'sagemaker/DeleteUserProfile',
    { domainId: 'd-x', userProfileName: 'ann' },
  ],
  [
    'lightsail/GetInstanceAccessDetails',
    { instanceName: 'web' },
    { accessDetails: { username: 'ubuntu' } },
    'login ubuntu of lightsail web: a temporary SSH key',
    'aws lightsail stop-instance --instance-name web --region us-east-1',
    'lightsail/DeleteInstance',
    { instanceName: 'web' },
  ],
  [
    'airflow/CreateWebLoginToken',
    { Name: 'dags' },
    null,
    'login whoever has the token of airflow dags: a session',
    'aws mwaa delete-environment --name dags --region us-east-1',
    'airflow/DeleteEnvironment',
    { Name: 'dags' },
  ],
  /* Rights that no policy of IAM's gives */
  [
    'identitystore/CreateGroupMembership',
    { identityStoreId: 'd-9', groupId: 'g-1', memberId: { userId: 'u-1' } },
    { membershipId: 'm-1' },
    'group g-1 of Identity Center person u-1',
    'aws identitystore get-group-membership-id --identity-store-id IDENTITY_STORE_ID --group-id g-1 --member-id UserId=u-1',
    'identitystore/DeleteGroupMembership',
    { identityStoreId: 'd-9', membershipId: 'm-1' },
  ],
  [
    'eks/CreateAccessEntry',
    { name: 'main', principalArn: bobArn },
    null,
    `access to cluster main of principal ${bobArn}`,
    `aws eks delete-access-entry --cluster-name main --principal-arn ${bobArn} --region REGION`,
    'eks/DeleteAccessEntry',
    { name: 'main', principalArn: bobArn },
  ],
  [
    'eks/AssociateAccessPolicy',
    {
      name: 'main',
      principalArn: bobArn,
      policyArn: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy',
    },
    null,
    `AmazonEKSClusterAdminPolicy in cluster main of principal ${bobArn}: everything`,
    `aws eks disassociate-access-policy --cluster-name main --principal-arn ${bobArn} --policy-arn arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy --region REGION`,
    'eks/DeleteAccessEntry',
    { name: 'main', principalArn: bobArn },
  ],
  [
    'eks/CreatePodIdentityAssociation',
    { name: 'main', namespace: 'default', serviceAccount: 'web', roleArn },
    { association: { associationId: 'a-1', namespace: 'default', serviceAccount: 'web', roleArn } },
    `role ${roleArn} of pods of default/web in cluster main`,
    null,
    'eks/DeletePodIdentityAssociation',
    { name: 'main', associationId: 'a-1' },
  ],
  [
    'cloud9/CreateEnvironmentMembership',
    { environmentId: 'e1', userArn: bobArn, permissions: 'read-write' },
    null,
    `development environment e1 of principal ${bobArn}`,
    `aws cloud9 delete-environment-membership --environment-id e1 --user-arn ${bobArn} --region REGION`,
    'cloud9/DeleteEnvironmentMembership',
    { environmentId: 'e1', userArn: bobArn },
  ],
  [
    'iot/CreateRoleAlias',
    { roleAlias: 'ra', roleArn },
    { roleAlias: 'ra', roleAliasArn: arn('iot', 'rolealias/ra') },
    `identity provider ${arn('iot', 'rolealias/ra')}`,
    'aws iot delete-role-alias --role-alias ra --region us-east-1',
    'iot/DeleteRoleAlias',
    { roleAlias: 'ra' },
  ],
  [
    'iam/AddClientIDToOpenIDConnectProvider',
    { openIDConnectProviderArn: `arn:aws:iam::${accountId}:oidc-provider/idp`, clientID: 'mine' },
    null,
    'identity provider oidc-provider/idp: client ID mine',
    `aws iam remove-client-id-from-open-id-connect-provider --open-id-connect-provider-arn arn:aws:iam::${accountId}:oidc-provider/idp --client-id mine`,
    'iam/RemoveClientIDFromOpenIDConnectProvider',
    { openIDConnectProviderArn: `arn:aws:iam::${accountId}:oidc-provider/idp`, clientID: 'mine' },
  ],
  /* Principals let in by what a resource itself says */
  [
    'dynamodb/PutResourcePolicy',
    { resourceArn: arn('dynamodb', 'table/orders'), policy: byForeign },
    null,
    `orders, shared with ${foreign}`,
    'aws dynamodb delete-resource-policy --resource-arn TABLE_ARN --region us-east-1',
    'dynamodb/DeleteResourcePolicy',
    { resourceArn: arn('dynamodb', 'table/orders') },
  ],
  [
    'logs/PutSubscriptionFilter',
    { logGroupName: 'app', filterName: 'f', destinationArn: `arn:aws:logs:eu-west-1:${foreign}:destination:d` },
    null,
    `app, shared with arn:aws:logs:eu-west-1:${foreign}:destination:d`,
    'aws logs delete-subscription-filter --log-group-name app --filter-name f --region us-east-1',
    'logs/DeleteSubscriptionFilter',
    { logGroupName: 'app', filterName: 'f' },
  ],
  [
    'secretsmanager/RotateSecret',
    { secretId: 'db/orders', rotationLambdaARN: arn('lambda', 'function:theirs') },
    null,
    'code in db/orders: secret rotation',
    'aws secretsmanager rotate-secret --secret-id db/orders --rotation-lambda-arn LAMBDA_ARN_AS_IT_WAS --no-rotate-immediately --region us-east-1',
    'secretsmanager/RotateSecret',
    { secretId: arn('secretsmanager', 'secret:db/orders-AbCdEf'), rotationLambdaARN: arn('lambda', 'function:own') },
  ],
  [
    'secretsmanager/RotateSecret',
    { secretId: 'db/orders', rotationLambdaARN: arn('lambda', 'function:theirs') },
    null,
    'code in db/orders: secret rotation',
    null,
    'secretsmanager/CancelRotateSecret',
    { secretId: 'db/orders' },
  ],
  [
    'cognito-idp/UpdateUserPool',
    { userPoolId: 'us-east-1_abc', lambdaConfig: { preTokenGeneration: arn('lambda', 'function:theirs') } },
    null,
    'code in us-east-1_abc: sign-in trigger',
    'aws cognito-idp describe-user-pool --user-pool-id us-east-1_abc --region us-east-1',
    'cognito-idp/UpdateUserPool',
    { userPoolId: 'us-east-1_abc', lambdaConfig: { postConfirmation: arn('lambda', 'function:own') } },
  ],
  [
    'cognito-idp/UpdateUserPool',
    {
      userPoolId: 'us-east-1_abc',
      lambdaConfig: { customSMSSender: { lambdaArn: arn('lambda', 'function:theirs'), lambdaVersion: 'V1_0' } },
    },
    null,
    'code in us-east-1_abc: sign-in trigger',
    null,
    'cognito-idp/DeleteUserPool',
    { userPoolId: 'us-east-1_abc' },
  ],
  [
    'cloudtrail/RegisterOrganizationDelegatedAdmin',
    { memberAccountId: foreign },
    null,
    `cloudtrail.amazonaws.com, shared with ${foreign}`,
    `aws cloudtrail deregister-organization-delegated-admin --delegated-admin-account-id ${foreign}`,
    'cloudtrail/DeregisterOrganizationDelegatedAdmin',
    { delegatedAdminAccountId: foreign },
  ],
  [
    'cloudtrail/RegisterOrganizationDelegatedAdmin',
    { memberAccountId: foreign },
    null,
    `cloudtrail.amazonaws.com, shared with ${foreign}`,
    null,
    'organizations/DeregisterDelegatedAdministrator',
    { accountId: foreign, servicePrincipal: 'cloudtrail.amazonaws.com' },
  ],
  [
    'guardduty/EnableOrganizationAdminAccount',
    { adminAccountId: foreign },
    null,
    `guardduty.amazonaws.com, shared with ${foreign}`,
    `aws guardduty disable-organization-admin-account --admin-account-id ${foreign} --region us-east-1`,
    'guardduty/DisableOrganizationAdminAccount',
    { adminAccountId: foreign },
  ],
  [
    'securityhub/EnableOrganizationAdminAccount',
    { AdminAccountId: foreign },
    null,
    `securityhub.amazonaws.com, shared with ${foreign}`,
    `aws securityhub disable-organization-admin-account --admin-account-id ${foreign} --region us-east-1`,
    'securityhub/DisableOrganizationAdminAccount',
    { AdminAccountId: foreign },
  ],
  [
    'macie2/EnableOrganizationAdminAccount',
    { adminAccountId: foreign },
    null,
    `macie.amazonaws.com, shared with ${foreign}`,
    `aws macie2 disable-organization-admin-account --admin-account-id ${foreign} --region us-east-1`,
    'macie2/DisableOrganizationAdminAccount',
    { adminAccountId: foreign },
  ],
  [
    'inspector2/EnableDelegatedAdminAccount',
    { delegatedAdminAccountId: foreign },
    null,
    `inspector2.amazonaws.com, shared with ${foreign}`,
    `aws inspector2 disable-delegated-admin-account --delegated-admin-account-id ${foreign} --region us-east-1`,
    'inspector2/DisableDelegatedAdminAccount',
    { delegatedAdminAccountId: foreign },
  ],
  [
    'auditmanager/RegisterOrganizationAdminAccount',
    { adminAccountId: foreign },
    null,
    `auditmanager.amazonaws.com, shared with ${foreign}`,
    `aws auditmanager deregister-organization-admin-account --admin-account-id ${foreign} --region us-east-1`,
    'auditmanager/DeregisterOrganizationAdminAccount',
    { adminAccountId: foreign },
  ],
  [
    'detective/EnableOrganizationAdminAccount',
    { accountId: foreign },
    null,
    `detective.amazonaws.com, shared with ${foreign}`,
    'aws detective disable-organization-admin-account --region us-east-1',
    'detective/DisableOrganizationAdminAccount',
    {},
  ],
  [
    'fms/AssociateAdminAccount',
    { adminAccount: foreign },
    null,
    `fms.amazonaws.com, shared with ${foreign}`,
    'aws fms disassociate-admin-account --region us-east-1',
    'fms/DisassociateAdminAccount',
    {},
  ],
  [
    'securitylake/RegisterDataLakeDelegatedAdministrator',
    { accountId: foreign },
    null,
    `securitylake.amazonaws.com, shared with ${foreign}`,
    'aws securitylake deregister-data-lake-delegated-administrator --region us-east-1',
    'securitylake/DeregisterDataLakeDelegatedAdministrator',
    {},
  ],
  [
    'logs/PutDestinationPolicy',
    { destinationName: 'd', accessPolicy: byForeign },
    null,
    `d, shared with ${foreign}`,
    'aws logs delete-destination --destination-name d --region us-east-1',
    'logs/DeleteDestination',
    { destinationName: 'd' },
  ],
  [
    'logs/PutResourcePolicy',
    { policyName: 'p', policyDocument: byForeign },
    null,
    `p, shared with ${foreign}`,
    'aws logs delete-resource-policy --policy-name p --region us-east-1',
    'logs/DeleteResourcePolicy',
    { policyName: 'p' },
  ],
  [
    's3/PutMultiRegionAccessPointPolicy',
    { PutMultiRegionAccessPointPolicyRequest: { Details: { Name: 'mrap', Policy: byForeign } } },
    null,
    `mrap, shared with ${foreign}`,
    null,
    's3/PutMultiRegionAccessPointPolicy',
    { Details: { Name: 'mrap', Policy: JSON.stringify({ Statement: [] }) } },
  ],
  [
    'codeartifact/PutDomainPermissionsPolicy',
    { domain: 'packages', policyDocument: byForeign },
    null,
    `packages, shared with ${foreign}`,
    'aws codeartifact delete-domain-permissions-policy --domain packages --region us-east-1',
    'codeartifact/DeleteDomainPermissionsPolicy',
    { domain: 'packages' },
  ],
  [
    'ds/ShareDirectory',
    { directoryId: 'd-1', shareTarget: { id: foreign, type: 'ACCOUNT' } },
    null,
    `d-1, shared with ${foreign}`,
    'aws ds unshare-directory --directory-id d-1 --unshare-target Id=ACCOUNT_ID,Type=ACCOUNT --region us-east-1',
    'ds/UnshareDirectory',
    { directoryId: 'd-1', unshareTarget: { id: foreign, type: 'ACCOUNT' } },
  ],
  /* Code that runs as a role */
  [
    'ssm/CreateAssociation',
    { name: 'AWS-RunShellScript', targets: [{ key: 'tag:a', values: ['b'] }] },
    { associationDescription: { associationId: 'as-1', name: 'AWS-RunShellScript' } },
    'code in AWS-RunShellScript: as-1: association',
    'aws ssm delete-association --association-id as-1 --region us-east-1',
    'ssm/DeleteAssociation',
    { associationId: 'as-1' },
  ],
  [
    'codebuild/UpdateProject',
    { name: 'ci', serviceRole: roleArn },
    null,
    'code in ci: build',
    'aws codebuild delete-project --name ci --region us-east-1',
    'codebuild/DeleteProject',
    { name: 'ci' },
  ],
  [
    'codebuild/StartBuild',
    { projectName: 'ci', buildspecOverride: 'version: 0.2' },
    { build: { id: 'ci:1' } },
    'code in ci:1: build run',
    'aws codebuild stop-build --id ci:1 --region us-east-1',
    'codebuild/StopBuild',
    { id: 'ci:1' },
  ],
  [
    'codepipeline/UpdatePipeline',
    { pipeline: { name: 'release', roleArn } },
    null,
    'code in release: pipeline',
    'aws codepipeline delete-pipeline --name release --region us-east-1',
    'codepipeline/DeletePipeline',
    { name: 'release' },
  ],
  [
    'events/PutTargets',
    { rule: 'nightly', targets: [{ id: 't1', arn: arn('ssm', 'automation-definition/x'), roleArn }] },
    null,
    'code in nightly/t1: schedule',
    'aws events remove-targets --rule nightly --ids t1 --region us-east-1',
    'events/RemoveTargets',
    { rule: 'nightly', ids: ['t1'] },
  ],
  [
    'scheduler/CreateSchedule',
    { name: 'hourly', target: { arn: arn('lambda', 'function:f'), roleArn } },
    { scheduleArn: arn('scheduler', 'schedule/default/hourly') },
    'code in hourly: scheduled call',
    'aws scheduler delete-schedule --name hourly --region us-east-1',
    'scheduler/DeleteSchedule',
    { name: 'hourly', groupName: 'default' },
  ],
  [
    'states/UpdateStateMachine',
    { stateMachineArn: arn('states', 'stateMachine:etl'), roleArn },
    null,
    'code in etl: state machine',
    null,
    'states/DeleteStateMachine',
    { stateMachineArn: arn('states', 'stateMachine:etl') },
  ],
  [
    'apprunner/CreateService',
    { serviceName: 'web', instanceConfiguration: { instanceRoleArn: roleArn } },
    { service: { serviceArn: arn('apprunner', 'service/web/1') } },
    `code in ${arn('apprunner', 'service/web/1')}: web service`,
    null,
    'apprunner/DeleteService',
    { serviceArn: arn('apprunner', 'service/web/1') },
  ],
  [
    'batch/RegisterJobDefinition',
    { jobDefinitionName: 'j', containerProperties: { jobRoleArn: roleArn } },
    { jobDefinitionArn: arn('batch', 'job-definition/j:1') },
    'code in j:1: job definition',
    null,
    'batch/DeregisterJobDefinition',
    { jobDefinition: 'j:1' },
  ],
  [
    'elasticmapreduce/AddJobFlowSteps',
    { jobFlowId: 'j-1' },
    { stepIds: ['s-1'] },
    'code in j-1: EMR step',
    'aws emr list-steps --cluster-id j-1 --region us-east-1',
    'elasticmapreduce/TerminateJobFlows',
    { jobFlowIds: ['j-0', 'j-1'] },
  ],
  [
    'airflow/UpdateEnvironment',
    { Name: 'dags', ExecutionRoleArn: roleArn },
    null,
    'code in dags: workflow environment',
    'aws mwaa delete-environment --name dags --region us-east-1',
    'airflow/DeleteEnvironment',
    { Name: 'dags' },
  ],
  [
    'amplify/UpdateApp',
    { appId: 'a1', iamServiceRoleArn: roleArn },
    null,
    'code in a1: web app',
    'aws amplify delete-app --app-id a1 --region us-east-1',
    'amplify/DeleteApp',
    { appId: 'a1' },
  ],
  [
    'autoscaling/UpdateAutoScalingGroup',
    { autoScalingGroupName: 'asg', launchTemplate: { launchTemplateId: 'lt-1', version: '2' } },
    null,
    'code in asg: scaling group',
    null,
    'autoscaling/DeleteAutoScalingGroup',
    { autoScalingGroupName: 'asg' },
  ],
  [
    'lightsail/CreateInstances',
    { instanceNames: ['box'], keyPairName: 'mine' },
    null,
    'instance Lightsail box',
    'aws lightsail delete-instance --instance-name box --region REGION',
    'lightsail/DeleteInstance',
    { instanceName: 'box' },
  ],
  /* Triggers, keys, desktops, domains */
  [
    'codepipeline/PutWebhook',
    { webhook: { name: 'w', targetPipeline: 'p', authentication: 'UNAUTHENTICATED' } },
    { webhook: { url: 'https://x' } },
    'code in p: w: pipeline trigger',
    'aws codepipeline delete-webhook --name w --region us-east-1',
    'codepipeline/DeleteWebhook',
    { name: 'w' },
  ],
  [
    'amplify/CreateWebhook',
    { appId: 'd1', branchName: 'main' },
    { webhook: { webhookId: 'w1' } },
    'code in d1: w1: web app trigger',
    'aws amplify delete-webhook --webhook-id w1 --region us-east-1',
    'amplify/DeleteWebhook',
    { webhookId: 'w1' },
  ],
  [
    'apigateway/CreateApiKey',
    { createApiKeyInput: { name: 'k', enabled: true } },
    { id: 'ak1' },
    'login ak1 of apigateway API keys',
    'aws apigateway delete-api-key --api-key ak1 --region us-east-1',
    'apigateway/DeleteApiKey',
    { apiKey: 'ak1' },
  ],
  [
    'workspaces/CreateWorkspaces',
    {
      workspaces: [
        { directoryId: 'd-1', userName: 'eve' },
        { directoryId: 'd-1', userName: 'mallory' },
      ],
    },
    {
      pendingRequests: [
        { workspaceId: 'ws-1', userName: 'eve', directoryId: 'd-1' },
        { workspaceId: 'ws-2', userName: 'mallory', directoryId: 'd-1' },
      ],
    },
    'login mallory of workspaces d-1: a desktop',
    'aws workspaces describe-workspaces --directory-id d-1 --user-name mallory --region us-east-1',
    'workspaces/TerminateWorkspaces',
    { terminateWorkspaceRequests: [{ workspaceId: 'ws-2' }] },
  ],
  [
    'route53domains/TransferDomainToAnotherAwsAccount',
    { domainName: 'acme.example', accountId: foreign },
    { operationId: '1' },
    `acme.example, shared with ${foreign}`,
    'aws route53domains cancel-domain-transfer-to-another-aws-account --domain-name acme.example --region us-east-1',
    'route53domains/CancelDomainTransferToAnotherAwsAccount',
    { domainName: 'acme.example' },
  ],
  /* Replication */
  [
    's3/PutBucketReplication',
    replicatedTo({ Bucket: 'arn:aws:s3:::sink', Account: foreign }),
    null,
    `customers, shared with ${foreign}`,
    'aws s3api delete-bucket-replication --region us-east-1 --bucket customers',
    's3/DeleteBucketReplication',
    { bucketName: 'customers' },
  ],
  [
    's3/PutBucketReplication',
    replicatedTo({ Bucket: 'arn:aws:s3:::sink' }),
    null,
    'customers, shared with arn:aws:s3:::sink',
    'aws s3api delete-bucket-replication --region us-east-1 --bucket customers',
    's3/PutBucketReplication',
    replicatedTo({ Bucket: 'arn:aws:s3:::backups', Account: accountId }),
  ],
  /* Networks */
  [
    'ec2/CreateInstanceConnectEndpoint',
    { CreateInstanceConnectEndpointRequest: { SubnetId: 'subnet-1' } },
    {
      CreateInstanceConnectEndpointResponse: {
        instanceConnectEndpoint: { instanceConnectEndpointId: 'eice-1', subnetId: 'subnet-1' },
      },
    },
    'Instance Connect endpoint eice-1: subnet subnet-1',
    'aws ec2 delete-instance-connect-endpoint --instance-connect-endpoint-id eice-1 --region us-east-1',
    'ec2/DeleteInstanceConnectEndpoint',
    { DeleteInstanceConnectEndpointRequest: { InstanceConnectEndpointId: 'eice-1' } },
  ],
];

const doubtful: readonly (readonly [...ServiceDoor, string])[] = [
  [
    'apigateway/PutRestApi',
    { restApiId: 'api1', mode: 'overwrite' },
    null,
    'code in api1: API definition',
    null,
    'apigateway/DeleteRestApi',
    { restApiId: 'api1' },
    'Which services it calls, and with which roles',
  ],
  [
    'ec2/ModifyManagedPrefixList',
    { ModifyManagedPrefixListRequest: { PrefixListId: 'pl-1', AddEntry: { Cidr: '203.0.113.66/32' } } },
    null,
    'prefix list pl-1: 203.0.113.66/32',
    'aws ec2 modify-managed-prefix-list --prefix-list-id pl-1 --current-version VERSION --remove-entries Cidr=203.0.113.66/32 --region us-east-1',
    'ec2/ModifyManagedPrefixList',
    { ModifyManagedPrefixListRequest: { PrefixListId: 'pl-1', RemoveEntry: { Cidr: '203.0.113.66/32' } } },
    'Only where a rule or a route names the list',
  ],
  [
    'codebuild/ImportSourceCredentials',
    { serverType: 'GITHUB', authType: 'PERSONAL_ACCESS_TOKEN', token: 'HIDDEN' },
    { arn: arn('codebuild', 'token/github') },
    'login GITHUB of codebuild source credentials: PERSONAL_ACCESS_TOKEN',
    'aws codebuild list-source-credentials --region us-east-1',
    'codebuild/DeleteSourceCredentials',
    { arn: arn('codebuild', 'token/github') },
    'Builds come by it',
  ],
  [
    'ec2/CreateLaunchTemplateVersion',
    { CreateLaunchTemplateVersionRequest: { LaunchTemplateId: 'lt-1', LaunchTemplateData: { UserData: 'x' } } },
    {
      CreateLaunchTemplateVersionResponse: {
        launchTemplateVersion: { launchTemplateId: 'lt-1', versionNumber: 2 },
      },
    },
    'code in lt-1: 2: launch template version',
    'aws ec2 describe-launch-templates --launch-template-ids lt-1 --region us-east-1',
    'ec2/DeleteLaunchTemplate',
    { DeleteLaunchTemplateRequest: { LaunchTemplateId: 'lt-1' } },
    'Only machines that are started from it',
  ],
  [
    'ec2/ModifyVpcEndpoint',
    { ModifyVpcEndpointRequest: { VpcEndpointId: 'vpce-1', PolicyDocument: byForeign } },
    null,
    `vpce-1, shared with ${foreign}`,
    'aws ec2 modify-vpc-endpoint --vpc-endpoint-id vpce-1 --reset-policy --region us-east-1',
    'ec2/DeleteVpcEndpoints',
    { DeleteVpcEndpointsRequest: { VpcEndpointId: [{ tag: 1, content: 'vpce-1' }] } },
    'Only what is within the network',
  ],
  [
    'iot/AttachPolicy',
    { policyName: 'all', target: arn('iot', 'cert/c1') },
    null,
    `IoT policy all of certificate or group ${arn('iot', 'cert/c1')}`,
    `aws iot detach-policy --policy-name all --target ${arn('iot', 'cert/c1')} --region us-east-1`,
    'iot/DetachPolicy',
    { policyName: 'all', target: arn('iot', 'cert/c1') },
    'What the policy allows',
  ],
  [
    'sagemaker/CreateNotebookInstanceLifecycleConfig',
    { notebookInstanceLifecycleConfigName: 'lc' },
    null,
    'code in lc: notebook lifecycle',
    null,
    'sagemaker/DeleteNotebookInstanceLifecycleConfig',
    { notebookInstanceLifecycleConfigName: 'lc' },
    'Only what is started from it',
  ],
  [
    'rolesanywhere/DisableCrl',
    { crlId: 'crl-1' },
    { crl: { crlArn: arn('rolesanywhere', 'crl/crl-1'), crlId: 'crl-1' } },
    'revocation list crl-1',
    null,
    'rolesanywhere/EnableCrl',
    { crlId: 'crl-1' },
    'Certificates that it had revoked',
  ],
];

function byName(minutes: number, named: string, request: JsonObject, response: JsonObject | null = null) {
  const [service = '', action = ''] = named.split('/');
  return [minutes, service, action, { requestParameters: request, responseElements: response }] as const;
}

function found(records: readonly JsonObject[], brief: string): WayIn | undefined {
  // A list of names leaves out how each ARN begins.
  const short = brief.replaceAll(/arn:aws[\w-]*:[\w-]*:[\w-]*:[\d*]*:/g, '');
  return assessed([listing, ...records]).waysIn.find(({ what }) => [brief, short].includes(String(wayInBrief(what))));
}

/** Calls by which nobody can say that it is closed: what was started goes on, or the deletion has only begun. */
const leaving: ReadonlySet<string> = new Set([
  'batch/DeregisterJobDefinition',
  'codebuild/DeleteProject',
  'codepipeline/DeletePipeline',
  'ec2/DeleteLaunchTemplate',
  'sagemaker/DeleteNotebookInstanceLifecycleConfig',
  'states/DeleteStateMachine',
]);

function stateAfter(closes: string): WayIn['state'] {
  return leaving.has(closes) ? 'unknown' : 'closed';
}

describe('a door of a service is seen, with what closes it', () => {
  test.each(open)('%s', (opens, request, response, brief, command, closes, by) => {
    const opened = call(...byName(1, opens, request, response));
    const wayIn = found([opened], brief);
    expect(wayIn?.state).toBe('open');
    const commands = wayIn === undefined ? [] : commandsFor(wayIn.what);
    if (command !== null) expect(commands[0]).toBe(command);
    expect(found([opened, callByAdmin(2, ...trailing(byName(2, closes, by)))], brief)?.state).toBe(stateAfter(closes));
  });
});

function trailing([, service, action, given]: ReturnType<typeof byName>) {
  return [service, action, given] as const;
}

describe('what is no door is an effect all the same', () => {
  const effects: readonly (readonly [string, JsonObject, string])[] = [
    ['ebs/GetSnapshotBlock', { snapshotId: 'snap-1', blockIndex: 0 }, 'data-taken'],
    ['ebs/ListSnapshotBlocks', { snapshotId: 'snap-1' }, 'data-taken'],
    ['ebs/ListChangedBlocks', { firstSnapshotId: 'snap-0', secondSnapshotId: 'snap-1' }, 'data-taken'],
    [
      'route53/ChangeResourceRecordSets',
      { hostedZoneId: 'Z1', changeBatch: { changes: [{ resourceRecordSet: { name: 'login.acme.example' } }] } },
      'name-redirected',
    ],
    ['route53domains/UpdateDomainNameservers', { domainName: 'acme.example' }, 'name-redirected'],
    ['iam/EnableOrganizationsRootSessions', {}, 'setting-weakened'],
    ['iam/EnableOutboundWebIdentityFederation', {}, 'setting-weakened'],
    ['route53domains/DisableDomainTransferLock', { domainName: 'acme.example' }, 'setting-weakened'],
    ['route53domains/UpdateDomainContact', { domainName: 'acme.example' }, 'setting-weakened'],
    ['route53domains/RetrieveDomainAuthCode', { domainName: 'acme.example' }, 'data-taken'],
    ['account/PutAlternateContact', { alternateContactType: 'SECURITY' }, 'setting-weakened'],
  ];
  test.each(effects)('%s', (named, request, kind) => {
    const made = assessed([listing, call(...byName(1, named, request))]).effects;
    expect(made.map(({ effect }) => effect.kind)).toEqual([kind]);
  });
});

describe('what calls a function goes on where somebody sets the same function again, or nothing of it', () => {
  const theirs = arn('lambda', 'function:theirs');
  test.each<readonly [string, JsonObject, string, string, JsonObject]>([
    [
      'secretsmanager/RotateSecret',
      { secretId: 'db/orders', rotationLambdaARN: theirs },
      'code in db/orders: secret rotation',
      'secretsmanager/RotateSecret',
      { secretId: 'db/orders', rotationLambdaARN: theirs, rotationRules: { automaticallyAfterDays: 90 } },
    ],
    [
      'secretsmanager/RotateSecret',
      { secretId: 'db/orders', rotationLambdaARN: theirs },
      'code in db/orders: secret rotation',
      'secretsmanager/RotateSecret',
      { secretId: 'db/orders' },
    ],
    [
      'cognito-idp/UpdateUserPool',
      { userPoolId: 'us-east-1_abc', lambdaConfig: { preTokenGeneration: theirs } },
      'code in us-east-1_abc: sign-in trigger',
      'cognito-idp/UpdateUserPool',
      { userPoolId: 'us-east-1_abc', lambdaConfig: { preTokenGenerationConfig: { lambdaArn: theirs } } },
    ],
  ])('%s', (opens, request, brief, again, by) => {
    const opened = call(...byName(1, opens, request, null));
    expect(found([opened, callByAdmin(2, ...trailing(byName(2, again, by)))], brief)?.state).toBe('open');
  });

  test('a rotation at once, and a pool without triggers, plant nothing', () => {
    for (const [named, request] of [
      ['secretsmanager/RotateSecret', { secretId: 'db/orders' }],
      ['cognito-idp/UpdateUserPool', { userPoolId: 'us-east-1_abc', lambdaConfig: {} }],
    ] as const)
      expect(stand(assessed([listing, call(...byName(1, named, request, null))]).waysIn)).toEqual(['access-key: open']);
  });
});

describe('what may be a door is unknown, with the reason', () => {
  test.each(doubtful)('%s', (opens, request, response, brief, command, closes, by, reason) => {
    const opened = call(...byName(1, opens, request, response));
    const wayIn = found([opened], brief);
    expect(wayIn?.state).toBe('unknown');
    if (wayIn === undefined) return;
    expect(String(wayInWords(wayIn).sentence)).toContain(reason);
    if (command !== null) expect(commandsFor(wayIn.what)[0]).toBe(command);
    expect(found([opened, callByAdmin(2, ...trailing(byName(2, closes, by)))], brief)?.state).toBe(stateAfter(closes));
  });
});

describe('what lives on whatever is deleted is unknown until a person has looked', () => {
  test.each<readonly [string, JsonObject, JsonObject | null, string]>([
    [
      'codecommit/PutFile',
      { repositoryName: 'infra', branchName: 'main' },
      null,
      'code in infra: main: repository commit',
    ],
    ['codecommit/GitPush', {}, null, 'repository commit'],
    [
      'imagebuilder/CreateComponent',
      { name: 'harden', semanticVersion: '1.0.0' },
      { componentBuildVersionArn: arn('imagebuilder', 'component/harden/1.0.0/1') },
      'image recipe',
    ],
    [
      'sagemaker/StartSession',
      { resourceIdentifier: arn('sagemaker', 'space/d/s') },
      { sessionId: 's' },
      'login whoever has the token of sagemaker',
    ],
    [
      'codeartifact/PublishPackageVersion',
      { repository: 'r', package: 'p', packageVersion: '9' },
      null,
      'code in r: p 9: package version',
    ],
    [
      'acm-pca/IssueCertificate',
      { certificateAuthorityArn: arn('acm-pca', 'certificate-authority/1') },
      { certificateArn: arn('acm-pca', 'certificate-authority/1/certificate/2') },
      'login whoever has the key of acm-pca',
    ],
  ])('%s', (opens, request, response, brief) => {
    const { waysIn } = assessed([listing, call(...byName(1, opens, request, response))]);
    const wayIn = waysIn.find(({ what }) => String(wayInBrief(what)).includes(brief));
    expect(wayIn?.state).toBe('unknown');
  });
});

describe('an instance that begins from another disk runs what is on it', () => {
  const i1 = 'i-0123456789abcdef0';
  test.each<readonly [string, string, JsonObject, boolean]>([
    [
      'an image',
      'ec2/CreateReplaceRootVolumeTask',
      { CreateReplaceRootVolumeTaskRequest: { InstanceId: i1, ImageId: 'ami-1' } },
      true,
    ],
    [
      'a snapshot',
      'ec2/CreateReplaceRootVolumeTask',
      { CreateReplaceRootVolumeTaskRequest: { InstanceId: i1, SnapshotId: 'snap-1' } },
      true,
    ],
    [
      'its own beginning',
      'ec2/CreateReplaceRootVolumeTask',
      { CreateReplaceRootVolumeTaskRequest: { InstanceId: i1 } },
      false,
    ],
    [
      'a volume in the root’s place',
      'ec2/AttachVolume',
      { instanceId: i1, volumeId: 'vol-1', device: '/dev/xvda' },
      true,
    ],
    [
      'a volume beside the root’s',
      'ec2/AttachVolume',
      { instanceId: i1, volumeId: 'vol-1', device: '/dev/sdf' },
      false,
    ],
  ])('%s', (_, named, request, isDoor) => {
    const { waysIn } = assessed([listing, call(...byName(1, named, request))]);
    expect(stand(waysIn)).toEqual(isDoor ? ['access-key: open', 'instance: open'] : ['access-key: open']);
  });
});

describe('of several that are alike, each is closed by itself', () => {
  function association(id: string) {
    return { associationDescription: { associationId: id, name: 'doc' } };
  }
  const cases: readonly (readonly [string, readonly JsonObject[], string, JsonObject])[] = [
    [
      'two associations of a document',
      [
        call(...byName(1, 'ssm/CreateAssociation', { name: 'doc' }, association('as-1'))),
        call(...byName(2, 'ssm/CreateAssociation', { name: 'doc' }, association('as-2'))),
      ],
      'ssm/DeleteAssociation',
      { associationId: 'as-2' },
    ],
    [
      'two targets of a rule',
      [call(...byName(1, 'events/PutTargets', { rule: 'r', targets: [{ id: 'a' }, { id: 'b' }] }))],
      'events/RemoveTargets',
      { rule: 'r', ids: ['b'] },
    ],
    [
      'two principals of an endpoint service',
      [
        call(
          ...byName(1, 'ec2/ModifyVpcEndpointServicePermissions', {
            serviceId: 'vpce-svc-1',
            addAllowedPrincipals: [`arn:aws:iam::${foreign}:root`, 'arn:aws:iam::555566667777:root'],
          }),
        ),
      ],
      'ec2/ModifyVpcEndpointServicePermissions',
      { serviceId: 'vpce-svc-1', removeAllowedPrincipals: ['arn:aws:iam::555566667777:root'] },
    ],
    [
      'two accounts of an endpoint service, in the form of EC2 and as numbers',
      [
        call(
          ...byName(1, 'ec2/ModifyVpcEndpointServicePermissions', {
            ModifyVpcEndpointServicePermissionsRequest: {
              ServiceId: 'vpce-svc-1',
              AddAllowedPrincipals: [
                { tag: 1, content: 999_988_887_777 },
                { tag: 2, content: 555_566_667_777 },
              ],
            },
          }),
        ),
      ],
      'ec2/ModifyVpcEndpointServicePermissions',
      {
        ModifyVpcEndpointServicePermissionsRequest: {
          ServiceId: 'vpce-svc-1',
          RemoveAllowedPrincipals: { tag: 1, content: 555_566_667_777 },
        },
      },
    ],
    [
      'two stacks of a set',
      [
        call(
          ...byName(1, 'cloudformation/CreateStackInstances', {
            stackSetName: 's',
            accounts: [foreign],
            regions: ['eu-west-1', 'us-east-1'],
          }),
        ),
      ],
      'cloudformation/DeleteStackInstances',
      { stackSetName: 's', accounts: [foreign], regions: ['us-east-1'], retainStacks: false },
    ],
    [
      'two SSH keys of an endpoint',
      [call(...byName(1, 'glue/UpdateDevEndpoint', { endpointName: 'dev', addPublicKeys: ['k1', 'k2'] }))],
      'glue/UpdateDevEndpoint',
      { endpointName: 'dev', deletePublicKeys: ['k2'] },
    ],
  ];
  test.each(cases)('%s', (_, opened, closes, by) => {
    const doors = ['code', 'share', 'service-login'];
    const { waysIn } = assessed([listing, ...opened, callByAdmin(3, ...trailing(byName(3, closes, by)))]);
    const states = waysIn
      .filter(({ what }) => doors.includes(what.kind))
      .map(({ state }) => (typeof state === 'string' ? state : 'accepted'));
    expect(states.toSorted()).toEqual(['closed', 'open']);
  });
});

test.each([
  ['that CloudTrail keeps to itself', { functionName: 'billing', environment: {} }, 'open'],
  ['that nobody names', { functionName: 'billing', timeout: 9 }, undefined],
  ['beside layers', { functionName: 'billing', environment: {}, layers: ['l:1'] }, undefined],
])('a function’s environment %s', (_, request, state) => {
  const changed = call(...byName(1, 'lambda/UpdateFunctionConfiguration20150331v2', request));
  expect(found([changed], 'code in billing: environment')?.state).toBe(state);
});

test.each([
  ['stopped', { successfulSubmissions: [{ jobName: 'etl', jobRunId: 'jr' }] }, 'closed'],
  ['that could not be stopped', { errors: [{ jobName: 'etl', jobRunId: 'jr' }] }, 'open'],
])('a run of another script %s', (_, response, state) => {
  const request = { jobName: 'etl', arguments: { '--scriptLocation': 's3://x/y.py' } };
  const run = call(...byName(1, 'glue/StartJobRun', request, { jobRunId: 'jr' }));
  const stop = byName(2, 'glue/BatchStopJobRun', { jobName: 'etl', jobRunIds: ['jr'] }, response);
  expect(found([run, callByAdmin(...stop)], 'code in etl/jr: Glue job run')?.state).toBe(state);
});
