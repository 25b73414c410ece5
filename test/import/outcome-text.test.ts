import { expect, test } from 'vitest';
import { outcomeText } from '../../src/entry/import/print-import.ts';
import type { SourceId } from '../../src/model/ids.ts';
import { plainText } from '../../src/model/safe-text.ts';

const old = 'import/old' as SourceId;
const outcome = { inputs: 1, records: 1, newRecords: 1, malformed: 0, digest: null, published: 1, stopped: false };

test('what came of an import is told in the singular where it is one, and with groups of digits where it is many', () => {
  expect(plainText(outcomeText(old, outcome))).toContain('1 record in 1 input as log source');
  expect(plainText(outcomeText(old, outcome))).toContain('1 event goes to detection');
  const many = outcomeText(old, { ...outcome, records: 6000, newRecords: 6000, published: 6000 });
  expect(plainText(many)).toContain('6,000 records in 1 input');
  expect(plainText(many)).toContain('6,000 events go to detection');
});
