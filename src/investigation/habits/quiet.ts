import type { CaseEffect } from '../case/case-effects.ts';
import type { CaseFinding, FindingGround } from '../findings/case-finding.ts';
import { alertedEvents, familiarPlaces, habits } from '../findings/habit.ts';
import { leadsOn } from '../ways-in/doors.ts';
import { isProvedRepair } from '../ways-in/put-back.ts';
import { repairs } from './repairs.ts';

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
 * gives nobody anything that another's change had not given. A grant of rights that lead to all, and what hides an intruder, are explained
 * by no habit. Explained is shown, never closed by itself.
 */
export function isQuiet(ground: FindingGround, findings: readonly CaseFinding[]): boolean {
  const alerted = alertedEvents(ground);
  const { effects } = ground.effects;
  const isHabit = habits(ground);
  const isFamiliar = familiarPlaces(ground);
  const isRepair = repairs(ground, 'proved');
  return (
    alerted.length > 0 &&
    alerted.every((event) => isHabit(event) || isRepair(event)) &&
    effects.every(({ event }) => isHabit(event) || isFamiliar(event) || isRepair(event)) &&
    !effects.some((each) => givesAll(each) && !isProvedRepair(each, ground.effects)) &&
    !findings.some(({ kind }) => neverUsual.has(kind))
  );
}

/** Undone or not: what was granted may have been used. */
function givesAll({ effect }: CaseEffect): boolean {
  return (effect.kind === 'policy-granted' || effect.kind === 'policy-version-set') && leadsOn(effect.grants);
}
