import type { Effect } from '../effects/effect.ts';
import type { SeenEvent } from '../seen-event.ts';

/**
 * By whom, from where, with what, which call, with what result; where it changed, gave or took something, also on what and to what end.
 * Two calls of the same text are the same act. Null where no other call is the same: what it made is new each time, or its record does
 * not show what it put there.
 */
export function sameAct(event: SeenEvent): string | null {
  const { callers, sourceAddress, userAgent, provider, action, outcome, readOnly, effects, attempted, targets } = event;
  const act = [callers, sourceAddress, userAgent, provider, action, outcome];
  if (readOnly && effects.length === 0 && attempted.length === 0) return JSON.stringify(act);
  const meanings = effects.map(meaningOf);
  if (meanings.includes(null)) return null;
  // A session's own names are new each time: the role that it is of says what it may do.
  const on = effects.some(({ kind }) => kind === 'session-minted') ? [] : targets;
  return JSON.stringify([...act, on, attempted, meanings]);
}

/** What an effect comes to, without what is new each time; null where that says nothing about the next of its kind. */
function meaningOf(effect: Effect): unknown {
  switch (effect.kind) {
    case 'session-minted':
      return [effect.kind, effect.call, effect.roleArn, effect.roleAccountId, effect.chained];
    case 'secret-read':
      return effect.numberKnown ? effect : null;
    case 'policy-granted':
      return effect.inline || effect.grants.unread ? null : effect;
    case 'console-login':
    case 'group-joined':
    case 'permission-set-granted':
    case 'boundary-changed':
    case 'data-taken':
    case 'model-used':
    case 'undone':
      return effect;
    case 'code-planted':
    case 'code-run':
      // Each deployment puts other code in the same place: how often it was done tells, not what it was.
      return [effect.kind, effect.what, effect.resource];
    default:
      // New credentials, identities, machines, documents and doors: each is another one.
      return null;
  }
}
