import { dayMs } from '../../../model/duration.ts';
import { subjectDigest, verifyAcceptance } from '../../../approval/signed-acceptance.ts';
import { identityNamed, type CaseSight } from '../../../investigation/case/case-sight.ts';
import type { CaseTrust } from '../../../investigation/case/case-trust.ts';
import type { Acceptance, Closure } from '../../../investigation/case/case-material.ts';
import { deniesWhile, thingsAbout, thingsOfMember } from '../../../investigation/plan/things-at-stake.ts';
import type { ThingKey } from '../../../investigation/effects/effect.ts';
import { seedOfEvent, type Seed } from '../../../cloudtrail/seed.ts';
import { walk, type Walk } from '../../../investigation/links/walk.ts';
import { seenEvent, type SeenEvent } from '../../../investigation/seen-event.ts';
import type { Identity, IdentityId } from '../../../model/identity.ts';
import type { AccountId, CaseId, Instant } from '../../../model/ids.ts';
import { countsNoMore } from '../../../response/acceptances-taken.ts';
import { canonicalDigest } from '../../../digest/canonical-digest.ts';
import { eventRefKey, type EventRef } from '../../../model/trail-event.ts';
import { compareInstants, instantAfter } from '../../../model/instant.ts';
import { loadAcceptances } from './case-acts-store.ts';
import { readAccounts, separatedFrom } from './case-growth.ts';
import { loadCaseAlerts } from './case-store.ts';
import type { StoreDb } from '../database.ts';
import { eventsByRef } from '../events/event-archive.ts';
import { eventsAbout } from '../events/event-thing-store.ts';
import { loadEvidence } from './evidence-store.ts';
import { storedLinks } from '../events/link-store.ts';
import { loadLatestPlan } from './plan-store.ts';
import { callsOfMembers, rolesAlerted } from './member-calls.ts';
import { responseChanges } from './response-changes.ts';

/**
 * All that the store has of a case, as of now.
 *
 * @param trust of what is only believed where somebody else than the store's owner says it
 */
export async function loadCaseSight(db: StoreDb, caseId: CaseId, now: Instant, trust: CaseTrust): Promise<CaseSight> {
  const upToSeq = await publishedUpTo(db);
  const alerts = (await loadCaseAlerts(db, caseId)).map((alert) => ({
    ...alert,
    eventRefs: readableRefs(alert.eventRefs),
  }));
  const alerted = await eventsOf(
    db,
    alerts.flatMap(({ eventRefs }) => eventRefs),
  );
  const watched = await readAccounts(db);
  const walked = await walk(
    await seedsOf(db, caseId, alerted),
    storedLinks(db, watched),
    await separatedFrom(db, caseId),
  );
  const members = [...walked.members.values()];
  const identities = await identitiesNamed(db, [
    ...walked.members.keys(),
    ...walked.links.flatMap(({ from, to, via = [] }) => [from, to, ...via]),
  ]);
  const plan = await loadLatestPlan(db, caseId);
  const calls = await callsOfMembers(db, members, identities, { now, roles: rolesAlerted(alerted.map(seenEvent)) });
  const { closures, reopenings } = await responseChanges(db, caseId, trust.responder, now);
  const own = distinct([
    ...alerted.map(seenEvent),
    ...(await stepsOf(db, walked)).map(seenEvent),
    ...calls.kept.map(({ seen }) => seen),
  ]);
  const others = await aboutCase(
    db,
    own,
    members.map(({ id }) => identityNamed(id, identities)),
    closures,
  );
  const seenSeq = plan === null ? null : await planSawUpTo(db, plan.digest);
  return {
    walk: walked,
    identities,
    alerts,
    events: distinct([...own, ...others.events]),
    left: calls.left + others.left,
    unread: calls.unread,
    evidence: await loadEvidence(db, caseId),
    closures,
    reopenings,
    acceptances: await acceptancesOf(db, caseId, trust),
    ownAccounts: trust.ownAccounts.length > 0 ? trust.ownAccounts : ([...watched] as AccountId[]), // those of records
    newlyRecorded: await newlyRecorded(db, alerted),
    planPresentedAt: plan?.presentedAt ?? null,
    sincePlan: new Set(
      calls.kept
        .filter(({ seq }) => seenSeq !== null && seq !== null && seq > seenSeq)
        .map(({ seen }) => eventRefKey(seen.ref)),
    ),
    upToSeq,
  };
}

/** Up to where events are numbered, and so visible. */
async function publishedUpTo(db: StoreDb): Promise<bigint> {
  const row = await db
    .selectFrom('publish_sequence')
    .select(({ fn }) => fn.max('last_seq').as('last'))
    .executeTakeFirst();
  return row?.last ?? 0n;
}

/** Where the records begin with the alerts: nothing is older than a day before the first of them. */
async function newlyRecorded(
  db: StoreDb,
  alerted: Awaited<ReturnType<typeof eventsOf>>,
): Promise<readonly AccountId[]> {
  const [first] = alerted.map(({ at }) => at).toSorted(compareInstants);
  if (first === undefined) return [];
  const before = instantAfter(first, -dayMs);
  const accounts = [...new Set(alerted.map(({ ref }) => ref.accountId))];
  const older = await Promise.all(
    accounts.map((accountId) =>
      db
        .selectFrom('events')
        .select('account_id')
        .where('account_id', '=', accountId)
        .where('event_time', '<', before)
        .limit(1)
        .executeTakeFirst(),
    ),
  );
  return accounts.filter((_, position) => older[position] === undefined);
}

