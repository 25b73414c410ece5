import type { AccountId } from '../../model/ids.ts';
import type { CaseEffect, CaseEffects } from '../case/case-effects.ts';
import { standingOf } from '../case/standing.ts';
import type { EffectOf, LetIn } from '../effects/effect.ts';
import { isOutside } from '../effects/policy-content.ts';
import { delegatedAdministrator } from '../effects/doors/share-doors.ts';
import { stillLetsIn } from '../effects/still-lets-in.ts';
import { regionOf, thing } from '../effects/thing.ts';
import { thingsOf } from '../effects/things-of.ts';
import { account } from '../../cloudtrail/identities.ts';
import type { WayInCandidate } from './candidate.ts';
import { isProvedRepair } from './put-back.ts';
import { door } from './door.ts';
import { narrowing, verdictOf } from './replaced-openings.ts';

/** Only what is shared with somebody else than oneself; closed by its withdrawal, or a later policy that leaves them out. */
export function doorsOfShare(
  each: CaseEffect<EffectOf<'shared'>>,
  known: CaseEffects,
  ownAccounts: readonly AccountId[],
): readonly WayInCandidate[] {
  const { accountId, effect, at, undone } = each;
  const { type, resource, by } = effect;
  const replaced = known.replacedBy('shared', [thing.shares(each, effect)], at, (later) => replaces(later, effect));
  // What lets in nobody whom another's had not let in before is closed by its own record.
  const harmless = isProvedRepair(each, known) ? { at, proof: each.event.ref } : null;
  // One of our own accounts that administers a service reaches into all others by it.
  const reached = by === delegatedAdministrator ? effect.with : outsidersIn(effect.with, [accountId, ...ownAccounts]);
  return reached.map((who) => {
    const sharedWith = who.principal;
    const withdrawn = undone ?? known.undoneSince([thing.share(each, effect, sharedWith)], at);
    // Whoever lets the same ones in again, by the same, opens what was withdrawn.
    const standing = standingOf(at, withdrawn, {
      endingSince: (since) =>
        known.endingSince([...thingsOf(effect, each), thing.share(each, effect, sharedWith)], since),
      openedSince: (since) =>
        known.replacedBy(
          'shared',
          [thing.shares(each, effect)],
          since,
          (later) => opensAsMuch(later, effect) && stillLetsIn(later.with.filter(isOutside), who, accountId),
        ),
    });
    const verdict = verdictOf(replaced === null ? [who] : replaced.effect.with, [who], accountId);
    const isBegun = replaced?.effect.begun === true;
    const leftOut = verdict === 'left out' ? replaced : null;
    const left = leftOut === null || !isBegun ? standing : { ...standing, ending: leftOut };
    const identity = account(who.accountId ?? '*').id;
    const region = regionOf(type, each.region);
    return door(
      each,
      { identity, what: { kind: 'share', accountId, region, type, resource, by, sharedWith }, ...narrowing(verdict) },
      standing.undone ?? (isBegun ? null : leftOut) ?? harmless,
      left,
    );
  });
}

/** By what others are let at a resource itself: whoever is let in by one of these comes in as by any other. */
const admitting = /^(?:policy|ACL|list$|statement |grant )/u;

function opensAsMuch(later: EffectOf<'shared'>, { by }: EffectOf<'shared'>): boolean {
  return later.by === by || (admitting.test(later.by) && admitting.test(by));
}

/** A policy, an ACL and a replication are written whole: each replaces its like, and a policy the statements that were added to it. */
function replaces(later: EffectOf<'shared'>, { by }: EffectOf<'shared'>): boolean {
  if (later.by === 'policy') return by === 'policy' || by.startsWith('statement ');
  return (later.by === 'ACL' || later.by === 'replication') && by === later.by;
}

/** Those who are neither oneself nor a service of AWS that acts for oneself. */
export function outsidersIn(letsIn: readonly LetIn[], ownAccounts: readonly AccountId[]): readonly LetIn[] {
  return letsIn.filter((each) => isOutside(each) && (each.accountId === null || !ownAccounts.includes(each.accountId)));
}
