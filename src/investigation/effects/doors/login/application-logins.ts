import { hourS } from '../../../../model/duration.ts';
import type { DoorRow } from '../door-row.ts';

/** Logins to the consoles of services, and keys of programming interfaces. */
export const applicationLogins: readonly DoorRow[] = [
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
];
