import { normalizeCall } from '../../cloudtrail/normalize.ts';
import { pathIndex, type ScannedRecord } from '../../cloudtrail/scan/scanned-record.ts';
import type { ThingKey } from '../../investigation/effects/effect.ts';
import { effectActions } from '../../investigation/effects/effects-of.ts';
import { plainAction } from '../../investigation/plain-action.ts';
import { seenEvent, type SeenEvent } from '../../investigation/seen-event.ts';
import { placeOf } from '../../investigation/case/place-of.ts';
import { deniesWhile, thingsIn } from '../../investigation/plan/things-at-stake.ts';
import type { JsonObject } from '../../model/json.ts';
import { parseJson } from '../../model/parse-json.ts';
import type { EcsDocument } from '../../model/trail-event.ts';
import { eventRefKey } from '../../model/trail-event.ts';
import { listUnder } from '../../model/list-under.ts';
import { foundEvent } from './found-event.ts';

/** A call that may undo what some case did, by whomever: its record as text, or the document made of it. */
export type UndoingCall = string | EcsDocument;

/** So many are kept by each thread; more are counted. */
const callsKept = 20_000;

const eventName = pathIndex('eventName');
const errorCode = pathIndex('errorCode');

/** Calls that can take something away, or write it anew; and what somebody takes away may be what they made. */
const undoing =
  /^(?:Accept|Add|Admin|Archive|Associate|Attach|Authorize|Batch(?:Associate|Disable|Disassociate|Stop|Update)|Cancel|Change|Close|Create|Deactivate|Deauthorize|Delete|Deregister|Detach|Disable|Disassociate|Enable|Grant|Import|Invite|Leave|Modify|Move|Open|Put|Register|Remove|Replace|Replicate|Reset|Restore|Retire|Revoke|Rotate|Schedule|Set|Share|Start|Stop|Terminate|Transfer|Unarchive|Unshare|Update|Upload)/u;
const undoingNames: ReadonlySet<string> = new Set(effectActions.filter((action) => undoing.test(action)));

/** Tells by their names which calls may undo something. */
export class UndoingNames {
  readonly #mayUndo = new Map<string, boolean>();

  /** A call of this name, which went through, may undo something. */
  mayUndo(record: ScannedRecord, action: string): boolean {
    return this.byName(action) && record.text(errorCode) === undefined;
  }

  byName(action: string): boolean {
    let may = this.#mayUndo.get(action);
    if (may === undefined) {
      may = undoingNames.has(plainAction(action));
      this.#mayUndo.set(action, may);
    }
    return may;
  }
}

/** Keeps calls that may undo something: what cases did is known only when all has been read. */
export class UndoingCalls {
  readonly #calls: UndoingCall[] = [];
  readonly #names = new UndoingNames();
  #left = 0;

  scanned(record: ScannedRecord): void {
    const [action = ''] = record.commonTexts(eventName);
    if (this.#names.mayUndo(record, action)) this.#keep(() => record.original());
  }

  /** The same for what is a document already. */
  read(action: string, ecs: EcsDocument): void {
    if (this.#names.byName(action)) this.#keep(() => ecs);
  }

  gathered(): { readonly calls: readonly UndoingCall[]; readonly left: number } {
    return { calls: this.#calls, left: this.#left };
  }

  #keep(call: () => UndoingCall): void {
    if (this.#calls.length < callsKept) this.#calls.push(call());
    else this.#left += 1;
  }
}

/** Calls that may undo something, by the things that they are about. */
export class UndoingIndex {
  readonly #byThing = new Map<ThingKey, SeenEvent[]>();

  constructor(calls: readonly UndoingCall[]) {
    for (const call of calls) {
      const ecs = typeof call === 'string' ? normalizeCall(parseJson(call) as JsonObject) : call; // the scanner took it for a record
      const event = seenEvent(foundEvent(ecs));
      for (const thing of thingsIn(event.effects, placeOf(event))) listUnder(this.#byThing, thing, event);
    }
  }

  /**
   * What anybody did about some things; a denial is found by whom it denies, and what lifts it by the policy that it is in.
   *
   * @param known events that are at hand already
   */
  about(things: readonly ThingKey[], known: readonly Pick<SeenEvent, 'ref'>[]): readonly SeenEvent[] {
    const undone = things.filter((thing) => this.#byThing.has(thing));
    if (undone.length === 0) return [];
    const seen = new Set(known.map(({ ref }) => eventRefKey(ref)));
    const asked = new Set<ThingKey>();
    const found: SeenEvent[] = [];
    for (let wanted = new Set(undone); wanted.size > 0;) {
      const next = new Set<ThingKey>();
      for (const thing of wanted) {
        asked.add(thing);
        for (const event of this.#byThing.get(thing) ?? []) {
          if (seen.has(eventRefKey(event.ref))) continue;
          seen.add(eventRefKey(event.ref));
          found.push(event);
          for (const each of event.effects.flatMap(deniesWhile)) next.add(each);
        }
      }
      wanted = new Set([...next].filter((thing) => !asked.has(thing)));
    }
    return found;
  }
}
