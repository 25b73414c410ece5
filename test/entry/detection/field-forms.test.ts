import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { packTar } from 'modern-tar';
import { describe, expect, test } from 'vitest';
import { notReadWhole } from '../../../src/entry/cli/exit-codes.ts';
import { loadRules } from '../../../src/entry/detection/load-rules.ts';
import type { JsonObject, JsonValue } from '../../../src/model/json.ts';
import { detectedInput } from './detected-input.ts';

function record(number: number, more: JsonObject = {}): JsonObject {
  return {
    eventVersion: '1.11',
    userIdentity: { type: 'IAMUser', userName: 'ana', accountId: '111122223333', principalId: 'AIDA1' },
    eventTime: '2026-03-01T10:00:00Z',
    eventSource: 'iam.amazonaws.com',
    eventName: 'CreateAccessKey',
    awsRegion: 'us-east-1',
    sourceIPAddress: '203.0.113.10',
    eventID: `e-${number}`,
    recipientAccountId: '111122223333',
    ...more,
  };
}

const one = record(1);
const two = record(2);

function text(value: JsonValue): string {
  return JSON.stringify(value);
}

function base64(value: JsonValue): string {
  return Buffer.from(text(value)).toString('base64');
}

function packed(bytes: string | Buffer): string {
  return Buffer.from(bytes).toString('base64');
}

function lines(...values: readonly JsonValue[]): string {
  return values.map((value) => text(value)).join('\n');
}

function csv(...rows: readonly (readonly string[])[]): string {
  return rows.map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')).join('\n');
}

function logEvents(...messages: readonly string[]): JsonObject {
  return {
    messageType: 'DATA_MESSAGE',
    owner: '111122223333',
    logGroup: 'CloudTrail',
    logEvents: messages.map((message, index) => ({ id: String(index), timestamp: 1, message })),
  };
}

function utf16be(value: string): Buffer {
  return Buffer.from(value, 'utf16le').swap16();
}

/** A tar archive of files; of folders where a name ends in a slash. */
function tar(files: Readonly<Record<string, string | Buffer>>): Promise<Uint8Array> {
  return packTar(
    Object.entries(files).map(([name, content]) => ({
      header: {
        name,
        size: Buffer.byteLength(content),
        type: name.endsWith('/') ? ('directory' as const) : ('file' as const),
      },
      body: content,
    })),
  );
}

const rule = `[rule]
name = "t"
description = "x"
rule_id = "r"
risk_score = 21
severity = "low"
type = "query"
query = "event.action: CreateAccessKey and related.user: ana"
`;

interface Judged {
  readonly alerts: number;
  readonly exitCode: number;
  readonly told: readonly string[];
}

async function judged(content: string | Uint8Array, name = 'in.json'): Promise<Judged> {
  const folder = mkdtempSync(join(tmpdir(), 'forms-'));
  const [path, ruleFile] = [join(folder, name), join(folder, 'rule.toml')];
  writeFileSync(path, content);
  writeFileSync(ruleFile, rule);
  const rules = loadRules({ rules: [ruleFile] });
  const { alerts, exitCode, told } = await detectedInput(path, rules);
  rmSync(folder, { recursive: true });
  return { alerts: alerts.length, exitCode, told: told.map((line) => line.replaceAll(path, 'it')) };
}

const ecs = {
  '@timestamp': '2026-03-01T10:00:00.000Z',
  ecs: { version: '8.11.0' },
  event: { dataset: 'aws.cloudtrail', action: 'CreateAccessKey', id: 'e-1', outcome: 'success' },
  related: { user: ['ana'] },
};
const raw = text(one);

