import type { InputSource } from '../../adapters/files/input-paths.ts';
import type { OfflineAlert } from '../../detection/offline/offline.ts';
import { intruderCases, type IntruderCase, type SuspectAlert } from '../../investigation/links/intruder-cases.ts';
import { kindOf } from '../../investigation/links/identity-parts.ts';
import { LinkGatherer, underOwnName } from '../../investigation/links/link-facts.ts';
import { LinksInMemory } from '../../investigation/links/link-index.ts';
import type { Seed } from '../../cloudtrail/seed.ts';
import type { ThingKey } from '../../investigation/effects/effect.ts';
import type { SeenEvent } from '../../investigation/seen-event.ts';
import { thingsAbout, thingsOfMember } from '../../investigation/plan/things-at-stake.ts';
import type { Identity, IdentityId } from '../../model/identity.ts';
import type { Link } from '../../model/link.ts';
import { type EcsDocument, eventRefKey } from '../../model/trail-event.ts';
import { listUnder } from '../../model/list-under.ts';
import type { DetectionThreads } from '../detection/detection-threads.ts';
import type { DetectionRun } from '../detection/run-detection.ts';
import { openNamedDatabases } from '../detection/open-enrichment.ts';
import { BegunSessions } from './begun-sessions.ts';
import type { RecordIndex } from './record-index.ts';
import { RoleCallReader, roleCallsThatMatter } from './role-calls.ts';
import { sameSourceLinks } from './same-source.ts';
import { UndoingIndex } from './undoing-calls.ts';
import { gatherEvents } from './wanted-events.ts';
import type { GatheredEvent, RoleCall, StrayCall, WantedEvents, WantedMember } from './gathered-events.ts';

/** A case made of files. */
export interface FileCase extends IntruderCase<OfflineAlert> {
  /** Of all that its links name. */
  readonly identities: ReadonlyMap<IdentityId, Identity>;
  /** The walk's links, and likely ones. */
  readonly links: readonly Link[];
  /** What its members did as the intruder's, in the order of time. */
  readonly events: readonly SeenEvent[];
  /** All that the records of these say, in the same order; empty where nobody asked for it. */
  readonly documents: readonly EcsDocument[];
  /** What they and other sessions of their roles did before, and what others did about it. */
  readonly before: readonly SeenEvent[];
  readonly byOthers: readonly SeenEvent[];
  /** Events that are there and were not kept, for there are too many. */
  readonly eventsLeft: number;
  /** Calls that may undo what a case did, and were not kept, for there are too many. */
  readonly undoingLeft: number;
  readonly watched: ReadonlySet<string>;
  /** When the earliest record of each account was made. */
  readonly recordsFromMs: ReadonlyMap<string, number>;
}

/** Makes cases of what detection found in files: one for each intruder, with all that its credentials did. */
export async function investigateFiles(
  run: Pick<DetectionRun, 'alerts' | 'facts'>,
  {
    sources,
    threads,
    mmdb,
    index: records,
    keepsDocuments = false,
  }: {
    readonly sources: readonly InputSource[];
    readonly threads: Pick<DetectionThreads, 'gather'>;
    readonly mmdb: readonly string[];
    /** Of what this thread has read. */
    readonly index: RecordIndex;
    /** All that the records of the intruders' calls say is wanted as well. */
    readonly keepsDocuments?: boolean;
  },
): Promise<readonly FileCase[]> {
  const gatherer = new LinkGatherer();
  for (const { links } of run.facts) gatherer.add(links);
  const facts = gatherer.facts();
  const identities = new Map(facts.identities.map((identity) => [identity.id, identity]));
  const alerts = suspectAlerts(run, facts.aliases);
  const index = new LinksInMemory(
    facts.links.map((link) => underOwnName(link, facts.aliases)),
    {
      // Another account's record of a call has the caller's unique ID only: it is the same session.
      instanceSessions: facts.instanceSessions.map((seen) => ({
        ...seen,
        session: facts.aliases.get(seen.session) ?? seen.session,
      })),
      watched: facts.watched,
      suspected: alerts.flatMap(({ seed }) => nodesOfSeed(seed)),
      unread: new BegunSessions(
        run.facts.flatMap(({ begun }) => begun),
        (identity) => {
          if (!identities.has(identity.id)) identities.set(identity.id, identity);
        },
      ),
    },
  );
  const cases = inOrder(await intruderCases(alerts, index));
  const wanted = wantedBy(cases, facts.aliases);
  const task = { mmdb, sources, wanted, keepsDocuments };
  const gathered = await Promise.all([threads.gather(task), gatherEvents(task, records).then((each) => [each])]);
  const parts = gathered.flat();
  const byCase = Map.groupBy(
    parts.flatMap(({ events }) => events),
    ({ position }) => position,
  );
  const strays = new Map<number, StrayCall[]>();
  for (const stray of parts.flatMap((part) => part.strays))
    for (const position of stray.positions) listUnder(strays, position, stray);
  const roleCalls = new Map<number, RoleCall[]>();
  for (const call of parts.flatMap((part) => part.roleCalls))
    for (const position of call.positions) listUnder(roleCalls, position, call);
  const reader = new RoleCallReader(await openNamedDatabases(mmdb));
  const undoing = new UndoingIndex(parts.flatMap((part) => part.undoing.calls));
  const undoingLeft = parts.reduce((sum, part) => sum + part.undoing.left, 0);
  const watched = new Set(facts.watched);
  return cases.map((each, position): FileCase => {
    const own = byCase.get(position) ?? [];
    const events = inTime(own, 'intruder');
    const ownBefore = inTime(own, 'before');
    const ofRoles = roleCallsThatMatter(roleCalls.get(position) ?? [], { ...each, events, before: ownBefore });
    const before = inOrderOfTime([...ownBefore, ...ofRoles.map((call) => reader.seen(call))]);
    const likely = sameSourceLinks(each, events, strays.get(position) ?? []);
    for (const { identity } of likely) identities.set(identity.id, identity);
    return {
      ...each,
      identities,
      links: [...each.walk.links, ...likely.map(({ link }) => link)],
      events,
      documents: documentsOf(events, own),
      before,
      byOthers: undoing.about(thingsAtStake(events, each.walk, identities), [...events, ...before]),
      eventsLeft: parts.reduce((sum, { left }) => sum + (left.get(position) ?? 0), 0),
      undoingLeft,
      watched,
      recordsFromMs: facts.recordsFromMs,
    };
  });
}

