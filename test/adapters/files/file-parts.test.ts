import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { fileParts } from '../../../src/adapters/files/file-parts.ts';
import { inputSources, type InputSource } from '../../../src/adapters/files/input-paths.ts';
import { readRecords, type InputRecord } from '../../../src/adapters/files/read-records.ts';
import { scanRecords } from '../../../src/adapters/files/scan-records.ts';

const folder = mkdtempSync(join(tmpdir(), 'trailhound-parts-'));
afterAll(() => rmSync(folder, { recursive: true }));

function written(content: string | Buffer, name = 'input.ndjson'): readonly InputSource[] {
  const path = join(folder, name);
  writeFileSync(path, content);
  return inputSources([path]);
}

/** What is malformed with its place, which records in CloudTrail's own form have only where they are parsed. */
function shown(record: InputRecord): string {
  if (record.kind === 'malformed') return `malformed at ${record.place.line}: ${record.problem}`;
  if (record.kind === 'other') return `other: ${record.form}`;
  const { found } = record;
  return JSON.stringify(found.kind === 'ecs' ? found.document : found.record);
}

interface Reading {
  readonly scanned: string[];
  readonly read: string[];
  readonly bytes: number;
}

async function reading(sources: readonly InputSource[]): Promise<Reading> {
  const scanned: string[] = [];
  const read: string[] = [];
  let bytes = 0;
  for (const source of sources) {
    for await (const batch of readRecords(source))
      read.push(...batch.map((entry) => `${shown(entry)} at ${entry.place.line}`));
    await scanRecords(source, {
      scanned: (found) => scanned.push(JSON.stringify(found.parse())),
      read: (found) => scanned.push(shown(found)),
      bytes: (more) => (bytes += more),
    });
  }
  return { scanned, read, bytes };
}

function startsOf(sources: readonly InputSource[]): readonly number[] {
  return sources.map((source) => (source.kind === 'file' ? (source.part?.start ?? 0) : 0));
}

/** The parts at each part size that gives others than the size before it. */
async function* everyDivision(sources: readonly InputSource[], bytes: number): AsyncGenerator<readonly InputSource[]> {
  let last = '0';
  for (let partBytes = 1; partBytes < bytes / 2; partBytes += 1) {
    const parts = await fileParts(sources, partBytes);
    if (startsOf(parts).join() !== last) yield parts;
    last = startsOf(parts).join();
  }
}

function record(n: number): object {
  return {
    eventTime: '2026-07-04T09:17:43Z',
    eventName: 'CreateUser',
    eventID: `e1-e2-${n}`,
    requestParameters: { a: 'ä}\n{"', b: [1, { c: n }, { d: {} }] },
  };
}
function ecs(n: number): object {
  return { ecs: { version: '8' }, event: { id: String(n) } };
}
function trailFile(n: number): object {
  return { Records: [record(n), record(n + 1)], more: [{ n }] };
}
function lookedUp(n: number): object {
  return { EventId: 'x', CloudTrailEvent: JSON.stringify(record(n)) };
}
function nestedDeep(n: number): unknown {
  return JSON.parse(`{"n":${n},"deep":${'['.repeat(70)}${']'.repeat(70)}}`);
}
function malformed(): unknown {
  return 17;
}

const recordLine = fc.tuple(fc.constantFrom(record, ecs), fc.nat(999)).map(([form, n]) => JSON.stringify(form(n)));
const anyLine = fc
  .tuple(fc.constantFrom(record, record, ecs, trailFile, lookedUp, nestedDeep, malformed), fc.nat(999))
  .map(([form, n]) => JSON.stringify(form(n)));
const indented = fc
  .tuple(fc.constantFrom(record, ecs, trailFile), fc.nat(999), fc.constantFrom(1, '\t'))
  .map(([form, n, indent]) => JSON.stringify(form(n), null, indent));
const list = fc.nat(999).map((n) => `[\n${JSON.stringify(record(n))},\n${JSON.stringify(ecs(n))}\n]`);
const between = fc.constantFrom('\n', '\n', '\n', '\r\n', '\n\n', ' \n ');

