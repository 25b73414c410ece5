import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/model/json.ts';
import { accountId } from '../trail-records.ts';
import { assessed, call, callByAdmin, stand } from './assessed.ts';

const listing = call(0, 's3', 'ListBuckets');
const foreign = '999988887777';
const byForeign = JSON.stringify({
  Statement: [{ Effect: 'Allow', Principal: { AWS: foreign }, Action: '*', Resource: '*' }],
});
const noStatement = JSON.stringify({ Version: '2012-10-17', Statement: [] });
const byUs = byForeign.replace(foreign, accountId);

type Call = readonly [name: string, request: JsonObject];

interface Update {
  readonly opened: Call;
  /** Of somebody else's: about the same thing, and not about what lets in. */
  readonly silent: Call;
  /** Of somebody else's: takes it back. */
  readonly closed: Call;
}

const queue: Update = {
  opened: ['sqs/SetQueueAttributes', { queueUrl: 'q', attributes: { Policy: byForeign } }],
  silent: ['sqs/SetQueueAttributes', { queueUrl: 'q', attributes: { VisibilityTimeout: '60' } }],
  closed: ['sqs/SetQueueAttributes', { queueUrl: 'q', attributes: { Policy: noStatement } }],
};
const domain: Update = {
  opened: ['es/UpdateDomainConfig', { domainName: 'd', accessPolicies: byForeign }],
  silent: ['es/UpdateDomainConfig', { domainName: 'd', clusterConfig: { instanceCount: 3 } }],
  closed: ['es/UpdateDomainConfig', { domainName: 'd', accessPolicies: byUs }],
};

/** What CloudTrail may write in the place of a policy says no more than none. */
const unreadable = ['HIDDEN_DUE_TO_SECURITY_REASONS', '{"Statement":', { omitted: true }];

const updates: readonly Update[] = [
  queue,
  { ...queue, closed: ['sqs/SetQueueAttributes', { queueUrl: 'q', attributes: { Policy: '' } }] },
  {
    opened: ['sns/SetTopicAttributes', { topicArn: 't', attributeName: 'Policy', attributeValue: byForeign }],
    silent: ['sns/SetTopicAttributes', { topicArn: 't', attributeName: 'DisplayName', attributeValue: '' }],
    closed: ['sns/SetTopicAttributes', { topicArn: 't', attributeName: 'Policy', attributeValue: '' }],
  },
  { ...domain, closed: ['es/UpdateDomainConfig', { domainName: 'd', accessPolicies: '' }] },
  { ...domain, opened: ['es/CreateDomain', { domainName: 'd', accessPolicies: byForeign }] },
  { ...domain, closed: ['es/DeleteDomain', { domainName: 'd' }] },
  {
    opened: ['s3/PutBucketPolicy', { bucketName: 'b', bucketPolicy: byForeign }],
    // S3 writes the names of what stands behind the `?` of a request with no value.
    silent: ['s3/PutBucketPolicy', { bucketName: 'b', policy: '' }],
    closed: ['s3/DeleteBucket', { bucketName: 'b' }],
  },
  {
    opened: ['ec2/ModifyInstanceAttribute', { instanceId: 'i-1', groupSet: { items: [{ groupId: 'sg-open' }] } }],
    silent: ['ec2/ModifyInstanceAttribute', { instanceId: 'i-1', disableApiTermination: { value: true } }],
    closed: ['ec2/ModifyInstanceAttribute', { instanceId: 'i-1', groupSet: { items: [{ groupId: 'sg-web' }] } }],
  },
  {
    opened: ['ec2/ModifyInstanceAttribute', { instanceId: 'i-1', groupSet: { items: [{ groupId: 'sg-open' }] } }],
    silent: ['ec2/TerminateInstances', { instancesSet: { items: [{ instanceId: 'i-2' }] } }],
    closed: ['ec2/TerminateInstances', { instancesSet: { items: [{ instanceId: 'i-1' }] } }],
  },
  {
    ...queue,
    opened: ['sqs/AddPermission', { queueUrl: 'q', label: 'in', aWSAccountIds: [foreign], actions: ['SendMessage'] }],
  },
  domain,
  ...unreadable.flatMap((document): readonly Update[] => [
    { ...domain, silent: ['es/UpdateDomainConfig', { domainName: 'd', accessPolicies: document }] },
    {
      opened: ['s3/PutBucketPolicy', { bucketName: 'b', bucketPolicy: byForeign }],
      silent: ['s3/PutBucketPolicy', { bucketName: 'b', bucketPolicy: document }],
      closed: ['s3/PutBucketPolicy', { bucketName: 'b', bucketPolicy: byUs }],
    },
    {
      opened: ['dynamodb/PutResourcePolicy', { resourceArn: 'table/t', policy: byForeign }],
      silent: ['dynamodb/PutResourcePolicy', { resourceArn: 'table/t', policy: document }],
      closed: ['dynamodb/PutResourcePolicy', { resourceArn: 'table/t', policy: byUs }],
    },
  ]),
  {
    opened: ['dynamodb/PutResourcePolicy', { resourceArn: 'table/t', policy: byForeign }],
    silent: ['dynamodb/PutResourcePolicy', { resourceArn: 'table/t' }],
    closed: ['dynamodb/DeleteResourcePolicy', { resourceArn: 'table/t' }],
  },
  {
    opened: ['iam/UpdateAccessKey', { userName: 'ann', accessKeyId: 'AKIAANN', status: 'Active' }],
    silent: ['iam/UpdateAccessKey', { userName: 'ann', accessKeyId: 'AKIAANN' }],
    closed: ['iam/UpdateAccessKey', { userName: 'ann', accessKeyId: 'AKIAANN', status: 'Inactive' }],
  },
  {
    opened: ['iam/UpdateSSHPublicKey', { userName: 'ann', sSHPublicKeyId: 'APKA1', status: 'Active' }],
    silent: ['iam/UpdateSSHPublicKey', { userName: 'ann', sSHPublicKeyId: 'APKA1' }],
    closed: ['iam/UpdateSSHPublicKey', { userName: 'ann', sSHPublicKeyId: 'APKA1', status: 'Inactive' }],
  },
];

