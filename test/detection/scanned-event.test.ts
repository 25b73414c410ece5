import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MalformedRecordError } from '../../src/cloudtrail/malformed-record-error.ts';
import { normalizeRecord } from '../../src/cloudtrail/normalize.ts';
import { RecordScanner } from '../../src/cloudtrail/scan/record-scanner.ts';
import { detectionEventOf } from '../../src/detection/detection-event.ts';
import { aboutFields, AboutReader } from '../../src/detection/alerts/alert-about.ts';
import { createFieldTable, eventFields } from '../../src/detection/fields/document-fields.ts';
import { ScannedEvent } from '../../src/detection/fields/scanned-event.ts';
import { WordSearch } from '../../src/detection/witness/word-search.ts';
import type { JsonObject, JsonValue } from '../../src/model/json.ts';
import type { Rule } from '../../src/model/rule.ts';
import { parseJson } from '../../src/model/parse-json.ts';
import { choicesOf, written } from './json-variants.ts';

/** Every field that has a way of its own, some that have none, and some that are not there. */
const paths = [
  ...'event.action event.provider event.outcome event.id event.kind event.dataset event.category event.type'.split(' '),
  ...'data_stream.dataset cloud.provider cloud.region cloud.account.id cloud.service.name source.address'.split(' '),
  ...'source.ip source.as.number source.geo.country_name user_agent.original user_agent.name user.id user.name'.split(
    ' ',
  ),
  ...'user.email user.target.name related.user related.hosts related.entity entity.target.id service.name no.such.field'.split(
    ' ',
  ),
  ...'tls.client.server_name tls.version tls.curve trailhound.user.name trailhound.user.target.name trailhound.user.changes.name'.split(
    ' ',
  ),
  ...'trailhound.opened_to_internet trailhound.shared_with trailhound.policy.lets_in trailhound.policy.unreadable'.split(
    ' ',
  ),
  ...[
    ...'addendum.original_event_id error_code error_message recipient_account_id session_credential_from_console resources.arn'.split(
      ' ',
    ),
    ...'console_login.additional_eventdata.mfa_used console_login.additional_eventdata.login_to'.split(' '),
    ...'resources.account_id resources.type request_parameters response_elements additional_eventdata'.split(' '),
    ...'service_event_details flattened.request_parameters.userName flattened.request_parameters.a.b'.split(' '),
    ...'flattened.response_elements.userName flattened.additional_eventdata.a user_identity.type'.split(' '),
    ...'user_identity.arn user_identity.access_key_id user_identity.invoked_by user_identity.in_scope_of.source_arn'.split(
      ' ',
    ),
    ...'user_identity.session_context.session_issuer.arn user_identity.session_context.mfa_authenticated'.split(' '),
  ].map((name) => `aws.cloudtrail.${name}`),
];

