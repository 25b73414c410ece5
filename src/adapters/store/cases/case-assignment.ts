import { randomInt } from 'node:crypto';
import type { AlertForCase } from '../../../detection/live/live-ports.ts';
import type { Seed } from '../../../cloudtrail/seed.ts';
import type { CaseId, Instant } from '../../../model/ids.ts';
import { graverSeverity, type Severity } from '../../../model/severity.ts';
import { growCase } from './case-growth.ts';
import type { StoreDb } from '../database.ts';
import { canonicalDigest } from '../../../digest/canonical-digest.ts';
import { jsonText, storableText } from '../json-text.ts';

/**
 * Gives an alert to the open case that holds its caller, or to its actor's, or opens one, within detection's transaction; and
 * lets the case grow by what the alert's caller leads to, which may show that two cases are one. The case's row is locked until that
 * ends, so that the case neither closes nor claims meanwhile.
 */
export async function assignToCase(db: StoreDb, given: AlertForCase, at: Instant): Promise<CaseId> {
  const alert = given.seed === null ? given : { ...given, seed: await underOwnNames(db, given.seed) };
  const caseId = await openCaseOf(db, alert, at);
  await db
    .updateTable('alerts')
    .set({ case_id: caseId, carried_over: false, assigned_at: at })
    .where('id', '=', alert.id)
    .where('case_id', 'is', null)
    .execute();
  // A caller that the case knows leads to what the case has: a flood of alerts walks once.
  const isNew = alert.seed !== null && (await addSeed(db, caseId, alert.seed));
  return isNew ? growCase(db, caseId, at) : caseId;
}

/** A seed with its caller under its own name, where another account's record had its unique ID only. */
async function underOwnNames(db: StoreDb, seed: Seed): Promise<Seed> {
  const { identity, principal } = seed;
  const rows = await db
    .selectFrom('identity_aliases')
    .selectAll()
    .where('alias', 'in', [identity, principal])
    .execute();
  const names = new Map(rows.map((row) => [row.alias, row.identity_id]));
  return { ...seed, identity: names.get(identity) ?? identity, principal: names.get(principal) ?? principal };
}

/** @returns true where the case has not begun there before. */
async function addSeed(db: StoreDb, caseId: CaseId, seed: Seed): Promise<boolean> {
  const { principal, identity, credential, source, at } = seed;
  const added = await db
    .insertInto('case_seeds')
    .values({
      case_id: caseId,
      id: canonicalDigest([principal, identity, credential, source]),
      principal,
      identity,
      credential,
      source: source === null ? null : storableText(source),
      at,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return added.numInsertedOrUpdatedRows === 1n;
}

/** Each round either finds the open case or makes it; a case that closes in between ends a round, not the search. */
async function openCaseOf(db: StoreDb, alert: AlertForCase, at: Instant): Promise<CaseId> {
  for (;;) {
    const known =
      (alert.seed === null ? undefined : await caseHolding(db, alert.seed)) ?? (await caseOfActor(db, alert.actorKey));
    if (known !== undefined) {
      await raiseSeverity(db, known.id, known.severity, alert.severity);
      return known.id;
    }
    const made = await openCase(db, alert, at);
    if (made !== null) return made;
  }
}

interface OpenCase {
  readonly id: CaseId;
  readonly severity: Severity;
}

function caseOfActor(db: StoreDb, actorKey: string): Promise<OpenCase | undefined> {
  return db
    .selectFrom('cases')
    .select(['id', 'severity'])
    .where('actor_key', '=', actorKey)
    .where('closed_at', 'is', null)
    .forUpdate()
    .executeTakeFirst();
}

/** The credential says it best: an identity that is held may have been so by another name of it. */
async function caseHolding(db: StoreDb, { credential, identity }: Seed): Promise<OpenCase | undefined> {
  const ids = credential === null ? [identity] : [credential, identity];
  const rows = await db
    .selectFrom('cases')
    .innerJoin('case_identities', 'case_identities.case_id', 'cases.id')
    .select(['cases.id', 'cases.severity', 'case_identities.identity_id'])
    .where('case_identities.held', '=', true)
    .where('case_identities.identity_id', 'in', ids)
    .where('cases.closed_at', 'is', null)
    .forUpdate('cases')
    .execute();
  return rows.find(({ identity_id: id }) => id === credential) ?? rows[0];
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
export function newCaseId(): CaseId {
  const letters = Array.from({ length: 6 }, () => caseIdAlphabet[randomInt(caseIdAlphabet.length)]);
  return `TH-${letters.join('')}` as CaseId;
}
