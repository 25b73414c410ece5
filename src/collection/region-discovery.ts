import type { Account } from '../model/account.ts';
import type { RegionAnswer } from './upkeep-ports.ts';

/** Regions that every account of a partition has, without opting in (AWS's account guide, "Enable or disable Regions"). */
const regionsOfEveryAccount: Readonly<Record<Account['partition'], readonly string[]>> = {
  aws: [
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
  ],
  'aws-cn': ['cn-north-1', 'cn-northwest-1'],
  'aws-us-gov': ['us-gov-east-1', 'us-gov-west-1'],
};

export interface RegionChoice {
  readonly regions: readonly string[];
  /** A sentence of ours; null where AWS listed the regions. */
  readonly trouble: string | null;
}

/**
 * The regions to read of an account whose regions are discovered: those that AWS lists. Where it does not, the ones that were
 * known before, or else those that every account has; an opt-in region is missing then, and the trouble says so.
 */
export function chooseRegions(account: Account, answer: RegionAnswer): RegionChoice {
  // An account without a region does not exist: such an answer is not one.
  if (answer.kind === 'listed' && answer.regions.length > 0) {
    return { regions: answer.regions.toSorted(), trouble: null };
  }
  const why = answer.kind === 'listed' ? 'AWS listed none' : answer.sentence;
  const known = account.regions.length > 0;
  return {
    regions: known ? account.regions : regionsOfEveryAccount[account.partition],
    trouble: `the enabled regions are unknown: ${why}; ${known ? 'those known before' : 'those that every account has'} are read, and a newly enabled one is not`,
  };
}
