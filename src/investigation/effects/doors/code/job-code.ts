import type { DoorRow } from '../door-row.ts';

const onlyWhereUsed = 'Only what is started from it, or the next time that it starts, runs it.';

/** Jobs and notebooks: Glue, SageMaker, EMR, Batch. */
export const jobCode: readonly DoorRow[] = [
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
];
