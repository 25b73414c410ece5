import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { normalizeRecord } from '../../src/cloudtrail/normalize.ts';
import { compileRuleSet } from '../../src/detection/engine.ts';
import { alertsOn } from '../../src/detection/rule-examples.ts';
import type { DetectionEvent } from '../../src/detection/rule-type.ts';
import type { AccountId, Instant } from '../../src/model/ids.ts';
import { pack } from './rule-pack.ts';

const recordings = join(import.meta.dirname, '../../../shared/corpora/cloudtrail-stratus');
const available = existsSync(recordings);
if (!available) console.warn('SKIPPED: the recordings in ../shared/corpora/cloudtrail-stratus are not here');

const recordsSchema = z.array(
  z
    .record(z.string(), z.json())
    .and(z.object({ eventID: z.string(), eventTime: z.string(), recipientAccountId: z.string() })),
);

/** The recordings name their tool as the client; a rule that looks at that name would make this test easy. */
const rules = pack.filter(({ name }) => name !== 'initial-access-attack-tool-user-agent');
const ruleSet = compileRuleSet(rules.flatMap(({ reading }) => (reading.file === null ? [] : [reading.file])));

function eventsIn(file: string): readonly DetectionEvent[] {
  const records = recordsSchema.parse(JSON.parse(readFileSync(join(recordings, file), 'utf8')));
  return records.map((record) => ({
    ref: { accountId: record.recipientAccountId as AccountId, eventId: record.eventID, revision: 0 },
    eventTime: record.eventTime as Instant,
    eventTimeMs: Date.parse(record.eventTime),
    fields: ruleSet.fieldsOf(normalizeRecord(record)),
  }));
}

describe.skipIf(!available)('each recorded attack raises an alert of the pack', () => {
  test.each(available ? readdirSync(recordings).toSorted() : ['none'])('%s', (file) => {
    const events = eventsIn(file);
    const raised = ruleSet.rules.filter(({ matcher }) => alertsOn(matcher, events).length > 0);
    expect(raised.map(({ rule }) => rule.name)).not.toEqual([]);
  });
});
