import { createFieldTable, eventFields } from '../../../src/detection/fields/document-fields.ts';
import type { FieldTable, Predicate } from '../../../src/detection/fields/event-fields.ts';
import { compileEventFilter, defaultCategoryField } from '../../../src/detection/eql/event-filter.ts';
import { parseEql } from '../../../src/detection/eql/parser.ts';
import type { DetectionEvent } from '../../../src/detection/rule-type.ts';
import type { AccountId, Instant } from '../../../src/model/ids.ts';
import type { JsonObject } from '../../../src/model/json.ts';

/** An event with the given fields, at a second after midnight. */
export function eventAt(second: number, eventId: string, document: JsonObject, fields: FieldTable): DetectionEvent {
  const eventTimeMs = Date.UTC(2026, 0, 1) + second * 1000;
  return {
    ref: { accountId: '111122223333' as AccountId, eventId, revision: 0 },
    eventTime: new Date(eventTimeMs).toISOString() as Instant,
    eventTimeMs,
    fields: eventFields(document, fields),
  };
}

/** Whether a query of single events matches a document. */
export function matches(query: string, document: JsonObject, categoryField = defaultCategoryField): boolean {
  const table = createFieldTable();
  const predicate: Predicate = compile(query, table, categoryField);
  return predicate(eventFields(document, table));
}

function compile(query: string, table: FieldTable, categoryField: string): Predicate {
  const parsed = parseEql(query);
  if (parsed.kind !== 'event') throw new TypeError('expected a query of single events');
  return compileEventFilter(parsed.filter, categoryField, table);
}
