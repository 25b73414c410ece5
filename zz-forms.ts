import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { findInputs } from './src/adapters/files/input-paths.ts';
import { readRecords } from './src/adapters/files/read-records.ts';
import { scanRecords } from './src/adapters/files/scan-records.ts';
const folder = mkdtempSync(join(tmpdir(), 'pd-forms-'));
const T = JSON.stringify;
function rec(id: string, more: any = {}) {
  return { eventVersion: '1.11', userIdentity: { type: 'IAMUser', userName: 'zoë "q" \u{1F600}', arn: 'arn:aws:iam::111122223333:user/zoë' }, eventTime: '2026-03-01T10:00:00Z', eventSource: 'iam.amazonaws.com', eventName: 'CreateAccessKey', awsRegion: 'us-east-1', sourceIPAddress: '203.0.113.7', userAgent: 'x\ty\nz', requestParameters: { userName: 'zoë', doc: '{"Records":[{"eventName":"Fake","eventTime":"2026-01-01T00:00:00Z","eventID":"fake"}]}' }, responseElements: null, requestID: 'r', eventID: id, eventType: 'AwsApiCall', recipientAccountId: '111122223333', ...more };
}
const R = [rec('id-1'), rec('id-2', { eventName: 'ConsoleLogin', requestParameters: null }), rec('id-3', { requestParameters: { n: 9007199254740993 } })];
const ids = ['id-1', 'id-2', 'id-3'];
const cwl = { messageType: 'DATA_MESSAGE', owner: '1', logGroup: 'g', logStream: 's', subscriptionFilters: ['f'], logEvents: R.map((r, i) => ({ id: String(i), timestamp: 1, message: T(r) })) };
const eb = (d: any) => ({ version: '0', id: 'x', 'detail-type': 'AWS API Call via CloudTrail', source: 'aws.iam', account: '1', time: 't', region: 'r', resources: [], detail: d });
const forms: Record<string, any> = {
  'trail': { Records: R },
  'lookup-events': { Events: R.map((r) => ({ EventId: r.eventID, EventName: r.eventName, ReadOnly: 'false', EventTime: '2026-03-01T10:00:00+00:00', EventSource: r.eventSource, Username: 'zoë', Resources: [], CloudTrailEvent: T(r) })), NextToken: 'abc' },
  'query texts': R.map((r) => T(r)),
  'query one text per object': R.map((r) => ({ CloudTrailEvent: T(r) })),
  'query lists': R.map((r) => [T(r)]),
  'cwl sub': cwl,
  'cwl lambda': { awslogs: { data: gzipSync(T(cwl)).toString('base64') } },
  'filter-log-events': { events: R.map((r) => ({ logStreamName: 's', timestamp: 1, message: T(r), ingestionTime: 2, eventId: '37' })), searchedLogStreams: [], nextToken: 'x' },
  'get-log-events': { events: R.map((r) => ({ timestamp: 1, message: T(r) + '\n', ingestionTime: 2 })), nextForwardToken: 'f/1', nextBackwardToken: 'b/1' },
  'insights query': { results: R.map((r) => [{ field: '@timestamp', value: 't' }, { field: '@message', value: T(r) }, { field: '@ptr', value: 'p' }]), statistics: {}, status: 'Complete' },
  'sqs': { Messages: R.map((r) => ({ MessageId: 'm', ReceiptHandle: 'h', MD5OfBody: 'x', Body: T(eb(r)) })) },
  'sqs detail text': { Messages: R.map((r) => ({ MessageId: 'm', Body: T(eb(T(r))) })) },
  'sns->sqs': { Messages: R.map((r) => ({ MessageId: 'm', Body: T({ Type: 'Notification', TopicArn: 't', Message: T(eb(r)), Timestamp: 't', Signature: 's' }) })) },
  'lambda sqs sns eb': { Records: R.map((r) => ({ messageId: 'm', receiptHandle: 'h', body: T({ Type: 'Notification', Message: T(eb(T(r))) }), attributes: {}, eventSource: 'aws:sqs', awsRegion: 'x' })) },
  'lambda sns': { Records: R.map((r) => ({ EventSource: 'aws:sns', EventVersion: '1.0', Sns: { Type: 'Notification', MessageId: 'm', Message: T(eb(r)) } })) },
  'kinesis of cwl': { Records: [{ eventID: 'shardId:1', eventName: 'aws:kinesis:record', eventSource: 'aws:kinesis', kinesis: { partitionKey: 'p', data: gzipSync(T(cwl)).toString('base64') } }] },
  'firehose transform': { invocationId: 'i', deliveryStreamArn: 'a', records: R.map((r) => ({ recordId: 'r', data: Buffer.from(T(r) + '\n').toString('base64') })) },
  'eb list': R.map((r) => eb(r)),
  'lake': { QueryStatus: 'FINISHED', QueryStatistics: {}, QueryResultRows: R.map((r) => [{ eventID: r.eventID }, { eventJson: T(r) }]) },
  'lake result one col': { QueryResultRows: R.map((r) => [{ eventJson: T(r) }]) },
  'athena': { UpdateCount: 0, ResultSet: { Rows: [{ Data: [{ VarCharValue: 'eventid' }, { VarCharValue: 'rec' }] }, ...R.map((r) => ({ Data: [{ VarCharValue: r.eventID }, { VarCharValue: T(r) }] }))], ResultSetMetadata: {} } },
  'splunk results': { results: R.map((r) => ({ _raw: T(r), _time: 't', sourcetype: 'aws:cloudtrail', host: 'h' })), preview: false },
  'splunk hec': R.map((r) => ({ time: 1, host: 'h', sourcetype: 'aws:cloudtrail', event: r })),
  'splunk hec text': R.map((r) => ({ time: 1, event: T(r) })),
  'wazuh alerts': R.map((r) => ({ timestamp: 't', rule: { id: '80202', level: 3 }, agent: { id: '000' }, manager: {}, decoder: { name: 'json' }, data: { integration: 'aws', aws: { ...r, source: 'cloudtrail', log_info: { log_file: 'f', s3bucket: 'b' } } } })),
  'wazuh indexed': { hits: { total: 3, hits: R.map((r) => ({ _index: 'wazuh-alerts', _source: { data: { aws: r } } })) } },
  'ocsf raw_data': R.map((r) => ({ class_uid: 6003, category_uid: 6, metadata: { version: '1.1.0' }, raw_data: T(r) })),
  'opensearch _source message': { hits: { hits: R.map((r) => ({ _id: 'i', _source: { '@timestamp': 't', message: T(r) } })) } },
  's3 select': R.map((r) => ({ _1: r })),
  'glue struct': R.map((r) => ({ record: r, partition: '2026' })),
};
function bufs(name: string, v: any): [string, Buffer][] {
  const compact = T(v), pretty = JSON.stringify(v, null, 2), crlf = pretty.replaceAll('\n', '\r\n');
  const list: [string, Buffer][] = [
    ['compact', Buffer.from(compact)], ['pretty', Buffer.from(pretty)], ['crlf', Buffer.from(crlf)], ['tabs', Buffer.from(JSON.stringify(v, null, '\t'))],
    ['gz', gzipSync(compact)], ['gz parts', Buffer.concat([gzipSync(compact.slice(0, 50)), gzipSync(compact.slice(50))])], ['zst', zstdCompressSync(pretty)],
    ['bom', Buffer.from('\uFEFF' + compact)], ['bom pretty crlf', Buffer.from('\uFEFF' + crlf)], ['u16le', Buffer.from('\uFEFF' + pretty, 'utf16le')], ['u16be', Buffer.from('\uFEFF' + crlf, 'utf16le').swap16()], ['u16le nomark', Buffer.from(compact, 'utf16le')],
    ['bom gz', gzipSync('\uFEFF' + compact)], ['u16le gz', gzipSync(Buffer.from('\uFEFF' + compact, 'utf16le'))],
    ['leading blank lines', Buffer.from('\n\n  \t' + compact + '\n\n\n')],
    ['as JSON text', Buffer.from(T(compact))], ['as text twice', Buffer.from(T(T(compact)))],
    ['in SQS body', Buffer.from(T({ Messages: [{ MessageId: 'm', Body: compact }] }))],
    ['in SNS in SQS', Buffer.from(T({ Messages: [{ Body: T({ Type: 'Notification', Message: compact }) }] }))],
    ['in cwl gz', gzipSync(T({ messageType: 'DATA_MESSAGE', logEvents: [{ id: '1', message: compact }] }))],
    ['in hits', Buffer.from(T({ hits: { hits: [{ _source: { message: compact } }] } }))],
    ['in unknown', Buffer.from(T({ foo: [{ bar: v }] }))],
    ['in unknown b64', Buffer.from(T({ foo: [{ bar: Buffer.from(compact).toString('base64') }] }))],
    ['in unknown gz b64', Buffer.from(T({ foo: [{ bar: gzipSync(compact).toString('base64') }] }))],
    ['detail', Buffer.from(T(eb(v)))],
  ];
  if (Array.isArray(v)) list.push(['ndjson', Buffer.from(v.map((x) => T(x)).join('\n'))], ['ndjson crlf trailing', Buffer.from(v.map((x) => T(x)).join('\r\n') + '\r\n')], ['concat', Buffer.from(v.map((x) => T(x)).join(''))], ['pretty concat', Buffer.from(v.map((x) => JSON.stringify(x, null, 2)).join('\n'))]);
  else list.push(['twice ndjson with an empty', Buffer.from(compact + '\n' + T({ Records: [] }) + '\n')]);
  return list;
}
async function entries(buf: Buffer): Promise<string[]> {
  const path = join(folder, 'f'); writeFileSync(path, buf);
  const [source] = findInputs([path]).sources;
  const shown = (e: any) => e.kind === 'malformed' ? `MAL ${e.problem}` : e.kind === 'other' ? `OTHER ${e.form}` : e.found.kind === 'cloudtrail' ? String(e.found.record.eventID) + (e.found.record.requestParameters?.n !== undefined ? ' n=' + T(e.found.record.requestParameters.n) : '') : e.found.kind;
  const read: string[] = []; for await (const b of readRecords(source!)) read.push(...b.map(shown));
  const scanned: string[] = []; await scanRecords(source!, { scanned: (f: any) => { const r = f.parse(); scanned.push(String(r.eventID) + (r.requestParameters?.n !== undefined ? ' n=' + T(r.requestParameters.n) : '')); }, read: (e: any) => scanned.push(shown(e)) });
  if (T(read) !== T(scanned)) return ['DIFFER', ...read, '|', ...scanned];
  return read;
}
let bad = 0, total = 0;
const n3 = new Map<string, number>();
for (const [name, v] of Object.entries(forms)) for (const [w, b] of bufs(name, v)) {
  total++;
  const got = await entries(b);
  for (const g of got) if (g.startsWith('id-3')) n3.set(g, (n3.get(g) ?? 0) + 1);
  if (T(got.map((g) => g.split(' n=')[0])) !== T(ids)) { bad++; console.log(name, '/', w, '=>', got.slice(0, 6).join(' ; ').slice(0, 200)); }
}
console.log(total, 'tried', bad, 'bad', [...n3]);
// truncated tails and rubbish
const p = JSON.stringify({ Records: R }, null, 1), c2 = T({ Records: R });
const others: [string, Buffer | string][] = [
  ['truncated compact in 3rd', c2.slice(0, -60)], ['truncated pretty', p.slice(0, -100)], ['truncated gz', gzipSync(c2.repeat(50)).subarray(0, -20)],
  ['truncated between records', c2.slice(0, c2.indexOf('{"eventVersion"', 40))], ['ndjson with cut tail', R.map((r) => T(r)).join('\n').slice(0, -40)],
  ['ndjson good, rubbish, good', `${T(R[0])}\nhello world\n${T(R[1])}\n{"a":1}\n{bad json\n${T(R[2])}\n`], ['u16 cut to odd bytes', Buffer.from('\uFEFF' + c2, 'utf16le').subarray(0, -31)],
  ['empty file', ''], ['only BOM', '\uFEFF'], ['only blanks', ' \n\n'], ['{}', '{}'], ['[]', '[]'], ['null', 'null'], ['Records empty', '{"Records":[]}'], ['Events empty', '{"Events": []}'], ['QueryResultRows empty', '{"QueryStatus":"FINISHED","QueryResultRows":[]}'], ['gz empty', gzipSync('')], ['Messages empty', '{"Messages":[]}'], ['aws sqs nothing', ''],
  ['findings beside records', T({ Records: [R[0], { schemaVersion: '2.0', type: 'UnauthorizedAccess:IAMUser/X', service: {}, severity: 5, id: 'x' }, R[1]] })],
  ['guardduty eventbridge', T(eb({ schemaVersion: '2.0', type: 'x', service: {}, severity: 2 }))],
  ['sechub imported finding eb', T({ 'detail-type': 'Security Hub Findings - Imported', source: 'aws.securityhub', detail: { findings: [{ SchemaVersion: '2018-10-08', ProductArn: 'a', Id: 'i' }] } })],
  ['guardduty get-findings', T({ Findings: [{ AccountId: '1', Service: {}, Type: 't', Severity: 5 }] })],
  ['inspector', T({ findings: [{ findingArn: 'arn', severity: 'HIGH', type: 'PACKAGE_VULNERABILITY' }] })],
  ['access analyzer', T({ findings: [{ id: '1', principal: { AWS: '*' }, resource: 'arn', resourceType: 'AWS::S3::Bucket', status: 'ACTIVE', condition: {} }] })],
  ['ocsf list', JSON.stringify([{ metadata: { product: { name: 'CloudTrail' } }, class_uid: 3002, activity_id: 1 }, { class_uid: 3002 }], null, 1)], ['ocsf no class_uid but class_name', T([{ class_name: 'API Activity', category_name: 'x', activity_name: 'Create', metadata: { version: '1.0.0-rc.2' }, api: { operation: 'x' } }])],
  ['digest list', T([{ awsAccountId: '1', digestStartTime: 't', digestS3Bucket: 'b', logFiles: [] }])],
  ['insight record', T({ Records: [{ eventVersion: '1.08', eventTime: '2026-03-01T10:00:00Z', awsRegion: 'r', eventID: 'ins', eventType: 'AwsCloudTrailInsight', recipientAccountId: '1', insightDetails: { state: 'Start', eventSource: 'iam.amazonaws.com', eventName: 'CreateUser', insightType: 'ApiCallRateInsight' }, eventCategory: 'Insight' }] })],
  ['lake rows', T({ QueryResultRows: [[{ eventID: 'a' }, { eventName: 'b' }]] })], ['athena csv', '"eventname","eventtime","useridentity"\n"X","2026-03-01T10:00:00Z","{type=IAMUser, arn=a}"\n'],
  ['console csv bom', '\uFEFFEvent name,Event time,User name,Event source,Resource type,Resource name\nX,"March 01, 2026",u,iam,,\n'], ['console csv older', 'Event ID,Event time,User name,Event name,Resource type,Resource name,AWS access key,AWS region,Error code,Source IP address\n1,2,3,4,5,6,7,8,9,10\n'],
  ['console csv semicolons', 'Event name;Event time;User name;Event source\nX;Y;Z;W\n'], ['console csv utf16', Buffer.from('\uFEFFEvent name\tEvent time\tUser name\tEvent source\nX\tY\tZ\tW\n', 'utf16le')],
  ['athena csv w/ record', `"eventname","r"\n"X","${T(R[0]).replaceAll('"', '""')}"\n`],
  ['splunk flattened csv', '_time,eventName,userIdentity.type\nx,y,z\n'], ['yaml', 'Events:\n- CloudTrailEvent: \'{"eventVersion":"1.11"}\'\n  EventId: x\n'], ['table', '-----\n|LookupEvents|\n+---+\n'],
  ['html', '<!DOCTYPE html><html></html>'], ['xml', '<?xml version="1.0"?><a/>'], ['parquet', Buffer.from('PAR1xxxxPAR1')], ['png', Buffer.from('89504e470d0a1a0a', 'hex')], ['s3 notice', T({ Records: [{ eventVersion: '2.1', eventSource: 'aws:s3', eventTime: 't', eventName: 'ObjectCreated:Put', s3: { bucket: {}, object: { key: 'k' } } }] })],
  ['config item', T({ configurationItem: {}, messageType: 'ConfigurationItemChangeNotification' })], ['vpc flow logs', '2 123456789010 eni-1235b8ca123456789 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK\n'], ['s3 access log', '79a5 bucket [06/Feb/2019:00:00:38 +0000] 192.0.2.3 79a5 3E57427F3EXAMPLE REST.GET.VERSIONING - "GET /b?versioning HTTP/1.1" 200 - 113 - 7 - "-" "S3Console/0.4" -\n'],
  ['route53 logs', T({ version: '1.1', account_id: '1', query_name: 'x', srcaddr: 'y' })],
  ['lookup without CloudTrailEvent', T({ Events: [{ EventId: 'e', EventName: 'X' }] })],
  ['cwl control', T({ messageType: 'CONTROL_MESSAGE', logEvents: [{ id: '', message: 'CWL CONTROL MESSAGE: Checking health of destination Kinesis stream.' }] })],
  ['cwl app log mixed', T({ events: [{ message: 'START RequestId: x' }, { message: T(R[0]) }, { message: 'END' }] })],
  ['wazuh other', T({ rule: { id: '5501' }, data: { srcuser: 'x' }, full_log: 'Mar 1 sshd' })],
  ['wazuh guardduty', T({ rule: {}, data: { integration: 'aws', aws: { source: 'guardduty', service: {}, type: 't', severity: '5', schemaVersion: '2.0' } } })],
];
for (const [n, b] of others) console.log(n.padEnd(34), '=>', (await entries(Buffer.from(b as any))).join(' ; ').slice(0, 220));
