import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { crc32, deflateRawSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { findInputs, InputPathError } from '../../../src/adapters/files/input-paths.ts';
import { readRecords, type InputRecord } from '../../../src/adapters/files/read-records.ts';
import { scanRecords } from '../../../src/adapters/files/scan-records.ts';
import type { JsonObject } from '../../../src/model/json.ts';

const folder = mkdtempSync(join(tmpdir(), 'trailhound-forms-'));
afterAll(() => rmSync(folder, { recursive: true }));

function record(eventID: string) {
  return {
    eventVersion: '1.11',
    eventTime: '2026-03-01T10:00:00Z',
    eventSource: 'iam.amazonaws.com',
    eventName: 'CreateAccessKey',
    eventID,
    userIdentity: { type: 'IAMUser', userName: 'zoë' },
  };
}

const [one, two] = [record('id-one'), record('id-two')];
const text = JSON.stringify;
const both = ['id-one', 'id-two'];
function base64(content: string): string {
  return Buffer.from(content).toString('base64');
}
const udm = { metadata: { vendorName: 'AMAZON', productName: 'AWS CloudTrail' }, principal: { ip: ['203.0.113.7'] } };
const trailFile = text({ Records: [one, two] });
function eventBridge(detail: unknown) {
  return { 'detail-type': 'AWS API Call via CloudTrail', source: 'aws.iam', detail };
}
const logEvents = {
  messageType: 'DATA_MESSAGE',
  logEvents: [one, two].map((each) => ({ id: '1', message: text(each) })),
};

/** The columns of a record that queries mostly ask for, in which who made the call is not. */
function named({ eventName, eventTime }: ReturnType<typeof record>) {
  return { eventName, eventTime };
}

/** The same as CloudTrail Lake gives a row. */
function columnsOf(each: ReturnType<typeof record>): readonly JsonObject[] {
  return [{ eventName: each.eventName }, { eventTime: '2026-03-01 10:00:00.000' }];
}

/** Where each entry stands, and what it is: an event's ID, or the problem or form of what is none. */
async function entriesOf(path: string): Promise<string[]> {
  const [source] = findInputs([path]).sources;
  if (source === undefined) throw new Error(`${path} is no input`);
  const read: string[] = [];
  for await (const batch of readRecords(source)) read.push(...batch.map(shown));
  const scanned: string[] = [];
  await scanRecords(source, {
    scanned: (found) => scanned.push(idOf(found.parse())),
    read: (entry) => scanned.push(shown(entry)),
  });
  expect(scanned).toEqual(read);
  return read;
}

function shown(entry: InputRecord): string {
  if (entry.kind === 'malformed')
    return `malformed${entry.eventId === undefined ? '' : ` ${entry.eventId}`}: ${entry.problem}`;
  if (entry.kind === 'other') return `other: ${entry.form}`;
  return entry.found.kind === 'cloudtrail' ? idOf(entry.found.record) : entry.found.kind;
}

function idOf({ eventID }: JsonObject): string {
  return typeof eventID === 'string' ? eventID : 'no ID';
}

function written(content: string | Buffer, name = 'input'): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe('records are read in whatever they come', () => {
  test.each<[string, string | Buffer, readonly string[]]>([
    ['a trail file', trailFile, both],
    ['a subscription of CloudWatch Logs', text(logEvents), both],
    ['aws logs filter-log-events', text({ events: logEvents.logEvents, searchedLogStreams: [] }, null, 1), both],
    [
      'aws logs get-query-results',
      text({ results: [one, two].map((each) => [{ field: '@message', value: text(each) }]), status: 'Complete' }),
      both,
    ],
    ['aws logs tail', [one, two].map((each) => `2026-03-01T10:00:00+00:00 stream ${text(each)}`).join('\n'), both],
    ["aws cloudtrail lookup-events --query 'Events[].CloudTrailEvent'", text([text(one), text(two)]), both],
    ['the same with --output text', [one, two].map((each) => text(each)).join('\t'), both],
    ['texts of JSON, one a line', `${text(text(one))}\n${text(text(two))}`, both],
    ['an EventBridge event', text(eventBridge(one)), ['id-one']],
    ['an EventBridge event with its detail as text', text(eventBridge(text(one))), ['id-one']],
    [
      'aws sqs receive-message',
      text({ Messages: [one, two].map((each) => ({ MessageId: 'm', Body: text(eventBridge(each)) })) }),
      both,
    ],
    ['a notification of SNS', text({ Type: 'Notification', Message: text(eventBridge(one)) }), ['id-one']],
    [
      "SNS in a function's event",
      text({ Records: [{ EventSource: 'aws:sns', Sns: { Message: text(eventBridge(one)) } }] }),
      ['id-one'],
    ],
    [
      "SQS around SNS in a function's event",
      text({
        Records: [{ eventSource: 'aws:sqs', body: text({ Type: 'Notification', Message: text(eventBridge(one)) }) }],
      }),
      ['id-one'],
    ],
    [
      "CloudWatch Logs in a function's event",
      text({ awslogs: { data: gzipSync(text(logEvents)).toString('base64') } }),
      both,
    ],
    [
      "Kinesis in a function's event",
      text({
        Records: [
          {
            eventSource: 'aws:kinesis',
            eventID: 'shard',
            kinesis: { data: Buffer.from(text(one)).toString('base64') },
          },
        ],
      }),
      ['id-one'],
    ],
    [
      'get-query-results of CloudTrail Lake',
      text({
        QueryStatus: 'FINISHED',
        QueryResultRows: [one, two].map((each) => [{ eventID: each.eventID }, { eventJson: text(each) }]),
      }),
      both,
    ],
    [
      'get-query-results of Athena',
      text({
        ResultSet: {
          Rows: [
            { Data: [{ VarCharValue: 'raw' }, { VarCharValue: 'eventjson' }] },
            { Data: [{}, { VarCharValue: text(one) }] },
          ],
        },
      }),
      ['id-one'],
    ],
    [
      "Splunk's export",
      [one, two].map((each) => text({ preview: false, result: { _raw: text(each), host: 'h' } })).join('\n'),
      both,
    ],
    [
      "Splunk's CSV",
      `"_time","_raw"\n"1","${text(one).replaceAll('"', '""')}"\n"2","${text(two).replaceAll('"', '""')}"\n`,
      both,
    ],
    [
      "Wazuh's archive",
      text({ rule: { id: '80202' }, data: { integration: 'aws', aws: { ...one, log_info: {} } } }),
      ['id-one'],
    ],
    ["Wazuh's archive before rules", text({ integration: 'aws', aws: one }), ['id-one']],
    ['the raw record in OCSF', text({ class_uid: 3001, raw_data: text(one) }), ['id-one']],
    [
      "Loki's answer",
      text({
        data: { resultType: 'streams', result: [{ stream: {}, values: [one, two].map((each) => ['1', text(each)]) }] },
      }),
      both,
    ],
    ['lines of logcli', [one, two].map((each) => text({ labels: {}, line: text(each) })).join('\n'), both],
    ["Datadog's answer", text({ data: [{ id: 'x', attributes: { attributes: one, tags: [] } }] }), ['id-one']],
    [
      'a document with the record as it was',
      text({ _source: { event: { original: text(one) }, tags: ['x'] } }),
      ['id-one'],
    ],
    [
      'a CSV file with records in a column of any name',
      `eventtime,eventname,raw\nx,y,"${text(one).replaceAll('"', '""')}"\n`,
      ['id-one'],
    ],
    ['a Datadog archive', text({ _id: 'A', source: 'cloudtrail', attributes: one }), ['id-one']],
    [
      "Datadog's search",
      text({ data: [one, two].map((each) => ({ type: 'log', attributes: { message: 'x', attributes: each } })) }),
      both,
    ],
    ["Sumo Logic's search", text({ messages: [{ map: { _raw: text(one), _messageid: '1' } }] }), ['id-one']],
    ["Panther's rows", text({ ...one, p_log_type: 'AWS.CloudTrail', p_event_time: '2026-03-01 10:00:00' }), ['id-one']],
    ['GELF, as Graylog has it', text({ version: '1.1', short_message: 'x', full_message: text(one) }), ['id-one']],
    ['lines of Fluent Bit', text({ date: 1.5, log: text(one), kubernetes: {} }), ['id-one']],
    ['lines of Vector', text({ message: trailFile, source_type: 'aws_s3', object: 'k' }), both],
    ["Firehose's HTTP delivery", text({ requestId: 'q', records: [{ data: base64(text(one)) }] }), ['id-one']],
    ["Google SecOps' ingestion", text({ log_type: 'AWS_CLOUDTRAIL', entries: [{ log_text: text(one) }] }), ['id-one']],
    ["Google SecOps' raw logs", text({ matches: [{ rawLog: base64(text(one)) }] }), ['id-one']],
    ['a list of texts in base64', text({ rows: [{ packed: base64(text([text(one), text(two)])) }] }), both],
    [
      'pretty JSON in base64',
      text({ rows: [{ packed: base64(JSON.stringify({ Records: [one] }, null, 4)) }] }),
      ['id-one'],
    ],
    ['a list over lines in base64', text({ rows: [base64(`[\r\n  ${text(one)}\r\n]`)] }), ['id-one']],
    [
      'words that begin as base64 does beside a record',
      text({ events: [{ message: 'Wyoming' }, { message: text(one) }] }),
      ['other: text', 'id-one'],
    ],
    [
      'a record beside a broken one, in an envelope that nobody knows',
      text({ rows: [{ text: text(one) }, { text: '{"eventName": "x' }, { text: 7 }] }),
      ['id-one', 'malformed: the text that holds it is no valid JSON'],
    ],
    [
      'a malformed record with what looks like one in its parameters',
      text({ eventName: 'x', eventSource: 's', requestParameters: { policyDocument: text(one) } }),
      ['no ID'],
    ],
    [
      'rows of CloudTrail Lake with columns beside the record',
      text({ QueryResultRows: [one, two].map((each) => [...columnsOf(each), { eventJson: text(each) }]) }),
      both,
    ],
    [
      'rows of CloudWatch Logs Insights with fields beside the message',
      text({
        results: [one, two].map((each) => [
          { field: 'eventName', value: each.eventName },
          { field: 'eventTime', value: each.eventTime },
          { field: '@message', value: text(each) },
        ]),
      }),
      both,
    ],
    [
      "Splunk's export with fields beside the raw event",
      [one, two].map((each) => text({ result: { ...named(each), _raw: text(each) } })).join('\n'),
      both,
    ],
    [
      'lines with columns beside the record',
      [one, two].map((each) => text({ ...named(each), eventjson: text(each) })).join('\n'),
      both,
    ],
    ['a record beside a message that is none', text({ ...one, message: 'hello', raw: '{"a":1}' }), ['id-one']],
    [
      'a record whose raw text is cut off is not judged by its columns',
      text({ ...named(one), _raw: text(one).slice(0, 60) }),
      ['malformed: the text that holds it is no valid JSON'],
    ],
    [
      'a CSV file with columns beside the record',
      `eventName,eventTime,_raw\nx,y,"${text(one).replaceAll('"', '""')}"\n`,
      ['id-one'],
    ],
    [
      'a CSV file of one column of any name',
      `"record"\n${[one, two].map((each) => `"${text(each).replaceAll('"', '""')}"\n`).join('')}`,
      both,
    ],
    [
      'a CSV file with records in a column of any name, none of which is known',
      `"@timestamp","event.original"\n"x","${text(one).replaceAll('"', '""')}"\n`,
      ['id-one'],
    ],
    [
      'aws logs filter-log-events --output text',
      [one, two].map((each) => `EVENTS\t38\t17\t${text(each)}\tstream\t17\n`).join(''),
      ['id-one', 'other: text', 'id-two', 'other: text'],
    ],
    [
      'lines of syslog with a process ID',
      [one, two].map((each) => `Mar  1 10:00:00 host aws[123]: ${text(each)}\n`).join(''),
      ['other: text', 'id-one', 'other: text', 'id-two'],
    ],
    ['UTF-16 without a mark behind an empty line', Buffer.from(`\r\n${trailFile}`, 'utf16le'), both],
    ['UTF-16 without a mark, a log line', Buffer.from(`2026 host ${text(one)}\n`, 'utf16le').swap16(), ['id-one']],
    ['UTF-16, little end first', Buffer.from(`\uFEFF${trailFile}`, 'utf16le'), both],
    ['UTF-16, big end first', Buffer.from(`\uFEFF${trailFile}`, 'utf16le').swap16(), both],
    ['UTF-16 without a mark', Buffer.from(trailFile, 'utf16le'), both],
    ['Zstandard', zstdCompressSync(trailFile), both],
    ['gzip in gzip', gzipSync(gzipSync(trailFile)), both],
    ['UTF-16 in gzip', gzipSync(Buffer.from(`\uFEFF${trailFile}`, 'utf16le')), both],
    [
      'a zip archive of several',
      zip({ 'a.json': text(one), 'b/c.json.gz': gzipSync(text(two)), '__MACOSX/a.json': 'x' }),
      both,
    ],
    ['a zip archive in gzip', gzipSync(zip({ 'a.json': trailFile })), both],
    [
      'bzip2',
      Buffer.from(
        'QlpoOTFBWSZTWWxIdAMAANafgFAHeRAsKx8ePiPfujAA+AMADRoaMIyaDRpoDDAA0aGjCMmg0aaAwKqaKaNGo2kw0BBk0yNoTIKCCCJRC9ybWRx59GM/GAaUOuRUeIEIIQlzWkvOpc6rXssZy9qbEMLYlD0cW1gUQYU5CZwaVE0L2x6uCijBNYh8oY129d2WuJa91ya1a7MTBWzqq6y9WmtVLXPuk3rkv1ja0nRBuVLFzuZ0E5NBLx5WMKb4p2dGJLix9lGexlXsRrYW5JmQy5mh4ZUzEk0VpplFH145Sm81P8XckU4UJBsSHQDA',
        'base64',
      ),
      both,
    ],
  ])('%s', async (_, content, expected) => {
    expect(await entriesOf(written(content))).toEqual(expected);
  });
});

test.each([
  ['CloudTrail Lake', { QueryStatus: 'FINISHED', QueryResultRows: [] }],
  ['Athena', { ResultSet: { Rows: [{ Data: [{ VarCharValue: 'eventname' }] }] } }],
])('a query in %s that found nothing is read, and holds nothing', async (_, answer) => {
  expect(await entriesOf(written(text(answer)))).toEqual([]);
});

describe('nothing is dropped in silence', () => {
  test.each<[string, string, readonly string[]]>([
    ['a second list of the same name', `{"Records":[${text(one)}],"Records":[${text(two)}]}`, both],
    ['a list behind an empty one', text({ Events: [], Records: [one, two] }), both],
    [
      'a list behind one of another name',
      text({ Records: [one], x: { y: [1] }, Events: [{ CloudTrailEvent: text(two) }] }),
      both,
    ],
    ['a second list in an envelope in a list', `[{"Records":[${text(one)}],"Records":[${text(two)}]}]`, both],
    ['a second list whose name is escaped', `{"Records":[${text(one)}],"\\u0052ecords":[${text(two)}]}`, both],
    [
      'three lists with other keys between',
      `{"a":1,"Records":[],"b":"Events","Events":[],"c":[${text(one)}],"Records":[${text(one)},${text(two)}]}`,
      ['id-one', ...both],
    ],
    ['a list under another key behind an empty one', text({ Events: [], data: [one, two] }), both],
    ['a list of records somewhere behind an empty one', text({ Records: [], page: { Records: [one, two] } }), both],
    ['a record before a list', text({ detail: one, Records: [two] }), both],
    ['a list within what stands behind a list', text({ Records: [one], more: { Records: [two] } }), both],
    [
      'records in what stands between two lists, and behind them',
      text({ Records: [], page: [one], Events: [], NextToken: 'x', last: { body: text(two) } }),
      both,
    ],
    [
      'what stands beside lists and is none',
      text({ query: { eventName: 'a' }, Records: [one, two], Marker: 'x' }),
      both,
    ],
  ])('%s', async (_, content, expected) => {
    expect(await entriesOf(written(content))).toEqual(expected);
    // The slow reader as well, from the first byte on.
    expect(await entriesOf(written(`"x"\n${content}`))).toEqual(['other: text', ...expected]);
  });

  const packed = gzipSync(text({ Records: Array.from({ length: 100 }, (_, at) => record(`id-${at}`)) }));
  test.each<[string, Buffer]>([
    ['text', Buffer.from('rubbish behind it')],
    ['what begins as gzip does', Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 5, 6, 255, 255, 255, 255])],
    ['what only has its mark', Buffer.from([0x1f, 0x8b, 1, 2])],
  ])('gzip data with rubbish at its end: %s', async (_, rubbish) => {
    const entries = await entriesOf(written(Buffer.concat([packed, rubbish]), 'rubbish.json.gz'));
    expect(entries.slice(0, 100)).toEqual(Array.from({ length: 100 }, (_each, at) => `id-${at}`));
    expect(entries.slice(100)).toEqual([
      expect.stringMatching(/^malformed: its gzip data is damaged, or something else/),
    ]);
  });

  test.each<[string, readonly (string | Buffer)[], readonly unknown[]]>([
    ['zeros between members', [text(one), Buffer.alloc(512), text(two)], both],
    ['many zeros between members', [text(one), Buffer.alloc(300_000), text(two)], both],
    ['zeros at its end', [trailFile, Buffer.alloc(70_000)], both],
    [
      'rubbish behind zeros',
      [trailFile, Buffer.alloc(10), Buffer.from('rubbish')],
      [...both, expect.stringMatching(/^malformed: its gzip data is damaged, or something else/)],
    ],
    ['members one after the other', [text(one), text(two)], both],
  ])('gzip data with %s', async (_, parts, expected) => {
    const content = Buffer.concat(parts.map((part) => (typeof part === 'string' ? gzipSync(part) : part)));
    expect(await entriesOf(written(content, 'members.json.gz'))).toEqual(expected);
  });

  test('a broken member of an archive, or one that is encrypted, is named, and the others are read', async () => {
    const archive = zip({ 'a.json': text(one), 'b.json': text(two), 'c.json': text(one) }, { broken: 'b.json' });
    expect(await entriesOf(written(archive))).toEqual([
      'id-one',
      expect.stringMatching(/^malformed: its zip data is damaged/),
      'id-one',
    ]);
  });

  test('the event of a broken record is named by what is around it', async () => {
    const items = [
      { EventId: 'id-one', CloudTrailEvent: '{"broken' },
      { EventId: 'id-two', CloudTrailEvent: '7' },
    ];
    expect(await entriesOf(written(text({ Events: items })))).toEqual([
      'malformed id-one: its CloudTrailEvent is no valid JSON',
      'malformed id-two: its CloudTrailEvent is no object',
    ]);
  });

  test('what lies in a folder is read whatever its name, and what is not is named', () => {
    const logs = join(folder, 'logs');
    mkdirSync(join(logs, 'CloudTrail-Digest', '2026'), { recursive: true });
    for (const name of ['a.json', 'b', 'c.JSON', 'd.txt', 'e.zip', '.hidden', 'CloudTrail-Digest/2026/f.json.gz'])
      writeFileSync(join(logs, name), '');
    symlinkSync('a.json', join(logs, 'link'));
    symlinkSync('..', join(logs, 'loop'));
    symlinkSync('nowhere', join(logs, 'lost'));
    symlinkSync('round', join(logs, 'round'));
    const { sources, leftOut } = findInputs([logs]);
    const names = sources.map((source) => (source.kind === 'file' ? source.path.slice(logs.length + 1) : ''));
    expect(names).toEqual(['a.json', 'b', 'c.JSON', 'd.txt', 'e.zip', 'link']);
    expect(Object.fromEntries(leftOut.map(({ path, reason }) => [path.slice(logs.length + 1), reason]))).toEqual({
      '.hidden': 'hidden',
      'CloudTrail-Digest/2026/f.json.gz': 'digest',
      loop: 'link-to-folder',
      lost: 'broken-link',
      round: 'broken-link',
    });
    expect(() => findInputs([join(logs, 'round')])).toThrow(InputPathError);
  });
});

