import type { ActionJournal, JournalRow } from '../../src/response/action-journal.ts';

/** A journal in memory, for tests that need neither PostgreSQL nor its survival. */
export function memoryJournal(): ActionJournal & { readonly rows: JournalRow[] } {
  const rows: JournalRow[] = [];
  return {
    rows,
    claim: async () => 'ours',
    actions: async () => [],
    rowsOf: async (intentId, step) => rows.filter((row) => row.intentId === intentId && row.step === step),
    rowsOfAction: async (intentId) => rows.filter((row) => row.intentId === intentId),
    write: async (row) => {
      const known = rows.find((k) => k.step === row.step && k.mark === row.mark && k.attempt === row.attempt);
      if (known === undefined) rows.push(structuredClone(row));
      return { row: known ?? row, written: known === undefined };
    },
    end: async () => {},
  };
}