/** How many alerts there are, decided before it was run; each record makes one. */
const read: readonly (readonly [form: string, content: string | Uint8Array, alerts: number])[] = [
  [
    'a function’s event of CloudWatch Logs',
    text({ awslogs: { data: gzipSync(text(logEvents(raw, text(two)))).toString('base64') } }),
    2,
  ],
  ['a subscription', text(logEvents(raw, text(two))), 2],
  ['subscriptions one behind the other, as Firehose writes them', text(logEvents(raw)) + text(logEvents(text(two))), 2],
  ['the same, packed', gzipSync(text(logEvents(raw)) + text(logEvents(text(two)))), 2],
  [
    'filter-log-events',
    text({ events: [{ logStreamName: 's', timestamp: 1, message: raw, eventId: '3' }], searchedLogStreams: [] }),
    1,
  ],
  ['get-log-events', text({ events: [{ timestamp: 1, message: raw }], nextForwardToken: 'f/3' }), 1],
  [
    'tail',
    `2026-03-01T10:00:00.000000+00:00 111_CloudTrail_us-east-1 ${raw}\n2026-03-01T10:00:01.000000+00:00 s ${text(two)}\n`,
    2,
  ],
  [
    'SQS around SNS around a record',
    text({ Messages: [{ MessageId: 'm', Body: text({ Type: 'Notification', Message: raw }) }] }),
    1,
  ],
  [
    'SQS around SNS around EventBridge',
    text({
      Messages: [
        {
          Body: text({
            Type: 'Notification',
            Message: text({ 'detail-type': 'AWS API Call via CloudTrail', detail: one }),
          }),
        },
      ],
    }),
    1,
  ],
  [
    'EventBridge',
    text({ version: '0', id: 'x', 'detail-type': 'AWS API Call via CloudTrail', source: 'aws.iam', detail: one }),
    1,
  ],
  [
    'EventBridge with its detail as text',
    text({ 'detail-type': 'AWS API Call via CloudTrail', Detail: raw, detail: raw }),
    1,
  ],
  ['EventBridge one a line', lines({ 'detail-type': 'x', detail: one }, { 'detail-type': 'x', detail: two }), 2],
  [
    'a batch of SQS for a function',
    text({
      Records: [
        { messageId: 'm', eventSource: 'aws:sqs', body: raw },
        { messageId: 'n', eventSource: 'aws:sqs', body: text(two) },
      ],
    }),
    2,
  ],
  ['a batch of SNS for a function', text({ Records: [{ EventSource: 'aws:sns', Sns: { Message: raw } }] }), 1],
  [
    'a batch of Kinesis for a function',
    text({
      Records: [
        { eventSource: 'aws:kinesis', kinesis: { data: base64(one) } },
        { eventSource: 'aws:kinesis', kinesis: { data: base64(two) } },
      ],
    }),
    2,
  ],
  ['a batch of Firehose', text({ invocationId: 'i', records: [{ recordId: 'r', data: base64(one) }] }), 1],
  [
    'a batch of Kafka for a function',
    text({ eventSource: 'aws:kafka', records: { 'trail-0': [{ topic: 'trail', value: base64(one) }] } }),
    1,
  ],
  ['texts of records', text([raw, text(two)]), 2],
  ['texts of records on one line, as --output text prints them', `${raw}\t${text(two)}\n`, 2],
  ['the text of one record', text(raw), 1],
  [
    'rows of IDs and records',
    text([
      ['e-1', raw],
      ['e-2', text(two)],
    ]),
    2,
  ],
  ['LookupEvents', text({ Events: [{ EventId: 'e-1', EventName: 'CreateAccessKey', CloudTrailEvent: raw }] }), 1],
  ['LookupEvents’ items alone', text([{ EventId: 'e-1', CloudTrailEvent: raw }]), 1],
  [
    'CloudTrail Lake',
    text({ QueryStatus: 'FINISHED', QueryResultRows: [[{ eventJson: raw }], [{ eventJson: text(two) }]] }),
    2,
  ],
  [
    'CloudTrail Lake with columns beside',
    text({ QueryResultRows: [[{ eventName: 'CreateAccessKey' }, { eventJson: raw }]] }),
    1,
  ],
  ['CloudTrail Lake in CSV', csv(['eventID', 'eventJson'], ['e-1', raw], ['e-2', text(two)]), 2],
  ['a trail’s file', text({ Records: [one, two] }), 2],
  ['a trail’s file, laid out', JSON.stringify({ Records: [one, two] }, null, 2), 2],
  [
    'Splunk, one a line',
    lines(
      { preview: false, offset: 0, result: { _raw: raw, sourcetype: 'aws:cloudtrail' } },
      { preview: false, lastrow: true, result: { _raw: text(two) } },
    ),
    2,
  ],
  ['Splunk, all in one', text({ preview: false, results: [{ _raw: raw }, { _raw: text(two) }] }), 2],
  ['Splunk in CSV', csv(['_time', 'host', '_raw'], ['1', 'h', raw], ['2', 'h', text(two)]), 2],
  ['Splunk’s collector', text({ time: 1, sourcetype: 'aws:cloudtrail', event: one }), 1],
  ['Splunk’s collector, as text', text({ time: 1, event: raw }), 1],
  [
    'Wazuh’s alerts',
    text({ rule: { id: '80202' }, data: { integration: 'aws', aws: { ...one, source: 'cloudtrail' } } }),
    1,
  ],
  [
    'Wazuh’s archive',
    text({
      timestamp: '2026',
      full_log: text({ integration: 'aws', aws: { ...one, source: 'cloudtrail' } }),
      data: {},
    }),
    1,
  ],
  ['Elasticsearch', text({ hits: { total: { value: 1 }, hits: [{ _index: 'i', _source: ecs }] } }), 1],
  [
    'Elasticsearch’s documents one a line',
    lines({ _index: 'i', _source: ecs }, { _index: 'i', _source: { ...ecs, event: { ...ecs.event, id: 'e-2' } } }),
    2,
  ],
  ['a bulk request', lines({ index: { _index: 'logs' } }, ecs), 1],
  [
    'Filebeat before its pipeline',
    text({
      '@timestamp': '2026-03-01T10:05:00.000Z',
      ecs: { version: '8.0.0' },
      event: { dataset: 'aws.cloudtrail', module: 'aws' },
      message: raw,
    }),
    1,
  ],
  [
    'Filebeat before its pipeline, with the record as original',
    text({
      '@timestamp': '2026-03-01T10:05:00.000Z',
      'ecs.version': '8.0.0',
      event: { dataset: 'aws.cloudtrail', original: raw },
    }),
    1,
  ],
  [
    'Elastic Agent before its pipeline, in hits',
    text({
      hits: {
        hits: [
          {
            _source: {
              '@timestamp': '2026-03-01T10:05:00.000Z',
              data_stream: { dataset: 'aws.cloudtrail' },
              ecs: { version: '8.0.0' },
              message: raw,
            },
          },
        ],
      },
    }),
    1,
  ],
  ['Logstash', text({ '@version': '1', '@timestamp': '2026-03-01T10:05:00.000Z', message: raw }), 1],
  [
    'Datadog’s answer',
    text({ data: [{ id: 'x', type: 'log', attributes: { service: 'cloudtrail', attributes: one } }], meta: {} }),
    1,
  ],
  [
    'Datadog’s archive',
    lines({ _id: 'x', date: '2026', service: 'cloudtrail', source: 'cloudtrail', attributes: one }),
    1,
  ],
  [
    'Panther',
    lines({
      ...one,
      p_log_type: 'AWS.CloudTrail',
      p_event_time: '2026-03-01 10:00:00',
      p_any_ip_addresses: ['203.0.113.10'],
    }),
    1,
  ],
  ['Sumo Logic', text({ fields: [{ name: '_raw' }], messages: [{ map: { _raw: raw, _sourcecategory: 'aws' } }] }), 1],
  ['Graylog', text({ version: '1.1', host: 'h', short_message: 'x', full_message: raw }), 1],
  ['Vector', text({ message: raw, source_type: 'aws_s3', timestamp: '2026' }), 1],
  ['Fluent Bit', text({ date: 1, log: raw }), 1],
  [
    'Loki',
    text({
      status: 'success',
      data: {
        result: [
          {
            stream: {},
            values: [
              ['1', raw],
              ['2', text(two)],
            ],
          },
        ],
      },
    }),
    2,
  ],
  ['syslog', `<134>1 2026-03-01T10:00:00Z host app - - - ${raw}\n`, 1],
  ['OCSF with the record beside', lines({ class_uid: 6003, metadata: { version: '1.1.0' }, raw_data: raw }), 1],
  [
    'UTF-16 with a mark',
    Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text({ Records: [one] }), 'utf16le')]),
    1,
  ],
  ['UTF-16 the other way round', Buffer.concat([Buffer.from([0xfe, 0xff]), utf16be(text({ Records: [one] }))]), 1],
  ['UTF-16 without a mark', Buffer.from(text({ Records: [one] }), 'utf16le'), 1],
  [
    'UTF-16 of CSV',
    Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(csv(['eventID', 'eventJson'], ['e-1', raw]), 'utf16le')]),
    1,
  ],
  ['a mark of UTF-8', `\uFEFF${lines(one, two)}`, 2],
  ['a mark before each file that was joined', `\uFEFF${text(one)}\n\uFEFF${text(two)}\n`, 2],
  ['carriage returns', lines(one, two).replaceAll('\n', '\r\n'), 2],
  ['old line ends', lines(one, two).replaceAll('\n', '\r'), 2],
  ['a list over lists', text([[one], [[two]]]), 2],
  ['GuardDuty beside records', text([{ schemaVersion: '2.0', type: 'x', severity: 5, service: {} }, one]), 1],
  ['the same event twice', lines(one, one), 1],
  ['values that run together', raw + text(two), 2],
  ['texts that run together', text(raw) + text(text(two)), 2],
  ['texts with a space between', `${text(raw)} ${text(text(two))}`, 2],
  ['lines in a text', text({ message: `${lines(one, two)}\n` }), 2],
  ['lines in base64', text({ records: [{ recordId: 'r', data: packed(lines(one, two)) }] }), 2],
  ['lines in gzip of Kinesis', text({ Records: [{ kinesis: { data: packed(gzipSync(raw + text(two))) } }] }), 2],
  ['lines that S3 Select gave', text({ Payload: [{ Records: { Payload: lines(one, two) } }, { Stats: {} }] }), 2],
  ['rows of S3 Select', lines({ _1: one }, { _1: two }), 2],
  ['base64 in base64 under fields that nobody knows', text({ foo: base64({ bar: base64(one) }) }), 1],
  ['base64 of base64', text({ foo: packed(packed(base64(one))) }), 1],
  ['base64 of base64 under a known field', text({ data: packed(base64(one)) }), 1],
  ['gzip of base64 in base64', text({ foo: packed(gzipSync(base64(one))) }), 1],
  ['zlib in base64', text({ foo: packed(deflateSync(raw)) }), 1],
  ['Zstandard in base64', text({ foo: packed(zstdCompressSync(raw)) }), 1],
  ['base64 with a mark of UTF-8', text({ foo: packed(`\uFEFF${raw}`) }), 1],
  ['base64 behind a space', text({ foo: packed(`  ${raw}`) }), 1],
  ['base64 over lines', text({ foo: base64(one).replaceAll(/.{60}/g, '$&\n') }), 1],
  ['a data URL', text({ foo: `data:application/json;base64,${base64(one)}` }), 1],
  ['JSON as a URL has it', text({ foo: encodeURIComponent(raw) }), 1],
  ['a file of base64', base64({ Records: [one, two] }).replaceAll(/.{76}/g, '$&\n'), 2],
  ['base64 one a line', `${base64(one)}\n${base64(two)}\n`, 2],
  ['a file of gzip in base64', packed(gzipSync(text({ Records: [one, two] }))), 2],
  ['the bytes of a text', text({ type: 'Buffer', data: [...Buffer.from(raw)] }), 1],
  ['a long field of journald', text({ MESSAGE: [...Buffer.from(raw)], _PID: '1' }), 1],
  ['a text before it in its field', text({ msg: `received event: ${raw}` }), 1],
  ['a fence around it', text({ text: `\`\`\`${raw}\`\`\`` }), 1],
  ['one record where a list is', text({ Records: one }), 1],
  ['a text where a list is', text({ Records: text([one, two]) }), 2],
  ['records by number where a list is', text({ Records: { 0: one, 1: two } }), 2],
  ['Zstandard in frames', Buffer.concat([zstdCompressSync(`${raw}\n`), zstdCompressSync(text(two))]), 2],
  [
    'Zstandard in frames, one to be skipped',
    Buffer.concat([Buffer.from('502a4d1803000000616263', 'hex'), zstdCompressSync(raw)]),
    1,
  ],
  ['gzip in members', Buffer.concat([gzipSync(`${raw}\n`), gzipSync(text(two))]), 2],
  ['a tar archive', await tar({ 'a.json': raw, 'b.json': text(two) }), 2],
  ['a packed tar archive', gzipSync(await tar({ 'a.json': raw, 'b.json.gz': gzipSync(text(two)) })), 2],
  ['a tar archive with other members', await tar({ 'c/': '', [`${'c/'.repeat(200)}a.json`]: raw, '._b': 'x' }), 1],
  ['PowerShell’s CSV', `#TYPE Event\n${csv(['EventId', 'CloudTrailEvent'], ['e-1', raw])}`, 1],
  [
    'a corrected copy with an ID of its own',
    lines(one, record(9, { addendum: { reason: 'UPDATED_DATA', originalEventID: 'e-1' } })),
    1,
  ],
  [
    'a corrected copy before what it corrects',
    lines(record(9, { addendum: { reason: 'UPDATED_DATA', originalEventID: 'e-1' } }), one),
    1,
  ],
  [
    'a corrected copy without its original',
    lines(record(9, { addendum: { reason: 'DELIVERY_DELAY', originalEventID: 'e-0' } })),
    1,
  ],
];

