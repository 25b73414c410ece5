import type { SeenEvent } from '../../investigation/seen-event.ts';
import type { Identity, IdentityId } from '../../model/identity.ts';
import type { Instant } from '../../model/ids.ts';
import type { EcsDocument, EventRef } from '../../model/trail-event.ts';
import type { UndoingCalls } from './undoing-calls.ts';

/** Which events belong to cases. */
export interface WantedEvents {
  readonly members: ReadonlyMap<IdentityId, readonly WantedMember[]>;
  /** Roles whose sessions raised alerts: what their other sessions did before tells what is usual. */
  readonly roles: ReadonlyMap<IdentityId, readonly number[]>;
  /** Addresses that the calls of cases' alerts came from. */
  readonly addresses: ReadonlyMap<string, readonly number[]>;
}

export interface GatheredEvents {
  readonly events: readonly GatheredEvent[];
  /** What other sessions of the cases' roles did. */
  readonly roleCalls: readonly RoleCall[];
  readonly strays: readonly StrayCall[];
  /** Events beyond what is kept of a case, by the case's position: there, and not kept. */
  readonly left: ReadonlyMap<number, number>;
  /** Calls by whomever that may undo what a case did. */
  readonly undoing: ReturnType<UndoingCalls['gathered']>;
}

/** A member of a case, as its events are looked for. */
export interface WantedMember {
  /** The case's position. */
  readonly position: number;
  readonly sinceMs: number;
  readonly whole: boolean;
}

/** An event of a case: by one of its members, or before that was the intruder's. */
export interface GatheredEvent {
  readonly position: number;
  readonly relation: 'intruder' | 'before';
  readonly event: SeenEvent;
  /** All that its record says; absent where nobody asked for it: it is some times larger. */
  readonly document?: EcsDocument;
}

/** A call by a session of a role whose other sessions raised alerts: few of them come to matter, so it is read only then. */
export interface RoleCall {
  readonly positions: readonly number[];
  readonly atMs: number;
  readonly source: string;
  readonly sessionName: string;
  /** By its name it may leave something behind, or take it away. */
  readonly mayHaveEffects: boolean;
  /** The record as it is written. */
  readonly text: string;
}

/** A call from an address of a case by somebody who is not in it. */
export interface StrayCall {
  readonly positions: readonly number[];
  readonly identity: Identity;
  readonly event: EventRef;
  readonly at: Instant;
  readonly address: string;
  readonly client: string;
}
