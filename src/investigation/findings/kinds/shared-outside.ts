import { safe } from '../../../model/safe-text.ts';
import { outsidersIn } from '../../ways-in/doors.ts';
import type { FindingKind } from '../case-finding.ts';
import { distinct, drawnFrom, eventsOf, inWords, suspicious } from '../drawing.ts';

/** Snapshots, images, buckets, keys and the like were shared with an account that is not one's own, or with everybody. */
export const sharedOutside: FindingKind = (ground) => {
  const own = ground.material.ownAccounts ?? [];
  const shares = drawnFrom(ground, 'shared').found.flatMap((each) => {
    const outsiders = outsidersIn(each.effect.with, [each.accountId, ...own]);
    return each.undone === null && outsiders.length > 0 ? [{ each, outsiders }] : [];
  });
  const withAll = shares.some(({ outsiders }) =>
    outsiders.some(({ kind, conditions }) => kind === 'anyone' && conditions.length === 0),
  );
  const whom = distinct(shares.flatMap(({ outsiders }) => outsiders.map(({ principal }) => principal)));
  return suspicious({
    kind: 'shared-outside',
    sentence: withAll
      ? safe`Open to everybody now: ${inWords(shares.map(({ each }) => `${each.effect.type} ${each.effect.resource}`))}.`
      : safe`Shared with outsiders (${inWords(whom)}): ${inWords(shares.map(({ each }) => `${each.effect.type} ${each.effect.resource}`))}.`,
    // Conditions that narrow whom it is shared with are often how it is meant.
    confidence: shares.every(({ outsiders }) => outsiders.every(({ conditions }) => conditions.length > 0))
      ? 'medium'
      : 'high',
    techniques: ['T1537'],
    facts: {
      shares: shares.map(({ each, outsiders }) => ({
        accountId: each.accountId,
        type: each.effect.type,
        resource: each.effect.resource,
        with: outsiders.map(({ principal, conditions }) => ({ principal, conditions })),
      })),
    },
    events: eventsOf(shares.map(({ each }) => each)),
  });
};
