import type { DoorRow } from './door-row.ts';

const onlyFromTemplate = 'Only machines that are started from it, by a scaling group or by somebody, run what it says.';
const onlyWhereUsed = 'Only what is started from it, or the next time that it starts, runs it.';
const onlyDefined =
  'Which services it calls, and with which roles, stands in the definition, which the record does not have.';
const onlyWhereBuilt = 'Only what builds, deploys or installs from there runs it.';

/**
 * What runs with the rights of a role, besides functions, containers and stacks, whose records say more (names: the services' API models).
 */
export const codeDoors: readonly DoorRow[] = [
  /* Systems Manager */
  {
    opens: ['ssm/CreateAssociation', 'ssm/UpdateAssociation'],
    makes: {
      kind: 'code',
      what: 'association',
      resource: '{name|associationDescription.name}: {associationDescription.associationId|associationId}',
    },
    closes: {
      'ssm/DeleteAssociation associationId': '{associationDescription.associationId|associationId}',
      'ssm/DeleteAssociation name': '{name} {instanceId}',
    },
    byHand: ['aws ssm delete-association --association-id {associationDescription.associationId} --region {region}'],
  },
  {
    opens: ['ssm/CreateDocument', 'ssm/UpdateDocument', 'ssm/UpdateDocumentDefaultVersion'],
    makes: { kind: 'code', what: 'automation', resource: '{name}' },
    // With a version one goes, and the document stays.
    closes: { 'ssm/DeleteDocument !documentVersion|versionName': '{name}' },
    byHand: ['aws ssm delete-document --name {name} --region {region}'],
  },
  {
    // Its reader is `called-functions.ts`: what is set anew replaces what was.
    opens: [],
    makes: { kind: 'code', what: 'secret rotation', resource: '{secretId}' },
    closes: {},
    byHand: [
      'aws secretsmanager rotate-secret --secret-id {secretId} --rotation-lambda-arn LAMBDA_ARN_AS_IT_WAS --no-rotate-immediately --region {region}',
    ],
  },
  {
    opens: [],
    makes: { kind: 'code', what: 'sign-in trigger', resource: '{userPoolId}' },
    closes: {},
    // An update sets back all that it does not name: the whole of it is to be given.
    byHand: [
      'aws cognito-idp describe-user-pool --user-pool-id {userPoolId} --region {region}',
      'aws cognito-idp update-user-pool --user-pool-id {userPoolId} --cli-input-json SETTINGS_WITH_TRIGGERS_AS_THEY_WERE --region {region}',
    ],
  },
  {
    opens: ['ssm/StartAutomationExecution'],
    makes: {
      kind: 'code',
      what: 'automation run',
      resource: '{documentName}: {automationExecutionId}',
      role: '{parameters.automationAssumeRole}',
      session: 'Automation-{automationExecutionId}',
    },
    closes: { 'ssm/StopAutomationExecution': '{automationExecutionId}' },
    byHand: [
      'aws ssm stop-automation-execution --automation-execution-id {automationExecutionId} --type Cancel --region {region}',
    ],
  },
  {
    opens: ['ssm/RegisterTaskWithMaintenanceWindow', 'ssm/UpdateMaintenanceWindowTask'],
    makes: {
      kind: 'code',
      what: 'maintenance task',
      resource: '{windowId}/{windowTaskId}',
      role: '{serviceRoleArn}',
    },
    closes: {
      'ssm/DeregisterTaskFromMaintenanceWindow': '{windowId} {windowTaskId}',
      'ssm/DeleteMaintenanceWindow': '{windowId}',
    },
    byHand: [
      'aws ssm deregister-task-from-maintenance-window --window-id {windowId} --window-task-id {windowTaskId} --region {region}',
    ],
  },
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
  /* Builds and deployments */
  {
    opens: ['codebuild/CreateProject', 'codebuild/UpdateProject'],
    makes: { kind: 'code', what: 'build', resource: '{name}', role: '{serviceRole}' },
    closes: { 'codebuild/DeleteProject': '{name}' },
    byHand: ['aws codebuild delete-project --name {name} --region {region}'],
  },
  {
    opens: [
      'codebuild/StartBuild buildspecOverride|sourceLocationOverride|sourceTypeOverride|imageOverride|serviceRoleOverride|environmentVariablesOverride|secondarySourcesOverride',
      'codebuild/StartBuildBatch buildspecOverride|sourceLocationOverride|sourceTypeOverride|imageOverride|serviceRoleOverride|environmentVariablesOverride|secondarySourcesOverride',
    ],
    makes: {
      kind: 'code',
      what: 'build run',
      resource: '{build.id|buildBatch.id|projectName}',
      role: '{serviceRoleOverride}',
    },
    // Builds are not deleted with their project (DeleteProject in the CodeBuild API reference).
    closes: { 'codebuild/StopBuild': '{build.id|id}', 'codebuild/StopBuildBatch': '{buildBatch.id|id}' },
    byHand: ['aws codebuild stop-build --id {build.id} --region {region}'],
  },
  {
    opens: ['codebuild/StartBuild', 'codebuild/StartBuildBatch'],
    makes: {
      kind: 'run',
      what: 'build run',
      resource: '{build.id|buildBatch.id|projectName}',
      of: { what: 'build', resource: '{projectName}' },
    },
    closes: { 'codebuild/StopBuild': '{build.id|id}', 'codebuild/StopBuildBatch': '{buildBatch.id|id}' },
    byHand: ['aws codebuild stop-build --id {build.id} --region {region}'],
  },
  {
    opens: ['codebuild/CreateWebhook', 'codebuild/UpdateWebhook'],
    makes: { kind: 'code', what: 'build trigger', resource: '{projectName}' },
    closes: { 'codebuild/DeleteWebhook': '{projectName}', 'codebuild/DeleteProject': '{projectName|name}' },
    byHand: ['aws codebuild delete-webhook --project-name {projectName} --region {region}'],
  },
  {
    opens: ['codepipeline/CreatePipeline', 'codepipeline/UpdatePipeline'],
    makes: { kind: 'code', what: 'pipeline', resource: '{pipeline.name}', role: '{pipeline.roleArn}' },
    closes: { 'codepipeline/DeletePipeline': '{pipeline.name|name}' },
    byHand: ['aws codepipeline delete-pipeline --name {pipeline.name} --region {region}'],
  },
  {
    opens: ['codepipeline/PutWebhook'],
    makes: { kind: 'code', what: 'pipeline trigger', resource: '{webhook.targetPipeline}: {webhook.name}' },
    // Whoever has its URL goes on calling it where only the other side was told no more of it; and it starts whatever pipeline has the name.
    closes: { 'codepipeline/DeleteWebhook': '{webhook.name|name}' },
    byHand: ['aws codepipeline delete-webhook --name {webhook.name} --region {region}'],
  },
  {
    opens: ['codedeploy/CreateDeployment'],
    makes: {
      kind: 'code',
      what: 'deployment',
      resource: '{applicationName}/{deploymentId}',
    },
    // What is deployed already stays, unless it is rolled back.
    closes: { 'codedeploy/StopDeployment autoRollbackEnabled=true': '{deploymentId}' },
    byHand: ['aws deploy stop-deployment --deployment-id {deploymentId} --auto-rollback-enabled --region {region}'],
  },
  /* Glue, SageMaker, EMR, Batch */
  {
    opens: ['glue/CreateJob', 'glue/UpdateJob'],
    makes: {
      kind: 'code',
      what: 'Glue job',
      resource: '{name|jobName}',
      role: '{role|jobUpdate.role}',
      session: 'GlueJobRunnerSession',
    },
    closes: { 'glue/DeleteJob': '{jobName|name}' },
    byHand: ['aws glue delete-job --job-name {name} --region {region}'],
  },
  {
    opens: ['glue/StartJobRun arguments.--scriptLocation|arguments.--extra-py-files|arguments.--extra-jars'],
    makes: { kind: 'code', what: 'Glue job run', resource: '{jobName}/{jobRunId}' },
    // A run goes on when its job is deleted; of a list, only some may be stopped.
    closes: { 'glue/BatchStopJobRun': '{jobName} {jobRunId|successfulSubmissions.jobRunId}' },
    byHand: ['aws glue batch-stop-job-run --job-name {jobName} --job-run-ids {jobRunId} --region {region}'],
  },
  {
    opens: ['glue/StartJobRun'],
    makes: {
      kind: 'run',
      what: 'Glue job run',
      resource: '{jobName}/{jobRunId}',
      of: { what: 'Glue job', resource: '{jobName}' },
    },
    closes: { 'glue/BatchStopJobRun': '{jobName} {jobRunId|successfulSubmissions.jobRunId}' },
    byHand: ['aws glue batch-stop-job-run --job-name {jobName} --job-run-ids {jobRunId} --region {region}'],
  },
  {
    opens: ['glue/CreateTrigger', 'glue/UpdateTrigger'],
    makes: { kind: 'code', what: 'Glue trigger', resource: '{name}' },
    closes: { 'glue/DeleteTrigger': '{name}' },
    byHand: ['aws glue delete-trigger --name {name} --region {region}'],
  },
  {
    opens: ['glue/CreateDevEndpoint'],
    makes: { kind: 'code', what: 'development endpoint', resource: '{endpointName}', role: '{roleArn}' },
    closes: { 'glue/DeleteDevEndpoint': '{endpointName}' },
    byHand: ['aws glue delete-dev-endpoint --endpoint-name {endpointName} --region {region}'],
  },
  {
    opens: ['glue/CreateSession'],
    makes: { kind: 'code', what: 'Glue session', resource: '{id|session.id}', role: '{role}' },
    closes: { 'glue/DeleteSession': '{id|session.id}', 'glue/StopSession': '{id|session.id}' },
    byHand: ['aws glue stop-session --id {id} --region {region}'],
  },
  {
    opens: ['sagemaker/CreateNotebookInstance', 'sagemaker/UpdateNotebookInstance roleArn|lifecycleConfigName'],
    makes: {
      kind: 'code',
      what: 'notebook',
      resource: '{notebookInstanceName}',
      role: '{roleArn}',
      session: 'SageMaker',
    },
    closes: { 'sagemaker/DeleteNotebookInstance': '{notebookInstanceName}' },
    byHand: [
      'aws sagemaker stop-notebook-instance --notebook-instance-name {notebookInstanceName} --region {region}',
      'aws sagemaker delete-notebook-instance --notebook-instance-name {notebookInstanceName} --region {region}',
    ],
  },
  {
    opens: ['sagemaker/CreateNotebookInstanceLifecycleConfig', 'sagemaker/UpdateNotebookInstanceLifecycleConfig'],
    makes: { kind: 'code', what: 'notebook lifecycle', resource: '{notebookInstanceLifecycleConfigName}' },
    closes: { 'sagemaker/DeleteNotebookInstanceLifecycleConfig': '{notebookInstanceLifecycleConfigName}' },
    byHand: [
      'aws sagemaker delete-notebook-instance-lifecycle-config --notebook-instance-lifecycle-config-name {notebookInstanceLifecycleConfigName} --region {region}',
    ],
    doubt: onlyWhereUsed,
  },
  {
    opens: ['sagemaker/CreateStudioLifecycleConfig'],
    makes: { kind: 'code', what: 'studio lifecycle', resource: '{studioLifecycleConfigName}' },
    closes: { 'sagemaker/DeleteStudioLifecycleConfig': '{studioLifecycleConfigName}' },
    byHand: [
      'aws sagemaker delete-studio-lifecycle-config --studio-lifecycle-config-name {studioLifecycleConfigName} --region {region}',
    ],
    doubt: onlyWhereUsed,
  },
  {
    opens: ['sagemaker/CreateTrainingJob'],
    makes: {
      kind: 'code',
      what: 'training job',
      resource: '{trainingJobName}',
      role: '{roleArn}',
      session: 'SageMaker',
    },
    closes: { 'sagemaker/StopTrainingJob': '{trainingJobName}' },
    byHand: ['aws sagemaker stop-training-job --training-job-name {trainingJobName} --region {region}'],
  },
  {
    opens: ['sagemaker/CreateProcessingJob'],
    makes: {
      kind: 'code',
      what: 'processing job',
      resource: '{processingJobName}',
      role: '{roleArn}',
      session: 'SageMaker',
    },
    closes: { 'sagemaker/StopProcessingJob': '{processingJobName}' },
    byHand: ['aws sagemaker stop-processing-job --processing-job-name {processingJobName} --region {region}'],
  },
  {
    opens: ['elasticmapreduce/RunJobFlow'],
    makes: { kind: 'code', what: 'EMR cluster', resource: '{jobFlowId|name}', role: '{serviceRole|jobFlowRole}' },
    closes: { 'elasticmapreduce/TerminateJobFlows': '{jobFlowId|jobFlowIds}' },
    byHand: ['aws emr terminate-clusters --cluster-ids {jobFlowId} --region {region}'],
  },
  {
    opens: ['elasticmapreduce/AddJobFlowSteps'],
    makes: { kind: 'code', what: 'EMR step', resource: '{jobFlowId}', role: '{executionRoleArn}' },
    closes: {
      'elasticmapreduce/TerminateJobFlows': '{jobFlowId|jobFlowIds}',
    },
    byHand: [
      'aws emr list-steps --cluster-id {jobFlowId} --region {region}',
      'aws emr cancel-steps --cluster-id {jobFlowId} --step-ids STEP_ID --region {region}',
    ],
  },
  {
    opens: ['emr-serverless/StartJobRun'],
    makes: {
      kind: 'code',
      what: 'EMR job run',
      resource: '{applicationId}/{jobRunId}',
      role: '{executionRoleArn}',
    },
    closes: {
      'emr-serverless/CancelJobRun': '{applicationId} {jobRunId}',
      'emr-serverless/DeleteApplication': '{applicationId}',
    },
    byHand: [
      'aws emr-serverless cancel-job-run --application-id {applicationId} --job-run-id {jobRunId} --region {region}',
    ],
  },
  {
    opens: ['emr-containers/StartJobRun'],
    makes: {
      kind: 'code',
      what: 'EMR container job run',
      resource: '{virtualClusterId}/{id}',
      role: '{executionRoleArn}',
    },
    closes: {
      'emr-containers/CancelJobRun': '{virtualClusterId} {id}',
      'emr-containers/DeleteVirtualCluster': '{virtualClusterId|id}',
    },
    byHand: ['aws emr-containers cancel-job-run --virtual-cluster-id {virtualClusterId} --id {id} --region {region}'],
  },
  {
    opens: ['batch/RegisterJobDefinition'],
    makes: {
      kind: 'code',
      what: 'job definition',
      resource: '{jobDefinitionArn|jobDefinitionName:name}',
      role: '{containerProperties.jobRoleArn}',
      assumer: 'ecs-tasks.amazonaws.com',
    },
    closes: { 'batch/DeregisterJobDefinition': '{jobDefinitionArn|jobDefinition:name}' },
    byHand: ['aws batch deregister-job-definition --job-definition {jobDefinitionArn} --region {region}'],
  },
  {
    opens: ['batch/SubmitJob'],
    makes: { kind: 'code', what: 'batch job', resource: '{jobId|jobName}' },
    // A job that runs goes on when it is cancelled.
    closes: { 'batch/TerminateJob': '{jobId}' },
    byHand: ["aws batch terminate-job --job-id {jobId} --reason 'planted by an intruder' --region {region}"],
  },
  {
    opens: ['datapipeline/PutPipelineDefinition'],
    makes: { kind: 'code', what: 'data pipeline', resource: '{pipelineId}' },
    closes: { 'datapipeline/DeletePipeline': '{pipelineId}' },
    byHand: ['aws datapipeline delete-pipeline --pipeline-id {pipelineId} --region {region}'],
  },
  /* Events, schedules, workflows */
  {
    opens: ['events/PutTargets'],
    makes: { kind: 'code', what: 'schedule', resource: '{rule}/{targets.id}', role: '{targets.roleArn}' },
    closes: {
      'events/RemoveTargets': '{eventBusName|=default:name} {rule} {targets.id|ids}',
      'events/DeleteRule': '{eventBusName|=default:name} {rule|name}',
    },
    byHand: ['aws events remove-targets --rule {rule} --ids {targets.id} --region {region}'],
  },
  {
    opens: ['scheduler/CreateSchedule', 'scheduler/UpdateSchedule'],
    makes: { kind: 'code', what: 'scheduled call', resource: '{name}', role: '{target.roleArn}' },
    closes: {
      'scheduler/DeleteSchedule': '{groupName|=default} {name}',
    },
    byHand: ['aws scheduler delete-schedule --name {name} --region {region}'],
  },
  {
    opens: ['states/CreateStateMachine', 'states/UpdateStateMachine'],
    makes: {
      kind: 'code',
      what: 'state machine',
      resource: '{stateMachineArn:name}',
      role: '{roleArn}',
    },
    closes: { 'states/DeleteStateMachine': '{stateMachineArn:name}' },
    byHand: [
      'aws stepfunctions list-state-machines --region {region}',
      'aws stepfunctions delete-state-machine --state-machine-arn STATE_MACHINE_ARN --region {region}',
    ],
  },
  {
    opens: ['pipes/CreatePipe', 'pipes/UpdatePipe'],
    makes: { kind: 'code', what: 'pipe', resource: '{name}', role: '{roleArn}' },
    closes: { 'pipes/DeletePipe': '{name}' },
    byHand: ['aws pipes delete-pipe --name {name} --region {region}'],
  },
  {
    opens: ['config/PutRemediationConfigurations'],
    makes: {
      kind: 'code',
      what: 'remediation',
      resource: '{remediationConfigurations.configRuleName}',
      role: '{remediationConfigurations.parameters.AutomationAssumeRole.staticValue.values}',
      assumer: 'ssm.amazonaws.com',
    },
    closes: {
      'config/DeleteRemediationConfiguration': '{remediationConfigurations.configRuleName|configRuleName}',
    },
    byHand: [
      'aws configservice delete-remediation-configuration --config-rule-name {remediationConfigurations.configRuleName} --region {region}',
    ],
  },
  /* Services that run what they are given */
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
    opens: ['amplify/CreateApp', 'amplify/UpdateApp'],
    makes: {
      kind: 'code',
      what: 'web app',
      resource: '{app.appId|appId}',
      role: '{iamServiceRoleArn|computeRoleArn}',
    },
    closes: { 'amplify/DeleteApp': '{app.appId|appId}' },
    byHand: ['aws amplify delete-app --app-id {app.appId} --region {region}'],
  },
  {
    opens: ['amplify/CreateWebhook', 'amplify/UpdateWebhook'],
    makes: {
      kind: 'code',
      what: 'web app trigger',
      resource: '{appId|webhook.webhookArn:name}: {webhook.webhookId|webhookId}',
    },
    closes: {
      'amplify/DeleteWebhook': '{webhook.webhookId|webhookId}',
      'amplify/DeleteBranch': '{appId} {branchName}',
      'amplify/DeleteApp': '{appId}',
    },
    byHand: ['aws amplify delete-webhook --webhook-id {webhook.webhookId} --region {region}'],
  },
  {
    opens: ['amplify/CreateBranch', 'amplify/StartJob', 'amplify/StartDeployment'],
    makes: { kind: 'code', what: 'web app branch', resource: '{appId}/{branchName}' },
    closes: { 'amplify/DeleteBranch': '{appId} {branchName}', 'amplify/DeleteApp': '{appId}' },
    byHand: ['aws amplify delete-branch --app-id {appId} --branch-name {branchName} --region {region}'],
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
  /* Machines that start by themselves */
  {
    opens: [
      'autoscaling/CreateAutoScalingGroup',
      'autoscaling/UpdateAutoScalingGroup launchTemplate|launchConfigurationName|mixedInstancesPolicy',
      'autoscaling/StartInstanceRefresh desiredConfiguration',
    ],
    makes: { kind: 'code', what: 'scaling group', resource: '{autoScalingGroupName}' },
    closes: { 'autoscaling/DeleteAutoScalingGroup': '{autoScalingGroupName}' },
    byHand: [
      'aws autoscaling update-auto-scaling-group --auto-scaling-group-name {autoScalingGroupName} --launch-template LaunchTemplateId=ID,Version=VERSION_BEFORE --region {region}',
      'aws autoscaling delete-auto-scaling-group --auto-scaling-group-name {autoScalingGroupName} --force-delete --region {region}',
    ],
  },
  // What keeps up a number of machines starts others for those that are ended. A fleet that starts its machines once is those machines.
  {
    opens: [
      'ec2/CreateFleet CreateFleetRequest.Type=maintain',
      'ec2/CreateFleet CreateFleetRequest.Type=request',
      'ec2/CreateFleet !CreateFleetRequest.Type',
    ],
    makes: { kind: 'code', what: 'machine fleet', resource: '{CreateFleetResponse.fleetId}' },
    // How its deletion is recorded is not known well enough to say that its machines were ended with it.
    closes: {},
    byHand: ['aws ec2 delete-fleets --fleet-ids {CreateFleetResponse.fleetId} --terminate-instances --region {region}'],
  },
  {
    opens: ['ec2/RequestSpotFleet'],
    makes: { kind: 'code', what: 'machine fleet', resource: '{spotFleetRequestId}' },
    closes: {},
    byHand: [
      'aws ec2 cancel-spot-fleet-requests --spot-fleet-request-ids {spotFleetRequestId} --terminate-instances --region {region}',
    ],
  },
  {
    opens: ['ec2/CreateLaunchTemplate', 'ec2/ModifyLaunchTemplate'],
    makes: {
      kind: 'code',
      what: 'launch template',
      resource: '{launchTemplate.launchTemplateId|launchTemplateId|launchTemplateName}',
    },
    closes: {
      'ec2/DeleteLaunchTemplate launchTemplateId': '{launchTemplate.launchTemplateId|launchTemplateId}',
      'ec2/DeleteLaunchTemplate launchTemplateName': '{launchTemplate.launchTemplateName|launchTemplateName}',
    },
    byHand: [
      'aws ec2 modify-launch-template --launch-template-id {launchTemplate.launchTemplateId} --default-version VERSION_BEFORE --region {region}',
      'aws ec2 delete-launch-template --launch-template-id {launchTemplate.launchTemplateId} --region {region}',
    ],
    doubt: onlyFromTemplate,
  },
  {
    opens: ['ec2/CreateLaunchTemplateVersion'],
    makes: {
      kind: 'code',
      what: 'launch template version',
      resource: '{launchTemplateVersion.launchTemplateId|launchTemplateId}: {launchTemplateVersion.versionNumber}',
    },
    closes: {
      'ec2/DeleteLaunchTemplate launchTemplateId': '{launchTemplateVersion.launchTemplateId|launchTemplateId}',
      'ec2/DeleteLaunchTemplate launchTemplateName': '{launchTemplateVersion.launchTemplateName|launchTemplateName}',
      'ec2/DeleteLaunchTemplateVersions':
        '{launchTemplateVersion.launchTemplateId|launchTemplateId} {launchTemplateVersion.versionNumber|launchTemplateVersion}',
    },
    byHand: [
      'aws ec2 describe-launch-templates --launch-template-ids {launchTemplateVersion.launchTemplateId} --region {region}',
      'aws ec2 delete-launch-template-versions --launch-template-id {launchTemplateVersion.launchTemplateId} --versions {launchTemplateVersion.versionNumber} --region {region}',
    ],
    doubt: onlyFromTemplate,
  },
  {
    opens: [
      'imagebuilder/CreateComponent',
      'imagebuilder/CreateImageRecipe',
      'imagebuilder/CreateContainerRecipe',
      'imagebuilder/CreateImagePipeline',
      'imagebuilder/UpdateImagePipeline',
      'imagebuilder/CreateImage',
    ],
    makes: {
      kind: 'code',
      what: 'image recipe',
      resource:
        '{componentBuildVersionArn:name|imageRecipeArn:name|containerRecipeArn:name|imagePipelineArn:name|imageBuildVersionArn:name|name}',
    },
    // Images that were built of it are there without it.
    closes: {},
    byHand: ['aws imagebuilder list-image-pipelines --region {region}'],
    doubt: 'Only machines that are started from images built by it run what it puts there.',
  },
  {
    opens: ['autoscaling/CreateLaunchConfiguration'],
    makes: { kind: 'code', what: 'launch configuration', resource: '{launchConfigurationName}' },
    closes: { 'autoscaling/DeleteLaunchConfiguration': '{launchConfigurationName}' },
    byHand: [
      'aws autoscaling delete-launch-configuration --launch-configuration-name {launchConfigurationName} --region {region}',
    ],
    doubt: 'Only machines of a scaling group that has it run what it says.',
  },
  /* Programming interfaces that call others with a role of their own, for whoever calls them */
  {
    opens: [
      'apigateway/PutIntegration putIntegrationInput.credentials|credentials=arn:[^:]+:iam::\\d+:role/.+',
      'apigateway/UpdateIntegration patchOperations.value|updateIntegrationInput.patchOperations.value=arn:[^:]+:iam::\\d+:role/.+',
    ],
    makes: {
      kind: 'code',
      what: 'API integration',
      resource: '{restApiId}/{resourceId}/{httpMethod}',
      role: '{putIntegrationInput.credentials|credentials|updateIntegrationInput.patchOperations.value|patchOperations.value}',
      session: 'BackplaneAssumeRoleSession',
    },
    // A stage serves what was deployed to it, whatever is deleted since from what is deployed next.
    closes: { 'apigateway/DeleteRestApi': '{restApiId}' },
    byHand: [
      'aws apigateway delete-integration --rest-api-id {restApiId} --resource-id {resourceId} --http-method {httpMethod} --region {region}',
      'aws apigateway get-stages --rest-api-id {restApiId} --region {region}',
      'aws apigateway create-deployment --rest-api-id {restApiId} --stage-name STAGE --region {region}',
    ],
  },
  {
    opens: [
      'apigateway/CreateIntegration createIntegrationInput.credentialsArn|credentialsArn=arn:[^:]+:iam::\\d+:role/.+',
      'apigateway/UpdateIntegration updateIntegrationInput.credentialsArn|credentialsArn=arn:[^:]+:iam::\\d+:role/.+',
    ],
    makes: {
      kind: 'code',
      what: 'API integration',
      resource: '{apiId}/{integrationId}',
      role: '{createIntegrationInput.credentialsArn|updateIntegrationInput.credentialsArn|credentialsArn}',
      session: 'BackplaneAssumeRoleSession',
    },
    closes: { 'apigateway/DeleteApi': '{apiId}' },
    byHand: [
      'aws apigatewayv2 delete-integration --api-id {apiId} --integration-id {integrationId} --region {region}',
      'aws apigatewayv2 create-deployment --api-id {apiId} --stage-name STAGE --region {region}',
    ],
  },
  {
    opens: ['apigateway/ImportRestApi', 'apigateway/PutRestApi'],
    makes: { kind: 'code', what: 'API definition', resource: '{restApiId|id}' },
    closes: { 'apigateway/DeleteRestApi': '{restApiId|id}' },
    byHand: [
      'aws apigateway get-export --rest-api-id {restApiId} --stage-name STAGE --export-type oas30 FILE --region {region}',
    ],
    doubt: onlyDefined,
  },
  {
    opens: ['apigateway/ImportApi', 'apigateway/ReimportApi'],
    makes: { kind: 'code', what: 'API definition', resource: 'HTTP {apiId}' },
    closes: { 'apigateway/DeleteApi': '{apiId}' },
    byHand: [
      'aws apigatewayv2 export-api --api-id {apiId} --specification OAS30 --output-type JSON FILE --region {region}',
    ],
    doubt: onlyDefined,
  },
  {
    opens: ['appsync/CreateDataSource serviceRoleArn', 'appsync/UpdateDataSource serviceRoleArn'],
    makes: {
      kind: 'code',
      what: 'API data source',
      resource: '{apiId}/{dataSource.name|name}',
      role: '{serviceRoleArn}',
    },
    closes: {
      'appsync/DeleteDataSource': '{apiId} {dataSource.name|name}',
      'appsync/DeleteGraphqlApi': '{apiId}',
    },
    byHand: ['aws appsync delete-data-source --api-id {apiId} --name {dataSource.name} --region {region}'],
  },
  /* Where code is kept */
  {
    opens: [
      'codecommit/CreateCommit',
      'codecommit/PutFile',
      'codecommit/GitPush',
      'codecommit/MergeBranchesByFastForward',
      'codecommit/MergeBranchesBySquash',
      'codecommit/MergeBranchesByThreeWay',
      'codecommit/MergePullRequestByFastForward',
      'codecommit/MergePullRequestBySquash',
      'codecommit/MergePullRequestByThreeWay',
    ],
    makes: {
      kind: 'code',
      what: 'repository commit',
      resource: '{repositoryName}: {branchName|targetBranch|references.ref|destinationCommitSpecifier|=a branch}',
    },
    // What was built of it goes on without the repository.
    closes: {},
    byHand: [
      'aws codecommit get-branch --repository-name {repositoryName} --branch-name {branchName} --region {region}',
    ],
    doubt: onlyWhereBuilt,
  },
  {
    opens: ['codeartifact/PublishPackageVersion', 'codeartifact/CopyPackageVersions'],
    makes: {
      kind: 'code',
      what: 'package version',
      resource:
        '{repository|repositoryName|destinationRepository}: {package|packageName} {packageVersion|versions|=of it}',
    },
    closes: {},
    byHand: [],
    doubt: onlyWhereBuilt,
  },
  {
    opens: [
      'codeconnections/CreateSyncConfiguration',
      'codeconnections/UpdateSyncConfiguration',
      'codestar-connections/CreateSyncConfiguration',
      'codestar-connections/UpdateSyncConfiguration',
    ],
    makes: { kind: 'code', what: 'repository sync', resource: '{resourceName}', role: '{roleArn}' },
    closes: {
      'codeconnections/DeleteSyncConfiguration': '{resourceName}',
      'codestar-connections/DeleteSyncConfiguration': '{resourceName}',
    },
    byHand: [
      'aws codeconnections delete-sync-configuration --resource-name {resourceName} --sync-type CFN_STACK_SYNC --region {region}',
    ],
  },
  /* Stack sets reach into other accounts, by their execution roles */
  {
    opens: ['cloudformation/CreateStackInstances accounts', 'cloudformation/UpdateStackInstances accounts'],
    makes: {
      kind: 'code',
      what: 'stack set',
      resource: '{stackSetName}: its stack in {accounts} {regions|=unknown}',
      role: '{administrationRoleARN}',
    },
    // A stack that is retained goes on; a region of an account has one of a set at most.
    closes: {
      'cloudformation/DeleteStackInstances retainStacks=false': '{stackSetName} {accounts} {regions|=unknown}',
    },
    byHand: [
      'aws cloudformation delete-stack-instances --stack-set-name {stackSetName} --accounts {accounts} --regions {regions} --no-retain-stacks --region {region}',
    ],
  },
  {
    opens: [
      'cloudformation/UpdateStackSet',
      'cloudformation/CreateStackInstances !accounts',
      'cloudformation/UpdateStackInstances !accounts',
    ],
    makes: {
      kind: 'code',
      what: 'stack set',
      resource: '{stackSetName}: its stacks',
      role: '{administrationRoleARN}',
    },
    // A set is deleted when it has no instances: whether their stacks went with them or were kept is in no call of its own.
    closes: {},
    byHand: [
      'aws cloudformation list-stack-instances --stack-set-name {stackSetName} --region {region}',
      'aws cloudformation delete-stack-instances --stack-set-name {stackSetName} --accounts ACCOUNTS --regions REGIONS --no-retain-stacks --region {region}',
      'aws cloudformation delete-stack-set --stack-set-name {stackSetName} --region {region}',
    ],
  },
];