type Caller = typeof call;

function made(by: Caller, minutes: number, [name, requestParameters]: Call): JsonObject {
  const [service = '', action = ''] = name.split('/');
  return by(minutes, service, action, { requestParameters });
}

function openAfter(records: readonly JsonObject[]): readonly string[] {
  return stand(assessed([listing, ...records]).waysIn).filter((each) => each.endsWith(': open'));
}

describe('a call that does not speak of what lets in says nothing about it', () => {
  test.each(updates)('$opened.0, and then $silent.0 %#', ({ opened, silent, closed }) => {
    const opening = made(call, 1, opened);
    const before = openAfter([opening]);
    expect(before).not.toEqual(openAfter([]));
    expect(openAfter([opening, made(callByAdmin, 2, silent)])).toEqual(before);
    expect(openAfter([opening, made(callByAdmin, 2, closed)])).toEqual(openAfter([]));
  });

  const weakenings: readonly Update[] = [
    {
      opened: ['ec2/ModifyInstanceMetadataOptions', { instanceId: 'i-1', httpTokens: 'optional' }],
      silent: ['ec2/ModifyInstanceMetadataOptions', { instanceId: 'i-1', httpPutResponseHopLimit: 2 }],
      closed: ['ec2/ModifyInstanceMetadataOptions', { instanceId: 'i-1', httpTokens: 'required' }],
    },
    {
      opened: ['ec2/ModifyInstanceMetadataDefaults', { httpTokens: 'optional' }],
      silent: ['ec2/ModifyInstanceMetadataDefaults', { httpPutResponseHopLimit: 2 }],
      closed: ['ec2/ModifyInstanceMetadataDefaults', { httpTokens: 'required' }],
    },
    {
      opened: ['s3/PutBucketVersioning', { bucketName: 'b', VersioningConfiguration: { Status: 'Suspended' } }],
      silent: ['s3/PutBucketVersioning', { bucketName: 'b', VersioningConfiguration: { MfaDelete: 'Enabled' } }],
      closed: ['s3/PutBucketVersioning', { bucketName: 'b', VersioningConfiguration: { Status: 'Enabled' } }],
    },
  ];
  test.each(weakenings)('nor does it take back what was weakened: $silent.0', ({ opened, silent, closed }) => {
    function standing(records: readonly JsonObject[]): number {
      return assessed([listing, ...records]).effects.filter(({ undone }) => undone === null).length;
    }
    const opening = made(call, 1, opened);
    expect(standing([opening])).toBe(1);
    expect(standing([opening, made(callByAdmin, 2, silent)])).toBe(1);
    expect(standing([opening, made(callByAdmin, 2, closed)])).toBe(0);
  });
});
