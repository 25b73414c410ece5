import type { Instant } from '../../model/ids.ts';
import type { ThingKey } from '../effects/effect.ts';
import { thing } from '../effects/thing.ts';
import { listUnder } from '../../model/list-under.ts';
import type { SeenEvent } from '../seen-event.ts';
import type { RenamedAt } from '../users/renamed-users.ts';
import type { Closure } from './case-material.ts';
import { firstWhere } from './first-where.ts';
import { isAfter, type ReopenedAt } from './reopenings.ts';
import type { KnownUndoing, Undoing } from './undoings.ts';

/** Who denied what, from when, as long as it holds. */
export interface Denials {
  /**
   * Whether what an identity's credential issued at an instant may do is denied in full; the record or response that says so.
   * `null` for what has no such instant (long-term keys carry no `aws:TokenIssueTime`) or is yet to come: a condition spares it.
   */
  readonly denied: (thingKey: ThingKey, issuedAt: Instant | null) => Undoing | null;
}

interface Denial extends Undoing {
  readonly thing: ThingKey;
  readonly issuedBefore: Instant | null;
  readonly whileThere: ThingKey | null;
}

/** A denial holds until its policy is taken off, or written anew without it. */
export function caseDenials(
  all: readonly SeenEvent[],
  closures: readonly Closure[],
  undoings: ReadonlyMap<ThingKey, readonly KnownUndoing[]>,
  reopenedAt: ReopenedAt,
  renamedAt: RenamedAt,
): Denials {
  const recorded = all.flatMap(({ effects, at, ref }) =>
    effects.flatMap((effect): readonly Denial[] =>
      effect.kind === 'undone' && effect.how === 'denied'
        ? effect.things.map((each) => ({
            thing: each,
            at,
            proof: ref,
            issuedBefore: effect.issuedBefore,
            whileThere: effect.whileThere,
          }))
        : [],
    ),
  );
  const verified = closures.flatMap(({ things, at, issuedBefore, whileThere }) =>
    things.map((each) => ({ thing: each, at, proof: null, issuedBefore, whileThere: whileThere ?? null })),
  );
  const rewritten = rewritings(all);
  const inForce = [...recorded, ...verified].filter(
    (denial) =>
      // A policy goes with its user to the new name, where its end would be missed.
      renamedAt(denial.thing) === null &&
      !isLifted(denial, rewritten, undoings) &&
      isAfter(denial.at, denial.whileThere === null ? null : reopenedAt([denial.whileThere])),
  );
  const byThing = new Map([...Map.groupBy(inForce, ({ thing: key }) => key)].map(([key, all]) => [key, widened(all)]));
  return {
    denied(key, issuedAt) {
      const widening = byThing.get(key) ?? [];
      const found = widening[firstWhere(widening, (denial) => reaches(denial, issuedAt))];
      return found === undefined ? null : { at: found.at, proof: found.proof };
    },
  };
}

/** Whether a denial holds for what was issued at an instant. */
function reaches({ issuedBefore }: Denial, issuedAt: Instant | null): boolean {
  return issuedBefore === null || (issuedAt !== null && Date.parse(issuedAt) < Date.parse(issuedBefore));
}

/** Of denials in order those that reach further than all before them: the first that reaches an instant is one of these. */
function widened(denials: readonly Denial[]): readonly Denial[] {
  let furthest = Number.NEGATIVE_INFINITY;
  return denials.filter(({ issuedBefore }) => {
    const reach = issuedBefore === null ? Number.POSITIVE_INFINITY : Date.parse(issuedBefore);
    if (!(reach > furthest)) return false;
    furthest = reach;
    return true;
  });
}

/** Whenever a policy was written without denying everything, by the policy; oldest first. */
function rewritings(all: readonly SeenEvent[]): ReadonlyMap<ThingKey, readonly SeenEvent[]> {
  const written = new Map<ThingKey, SeenEvent[]>();
  for (const event of all) {
    const denying = new Set(event.effects.flatMap((each) => (each.kind === 'undone' ? [each.whileThere] : [])));
    for (const effect of event.effects) {
      if (effect.kind !== 'policy-granted') continue;
      const policy = thing.policy(event.ref.accountId, effect.holder, effect.policy);
      if (denying.has(policy)) continue;
      listUnder(written, policy, event);
    }
  }
  return written;
}

/** By its policy's end, or another content; within one second nobody knows which came last, and it counts as lifted. */
function isLifted(
  { whileThere, at, proof }: Denial,
  rewritten: ReadonlyMap<ThingKey, readonly SeenEvent[]>,
  undoings: ReadonlyMap<ThingKey, readonly KnownUndoing[]>,
): boolean {
  if (whileThere === null) return false;
  const from = Date.parse(at);
  const last = rewritten.get(whileThere)?.at(-1);
  return (
    Date.parse(undoings.get(whileThere)?.at(-1)?.at ?? '') >= from ||
    (last !== undefined && Date.parse(last.at) >= from && last.ref.eventId !== proof?.eventId)
  );
}
