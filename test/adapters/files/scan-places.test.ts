import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { fileParts } from '../../../src/adapters/files/file-parts.ts';
import { inputSources } from '../../../src/adapters/files/input-paths.ts';
import { ScanMemory, scanPlaces, scanRecords } from '../../../src/adapters/files/scan-records.ts';

const folder = mkdtempSync(join(tmpdir(), 'trailhound-places-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Placed {
  readonly content: number;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Reads a file, and then what was found in it by place: the records, and those of them that are wanted, as found again. */
async function again(
  bytes: Buffer,
  name: string,
  isWanted: (position: number) => boolean,
  partBytes: number,
): Promise<{ readonly wanted: readonly string[]; readonly found: readonly string[] }> {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  const wanted: string[] = [];
  const found: string[] = [];
  for (const source of await fileParts(inputSources([path]), partBytes)) {
    if (source.kind !== 'file') throw new Error('it is a file');
    const records: Placed[] = [];
    let content = -1;
    await scanRecords(source, {
      content: () => (content += 1),
      scanned: (record) => {
        const { origin, start, end } = record;
        records.push({ content, start: origin + start, end: origin + end, text: record.original() });
      },
      read: () => expect.unreachable('all are in their own form'),
    });
    const chosen = records.filter((_, position) => isWanted(position));
    wanted.push(...chosen.map(({ text }) => text));
    const places = Map.groupBy(chosen, (each) => each.content);
    await scanPlaces(
      source,
      new Map([...places].map(([at, each]) => [at, Uint32Array.from(each.flatMap(({ start, end }) => [start, end]))])),
      { scanned: (record) => found.push(record.original()), read: () => expect.unreachable('they were found before') },
      new ScanMemory(),
    );
  }
  return { wanted, found };
}

const records = fc.array(
  fc.record({
    eventTime: fc.constant('2026-07-04T09:17:43Z'),
    eventName: fc.constant('CreateUser'),
    eventID: fc.uuid(),
    requestParameters: fc.dictionary(fc.string(), fc.string({ unit: 'binary' })),
    // Large ones lie in several chunks, and what is between them is left out.
    userAgent: fc.oneof(
      fc.string(),
      fc.nat(1_500_000).map((length) => 'x'.repeat(length)),
    ),
  }),
  { minLength: 1, maxLength: 12 },
);

const forms: Readonly<Record<string, (texts: readonly string[]) => Buffer>> = {
  'trail.json': (texts) => Buffer.from(`\uFEFF {"Records": [${texts.join(' ,\n')}] , "other": 1}`),
  'lists.json': (texts) => Buffer.from(`{"Records":[${texts.join(',')}]}\n[${texts.join(',')}]`),
  'lines.json': (texts) => Buffer.from(texts.join('\n')),
  'trail.json.gz': (texts) => gzipSync(`{"Records":[${texts.join(',')}]}`),
};

test.each(Object.keys(forms))('what was found in %s is found again at its place, and nothing else is', async (name) => {
  await fc.assert(
    fc.asyncProperty(records, fc.infiniteStream(fc.boolean()), async (made, choices) => {
      const form = forms[name] as (texts: readonly string[]) => Buffer; // its key is one
      const chosen = [...choices.take(2 * made.length)];
      const bytes = form(made.map((record) => JSON.stringify(record)));
      const { wanted, found } = await again(bytes, name, (position) => chosen[position] === true, 1_000_000);
      expect(found).toEqual(wanted);
    }),
    { numRuns: 15 },
  );
});
