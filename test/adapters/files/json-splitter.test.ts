import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonSplitter } from '../../../src/adapters/files/json-splitter.ts';

function split(text: string | Buffer, chunkSize = 1 << 16) {
  const pieces: string[] = [];
  const lines: number[] = [];
  const faults: string[] = [];
  const splitter = new JsonSplitter({
    piece: ({ bytes, line }) => {
      pieces.push(bytes.toString('utf8'));
      lines.push(line);
    },
    fault: ({ line, problem }) => faults.push(`${line}: ${problem}`),
  });
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += chunkSize) splitter.push(bytes.subarray(at, at + chunkSize));
  splitter.end();
  return { pieces: pieces.map((piece) => piece.trim()), lines, faults };
}

describe('the JSON splitter', () => {
  it('hands on the elements of a list and of an envelope one by one', () => {
    expect(split('[{"a":1}, {"b":[2]}\n]').pieces).toEqual(['{"a":1}', '{"b":[2]}']);
    expect(split('{"Records": [{"a":1},{"b":"}]"}], "more": [{"c":1}]}').pieces).toEqual(['{"a":1}', '{"b":"}]"}']);
    expect(split('{"NextToken":"x","Events":[{"a":1}]}').pieces).toEqual(['{"a":1}']);
  });

  it('hands on the elements of every list of an envelope, wherever its input is cut', () => {
    const text =
      '{"x":"Events","Records":[{"a":1}],"y":{"Records":[0]},"Events":[],"\\u0052ecords":[{"b":2},{"c":3}],"z":[4]}';
    for (let chunkSize = 1; chunkSize <= text.length; chunkSize += 1)
      expect(split(text, chunkSize)).toEqual({
        pieces: ['{"a":1}', '{"b":2}', '{"c":3}'],
        lines: [1, 1, 1],
        faults: [],
      });
  });

  it('takes a single record, several one after the other, and one a line', () => {
    expect(split('{\n  "a": 1\n}').pieces).toEqual(['{\n  "a": 1\n}']);
    expect(split('{"a":1}{"b":2}').pieces).toEqual(['{"a":1}', '{"b":2}']);
    expect(split('{"a":1}\n{"b":2}\n\n{"c":3}')).toMatchObject({
      pieces: ['{"a":1}', '{"b":2}', '{"c":3}'],
      lines: [1, 2, 4],
    });
    expect(split('{"Records":[{"a":1}]}\n{"Records":[{"b":2}]}').pieces).toEqual(['{"a":1}', '{"b":2}']);
  });

  it('does not mistake a list inside a record for an envelope', () => {
    const record = '{"eventName":"x","resources":[{"a":1}],"requestParameters":{"Records":[{"b":2}]}}';
    expect(split(record).pieces).toEqual([record]);
  });

  it('loses only the line that breaks off', () => {
    expect(split('{"a":"broken\n{"b":2}\n{"c":3}\n')).toMatchObject({
      pieces: ['{"b":2}', '{"c":3}'],
      faults: [expect.stringMatching(/^1:/)],
    });
    expect(split('{"a":"behind a backslash\\\n{"b":2}\n')).toMatchObject({
      pieces: ['{"b":2}'],
      lines: [2],
      faults: [expect.stringMatching(/^1:/)],
    });
    expect(split('{"a":1}\n{"b":{"x":\n{"c":3}\n')).toMatchObject({
      pieces: ['{"a":1}', '{"c":3}'],
      faults: [expect.stringMatching(/^2:/)],
    });
    expect(split('{"b":{"x":1,\n{"c":3}\n{"d":4}').pieces).toEqual(['{"b":{"x":1,', '{"c":3}', '{"d":4}']);
  });

  it('says so where the input ends too early', () => {
    expect(split('[{"a":1},{"b"')).toMatchObject({
      pieces: ['{"a":1}'],
      faults: [expect.stringMatching(/ends in the middle/)],
    });
    expect(split('{"Records":[{"a":1}').faults).toHaveLength(1);
    expect(split('').faults).toEqual([]);
  });

  it('hands scalars on, for others to refuse', () => {
    expect(split('[1, "a]", null, {"a":1}]').pieces).toEqual(['1', '"a]"', 'null', '{"a":1}']);
  });

  it('skips a byte order mark', () => {
    expect(split('\uFEFF{"a":1}').pieces).toEqual(['{"a":1}']);
  });

  it('cuts any records back out of any form they were put in, however the input is cut', () => {
    const records = fc.array(
      fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })).filter((r) => !('Records' in r) && !('Events' in r)),
      { minLength: 1 },
    );
    const form = fc.constantFrom<(texts: string[]) => string>(
      (texts) => `[${texts.join(',')}]`,
      (texts) => `{"Records":[${texts.join(',\n')}],"x":{"y":[1]}}`,
      (texts) => texts.join('\n'),
      (texts) => texts.join(' '),
      (texts) => `${texts.map((text) => JSON.stringify(JSON.parse(text), null, 2)).join('\n')}\n`,
    );
    fc.assert(
      fc.property(records, form, fc.integer({ min: 1, max: 40 }), (values, write, chunkSize) => {
        const { pieces, faults } = split(write(values.map((value) => JSON.stringify(value))), chunkSize);
        const parsed = pieces.flatMap((piece) => {
          const value = JSON.parse(piece) as { Records?: unknown[] };
          return value.Records ?? [value];
        });
        expect(faults).toEqual([]);
        expect(parsed).toEqual(values.map((value) => JSON.parse(JSON.stringify(value)) as unknown));
      }),
    );
  });
});
