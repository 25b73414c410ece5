import type { Operation } from '../operation.ts';
import { textList } from '../operation-input.ts';

/** The one EC2 call that is needed: which regions an account has enabled. */
export const ec2Operations: readonly Operation[] = [
  {
    service: 'ec2',
    name: 'DescribeRegions',
    readOnly: true,
    needs: () => [{ action: 'ec2:DescribeRegions', resource: '*' }],
    run(input, { account }) {
      const asked = textList(input, 'RegionName');
      const shown = account.regions.filter((region) => asked.length === 0 || asked.includes(region));
      return {
        output: {
          regionInfo: shown.map((region) => ({
            regionName: region,
            regionEndpoint: `ec2.${region}.amazonaws.com`,
            optInStatus: 'opt-in-not-required',
          })),
        },
      };
    },
    parameters: () => ({ regionSet: {} }),
  },
];
