import type { CaseFinding, FindingGround } from '../findings/case-finding.ts';
import { alertedOfCase, familiarPlaces, habits, principalOf, type HabitGround } from '../findings/habit.ts';
import { isProvedRepair } from '../ways-in/put-back.ts';
import type { SeenEvent } from '../seen-event.ts';
import { isSecondFactor, ownPlaces } from './own-places.ts';
import { givesAll } from './ordinary.ts';
import { repairs, repairsAtHome } from './repairs.ts';
import { rotations } from './rotations.ts';
import { routines } from './routines.ts';

/** What no habit explains: it speaks of somebody else at the credentials, or of what somebody wants who means to stay unseen. */
const neverUsual: ReadonlySet<string> = new Set([
  'key-in-two-places',
  'new-address',
  'exposed-key',
  'root-used',
  'instance-credentials-stolen',
  'intruders-account',
  'administrator-granted',
  'evasion',
  'trust-opened',
  'directory-changed',
  'organization-changed',
]);

/**
 * Whether all alerts of a case are explained by a proved habit: the same act from the same network with the same client on several days
 * before the first of them (infrastructure as code, a backup tool), and nothing else was changed from anywhere else; or by a repair that
 * gives nobody anything that another's change had not given, or a key's rotation that was carried through where its owner always works. A
 * grant of rights that lead to all, and what hides an intruder, are explained
 * by no habit. Explained is shown, never closed by itself.
 */
export function isQuiet(ground: FindingGround, findings: readonly CaseFinding[]): boolean {
  if (findings.some(({ kind }) => neverUsual.has(kind))) return false;
  const alerted = alertedOfCase(ground);
  const { effects } = ground.effects;
  const isHabit = habits(ground);
  const isFamiliar = familiarPlaces(ground);
  const isRepair = repairs(ground, 'proved');
  const isRotation = rotations(ground);
  function isExplained(event: SeenEvent): boolean {
    return isHabit(event) || isRepair(event) || isRotation(event);
  }
  return (
    alerted.length > 0 &&
    alerted.every(isExplained) &&
    effects.every(({ event }) => isExplained(event) || isFamiliar(event)) &&
    !effects.some((each) => givesAll(each) && !isProvedRepair(each, ground.effects))
  );
}

/**
 * Whether all alerts of a case may be explained, though nobody can say so from the trail: by a habit, a rotation, what may be somebody's
 * repair, or a routine that is older than the records. Such a case is loud, and nothing is advised against whoever made the calls.
 */
export function mayBeExplained(ground: FindingGround, findings: readonly CaseFinding[]): boolean {
  if (findings.some(({ kind }) => neverUsual.has(kind))) return false;
  const alerted = alertedOfCase(ground);
  const explanations = [habits(ground), repairs(ground, 'perhaps'), rotations(ground), routines(ground)];
  function isExplained(event: SeenEvent): boolean {
    return explanations.some((explains) => explains(event));
  }
  const isOwnPlace = ownPlaces(ground.calls.all, principalOf);
  /** Whoever repairs something from a place of their own signs in there first; who is given a new password changes it there. */
  function isOwnSignIn(event: SeenEvent): boolean {
    const isSignIn = isSecondFactor(event) && event.effects.every(({ kind }) => kind === 'console-login');
    return (isSignIn || event.action === 'ChangePassword') && isOwnPlace(event);
  }
  return (
    alerted.length > 0 &&
    alerted.every(isExplained) &&
    ground.effects.effects.every(({ event }) => isExplained(event) || isOwnSignIn(event))
  );
}

/**
 * Tells calls that are somebody's own work, whatever the case is: by a habit, a rotation or a routine, or a repair from a place of the
 * caller's own.
 */
export function ownActs(ground: HabitGround): (event: SeenEvent) => boolean {
  const all = [habits(ground), repairsAtHome(ground), rotations(ground), routines(ground)];
  return (event) => all.some((explains) => explains(event));
}