describe('what is no record is known by its form', () => {
  test.each<[string, string | Buffer, string]>([
    ['OCSF', text([{ class_uid: 3001, activity_id: 1 }]), 'ocsf'],
    [
      'a GuardDuty finding',
      text(eventBridge({ schemaVersion: '2.0', type: 'x', service: {}, severity: 5 })),
      'guardduty-findings',
    ],
    ['findings of Security Hub', text({ SchemaVersion: '2018-10-08', ProductArn: 'arn:x' }), 'findings'],
    ['a digest', text({ awsAccountId: '1', digestStartTime: 'x', digestS3Bucket: 'b', logFiles: [] }), 'digests'],
    [
      'notices of S3',
      text({ Records: [{ eventSource: 'aws:s3', eventName: 'ObjectCreated:Put', eventTime: one.eventTime, s3: {} }] }),
      's3-notices',
    ],
    [
      'a notice of CloudTrail',
      text({ Type: 'Notification', Message: text({ s3Bucket: 'b', s3ObjectKey: ['k'] }) }),
      's3-notices',
    ],
    ["rows of Sentinel's table", text([{ AwsEventId: '1', EventName: 'X', UserIdentityArn: 'a' }]), 'sentinel-rows'],
    [
      "Sentinel's answer to a query",
      text({ tables: [{ columns: [{ name: 'TimeGenerated' }, { name: 'AwsEventId' }], rows: [['t', '1']] }] }),
      'sentinel-rows',
    ],
    ["Sentinel's CSV", '"TimeGenerated [UTC]",AwsEventId,EventName\n"t","1","X"\n', 'sentinel-rows'],
    ["an event of Google SecOps' data model", text({ events: [{ udm }] }), 'udm'],
    [
      'the same by itself',
      text({ ...udm, metadata: { vendor_name: 'AMAZON', product_name: 'AWS CloudTrail' } }),
      'udm',
    ],
    [
      "a record as Datadog's pipeline leaves it",
      text({ attributes: { ...one, eventName: undefined, evt: { name: 'X' } } }),
      'renamed-fields',
    ],
    ['CEF', 'Mar  1 10:00:00 host CEF:0|Amazon|AWS CloudTrail|1.08|X|X|5|src=203.0.113.7\n', 'cef-lines'],
    ['LEEF', 'LEEF:1.0|Amazon|AWS CloudTrail|1.0|X|src=203.0.113.7\n', 'cef-lines'],
    [
      'flattened records deep in an answer',
      text({ data: { nrql: [{ eventID: 'e', 'userIdentity.arn': 'a' }] } }),
      'flattened-records',
    ],
    [
      'rows of Athena',
      text({
        ResultSet: {
          Rows: [
            { Data: [{ VarCharValue: 'eventname' }, { VarCharValue: 'eventtime' }] },
            { Data: [{ VarCharValue: 'X' }, { VarCharValue: 'T' }] },
          ],
        },
      }),
      'query-rows',
    ],
    ['rows of CloudTrail Lake', text({ ...one, userIdentity: '{type=IAMUser, username=zoe}' }), 'query-rows'],
    [
      'flattened records',
      text({ ...one, userIdentity: undefined, 'userIdentity.type': 'IAMUser' }),
      'flattened-records',
    ],
    ["the console's CSV", '"Event ID","Event time","User name"\n"1","2026-03-01T10:00:00Z","ana"\n', 'console-csv'],
    ['another CSV', 'name,age\nana,7\n', 'csv'],
    ['rules', text({ rule_id: 'x', query: 'y', risk_score: 1 }), 'detection-rules'],
    [
      'another EventBridge event',
      text({ ...eventBridge({ state: 'running' }), 'detail-type': 'EC2 Instance State-change Notification' }),
      'eventbridge-events',
    ],
    [
      'a control message of CloudWatch Logs',
      text({
        messageType: 'CONTROL_MESSAGE',
        logEvents: [{ message: 'CWL CONTROL MESSAGE: Checking health of destination Kinesis stream.' }],
      }),
      'control-messages',
    ],
    ['rows of CloudTrail Lake that are columns only', text({ QueryResultRows: [columnsOf(one)] }), 'query-rows'],
    [
      'rows of CloudTrail Lake with columns of inner fields',
      text({ QueryResultRows: [[...columnsOf(one), { 'userIdentity.arn': 'arn:x' }]] }),
      'query-rows',
    ],
    [
      'rows of CloudWatch Logs Insights that are fields only',
      text({
        results: [
          [
            { field: 'eventName', value: 'X' },
            { field: 'eventTime', value: 'T' },
          ],
        ],
      }),
      'flattened-records',
    ],
    [
      'a count by names in CloudWatch Logs Insights',
      text({ results: [[{ field: 'eventName', value: 'X' }]] }),
      'flattened-records',
    ],
    [
      'a CSV file of columns of records',
      '_time,eventName,eventTime,user\nx,CreateAccessKey,y,ana\n',
      'flattened-records',
    ],
    ['a CSV file of OCSF', 'metadata,time,class_uid,api\n{product=x},1,6003,{operation=x}\n', 'ocsf'],
    ['a CSV file with a column of messages that are no records', '@timestamp,message\nx,hello\n', 'csv'],
    [
      'findings of GuardDuty as the API gives them',
      text({ Findings: [{ Type: 'x', Severity: 5, Service: {} }] }),
      'guardduty-findings',
    ],
    [
      'items of LookupEvents without the record',
      text({ Events: [{ EventId: 'x', EventName: 'X' }] }),
      'looked-up-items',
    ],
    [
      'the test notice of S3',
      text({ Messages: [{ Body: text({ Service: 'Amazon S3', Event: 's3:TestEvent' }) }] }),
      's3-notices',
    ],
    ['lines of an access log', '79a5 b [06/Feb/2026:00:00:38 +0000]\n', 'text'],
    ['YAML', `Events:\n- EventId: x\n  CloudTrailEvent: '${text(one)}'\n`, 'yaml'],
    [
      'a table of the AWS CLI',
      `-----------------\n|  LookupEvents |\n+---------------+\n|  {"eventName"  |\n`,
      'table',
    ],
    ['lines of a log', text({ logEvents: [{ message: 'hello' }] }), 'text'],
    ['text', 'hello\nworld', 'text'],
    ['other JSON', text({ a: 1 }), 'unknown'],
    ['nothing', '', 'empty'],
    ['Parquet', Buffer.from('PAR1\0\0'), 'parquet'],
    ['an xz file', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]), 'packed'],
    ['binary data', Buffer.from([1, 2, 3, 0, 5]), 'binary'],
  ])('%s', async (_, content, form) => {
    expect(await entriesOf(written(content))).toEqual([`other: ${form}`]);
  });

  test('in a list among records, which are judged', async () => {
    const finding = eventBridge({ schemaVersion: '2.0', type: 'x', service: {}, severity: 5 });
    expect(await entriesOf(written(text([one, finding, two])))).toEqual([
      'id-one',
      'other: guardduty-findings',
      'id-two',
    ]);
  });

  test('and what is wrapped without end is refused', async () => {
    let wrapped: unknown = one;
    for (let depth = 0; depth < 20; depth += 1) wrapped = { Message: wrapped, detail: [wrapped] };
    expect((await entriesOf(written(text({ a: 1, body: wrapped })))).length).toBeLessThan(100);
  });
});

