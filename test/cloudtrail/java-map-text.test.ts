import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { javaMapText, mostJavaTextLength } from '../../src/cloudtrail/java-map-text.ts';
import type { JsonValue } from '../../src/model/json.ts';

const numbers = fc.oneof(fc.double({ noNaN: true }), fc.constantFrom(1e308, -1e308, 5e-324, 0.1, 1e21));
const { values } = fc.letrec<{ readonly values: JsonValue }>((tie) => ({
  values: fc.oneof(
    { weight: 3, arbitrary: fc.oneof(fc.string(), numbers, fc.boolean(), fc.constant(null)) },
    fc.array(tie('values'), { maxLength: 4 }),
    fc.dictionary(fc.string({ maxLength: 3 }), tie('values'), { maxKeys: 4 }),
  ),
}));

test("no value's text is longer than its parts say it can be", () => {
  fc.assert(
    fc.property(values, (value) => {
      expect((javaMapText(value) ?? '').length).toBeLessThanOrEqual(mostJavaTextLength(value));
    }),
    { numRuns: 2000 },
  );
});
