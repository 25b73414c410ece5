import { dayMs } from '../../../model/duration.ts';
import { subjectDigest, verifyAcceptance } from '../../../approval/signed-acceptance.ts';
import { closureOf, reopeningOf } from '../../../investigation/action-beliefs.ts';
import { identityNamed, type CaseSight } from '../../../investigation/case/case-sight.ts';
import type { CaseTrust } from '../../../investigation/case/case-trust.ts';
import type { Acceptance, Closure, Reopening } from '../../../investigation/case/case-material.ts';
import { roleSessionOf } from '../../../investigation/ways-in/sessions.ts';
import { placeOf } from '../../../investigation/case/case-effects.ts';
import { deniesWhile, thingsIn, thingsOfMember } from '../../../investigation/plan/things-at-stake.ts';
import type { ThingKey } from '../../../investigation/effects/effect.ts';
import { isConsoleSession } from '../../../investigation/links/identity-parts.ts';
import { seedOfEvent, type Seed } from '../../../cloudtrail/seed.ts';
import { walk, type Member, type Walk } from '../../../investigation/links/walk.ts';
import { seenEvent, type SeenEvent } from '../../../investigation/seen-event.ts';
import type { Identity, IdentityId } from '../../../model/identity.ts';
import type { AccountId, CaseId, Instant } from '../../../model/ids.ts';
import type { Action } from '../../../model/action.ts';
import { isSuperseded } from '../../../response/acceptances-taken.ts';
import { believedEnds, type ResponderWitness, type StoredEnd } from '../../../response/believed-ends.ts';
import { canonicalDigest } from '../../../digest/canonical-digest.ts';
import { eventRefKey, type EventRef } from '../../../model/trail-event.ts';
import { compareInstants, instantAfter, instantOfMs } from '../../../model/instant.ts';
import { loadAcceptances } from './case-acts-store.ts';
import { readAccounts, separatedFrom } from './case-growth.ts';
import { casesMergedInto, loadCaseAlerts } from './case-store.ts';
import type { StoreDb } from '../database.ts';
import { callsBy, eventsByRef, type Callers } from '../events/event-archive.ts';
import { usualCalls } from '../events/usual-calls.ts';
import { eventsAbout } from '../events/event-thing-store.ts';
import { loadEvidence } from './evidence-store.ts';
import { storedLinks } from '../events/link-store.ts';
import { loadLatestPlan, openPlanNamed } from './plan-store.ts';
import { counted, forNumber } from '../../../model/counted.ts';

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
  const { closures, reopenings } = await changesOf(db, caseId, trust.responder, now);
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
    events: distinct([...own, ...others]),
    left: calls.left,
    unread: calls.unread,
    evidence: await loadEvidence(db, caseId),
    closures,
    reopenings,
    acceptances: await acceptancesOf(db, caseId, trust),
    ownAccounts: trust.ownAccounts.length > 0 ? trust.ownAccounts : ([...watched] as AccountId[]), // those of records
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

/** So long before the intrusion habits are looked for. */
const historyMs = 30 * dayMs;
const pageSize = 5_000;
/** More than a busy robot makes in weeks, and a bound all the same. */
const mostPages = 60;
/** Of those that left something behind or were refused. */
const matteringKept = 20_000;
const othersKept = 10_000;

interface Seen {
  readonly seen: SeenEvent;
  readonly seq: bigint | null;
}

interface MembersCalls {
  readonly kept: readonly Seen[];
  readonly left: number;
  readonly unread: readonly string[];
}

