import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { MalformedRecordError } from '../../src/cloudtrail/malformed-record-error.ts';
import { maxFlattenedText, normalizeCall, normalizeRecord } from '../../src/cloudtrail/normalize.ts';
import { foundEvent } from '../../src/entry/investigate/found-event.ts';
import { linksOf } from '../../src/investigation/links/links-of.ts';
import { seenEvent } from '../../src/investigation/seen-event.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { EcsDocument } from '../../src/model/trail-event.ts';
import { intrusions } from './expected/intrusions.ts';
import { stories } from './expected/stories.ts';
import { userRecord } from './trail-records.ts';

const folder = new URL('../../../shared/corpora/cloudtrail-stratus/', import.meta.url);
const present = existsSync(folder);
if (!present) console.warn('SKIPPED: the recordings in ../shared/corpora/cloudtrail-stratus are not here');

/** All that a case takes from a record. */
function read(document: EcsDocument) {
  const found = foundEvent(document);
  return { seen: seenEvent(found), ...linksOf(found) };
}

function expectSame(records: readonly JsonObject[]): void {
  for (const record of records) expect(read(normalizeCall(record))).toEqual(read(normalizeRecord(record)));
}

test('evidence and links are the same of the part of a document that tells of the call as of all of it', () => {
  expectSame([...intrusions, ...stories].flatMap((each) => each.records()));
});

test('what a request leaves out is in that part as well', () => {
  const withheld = userRecord({
    eventSource: 'lambda.amazonaws.com',
    eventName: 'UpdateFunctionConfiguration20150331v2',
    requestParameters: { functionName: 'f', environment: {} },
  });
  const withdrawn = userRecord({
    eventSource: 'sqs.amazonaws.com',
    eventName: 'SetQueueAttributes',
    requestParameters: { queueUrl: 'https://sqs.eu-west-1.amazonaws.com/111122223333/q', attributes: { Policy: '' } },
  });
  expectSame([withheld, withdrawn]);
  expect(normalizeCall(withheld).trailhound).toEqual({ environment_withheld: true });
  expect(normalizeCall(withdrawn).trailhound).toEqual({ policy: { withdrawn: true } });
});

test('a request whose text is too long for the flattened copy is left out of that part too', () => {
  const records = [maxFlattenedText - 20, maxFlattenedText, 4 * maxFlattenedText].flatMap((length) => [
    userRecord({ requestParameters: { userName: 'mallory', note: 'x'.repeat(length) } }),
    // Of these the text is shorter than its parts together let one expect.
    userRecord({ requestParameters: { list: Array.from({ length: Math.ceil(length / 40) }, () => 12) } }),
  ]);
  for (const record of records) {
    const [part, whole] = [normalizeCall(record), normalizeRecord(record)].map(
      ({ aws }) => ((aws as JsonObject).cloudtrail as JsonObject).flattened,
    );
    expect(part).toEqual(whole);
  }
});

test('what is no record is refused alike', () => {
  for (const record of [{}, { eventName: 'X' }, { ...userRecord({}), eventTime: 'yesterday' }, { eventTime: 1 }]) {
    expect(() => normalizeRecord(record)).toThrow(MalformedRecordError);
    expect(() => normalizeCall(record)).toThrow(MalformedRecordError);
  }
});

describe.skipIf(!present)('of recorded attacks', () => {
  test.each(present ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [])('%s', (name) => {
    expectSame(JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as JsonObject[]);
  });
});
