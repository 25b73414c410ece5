import { safe, type SafeText } from '../../../model/safe-text.ts';
import { outsidersIn } from '../../ways-in/shares.ts';
import { isOwnersRepair } from '../../habits/repairs.ts';
import type { FindingKind } from '../case-finding.ts';
import { distinct, drawnFrom, eventsOf, inWords, suspicious, whoInWords } from '../drawing.ts';
import type { LetIn } from '../../effects/effect.ts';

/**
 * A role lets in somebody outside the own accounts, a provider was made that vouches for strangers, or certificates that had been revoked
 * were let in again: a list is in force as long as it is enabled (Roles Anywhere API reference, EnableCrl).
 */
export const trustOpened: FindingKind = (ground) => {
  const own = ground.material.ownAccounts ?? [];
  const isRepair = isOwnersRepair(ground);
  const roles = drawnFrom(ground, 'trust-changed', 'role-created').found.flatMap((each) => {
    const outsiders = outsidersIn(each.effect.letsIn, [each.accountId, ...own]);
    const isOpened = each.undone === null && !isRepair(each);
    return isOpened && outsiders.length > 0 ? [{ each, outsiders }] : [];
  });
  const providers = drawnFrom(ground, 'provider-made').found.filter(
    (each) => each.undone === null && each.effect.what !== 'certificate-profile' && !isRepair(each),
  );
  const lists = providers.filter(({ effect }) => effect.what === 'revocation-list');
  const vouching = providers.filter(({ effect }) => effect.what !== 'revocation-list');
  const names = roles.map(({ each }) => each.effect.roleName);
  const whom = distinct(roles.flatMap(({ outsiders }) => outsiders.map(({ principal }) => whoInWords(principal))));
  // An external ID is how vendors are let in: still somebody outside, but more often meant.
  const isVendor = roles.length > 0 && roles.every(({ outsiders }) => outsiders.every(hasExternalId));
  return suspicious({
    kind: 'trust-opened',
    sentence: openedInWords({
      roles: names,
      whom,
      isVendor,
      vouching: vouching.map(({ effect }) => effect.arn),
      lists: lists.map(({ effect }) => effect.arn),
    }),
    confidence: isVendor && providers.length === 0 ? 'medium' : 'high',
    techniques: ['T1098.003', ...(providers.length > 0 ? ['T1484.002'] : [])],
    facts: {
      roles: roles.map(({ each, outsiders }) => ({
        accountId: each.accountId,
        roleName: each.effect.roleName,
        letsIn: outsiders.map(({ principal, conditions }) => ({ principal, conditions })),
      })),
      providers: providers.map(({ effect }) => effect.arn),
    },
    events: eventsOf([...roles.map(({ each }) => each), ...providers]),
  });
};

function openedInWords(opened: {
  readonly roles: readonly string[];
  readonly whom: readonly string[];
  readonly isVendor: boolean;
  readonly vouching: readonly string[];
  readonly lists: readonly string[];
}): SafeText {
  const { roles, whom, isVendor, vouching, lists } = opened;
  const again = safe`certificates that had been revoked were let in again, as far as ${inWords(lists)} had them`;
  const first =
    roles.length > 0
      ? safe`Roles were opened to outsiders: ${inWords(roles)} to ${inWords(whom)}${isVendor ? safe`, with an external ID, as vendors are` : safe``}${vouching.length > 0 ? safe`; and identity providers were set up: ${inWords(vouching)}` : safe``}`
      : vouching.length > 0
        ? safe`Identity providers were set up that vouch for whoever they like: ${inWords(vouching)}`
        : null;
  if (first === null) return safe`A list of revoked certificates was loosened: ${again}.`;
  return lists.length === 0 ? safe`${first}.` : safe`${first}; and ${again}.`;
}

function hasExternalId({ conditions }: LetIn): boolean {
  return conditions.includes('sts:externalid');
}
