import { DescribeRegionsCommand } from '@aws-sdk/client-ec2';
import type { RegionLister } from '../../collection/upkeep-ports.ts';
import { classifyAwsError } from './aws-errors.ts';
import type { AwsAccess } from './clients.ts';
import { required } from './readable-answers.ts';

/** What the poll role needs for it. */
export const regionListingPermission = 'ec2:DescribeRegions';

/** Lists an account's enabled regions by EC2: without `AllRegions`, it names those only that are enabled (its API reference). */
export function createRegionLister(access: AwsAccess): RegionLister {
  return {
    async enabledRegions(account) {
      try {
        const { Regions: regions } = await access.ec2(account, 'poll').send(new DescribeRegionsCommand({}));
        const names = required(regions, 'list of regions').map(({ RegionName: name }) => required(name, 'region name'));
        return { kind: 'listed', regions: names };
      } catch (error) {
        const { kind, message } = classifyAwsError(error);
        const sentence =
          kind === 'access-denied'
            ? `grant ${regionListingPermission} to the role that polls`
            : `${regionListingPermission} did not answer (${message})`;
        return { kind: 'unknown', denied: kind === 'access-denied', sentence };
      }
    },
  };
}
