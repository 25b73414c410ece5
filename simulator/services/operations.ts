import type { RefusalDialect } from '../authentication.ts';
import type { Operation, ServiceName } from '../operation.ts';
import type { TokenBucket } from '../token-bucket.ts';
import { cloudTrailOperations } from './cloudtrail.ts';
import { dynamoDbOperations } from './dynamodb.ts';
import { ec2Operations } from './ec2.ts';
import { accessKeyOperations } from './iam-access-keys.ts';
import { roleOperations } from './iam-roles.ts';
import { userOperations } from './iam-users.ts';
import { s3Operations } from './s3.ts';
import { secretsManagerOperations } from './secrets-manager.ts';
import { stsOperations } from './sts.ts';

/** Finds an operation by service and name. */
export type OperationIndex = (service: ServiceName, name: string) => Operation | undefined;

export function operationIndex(bucketFor: (accountId: string, region: string) => TokenBucket): OperationIndex {
  const all = [
    ...cloudTrailOperations(bucketFor),
    ...dynamoDbOperations,
    ...ec2Operations,
    ...accessKeyOperations,
    ...userOperations,
    ...roleOperations,
    ...s3Operations,
    ...secretsManagerOperations,
    ...stsOperations,
  ];
  const byName = new Map(all.map((operation) => [`${operation.service}:${operation.name}`, operation]));
  return (service, name) => byName.get(`${service}:${name}`);
}

/** How each service words its refusals. */
export const refusalDialects: Readonly<Record<ServiceName, RefusalDialect>> = {
  cloudtrail: 'json',
  secretsmanager: 'json',
  dynamodb: 'json',
  iam: 'query',
  sts: 'query',
  s3: 's3',
  ec2: 'ec2',
};
