import type { JsonObject } from '../json.ts';
import type { InternalCall } from '../internal-call.ts';
import { addresses, agents } from './demo-world.ts';

type Step = Pick<InternalCall, 'service' | 'operation' | 'region'> & { readonly input?: JsonObject };

const home = 'eu-central-1';

/** What the attacker does with the stolen key as soon as it is in hand: look around, take a secret, try to stay. */
export const attackSteps: readonly Step[] = [
  { service: 'sts', operation: 'GetCallerIdentity', region: home },
  { service: 's3', operation: 'ListBuckets', region: home },
  { service: 's3', operation: 'GetBucketLocation', region: home, input: { Bucket: 'acme-customer-exports' } },
  { service: 's3', operation: 'GetBucketAcl', region: home, input: { Bucket: 'acme-customer-exports' } },
  { service: 's3', operation: 'GetBucketLocation', region: home, input: { Bucket: 'acme-invoices' } },
  { service: 's3', operation: 'GetBucketAcl', region: home, input: { Bucket: 'acme-invoices' } },
  {
    service: 'secretsmanager',
    operation: 'GetSecretValue',
    region: home,
    input: { SecretId: 'prod/payments/database' },
  },
  { service: 'iam', operation: 'CreateAccessKey', region: 'us-east-1', input: { UserName: 'alice' } },
];

/** What it repeats afterwards, for as long as it lasts. */
export const lingeringSteps: readonly Step[] = [
  { service: 's3', operation: 'ListBuckets', region: home },
  { service: 's3', operation: 'GetBucketAcl', region: home, input: { Bucket: 'acme-deploy-artifacts' } },
  { service: 's3', operation: 'GetBucketLocation', region: home, input: { Bucket: 'acme-customer-exports' } },
];

export function attackerCall(step: Step, accessKeyId: string): InternalCall {
  return { ...step, accessKeyId, sourceIp: addresses.attacker, userAgent: agents.s3Browser };
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
    { ...by, operation: 'GetBucketLocation', input: { Bucket: 'acme-customer-exports' } },
  ];
}
