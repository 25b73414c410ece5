import { SeededRandom } from '../detect/random.ts';

/** One stored event, as far as searching can tell it from a real one. */
export interface TrafficEvent {
  readonly accountId: string;
  readonly eventId: string;
  readonly timeMs: number;
  readonly action: string;
  readonly provider: string;
  readonly region: string;
  readonly outcome: 'success' | 'failure';
  readonly userName: string;
  readonly userArn: string;
  readonly principalId: string;
  /** Null where a service acts by itself. */
  readonly accessKeyId: string | null;
  readonly address: string;
  readonly userAgent: string;
}

interface Principal {
  readonly accountId: string;
  readonly name: string;
  readonly isRole: boolean;
  readonly id: string;
  readonly addresses: readonly string[];
  readonly userAgents: readonly string[];
  readonly actions: readonly (readonly [provider: string, action: string])[];
}

const verbs = ['Describe', 'List', 'Get', 'Create', 'Put', 'Update', 'Delete', 'Tag'];
const things = [
  'Instances',
  'Buckets',
  'Role',
  'Secret',
  'Table',
  'Function',
  'Queue',
  'Topic',
  'Key',
  'LogGroup',
  'Image',
  'Volume',
  'Snapshot',
  'Vpc',
  'Subnet',
  'Cluster',
  'Parameter',
  'Policy',
  'User',
  'Alarm',
  'Stack',
  'Repository',
];
const services = [
  'ec2',
  's3',
  'iam',
  'kms',
  'sts',
  'lambda',
  'dynamodb',
  'sqs',
  'logs',
  'ecs',
  'ssm',
  'cloudformation',
];
const regions = ['us-east-1', 'us-east-1', 'us-east-1', 'eu-central-1', 'eu-west-1', 'us-west-2'];
const clients = [
  'aws-cli/2.17',
  'Boto3/1.34',
  'aws-sdk-java/2.25',
  'Terraform/1.9',
  'console.amazonaws.com',
  'aws-sdk-go/1.55',
];
const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/**
 * The traffic of an organization: few principals, actions and addresses make most of it, and most occur seldom; a role's key is new every
 * hour, a user's stays. In the order of event times, from `fromMs` on.
 */
export function* storedTraffic(count: number, fromMs: number, toMs: number, seed: number): Generator<TrafficEvent> {
  const random = new SeededRandom(seed);
  const accounts = Array.from({ length: 60 }, () => random.text(12, '123456789'));
  const allActions = services.flatMap((service) =>
    verbs.flatMap((verb) => things.map((thing) => [`${service}.amazonaws.com`, `${verb}${thing}`] as const)),
  );
  const principals = Array.from(
    { length: Math.max(200, Math.min(20_000, Math.ceil(count / 250))) },
    (_, index): Principal => ({
      accountId: skewed(random, accounts),
      name: `${index % 3 === 0 ? 'user' : 'app-role'}-${index}`,
      isRole: index % 3 !== 0,
      id: `${index % 3 === 0 ? 'AIDA' : 'AROA'}${random.text(17, base32)}`,
      addresses: Array.from({ length: 1 + random.below(4) }, () => addressOf(random)),
      userAgents: [`${random.pick(clients)}.${random.below(30)} md/${random.pick(['Linux', 'macOS'])}`],
      actions: Array.from({ length: 3 + random.below(30) }, () => skewed(random, allActions)),
    }),
  );
  const step = (toMs - fromMs) / count;
  for (let index = 0; index < count; index += 1)
    yield eventOf(random, skewed(random, principals), fromMs + index * step);
}

/** The first ones by far the most often: the share falls with the square of the position. */
function skewed<T>(random: SeededRandom, items: readonly T[]): T {
  const position = random.below(1_000_000) / 1_000_000;
  const item = items[Math.floor(position ** 3 * items.length)];
  if (item === undefined) throw new RangeError('nothing to pick from');
  return item;
}

function addressOf(random: SeededRandom): string {
  return [3 + random.below(220), random.below(256), random.below(256), 1 + random.below(254)].join('.');
}

function eventOf(random: SeededRandom, who: Principal, timeMs: number): TrafficEvent {
  const [provider, action] = skewed(random, who.actions);
  const byService = random.chance(0.1);
  const arn = who.isRole
    ? `arn:aws:sts::${who.accountId}:assumed-role/${who.name}/session`
    : `arn:aws:iam::${who.accountId}:user/${who.name}`;
  return {
    accountId: who.accountId,
    eventId: random.uuid(),
    timeMs: Math.floor(timeMs / 1000) * 1000,
    action,
    provider,
    region: random.pick(regions),
    outcome: random.chance(0.03) ? 'failure' : 'success',
    userName: who.name,
    userArn: arn,
    principalId: who.id,
    accessKeyId: byService ? null : keyOf(who, timeMs),
    address: byService ? 'cloudformation.amazonaws.com' : random.pick(who.addresses),
    userAgent: byService ? 'cloudformation.amazonaws.com' : random.pick(who.userAgents),
  };
}

function keyOf(who: Principal, timeMs: number): string {
  if (!who.isRole) return `AKIA${who.id.slice(4, 20)}`;
  return `ASIA${who.id.slice(4, 14)}${Math.floor(timeMs / 3_600_000)
    .toString(36)
    .toUpperCase()
    .padStart(6, '2')}`;
}

/** Its ECS document, without most of what a request says. */
export function documentOf(event: TrafficEvent): object {
  const isAddress = /^[\d.]+$/.test(event.address);
  return {
    '@timestamp': new Date(event.timeMs).toISOString(),
    aws: {
      cloudtrail: {
        event_version: '1.11',
        event_type: 'AwsApiCall',
        event_category: 'Management',
        read_only: !/^(?:Create|Put|Update|Delete|Tag)/.test(event.action),
        recipient_account_id: event.accountId,
        ...(event.outcome === 'failure' ? { error_code: 'AccessDenied' } : {}),
        user_identity: {
          type: event.userArn.includes(':user/') ? 'IAMUser' : 'AssumedRole',
          arn: event.userArn,
          ...(event.accessKeyId === null ? {} : { access_key_id: event.accessKeyId }),
        },
      },
    },
    cloud: { account: { id: event.accountId }, provider: 'aws', region: event.region },
    ecs: { version: '8.11.0' },
    event: {
      action: event.action,
      dataset: 'aws.cloudtrail',
      id: event.eventId,
      kind: 'event',
      outcome: event.outcome,
      provider: event.provider,
    },
    source: { address: event.address, ...(isAddress ? { ip: event.address } : {}) },
    user: { id: event.principalId, name: event.userName },
    user_agent: { original: event.userAgent },
  };
}
