import { LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import type {
  LookupAttributeKey,
  LookupEventsCommandInput,
  LookupEventsCommandOutput,
} from '@aws-sdk/client-cloudtrail';
import { CreateAccessKeyCommand, CreateUserCommand } from '@aws-sdk/client-iam';
import { PutSecretValueCommand, CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { afterEach, describe, expect, it } from 'vitest';
import { textOf } from '../../simulator/json.ts';
import type { JsonObject } from '../../simulator/json.ts';
import type { Simulator, SimulatorOptions } from '../../simulator/server.ts';
import { clientsFor } from './clients.ts';
import { accountId, admin, assume, errorName, nobody, startWorld } from './world.ts';

const simulators: Simulator[] = [];

afterEach(async () => {
  await Promise.all(simulators.splice(0).map((simulator) => simulator.stop()));
});

async function start(options: SimulatorOptions = {}): Promise<Simulator> {
  const simulator = await startWorld(options);
  simulators.push(simulator);
  return simulator;
}

function record(eventID: string, secondsAgo: number, more: Record<string, string | boolean> = {}): JsonObject {
  return {
    eventID,
    eventTime: new Date(Math.floor(Date.now() / 1_000) * 1_000 - secondsAgo * 1_000)
      .toISOString()
      .replace('.000Z', 'Z'),
    eventName: 'DescribeInstances',
    eventSource: 'ec2.amazonaws.com',
    awsRegion: 'eu-central-1',
    recipientAccountId: accountId,
    readOnly: true,
    managementEvent: true,
    userIdentity: { type: 'IAMUser', userName: 'carol', accessKeyId: 'AKIACAROL00000000001' },
    ...more,
  };
}

async function read(simulator: Simulator, input: LookupEventsCommandInput = {}): Promise<string[][]> {
  const { cloudTrail } = clientsFor(simulator.url, admin, 'eu-central-1');
  const pages: string[][] = [];
  let NextToken: string | undefined;
  do {
    const page: LookupEventsCommandOutput = await cloudTrail.send(new LookupEventsCommand({ ...input, NextToken }));
    pages.push((page.Events ?? []).map((event) => event.EventId ?? ''));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return pages;
}

describe('LookupEvents', () => {
  it('answers newest first, at most 50 a page, each record once', async () => {
    const simulator = await start({ deliveryDelay: { minMs: 60_000, maxMs: 60_000 } });
    simulator.control.insertRecords({
      records: Array.from({ length: 120 }, (_, index) => record(`e-${index}`, index + 1)),
    });
    const pages = await read(simulator);
    expect(pages.map((page) => page.length)).toEqual([50, 50, 20]);
    expect(pages.flat()).toEqual(Array.from({ length: 120 }, (_, index) => `e-${index}`));
  });

  it('takes both ends of a time range as inclusive', async () => {
    const simulator = await start({ deliveryDelay: { minMs: 60_000, maxMs: 60_000 } });
    const records = [record('a', 30), record('b', 20), record('c', 10), record('d', 5)];
    simulator.control.insertRecords({ records });
    function at(index: number): Date {
      return new Date(textOf(records[index]?.['eventTime']));
    }
    expect(await read(simulator, { StartTime: at(1), EndTime: at(2) })).toEqual([['c', 'b']]);
  });

  it('binds a token to its parameters', async () => {
    const simulator = await start();
    simulator.control.insertRecords({
      records: Array.from({ length: 60 }, (_, index) => record(`e-${index}`, index + 1)),
    });
    const { cloudTrail } = clientsFor(simulator.url, admin, 'eu-central-1');
    const { NextToken } = await cloudTrail.send(new LookupEventsCommand({ MaxResults: 10 }));
    expect(await errorName(cloudTrail.send(new LookupEventsCommand({ MaxResults: 11, NextToken })))).toBe(
      'InvalidNextTokenException',
    );
    expect(await errorName(cloudTrail.send(new LookupEventsCommand({ MaxResults: 10, NextToken: 'made-up' })))).toBe(
      'InvalidNextTokenException',
    );
    expect(await errorName(cloudTrail.send(new LookupEventsCommand({ MaxResults: 10, NextToken })))).toBe('no error');
  });

  it.each<[LookupAttributeKey, string, string[]]>([
    ['EventId', 'a', ['a']],
    ['EventName', 'CreateBucket', ['b']],
    ['ReadOnly', 'false', ['b']],
    ['Username', 'carol', ['a', 'b']],
    ['EventSource', 'ec2.amazonaws.com', ['a', 'b']],
    ['AccessKeyId', 'AKIACAROL00000000001', ['a', 'b']],
    ['ResourceType', 'AWS::S3::Bucket', ['b']],
    ['ResourceName', 'arn:aws:s3:::plans', ['b']],
  ])('filters by %s', async (AttributeKey, AttributeValue, expected) => {
    const simulator = await start({ deliveryDelay: { minMs: 60_000, maxMs: 60_000 } });
    const resources = [{ ARN: 'arn:aws:s3:::plans', type: 'AWS::S3::Bucket', accountId }];
    const other = {
      ...record('c', 3, { eventName: 'Other', eventSource: 's3.amazonaws.com' }),
      userIdentity: { type: 'Root' },
    };
    simulator.control.insertRecords({
      records: [
        record('a', 1),
        { ...record('b', 2, { eventName: 'CreateBucket', readOnly: false }), resources },
        other,
      ],
    });
    expect((await read(simulator, { LookupAttributes: [{ AttributeKey, AttributeValue }] })).flat()).toEqual(expected);
  });

  it('shows neither data events nor what is older than 90 days', async () => {
    const simulator = await start({ deliveryDelay: { minMs: 60_000, maxMs: 60_000 } });
    const days = 24 * 60 * 60;
    simulator.control.insertRecords({
      records: [record('data', 5, { managementEvent: false }), record('old', 91 * days), record('kept', 89 * days)],
    });
    expect(await read(simulator)).toEqual([['kept']]);
  });

  it('grants two requests a second to each account and region', async () => {
    const simulator = await start({ lookupRate: 2 });
    const here = clientsFor(simulator.url, admin, 'eu-central-1').cloudTrail;
    const there = clientsFor(simulator.url, admin, 'us-east-1').cloudTrail;
    const outcomes = await Promise.all([1, 2, 3, 4].map(() => errorName(here.send(new LookupEventsCommand({})))));
    expect(outcomes.filter((name) => name === 'ThrottlingException').length).toBeGreaterThanOrEqual(1);
    expect(outcomes.filter((name) => name === 'no error').length).toBeGreaterThanOrEqual(2);
    expect(await errorName(there.send(new LookupEventsCommand({})))).toBe('no error');
  });

  it('records each of its own calls in the region, under the request ID that the caller got', async () => {
    const simulator = await start();
    const { cloudTrail } = clientsFor(
      simulator.url,
      await assume(simulator, 'poll', { SourceIdentity: 'TH-1' }),
      'eu-central-1',
    );
    const answer = await cloudTrail.send(new LookupEventsCommand({}));
    const { Events = [] } = await cloudTrail.send(
      new LookupEventsCommand({ LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'LookupEvents' }] }),
    );
    const own = JSON.parse(Events[0]?.CloudTrailEvent ?? '{}');
    expect(own).toMatchObject({
      requestID: answer.$metadata.requestId,
      awsRegion: 'eu-central-1',
      userIdentity: {
        type: 'AssumedRole',
        sessionContext: { sessionIssuer: { userName: 'TrailhoundPoll' }, sourceIdentity: 'TH-1' },
      },
    });
    expect(own.userAgent).toContain('aws-sdk-js');
  });
});

describe('the trail of calls', () => {
  it('keeps IAM in us-east-1, tells refusals, and never holds a secret', async () => {
    const simulator = await start();
    const { iam, secrets } = clientsFor(simulator.url, admin, 'eu-central-1');
    await iam.send(new CreateUserCommand({ UserName: 'carol' }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'carol' }));
    await secrets.send(new CreateSecretCommand({ Name: 'trailhound/carol', SecretString: AccessKey?.SecretAccessKey }));
    await secrets.send(
      new PutSecretValueCommand({ SecretId: 'trailhound/carol', SecretString: `again ${AccessKey?.SecretAccessKey}` }),
    );
    expect(
      await errorName(clientsFor(simulator.url, nobody).iam.send(new CreateAccessKeyCommand({ UserName: 'admin' }))),
    ).toBe('AccessDenied');
    const deliveries = simulator.control.deliveries();
    expect(deliveries.map(({ record, region }) => [record['eventName'], region, record['errorCode']])).toEqual([
      ['CreateUser', 'us-east-1', undefined],
      ['CreateAccessKey', 'us-east-1', undefined],
      ['CreateSecret', 'eu-central-1', undefined],
      ['PutSecretValue', 'eu-central-1', undefined],
      ['CreateAccessKey', 'us-east-1', 'AccessDenied'],
    ]);
    expect(deliveries[1]?.record['responseElements']).toMatchObject({
      accessKey: { accessKeyId: AccessKey?.AccessKeyId, status: 'Active' },
    });
    const secret = AccessKey?.SecretAccessKey ?? 'none';
    expect(JSON.stringify([deliveries, simulator.control.requests()])).not.toContain(secret);
  });
});
