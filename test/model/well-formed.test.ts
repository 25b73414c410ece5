import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalDigest } from '../../src/digest/canonical-digest.ts';
import { wellFormed } from '../../src/model/well-formed.ts';

const anyText = fc.string({ unit: 'binary' }).map((text) => text + String.fromCharCode(0xd800 + (text.length % 0x7ff)));

test('whatever JSON can hold has a digest once it is well-formed, and what was well-formed is left as it was', () => {
  fc.assert(
    fc.property(fc.jsonValue(), anyText, (value, text) => {
      expect(wellFormed(value)).toBe(value);
      const hostile = { [text]: [text, { inner: text }], value };
      expect(() => canonicalDigest(hostile)).toThrow();
      expect(canonicalDigest(wellFormed(hostile))).toMatch(/^sha256:/);
    }),
  );
});

test('a lone surrogate becomes U+FFFD and all else stays, in keys as well', () => {
  expect(wellFormed({ 'a\uD800': ['\uDFFFb', 1, null, '\u{1F511}'] })).toEqual({
    'a\uFFFD': ['\uFFFDb', 1, null, '\u{1F511}'],
  });
});
