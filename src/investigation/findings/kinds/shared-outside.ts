import { safe, safeJoin } from '../../../model/safe-text.ts';
import type { CaseEffect } from '../../case/case-effects.ts';
import type { EffectOf, LetIn } from '../../effects/effect.ts';
import { accountOfHolder, principalIn } from '../../effects/policy-content.ts';
import { outsidersIn } from '../../ways-in/shares.ts';
import type { FindingKind } from '../case-finding.ts';
import { distinct, drawnFrom, eventsOf, inWords, suspicious, whoInWords } from '../drawing.ts';

interface Share {
  readonly each: CaseEffect<EffectOf<'shared'>>;
  readonly outsiders: readonly LetIn[];
}

/** What can be copied whole while it is shared: the copy stays when the sharing ends. */
const copied: ReadonlySet<string> = new Set(['image', 'snapshot', 'database snapshot']);

/**
 * Snapshots, images, buckets, keys and the like were shared with an account that is not one's own, or with everybody; of what can be
 * copied also what is shared no more.
 */
export const sharedOutside: FindingKind = (ground) => {
  const own = ground.material.ownAccounts ?? [];
  const all = drawnFrom(ground, 'shared').found.flatMap((each): readonly Share[] => {
    const outsiders = outsidersIn(each.effect.with, [each.accountId, ...own]);
    return outsiders.length > 0 ? [{ each, outsiders }] : [];
  });
  const standing = all.filter(({ each }) => each.undone === null);
  const withAll = standing.filter(isWithAll);
  const withSome = standing.filter((share) => !isWithAll(share));
  const ended = all.filter(({ each }) => each.undone !== null && copied.has(each.effect.type));
  const told = [...standing, ...ended];
  const granted = drawnFrom(ground, 'access-granted').found.filter(({ effect, accountId, undone }) => {
    const holder = accountOfHolder(effect.holder);
    return undone === null && holder !== null && ![accountId, ...own].some((each) => each === holder);
  });
  return suspicious({
    kind: 'shared-outside',
    sentence: safeJoin(
      [
        ...(withAll.length > 0 ? [safe`Open to everybody now: ${named(withAll)}.`] : []),
        ...(withSome.length > 0 ? [safe`Shared with outsiders (${whom(withSome)}): ${named(withSome)}.`] : []),
        ...(ended.length > 0
          ? [safe`Was shared with outsiders (${whom(ended)}), and a copy may exist: ${named(ended)}.`]
          : []),
        ...(granted.length > 0
          ? [
              safe`Outsiders were given rights of a service's own: ${inWords(granted.map(({ effect }) => grantInWords(effect)))}.`,
            ]
          : []),
      ],
      ' ',
    ),
    // Conditions that narrow whom it is shared with are often how it is meant.
    confidence:
      granted.length === 0 && told.every(({ outsiders }) => outsiders.every(({ conditions }) => conditions.length > 0))
        ? 'medium'
        : 'high',
    techniques: ['T1537'],
    facts: {
      shares: told.map(({ each, outsiders }) => ({
        accountId: each.accountId,
        type: each.effect.type,
        resource: each.effect.resource,
        with: outsiders.map(({ principal, conditions }) => ({ principal, conditions })),
        stands: each.undone === null,
      })),
      granted: granted.map(({ effect, accountId }) => ({ accountId, holder: effect.holder, policy: effect.policy })),
    },
    events: eventsOf([...told.map(({ each }) => each), ...granted]),
  });
};

function grantInWords({ holder, policy }: EffectOf<'access-granted'>): string {
  const principal = principalIn(holder);
  return `${principal === undefined ? holder : whoInWords(principal)} (${policy})`;
}

function isWithAll({ outsiders }: Share): boolean {
  return outsiders.some(({ kind, conditions }) => kind === 'anyone' && conditions.length === 0);
}

function named(shares: readonly Share[]) {
  return inWords(shares.map(({ each }) => `${each.effect.type} ${each.effect.resource}`));
}

function whom(shares: readonly Share[]) {
  const names = shares.flatMap(({ outsiders }) => outsiders.map(({ principal }) => principal));
  return inWords(distinct(names).map(whoInWords));
}
