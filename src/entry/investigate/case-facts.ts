import { hourMs } from '../../model/duration.ts';
import { pathIndex, type ScannedRecord } from '../../cloudtrail/scan/scanned-record.ts';
import type { DetectionEvent } from '../../detection/rule-type.ts';
import { textAt } from '../../cloudtrail/ecs-path.ts';
import { normalizeCall } from '../../cloudtrail/normalize.ts';
import { callerOf, recipientAccount, type EventCaller } from '../../cloudtrail/caller.ts';
import { LinkGatherer, type LinkFacts } from '../../investigation/links/link-facts.ts';
import { mayLink, mayLinkByService } from '../../investigation/links/links-of.ts';
import { seedOf, type Seed } from '../../cloudtrail/seed.ts';
import type { Instant } from '../../model/ids.ts';
import { type EcsDocument, type EventRef, eventRefKey } from '../../model/trail-event.ts';
import { begunSession, type BegunSession } from './begun-sessions.ts';
import { anyCaller } from './known-callers.ts';
import { RecordIndex } from './record-index.ts';
import {
  callingService,
  maybeInstanceSession,
  namesPerson,
  scannedAddress,
  scannedCaller,
  sessionText,
} from './scanned-caller.ts';
import { UndoingNames } from './undoing-calls.ts';

/** What an investigation needs of all events: the steps that they prove, and who made the calls that rules look at. */
export interface GatheredFacts {
  readonly links: LinkFacts;
  /** Sessions that services began, whose steps are read when somebody asks for them. */
  readonly begun: readonly BegunSession[];
  /** Calls that are candidates of rules, by the keys of their events. */
  readonly calls: ReadonlyMap<string, Seed>;
}

const eventName = pathIndex('eventName');
const recipient = pathIndex('recipientAccountId');

/** Sessions whose person is known are remembered up to so many; then they are looked at again. */
const rememberedSessions = 50_000;
/** More than there are. */
const hoursOfCaller = 1e7;

interface InstanceCall {
  readonly caller: number;
  readonly source: string | null;
  readonly atMs: number;
}

/** Gathers {@link GatheredFacts} while rules judge the same events; most events are left after a look at the call's name. */
export class CaseFacts {
  readonly #links = new LinkGatherer();
  readonly #begun: BegunSession[] = [];
  readonly #calls = new Map<string, Seed>();
  readonly #mayLink = new Map<string, boolean>();
  /** When people's sessions were first used with a key from an address, as far as is remembered. */
  readonly #sessions = new Map<string, number>();
  /** When instances' sessions were first seen at work from an address within an hour, as far as is remembered. */
  readonly #firstSeenMs = new Map<number, Map<string | null, number>>();
  #firstSeen = 0;
  readonly #undoing = new UndoingNames();
  /** Where the records are that were gathered from. */
  readonly index: RecordIndex;
  #recipient = '';
  #recipientFromMs = 0;

  constructor(index: RecordIndex = new RecordIndex()) {
    this.index = index;
  }

  /** @param kept a rule keeps the event. */
  scanned(record: ScannedRecord, event: DetectionEvent, kept: boolean): void {
    const [accountId = ''] = record.commonTexts(recipient);
    this.#received(accountId, event.eventTimeMs);
    const [action = ''] = record.commonTexts(eventName);
    const caller = this.index.callers.numberOf(record);
    this.index.record(record, caller, this.#undoing.mayUndo(record, action));
    if (this.#maySayWho(record, action, event.eventTimeMs)) this.#steps(record, action, event);
    const isInstance = maybeInstanceSession(record);
    if (!kept && !isInstance) return;
    const source = scannedAddress(record) ?? null;
    if (isInstance && this.#isNewOfInstance({ caller, source, atMs: event.eventTimeMs }))
      this.#links.maybeInstance(this.index.callers.identityOf(record, caller), {
        at: event.eventTime,
        ref: event.ref,
        source,
      });
    if (kept) this.#call(event.ref, event.eventTime, scannedCaller(record), source);
  }

  /** The same for an event that is a document already. */
  read(event: DetectionEvent, kept: boolean): void {
    this.index.beyond();
    const ecs = event.fields.document();
    this.#received(recipientAccount(ecs), event.eventTimeMs);
    this.#take(event, ecs);
    const caller = callerOf(ecs);
    const source = textAt(ecs, 'source.address') ?? textAt(ecs, 'source.ip') ?? null;
    this.#links.maybeInstance(caller.identity, { at: event.eventTime, ref: event.ref, source });
    if (kept) this.#call(event.ref, event.eventTime, caller, source);
  }

  gathered(): GatheredFacts {
    return { links: this.#links.facts(), begun: this.#begun, calls: this.#calls };
  }

  #steps(record: ScannedRecord, action: string, event: DetectionEvent): void {
    const begun = callingService(record) === undefined ? undefined : begunSession(record, action);
    if (begun === undefined) this.#take(event, normalizeCall(record.parse()));
    else this.#begun.push(begun);
  }

  #take({ ref, eventTime }: DetectionEvent, ecs: EcsDocument): void {
    this.#links.event({ ref, at: eventTime, own: false, ecs });
  }

  #call(ref: EventRef, at: Instant, caller: EventCaller, source: string | null): void {
    this.#links.caller(caller);
    this.#calls.set(eventRefKey(ref), seedOf(caller, at, source));
  }

  /** Records of one account come together, and mostly in order: few say anything new. */
  #received(accountId: string, atMs: number): void {
    if ((accountId === this.#recipient && atMs >= this.#recipientFromMs) || accountId === '') return;
    this.#recipient = accountId;
    this.#recipientFromMs = atMs;
    this.#links.watched(accountId, atMs);
  }

  /** False where a call leads from nobody to nobody. */
  #maySayWho(record: ScannedRecord, action: string, atMs: number): boolean {
    if (this.#isNewPersonsSession(record, atMs)) return true;
    if (!this.#linksByName(action)) return false;
    const service = callingService(record);
    return service === undefined || mayLinkByService(action, service);
  }

  #linksByName(action: string): boolean {
    let may = this.#mayLink.get(action);
    if (may === undefined) {
      may = mayLink(action);
      this.#mayLink.set(action, may);
    }
    return may;
  }

  /** False where an earlier call of the session from there within the hour was taken. */
  #isNewOfInstance({ caller, source, atMs }: InstanceCall): boolean {
    if (caller === anyCaller) return true;
    const hour = caller * hoursOfCaller + Math.floor(atMs / hourMs);
    const known = this.#firstSeenMs.get(hour);
    const firstMs = known?.get(source);
    if (firstMs !== undefined && firstMs <= atMs) return false;
    if (this.#firstSeen >= rememberedSessions) {
      this.#firstSeenMs.clear();
      this.#firstSeen = 0;
    }
    this.#firstSeen += 1;
    if (known === undefined) this.#firstSeenMs.set(hour, new Map([[source, atMs]]));
    else known.set(source, atMs);
    return true;
  }

  /** False where a call of the session with that key from there, no more than an hour later, was taken. */
  #isNewPersonsSession(record: ScannedRecord, atMs: number): boolean {
    if (!namesPerson(record)) return false;
    const session = sessionText(record);
    const firstMs = this.#sessions.get(session);
    if (firstMs !== undefined && firstMs - atMs <= hourMs) return false;
    if (this.#sessions.size >= rememberedSessions) this.#sessions.clear();
    this.#sessions.set(session, atMs);
    return true;
  }
}
