import { ScanMemory, scanRecords } from '../../adapters/files/scan-records.ts';
import type { InputRecord } from '../../adapters/files/read-records.ts';
import { ecsEventOf } from '../../cloudtrail/ecs-event.ts';
import { type AddressLookup, enrichSource } from '../../cloudtrail/enrich.ts';
import { MalformedRecordError } from '../../cloudtrail/malformed-record-error.ts';
import { normalizeRecord } from '../../cloudtrail/normalize.ts';
import { pathIndex, type ScannedRecord } from '../../cloudtrail/scan/scanned-record.ts';
import { textAt, valueAt } from '../../cloudtrail/ecs-path.ts';
import { callerOf, type Caller } from '../../cloudtrail/caller.ts';
import { consoleSession, lastPart } from '../../cloudtrail/identities.ts';
import type { FoundEvent } from '../../investigation/seen-event.ts';
import type { AccountId, Instant } from '../../model/ids.ts';
import type { Identity, IdentityId } from '../../model/identity.ts';
import type { EcsDocument } from '../../model/trail-event.ts';
import { openEnrichment } from '../detection/open-enrichment.ts';
import { takeNext, type GatherTask } from '../detection/thread-messages.ts';
import { scannedAddress, scannedCaller } from './scanned-caller.ts';

/** A member of a case, as its events are looked for. */
export interface WantedMember {
  /** The case's position. */
  readonly position: number;
  readonly sinceMs: number;
  readonly whole: boolean;
}

/** Which events belong to cases. */
export interface WantedEvents {
  readonly members: ReadonlyMap<IdentityId, readonly WantedMember[]>;
  /** Names of what cases made or changed: calls by others that name them may undo it. */
  readonly names: ReadonlyMap<string, readonly number[]>;
  /** Addresses that the calls of cases' alerts came from. */
  readonly addresses: ReadonlyMap<string, readonly number[]>;
}

/** An event of a case: by one of its members, before that was the intruder's, or by others about what the case made. */
export interface CaseEvent {
  readonly position: number;
  readonly relation: 'intruder' | 'before' | 'by-others';
  readonly event: FoundEvent;
}

/** A call from an address of a case by somebody who is not in it. */
export interface StrayCall {
  readonly positions: readonly number[];
  readonly identity: Identity;
  readonly event: FoundEvent['ref'];
  readonly at: Instant;
  readonly address: string;
  readonly client: string;
}

export interface GatheredEvents {
  readonly events: readonly CaseEvent[];
  readonly strays: readonly StrayCall[];
  /** Events beyond {@link eventsOfCase}, by the case's position: there, and not kept. */
  readonly left: ReadonlyMap<number, number>;
}

/** So many events of a case are kept by each thread; more are counted. */
export const eventsOfCase = 5000;
const straysKept = 20_000;
const callersRemembered = 20_000;

const eventName = pathIndex('eventName');
const request = pathIndex('requestParameters');
const arn = pathIndex('userIdentity.arn');
const principalId = pathIndex('userIdentity.principalId');
const accessKeyId = pathIndex('userIdentity.accessKeyId');

/** Calls that may undo what a case did. */
const undoing = /^(?:Delete|Detach|Remove|Deactivate|Disable|Revoke|Update|Put|Modify|Set|Start|Create)/u;

/** Texts of a request, as its JSON has them; names that a case may have made have no escapes. */
const quotedText = /"([^"\\]{1,256})"/gu;

/** Reads sources that no other thread has taken once more, for the events of cases. */
export async function gatherEvents({ mmdb, sources, next, wanted }: GatherTask): Promise<GatheredEvents> {
  const gatherer = new EventGatherer(wanted, await openEnrichment(mmdb));
  const memory = new ScanMemory();
  for (let source = sources[takeNext(next)]; source !== undefined; source = sources[takeNext(next)]) {
    await scanRecords(
      source,
      { scanned: (record) => gatherer.scanned(record), read: (record) => gatherer.read(record) },
      memory,
    );
  }
  return gatherer.gathered();
}

class EventGatherer {
  readonly #wanted: WantedEvents;
  readonly #enrich: AddressLookup | undefined;
  readonly #events: CaseEvent[] = [];
  readonly #kept = new Map<string, number>();
  readonly #left = new Map<number, number>();
  readonly #strays: StrayCall[] = [];
  /** Whether callers of an ARN may be members. */
  readonly #callers = new Map<string, boolean>();

  constructor(wanted: WantedEvents, enrich: AddressLookup | undefined) {
    this.#wanted = wanted;
    this.#enrich = enrich;
  }