describe('a small input that unpacks to a large one', () => {
  const part = gzipSync(Buffer.alloc(1024 * 1024, 'a'));
  function bomb(mebibytes: number, head: string, tail: string) {
    return Buffer.concat([gzipSync(head), ...Array.from({ length: mebibytes }, () => part), gzipSync(tail)]);
  }

  test('is read no further where no log packs like that, in bounded memory', async () => {
    const path = written(bomb(600, `{"Records":[${text(one)},{"a":"`, '"}]}'), 'bomb.json.gz');
    const script = `
      const { scanRecords } = await import(${text(new URL('../../../src/adapters/files/scan-records.ts', import.meta.url))});
      const problems = [];
      const source = { kind: 'file', path: process.argv[1], bytes: ${bomb(600, '', '').length} };
      let records = 0;
      await scanRecords(source, { scanned: () => (records += 1), read: ({ problem }) => problems.push(problem) });
      console.log(JSON.stringify({ records, problems, mebibytes: process.resourceUsage().maxRSS / 1024 }));`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script, path]);
    const { records, problems, mebibytes } = JSON.parse(stdout) as {
      records: number;
      problems: string[];
      mebibytes: number;
    };
    expect({ records, problems }).toEqual({
      records: 1,
      problems: [expect.stringMatching(/^it unpacks to more than 200 times its size/)],
    });
    expect(mebibytes).toBeLessThan(700);
  }, 60_000);

  test('loses only the value that is too large to be held', async () => {
    const path = written(bomb(130, `{"Records":[${text(one)},{"a":"`, `"},${text(two)}]}`), 'large.json.gz');
    expect(await entriesOf(path)).toEqual([
      'id-one',
      'malformed: it is larger than 128 MiB in one JSON value',
      'id-two',
    ]);
  }, 60_000);
});

