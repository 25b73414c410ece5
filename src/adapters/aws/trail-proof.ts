import { type CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { z } from 'zod';
import type { Instant } from '../../model/ids.ts';
import { minuteMs } from '../../model/duration.ts';
import type { KeyMaking, TrailProof } from '../../response/ports.ts';
import { orCallFailure } from './call-failures.ts';
import { required } from './readable-answers.ts';

/** Clocks differ: the search begins this much before the attempt. */
const searchAheadMs = 5 * minuteMs;
/** A search ends after so many pages of 50; a user's keys are not made by the thousand. */
const maxPages = 20;

/** What is read of a CreateAccessKey record; whatever else it holds is not looked at. */
const makingRecord = z.object({
  requestID: z.string().nullish(),
  eventTime: z.string(),
  errorCode: z.string().nullish(),
  userIdentity: z.object({ arn: z.string().nullish(), accessKeyId: z.string().nullish() }),
  responseElements: z.object({ accessKey: z.object({ accessKeyId: z.string(), userName: z.string().nullish() }) }),
});

/**
 * {@link TrailProof} by LookupEvents, in the region where CloudTrail puts IAM's records.
 *
 * @param pace is awaited before each request: LookupEvents allows two a second for an account and region, for all who ask.
 */
export function lookupTrailProof(
  cloudTrail: CloudTrailClient,
  accountId: string,
  pace: () => Promise<void>,
): TrailProof {
  return {
    makingOf: async (userName, accessKeyId, since) => {
      const awsRequestIds: string[] = [];
      let nextToken: string | undefined;
      for (let page = 0; page < maxPages; page += 1) {
        await pace();
        const token = nextToken;
        const answer = await orCallFailure('cloudtrail:LookupEvents', accountId, async () => {
          const command = new LookupEventsCommand({
            LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'CreateAccessKey' }],
            StartTime: new Date(Date.parse(since) - searchAheadMs),
            MaxResults: 50,
            ...(token === undefined ? {} : { NextToken: token }),
          });
          const output = await cloudTrail.send(command);
          return { ...output, Events: required(output.Events, 'list of events') };
        });
        if (answer.$metadata.requestId !== undefined) awsRequestIds.push(answer.$metadata.requestId);
        for (const event of answer.Events) {
          const making = makingIn(event.CloudTrailEvent, userName, accessKeyId);
          if (making !== null) return { value: making, awsRequestIds };
        }
        nextToken = answer.NextToken;
        if (nextToken === undefined) break;
      }
      return { value: null, awsRequestIds };
    },
  };
}

function makingIn(text: string | undefined, userName: string, accessKeyId: string): KeyMaking | null {
  const parsed = makingRecord.safeParse(jsonOrNull(text ?? ''));
  if (!parsed.success) return null;
  const { requestID, eventTime, errorCode, userIdentity, responseElements } = parsed.data;
  const made = responseElements.accessKey;
  if (made.accessKeyId !== accessKeyId || (made.userName ?? userName) !== userName || errorCode) return null;
  return {
    awsRequestId: requestID ?? null,
    madeBy: userIdentity.arn ?? null,
    signedBy: userIdentity.accessKeyId ?? null,
    at: eventTime as Instant,
  };
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