/** What a case's members did, from a month before the intrusion on: all that matters is kept, of the rest as much as there is room for. */
async function callsOfMembers(
  db: StoreDb,
  members: readonly Member[],
  identities: ReadonlyMap<IdentityId, Identity>,
  { now, roles }: { readonly now: Instant; readonly roles: readonly string[] },
): Promise<MembersCalls> {
  const acting = members.filter(({ role }) => role !== 'outside');
  const callers = callersAmong(acting.map(({ id }) => identityNamed(id, identities)));
  if (acting.length === 0) return { kept: [], left: 0, unread: [] };
  const sinceMs = Math.min(...acting.map((member) => member.sinceMs));
  const since = instantOfMs(sinceMs);
  const ids = new Set(acting.map(({ id }) => id));
  const keeper = new CallKeeper(ids);
  let last: Awaited<ReturnType<typeof callsBy>>[number] | undefined;
  let pages = 0;
  for (; pages < mostPages; pages += 1) {
    const page = await callsBy(db, callers, { from: since, to: now }, pageSize, last?.event);
    for (const each of page) keeper.add({ seen: seenEvent(each.event), seq: each.seq });
    last = page.at(-1);
    if (page.length < pageSize) break;
  }
  const earlier = instantOfMs(sinceMs - historyMs);
  const history = await usualCalls(db, callers, { from: earlier, to: since });
  const ofRoles =
    roles.length === 0
      ? []
      : await usualCalls(
          db,
          { accessKeyIds: [], userNames: [], arns: [], arnsUnder: roles },
          { from: earlier, to: now },
        );
  const before = [...history, ...ofRoles];
  const kept = [...keeper.kept(), ...before.map(({ event, seq }) => ({ seen: seenEvent(event), seq }))];
  const unread = [
    ...(pages === mostPages ? [`Only the latest ${pageSize * mostPages} calls were looked at.`] : []),
    ...(keeper.matteringLeft > 0
      ? [
          `${counted(keeper.matteringLeft, 'call')} with effects ${forNumber(keeper.matteringLeft, 'is', 'are')} counted and not looked at.`,
        ]
      : []),
  ];
  return { kept, left: keeper.left, unread };
}

/** What other sessions of a role do tells what is usual for one that raised an alert. */
function rolesAlerted(alerted: readonly SeenEvent[]): readonly string[] {
  const roles = alerted.flatMap((event) => {
    const session = roleSessionOf(event);
    return session === null
      ? []
      : partitions.map((each) => `arn:${each}:sts::${session.accountId}:assumed-role/${session.roleName}/`);
  });
  return [...new Set(roles)];
}

class CallKeeper {
  readonly #members: ReadonlySet<IdentityId>;
  readonly #mattering: Seen[] = [];
  readonly #others: Seen[] = [];
  matteringLeft = 0;
  left = 0;

  constructor(members: ReadonlySet<IdentityId>) {
    this.#members = members;
  }