/** Alerts that a case is opened for: not those that other rules build on, and not what an earlier alert stands for. */
function suspectAlerts(
  { alerts, facts }: Pick<DetectionRun, 'alerts' | 'facts'>,
  aliases: ReadonlyMap<IdentityId, IdentityId>,
): readonly SuspectAlert<OfflineAlert>[] {
  return alerts()
    .filter(({ rule, suppressed }) => !rule.buildingBlock && !suppressed)
    .flatMap((alert) => {
      const key = eventRefKey(alert.anchor);
      const seed = facts.map(({ calls }) => calls.get(key)).find((each) => each !== undefined);
      return seed === undefined ? [] : [{ alert, seed: namedSeed(seed, aliases) }];
    });
}

function namedSeed(seed: Seed, aliases: ReadonlyMap<IdentityId, IdentityId>): Seed {
  const { identity, principal } = seed;
  return { ...seed, identity: aliases.get(identity) ?? identity, principal: aliases.get(principal) ?? principal };
}

function nodesOfSeed({ principal, identity, credential }: Seed): readonly IdentityId[] {
  return [principal, identity, ...(credential === null ? [] : [credential])];
}

/** The one with the first alert first. */
function inOrder(cases: readonly IntruderCase<OfflineAlert>[]): readonly IntruderCase<OfflineAlert>[] {
  function first({ alerts }: IntruderCase<OfflineAlert>): number {
    return Math.min(...alerts.map(({ alert }) => alert.eventTimeMs));
  }
  return cases
    .map((each) => ({ each, at: first(each) }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ each }) => each);
}

/** More are a gateway's or a fleet's: that somebody else called from there says nothing, and each would be held against each. */
const mostCasesAtAddress = 50;

function wantedBy(
  cases: readonly IntruderCase<OfflineAlert>[],
  aliases: ReadonlyMap<IdentityId, IdentityId>,
): WantedEvents {
  const members = new Map<IdentityId, WantedMember[]>();
  const roles = new Map<string, number[]>();
  const addresses = new Map<string, number[]>();
  cases.forEach(({ alerts, walk }, position) => {
    for (const { id, sinceMs, whole, role } of walk.members.values()) {
      // Of an account that nobody watches, only those who came in are looked for.
      if (role === 'outside' && kindOf(id) === 'account') continue;
      listUnder(members, id, { position, sinceMs, whole });
    }
    for (const id of new Set(alerts.map(({ seed }) => seed.identity))) {
      const [kind, accountId, roleName] = id.split('/');
      if (kind === 'session') listUnder(roles, `role/${accountId}/${roleName}`, position);
    }
    for (const source of new Set(alerts.map(({ seed }) => seed.source))) {
      if (source !== null) listUnder(addresses, source, position);
    }
  });
  for (const [alias, id] of aliases) {
    const known = members.get(id);
    if (known !== undefined) members.set(alias, known);
  }
  const few = [...addresses].filter(([, { length }]) => length <= mostCasesAtAddress);
  return { members, roles, addresses: new Map(few) };
}

/** What of a case others may have undone: what its calls made and changed, and its members themselves. */
function thingsAtStake(
  events: readonly SeenEvent[],
  { members }: IntruderCase<OfflineAlert>['walk'],
  identities: ReadonlyMap<IdentityId, Identity>,
): readonly ThingKey[] {
  const made = events.flatMap(thingsAbout);
  const named = [...members.keys()].flatMap((id) => identities.get(id) ?? []);
  return [...made, ...named.flatMap(thingsOfMember)];
}

function inTime(found: readonly GatheredEvent[], relation: GatheredEvent['relation']): readonly SeenEvent[] {
  return inOrderOfTime(found.filter((each) => each.relation === relation).map(({ event }) => event));
}

/** What the records of some events say, where it was kept. */
function documentsOf(events: readonly SeenEvent[], found: readonly GatheredEvent[]): readonly EcsDocument[] {
  const documents = new Map<SeenEvent, EcsDocument>();
  for (const { event, document } of found) if (document !== undefined) documents.set(event, document);
  return events.flatMap((event) => {
    const known = documents.get(event);
    return known === undefined ? [] : [known];
  });
}

/** Each event once, however many files have it. */
function inOrderOfTime(events: readonly SeenEvent[]): readonly SeenEvent[] {
  const distinct = new Map(events.map((event) => [eventRefKey(event.ref), event]));
  return [...distinct.values()].sort((a, b) => compare(a.at, b.at) || compare(a.ref.eventId, b.ref.eventId));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