  gathered(): GatheredEvents {
    return { events: this.#events, strays: this.#strays, left: this.#left };
  }

  scanned(record: ScannedRecord): void {
    const address = scannedAddress(record) ?? '';
    const may = this.#mayBeMember(record) || this.#wanted.addresses.has(address) || this.#mayUndo(record);
    if (may) this.#take(normalizeRecord(record.parse()));
  }

  read(record: InputRecord): void {
    if (record.kind !== 'found') return;
    try {
      this.#take(ecsEventOf(record.found));
    } catch (error) {
      // What is malformed was told when it was read first.
      if (!(error instanceof MalformedRecordError)) throw error;
    }
  }

  #mayBeMember(record: ScannedRecord): boolean {
    const { members } = this.#wanted;
    if (members.has(`access-key/${record.text(accessKeyId) ?? ''}`)) return true;
    const [named = ''] = record.commonTexts(arn);
    const key = named === '' ? (record.text(principalId) ?? '') : named;
    const known = key === '' ? undefined : this.#callers.get(key);
    if (known !== undefined) return known;
    const caller = scannedCaller(record);
    const may = nodesOf(caller).some((id) => members.has(id));
    if (this.#callers.size >= callersRemembered) this.#callers.clear();
    this.#callers.set(key, may);
    return may;
  }

  #mayUndo(record: ScannedRecord): boolean {
    const [action = ''] = record.commonTexts(eventName);
    if (this.#wanted.names.size === 0 || !undoing.test(action) || !record.has(request)) return false;
    return this.#namedIn(record.bytes.toString('utf8', record.starts[request], record.ends[request])).length > 0;
  }

  /** The cases of which a request names something that they made or changed. */
  #namedIn(json: string): readonly number[] {
    const { names } = this.#wanted;
    const found = new Set<number>();
    for (const [, text = ''] of json.matchAll(quotedText)) {
      for (const position of names.get(text) ?? names.get(lastPart(text)) ?? []) found.add(position);
    }
    return [...found];
  }

  #take(document: EcsDocument): void {
    const ecs = this.#enrich === undefined ? document : enrichSource(document, this.#enrich);
    const event = foundEvent(ecs);
    const caller = callerOf(ecs);
    const places = this.#placesOf(caller, Date.parse(event.at));
    for (const [position, relation] of places) this.#keep({ position, relation, event });
    for (const position of this.#aboutCases(ecs)) {
      if (!places.has(position)) this.#keep({ position, relation: 'by-others', event });
    }
    this.#noteStray(event, caller, places);
  }

  #placesOf({ identity, person, credential }: Caller, atMs: number): ReadonlyMap<number, 'intruder' | 'before'> {
    const { members } = this.#wanted;
    const places = new Map<number, 'intruder' | 'before'>();
    const note = (id: IdentityId | undefined, isCertain: (member: WantedMember) => boolean): void => {
      for (const member of members.get(id ?? '') ?? []) {
        const isIntruder = isCertain(member) && atMs >= member.sinceMs;
        if (isIntruder) places.set(member.position, 'intruder');
        else if (!places.has(member.position)) places.set(member.position, 'before');
      }
    };
    note(credential?.id, () => true);
    note(identity.id, ({ whole }) => whole || credential === null);
    note(person?.id, ({ whole }) => whole);
    return places;
  }

  #aboutCases(ecs: EcsDocument): readonly number[] {
    if (this.#wanted.names.size === 0 || !undoing.test(textAt(ecs, 'event.action') ?? '')) return [];
    return this.#namedIn(JSON.stringify(valueAt(ecs, 'aws.cloudtrail.flattened.request_parameters') ?? null));
  }

  #keep(found: CaseEvent): void {
    const key = `${found.position} ${found.relation}`;
    const kept = this.#kept.get(key) ?? 0;
    if (kept >= eventsOfCase) {
      this.#left.set(found.position, (this.#left.get(found.position) ?? 0) + 1);
      return;
    }
    this.#kept.set(key, kept + 1);
    this.#events.push(found);
  }

  #noteStray({ ref, at, ecs }: FoundEvent, { identity }: Caller, places: ReadonlyMap<number, unknown>): void {
    const address = textAt(ecs, 'source.ip') ?? '';
    const positions = (this.#wanted.addresses.get(address) ?? []).filter((position) => !places.has(position));
    if (positions.length === 0 || identity.kind === 'service' || this.#strays.length >= straysKept) return;
    const client = textAt(ecs, 'user_agent.original') ?? '';
    this.#strays.push({ positions, identity, event: ref, at, address, client });
  }
}

function nodesOf({ identity, person }: Caller): readonly IdentityId[] {
  return [identity.id, consoleSession(identity).id, ...(person === null ? [] : [person.id])];
}

function foundEvent(ecs: EcsDocument): FoundEvent {
  const accountId = textAt(ecs, 'cloud.account.id') ?? textAt(ecs, 'aws.cloudtrail.recipient_account_id') ?? '';
  return {
    ref: { accountId: accountId as AccountId, eventId: textAt(ecs, 'event.id') ?? '', revision: 0 },
    at: (textAt(ecs, '@timestamp') ?? '') as Instant,
    own: false,
    ecs,
  };
}
