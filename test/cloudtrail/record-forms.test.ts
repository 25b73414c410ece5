import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ecsEventOf } from '../../src/cloudtrail/ecs-event.ts';
import { enrichSource } from '../../src/cloudtrail/enrich.ts';
import { MalformedRecordError } from '../../src/cloudtrail/malformed-record-error.ts';
import { recordsIn } from '../../src/cloudtrail/record-forms.ts';
import { detectionEventOf } from '../../src/detection/detection-event.ts';
import { createFieldTable, eventFields } from '../../src/detection/fields/document-fields.ts';
import type { JsonValue } from '../../src/model/json.ts';

const record = {
  eventTime: '2026-01-02T03:04:05Z',
  eventName: 'CreateUser',
  eventSource: 'iam.amazonaws.com',
  eventID: 'a',
};

function eventsIn(value: JsonValue) {
  return recordsIn(value).map((found) => {
    if (found instanceof MalformedRecordError) return found.problem;
    return found.kind === 'other' ? found.form : ecsEventOf(found);
  });
}

describe('whatever form records come in', () => {
  it.each<[string, JsonValue]>([
    ['by themselves', record],
    ['in a trail file', { Records: [record] }],
    ['as LookupEvents gives them', { Events: [{ EventId: 'a', CloudTrailEvent: JSON.stringify(record) }] }],
    ['as one looked-up event', { CloudTrailEvent: JSON.stringify(record) }],
    ['in lists of lists', [[record]]],
    ['in an EventBridge envelope', { source: 'aws.iam', detail: record }],
  ])('they are found: %s', (_name, value) => {
    expect(eventsIn(value)).toMatchObject([{ event: { id: 'a', action: 'CreateUser', dataset: 'aws.cloudtrail' } }]);
  });

  it('documents in ECS are taken as they are, nested or dotted, with their enrichment', () => {
    const nested = {
      '@timestamp': '2026-01-02T03:04:05.678Z',
      ecs: { version: '8.11.0' },
      event: { id: 'a', action: 'x' },
      aws: { cloudtrail: { error_code: 'y' } },
      source: { as: { organization: { name: 'Z' } } },
    };
    const dotted = {
      '@timestamp': ['2026-01-02T03:04:05.678Z'],
      'event.dataset': ['aws.cloudtrail'],
      'event.id': ['a'],
      'event.action': ['x'],
      'source.as.organization.name': 'Z',
    };
    const table = createFieldTable();
    for (const value of [nested, dotted, { _source: nested }, { hits: { hits: [{ _source: dotted }] } }]) {
      const [document] = eventsIn(value);
      if (typeof document !== 'object') throw new Error(document);
      const fields = eventFields(document, table);
      expect(fields.values(table.slotOf('data_stream.dataset'))).toEqual(['aws.cloudtrail']);
      expect(fields.values(table.slotOf('source.as.organization.name'))).toEqual(['Z']);
      expect(detectionEventOf(document, fields)).toMatchObject({
        ref: { eventId: 'a' },
        eventTimeMs: 1_767_323_045_678,
      });
    }
  });

  it('what is no record is handed on as malformed, and does not stop the others', () => {
    expect(eventsIn([record, 7, { CloudTrailEvent: '{' }, null])).toMatchObject([
      { event: { id: 'a' } },
      'it is no JSON object',
      'its CloudTrailEvent is no valid JSON',
      'it is no JSON object',
    ]);
  });

  it('an event without an ID is the same event when it comes again, and no other', () => {
    const { eventID: _id, ...old } = record;
    function refOf(value: JsonValue) {
      const [document] = eventsIn(value);
      if (typeof document !== 'object') throw new Error(document);
      return detectionEventOf(document, eventFields(document, createFieldTable())).ref.eventId;
    }
    expect(refOf(old)).toBe(refOf({ ...old }));
    expect(refOf(old)).not.toBe(refOf({ ...old, eventName: 'DeleteUser' }));
  });

  it('no value at any place makes the normaliser fail in another way than by refusing the record', () => {
    const keys = [
      'userIdentity',
      'requestParameters',
      'responseElements',
      'resources',
      'additionalEventData',
      'tlsDetails',
      'addendum',
      'sourceIPAddress',
      'userAgent',
      'errorCode',
      'awsRegion',
      'insightDetails',
      'sharedEventID',
      'eventName',
      'eventTime',
      'eventID',
      'eventSource',
    ];
    const inner = [
      'type',
      'arn',
      'userName',
      'accountId',
      'sessionContext',
      'sessionIssuer',
      'attributes',
      'creationDate',
      'onBehalfOf',
      'ARN',
      'user',
      'group',
      'MFAUsed',
      'tlsVersion',
    ];
    const value = fc.letrec<{ value: JsonValue }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        fc.constantFrom<JsonValue>(
          null,
          '',
          '-',
          'none',
          'AssumedRole',
          'IdentityCenterUser',
          'arn:aws:sts::1:assumed-role/a/b@c',
          '1.2.3.4',
          '::',
          0,
          -0.5,
          1e300,
          true,
          [],
          {},
        ),
        fc.string(),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom(...inner, '__proto__', 'a'), tie('value'), { maxKeys: 4 }),
      ),
    })).value;
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...keys), value), (fields) => {
        for (const found of recordsIn({ ...record, ...fields })) {
          if (found instanceof MalformedRecordError || found.kind === 'other') continue;
          try {
            expect(ecsEventOf(found)).toHaveProperty('event.kind', 'event');
          } catch (error) {
            expect(error).toBeInstanceOf(MalformedRecordError);
          }
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('enrichment', () => {
  const document = { source: { ip: '192.0.2.1', geo: { country_iso_code: 'DE' } } };

  it('adds what a database knows of the source address, and keeps what is there', () => {
    const enriched = enrichSource(document, () => ({ geo: { country_iso_code: 'SE' }, as: { number: 1 } }));
    expect(enriched).toEqual({ source: { ip: '192.0.2.1', geo: { country_iso_code: 'DE' }, as: { number: 1 } } });
  });

  it('leaves an event without an address as it is', () => {
    expect(enrichSource({ source: { address: 'ec2.amazonaws.com' } }, () => ({ as: { number: 1 } }))).toEqual({
      source: { address: 'ec2.amazonaws.com' },
    });
  });
});
