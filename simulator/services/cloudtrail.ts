import { AwsError } from '../aws-error.ts';
import { lookupEntry, lookupEvents } from '../lookup-events.ts';
import type { Operation, Output } from '../operation.ts';
import type { JsonObject } from '../json.ts';
import { requiredText, trailDate, trailParameters } from '../operation-input.ts';
import type { TokenBucket } from '../token-bucket.ts';
import type { AccountState } from '../world.ts';

/** LookupEvents, and an end of a trail's logging; `bucketFor` gives the quota of an account-region. */
export function cloudTrailOperations(
  bucketFor: (accountId: string, region: string) => TokenBucket,
): readonly Operation[] {
  return [
    {
      service: 'cloudtrail',
      name: 'LookupEvents',
      readOnly: true,
      needs: () => [{ action: 'cloudtrail:LookupEvents', resource: '*' }],
      run(input, { account, region, log, nowMs }) {
        if (!bucketFor(account.id, region).take(nowMs)) {
          throw new AwsError('ThrottlingException', 'Rate exceeded', { trailCode: null });
        }
        const page = lookupEvents(log.deliveriesOf(account.id, region), input, nowMs, `${account.id}/${region}`);
        return {
          output: {
            Events: page.deliveries.map((delivery) => lookupEntry(delivery) as Output),
            NextToken: page.nextToken ?? undefined,
          },
          eventIds: page.deliveries.map((delivery) => delivery.eventId),
          lastPage: page.nextToken === null,
          nextToken: page.nextToken,
        };
      },
      parameters: (input) => trailParameters({ ...input, ...trailTimes(input) }),
    },
    {
      service: 'cloudtrail',
      name: 'StopLogging',
      readOnly: false,
      needs: (input, { account, region }) => [
        { action: 'cloudtrail:StopLogging', resource: trailArn(requiredText(input, 'Name'), account, region) },
      ],
      run(input, { account, region }) {
        const arn = trailArn(requiredText(input, 'Name'), account, region);
        throw new AwsError('TrailNotFoundException', `Unknown trail: ${arn}`); // no account here has one
      },
      parameters: (input) => trailParameters(input),
    },
  ];
}

function trailArn(name: string, { partition, id }: AccountState, region: string): string {
  return name.startsWith('arn:') ? name : `arn:${partition}:cloudtrail:${region}:${id}:trail/${name}`;
}

function trailTimes(input: JsonObject): JsonObject {
  const times = ['StartTime', 'EndTime'].flatMap((name) => {
    const value = input[name];
    return typeof value === 'number' ? [[name, trailDate(value * 1_000)] as const] : [];
  });
  return Object.fromEntries(times);
}
