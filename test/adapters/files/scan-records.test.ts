import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { inputSources } from '../../../src/adapters/files/input-paths.ts';
import { readRecords, type InputRecord } from '../../../src/adapters/files/read-records.ts';
import { scanRecords } from '../../../src/adapters/files/scan-records.ts';

const folder = mkdtempSync(join(tmpdir(), 'trailhound-scan-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What reading gives, in a form to compare; of malformed input, where it is and that it is. */
function shown(record: InputRecord): string {
  if (record.kind === 'malformed') return `malformed at ${record.place.line}: ${record.problem}`;
  if (record.kind === 'other') return `other at ${record.place.line}: ${record.form}`;
  const { found } = record;
  return JSON.stringify(found.kind === 'ecs' ? found.document : found.record);
}

async function both(
  content: string | Buffer,
  name = 'input.json',
): Promise<{ read: string[]; scanned: string[]; fast: number }> {
  const path = join(folder, name);
  writeFileSync(path, content);
  const read: string[] = [];
  const scanned: string[] = [];
  let fast = 0;
  for (const source of inputSources([path])) {
    for await (const batch of readRecords(source)) read.push(...batch.map(shown));
    await scanRecords(source, {
      scanned: (record) => {
        fast += 1;
        scanned.push(JSON.stringify(record.parse()));
      },
      read: (record) => scanned.push(shown(record)),
    });
  }
  return { read, scanned, fast };
}

const record = {
  eventTime: '2026-07-04T09:17:43Z',
  eventName: 'CreateUser',
  eventID: 'e1-e2-e3',
  requestParameters: { a: 'ä' },
};
const lookedUp = { EventId: 'x', CloudTrailEvent: JSON.stringify(record) };
const ecs = { ecs: { version: '8' }, event: { id: 'x' } };

describe('an input that cannot be read to its end is told of once, and what could be read is judged', () => {
  const lines = Array.from({ length: 20_000 }, (_, at) =>
    JSON.stringify({ ...record, eventID: `e-${at}`, requestParameters: { a: String((at * 7919) % 99_991) } }),
  );
  const forms = { 'one a line': lines.join('\n'), 'a trail file': `{"Records":[${lines.join(',')}]}` };

  test.each(Object.entries(forms))('gzip data that is cut, %s', async (_, text) => {
    const packed = gzipSync(text);
    const result = await both(packed.subarray(0, packed.length * 0.7), 'cut.json.gz');
    expect(result.read.at(-1)).toMatch(/^malformed at 0: its gzip data is cut off.*fetch the file again/);
    expect(result.read.filter((shownRecord) => shownRecord.startsWith('malformed'))).toHaveLength(1);
    expect(result.read.length).toBeGreaterThan(lines.length / 2);
    expect(result.scanned).toEqual(result.read);
  });

  test('all that stands before a cut is read, however long the reader takes for a part', async () => {
    const packed = gzipSync(forms['one a line']);
    const path = join(folder, 'slow.json.gz');
    writeFileSync(path, packed.subarray(0, packed.length - 4));
    let found = 0;
    for (const source of inputSources([path]))
      for await (const batch of readRecords(source)) {
        found += batch.filter(({ kind }) => kind === 'found').length;
        await new Promise(setImmediate);
      }
    expect(found).toBeGreaterThanOrEqual(lines.length - 1);
  });

  test('gzip data that is damaged', async () => {
    const packed = gzipSync(forms['one a line']);
    const result = await both(packed.fill(0xff, packed.length - 8), 'damaged.json.gz');
    expect(result.read.at(-1)).toMatch(
      /^malformed at 0: its gzip data is damaged, or something else stands behind it \(.+\); .*fetch the file again/,
    );
    expect(result.read).toHaveLength(lines.length + 1);
    expect(result.scanned).toEqual(result.read);
  });

  test('a .gz that is no gzip', async () => {
    const result = await both('<html>]]]}}} not found', 'page.json.gz');
    expect(result.read).toEqual([
      expect.stringMatching(/^malformed at 0: nothing of it was read: .*neither gzip nor JSON/),
    ]);
    expect(result.scanned).toEqual(result.read);
  });

  test('but JSON that was unpacked and kept its name is read', async () => {
    expect((await both(`\n ${JSON.stringify({ Records: [record] })}`, 'unpacked.json.gz')).read).toHaveLength(1);
  });
});

describe('scanning gives the same records as reading', () => {
  test.each([
    ['a trail file', JSON.stringify({ Records: [record, record] }), 2],
    ['a list', JSON.stringify([record, record]), 2],
    ['one record', JSON.stringify(record), 1],
    ['one a line', `${JSON.stringify(record)}\n${JSON.stringify(record)}\r\n\n`, 2],
    ['several, indented', `${JSON.stringify(record, null, 2)}\n${JSON.stringify([record], null, 2)}`, 2],
    ['a byte order mark', `\ufeff${JSON.stringify({ Records: [record] })}`, 1],
    ['keys around the list', JSON.stringify({ a: { b: [1] }, Records: [record], c: [{ d: null }], e: 'x' }), 1],
    ['LookupEvents output', JSON.stringify({ Events: [lookedUp], NextToken: 'x' }), 0],
    ['ECS documents', JSON.stringify([ecs, record]), 1],
    ['an envelope', JSON.stringify({ 'detail-type': 'AWS API Call via CloudTrail', detail: record }), 0],
    ['records in records', JSON.stringify([{ Records: [record] }, { ...record, Records: 1 }]), 0],
    ['a record without an ID', JSON.stringify([{ ...record, eventID: '-' }, { eventName: 'x' }, record]), 1],
    ['parts laid out in columns', JSON.stringify([{ ...record, 'requestParameters.userName': 'x' }, record]), 1],
    ['what is no object', JSON.stringify([record, 17, 'x', null, [record]]), 1],
    ['a file cut short', JSON.stringify({ Records: [record, record] }).slice(0, -20), 1],
    ['a list that is not closed', JSON.stringify({ Records: [record] }).slice(0, -2), 1],
    ['a broken record in a list', JSON.stringify([record, record, record]).replace('"CreateUser"', 'CreateUser'), 0],
    ['a broken line among others', `${JSON.stringify(record)}\n{"eventName": tru}\n${JSON.stringify(record)}\n`, 1],
    ['a line that breaks off', `${JSON.stringify(record)}\n{"eventName": "Cre\n${JSON.stringify(record)}\n`, 1],
    ['nested too deep', `[${JSON.stringify(record)},{"eventName":${'['.repeat(100)}${']'.repeat(100)}}]`, 1],
    ['nothing', '', 0],
    ['space', ' \n\n', 0],
    ['no JSON', 'hello\nworld', 0],
  ])('%s', async (_, content, fast) => {
    const result = await both(content);
    expect(result.scanned).toEqual(result.read);
    expect(result.fast).toBe(fast);
  });

  test('compressed', async () => {
    const result = await both(gzipSync(JSON.stringify({ Records: [record, record] })));
    expect(result).toMatchObject({ fast: 2, scanned: result.read });
  });

  test('more than fits into one part', async () => {
    const large = { ...record, requestParameters: { policy: 'x'.repeat(100_000) } };
    const result = await both(JSON.stringify({ Records: Array.from({ length: 120 }, () => large) }));
    expect(result.fast).toBe(120);
    expect(result.scanned).toEqual(result.read);
  });

  test('but an object over two lines is found, where others stand one a line', async () => {
    const lines = [JSON.stringify(record), JSON.stringify(record, null, 1), JSON.stringify(record)];
    const { scanned } = await both(lines.join('\n'));
    expect(scanned).toEqual([record, record, record].map((one) => JSON.stringify(one)));
  });

  test('whatever is broken in it', async () => {
    const byLine = [record, ecs, record].map((one) => JSON.stringify(one)).join('\n');
    const sound = [
      JSON.stringify({ Records: [record, lookedUp, record] }),
      JSON.stringify([record, ecs, record]),
      byLine,
      JSON.stringify([record, record], null, 1),
    ];
    const change = fc.tuple(
      fc.nat(2000),
      fc.nat(3),
      fc.constantFrom('{', '}', '[', ']', '"', ',', ':', '\\', '\n', 'x', '\0', 'é'),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...sound), fc.array(change, { maxLength: 3 }), async (text, changes) => {
        const broken = changes.reduce(
          (content, [at, length, put]) =>
            content.slice(0, at % content.length) + put + content.slice((at % content.length) + length),
          text,
        );
        // Where records stand one a line, an object that goes on in the next is broken to the reader only.
        fc.pre(text !== byLine || changes.every(([, , put]) => put !== '\n'));
        const { read, scanned } = await both(broken);
        // What is wrong with it, and from where on, may be seen otherwise by whoever starts in the middle.
        function withoutReason(one: string): string {
          return one.startsWith('malformed') ? 'malformed' : one;
        }
        expect(scanned.map(withoutReason)).toEqual(read.map(withoutReason));
      }),
      { numRuns: 600 },
    );
  });
});
