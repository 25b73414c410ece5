import type { WayIn } from '../../model/way-in.ts';
import { caseCalls, type CaseCalls } from './case-calls.ts';
import { caseEffects, type CaseEffect } from './case-effects.ts';
import type { CaseMaterial } from './case-material.ts';
import { lockOutsIn, type LockOut } from './lock-outs.ts';
import type { CaseFinding } from '../findings/case-finding.ts';
import { nothingProved } from '../findings/nothing-proved.ts';
import { findingKinds } from '../findings/finding-kinds.ts';
import { withoutBeginnings } from '../habits/beginnings.ts';
import { withoutGivenBack } from '../habits/gives-back.ts';
import { withOnePerson } from '../users/one-person.ts';
import { isQuiet, mayBeExplained, ownActs } from '../habits/quiet.ts';
import { timelineOf, type TimelineEntry } from '../timeline.ts';
import { waysInOf } from '../ways-in/ways-in-of.ts';

/** What a case comes to: what was done, what of it stands, what it means, and by which ways the intruder can still come in. */
export interface CaseAssessment {
  readonly calls: CaseCalls;
  readonly effects: readonly CaseEffect[];
  /** Whom the case locked out of what, in the order in which it was done. */
  readonly lockOuts: readonly LockOut[];
  readonly waysIn: readonly WayIn[];
  readonly findings: readonly CaseFinding[];
  /**
   * Every alert is explained by a proved habit of the identity, and nothing speaks against that: listed and explained, but nothing is
   * recommended and nobody woken.
   */
  readonly quiet: boolean;
  /** Whether anything is recommended: not where every alert is explained, nor where all may be, nor where nothing is proved. */
  readonly advises: boolean;
  /** Oldest first. */
  readonly timeline: readonly TimelineEntry[];
}

/** Assesses a case, live and offline alike: the same material always comes to the same. Pure. */
export function assessCase(material: CaseMaterial): CaseAssessment {
  return assessPrepared(preparedMaterial(material));
}

/** The material as it is judged: a person under one name, and no alert that only the beginning of the records explains. */
export function preparedMaterial(material: CaseMaterial): CaseMaterial {
  return withoutBeginnings(withOnePerson(material));
}

/** Assesses what {@link preparedMaterial} gave, for whoever shows that as well. */
export function assessPrepared(material: CaseMaterial): CaseAssessment {
  const calls = caseCalls(material);
  const done = caseEffects(calls, material.closures ?? [], material.reopenings);
  const effects = withoutGivenBack({ material, calls, effects: done });
  const waysIn = waysInOf(material, calls, effects);
  const ground = { material, calls, effects, waysIn };
  const findings = findingKinds.flatMap((find) => find(ground));
  const quiet = isQuiet(ground, findings);
  const unproved = quiet ? [] : nothingProved(ground, findings);
  const isExplained = mayBeExplained(ground, findings);
  // Where nothing but the beginning of the records speaks for the owners, what was taken from somebody is told all the same.
  const mayBeOwners = isExplained || unproved.some(({ facts }) => facts['because'] === 'own-work');
  return {
    calls,
    effects: effects.effects,
    lockOuts: quiet || mayBeOwners ? [] : lockOutsIn(ground, () => ownActs(ground)),
    waysIn,
    findings: [...findings, ...unproved],
    quiet,
    advises: !quiet && unproved.length === 0 && !isExplained,
    timeline: timelineOf(material, calls, effects.givenBack),
  };
}
