import type { JsonObject } from '../../src/model/json.ts';
import type { SeededRandom } from './random.ts';

const regions = ['us-east-1', 'us-west-2', 'eu-west-1', 'eu-central-1', 'ap-southeast-2'];
const hex = '0123456789abcdef';
const keyLetters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const letters = 'abcdefghijklmnopqrstuvwxyz';
const roles = 'ci-deployer web-frontend billing-export log-shipper eks-node karpenter data-pipeline inventory'.split(
  ' ',
);
const agents = [
  'aws-sdk-go-v2/1.30.3 os/linux lang/go#1.22.5 md/GOOS#linux md/GOARCH#amd64 api/ec2#1.173.0',
  'Boto3/1.34.144 md/Botocore#1.34.144 ua/2.0 os/linux#6.1.97 md/arch#x86_64 lang/python#3.12.4 cfg/retry-mode#legacy',
  'aws-sdk-java/2.26.12 Linux/5.10.219 OpenJDK_64-Bit_Server_VM/17.0.11+9-LTS Java/17.0.11 vendor/Amazon.com_Inc. io/async',
  'kube-controller-manager/v1.30.2 (linux/amd64) kubernetes/3968350/aws-cloud-controller',
  'APN/1.0 HashiCorp/1.0 Terraform/1.9.2 (+https://www.terraform.io) aws-sdk-go-v2/1.30.1 os/linux lang/go#1.22.5',
];

export interface BenignCall {
  readonly share: number;
  readonly service: string;
  readonly name: string;
  readonly readOnly: boolean;
  readonly request: (random: SeededRandom) => JsonObject | null;
  readonly response?: (random: SeededRandom) => JsonObject;
  /** Done by an AWS service for itself. */
  readonly byService?: string;
}

function instance(random: SeededRandom): string {
  return `i-0${random.text(16, hex)}`;
}

/** What fills a trail on an ordinary day: machines that look at what they look after, assume roles and fetch what they need. */
export const benignCalls: readonly BenignCall[] = [
  {
    share: 16,
    service: 'sts',
    name: 'AssumeRole',
    readOnly: true,
    byService: 'ec2.amazonaws.com',
    request: (random) => ({ roleArn: roleArn(random), roleSessionName: instance(random) }),
    response: (random) => ({
      credentials: {
        accessKeyId: `ASIA${random.text(16, keyLetters)}`,
        sessionToken: random.text(220, keyLetters + letters),
        expiration: 'Jul 4, 2026, 9:17:43 PM',
      },
    }),
  },
  {
    share: 18,
    service: 'ec2',
    name: 'DescribeInstances',
    readOnly: true,
    request: (random) => ({
      instancesSet: { items: Array.from({ length: 1 + random.below(8) }, () => ({ instanceId: instance(random) })) },
      filterSet: {},
    }),
  },
  {
    share: 8,
    service: 'ec2',
    name: 'DescribeVolumes',
    readOnly: true,
    request: () => ({ filterSet: {}, volumeSet: {} }),
  },
  {
    share: 6,
    service: 'ec2',
    name: 'DescribeNetworkInterfaces',
    readOnly: true,
    request: (random) => ({
      filterSet: { items: [{ name: 'vpc-id', valueSet: { items: [{ value: `vpc-${random.text(17, hex)}` }] } }] },
    }),
  },
  {
    share: 10,
    service: 'kms',
    name: 'Decrypt',
    readOnly: true,
    request: (random) => ({
      encryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      encryptionContext: {
        'aws:s3:arn': `arn:aws:s3:::data-${random.text(12, letters)}/part-${random.below(1e6)}.parquet`,
      },
    }),
  },
  {
    share: 9,
    service: 'ssm',
    name: 'UpdateInstanceInformation',
    readOnly: false,
    request: (random) => ({
      agentName: 'amazon-ssm-agent',
      agentStatus: 'Active',
      agentVersion: '3.3.987.0',
      computerName: `ip-10-${random.below(256)}-${random.below(256)}-${random.below(256)}.ec2.internal`,
      iPAddress: `10.${random.below(256)}.${random.below(256)}.${random.below(256)}`,
      instanceId: instance(random),
      platformName: 'Amazon Linux',
      platformType: 'Linux',
      platformVersion: '2023',
    }),
  },
  { share: 6, service: 'sts', name: 'GetCallerIdentity', readOnly: true, request: () => null },
  {
    share: 6,
    service: 'logs',
    name: 'CreateLogStream',
    readOnly: false,
    request: (random) => ({
      logGroupName: `/aws/lambda/${random.text(14, letters)}`,
      logStreamName: `2026/07/04/[$LATEST]${random.text(32, hex)}`,
    }),
  },
  {
    share: 5,
    service: 'elasticloadbalancing',
    name: 'DescribeTargetHealth',
    readOnly: true,
    request: (random) => ({
      targetGroupArn: `arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/${random.text(10, letters)}/${random.text(16, hex)}`,
    }),
  },
  {
    share: 4,
    service: 'autoscaling',
    name: 'DescribeAutoScalingGroups',
    readOnly: true,
    request: () => ({ maxRecords: 100 }),
  },
  {
    share: 4,
    service: 'cloudwatch',
    name: 'DescribeAlarms',
    readOnly: true,
    request: (random) => ({ alarmNamePrefix: random.text(9, letters) }),
  },
  { share: 3, service: 's3', name: 'ListBuckets', readOnly: true, request: () => ({ Host: 's3.amazonaws.com' }) },
  {
    share: 3,
    service: 'iam',
    name: 'GetRole',
    readOnly: true,
    request: (random) => ({ roleName: random.pick(roles) }),
  },
  {
    share: 2,
    service: 'lambda',
    name: 'GetFunction20150331v2',
    readOnly: true,
    request: (random) => ({ functionName: random.text(14, letters) }),
  },
];