describe('records are judged in whatever they come', () => {
  test.each(read)('%s', async (form, content, alerts) => {
    const made = await judged(content);
    expect({ alerts: made.alerts, exitCode: made.exitCode }, form).toEqual({ alerts, exitCode: 0 });
    const isMixed = form.startsWith('GuardDuty');
    expect(made.told.length).toBe(isMixed ? 1 : 0);
  });
});

const columns = ['eventid', 'eventname', 'eventtime', 'useridentity'];
const ocsf = { class_uid: 6003, category_uid: 6, activity_id: 1, api: { operation: 'CreateAccessKey' } };

/** What holds no whole record: one sentence, which begins so, however many there are of it. */
const named: readonly (readonly [form: string, content: string | Buffer, sentence: RegExp])[] = [
  [
    'the console’s CSV',
    csv(
      ['Event name', 'Event time', 'User name', 'Event ID'],
      ['CreateAccessKey', 'x', 'ana', 'e-1'],
      ['CreateAccessKey', 'x', 'ana', 'e-2'],
    ),
    /the console's CSV/,
  ],
  ['the console’s CSV with semicolons', 'Event name;Event time;Event ID\nCreateAccessKey;x;e-1\n', /the console's CSV/],
  [
    'the console’s CSV in UTF-16',
    Buffer.concat([
      Buffer.from([0xff, 0xfe]),
      Buffer.from('Event name,Event time,Event ID\r\nCreateAccessKey,x,e-1\r\n', 'utf16le'),
    ]),
    /the console's CSV/,
  ],
  [
    'Athena’s CSV',
    csv(columns, ['e-1', 'CreateAccessKey', 'x', '{type=IAMUser}'], ['e-2', 'CreateAccessKey', 'x', '{type=IAMUser}']),
    /rows of a query/,
  ],
  [
    'CloudTrail Lake’s CSV',
    csv(['eventID', 'eventName', 'eventTime', 'userIdentity'], ['e-1', 'CreateAccessKey', 'x', '{type=IAMUser}']),
    /rows of a query/,
  ],
  [
    'CloudTrail Lake’s columns',
    text({ QueryResultRows: [[{ eventName: 'CreateAccessKey' }, { eventTime: '2026-03-01 10:00:00.000' }]] }),
    /rows of a query/,
  ],
  ...['1.0.0', '1.1.0', '1.2.0', '1.3.0', '1.4.0', '1.5.0', '1.6.0'].map(
    (version) =>
      [
        `OCSF ${version}`,
        lines(...[1, 2, 3].map(() => ({ ...ocsf, metadata: { version, product: { name: 'CloudTrail' } } }))),
        /an OCSF export/,
      ] as const,
  ),
  ['Security Lake', Buffer.concat([Buffer.from('PAR1'), Buffer.alloc(64, 1), Buffer.from('PAR1')]), /a Parquet file/],
  [
    'Splunk’s columns',
    text({
      results: [{ eventName: 'CreateAccessKey', 'userIdentity.type': 'IAMUser', 'userIdentity.userName': 'ana' }],
    }),
    /records flattened into columns/,
  ],
  [
    'a digest',
    text({ awsAccountId: '1', digestStartTime: 'x', digestEndTime: 'y', digestS3Bucket: 'b', logFiles: [] }),
    /CloudTrail digests/,
  ],
  [
    'GuardDuty',
    lines(
      { schemaVersion: '2.0', type: 'x', severity: 5, service: {} },
      { schemaVersion: '2.0', type: 'x', severity: 5, service: {} },
    ),
    /GuardDuty findings/,
  ],
  [
    'Security Hub',
    text({ Findings: [{ SchemaVersion: '2018-10-08', ProductArn: 'a', Severity: {} }] }),
    /findings of Security Hub/,
  ],
  [
    'S3’s notices in SQS',
    text({
      Messages: [
        { Body: text({ Records: [{ eventSource: 'aws:s3', eventName: 'ObjectCreated:Put', s3: { bucket: {} } }] }) },
      ],
    }),
    /notices that name files/,
  ],
  ['CloudTrail’s notices', text({ s3Bucket: 'b', s3ObjectKey: ['AWSLogs/x.json.gz'] }), /notices that name files/],
  ['AWS Config', text({ configurationItems: [{ resourceType: 'AWS::IAM::User' }] }), /items of AWS Config/],
  [
    'a control message',
    text({
      messageType: 'CONTROL_MESSAGE',
      logEvents: [{ message: 'CWL CONTROL MESSAGE: Checking health of destination Firehose.' }],
    }),
    /control messages/,
  ],
  ['YAML', 'Events:\n- EventId: e-1\n  EventName: CreateAccessKey\n', /YAML/],
  [
    'a table',
    '-----------------------------\n|        LookupEvents       |\n+---------------------------+\n',
    /a table/,
  ],
  [
    'LookupEvents without records',
    text({ Events: [{ EventId: 'e-1', EventName: 'CreateAccessKey' }] }),
    /items of LookupEvents/,
  ],
  ['a rule', text({ rule_id: 'r', query: 'x', risk_score: 1 }), /detection rules/],
  [
    'other events of EventBridge',
    text({ 'detail-type': 'EC2 Instance State-change Notification', detail: { state: 'running' } }),
    /EventBridge events of other kinds/,
  ],
  ['other JSON', text({ a: 1 }), /JSON of a form that is not known/],
  [
    'VPC flow logs',
    'version account-id interface-id srcaddr dstaddr\n2 111122223333 eni-1 10.0.0.1 10.0.0.2\n',
    /text that is no JSON/,
  ],
  ['S3’s error', '<?xml version="1.0"?>\n<Error><Code>AccessDenied</Code></Error>', /XML or HTML/],
  ['MongoDB’s export', lines({ ...one, eventTime: { $date: 'x' } }, { ...two, eventTime: { $date: 'x' } }), /MongoDB/],
  ['DynamoDB’s items', text({ Items: [{ eventName: { S: 'x' }, eventTime: { S: 'x' } }] }), /DynamoDB/],
  [
    'fields of Elasticsearch',
    text({ hits: { hits: [{ fields: { 'event.dataset': ['x'] } }] } }),
    /Elasticsearch's search/,
  ],
  [
    'ECS without its data set',
    text({ event: { action: 'x' }, aws: { cloudtrail: { event_version: '1' } } }),
    /_source/,
  ],
  ['Kibana’s CSV', csv(['@timestamp', 'event.dataset'], ['2026-03-01T10:00:00.000Z', 'aws.cloudtrail']), /flattened/],
  ['Sentinel’s CSV', 'TimeGenerated [UTC],EventName,UserIdentityType\nx,CreateAccessKey,IAMUser\n', /Sentinel/],
  ['columns in capitals', text({ EVENTNAME: 'CreateAccessKey', EVENTTIME: 'x' }), /rows of a query/],
  ['activity of others', text({ eventCategory: 'ActivityAuditLog', eventData: { eventName: 'x' } }), /other systems/],
  ['YAML of one item', '- EventId: e-1\n  EventName: CreateAccessKey\n', /YAML/],
  ['a table in a box', '+-----+-----+\n| a   | b   |\n+-----+-----+\n', /a table/],
  ['zlib by itself', deflateSync(raw), /packed in a way/],
  ['an empty archive', Buffer.from(`PK\x05\x06${'\0'.repeat(18)}`, 'latin1'), /nothing: it is empty/],
  ['nothing', '', /nothing: it is empty/],
  ['white space', ' \n\n', /nothing: it is empty/],
  ['Python’s words for a record', "{'eventName': 'CreateAccessKey', 'eventTime': '2026-03-01T10:00:00Z'}", /JSON/],
  ['xz', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0, 1]), /packed in a way/],
  ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d]), /binary data/],
];

