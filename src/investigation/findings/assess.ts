import type { Finding } from '../../model/finding.ts';
import { accessCreated } from './access-created.ts';
import { consoleLogin } from './console-login.ts';
import { crossAccount } from './cross-account.ts';
import { expectedTool } from './expected-tool.ts';
import type { FindingContext, FindingRule } from './finding-rule.ts';
import { newAddress } from './new-address.ts';
import { policiesChanged } from './policies-changed.ts';
import { quarantinedByAws } from './quarantined-by-aws.ts';
import { secretsRead } from './secrets-read.ts';
import { trailWeakened } from './trail-weakened.ts';
import { unconfirmedRecords } from './unconfirmed-records.ts';
import { uncommonS3Client } from './uncommon-s3-client.ts';

const findingRules: readonly FindingRule[] = [
  unconfirmedRecords,
  uncommonS3Client,
  newAddress,
  secretsRead,
  accessCreated,
  policiesChanged,
  consoleLogin,
  crossAccount,
  trailWeakened,
  quarantinedByAws,
  expectedTool,
];

/** All conclusions that a case's evidence supports. */
export function assess(context: FindingContext): readonly Finding[] {
  return findingRules.flatMap((rule) => rule(context));
}
