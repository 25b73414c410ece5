import type { JsonObject } from '../../src/model/json.ts';
import { SeededRandom } from '../detect/random.ts';

const accountId = '111122223333';
const letters = 'abcdefghijklmnopqrstuvwxyz';
const keyLetters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

interface Caller {
  readonly name: string;
  readonly kind: 'user' | 'role';
  readonly key: string;
  readonly addresses: readonly string[];
  readonly agent: string;
}

interface Call {
  readonly service: string;
  readonly name: string;
  readonly readOnly: boolean;
  readonly request: (random: SeededRandom) => JsonObject;
}

/** What a pipeline does all day: it looks, fetches secrets, assumes roles, and deploys. */
const calls: readonly Call[] = [
  { service: 'sts', name: 'GetCallerIdentity', readOnly: true, request: () => ({}) },
  {
    service: 'sts',
    name: 'AssumeRole',
    readOnly: true,
    request: (random) => ({
      roleArn: `arn:aws:iam::${accountId}:role/deploy-${random.below(5)}`,
      roleSessionName: `run-${random.below(1_000_000)}`,
    }),
  },
  { service: 'ec2', name: 'DescribeInstances', readOnly: true, request: () => ({ filterSet: {} }) },
  {
    service: 'secretsmanager',
    name: 'GetSecretValue',
    readOnly: true,
    request: (random) => ({ secretId: `app/${random.below(30)}` }),
  },
  {
    service: 'ssm',
    name: 'GetParameter',
    readOnly: true,
    request: (random) => ({ name: `/app/${random.below(30)}`, withDecryption: true }),
  },
  { service: 's3', name: 'ListBuckets', readOnly: true, request: () => ({}) },
  { service: 'iam', name: 'ListRoles', readOnly: true, request: () => ({}) },
  { service: 'kms', name: 'Decrypt', readOnly: true, request: () => ({ encryptionAlgorithm: 'SYMMETRIC_DEFAULT' }) },
  {
    service: 'lambda',
    name: 'UpdateFunctionCode20150331v2',
    readOnly: false,
    request: (random) => ({ functionName: `fn-${random.below(20)}` }),
  },
  {
    service: 'logs',
    name: 'CreateLogStream',
    readOnly: false,
    request: (random) => ({ logStreamName: random.text(12, letters) }),
  },
];

/** Records of one account, hour by hour; half of them are of one busy user, the rest of some forty callers with habits. */
export class AccountTraffic {
  readonly #random: SeededRandom;
  readonly #busy: Caller;
  readonly #others: readonly Caller[];

  constructor(seed: number) {
    this.#random = new SeededRandom(seed);
    this.#busy = this.#caller('ci-deploy', 'user');
    this.#others = Array.from({ length: 40 }, (_, index) =>
      this.#caller(`caller-${index}`, index % 4 === 0 ? 'user' : 'role'),
    );
  }

  /** So many records of the hour that begins at `fromMs`, by time. */
  hour(fromMs: number, count: number): readonly string[] {
    return Array.from({ length: count }, (_, index) => {
      const caller = index % 2 === 0 ? this.#busy : this.#random.pick(this.#others);
      return JSON.stringify(this.#record(fromMs + Math.floor((index * 3_600_000) / count), caller));
    });
  }

  #caller(name: string, kind: Caller['kind']): Caller {
    const random = this.#random;
    const addresses = Array.from({ length: 3 }, () => this.#address());
    return {
      name,
      kind,
      key: `${kind === 'user' ? 'AKIA' : 'ASIA'}${random.text(16, keyLetters)}`,
      addresses,
      agent: `Boto3/1.34.${random.below(200)} md/Botocore#1.34.144 lang/python#3.12.4`,
    };
  }

  #address(): string {
    const random = this.#random;
    return `${1 + random.below(222)}.${random.below(256)}.${random.below(256)}.${random.below(256)}`;
  }

  #record(timeMs: number, caller: Caller): JsonObject {
    const random = this.#random;
    const call = random.pick(calls);
    return {
      eventVersion: '1.09',
      userIdentity: identityOf(caller),
      eventTime: `${new Date(timeMs).toISOString().slice(0, 19)}Z`,
      eventSource: `${call.service}.amazonaws.com`,
      eventName: call.name,
      awsRegion: 'us-east-1',
      // People travel and machines are replaced: now and then an address is new.
      sourceIPAddress: random.chance(0.001) ? this.#address() : random.pick(caller.addresses),
      userAgent: caller.agent,
      requestParameters: call.request(random),
      responseElements: null,
      requestID: random.uuid(),
      eventID: random.uuid(),
      readOnly: call.readOnly,
      eventType: 'AwsApiCall',
      managementEvent: true,
      recipientAccountId: accountId,
      eventCategory: 'Management',
    };
  }
}

function identityOf({ name, kind, key }: Caller): JsonObject {
  if (kind === 'user') {
    const arn = `arn:aws:iam::${accountId}:user/${name}`;
    return { type: 'IAMUser', principalId: `AIDA${name}`, arn, accountId, accessKeyId: key, userName: name };
  }
  const issuer = {
    type: 'Role',
    principalId: `AROA${name}`,
    arn: `arn:aws:iam::${accountId}:role/${name}`,
    accountId,
    userName: name,
  };
  return {
    type: 'AssumedRole',
    principalId: `AROA${name}:work`,
    arn: `arn:aws:sts::${accountId}:assumed-role/${name}/work`,
    accountId,
    accessKeyId: key,
    sessionContext: { sessionIssuer: issuer, attributes: { mfaAuthenticated: 'false' } },
  };
}
