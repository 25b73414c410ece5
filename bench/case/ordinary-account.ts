import { globSync, readFileSync } from 'node:fs';
import type { JsonObject } from '../../src/model/json.ts';
import { benignCalls, recordOf, type BenignCall, type BenignCaller } from '../detect/benign-traffic.ts';
import { SeededRandom } from '../detect/random.ts';
import { TrailFiles } from '../detect/trail-files.ts';

const accountId = '111122223333';
const region = 'eu-west-1';
const startMs = Date.UTC(2026, 5, 1);
/** A gigabyte is a month. */
const callsADay = 25_000;
const hourMs = 3_600_000;
/** Of the recorded attacks every so many is in it. */
const recordingsEach = 3;
const keyLetters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const letters = 'abcdefghijklmnopqrstuvwxyz';

/** A kind of caller: how many there are, how much they call, and how long a session of theirs lasts. */
interface CallerKind {
  readonly name: string;
  readonly count: number;
  /** Of all calls, in parts of the sum. */
  readonly share: number;
  /** Sessions that each has at once. */
  readonly sessions: number;
  /** Null for a user with a key of its own. */
  readonly renewedEachMs: number | null;
  /** The service that hands out the sessions; a person's or a pipeline's own call otherwise. */
  readonly assumedBy?: string;
  readonly addresses: number;
  readonly changes: boolean;
  /** Lists what there is: machines know what they need. */
  readonly looksAround: boolean;
}

const kinds: readonly CallerKind[] = [
  {
    name: 'node',
    count: 60,
    share: 45,
    sessions: 4,
    renewedEachMs: 6 * hourMs,
    assumedBy: 'ec2.amazonaws.com',
    addresses: 1,
    changes: false,
    looksAround: false,
  },
  {
    name: 'function',
    count: 60,
    share: 25,
    sessions: 1,
    renewedEachMs: hourMs,
    assumedBy: 'lambda.amazonaws.com',
    addresses: 4,
    changes: false,
    looksAround: false,
  },
  {
    name: 'pipeline',
    count: 20,
    share: 15,
    sessions: 1,
    renewedEachMs: 2 * hourMs,
    addresses: 2,
    changes: true,
    looksAround: false,
  },
  {
    name: 'person',
    count: 40,
    share: 5,
    sessions: 1,
    renewedEachMs: 8 * hourMs,
    addresses: 2,
    changes: false,
    looksAround: true,
  },
  {
    name: 'tool',
    count: 20,
    share: 10,
    sessions: 1,
    renewedEachMs: null,
    addresses: 2,
    changes: false,
    looksAround: true,
  },
];

/** What pipelines change, day by day. */
const changes: readonly BenignCall[] = [
  change('lambda', 'UpdateFunctionCode20150331v2', (random) => ({ functionName: `function-${random.below(60)}` })),
  change('ecs', 'RegisterTaskDefinition', (random) => ({ family: `service-${random.below(30)}` })),
  change('ec2', 'CreateTags', (random) => ({ resourcesSet: { items: [{ resourceId: `i-0${random.below(1000)}` }] } })),
  change('s3', 'PutBucketTagging', (random) => ({ bucketName: `data-${random.below(20)}` })),
  change('cloudformation', 'UpdateStack', (random) => ({ stackName: `stack-${random.below(20)}` })),
  change('autoscaling', 'TerminateInstanceInAutoScalingGroup', () => ({ shouldDecrementDesiredCapacity: false })),
];

function change(service: string, name: string, request: BenignCall['request']): BenignCall {
  return { share: 1, service, name, readOnly: false, request };
}

interface GivenSession {
  readonly name: string;
  readonly key: string;
}

/** Somebody with habits: the same few calls from the same few addresses with the same client. */
class Caller {
  readonly kind: CallerKind;
  readonly name: string;
  readonly #addresses: readonly string[];
  readonly #agent: string;
  readonly #calls: readonly BenignCall[];
  readonly #sessions: { readonly name: string; key: string; renewed: number; readonly phaseMs: number }[];
  readonly #random: SeededRandom;

