import { dayMs } from '../../model/duration.ts';
import {
  type WantedEvents,
  type GatheredEvents,
  type WantedMember,
  type GatheredEvent,
  type RoleCall,
  type StrayCall,
} from './gathered-events.ts';
import { type ScanHandlers, ScanMemory, scanPlaces, scanRecords } from '../../adapters/files/scan-records.ts';
import type { InputRecord } from '../../adapters/files/read-records.ts';
import { ecsEventOf } from '../../cloudtrail/ecs-event.ts';
import { type AddressLookup, enrichSource } from '../../cloudtrail/enrich.ts';
import { MalformedRecordError } from '../../cloudtrail/malformed-record-error.ts';
import { normalizeCall, normalizeRecord } from '../../cloudtrail/normalize.ts';
import { pathIndex, type ScannedRecord } from '../../cloudtrail/scan/scanned-record.ts';
import { recordTimeMs } from '../../cloudtrail/record-time.ts';
import { textAt } from '../../cloudtrail/ecs-path.ts';
import { callerOf, type EventCaller } from '../../cloudtrail/caller.ts';
import { type FoundEvent, seenBy } from '../../investigation/seen-event.ts';
import type { IdentityId } from '../../model/identity.ts';
import type { EcsDocument } from '../../model/trail-event.ts';
import { openNamedDatabases } from '../detection/open-enrichment.ts';
import type { GatherTask } from '../detection/thread-messages.ts';
import { roleOfSession, scannedAddress, scannedCaller } from './scanned-caller.ts';
import { UndoingCalls } from './undoing-calls.ts';
import { foundEvent } from './found-event.ts';
import { roleCall } from './role-calls.ts';
import { callerNodes, callerRole } from './known-callers.ts';
import type { RecordIndex } from './record-index.ts';
import { WantedRoles, type WantedRole } from './wanted-roles.ts';

/** So many events of a case are kept by each thread; more are counted. */
const eventsOfCase = 5000;
const straysKept = 20_000;
const callersRemembered = 20_000;

const eventTime = pathIndex('eventTime');
const arn = pathIndex('userIdentity.arn');
const principalId = pathIndex('userIdentity.principalId');
const accessKeyId = pathIndex('userIdentity.accessKeyId');

/** What a role's other sessions did is kept up to so many calls a day: enough to tell a habit. */
const habitCallsADay = 200;

/** Reads the events of cases once more, from the sources that this thread has read. */
export async function gatherEvents(task: GatherTask, index: RecordIndex): Promise<GatheredEvents> {
  const { mmdb, sources, wanted } = task;
  const gatherer = new EventGatherer(task, await openNamedDatabases(mmdb));
  const memory = new ScanMemory();
  const handlers: ScanHandlers = {
    scanned: (record) => gatherer.scanned(record),
    read: (record) => gatherer.read(record),
  };
  for (const { source: position, places } of index.wantedPlaces(wanted)) {
    const source = sources[position];
    if (source === undefined) continue;
    if (places === null || source.kind !== 'file') await scanRecords(source, handlers, memory);
    else await scanPlaces(source, places, handlers, memory);
  }
  return gatherer.gathered();
}

class EventGatherer {
  readonly #wanted: WantedEvents;
  readonly #keepsDocuments: boolean;
  readonly #enrich: AddressLookup | undefined;
  readonly #events: GatheredEvent[] = [];
  readonly #kept = new Map<string, number>();
  readonly #left = new Map<number, number>();
  readonly #roleCalls: RoleCall[] = [];
  readonly #strays: StrayCall[] = [];
  readonly #undoing = new UndoingCalls();
  /** By the case's position and the day. */
  readonly #habitCalls = new Map<number, number>();
  readonly #roles: WantedRoles;
  /** Whether callers of an ARN may be members. */
  readonly #callers = new Map<string, boolean>();

  constructor(
    { wanted, keepsDocuments }: Pick<GatherTask, 'wanted' | 'keepsDocuments'>,
    enrich: AddressLookup | undefined,
  ) {
    this.#wanted = wanted;
    this.#keepsDocuments = keepsDocuments;
    this.#enrich = enrich;
    this.#roles = new WantedRoles(wanted);
  }

  gathered(): GatheredEvents {
    return {
      events: this.#events,
      roleCalls: this.#roleCalls,
      strays: this.#strays,
      left: this.#left,
      undoing: this.#undoing.gathered(),
    };
  }

  scanned(record: ScannedRecord): void {
    this.#undoing.scanned(record);
    const text = roleOfSession(record);
    const role = text === undefined ? undefined : this.#roles.named(text);
    const isOfMember =
      role === undefined ? this.#mayBeMember(record) : role.hasMembers && this.#isMember(scannedCaller(record));
    if (isOfMember || this.#isByKeyOrAddress(record)) this.#take(this.#documentOf(record));
    // Most calls are of roles that no case is about.
    else if (role !== undefined && role.positions.length > 0) this.#keepRoleCall(role, record);
  }

  read(record: InputRecord): void {
    if (record.kind !== 'found') return;
    try {
      const ecs = ecsEventOf(record.found);
      if (textAt(ecs, 'event.outcome') === 'success') this.#undoing.read(textAt(ecs, 'event.action') ?? '', ecs);
      this.#take(ecs);
    } catch (error) {
      // What is malformed was told when it was read first.
      if (!(error instanceof MalformedRecordError)) throw error;
    }
  }

  #documentOf(record: ScannedRecord): EcsDocument {
    return this.#keepsDocuments ? normalizeRecord(record.parse()) : normalizeCall(record.parse());
  }

