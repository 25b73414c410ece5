import { user } from '../../cloudtrail/identities.ts';
import { dayMs, hourMs } from '../../model/duration.ts';
import { effectsOfKind, type CaseEffect } from '../case/case-effects.ts';
import { placeOf } from '../case/place-of.ts';
import type { ThingKey } from '../effects/effect.ts';
import { thingsOf } from '../effects/things-of.ts';
import type { CaseFinding, FindingGround } from '../findings/case-finding.ts';
import { alertedOfCase, changedIn } from '../findings/habit.ts';
import type { SeenEvent } from '../seen-event.ts';
import { dayOf, habitDays } from './habit-days.ts';
import { isOrdinary } from './ordinary.ts';
import { kindOf } from '../links/identity-parts.ts';
import { isRecovery, ownDoors } from './own-door.ts';

/** What was given is taken back within this time where nobody means to keep it. */
const withdrawnMs = hourMs;

/** What is explained where each call of it is its owner's: where they always work they give rights, read secrets and enter machines. */
const explainedByCall = [
  'root-used',
  'administrator-granted',
  'secrets-taken',
  'instances-entered',
  'console-without-mfa',
  'mail-or-model-abuse',
] as const;

/**
 * Whether all of a case may be its owners' own work: every call of it came by a door of their own ({@link ownDoors}), nothing speaks of an
 * intruder besides, and from a place at which they had not worked for days there is nothing but reading, and what was given and taken back
 * within the hour. Nobody can say so from the trail: somebody may sit at an owner's machine.
 */
export function isOwnWork(ground: FindingGround, findings: readonly CaseFinding[]): boolean {
  const { calls, effects } = ground;
  if (alertedOfCase(ground).length === 0 || !isOrdinary(ground, findings, explainedByCall)) return false;
  const doorOf = ownDoors(calls.all);
  const isChanged = changedIn(ground);
  const byEvent = Map.groupBy(effects.effects, ({ event }) => event);
  function leavesNothing(event: SeenEvent): boolean {
    return (
      !isChangeByRoot(event) &&
      event.attempted.every((kind) => kind === 'secret-read') &&
      (byEvent.get(event) ?? []).every(isHarmless)
    );
  }
  const isUsage = dailyUsage(calls.all);
  function isHarmless(each: CaseEffect): boolean {
    const { kind } = each.effect;
    return kind === 'console-login' || kind === 'session-minted' || isUsage(each) || isWithdrawn(each, ground);
  }
  const welcomed = new Map(
    effectsOfKind(effects.effects, 'user-created').flatMap(({ effect, event, accountId }) =>
      doorOf(event) === 'settled' ? [[user(accountId, effect.userName).id, event.sourceAddress] as const] : [],
    ),
  );
  /** Whom somebody made where they always work, and who signs in there. */
  function isWelcomed({ callers: [who = ''], sourceAddress }: SeenEvent): boolean {
    return sourceAddress !== undefined && welcomed.get(who) === sourceAddress;
  }
  return [...new Set([...calls.calls, ...alertedOfCase(ground)])].every((event) => {
    if (isWelcomed(event)) return leavesNothing(event) || event.action === 'ChangePassword';
    const door = doorOf(event);
    return door === 'settled' ? !isChanged(event) : door === 'only-place' && leavesNothing(event);
  });
}

/** What root changes is of the account itself (its mail address, its closing): most of it has no other trace. */
function isChangeByRoot(event: SeenEvent): boolean {
  const isByRoot = kindOf(event.callers[0] ?? '') === 'root';
  return isByRoot && !event.readOnly && !isRecovery(event) && event.action !== 'ConsoleLogin';
}

/**
 * Tells mail that was sent and models that were asked as an application does: with the same key, from the same address, on four days at
 * least from the first on that is known of the key. To set up either is more than to use it.
 */
function dailyUsage(all: readonly SeenEvent[]): (each: CaseEffect) => boolean {
  const byKey = Map.groupBy(all, ({ accessKeyId }) => accessKeyId);
  return ({ effect, event }) => {
    const isUse =
      (effect.kind === 'mail-prepared' && effect.what === 'mail sent') ||
      (effect.kind === 'model-used' && effect.what === 'invoked');
    if (!isUse || event.accessKeyId === undefined) return false;
    const ofKey = byKey.get(event.accessKeyId) ?? [];
    const alike = ofKey.filter(
      (each) =>
        each.action === event.action && each.sourceAddress === event.sourceAddress && each.outcome === 'success',
    );
    const days = new Set(alike.map(dayOf));
    const first = Math.min(...ofKey.map(({ at }) => Date.parse(at)));
    return days.size > habitDays && alike.some(({ at }) => Date.parse(at) - first <= dayMs);
  };
}

/** Whether rights that another user was given were taken back by the case itself within the hour, and nothing tells of their use. */
function isWithdrawn({ effect, event, accountId, at }: CaseEffect, { calls }: FindingGround): boolean {
  if (effect.kind !== 'policy-granted' || effect.holder.kind !== 'user') return false;
  const holder = user(accountId, effect.holder.name).id;
  const things = thingsOf(effect, placeOf(event));
  const end = calls.calls.find((call) => call.at > at && undoes(call, things));
  if (end === undefined || Date.parse(end.at) - Date.parse(at) > withdrawnMs) return false;
  return (
    !event.callers.includes(holder) &&
    !calls.all.some((call) => call.callers.includes(holder) && call.at >= at && call.at <= end.at)
  );
}

function undoes({ effects }: SeenEvent, things: readonly ThingKey[]): boolean {
  return effects.some(
    (effect) =>
      effect.kind === 'undone' && effect.how !== 'denied' && effect.things.some((each) => things.includes(each)),
  );
}
