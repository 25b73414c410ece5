import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/model/json.ts';
import type { CaseDocument } from '../../../src/investigation/report/case-document.ts';
import { appAccount, sessionOf } from '../expected/cloud.ts';
import { investigateRecords } from '../expected/investigate-records.ts';
import { leaked, told } from '../expected/story.ts';

const roleArn = `arn:aws:iam::${appAccount}:role/Runner`;

/** A call that hands the role Runner to a service, by its API model, and how the service calls itself and its sessions. */
interface HandingOver {
  readonly by: readonly [name: string, request: JsonObject, response?: JsonObject];
  readonly service: string;
  readonly session?: string;
}

const handingOver: readonly HandingOver[] = [
  {
    by: [
      'scheduler:CreateSchedule',
      { name: 's', target: { arn: 'arn:aws:scheduler:::aws-sdk:iam:createUser', roleArn } },
    ],
    service: 'scheduler.amazonaws.com',
  },
  {
    by: [
      'states:CreateStateMachine',
      { name: 'm', roleArn },
      { stateMachineArn: `arn:aws:states:eu-west-1:${appAccount}:stateMachine:m` },
    ],
    service: 'states.amazonaws.com',
  },
  {
    by: ['codebuild:CreateProject', { name: 'p', serviceRole: roleArn }],
    service: 'codebuild.amazonaws.com',
  },
  {
    by: ['events:PutTargets', { rule: 'r', targets: [{ id: '1', arn: 'arn:aws:ssm:::x', roleArn }] }],
    service: 'events.amazonaws.com',
  },
  {
    by: ['batch:RegisterJobDefinition', { jobDefinitionName: 'j', containerProperties: { jobRoleArn: roleArn } }],
    service: 'ecs-tasks.amazonaws.com',
  },
  {
    by: ['apprunner:CreateService', { serviceName: 'w', instanceConfiguration: { instanceRoleArn: roleArn } }],
    service: 'tasks.apprunner.amazonaws.com',
  },
  {
    by: ['ecs:RegisterTaskDefinition', { family: 'miner', taskRoleArn: roleArn }],
    service: 'ecs-tasks.amazonaws.com',
  },
];

/** The same where the service names its sessions after what was asked for: nothing else of it is taken for the intruder's. */
const named: readonly HandingOver[] = [
  {
    by: [
      'codebuild:StartBuild',
      { projectName: 'p', buildspecOverride: 'x' },
      { build: { id: 'p:0f3e', serviceRole: roleArn } },
    ],
    service: 'codebuild.amazonaws.com',
    session: 'AWSCodeBuild-0f3e',
  },
  {
    by: [
      'ssm:StartAutomationExecution',
      { documentName: 'D', parameters: { AutomationAssumeRole: [roleArn] } },
      { automationExecutionId: 'aaaa-1111' },
    ],
    service: 'ssm.amazonaws.com',
    session: 'Automation-aaaa-1111',
  },
];

/** The service begins a session of the role, which makes a user, as its records have it. */
function work(service: string, session: string, key: string, userName: string): readonly Work[] {
  const who = sessionOf(appAccount, 'Runner', session, key);
  return [
    {
      who: { type: 'AWSService', invokedBy: service },
      name: 'sts:AssumeRole',
      request: { roleArn, roleSessionName: session },
      response: { credentials: { accessKeyId: key }, assumedRoleUser: { arn: who['arn'] ?? '' } },
      from: service,
    },
    {
      who,
      name: 'iam:CreateUser',
      request: { userName },
      response: { user: { userName } },
      from: service,
    },
  ];
}

/** A service's own record names no account but the one that received it. */
const received = { recipientAccountId: appAccount };

interface Work {
  readonly who: JsonObject;
  readonly name: string;
  readonly request: JsonObject;
  readonly response: JsonObject;
  readonly from: string;
}

const nightly = { session: 'nightly', key: 'ASIANIGHTLY000000001', makes: 'night' } as const;

/** The case of the leaked key. */
async function caseOf(
  { by, service, session = '4d3a2b1c' }: HandingOver,
  before: 'idle' | 'at work',
): Promise<CaseDocument> {
  const [name, request, response = {}] = by;
  const records = told((intruder, cloud) => {
    if (before === 'at work') {
      for (const each of work(service, nightly.session, nightly.key, nightly.makes)) {
        cloud.call(each.who, each.name, { at: -80_000, client: service, more: received, ...each });
      }
    }
    intruder.call(leaked, 'cloudtrail:StopLogging', { name: 'main' });
    intruder.call(leaked, name, request, { response });
    for (const each of work(service, session, 'ASIARUNNER0000000001', 'planted')) {
      intruder.call(each.who, each.name, each.request, { ...each, client: service, more: received });
    }
  });
  const cases = await investigateRecords(records());
  const ofLeaked = cases.find(({ document }) => document.identities.some(({ name: who }) => who === 'bob'));
  if (ofLeaked === undefined) throw new Error('No case is about the leaked key.');
  return ofLeaked.document;
}

function usersIn({ waysIn }: CaseDocument): readonly string[] {
  return waysIn.flatMap(({ what }) => (what.kind === 'user' ? [what.userName] : []));
}

describe('what a service does with a role that the intruder handed to it', () => {
  test.each(handingOver)('is the intruder’s: $by.0', async (each) => {
    expect(usersIn(await caseOf(each, 'idle'))).toEqual(['planted']);
  });

  test.each(named)('is told from other work of the service by the name of the session: $by.0', async (each) => {
    expect(usersIn(await caseOf(each, 'at work'))).toEqual(['planted']);
  });

  test.each(handingOver)(
    'is not known where the service used the role before, which the case tells: $by.0',
    async (each) => {
      const { limits, waysIn, plan } = await caseOf(each, 'at work');
      expect(limits).toContainEqual({ kind: 'handed-before', at: `role/${appAccount}/Runner`, sessions: 1 });
      // What nobody can tell stands against "contained", and is no reason to end the work of others.
      const untold = waysIn.filter(({ sentence }) => sentence.includes('is not on record'));
      expect(untold.map(({ state, identity }) => [state, identity])).toEqual([
        ['unknown', `role/${appAccount}/Runner`],
      ]);
      expect(plan.actions.filter(({ type, recommended }) => type === 'revokeRoleSessions' && recommended)).toEqual([]);
    },
  );
});
