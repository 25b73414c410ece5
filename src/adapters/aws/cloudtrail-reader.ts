import { LookupEventsCommand, type LookupEventsCommandOutput } from '@aws-sdk/client-cloudtrail';
import type { PageAnswer, PageRequest, TrailReader } from '../../collection/ports.ts';
import type { CoverageFilter } from '../../model/coverage.ts';
import type { Instant } from '../../model/ids.ts';
import { currentInstant } from '../../model/instant.ts';
import { type AwsFailure, classifyAwsError } from './aws-errors.ts';
import type { AwsAccess } from './clients.ts';

/** The most that a page of LookupEvents holds (its API reference). */
const pageSize = 50;

/** Reads pages by LookupEvents, one attempt each: the limiter counts requests, and the SDK's own retries would not be counted. */
export function createTrailReader(access: AwsAccess): TrailReader {
  return {
    async page(request, turn) {
      try {
        return pageOf(await lookUp(access, request, turn), currentInstant());
      } catch (error) {
        return failureOf(classifyAwsError(error), request, currentInstant());
      }
    },
  };
}

async function lookUp(
  access: AwsAccess,
  { account, source, span, filter, token }: PageRequest,
  turn: () => Promise<void>,
) {
  const cloudTrail = access.cloudTrail(account, source.region, 'poll');
  await cloudTrail.config.credentials();
  await turn();
  return cloudTrail.send(
    new LookupEventsCommand({
      StartTime: new Date(span.from * 1000),
      EndTime: new Date(span.to * 1000),
      MaxResults: pageSize,
      ...(filter === 'all' ? {} : { LookupAttributes: [lookupAttribute(filter)] }),
      ...(token === null ? {} : { NextToken: token }),
    }),
  );
}

/** A filter is written as LookupEvents has it: `ReadOnly=false`. */
function lookupAttribute(filter: Exclude<CoverageFilter, 'all'>) {
  const [key = '', value = ''] = filter.only.split('=', 2);
  return { AttributeKey: key as 'ReadOnly', AttributeValue: value };
}

function pageOf(output: LookupEventsCommandOutput, at: Instant): PageAnswer {
  const answered = { requestId: output.$metadata.requestId ?? null, at };
  // A truncated or foreign answer can parse as an empty object; an answer of AWS's always has the list.
  if (output.Events === undefined) {
    return { ...answered, kind: 'fault', sentence: 'LookupEvents answered without a list of events' };
  }
  return {
    ...answered,
    kind: 'page',
    records: output.Events.map((event) => ({
      text: event.CloudTrailEvent ?? JSON.stringify(event),
      eventId: event.EventId,
    })),
    nextToken: output.NextToken ?? null,
  };
}

function failureOf(failure: AwsFailure, request: PageRequest, at: Instant): PageAnswer {
  const answered = { requestId: failure.awsRequestId, at };
  const where = `${request.account.id} ${request.source.region}`;
  switch (failure.kind) {
    case 'throttled':
      return { ...answered, kind: 'throttled', waitMs: failure.retryAfterMs };
    case 'invalid-next-token':
      return { ...answered, kind: 'invalid-token' };
    case 'access-denied':
      return {
        ...answered,
        kind: 'refused',
        sentence: `reading ${where} was denied; grant ${failure.permission ?? 'cloudtrail:LookupEvents'} to the role that polls`,
      };
    case 'invalid-credentials':
      return {
        ...answered,
        kind: 'refused',
        sentence: `the credentials for reading ${where} were refused (${failure.name}); check the account's poll role`,
      };
    case 'invalid-request':
      return {
        ...answered,
        kind: 'refused',
        sentence: `LookupEvents refused the request for ${where} (${failure.name})`,
      };
    default:
      return { ...answered, kind: 'fault', sentence: `reading ${where} failed: ${failure.kind} (${failure.name})` };
  }
}