const shares = benignCalls.flatMap((call) => Array.from({ length: call.share }, () => call));

function roleArn(random: SeededRandom): string {
  return `arn:aws:iam::111122223333:role/${random.pick(roles)}`;
}

/** Who makes an ordinary call, and from where. */
export interface BenignCaller {
  readonly accountId: string;
  readonly identity: JsonObject;
  readonly address: string;
  readonly agent: string;
  readonly region: string;
}

/** A record of an ordinary call by a machine's role, or by an AWS service. */
export function benignRecord(eventTime: string, random: SeededRandom): JsonObject {
  const call = random.pick(shares);
  const account = `${1 + random.below(40)}`.padStart(12, random.pick(['1', '2', '3', '4']));
  const host = hostOf(call, random.pick(regions));
  const identity = call.byService === undefined ? roleIdentity(account, eventTime, random) : serviceIdentity(call);
  const region = random.pick(regions);
  const address =
    call.byService ?? `${1 + random.below(222)}.${random.below(256)}.${random.below(256)}.${random.below(256)}`;
  const agent = call.byService ?? random.pick(agents);
  return recordOf(call, { accountId: account, identity, address, agent, region }, { eventTime, host, random });
}

function hostOf({ service }: BenignCall, region: string): string {
  return `${service}.${region}.amazonaws.com`;
}

function serviceIdentity({ byService = '' }: BenignCall): JsonObject {
  return { type: 'AWSService', invokedBy: byService };
}

/** A record of a call by somebody. */
export function recordOf(
  call: BenignCall,
  { accountId, identity, address, agent, region }: BenignCaller,
  {
    eventTime,
    random,
    host = hostOf(call, region),
  }: { readonly eventTime: string; readonly random: SeededRandom; readonly host?: string },
): JsonObject {
  return {
    eventVersion: '1.09',
    userIdentity: identity,
    eventTime,
    eventSource: `${call.service}.amazonaws.com`,
    eventName: call.name,
    awsRegion: region,
    sourceIPAddress: address,
    userAgent: agent,
    requestParameters: call.request(random),
    responseElements: call.response?.(random) ?? null,
    requestID: random.uuid(),
    eventID: random.uuid(),
    readOnly: call.readOnly,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: accountId,
    eventCategory: 'Management',
    ...(call.byService === undefined
      ? { tlsDetails: { tlsVersion: 'TLSv1.3', cipherSuite: 'TLS_AES_128_GCM_SHA256', clientProvidedHostHeader: host } }
      : { sharedEventID: random.uuid() }),
  };
}

function roleIdentity(account: string, eventTime: string, random: SeededRandom): JsonObject {
  const role = random.pick(roles);
  const principalId = `AROA${random.text(17, keyLetters)}`;
  const session = instance(random);
  return {
    type: 'AssumedRole',
    principalId: `${principalId}:${session}`,
    arn: `arn:aws:sts::${account}:assumed-role/${role}/${session}`,
    accountId: account,
    accessKeyId: `ASIA${random.text(16, keyLetters)}`,
    sessionContext: {
      sessionIssuer: {
        type: 'Role',
        principalId,
        arn: `arn:aws:iam::${account}:role/${role}`,
        accountId: account,
        userName: role,
      },
      attributes: { creationDate: eventTime, mfaAuthenticated: 'false' },
    },
  };
}
