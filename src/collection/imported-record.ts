import { ecsEventOf } from '../cloudtrail/ecs-event.ts';
import { type AddressLookup, enrichSource } from '../cloudtrail/enrich.ts';
import { MalformedRecordError } from '../cloudtrail/malformed-record-error.ts';
import { meaningful } from '../cloudtrail/meaningful.ts';
import { isJsonObject, objectAt, fieldText } from '../cloudtrail/record-fields.ts';
import { eventIdOfFound, type FoundRecord } from '../cloudtrail/record-forms.ts';
import type { AccountId, Digest, Instant } from '../model/ids.ts';
import { parseJson } from '../model/parse-json.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import type { EcsDocument } from '../model/trail-event.ts';
import { wellFormed } from '../model/well-formed.ts';
import type { NormalizedRecord } from './ports.ts';
import {
  eventIdOf,
  instantOf,
  malformedRecord,
  readShownRecords,
  recordDigest,
  type ReadRecords,
} from './read-records.ts';

/**
 * Reads a recorded event for the store. Unlike what a trail shows, a recording says itself which account it is of.
 *
 * @param enrich of `source.geo` and `source.as`, where the recording does not say itself.
 * @returns one record, or one malformed record, kept as it came.
 */
export function importedRecord(found: FoundRecord, ingestedAt: Instant, enrich?: AddressLookup): ReadRecords {
  const text = jsonTextOf(found.kind === 'cloudtrail' ? found.record : found.document);
  try {
    return found.kind === 'cloudtrail'
      ? readShownRecords([text], accountOf(found.record), ingestedAt, enrich)
      : { records: [ecsRecord(found.document, text, enrich)], malformed: [] };
  } catch (error) {
    if (!(error instanceof MalformedRecordError)) throw error;
    return malformedImport(text, error.problem, eventIdOfFound(found));
  }
}

/**
 * @param text what stands there, or where that is, if it cannot be read.
 * @param eventId where it is named beside it.
 */
export function malformedImport(text: string, problem: string, eventId?: string): ReadRecords {
  return { records: [], malformed: [malformedRecord(text, problem, eventId)] };
}

/** What is nested too deep to be written as JSON is not written, but counted all the same. */
function jsonTextOf(value: JsonObject): string {
  try {
    return JSON.stringify(value);
  } catch {
    return '{}';
  }
}

/** The account whose trail showed it; the caller's where the record does not say. */
function accountOf(record: JsonObject): AccountId {
  const account =
    fieldText(record, 'recipientAccountId') ??
    fieldText(record, 'accountId') ??
    fieldText(objectAt(record, 'userIdentity'), 'accountId');
  return checkedAccount(account, 'recipientAccountId');
}

function checkedAccount(account: string | undefined, field: string): AccountId {
  if (account === undefined || !/^\d{12}$/.test(account)) {
    throw new MalformedRecordError(`${field} is missing or no AWS account ID: it does not say whose record it is`);
  }
  return account as AccountId;
}

/** A document that was exported from elsewhere is kept as it is, enrichment and all. */
function ecsRecord(document: EcsDocument, text: string, enrich?: AddressLookup): NormalizedRecord {
  meaningful(document); // refuses what is nested too deep for whatever walks it
  const ecs = wellFormed(ecsEventOf({ kind: 'ecs', document }));
  const trail = objectAt(objectAt(ecs, 'aws'), 'cloudtrail');
  const account =
    fieldText(trail, 'recipient_account_id') ?? fieldText(objectAt(objectAt(ecs, 'cloud'), 'account'), 'id');
  const event = objectAt(ecs, 'event');
  const original = originalOf(event);
  return {
    accountId: checkedAccount(account, 'cloud.account.id'),
    eventId: eventIdOf(event.id),
    recordDigest: original?.digest ?? recordDigest(ecs, text),
    eventTime: instantOf(ecs['@timestamp']),
    requestId: fieldText(trail, 'request_id') ?? null,
    ecs: enrich === undefined ? ecs : enrichSource(ecs, enrich),
    raw: original?.text ?? text,
  };
}

/** With the record it was made of, a document is known as what LookupEvents shows of the same event. */
function originalOf(event: JsonObject): { readonly text: string; readonly digest: Digest } | undefined {
  const text = fieldText(event, 'original');
  if (text === undefined) return undefined;
  let record: JsonValue;
  try {
    record = parseJson(text);
  } catch {
    return undefined;
  }
  return isJsonObject(record) && record.eventID === event.id ? { text, digest: recordDigest(record, text) } : undefined;
}