async function planSawUpTo(db: StoreDb, digest: string): Promise<bigint | null> {
  const row = await db
    .selectFrom('plans')
    .select('seen_seq')
    .where('digest', '=', digest as `sha256:${string}`)
    .executeTakeFirst();
  return row?.seen_seq ?? null;
}

const refsAtOnce = 500;

async function eventsOf(db: StoreDb, refs: readonly EventRef[]) {
  const wanted = [...new Map(refs.map((ref) => [eventRefKey(ref), ref])).values()];
  const parts = [];
  for (let from = 0; from < wanted.length; from += refsAtOnce) {
    parts.push(...(await eventsByRef(db, wanted.slice(from, from + refsAtOnce))));
  }
  return parts;
}

/** The calls that prove the case's links, by whomever: those by which somebody came in are the intruder's for certain. */
async function stepsOf(db: StoreDb, { links }: Walk) {
  return eventsOf(
    db,
    links.slice(0, stepsRead).flatMap(({ proof }) => proof.slice(0, 1)),
  );
}

/** A case with more links is told by its calls. */
const stepsRead = 2_000;

/** Where the case's walk begins; of a case without any, at the calls of its alerts. */
async function seedsOf(
  db: StoreDb,
  caseId: CaseId,
  alerted: Awaited<ReturnType<typeof eventsOf>>,
): Promise<readonly Seed[]> {
  const stored = await db.selectFrom('case_seeds').selectAll().where('case_id', '=', caseId).orderBy('at').execute();
  if (stored.length > 0) return stored;
  // A flood of alerts about one caller begins in one place: at the earliest.
  const latestFirst = alerted.map(({ ecs }) => seedOfEvent(ecs)).toSorted((a, b) => compareInstants(b.at, a.at));
  function key({ principal, identity, credential, source }: Seed) {
    return canonicalDigest([principal, identity, credential, source]);
  }
  return [...new Map(latestFirst.map((seed) => [key(seed), seed])).values()];
}

async function identitiesNamed(db: StoreDb, ids: readonly IdentityId[]): Promise<ReadonlyMap<IdentityId, Identity>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('identities')
    .selectAll()
    .where('id', 'in', [...new Set(ids)])
    .execute();
  return new Map(rows.map(({ id, kind, account_id: accountId, name }) => [id, { id, kind, accountId, name }]));
}

/** What stood before the case changed it tells what is a repair; older trusts and policies are not looked for. */
const stoodBeforeMs = 30 * dayMs;

/** What anybody did about what the case made, changed and used: it may have been undone, or done again. */
async function aboutCase(
  db: StoreDb,
  own: readonly SeenEvent[],
  members: readonly Identity[],
  closures: readonly Closure[],
): Promise<{ readonly events: readonly SeenEvent[]; readonly left: number }> {
  const made = own.flatMap(thingsAbout);
  const things = [...made, ...members.flatMap(thingsOfMember), ...closures.flatMap(heldBy)];
  const first = own.map(({ at }) => at).toSorted()[0];
  if (first === undefined) return { events: [], left: 0 };
  const since = instantAfter(first, -stoodBeforeMs);
  const known = new Set(own.map(({ ref }) => eventRefKey(ref)));
  const found: SeenEvent[] = [];
  let notLookedAt = 0;
  // A denial is found by whom it denies; what lifts it, by the policy that it is in.
  for (let wanted = [...new Set(things)]; wanted.length > 0;) {
    const { refs, left } = await eventsAbout(db, wanted, since);
    notLookedAt += left;
    const events = (
      await eventsOf(
        db,
        refs.filter((ref) => !known.has(eventRefKey(ref))),
      )
    ).map(seenEvent);
    for (const { ref } of events) known.add(eventRefKey(ref));
    found.push(...events);
    wanted = [...new Set(events.flatMap(({ effects }) => effects.flatMap(deniesWhile)))].filter(
      (key) => !things.includes(key),
    );
    things.push(...wanted);
  }
  return { events: found, left: notLookedAt };
}

function heldBy({ things, whileThere }: Closure): readonly ThingKey[] {
  return [...things, ...(whileThere === undefined ? [] : [whileThere])];
}

/** Those that a configured approver signed, here and about this case, and has not said otherwise since: the store's own word for one is none. */
async function acceptancesOf(
  db: StoreDb,
  caseId: CaseId,
  { approverKeys, audience, responder }: CaseTrust,
): Promise<readonly Acceptance[]> {
  const taken: Acceptance[] = [];
  for (const signed of await loadAcceptances(db, caseId)) {
    const verified = await verifyAcceptance(signed, { caseId, approverKeys, audience });
    if (verified.kind === 'refused') continue;
    const register = responder?.register ?? null;
    if (register !== null && (await countsNoMore(verified.statement, register))) continue;
    const { wayInId, what, seen, approver: acceptedBy, reason, issuedAt: at, expiresAt: until } = verified.statement;
    const shown = seen === undefined ? {} : { seen };
    taken.push({ wayInId, what: subjectDigest(what), ...shown, acceptedBy, reason, at, until });
  }
  return taken;
}

function distinct(events: readonly SeenEvent[]): readonly SeenEvent[] {
  return [...new Map(events.map((event) => [eventRefKey(event.ref), event])).values()];
}

/** Who can write into the store can write anything: what names no event is left out here, and told of by the alerts' own evidence. */
function readableRefs(refs: unknown): readonly EventRef[] {
  function isRef(ref: unknown): ref is EventRef {
    return typeof ref === 'object' && ref !== null && 'accountId' in ref && 'eventId' in ref && 'revision' in ref;
  }
  return Array.isArray(refs) ? refs.filter(isRef) : [];
}
