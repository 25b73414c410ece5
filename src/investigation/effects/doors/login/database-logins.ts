import { hourS } from '../../../../model/duration.ts';
import type { DoorRow } from '../door-row.ts';

/** Logins to databases, search, caches and brokers. */
export const databaseLogins: readonly DoorRow[] = [
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
];
