import type { DoorRow } from '../door-row.ts';

/** What Systems Manager runs on machines, and by itself. */
export const systemsManagerCode: readonly DoorRow[] = [
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
];
