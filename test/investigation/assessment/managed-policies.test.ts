import { describe, expect, test } from 'vitest';
import type { JsonValue } from '../../../src/model/json.ts';
import { leadingActions } from '../../../src/investigation/effects/managed-policies.ts';
import { grantsOfArn } from '../../../src/investigation/effects/policy-content.ts';
import { wayInWords } from '../../../src/investigation/way-in-words.ts';
import { assessed, call, stand } from './assessed.ts';

function attached(name: string) {
  const { waysIn, findings } = assessed([
    call(0, 's3', 'ListBuckets'),
    call(1, 'iam', 'AttachRolePolicy', {
      requestParameters: { roleName: 'app', policyArn: `arn:aws:iam::aws:policy/${name}` },
    }),
  ]);
  return { grant: waysIn.find(({ what }) => what.kind === 'grant'), kinds: findings.map(({ kind }) => kind) };
}

describe("what AWS's own policies give is known by name", () => {
  test.each([
    'AWSLambda_FullAccess',
    'AmazonEC2FullAccess',
    'AWSCodeBuildAdminAccess',
    'service-role/AWSGlueServiceRole',
    'PowerUserAccess',
    'AWSDataPipeline_FullAccess',
    'AmazonSSMFullAccess',
    'AWSCloudFormationFullAccess',
    'AWSCodePipeline_FullAccess',
    'AmazonSageMakerFullAccess',
    'AWSStepFunctionsFullAccess',
    'AmazonECS_FullAccess',
    'EC2InstanceConnect',
    'AWSRolesAnywhereFullAccess',
    'AmazonCognitoPowerUser',
    'AWSDirectoryServiceFullAccess',
    'AWSSSODirectoryAdministrator',
    'job-function/SystemAdministrator',
  ])('%s lets its holder come by more, and stands open', (name) => {
    const { grant, kinds } = attached(name);
    expect(grant).toMatchObject({ state: 'open', what: { administrator: false } });
    expect(kinds).toContain('administrator-granted');
  });

  test.each(['AdministratorAccess', 'IAMFullAccess', 'AWSOrganizationsFullAccess'])('%s permits everything', (name) => {
    expect(attached(name).grant).toMatchObject({ state: 'open', what: { administrator: true } });
  });

  test.each(['ReadOnlyAccess', 'SecurityAudit', 'AmazonS3FullAccess', 'service-role/AWSLambdaBasicExecutionRole'])(
    '%s opens nothing',
    (name) => {
      expect(attached(name).grant).toBeUndefined();
    },
  );

  test('one that nobody here has read is unknown, and never harmless', () => {
    const { grant } = attached('AWSBrandNewServiceFullAccess');
    expect(grant?.state).toBe('unknown');
    expect(grant === undefined ? '' : String(wayInWords(grant).sentence)).toContain('is not known here');
    expect(grantsOfArn('arn:aws-us-gov:iam::aws:policy/AWSBrandNewServiceFullAccess').unread).toBe(true);
  });

  test('a policy of the own account with the name of one of AWS is read as its own', () => {
    expect(grantsOfArn('arn:aws:iam::111122223333:policy/ReadOnlyAccess').unread).toBe(true);
  });
});

describe('a document leads on by what the policies of AWS lead on by', () => {
  function written(action: JsonValue, resource: JsonValue) {
    const { waysIn } = assessed([
      call(0, 's3', 'ListBuckets'),
      call(1, 'iam', 'PutRolePolicy', {
        requestParameters: {
          roleName: 'app',
          policyName: 'p',
          policyDocument: JSON.stringify({ Statement: [{ Effect: 'Allow', Action: action, Resource: resource }] }),
        },
      }),
    ]);
    return stand(waysIn).filter((each) => !each.startsWith('access-key'));
  }

  test.each<[JsonValue, JsonValue]>([
    ['ssm:*', '*'],
    ['ssm:StartSession', '*'],
    ['ssm:Send*', 'arn:aws:ssm:*:*:*'],
    [['cloudformation:*'], '*'],
    ['glue:UpdateJob', '*'],
    ['codebuild:*', '*'],
    ['codebuild:StartBuild', 'arn:aws:codebuild:*:111122223333:project/*'],
    ['lambda:UpdateFunctionCode', '*'],
    ['lambda:UpdateFunctionCode', 'arn:aws:lambda:eu-west-1:111122223333:function:*'],
    ['states:UpdateStateMachine', '*'],
    ['eks:CreateAccessEntry', '*'],
    ['organizations:AttachPolicy', '*'],
    ['*', 'arn:aws:lambda:*:*:*'],
  ])('%j on %j', (action, resource) => {
    expect(written(action, resource)).toEqual(['grant: open']);
  });

  test.each<[JsonValue, JsonValue]>([
    ['ssm:GetParameter', '*'],
    ['lambda:UpdateFunctionCode', 'arn:aws:lambda:eu-west-1:111122223333:function:app'],
    ['codebuild:StartBuild', 'arn:aws:codebuild:eu-west-1:111122223333:project/app'],
    ['lambda:UpdateFunctionCode', 'arn:aws:s3:::*'],
    ['s3:*', '*'],
  ])('and not by %j on %j', (action, resource) => {
    expect(written(action, resource)).toEqual([]);
  });

  test.each(leadingActions)('%s leads on by a document as by a policy of AWS', (action) => {
    expect(written(action, '*')).toEqual(['grant: open']);
  });
});