describe('a file of objects one a line gives the same in parts as in one', () => {
  const lines = Array.from({ length: 12 }, (_, n) => JSON.stringify(n % 3 === 0 ? ecs(n) : record(n)));

  test.each([
    ['with line feeds', lines.join('\n')],
    ['with a line feed at the end', `${lines.join('\n')}\n`],
    ['with carriage returns', `${lines.join('\r\n')}\r\n`],
    ['with a byte order mark', `\uFEFF${lines.join('\n')}`],
    ['with records that are no objects', `${lines.slice(0, 5).join('\n')}\n17\n${lines.join('\n')}`],
    ['cut in the middle of its last record', lines.join('\n').slice(0, -20)],
    ['cut in the middle of a text', lines.join('\n').slice(0, -8)],
    ['with lines that break off', [...lines, lines[1]?.slice(0, 50), ...lines, '{"a":"b', ...lines].join('\n')],
  ])('%s', async (_, text) => {
    const whole = written(text);
    const expected = await reading(whole);
    const bytes = Buffer.byteLength(text);
    let most = 0;
    for await (const parts of everyDivision(whole, bytes)) {
      expect(await reading(parts)).toEqual(expected);
      most = Math.max(most, parts.length);
    }
    expect(expected.bytes).toBe(bytes);
    expect(most).toBeGreaterThan(lines.length / 3);
  });

  test('whatever sound JSON it holds, and however it is divided', async () => {
    const value = fc.oneof(
      { weight: 6, arbitrary: anyLine },
      { weight: 1, arbitrary: indented },
      { weight: 1, arbitrary: list },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(value, between), { minLength: 3, maxLength: 12 }),
        fc.integer({ min: 1, max: 600 }),
        async (values, partBytes) => {
          const whole = written(values.flat().join(''));
          const parts = await fileParts(whole, partBytes);
          expect(await reading(parts)).toEqual(await reading(whole));
          // Each begins behind a line, and where the one before it ends.
          for (const [index, source] of parts.entries())
            if (source.kind === 'file' && source.part !== undefined)
              expect(source.part.end).toBe(startsOf(parts)[index + 1] ?? Number.POSITIVE_INFINITY);
        },
      ),
      { numRuns: 150 },
    );
  });

  test('whatever is broken in one line or another, with the same malformed records at the same places', async () => {
    const damage = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
      length: fc.nat(30),
      put: fc.constantFrom('', 'x', '"', '\\', ',', ':', '{', '}', ']', '\0', 'é'),
    });
    const stretch = fc.tuple(recordLine, fc.option(fc.tuple(recordLine, damage)));
    await fc.assert(
      fc.asyncProperty(
        fc.array(stretch, { minLength: 2, maxLength: 8 }),
        fc.integer({ min: 1, max: 400 }),
        async (stretches, partBytes) => {
          const texts = stretches.flatMap(([sound, broken]) => {
            if (broken === null) return [sound];
            const [line, { at, length, put }] = broken;
            const start = Math.floor(at * line.length);
            return [sound, line.slice(0, start) + put + line.slice(start + length)];
          });
          const whole = written(texts.join('\n'));
          expect(await reading(await fileParts(whole, partBytes))).toEqual(await reading(whole));
        },
      ),
      { numRuns: 150 },
    );
  });

  test('and where something is broken across lines, or in lists of records, parts lose no more than the whole does', async () => {
    const damage = fc.record({
      at: fc.nat(5000),
      length: fc.nat(30),
      put: fc.constantFrom('{', '}', '[', ']', '"', ',', ':', '\\', '\n', 'x', '\0', 'é'),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyLine, { minLength: 3, maxLength: 9 }),
        damage,
        fc.integer({ min: 1, max: 400 }),
        async (lines, { at, length, put }, partBytes) => {
          const text = lines.join('\n');
          const start = at % text.length;
          const whole = written(text.slice(0, start) + put + text.slice(start + length));
          const inOne = await reading(whole);
          const inParts = await reading(await fileParts(whole, partBytes));
          for (const way of ['scanned', 'read'] as const) expectWithin(inOne[way], inParts[way]);
        },
      ),
      { numRuns: 150 },
    );
  });

  /** The records of one reading, in their order, among those of another. */
  function expectWithin(fewer: readonly string[], more: readonly string[]): void {
    let from = 0;
    for (const one of fewer.filter((record) => !record.startsWith('malformed'))) {
      const found = more.indexOf(one, from);
      expect(found, `${one} in ${more.join('\n')}`).toBeGreaterThanOrEqual(from);
      from = found + 1;
    }
  }
});

