import type { DoorRow } from '../door-row.ts';

const onlyDefined =
  'Which services it calls, and with which roles, stands in the definition, which the record does not have.';

/** What calls others by itself, or for whoever calls it, with a role of its own. */
export const triggerCode: readonly DoorRow[] = [
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
];
