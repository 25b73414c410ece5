import type { TrailRecord } from '../cloudtrail-log.ts';
import type { JsonObject } from '../json.ts';
import { integerBetween, pick, seededRandom, seededUuid, uniqueId } from '../random.ts';
import type { Random } from '../random.ts';
import type { AccountState, World } from '../world.ts';
import { addresses, agents, analytics, benignUser, production, stolenKeyUser } from './demo-world.ts';

const hourMs = 60 * 60 * 1_000;
const dayMs = 24 * hourMs;

/** How far back the demonstration's history reaches. */
export const historyDays = 7;

/** Someone (or something) with habits: when it works, from where, with what, and what it calls. */
interface Habit {
  readonly account: string;
  readonly regions: readonly string[];
  readonly identity: (account: AccountState, atMs: number, random: Random) => JsonObject;
  readonly address: string;
  readonly agent: string;
  readonly hours: readonly [from: number, to: number];
  readonly visitsADay: number;
  /** Days before now on which it is there; all when not given. */
  readonly days?: readonly number[];
  readonly calls: readonly HabitCall[];
}

interface HabitCall {
  readonly source: string;
  readonly name: string;
  readonly readOnly: boolean;
  readonly parameters?: JsonObject;
}

/** Seven days of what people, pipelines and services usually do; the same for the same seed and moment. */
export function demoHistory(world: World, nowMs: number, seed: number): readonly TrailRecord[] {
  const random = seededRandom(seed);
  return habits.flatMap((habit) => {
    const account = world.accounts.find((candidate) => candidate.id === habit.account);
    return account ? visitsOf(habit, nowMs, random).flatMap((atMs) => visit(habit, account, atMs, nowMs, random)) : [];
  });
}

function visitsOf(habit: Habit, nowMs: number, random: Random): readonly number[] {
  const days = habit.days ?? Array.from({ length: historyDays }, (_, index) => index);
  const today = Math.floor(nowMs / dayMs) * dayMs;
  return days.flatMap((daysAgo) =>
    Array.from({ length: habit.visitsADay }, () => {
      const [from, to] = habit.hours;
      return today - daysAgo * dayMs + integerBetween(random, from * hourMs, to * hourMs - 1);
    }),
  );
}

/** One visit: a few calls in a row, in one of the habit's regions. */
function visit(
  habit: Habit,
  account: AccountState,
  startMs: number,
  nowMs: number,
  random: Random,
): readonly TrailRecord[] {
  const region = pick(random, habit.regions);
  const identity = habit.identity(account, startMs, random);
  let atMs = startMs;
  return habit.calls.flatMap((call) => {
    atMs += integerBetween(random, 1, 40) * 1_000;
    // Nothing of the last minutes: what happens now is made by calls. Nothing at the far end either: whoever reads back seven
    // days begins a little later than the world did, and must still see all of it.
    const inHistory = atMs < nowMs - 5 * 60_000 && atMs > nowMs - historyDays * dayMs + hourMs;
    return inHistory ? [record(habit, call, account, identity, region, atMs, random)] : [];
  });
}

function record(
  habit: Habit,
  call: HabitCall,
  account: AccountState,
  identity: JsonObject,
  region: string,
  atMs: number,
  random: Random,
): TrailRecord {
  const isGlobal = call.source === 'iam';
  return {
    eventVersion: '1.10',
    userIdentity: identity,
    eventTime: seconds(atMs),
    eventSource: `${call.source}.amazonaws.com`,
    eventName: call.name,
    awsRegion: isGlobal ? account.globalRegion : region,
    sourceIPAddress: habit.address,
    userAgent: habit.agent,
    requestParameters: call.parameters ?? null,
    responseElements: null,
    requestID: seededUuid(random),
    eventID: seededUuid(random),
    readOnly: call.readOnly,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: account.id,
    eventCategory: 'Management',
  };
}

function userIdentity(name: string): Habit['identity'] {
  return (account) => {
    const user = account.users.find((candidate) => candidate.name === name);
    return {
      type: 'IAMUser',
      principalId: user?.id ?? null,
      arn: user?.arn ?? null,
      accountId: account.id,
      accessKeyId: user?.keys[0]?.id ?? null,
      userName: name,
    };
  };
}

function roleIdentity(name: string, sessionName: string): Habit['identity'] {
  return (account, atMs, random) => {
    const role = account.roles.find((candidate) => candidate.name === name);
    return {
      type: 'AssumedRole',
      principalId: `${role?.id ?? ''}:${sessionName}`,
      arn: `arn:aws:sts::${account.id}:assumed-role/${name}/${sessionName}`,
      accountId: account.id,
      accessKeyId: uniqueId('ASIA', random),
      sessionContext: {
        sessionIssuer: {
          type: 'Role',
          principalId: role?.id ?? null,
          arn: role?.arn ?? null,
          accountId: account.id,
          userName: name,
        },
        attributes: { creationDate: seconds(atMs - 600_000), mfaAuthenticated: 'false' },
      },
    };
  };
}

