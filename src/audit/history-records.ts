import type { CaseId, Instant } from '../model/ids.ts';
import type { AuditNote } from './audit-kinds.ts';
import { caseRecord, type WrittenRecord } from './audit-record.ts';
import type { HistoryEvent } from './history-event.ts';
import { arrayIn, fieldsOf, textIn } from './untrusted-fields.ts';

/** The audit records that a case's histories show. */
export interface HistoryRecords {
  /** Of activities that have ended, as their inputs have them. */
  readonly written: readonly WrittenRecord[];
  /** Of those that were begun: their record may be in the table already. */
  readonly begun: ReadonlySet<string>;
  /** Every activity that was asked for: what is written of it alone, and past all notes, has its instant. */
  readonly asked: readonly AskedActivity[];
}

export interface AskedActivity {
  readonly workflowId: string;
  readonly at: Instant;
  /** The action of a plan that it is about; empty where it is about none. */
  readonly actionId: string;
}

/**
 * The records that stand as inputs of the activities that write them: `notes`, whatever the activity is called. Pure: the same histories
 * give the same records, with the same IDs. Whoever can write to Temporal can write a history: what has not our form is passed over.
 */
export function historyRecords(events: readonly HistoryEvent[]): HistoryRecords {
  const written = events.flatMap((event) => (event.kind === 'activity-completed' ? recordsIn(event.input) : []));
  const begun = events.flatMap((event) => (event.kind === 'activity-scheduled' ? recordsIn(event.input) : []));
  const asked = events.flatMap((event) => {
    if (event.kind !== 'activity-scheduled') return [];
    return [{ workflowId: event.workflowId, at: event.at, actionId: textIn(event.input[0], 'actionId') }];
  });
  return { asked, written, begun: new Set([...begun, ...written].map(({ id }) => id)) };
}

function recordsIn([input]: readonly unknown[]): readonly WrittenRecord[] {
  const { caseId } = fieldsOf(input);
  if (typeof caseId !== 'string') return [];
  return arrayIn(input, 'notes').flatMap((note) => {
    if (!isNote(note)) return [];
    const { id, entry } = caseRecord(caseId as CaseId, note);
    return [{ ...entry, id }];
  });
}

/** It has the fields of a note; whether its data is that of its kind is asked where it is told. */
function isNote(note: unknown): note is AuditNote {
  function isText(name: string) {
    return typeof fieldsOf(note)[name] === 'string';
  }
  const { actor, data } = fieldsOf(note);
  const mayAct = actor === undefined || typeof actor === 'string';
  return (
    isText('kind') && isText('subject') && !Number.isNaN(Date.parse(textIn(note, 'at'))) && mayAct && data !== undefined
  );
}
