import type { JsonObject } from '../json.ts';
import type { InternalCall } from '../internal-call.ts';
import type { Output } from '../operation.ts';
import { addresses, agents, deployRole, trailName } from './demo-world.ts';

/** By what the attacker can come in: the stolen key, and what is made with it on the way. */
export const credentials = ['stolen key', 'session', 'made key', 'role session'] as const;
export type Credential = (typeof credentials)[number];

/** The access key IDs of the credentials that the attacker has by now. */
export type Loot = Readonly<Partial<Record<Credential, string>>>;

/** A call of the attacker's, and what it gives. */
export type Step = Pick<InternalCall, 'service' | 'operation' | 'region'> & {
  readonly with: Credential;
  readonly input?: JsonObject;
  /** The credential that the call gives. */
  readonly gives?: Credential;
};

const home = 'eu-central-1';
/** Where IAM is. */
const everywhere = 'us-east-1';
const madeUser = { UserName: 'svc-backup' };
const administrator = 'arn:aws:iam::aws:policy/AdministratorAccess';
const exports = { Bucket: 'acme-customer-exports' };

/** What the attacker does with the stolen key as soon as it is in hand. */
const lookingAround: readonly Step[] = [
  { with: 'stolen key', service: 'sts', operation: 'GetCallerIdentity', region: home },
  { with: 'stolen key', service: 's3', operation: 'ListBuckets', region: home },
  { with: 'stolen key', service: 's3', operation: 'GetBucketLocation', region: home, input: exports },
  { with: 'stolen key', service: 's3', operation: 'GetBucketAcl', region: home, input: exports },
  { with: 'stolen key', service: 'iam', operation: 'ListUsers', region: everywhere },
  { with: 'stolen key', service: 'iam', operation: 'ListRoles', region: everywhere },
  { with: 'stolen key', service: 'iam', operation: 'GetAccountSummary', region: everywhere },
  { with: 'stolen key', service: 'ec2', operation: 'DescribeRegions', region: home },
  { with: 'stolen key', service: 'secretsmanager', operation: 'ListSecrets', region: home },
  secret('prod/payments/database'),
  {
    with: 'stolen key',
    service: 'iam',
    operation: 'CreateAccessKey',
    region: everywhere,
    input: { UserName: 'alice' },
  },
];

/** Then it sees to it that one key more or less does not matter. */
const settlingIn: readonly Step[] = [
  { with: 'stolen key', service: 'iam', operation: 'CreateUser', region: everywhere, input: madeUser },
  {
    with: 'stolen key',
    service: 'iam',
    operation: 'AttachUserPolicy',
    region: everywhere,
    input: { ...madeUser, PolicyArn: administrator },
  },
  {
    with: 'stolen key',
    service: 'iam',
    operation: 'CreateAccessKey',
    region: everywhere,
    input: madeUser,
    gives: 'made key',
  },
  { with: 'made key', service: 'iam', operation: 'GetUser', region: everywhere, input: madeUser },
  { with: 'stolen key', service: 'sts', operation: 'GetSessionToken', region: home, gives: 'session' },
  { with: 'session', service: 's3', operation: 'ListBuckets', region: home },
  {
    with: 'stolen key',
    service: 'sts',
    operation: 'AssumeRole',
    region: 'eu-west-1',
    input: { RoleArn: deployRole, RoleSessionName: 'deploy' },
    gives: 'role session',
  },
  { with: 'role session', service: 's3', operation: 'ListBuckets', region: 'eu-west-1' },
];

/** What it goes on with while the case waits for a decision. */
const goingOn: readonly Step[] = [
  {
    with: 'role session',
    service: 'cloudtrail',
    operation: 'StopLogging',
    region: 'eu-west-1',
    input: { Name: trailName },
  },
  secret('prod/mail/smtp'),
  { with: 'session', service: 's3', operation: 'GetBucketAcl', region: home, input: { Bucket: 'acme-invoices' } },
];

/** What it repeats afterwards, for as long as it lasts: each of its credentials is tried in turn. */
const lingering: readonly Step[] = [
  { with: 'stolen key', service: 's3', operation: 'ListBuckets', region: home },
  { with: 'session', service: 's3', operation: 'GetBucketLocation', region: home, input: exports },
  { with: 'made key', service: 's3', operation: 'GetBucketAcl', region: home, input: exports },
  { with: 'role session', service: 's3', operation: 'ListBuckets', region: 'eu-west-1' },
];

function secret(SecretId: string): Step {
  return {
    with: 'stolen key',
    service: 'secretsmanager',
    operation: 'GetSecretValue',
    region: home,
    input: { SecretId },
  };
}

/** An attack in two acts, and what is repeated for ever after. */
export interface Attack {
  readonly firstAct: readonly Step[];
  readonly secondAct: readonly Step[];
  readonly lingering: readonly Step[];
}

/** How far the attacker goes: it looks around with the stolen key and no further, or it settles in. */
export const attacks: Readonly<Record<'looks-around' | 'settles-in', Attack>> = {
  'looks-around': {
    firstAct: lookingAround,
    secondAct: [],
    lingering: lingering.filter((step) => step.with === 'stolen key'),
  },
  'settles-in': { firstAct: [...lookingAround, ...settlingIn], secondAct: goingOn, lingering },
};

/** The step that comes after so many. */
export function stepAfter(done: number, { firstAct, secondAct, lingering: again }: Attack): Step {
  const told = [...firstAct, ...secondAct];
  const step = told[done] ?? again[(done - told.length) % again.length];
  if (step === undefined) throw new Error(`there is no step after ${done}`);
  return step;
}

/** The call of a step; null where the attacker never came by the credential for it. */
export function attackerCall({ with: by, gives: _gives, ...call }: Step, loot: Loot): InternalCall | null {
  const accessKeyId = loot[by];
  const userAgent = call.service === 's3' ? agents.s3Browser : agents.attackersCli;
  return accessKeyId === undefined ? null : { ...call, accessKeyId, sourceIp: addresses.attacker, userAgent };
}

/** The access key ID in the answer of a call that gives a credential. */
export function givenKey(output: Output): string | undefined {
  const given = (output['Credentials'] ?? output['AccessKey']) as Output | undefined;
  const id = given?.['AccessKeyId'];
  return typeof id === 'string' ? id : undefined;
}

/** The colleague's visit beside the attack: the same kind of tool, as on the days before. */
export function benignCalls(accessKeyId: string): readonly InternalCall[] {
  const by = {
    accessKeyId,
    sourceIp: addresses.home,
    userAgent: agents.cyberduck,
    service: 's3',
    region: home,
  } as const;
  return [
    { ...by, operation: 'ListBuckets' },
    { ...by, operation: 'GetBucketLocation', input: exports },
  ];
}