  add(each: Seen): void {
    const { seen } = each;
    if (!seen.callers.some((id) => this.#members.has(id))) return;
    const matters = seen.effects.length > 0 || seen.outcome === 'failure';
    const [list, room] = matters ? [this.#mattering, matteringKept] : [this.#others, othersKept];
    if (list.length < room) {
      list.push(each);
      return;
    }
    this.left += 1;
    if (matters) this.matteringLeft += 1;
  }

  kept(): readonly Seen[] {
    return [...this.#mattering, ...this.#others];
  }
}

const partitions = ['aws', 'aws-cn', 'aws-us-gov'] as const;

/** By what the columns of events name the members of a case. */
function callersAmong(members: readonly Identity[]): Callers {
  function named(kind: Identity['kind']) {
    return members.filter((each) => each.kind === kind);
  }
  const sessions = named('session');
  const console = sessions.filter(({ id }) => isConsoleSession(id));
  const arns = [
    ...sessions.filter(({ id }) => !isConsoleSession(id)).flatMap(sessionArns),
    ...named('root').flatMap(({ accountId }) => partitions.map((each) => `arn:${each}:iam::${accountId}:root`)),
  ];
  return {
    accessKeyIds: named('access-key').map(({ name }) => name),
    userNames: [
      ...named('user').map(({ name }) => name),
      ...console.map(({ id }) => decodeURIComponent(id.split('/').at(-1) ?? '')),
    ],
    arns,
  };
}

function sessionArns({ accountId, name }: Identity): readonly string[] {
  const resource = name.startsWith('federated-user/') ? name : `assumed-role/${name}`;
  return partitions.map((each) => `arn:${each}:sts::${accountId}:${resource}`);
}

/** What stood before the case changed it tells what is a repair; older trusts and policies are not looked for. */
const stoodBeforeMs = 30 * dayMs;

/** What anybody did about what the case made, changed and used: it may have been undone, or done again. */
async function aboutCase(
  db: StoreDb,
  own: readonly SeenEvent[],
  members: readonly Identity[],
  closures: readonly Closure[],
): Promise<readonly SeenEvent[]> {
  const made = own.flatMap((event) => thingsIn(event.effects, placeOf(event)));
  const things = [...made, ...members.flatMap(thingsOfMember), ...closures.flatMap(heldBy)];
  const first = own.map(({ at }) => at).toSorted()[0];
  if (first === undefined) return [];
  const since = instantAfter(first, -stoodBeforeMs);
  const known = new Set(own.map(({ ref }) => eventRefKey(ref)));
  const found: SeenEvent[] = [];
  // A denial is found by whom it denies; what lifts it, by the policy that it is in.
  for (let wanted = [...new Set(things)]; wanted.length > 0;) {
    const refs = await eventsAbout(db, wanted, since);
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
  return found;
}

function heldBy({ things, whileThere }: Closure): readonly ThingKey[] {
  return [...things, ...(whileThere === undefined ? [] : [whileThere])];
}

/** What responses of ours have closed, and what undoings have opened again, action by action: each as the responder saw it in AWS. */
async function changesOf(
  db: StoreDb,
  caseId: CaseId,
  responder: ResponderWitness | null,
  now: Instant,
): Promise<CaseChanges> {
  if (responder === null) return { closures: [], reopenings: [] };
  // What was responded to in a case that was merged into this one is done in AWS all the same; each case's own words prove it.
  const changes: CaseChanges[] = [];
  for (const id of [caseId, ...(await casesMergedInto(db, caseId))])
    changes.push(await changesInResponses(db, id, responder, now));
  return {
    closures: changes.flatMap(({ closures }) => closures),
    reopenings: changes.flatMap(({ reopenings }) => reopenings),
  };
}

interface CaseChanges {
  readonly closures: readonly Closure[];
  readonly reopenings: readonly Reopening[];
}

async function changesInResponses(
  db: StoreDb,
  caseId: CaseId,
  responder: ResponderWitness,
  now: Instant,
): Promise<CaseChanges> {
  const stored = await storedEnds(db, caseId);
  const ends = await believedEnds(caseId, stored, responder);
  const closures: Closure[] = [];
  const reopenings: Reopening[] = inDoubt(stored).flatMap(({ action, at }) => reopeningOf(action, at ?? now));
  for (const { action, purpose, at } of ends) {
    // A denial is lifted with a new key as well.
    if (typeof purpose === 'object' || action.type === 'liftUserDenial') reopenings.push(...reopeningOf(action, at));
    else closures.push(...closureOf(action, at));
  }
  return { closures, reopenings };
}

/** What an undoing has begun to take back, and nobody knows whether it did: it counts as open. */
function inDoubt(stored: readonly StoredEnd[]): readonly { readonly action: Action; readonly at: Instant | null }[] {
  return stored.flatMap(({ plan, actionId, endedAt, result }) => {
    if (plan.kind !== 'intact' || typeof plan.plan.purpose !== 'object') return [];
    if (result !== null && result.outcome !== 'unknown') return [];
    const action = plan.plan.actions.find(({ id }) => id === actionId);
    return action === undefined ? [] : [{ action, at: endedAt }];
  });
}

/** All actions of a case that were begun. */
async function storedEnds(db: StoreDb, caseId: CaseId): Promise<readonly StoredEnd[]> {
  const rows = await db
    .selectFrom('response_actions')
    .innerJoin('plans', 'plans.digest', 'response_actions.plan_digest')
    .select(['plans.plan', 'plans.digest', 'intent_id', 'action_id', 'ended_at', 'result', 'mac'])
    .where('response_actions.case_id', '=', caseId)
    .execute();
  return rows.map((row) => ({
    intentId: row.intent_id,
    planDigest: row.digest,
    actionId: row.action_id,
    plan: openPlanNamed(row.plan, row.digest),
    endedAt: row.ended_at,
    result: row.result,
    mac: row.mac,
  }));
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
    if (register !== null && (await isSuperseded(verified.statement, register))) continue;
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