  #isByKeyOrAddress(record: ScannedRecord): boolean {
    const { members, addresses } = this.#wanted;
    return members.has(`access-key/${record.text(accessKeyId) ?? ''}`) || addresses.has(scannedAddress(record) ?? '');
  }

  #keepRoleCall(role: WantedRole, record: ScannedRecord): void {
    const atMs = Number.isNaN(record.timeMs) ? (recordTimeMs(record.text(eventTime) ?? '') ?? 0) : record.timeMs;
    const positions = role.positions.filter((position) => this.#countHabit(position, atMs));
    if (positions.length > 0) this.#roleCalls.push(roleCall(record, positions, atMs));
  }

  /** False where enough is kept of the day. */
  #countHabit(position: number, atMs: number): boolean {
    const key = position * daysOfCase + Math.floor(atMs / dayMs);
    const kept = this.#habitCalls.get(key) ?? 0;
    if (kept >= habitCallsADay) return false;
    this.#habitCalls.set(key, kept + 1);
    return true;
  }

  #isMember(caller: EventCaller): boolean {
    return callerNodes(caller).some((id) => this.#wanted.members.has(id));
  }

  #mayBeMember(record: ScannedRecord): boolean {
    const [named = ''] = record.commonTexts(arn);
    const key = named === '' ? (record.text(principalId) ?? '') : named;
    const known = key === '' ? undefined : this.#callers.get(key);
    if (known !== undefined) return known;
    const caller = scannedCaller(record);
    const may = this.#isMember(caller) || this.#wanted.roles.has(callerRole(caller));
    if (this.#callers.size >= callersRemembered) this.#callers.clear();
    this.#callers.set(key, may);
    return may;
  }

  #take(document: EcsDocument): void {
    const ecs = this.#enrich === undefined ? document : enrichSource(document, this.#enrich);
    const found = foundEvent(ecs);
    const caller = callerOf(ecs);
    const atMs = Date.parse(found.at);
    const places = this.#placesOf(caller, atMs);
    const kept = [...places].filter(([position, relation]) => this.#countKept(position, relation));
    const habits = (this.#wanted.roles.get(callerRole(caller)) ?? [])
      .filter((position) => !places.has(position) && this.#countHabit(position, atMs))
      .map((position) => [position, 'before'] as const);
    if (kept.length > 0 || habits.length > 0) this.#keep([...kept, ...habits], found, caller);
    this.#noteStray(found, caller, places);
  }

  #keep(
    places: readonly (readonly [number, GatheredEvent['relation']])[],
    found: FoundEvent,
    caller: EventCaller,
  ): void {
    // Cases share what evidence keeps of an event; the document that it is made of is not kept for it.
    const event = seenBy(found, caller);
    const document = this.#keepsDocuments ? { document: found.ecs } : {};
    for (const [position, relation] of places) this.#events.push({ position, relation, event, ...document });
  }

  #placesOf(
    { identity, person, credential }: EventCaller,
    atMs: number,
  ): ReadonlyMap<number, GatheredEvent['relation']> {
    const { members } = this.#wanted;
    const places = new Map<number, GatheredEvent['relation']>();
    function note(id: IdentityId | undefined, isCertain: (member: WantedMember) => boolean): void {
      for (const member of members.get(id ?? '') ?? []) {
        const isIntruder = isCertain(member) && atMs >= member.sinceMs;
        if (isIntruder) places.set(member.position, 'intruder');
        else if (!places.has(member.position)) places.set(member.position, 'before');
      }
    }
    note(credential?.id, () => true);
    note(identity.id, ({ whole }) => whole || credential === null);
    note(person?.id, ({ whole }) => whole);
    return places;
  }

  /** False where enough is kept of the case. */
  #countKept(position: number, relation: GatheredEvent['relation']): boolean {
    const key = `${position} ${relation}`;
    const kept = this.#kept.get(key) ?? 0;
    this.#kept.set(key, kept + 1);
    if (kept < eventsOfCase) return true;
    // What was done before is looked at for habits only.
    if (relation === 'intruder') this.#left.set(position, (this.#left.get(position) ?? 0) + 1);
    return false;
  }

  #noteStray({ ref, at, ecs }: FoundEvent, { identity }: EventCaller, places: ReadonlyMap<number, unknown>): void {
    const address = textAt(ecs, 'source.ip') ?? '';
    const positions = (this.#wanted.addresses.get(address) ?? []).filter((position) => !places.has(position));
    if (
      positions.length === 0 ||
      identity.kind === 'service' ||
      identity.kind === 'account' ||
      this.#strays.length >= straysKept
    )
      return;
    const client = textAt(ecs, 'user_agent.original') ?? '';
    this.#strays.push({ positions, identity, event: ref, at, address, client });
  }
}

/** More than there are days. */
const daysOfCase = 1e7;
