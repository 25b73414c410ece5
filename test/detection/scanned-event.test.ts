import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MalformedRecordError } from '../../src/cloudtrail/malformed-record-error.ts';
import { normalizeRecord } from '../../src/cloudtrail/normalize.ts';
import { RecordScanner } from '../../src/cloudtrail/scan/record-scanner.ts';
import { detectionEventOf } from '../../src/detection/detection-event.ts';
import { createFieldTable, eventFields } from '../../src/detection/document-fields.ts';
import { ScannedEvent } from '../../src/detection/scanned-event.ts';
import type { JsonObject, JsonValue } from '../../src/model/json.ts';

/** Every field that has a way of its own, some that have none, and some that are not there. */
const paths = [
  ...['event.action', 'event.provider', 'event.outcome', 'event.id', 'event.kind', 'event.dataset', 'event.category'],
  ...['event.type', 'data_stream.dataset', 'cloud.provider', 'cloud.region', 'cloud.account.id', 'cloud.service.name'],
  ...['source.address', 'source.ip', 'user_agent.original', 'user_agent.name', 'tls.client.server_name'],
  ...[
    'user.id',
    'user.name',
    'user.email',
    'user.target.name',
    'related.user',
    'service.name',
    'no.such.field',
    'source.as.number',
    'source.geo.country_name',
    'related.entity',
    'entity.target.id',
  ],
  ...[
    'error_code',
    'error_message',
    'recipient_account_id',
    'session_credential_from_console',
    'resources.arn',
    'resources.account_id',
    'resources.type',
  ]
    .concat(
      ['type', 'arn', 'access_key_id', 'invoked_by', 'session_context.session_issuer.arn'].map(
        (name) => `user_identity.${name}`,
      ),
    )
    .concat(['session_context.mfa_authenticated', 'in_scope_of.source_arn'].map((name) => `user_identity.${name}`))
    .concat(['request_parameters', 'response_elements', 'additional_eventdata', 'service_event_details'])
    .concat(
      ['request_parameters.userName', 'request_parameters.a.b', 'response_elements.userName'].map(
        (name) => `flattened.${name}`,
      ),
    )
    .map((name) => `aws.cloudtrail.${name}`),
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
    'Root',
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
const scalar = fc.oneof({ weight: 4, arbitrary: text }, fc.constantFrom(null, true, false, 0, 1.5, 1e21));
const anything: fc.Arbitrary<JsonValue> = fc.oneof(
  { weight: 5, arbitrary: scalar },
  fc.array(scalar, { maxLength: 3 }),
  fc.dictionary(fc.constantFrom('userName', 'a', 'a.b', 'arn', 'type', '__proto__'), scalar, { maxKeys: 3 }),
);
const parameters = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.dictionary(fc.constantFrom('userName', 'a', 'groupName', 'ConsoleLogin', 'UserName'), anything),
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
const identity = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record(
      {
        type: text,
        arn: scalar,
        accountId: scalar,
        accessKeyId: scalar,
        principalId: text,
        userName: text,
        invokedBy: scalar,
        sessionContext: context,
        inScopeOf: anything,
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
    resources: fc.oneof(anything, fc.array(fc.record({ ARN: text, accountId: text }), { maxLength: 2 })),
    sessionCredentialFromConsole: scalar,
    tlsDetails: fc.oneof(fc.record({ clientProvidedHostHeader: scalar }), anything),
  },
  { requiredKeys: ['eventTime', 'eventName', 'eventID'] },
);

/** Numbers that decide, one after the other, how a value is written. */
interface Choices {
  next(): number;
}

/** The value as JSON, with space, escapes and repeated keys where the choices say so. */
function written(value: unknown, choices: Choices): string {
  const space = (): string => ['', '', '', ' ', '\n', '\t\r\n '][choices.next() % 6] ?? '';
  if (typeof value === 'string') return writtenText(value, choices);
  if (Array.isArray(value))
    return `[${value.map((one) => space() + written(one, choices) + space()).join(',')}${space()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).flatMap(([key, child]) => {
    const member = (json: string): string =>
      `${space()}${writtenText(key, choices)}${space()}:${space()}${json}${space()}`;
    const repeated = ['"earlier"', '{"arn":"earlier"}', '[1]'][choices.next() % 60];
    // Of a key that comes twice, the last value counts.
    return [...(repeated === undefined ? [] : [member(repeated)]), member(written(child, choices))];
  });
  return `{${members.join(',')}${space()}}`;
}

function writtenText(value: string, choices: Choices): string {
  if (choices.next() % 12 !== 0) return JSON.stringify(value);
  const characters = Array.from({ length: value.length }, (_, index) => {
    const unit = value.charCodeAt(index);
    const escape = `\\u${unit.toString(16).padStart(4, '0')}`;
    if (choices.next() % 8 === 0) return escape;
    if (value.charAt(index) === '/' && choices.next() % 2 === 0) return '\\/';
    return unit < 0x20 || unit === 0x22 || unit === 0x5c || (unit >= 0xd800 && unit <= 0xdfff)
      ? escape
      : value.charAt(index);
  });
  return `"${characters.join('')}"`;
}

function choicesOf(numbers: readonly number[]): Choices {
  let index = 0;
  return { next: () => numbers[index++ % Math.max(1, numbers.length)] ?? 0 };
}

function normalized(json: string): JsonObject | null {
  try {
    return normalizeRecord(JSON.parse(json) as JsonObject);
  } catch (error) {
    if (error instanceof MalformedRecordError) return null;
    throw error;
  }
}

describe('a scanned record', () => {
  const choices = fc.array(fc.nat(1000), { minLength: 1, maxLength: 400 });

  test('has the same fields as the document that is made of it, however its JSON is written', () => {
    let scanned = 0;
    fc.assert(
      fc.property(records, choices, (record, numbers) => {
        const json = written(record, choicesOf(numbers));
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
              expect([path, event.fields.values(table.slotOf(path))]).toEqual([path, whole.values(table.slotOf(path))]);
            }
            const { ref, eventTime, eventTimeMs } = detectionEventOf(document ?? {}, whole);
            expect({ ref: event.ref, time: event.eventTime, ms: event.eventTimeMs }).toEqual({
              ref,
              time: eventTime,
              ms: eventTimeMs,
            });
            expect(event.fields.paths()).toEqual(whole.paths());
          },
          other: () => undefined,
        });
        const bytes = Buffer.from(json);
        bytes.copy(scanner.reserve(bytes.length));
        expect(scanner.advance(bytes.length)).toBeNull();
        expect(scanner.finish()).toBeNull();
      }),
      { numRuns: 3000 },
    );
    expect(scanned).toBeGreaterThan(300);
  });
});