describe('a file stays as it is', () => {
  const lines = Array.from({ length: 50 }, (_, n) => JSON.stringify(record(n)));

  test.each([
    ['compressed', gzipSync(lines.join('\n')), 'input.json.gz'],
    ['no gzip for all its name', `<html>\n${lines.join('\n')}`, 'page.json.gz'],
    ['a trail file', JSON.stringify({ Records: lines.map((line) => JSON.parse(line) as unknown) }), 'trail.json'],
    ['a trail file, its records one a line', `{"Records":[\n${lines.join(',\n')}]}`, 'lined-trail.json'],
    ['a list whose commas are missing', `[\n${lines.join('\n')}\n]`, 'list.json'],
    ['records indented', lines.map((line) => JSON.stringify(JSON.parse(line), null, 2)).join('\n'), 'indented.json'],
    ['no JSON', lines.join('\n').replaceAll('{', '<'), 'page.log'],
    ['one line', lines[0]?.repeat(20) ?? '', 'line.json'],
  ])('%s', async (_, content, name) => {
    const whole = written(content, name);
    const parts = await fileParts(whole, 100);
    expect(parts).toEqual(whole);
    expect(await reading(parts)).toEqual(await reading(whole));
  });

  test('where it is no larger than two parts', async () => {
    const whole = written(lines.join('\n'));
    const half = Math.ceil(Buffer.byteLength(lines.join('\n')) / 2);
    expect(await fileParts(whole, half)).toEqual(whole);
    expect((await fileParts(whole, half - 1)).length).toBeGreaterThan(1);
    expect(await fileParts(whole)).toEqual(whole);
  });

  test('where it is gone, and says so when it is read', async () => {
    const gone = { kind: 'file', path: join(folder, 'gone.ndjson'), bytes: 10_000 } as const;
    expect(await fileParts([gone, { kind: 'stdin' }], 100)).toEqual([gone, { kind: 'stdin' }]);
    expect((await reading([gone])).scanned).toEqual([expect.stringMatching(/^malformed at 0: .*ENOENT/)]);
  });
});

describe('the parts of a file', () => {
  const lines = Array.from({ length: 200 }, (_, n) => JSON.stringify(record(n)));

  test('go around a record that is longer than a boundary is looked for', async () => {
    const long = JSON.stringify({ ...record(7), policy: 'x'.repeat(3 << 20) });
    const whole = written([...lines, long, ...lines].join('\n'));
    const parts = await fileParts(whole, 10_000);
    expect(parts.length).toBeGreaterThan(4);
    expect(await reading(parts)).toEqual(await reading(whole));
  });

  test('have together the size of the file, and the last reads what was added since', async () => {
    const whole = written(lines.join('\n'));
    const parts = await fileParts(whole, 5000);
    const sizes = parts.map((part) => (part.kind === 'file' ? part.bytes : 0));
    expect(sizes.reduce((sum, bytes) => sum + bytes)).toBe(Buffer.byteLength(lines.join('\n')));
    appendFileSync(join(folder, 'input.ndjson'), `\n${JSON.stringify(ecs(1))}`);
    expect(await reading(parts)).toEqual(await reading(whole));
  });

  test('name lines of the whole file, in other threads too', async () => {
    const whole = written([...lines, '{"a":1', ...lines, '{"a"}', ''].join('\n'));
    const parts = structuredClone(await fileParts(whole, 5000));
    const places: InputRecord['place'][] = [];
    for (const part of parts.toReversed())
      await scanRecords(part, {
        scanned: () => {},
        read: ({ kind, place }) => kind === 'malformed' && places.push(place),
      });
    expect(structuredClone(places)).toEqual([402, 201].map((line) => ({ path: join(folder, 'input.ndjson'), line })));
  });
});
