import type { AccountState } from './world.ts';

/**
 * Regions that an account has without opting in, of any partition (account management guide, "Enable or disable AWS Regions"): in
 * the others, and where there is none, its credentials are not known.
 */
const regionsOfEveryAccount: ReadonlySet<string> = new Set([
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-south-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'ca-central-1',
  'eu-central-1',
  'eu-north-1',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'sa-east-1',
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
  'cn-north-1',
  'cn-northwest-1',
  'us-gov-east-1',
  'us-gov-west-1',
]);

/** Whether an account's credentials are known in a region. */
export function isEnabledRegion(account: AccountState, region: string): boolean {
  return regionsOfEveryAccount.has(region) || account.regions.includes(region);
}