function read(source: string, name: string, parameters?: JsonObject): HabitCall {
  return { source, name, readOnly: true, ...(parameters ? { parameters } : {}) };
}

function write(source: string, name: string, parameters?: JsonObject): HabitCall {
  return { source, name, readOnly: false, ...(parameters ? { parameters } : {}) };
}

const bucketReads = [
  read('s3', 'ListBuckets', { Host: 's3.amazonaws.com' }),
  read('s3', 'GetBucketLocation', { bucketName: 'acme-customer-exports', Host: 's3.amazonaws.com', location: '' }),
  read('s3', 'GetBucketAcl', { bucketName: 'acme-customer-exports', Host: 's3.amazonaws.com', acl: '' }),
];

const habits: readonly Habit[] = [
  {
    account: production,
    regions: ['eu-central-1', 'eu-central-1', 'eu-west-1', 'us-east-1'],
    identity: userIdentity('alice'),
    address: addresses.office,
    agent: agents.cli,
    hours: [8, 18],
    visitsADay: 6,
    calls: [
      read('sts', 'GetCallerIdentity'),
      read('ec2', 'DescribeInstances', { instancesSet: {}, filterSet: {} }),
      read('ec2', 'DescribeSecurityGroups', { securityGroupSet: {} }),
      read('iam', 'ListUsers'),
      read('cloudformation', 'DescribeStacks'),
    ],
  },
  {
    account: production,
    regions: ['eu-central-1'],
    identity: userIdentity(stolenKeyUser),
    address: addresses.pipeline,
    agent: agents.terraform,
    hours: [6, 20],
    visitsADay: 8,
    calls: [
      read('sts', 'GetCallerIdentity'),
      read('cloudformation', 'DescribeStacks', { stackName: 'web' }),
      write('cloudformation', 'UpdateStack', { stackName: 'web' }),
      write('lambda', 'UpdateFunctionCode20150331v2', { functionName: 'web-handler' }),
    ],
  },
  {
    // The colleague who uses such a tool for good reasons, on most days of the week before.
    account: production,
    regions: ['eu-central-1'],
    identity: userIdentity(benignUser),
    address: addresses.home,
    agent: agents.cyberduck,
    hours: [9, 17],
    visitsADay: 2,
    days: [1, 2, 3, 5, 6],
    calls: bucketReads,
  },
  {
    account: production,
    regions: ['eu-central-1'],
    identity: userIdentity(benignUser),
    address: addresses.home,
    agent: agents.s3Browser,
    hours: [9, 17],
    visitsADay: 1,
    days: [1, 3, 4],
    calls: bucketReads,
  },
  {
    account: production,
    regions: ['eu-central-1', 'eu-west-1'],
    identity: roleIdentity('app-runtime', 'i-0a4f91c2d37be8865'),
    address: '192.0.2.101',
    agent: agents.boto,
    hours: [0, 24],
    visitsADay: 12,
    calls: [
      read('secretsmanager', 'GetSecretValue', { secretId: 'prod/payments/database' }),
      read('sqs', 'GetQueueAttributes'),
      read('dynamodb', 'DescribeTable', { tableName: 'orders' }),
    ],
  },
  {
    account: analytics,
    regions: ['eu-west-1', 'us-east-1'],
    identity: userIdentity('bob'),
    address: addresses.office,
    agent: agents.console,
    hours: [8, 18],
    visitsADay: 5,
    calls: [
      read('athena', 'ListWorkGroups'),
      read('athena', 'GetQueryExecution'),
      read('glue', 'GetDatabases'),
      read('s3', 'ListBuckets'),
    ],
  },
  {
    account: analytics,
    regions: ['eu-west-1'],
    identity: userIdentity('etl'),
    address: addresses.pipeline,
    agent: agents.boto,
    hours: [1, 5],
    visitsADay: 10,
    calls: [
      read('sts', 'GetCallerIdentity'),
      write('athena', 'StartQueryExecution'),
      read('athena', 'GetQueryExecution'),
    ],
  },
  {
    account: analytics,
    regions: ['eu-west-1', 'us-east-1'],
    identity: roleIdentity('etl-nightly', 'GlueJobRunnerSession'),
    address: '192.0.2.131',
    agent: agents.boto,
    hours: [0, 6],
    visitsADay: 8,
    calls: [read('glue', 'GetTable'), write('glue', 'CreatePartition'), read('glue', 'GetJobRun')],
  },
];

function seconds(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/u, 'Z');
}
