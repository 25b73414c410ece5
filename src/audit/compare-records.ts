import type { AuditKind } from './audit-kinds.ts';
import { typedEntry, type WrittenRecord } from './audit-record.ts';
import type { HistoryRecords } from './history-records.ts';

/** What one place says and the other does not; or a row whose bytes are not those that its ID was made of. */
export interface RecordDifference {
  readonly id: string;
  readonly at: string;
  readonly kind: string;
  readonly what: 'not-in-table' | 'not-in-history' | 'altered';
}

/** What people do about a case that has closed, or a response that has ended, is written by their commands: no workflow of it is there. */
const byCommand: ReadonlySet<string> = new Set<AuditKind>(['note-added-later', 'case-reopened', 'stop-too-late']);

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
  const foreign = history.whole
    ? table.filter((row) => !history.begun.has(row.id) && !byCommand.has(row.kind) && !isRefusal(row, history))
    : [];
  const altered = table.filter(({ intact }) => !intact);
  return [
    ...unwritten.map(difference('not-in-table')),
    ...foreign.map(difference('not-in-history')),
    ...altered.map(difference('altered')),
  ];
}

/**
 * What the responder refuses it writes down itself, at the instant at which it was asked: where none of the case's workflows asked then for
 * that action, somebody else did, or whoever owns the store made the row.
 */
function isRefusal(row: WrittenRecord, { asked }: HistoryRecords): boolean {
  const entry = typedEntry(row);
  if (entry?.kind !== 'write-refused') return false;
  const { workflowId } = entry.data;
  return asked.some(
    (each) =>
      each.at === entry.at &&
      (workflowId === undefined || each.workflowId === workflowId) &&
      (each.actionId === '' || each.actionId === entry.subject),
  );
}

function difference(what: RecordDifference['what']) {
  return ({ id, at, kind }: WrittenRecord): RecordDifference => ({ id, at, kind, what });
}
