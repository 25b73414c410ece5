import { hourMs } from '../../model/duration.ts';
import { pathIndex, type ScannedRecord } from '../../cloudtrail/scan/scanned-record.ts';
import type { DetectionEvent } from '../../detection/rule-type.ts';
import { textAt } from '../../cloudtrail/ecs-path.ts';
import { callerOf, recipientAccount, type EventCaller } from '../../cloudtrail/caller.ts';
import { LinkGatherer, type LinkFacts } from '../../investigation/links/link-facts.ts';
import { mayLink } from '../../investigation/links/links-of.ts';
import { seedOf, type Seed } from '../../cloudtrail/seed.ts';
import type { Instant } from '../../model/ids.ts';
import { type EventRef, eventRefKey } from '../../model/trail-event.ts';
import { RecordIndex } from './record-index.ts';
import {
  instanceText,
  maybeInstanceSession,
  namesPerson,
  scannedAddress,
  scannedCaller,
  scannedIdentity,
  sessionText,
} from './scanned-caller.ts';
import { UndoingNames } from './undoing-calls.ts';

/** What an investigation needs of all events: the steps that they prove, and who made the calls that rules look at. */
export interface GatheredFacts {
  readonly links: LinkFacts;
  /** Calls that are candidates of rules, by the keys of their events. */
  readonly calls: ReadonlyMap<string, Seed>;
}

const eventName = pathIndex('eventName');
const recipient = pathIndex('recipientAccountId');

/** Sessions whose person is known are remembered up to so many; then they are looked at again. */
const rememberedSessions = 50_000;
/** Gathers {@link GatheredFacts} while rules judge the same events; most events are left after a look at the call's name. */
export class CaseFacts {
  readonly #links = new LinkGatherer();
  readonly #calls = new Map<string, Seed>();
  readonly #mayLink = new Map<string, boolean>();
  readonly #sessions = new Set<string>();
  /** When instances' sessions were first seen at work from an address within an hour, as far as is remembered. */
  readonly #firstSeenMs = new Map<string, number>();
  readonly #undoing = new UndoingNames();
  /** Where the records are that were gathered from. */
  readonly index = new RecordIndex();
  #recipient = '';

  /** @param kept a rule keeps the event. */
  scanned(record: ScannedRecord, event: DetectionEvent, kept: boolean): void {
    const [accountId = ''] = record.commonTexts(recipient);
    this.#received(accountId);
    const [action = ''] = record.commonTexts(eventName);
    this.index.record(record, this.index.callers.numberOf(record), this.#undoing.mayUndo(record, action));
    if (this.#linksByName(action) || this.#isNewPersonsSession(record)) this.#take(event);
    const isInstance = maybeInstanceSession(record);
    if (!kept && !isInstance) return;
    const source = scannedAddress(record) ?? null;
    if (isInstance && this.#isNewOfInstance(record, source, event.eventTimeMs))
      this.#links.maybeInstance(scannedIdentity(record), { at: event.eventTime, ref: event.ref, source });
    if (kept) this.#call(event.ref, event.eventTime, scannedCaller(record), source);
  }

  /** The same for an event that is a document already. */
  read(event: DetectionEvent, kept: boolean): void {
    this.index.beyond();
    const ecs = event.fields.document();
    this.#received(recipientAccount(ecs));
    this.#take(event);
    const caller = callerOf(ecs);
    const source = textAt(ecs, 'source.address') ?? textAt(ecs, 'source.ip') ?? null;
    this.#links.maybeInstance(caller.identity, { at: event.eventTime, ref: event.ref, source });
    if (kept) this.#call(event.ref, event.eventTime, caller, source);
  }

  gathered(): GatheredFacts {
    return { links: this.#links.facts(), calls: this.#calls };
  }

  #take({ ref, eventTime, fields }: DetectionEvent): void {
    this.#links.event({ ref, at: eventTime, own: false, ecs: fields.document() });
  }

  #call(ref: EventRef, at: Instant, caller: EventCaller, source: string | null): void {
    this.#links.caller(caller);
    this.#calls.set(eventRefKey(ref), seedOf(caller, at, source));
  }

  /** Records of one account come together: most are of the last one's. */
  #received(accountId: string): void {
    if (accountId === this.#recipient || accountId === '') return;
    this.#recipient = accountId;
    this.#links.watched(accountId);
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
  #isNewOfInstance(record: ScannedRecord, source: string | null, atMs: number): boolean {
    const key = `${instanceText(record)} ${source} ${Math.floor(atMs / hourMs)}`;
    const firstMs = this.#firstSeenMs.get(key);
    if (firstMs !== undefined && firstMs <= atMs) return false;
    if (this.#firstSeenMs.size >= rememberedSessions) this.#firstSeenMs.clear();
    this.#firstSeenMs.set(key, atMs);
    return true;
  }

  #isNewPersonsSession(record: ScannedRecord): boolean {
    if (!namesPerson(record)) return false;
    const session = sessionText(record);
    if (this.#sessions.has(session)) return false;
    if (this.#sessions.size >= rememberedSessions) this.#sessions.clear();
    this.#sessions.add(session);
    return true;
  }
}
