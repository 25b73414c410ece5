import { user } from '../../cloudtrail/identities.ts';
import { kindOf, isConsoleSession } from '../links/identity-parts.ts';
import type { SeenEvent } from '../seen-event.ts';
import { isSecondFactor, ownPlaces } from './own-places.ts';

/** What the owner of a key does about it while somebody else works with it from elsewhere. */
export interface OwnRotations {
  /** Whether a call is the owner's: to the console with a second factor, from a place of their own; or with a key that they made there. */
  readonly isOwners: (event: SeenEvent) => boolean;
  /** The calls that made such keys. */
  readonly made: readonly SeenEvent[];
}

/**
 * Tells the owner's calls of a rotation from the intruder's: the old key is at work elsewhere, and the new one is made in a console
 * session with a second factor at a place of the owner's own, and used from there alone. They look around, make a key and end keys: whatever
 * else is done there is not told apart.
 */
export function ownRotations(all: readonly SeenEvent[], alerted: ReadonlySet<SeenEvent>): OwnRotations {
  const made = all.filter(({ effects }) => effects.some((effect) => effect.kind === 'key-created'));
  if (made.length === 0) return { isOwners: () => false, made: [] };
  const byUser = Map.groupBy(
    all.filter(({ callers }) => kindOf(callers[0] ?? '') === 'user'),
    ({ callers }) => callers[0] ?? '',
  );
  const isOwnPlace = ownPlaces(all, ({ callers }) => callers[0] ?? '');
  const usedFrom = sourcesByKey(all);
  /** Somebody else is at work as the same user, and an alert says so. */
  function hasIntruder({ callers, sourceAddress }: SeenEvent): boolean {
    return (byUser.get(callers[0] ?? '') ?? []).some(
      (each) => alerted.has(each) && each.sourceAddress !== sourceAddress && !isOwnPlace(each),
    );
  }
  const minted = new Set(
    all.flatMap(({ effects }) =>
      effects.flatMap((effect) => (effect.kind === 'session-minted' ? [effect.accessKeyId] : [])),
    ),
  );
  /** Temporary credentials of a user that no call handed out: the console's, whose records do not always say so. */
  function isUnminted({ accessKeyId = '' }: SeenEvent): boolean {
    return accessKeyId.startsWith('ASIA') && !minted.has(accessKeyId);
  }
  function isFromOwnConsole(event: SeenEvent): boolean {
    const isConsole = isSecondFactor(event) || event.callers.some(isConsoleSession);
    if (!(isConsole || isUnminted(event)) || !isOwnPlace(event) || !hasIntruder(event)) return false;
    const signIns = (byUser.get(event.callers[0] ?? '') ?? []).filter(
      ({ effects, at }) => effects.some(({ kind }) => kind === 'console-login') && at <= event.at,
    );
    return signIns.length > 0 && signIns.every((each) => isSecondFactor(each) && isOwnPlace(each));
  }
  const ownKeys = new Map(
    made.flatMap((event) =>
      event.effects.flatMap((effect) =>
        effect.kind === 'key-created' &&
        !effect.reactivated &&
        event.callers[0] === user(event.ref.accountId, effect.userName).id &&
        isFromOwnConsole(event) &&
        (usedFrom.get(effect.accessKeyId) ?? []).every((source) => source === event.sourceAddress)
          ? [[effect.accessKeyId, event] as const]
          : [],
      ),
    ),
  );
  function isPlain({ effects }: SeenEvent): boolean {
    return effects.every(
      (effect) =>
        effect.kind === 'console-login' ||
        effect.kind === 'undone' ||
        (effect.kind === 'key-created' && ownKeys.has(effect.accessKeyId)),
    );
  }
  const keys = [...ownKeys.keys()];
  return {
    isOwners: (event) =>
      keys.length > 0 &&
      event.attempted.length === 0 &&
      isPlain(event) &&
      (ownKeys.has(event.accessKeyId ?? '') || isFromOwnConsole(event)),
    made: [...new Set(ownKeys.values())],
  };
}

function sourcesByKey(all: readonly SeenEvent[]): ReadonlyMap<string, readonly string[]> {
  const sources = new Map<string, string[]>();
  for (const { accessKeyId, sourceAddress = '' } of all) {
    if (accessKeyId === undefined) continue;
    const known = sources.get(accessKeyId);
    if (known === undefined) sources.set(accessKeyId, [sourceAddress]);
    else if (!known.includes(sourceAddress)) known.push(sourceAddress);
  }
  return sources;
}