const text = fc.oneof(
  fc.constantFrom(
    '',
    '-',
    'none',
    'x',
    'AssumedRole',
    'IAMUser',
    'AWSService',
    'IdentityCenterUser',
    'Unknown',
    'FederatedUser',
    '10.0.0.1',
    '::1',
    'alice@example.com',
  ),
  fc.constantFrom(
    'Boto3/1.34',
    'a"b\\c/d',
    'ä€\u{1F600}',
    'line\nbreak',
    'arn:aws:sts::1:assumed-role/r/s@t',
    '\ud800',
  ),
  fc.string({ maxLength: 12 }),
);
/** Stands for an integer that no double has all digits of: JavaScript cannot write one. */
const longInteger = '@long';
const scalar = fc.oneof({ weight: 4, arbitrary: text }, fc.constantFrom(null, true, false, 0, 1.5, 1e21, longInteger));
const anything: fc.Arbitrary<JsonValue> = fc.oneof(
  { weight: 5, arbitrary: scalar },
  fc.array(scalar, { maxLength: 3 }),
  fc.dictionary(fc.constantFrom('userName', 'a', 'a.b', 'arn', 'type', '__proto__'), scalar, { maxKeys: 3 }),
);
const parameters = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.dictionary(
      fc.constantFrom(
        'userName',
        'a',
        'groupName',
        'roleName',
        'arn.name',
        'keyId',
        'ConsoleLogin',
        'UserName',
        'MFAUsed',
        'LoginTo',
      ),
      anything,
    ),
  },
  anything,
);
const issuer = fc.oneof(
  { weight: 5, arbitrary: fc.record({ arn: text, userName: text }, { requiredKeys: [] }) },
  anything,
);
const context = fc.oneof(
  { weight: 5, arbitrary: fc.record({ sessionIssuer: issuer, attributes: parameters }, { requiredKeys: [] }) },
  anything,
);
const identityTypes = fc.constantFrom(
  'AssumedRole',
  'IAMUser',
  'AWSService',
  'IdentityCenterUser',
  'Unknown',
  'FederatedUser',
);
const identity = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record(
      {
        type: fc.oneof({ weight: 4, arbitrary: identityTypes }, text),
        arn: scalar,
        accountId: scalar,
        accessKeyId: scalar,
        principalId: text,
        userName: text,
        invokedBy: scalar,
        sessionContext: context,
        inScopeOf: anything,
        onBehalfOf: fc.oneof(fc.record({ userId: text }), anything),
      },
      { requiredKeys: [] },
    ),
  },
  anything,
);
const records = fc.record(
  {
    eventTime: fc.constantFrom(
      ...Array.from({ length: 4 }, (_, index) => `2026-07-0${index + 1}T09:17:43Z`),
      '2026-02-31T09:17:43Z',
      '2026-07-31T09:17:43.123Z',
      '20260704T091743Z',
      '',
    ),
    eventName: fc.constantFrom(
      'ConsoleLogin',
      'CreateUser',
      'UserAuthentication',
      'GetObject',
      'AssumeRole',
      '-',
      'none',
      'Größe',
    ),
    eventID: fc.constantFrom('e1-e2-e3', 'e4-e5-e6', 'e7-e8-e9', '', 'Ñandú'),
    eventSource: fc.constantFrom('iam.amazonaws.com', 'signin.amazonaws.com', ''),
    awsRegion: scalar,
    sourceIPAddress: scalar,
    userAgent: scalar,
    userIdentity: identity,
    requestParameters: parameters,
    responseElements: parameters,
    additionalEventData: parameters,
    serviceEventDetails: anything,
    errorCode: anything,
    errorMessage: scalar,
    recipientAccountId: scalar,
    accountId: scalar,
    resources: fc.oneof(
      anything,
      fc.record({ ARN: text, accountId: text }),
      fc.array(fc.record({ ARN: text, accountId: text }), { maxLength: 2 }),
    ),
    sessionCredentialFromConsole: scalar,
    addendum: fc.oneof(fc.record({ originalEventID: text }), anything),
    tlsDetails: fc.oneof(
      fc.record({ clientProvidedHostHeader: fc.oneof(scalar, fc.constantFrom('NA', 'null')), keyExchange: scalar }),
      anything,
    ),
  },
  { requiredKeys: ['eventTime', 'eventName', 'eventID'] },
);

function normalized(json: string): JsonObject | null {
  try {
    return normalizeRecord(parseJson(json) as JsonObject);
  } catch (error) {
    if (error instanceof MalformedRecordError) return null;
    throw error;
  }
}

const ruleOfFields = { investigationFields: ['aws.cloudtrail.error_code', 'user.email'] } as unknown as Rule; // all that is read of it

describe('a scanned record', () => {
  const choices = fc.array(fc.nat(1000), { minLength: 1, maxLength: 400 });
  const words = new WordSearch(['', 'x', 'user', 'ali', 'role', '10.', 'boto3', 'f', 'de']);

  test('has the same fields as the document that is made of it, and the same words in them, however its JSON is written', () => {
    let scanned = 0;
    fc.assert(
      fc.property(records, choices, (record, numbers) => {
        const json = written(record, choicesOf(numbers)).replaceAll(`"${longInteger}"`, '12345678901234567890');
        const document = normalized(json);
        const table = createFieldTable();
        const event = new ScannedEvent(table);
        const scanner = new RecordScanner({
          record: (found) => {
            scanned += 1;
            expect(document).not.toBeNull();
            event.take(found);
            const whole = eventFields(document ?? {}, table);
            for (const path of paths) {
              const slot = table.slotOf(path);
              const found = event.fields.search?.(slot, words);
              expect([path, found]).toEqual([path, expect.arrayContaining([...words.inValues(whole.values(slot))])]);
            }
            for (const path of paths) {
              expect([path, event.fields.values(table.slotOf(path))]).toEqual([path, whole.values(table.slotOf(path))]);
            }
            const { ref, eventTime, eventTimeMs } = detectionEventOf(document ?? {}, whole);
            expect({ ref: event.ref, time: event.eventTime, ms: event.eventTimeMs }).toEqual({
              ref,
              time: eventTime,
              ms: eventTimeMs,
            });
            expect(event.fields.paths()).toEqual(whole.paths());
            const about = new AboutReader(table);
            const told = JSON.stringify(aboutFields(about.read(whole, ruleOfFields)));
            expect(about.texts(event.fields)(ruleOfFields)).toBe(told);
            expect(about.texts(whole)(ruleOfFields)).toBe(told);
          },
          other: () => undefined,
        });
        const bytes = Buffer.from(json);
        bytes.copy(scanner.reserve(bytes.length));
        expect(scanner.advance(bytes.length)).toBeNull();
        expect(scanner.finish()).toBeNull();
      }),
      { numRuns: 5000 },
    );
    expect(scanned).toBeGreaterThan(300);
  });
});
