import type { IdentityId, IdentityRole } from '../../model/identity.ts';
import { isConsoleSession, kindOf } from './identity-parts.ts';
import type { WalkLimit } from './walk-limit.ts';

/** Something that the walk came to. */
export interface Member {
  readonly id: IdentityId;
  readonly role: IdentityRole;
  /** What it did earlier is not the intruder's. */
  readonly sinceMs: number;
  /** All that it does from then on is the intruder's; else only what is done with a credential that is a member itself. */
  readonly whole: boolean;
}

/** A case with more is told to a person rather than followed on. */
const memberLimit = 2000;

/** All that a walk came to, each once with what is known of it. */
export class Members {
  readonly #byId = new Map<IdentityId, Member>();
  readonly #apart: ReadonlySet<IdentityId>;
  readonly #limits: Map<string, WalkLimit>;

  /**
   * @param apart whom a person has given a case of their own.
   * @param limits takes whatever cannot join.
   */
  constructor(apart: ReadonlySet<IdentityId>, limits: Map<string, WalkLimit>) {
    this.#apart = apart;
    this.#limits = limits;
  }

  /** @returns true where this says more than was known. */
  join(member: Member): boolean {
    if (this.#apart.has(member.id)) {
      this.#limits.set(`taken-out ${member.id}`, { kind: 'taken-out', at: member.id });
      return false;
    }
    const known = this.#byId.get(member.id);
    if (known === undefined) {
      if (this.#byId.size >= memberLimit) {
        this.#limits.set('too-many', { kind: 'too-many', at: member.id });
        return false;
      }
      this.#byId.set(member.id, member);
      return true;
    }
    const whole = known.whole || member.whole;
    const sinceMs = Math.min(known.sinceMs, member.sinceMs);
    const role = graverRole(known.role, member.role);
    if (whole === known.whole && sinceMs === known.sinceMs && role === known.role) return false;
    this.#byId.set(member.id, { id: known.id, role, sinceMs, whole });
    return true;
  }

  /** Says something else of a member than was said before. */
  put(member: Member): void {
    this.#byId.set(member.id, member);
  }

  get(id: IdentityId): Member | undefined {
    return this.#byId.get(id);
  }

  has(id: IdentityId): boolean {
    return this.#byId.has(id);
  }

  byId(): ReadonlyMap<IdentityId, Member> {
    return this.#byId;
  }
}

/** Whoever was reached by a link plays the part that the link says; of several, what was made is more than what was changed. */
function graverRole(known: IdentityRole, found: IdentityRole): IdentityRole {
  const order: readonly IdentityRole[] = ['created', 'changed', 'used', 'suspect', 'outside'];
  return order.indexOf(found) < order.indexOf(known) ? found : known;
}

/** A user's keys are several, and a session's name may be shared; root, people and consoles are one. */
export function isWholeWhenSuspect(id: IdentityId): boolean {
  return kindOf(id) === 'root' || kindOf(id) === 'person' || isConsoleSession(id);
}
