import type { AuditKind } from './audit-kinds.ts';
import type { WrittenRecord } from './audit-record.ts';
import type { HistoryRecords } from './history-records.ts';

/** What one place says and the other does not; or a row whose bytes are not those that its ID was made of. */
export interface RecordDifference {
  readonly id: string;
  readonly at: string;
  readonly kind: string;
  readonly what: 'not-in-table' | 'not-in-history' | 'altered';
}

/**
 * Written by no workflow of a case, and so in no history: what the responder refuses, whoever asked for it, and what an operator does past
 * all cases.
 */
const directKinds: ReadonlySet<string> = new Set<AuditKind>(['write-refused', 'memory-accepted']);

/**
 * Where workflow history and the table tell different things of a case. What is missing in a history can be told only while all of it is
 * kept.
 */
export function compareRecords(
  history: HistoryRecords & { readonly whole: boolean },
  table: readonly (WrittenRecord & { readonly intact: boolean })[],
): readonly RecordDifference[] {
  const inTable = new Set(table.map(({ id }) => id));
  const unwritten = history.written.filter(({ id }) => !inTable.has(id));
  const foreign = history.whole ? table.filter(({ id, kind }) => !history.begun.has(id) && !directKinds.has(kind)) : [];
  const altered = table.filter(({ intact }) => !intact);
  return [
    ...unwritten.map(difference('not-in-table')),
    ...foreign.map(difference('not-in-history')),
    ...altered.map(difference('altered')),
  ];
}

function difference(what: RecordDifference['what']) {
  return ({ id, at, kind }: WrittenRecord): RecordDifference => ({ id, at, kind, what });
}
