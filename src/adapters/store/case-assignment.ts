import { randomInt } from 'node:crypto';
import type { AlertForCase } from '../../detection/live/live-ports.ts';
import type { CaseId, Instant } from '../../model/ids.ts';
import { graverSeverity, type Severity } from '../../model/severity.ts';
import type { StoreDb } from './database.ts';
import { jsonText } from './json-text.ts';

/**
 * Gives an alert to its actor's open case, or opens one, within detection's transaction. The case's row is locked until that
 * ends, so that the case neither closes nor claims meanwhile.
 */
export async function assignToCase(db: StoreDb, alert: AlertForCase, at: Instant): Promise<CaseId> {
  const caseId = await openCaseOf(db, alert, at);
  await db
    .updateTable('alerts')
    .set({ case_id: caseId, carried_over: false, assigned_at: at })
    .where('id', '=', alert.id)
    .where('case_id', 'is', null)
    .execute();
  return caseId;
}

/** Each round either finds the actor's open case or makes it; a case that closes in between ends a round, not the search. */
async function openCaseOf(db: StoreDb, alert: AlertForCase, at: Instant): Promise<CaseId> {
  for (;;) {
    const known = await db
      .selectFrom('cases')
      .select(['id', 'severity'])
      .where('actor_key', '=', alert.actorKey)
      .where('closed_at', 'is', null)
      .forUpdate()
      .executeTakeFirst();
    if (known !== undefined) {
      await raiseSeverity(db, known.id, known.severity, alert.severity);
      return known.id;
    }
    const made = await openCase(db, alert, at);
    if (made !== null) return made;
  }
}

async function raiseSeverity(db: StoreDb, caseId: CaseId, before: Severity, given: Severity): Promise<void> {
  const severity = graverSeverity(before, given);
  if (severity !== before) await db.updateTable('cases').set({ severity }).where('id', '=', caseId).execute();
}

async function openCase(db: StoreDb, alert: AlertForCase, at: Instant): Promise<CaseId | null> {
  const row = await db
    .insertInto('cases')
    .values({
      id: newCaseId(),
      actor_key: alert.actorKey,
      actor: jsonText(alert.actor),
      account_id: alert.accountId,
      status: 'gathering',
      severity: alert.severity,
      opened_at: at,
    })
    // The ID may be taken, or another transaction was faster with the actor.
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  return row?.id ?? null;
}

/** Crockford's base 32 without its vowels, so that no ID reads as a word. */
const caseIdAlphabet = '0123456789BCDFGHJKMNPQRSTVWXYZ';

/** Opaque and random: an ID says nothing about its actor. */
function newCaseId(): CaseId {
  const letters = Array.from({ length: 6 }, () => caseIdAlphabet[randomInt(caseIdAlphabet.length)]);
  return `TH-${letters.join('')}` as CaseId;
}
