import type { DoorRow } from '../door-row.ts';

/** Services that run what they are given. */
export const hostedCode: readonly DoorRow[] = [
  /* Agents of models */
  {
    opens: ['bedrock/CreateAgent', 'bedrock/UpdateAgent'],
    makes: {
      kind: 'code',
      what: 'agent',
      resource: '{agent.agentId|agentId}',
      role: '{agentResourceRoleArn}',
    },
    closes: { 'bedrock/DeleteAgent': '{agent.agentId|agentId}' },
    byHand: [
      'aws bedrock-agent delete-agent --agent-id {agent.agentId} --skip-resource-in-use-check --region {region}',
    ],
  },
  {
    opens: ['bedrock-agentcore/CreateAgentRuntime', 'bedrock-agentcore/UpdateAgentRuntime'],
    makes: { kind: 'code', what: 'agent runtime', resource: '{agentRuntimeId}', role: '{roleArn}' },
    closes: { 'bedrock-agentcore/DeleteAgentRuntime': '{agentRuntimeId}' },
    byHand: [
      'aws bedrock-agentcore-control delete-agent-runtime --agent-runtime-id {agentRuntimeId} --region {region}',
    ],
  },
  {
    // One without a role runs code that may do nothing in the account.
    opens: ['bedrock-agentcore/CreateCodeInterpreter executionRoleArn'],
    makes: { kind: 'code', what: 'code interpreter', resource: '{codeInterpreterId}', role: '{executionRoleArn}' },
    closes: { 'bedrock-agentcore/DeleteCodeInterpreter': '{codeInterpreterId}' },
    byHand: [
      'aws bedrock-agentcore-control delete-code-interpreter --code-interpreter-id {codeInterpreterId} --region {region}',
    ],
  },
  /* Services that run what they are given */
  {
    opens: ['eks/CreateCapability'],
    makes: {
      kind: 'code',
      what: 'cluster capability',
      resource: '{clusterName|name}/{capabilityName}',
      role: '{roleArn}',
    },
    closes: {
      'eks/DeleteCapability': '{clusterName|name} {capabilityName}',
      'eks/DeleteCluster': '{clusterName|name}',
    },
    byHand: [
      'aws eks delete-capability --cluster-name {clusterName} --capability-name {capabilityName} --region {region}',
    ],
  },
  {
    opens: ['elasticbeanstalk/CreateEnvironment', 'elasticbeanstalk/UpdateEnvironment'],
    makes: { kind: 'code', what: 'application environment', resource: '{environmentName|environmentId}' },
    closes: {
      'elasticbeanstalk/TerminateEnvironment environmentName': '{environmentName}',
      'elasticbeanstalk/TerminateEnvironment environmentId': '{environmentId}',
    },
    byHand: [
      'aws elasticbeanstalk update-environment --environment-name {environmentName} --version-label LABEL_BEFORE --region {region}',
      'aws elasticbeanstalk terminate-environment --environment-name {environmentName} --region {region}',
    ],
  },
  {
    opens: ['greengrass/CreateDeployment'],
    makes: { kind: 'code', what: 'edge deployment', resource: '{targetArn|groupId}: {deploymentId}' },
    closes: { 'greengrass/CancelDeployment': '{deploymentId}' },
    byHand: ['aws greengrassv2 cancel-deployment --deployment-id {deploymentId} --region {region}'],
  },
  {
    opens: ['ecs/CreateTaskSet'],
    makes: { kind: 'code', what: 'task set', resource: '{service:name}: {taskSet.id}' },
    closes: { 'ecs/DeleteTaskSet': '{taskSet.id|taskSet:name}' },
    byHand: ['aws ecs delete-task-set --cluster CLUSTER --service {service} --task-set {taskSet.id} --region {region}'],
  },
  {
    opens: ['eks/CreateNodegroup'],
    makes: {
      kind: 'code',
      what: 'node group',
      resource: '{clusterName|name}/{nodegroupName}',
      role: '{nodeRole}',
    },
    closes: {
      'eks/DeleteNodegroup': '{clusterName|name} {nodegroupName}',
      'eks/DeleteCluster': '{clusterName|name}',
    },
    byHand: [
      'aws eks delete-nodegroup --cluster-name {clusterName} --nodegroup-name {nodegroupName} --region {region}',
    ],
  },
  {
    opens: ['apprunner/CreateService', 'apprunner/UpdateService'],
    makes: {
      kind: 'code',
      what: 'web service',
      resource: '{service.serviceArn|serviceArn}',
      role: '{instanceConfiguration.instanceRoleArn}',
      assumer: 'tasks.apprunner.amazonaws.com',
    },
    closes: { 'apprunner/DeleteService': '{service.serviceArn|serviceArn}' },
    byHand: ['aws apprunner delete-service --service-arn {service.serviceArn} --region {region}'],
  },
  {
    opens: ['airflow/CreateEnvironment', 'airflow/UpdateEnvironment'],
    makes: {
      kind: 'code',
      what: 'workflow environment',
      resource: '{name}',
      role: '{executionRoleArn}',
      assumer: 'airflow-env.amazonaws.com',
    },
    closes: { 'airflow/DeleteEnvironment': '{name}' },
    byHand: ['aws mwaa delete-environment --name {name} --region {region}'],
  },
  {
    opens: ['appstream/CreateFleet iamRoleArn', 'appstream2/CreateFleet iamRoleArn'],
    makes: {
      kind: 'code',
      what: 'streaming fleet',
      resource: '{name}',
      role: '{iamRoleArn}',
      assumer: 'appstream.amazonaws.com',
    },
    closes: { 'appstream/DeleteFleet': '{name}', 'appstream2/DeleteFleet': '{name}' },
    byHand: [
      'aws appstream stop-fleet --name {name} --region {region}',
      'aws appstream delete-fleet --name {name} --region {region}',
    ],
  },
  {
    opens: ['appstream/CreateImageBuilder', 'appstream2/CreateImageBuilder'],
    makes: {
      kind: 'code',
      what: 'image builder',
      resource: '{name}',
      role: '{iamRoleArn}',
      assumer: 'appstream.amazonaws.com',
    },
    closes: { 'appstream/DeleteImageBuilder': '{name}', 'appstream2/DeleteImageBuilder': '{name}' },
    byHand: ['aws appstream delete-image-builder --name {name} --region {region}'],
  },
  {
    opens: ['lightsail/CreateContainerServiceDeployment'],
    makes: { kind: 'code', what: 'Lightsail containers', resource: '{serviceName}' },
    closes: { 'lightsail/DeleteContainerService': '{serviceName}' },
    byHand: ['aws lightsail delete-container-service --service-name {serviceName} --region {region}'],
  },
  {
    opens: ['cloud9/CreateEnvironmentEC2'],
    makes: { kind: 'code', what: 'development environment', resource: '{environmentId|name}' },
    closes: { 'cloud9/DeleteEnvironment': '{environmentId}' },
    byHand: ['aws cloud9 delete-environment --environment-id {environmentId} --region {region}'],
  },
];
