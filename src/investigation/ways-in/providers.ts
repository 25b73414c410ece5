import type { CaseEffect, CaseEffects } from '../case/case-effects.ts';
import { openingOf, type Undoing } from '../case/undoings.ts';
import type { EffectOf } from '../effects/effect.ts';
import { thing } from '../effects/thing.ts';
import { provider, roleNamed } from '../../cloudtrail/identities.ts';
import type { WayInCandidate } from './candidate.ts';
import { briefArn } from '../findings/drawing.ts';
import { isProvedRepair } from './put-back.ts';
import { door } from './door.ts';

/** A profile of Roles Anywhere vouches for nobody: what it opens is its roles. */
export function providerDoor(each: CaseEffect<EffectOf<'provider-made'>>, known: CaseEffects): WayInCandidate {
  const { accountId, effect, undone } = each;
  const [opened] = effect.what === 'certificate-profile' ? effect.roleArns : [];
  const others = othersRoles(each, known);
  // Who gives fewer roles than another's doing gave opens nothing.
  const harmless = isProvedRepair(each, known) ? { at: each.at, proof: each.event.ref } : null;
  const identity = opened === undefined ? provider(effect.arn).id : roleNamed(opened, accountId).id;
  return door(
    each,
    {
      identity,
      what: {
        kind: 'provider',
        accountId,
        arn: effect.arn,
        ...(effect.part === undefined ? {} : { part: effect.part }),
      },
      ...(others !== null && 'narrowedTo' in others ? others : {}),
    },
    undone ?? (others !== null && 'at' in others ? others : null) ?? harmless,
  );
}

/**
 * An identity pool or a profile gives other roles since, by somebody else's doing. A profile that was there before goes on giving what it
 * gave then, where that is known.
 */
function othersRoles(
  { effect, at }: CaseEffect<EffectOf<'provider-made'>>,
  known: CaseEffects,
): Undoing | { readonly narrowedTo: string } | null {
  const { what, arn, roleArns } = effect;
  if ((what !== 'sign-in-directory' && what !== 'certificate-profile') || roleArns.length === 0) return null;
  const own = thing.provider(arn);
  const replaced = known.replacedBy('provider-made', [own], at, (later) => later.roleArns.length > 0);
  if (replaced === null) return null;
  const kept = replaced.effect.roleArns.filter((each) => roleArns.includes(each));
  if (kept.length === 0) return replaced;
  const done = known.doneTo(own).filter((each) => each.effect.kind === 'provider-made');
  if (what === 'sign-in-directory' || done.some(({ event }) => openingOf(event) === 'made')) return null;
  const before = known.stoodBefore('provider-made', own, done[0]?.at ?? at).at(-1)?.effect.roleArns;
  if (before !== undefined) return kept.every((each) => before.includes(each)) ? replaced : null;
  return kept.length < roleArns.length ? { narrowedTo: kept.map(briefArn).join(', ') } : null;
}