describe('what is no CloudTrail record is named in one sentence', () => {
  test.each(named)('%s', async (_, content, sentence) => {
    const { alerts, exitCode, told } = await judged(content, 'in.json');
    expect({ alerts, exitCode, lines: told.length }).toEqual({ alerts: 0, exitCode: notReadWhole, lines: 1 });
    expect(told[0]).toMatch(sentence);
  });
});

test('a broken record among sound ones in one text is malformed, and the others are judged', async () => {
  const made = await judged(text({ message: `${raw}\n${raw.slice(0, -9)}\n${text(two)}` }));
  expect(made).toEqual({
    alerts: 2,
    exitCode: notReadWhole,
    told: ['it:1: record skipped: the text that holds it is no valid JSON'],
  });
});

describe('a tar archive that is not whole is named, and what stands before is judged', async () => {
  const whole = Buffer.from(await tar({ 'a.json': raw, 'b.json': text(two) }));
  const damaged = Buffer.from(whole);
  damaged.write('#', damaged.indexOf('b.json'));
  test.each([
    ['cut off in a member', whole.subarray(0, 1600), 1, /its tar data is cut off/],
    // Nobody can tell whether more members came.
    ['without its end', whole.subarray(0, -1024), 2, /its tar data is cut off/],
    ['damaged', damaged, 1, /its tar data is damaged/],
    ['another behind it', Buffer.concat([whole, whole]), 2, /its tar data is damaged/],
  ])('%s', async (_, archive, alerts, sentence) => {
    const made = await judged(archive);
    expect({ alerts: made.alerts, exitCode: made.exitCode }).toEqual({ alerts, exitCode: notReadWhole });
    expect(made.told.join()).toMatch(sentence);
  });

  test('however large its members are', async () => {
    const members = ['a', 'b'].map((name) =>
      text(Array.from({ length: 4000 }, (_, each) => ({ ...one, eventID: `${name}-${each}` }))),
    );
    const archive = Buffer.from(await tar({ 'a.json': members[0] ?? '', 'b.json': members[1] ?? '' }));
    const made = await judged(archive.subarray(0, Math.ceil(archive.length * 0.75)));
    expect(made.alerts).toBeGreaterThan(5990);
  });
});

test('what looks like the beginnings of JSON without end takes no time without end', async () => {
  const made = await judged(text({ msg: `eventName ${'[{"'.repeat(200_000)}` }));
  expect(made.alerts).toBe(0);
});
