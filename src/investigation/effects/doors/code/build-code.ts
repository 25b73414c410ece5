import type { DoorRow } from '../door-row.ts';

const onlyWhereBuilt = 'Only what builds, deploys or installs from there runs it.';

/** Builds and deployments, and where the code is kept that they take. */
export const buildCode: readonly DoorRow[] = [
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