/** A zip archive (PKWARE's APPNOTE, 4.3) of deflated files; the data of one may be broken. */
function zip(files: Readonly<Record<string, string | Buffer>>, { broken }: { readonly broken?: string } = {}): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(files)) {
    const bytes = Buffer.from(content);
    const packed = deflateRawSync(bytes);
    // Flags, method, time, date, CRC, sizes.
    const facts = Buffer.alloc(20);
    facts.writeUInt16LE(8, 2);
    facts.writeUInt32LE(crc32(bytes), 8);
    facts.writeUInt32LE(packed.length, 12);
    facts.writeUInt32LE(bytes.length, 16);
    if (name === broken) packed.fill(0xff);
    const local = Buffer.concat([
      Buffer.from('PK\x03\x04\x14\0', 'latin1'),
      facts,
      uint16(name.length, 0),
      Buffer.from(name),
    ]);
    const place = Buffer.alloc(4);
    place.writeUInt32LE(offset);
    const head = Buffer.from('PK\x01\x02\x14\0\x14\0', 'latin1');
    const lengths = uint16(name.length, 0, 0, 0, 0, 0, 0);
    directory.push(Buffer.concat([head, facts, lengths, place, Buffer.from(name)]));
    locals.push(local, packed);
    offset += local.length + packed.length;
  }
  const central = Buffer.concat(directory);
  const places = Buffer.alloc(8);
  places.writeUInt32LE(central.length, 0);
  places.writeUInt32LE(offset, 4);
  const count = directory.length;
  return Buffer.concat([...locals, central, Buffer.from('PK\x05\x06'), uint16(0, 0, count, count), places, uint16(0)]);
}

function uint16(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(2 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt16LE(value, 2 * index);
  return bytes;
}
