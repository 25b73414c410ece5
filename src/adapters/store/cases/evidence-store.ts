import { sql } from 'kysely';
import type { GatheredEvidence } from '../../../investigation/evidence/evidence-content.ts';
import type { Finding } from '../../../model/finding.ts';
import type { CaseId, Digest, Instant } from '../../../model/ids.ts';
import type { JsonValue } from '../../../model/json.ts';
import type { StoreDb } from '../database.ts';
import { exactJsonText, jsonText } from '../json-text.ts';

/** Keeps evidence of a case; the same content under the same case is kept once, with when it was seen so last. */
export async function saveEvidence(db: StoreDb, caseId: CaseId, evidence: readonly GatheredEvidence[]): Promise<void> {
  if (evidence.length === 0) return;
  await db
    .insertInto('evidence')
    .values(
      [...new Map(evidence.map((each) => [each.digest, each])).values()].map((each) => ({
        case_id: caseId,
        digest: each.digest,
        kind: each.kind,
        source: each.source,
        taken_at: each.takenAt,
        availability: each.availability,
        why: each.why ?? null,
        content: exactJsonText(each.content as unknown as JsonValue), // plain data, of interfaces that have no index signature
      })),
    )
    .onConflict((conflict) =>
      conflict
        .columns(['case_id', 'digest'])
        .doUpdateSet((excluded) => ({ taken_at: excluded.ref('excluded.taken_at') }))
        .whereRef('evidence.taken_at', '<', 'excluded.taken_at'),
    )
    .execute();
}

/** Deletes evidence that is not among those named, and that no plan of the case names. */
export async function dropEvidence(db: StoreDb, caseId: CaseId, keep: readonly Digest[]): Promise<void> {
  // As text: whatever a plan holds, it cannot make this fail.
  await sql`
    delete from evidence e
    where e.case_id = ${caseId} and not e.digest = any(${[...keep]}::text[])
      and not exists (select from plans p where p.case_id = e.case_id and position(e.digest in p.plan::text) > 0)
  `.execute(db);
}

/** All evidence of a case, or the pieces named, oldest first. */
export async function loadEvidence(
  db: StoreDb,
  caseId: CaseId,
  digests?: readonly Digest[],
): Promise<readonly GatheredEvidence[]> {
  if (digests?.length === 0) return [];
  const rows = await db
    .selectFrom('evidence')
    .selectAll()
    .where('case_id', '=', caseId)
    .$if(digests !== undefined, (query) => query.where('digest', 'in', [...(digests ?? [])]))
    .orderBy('taken_at')
    .orderBy('kind')
    .execute();
  const evidence = rows.map((row) => ({
    digest: row.digest,
    kind: row.kind,
    source: row.source,
    takenAt: row.taken_at,
    availability: row.availability,
    content: row.content,
    ...(row.why === null ? {} : { why: row.why }),
  }));
  return evidence as unknown as readonly GatheredEvidence[]; // it comes back in the types in which it was saved
}

/** Replaces a case's findings by those that its present evidence supports. */
export async function saveFindings(
  db: StoreDb,
  caseId: CaseId,
  findings: readonly Finding[],
  foundAt: Instant,
): Promise<void> {
  if (findings.length === 0) return await dropFindings(db, caseId, []);
  await db.transaction().execute(async (transaction) => {
    await dropFindings(
      transaction,
      caseId,
      findings.map(({ id }) => id),
    );
    for (const finding of findings) await saveFinding(transaction, caseId, finding, foundAt);
  });
}

/** Deletes a case's findings but for those that are to be kept. */
async function dropFindings(db: StoreDb, caseId: CaseId, keep: readonly string[]): Promise<void> {
  await db
    .deleteFrom('findings')
    .where('case_id', '=', caseId)
    .$if(keep.length > 0, (query) => query.where('id', 'not in', [...keep]))
    .execute();
}

async function saveFinding(db: StoreDb, caseId: CaseId, finding: Finding, foundAt: Instant): Promise<void> {
  const content = {
    kind: finding.kind,
    sentence: finding.sentence,
    direction: finding.direction,
    confidence: finding.confidence,
    techniques: jsonText(finding.techniques),
    facts: jsonText(finding.facts),
    proof: jsonText(finding.proof),
  };
  await db
    .insertInto('findings')
    .values({ case_id: caseId, id: finding.id, found_at: foundAt, ...content })
    .onConflict((conflict) => conflict.columns(['case_id', 'id']).doUpdateSet(content))
    .execute();
}

/** A case's findings, in the order in which they were found. */
export async function loadFindings(db: StoreDb, caseId: CaseId): Promise<readonly Finding[]> {
  const rows = await db
    .selectFrom('findings')
    .selectAll()
    .where('case_id', '=', caseId)
    .orderBy('found_at')
    .orderBy('id')
    .execute();
  return rows.map(({ case_id: _caseId, found_at: _foundAt, ...finding }) => finding);
}