  constructor(kind: CallerKind, index: number, random: SeededRandom) {
    this.kind = kind;
    this.name = `${kind.name}-${index}`;
    this.#random = random;
    this.#addresses = Array.from({ length: kind.addresses }, () => addressOf(random));
    this.#agent = `Boto3/1.34.${random.below(200)} md/Botocore#1.34.144 lang/python#3.12.4`;
    const own = benignCalls.filter(
      (each) => each.byService === undefined && (kind.looksAround || each.name !== 'ListBuckets'),
    );
    this.#calls = [
      ...Array.from({ length: 5 }, () => random.pick(own)),
      ...(kind.changes ? [random.pick(changes), random.pick(changes)] : []),
    ];
    this.#sessions = Array.from({ length: kind.sessions }, (_, session) => ({
      name: kind.name === 'node' ? `i-0${random.text(16, '0123456789abcdef')}` : `${this.name}-${session}`,
      key: `AKIA${random.text(16, keyLetters)}`,
      renewed: -1,
      phaseMs: random.below(kind.renewedEachMs ?? 1),
    }));
  }

  /** A call, and before it the one that gave the session where it is a new one. */
  call(atMs: number): readonly JsonObject[] {
    const random = this.#random;
    const session = random.pick(this.#sessions);
    const { renewedEachMs } = this.kind;
    const given: JsonObject[] = [];
    const renewed = renewedEachMs === null ? 0 : Math.floor((atMs + session.phaseMs) / renewedEachMs);
    if (renewedEachMs !== null && renewed !== session.renewed) {
      session.renewed = renewed;
      session.key = `ASIA${random.text(16, keyLetters)}`;
      given.push(this.#assumed(session, atMs));
    }
    return [...given, this.record(random.pick(this.#calls), atMs, undefined, session)];
  }

  /** A call by one of the sessions, or with the key; from elsewhere where that is said. */
  record(
    made: BenignCall,
    atMs: number,
    from: Pick<BenignCaller, 'address' | 'agent'> = { address: this.#random.pick(this.#addresses), agent: this.#agent },
    session: GivenSession = this.#random.pick(this.#sessions),
  ): JsonObject {
    const isUser = this.kind.renewedEachMs === null;
    const identity = isUser ? userIdentity(this.name, session.key) : this.#session(session);
    return recordOf(
      made,
      { accountId, region, identity, ...from },
      { eventTime: timeText(atMs), random: this.#random },
    );
  }

  #session({ name: session, key }: GivenSession): JsonObject {
    const principalId = `AROA${this.name.toUpperCase()}`;
    return {
      type: 'AssumedRole',
      principalId: `${principalId}:${session}`,
      arn: `arn:aws:sts::${accountId}:assumed-role/${this.name}/${session}`,
      accountId,
      accessKeyId: key,
      sessionContext: {
        sessionIssuer: {
          type: 'Role',
          principalId,
          arn: `arn:aws:iam::${accountId}:role/${this.name}`,
          accountId,
          userName: this.name,
        },
        attributes: { creationDate: timeText(startMs), mfaAuthenticated: 'false' },
      },
    };
  }

  #assumed({ name: session, key }: GivenSession, atMs: number): JsonObject {
    const { assumedBy } = this.kind;
    const request = {
      roleArn: `arn:aws:iam::${accountId}:role/${this.name}`,
      roleSessionName: session,
      durationSeconds: 3600,
    };
    const response = {
      credentials: {
        accessKeyId: key,
        sessionToken: this.#random.text(220, letters),
        expiration: 'Jul 4, 2026, 9:17:43 PM',
      },
      assumedRoleUser: {
        assumedRoleId: `AROA${this.name.toUpperCase()}:${session}`,
        arn: `arn:aws:sts::${accountId}:assumed-role/${this.name}/${session}`,
      },
    };
    const call: BenignCall = {
      share: 1,
      service: 'sts',
      name: assumedBy === undefined ? 'AssumeRoleWithWebIdentity' : 'AssumeRole',
      readOnly: true,
      request: () => request,
      response: () => response,
      ...(assumedBy === undefined ? {} : { byService: assumedBy }),
    };
    const identity =
      assumedBy === undefined
        ? {
            type: 'WebIdentityUser',
            principalId: `accounts.example.com:${this.name}:${this.name}`,
            userName: this.name,
            identityProvider: `arn:aws:iam::${accountId}:oidc-provider/accounts.example.com`,
          }
        : { type: 'AWSService', invokedBy: assumedBy };
    return recordOf(
      call,
      {
        accountId,
        region,
        identity,
        address: assumedBy ?? this.#random.pick(this.#addresses),
        agent: assumedBy ?? this.#agent,
      },
      { eventTime: timeText(atMs), random: this.#random },
    );
  }
}

export interface OrdinaryAccount {
  readonly records: number;
  readonly attacks: number;
}

/**
 * Writes the trail of one account: two hundred roles and users with habits, whose sessions are renewed all the time, and among it some
 * recorded attacks, each by a user of its own, and two made ones by identities with years of habits: a tool's stolen key, and stolen
 * credentials of an instance.
 *
 * @param recordings a folder of recorded attacks
 */
export async function writeOrdinaryAccount(
  out: string,
  { recordings, megabytes, seed }: { readonly recordings: string; readonly megabytes: number; readonly seed: number },
): Promise<OrdinaryAccount> {
  const random = new SeededRandom(seed);
  const callers = kinds.map((kind) =>
    Array.from({ length: kind.count }, (_, index) => new Caller(kind, index, random)),
  );
  const byShare = kinds.flatMap(({ share }, kind) => Array.from({ length: share }, () => callers[kind] ?? []));
  const attacks = attacksIn(recordings, callers.flat(), random);
  const trail = new TrailFiles(out, 'ordinary');
  let begun = 0;
  for (let calls = 0; trail.bytes < megabytes * 1e6; calls += 1) {
    const atMs = startMs + (calls / callsADay) * 24 * hourMs;
    for (const record of random.pick(random.pick(byShare)).call(atMs)) await trail.write(record);
    // The first third of the trail is before all of them.
    const isDue = trail.bytes >= megabytes * 1e6 * (1 / 3 + (0.6 * begun) / attacks.length);
    const attack = isDue ? attacks[begun] : undefined;
    if (attack === undefined) continue;
    begun += 1;
    for (const record of attack(atMs)) await trail.write(record);
  }
  await trail.end();
  return { records: trail.records, attacks: begun };
}

type Attack = (atMs: number) => readonly JsonObject[];

function attacksIn(recordings: string, callers: readonly Caller[], random: SeededRandom): readonly Attack[] {
  const recorded = globSync(`${recordings}/*.json`)
    .toSorted()
    .filter((_, index) => index % recordingsEach === 0)
    .map((path, index) => recordedAttack(readFileSync(path, 'utf8'), `employee-${index}`));
  return [...recorded, keyStolen(callers, random), instanceRobbed(callerNamed('node-0', callers))];
}

function callerNamed(name: string, callers: readonly Caller[]): Caller {
  const found = callers.find((each) => each.name === name);
  if (found === undefined) throw new RangeError(`nobody is named ${name}`);
  return found;
}

/** A recording, as it would have gone in this account with another user. */
function recordedAttack(text: string, userName: string): Attack {
  const own = text.replaceAll(/\b(?!\d{13})\d{12}\b/gu, accountId).replaceAll('christophe', userName);
  const records = JSON.parse(own) as readonly (JsonObject & { readonly eventTime: string })[];
  const times = records.map(({ eventTime }) => Date.parse(eventTime));
  const first = Math.min(...times);
  return (atMs) =>
    records.map((record, index) => ({ ...record, eventTime: timeText(atMs + (times[index] ?? first) - first) }));
}

const intruder = { address: '198.51.100.23', agent: 'aws-cli/2.15.0 Python/3.11 kali' };
/** Who goes about with what everybody has. */
const quietIntruder = { address: '198.51.100.24', agent: 'aws-cli/2.15.0 Python/3.11' };

/**
 * Looks around, makes an administrator, and goes on as that; what is done with a function's session, from there as well, raises no alert. In the end
 * somebody of the house deletes the new key.
 */
function keyStolen(callers: readonly Caller[], random: SeededRandom): Attack {
  const tool = callerNamed('tool-0', callers);
  const other = callerNamed('function-1', callers);
  const person = callerNamed('person-0', callers);
  const made = { userName: 'support-2', accessKeyId: `AKIA${random.text(16, keyLetters)}` };
  const asTool = [
    call('sts', 'GetCallerIdentity'),
    call('iam', 'ListUsers'),
    call('secretsmanager', 'GetSecretValue', { secretId: 'prod/database' }),
    call(
      'iam',
      'CreateUser',
      { userName: made.userName },
      { user: { userName: made.userName, userId: 'AIDASUPPORT2' } },
    ),
    call('iam', 'AttachUserPolicy', { ...made, policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }),
    call('iam', 'CreateAccessKey', { userName: made.userName }, { accessKey: { ...made, status: 'Active' } }),
  ];
  const asMade = [call('s3', 'ListBuckets'), call('cloudtrail', 'StopLogging', { name: 'main' })];
  return (atMs) => [
    ...asTool.map((each, index) => tool.record(each, atMs + index * 10_000, quietIntruder)),
    ...asMade.map((each, index) =>
      recordOf(
        each,
        { accountId, region, identity: userIdentity(made.userName, made.accessKeyId), ...quietIntruder },
        { eventTime: timeText(atMs + 120_000 + index * 10_000), random },
      ),
    ),
    other.record(call('ec2', 'DescribeVolumes'), atMs + 300_000, quietIntruder),
    person.record(call('iam', 'DeleteAccessKey', made), atMs + 7_200_000),
  ];
}

/** Uses what an instance's metadata gives away, from elsewhere. */
function instanceRobbed(node: Caller): Attack {
  const robbed = [
    call('sts', 'GetCallerIdentity'),
    call('s3', 'ListBuckets'),
    call('ec2', 'CreateSnapshot', { volumeId: 'vol-0aa' }, { snapshotId: 'snap-0aa' }),
    call('ec2', 'ModifySnapshotAttribute', {
      snapshotId: 'snap-0aa',
      createVolumePermission: { add: { items: [{ userId: '999988887777' }] } },
      attributeType: 'CREATE_VOLUME_PERMISSION',
    }),
  ];
  return (atMs) => robbed.map((each, index) => node.record(each, atMs + index * 10_000, intruder));
}

function call(service: string, name: string, request: JsonObject | null = null, response?: JsonObject): BenignCall {
  return {
    share: 1,
    service,
    name,
    readOnly: /^(?:Get|List)/u.test(name),
    request: () => request,
    ...(response === undefined ? {} : { response: () => response }),
  };
}

function userIdentity(userName: string, accessKeyId: string): JsonObject {
  return {
    type: 'IAMUser',
    principalId: `AIDA${userName.toUpperCase()}`,
    arn: `arn:aws:iam::${accountId}:user/${userName}`,
    accountId,
    accessKeyId,
    userName,
  };
}

function addressOf(random: SeededRandom): string {
  return `${1 + random.below(190)}.${random.below(256)}.${random.below(256)}.${1 + random.below(254)}`;
}

function timeText(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19)}Z`;
}

if (import.meta.main) {
  const [out = '', megabytes = '60', recordings = '../shared/corpora/cloudtrail-stratus'] = process.argv.slice(2);
  console.log(JSON.stringify(await writeOrdinaryAccount(out, { recordings, megabytes: Number(megabytes), seed: 7 })));
}
