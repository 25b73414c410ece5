import { safe } from '../../../model/safe-text.ts';
import { outsidersIn } from '../../ways-in/shares.ts';
import { isOwnersRepair } from '../../habits/repairs.ts';
import type { FindingKind } from '../case-finding.ts';
import { distinct, drawnFrom, eventsOf, inWords, suspicious, whoInWords } from '../drawing.ts';
import type { LetIn } from '../../effects/effect.ts';

/** A role lets in somebody outside the own accounts, or a provider was made that vouches for strangers. */
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
  const names = roles.map(({ each }) => each.effect.roleName);
  const whom = distinct(roles.flatMap(({ outsiders }) => outsiders.map(({ principal }) => whoInWords(principal))));
  // An external ID is how vendors are let in: still somebody outside, but more often meant.
  const isVendor = roles.length > 0 && roles.every(({ outsiders }) => outsiders.every(hasExternalId));
  const providerNames = providers.map(({ effect }) => effect.arn);
  return suspicious({
    kind: 'trust-opened',
    sentence:
      roles.length === 0
        ? safe`Identity providers were set up that vouch for whoever they like: ${inWords(providerNames)}.`
        : safe`Roles were opened to outsiders: ${inWords(names)} to ${inWords(whom)}${isVendor ? safe`, with an external ID, as vendors are` : safe``}${providers.length > 0 ? safe`; and identity providers were set up: ${inWords(providerNames)}` : safe``}.`,
    confidence: isVendor && providers.length === 0 ? 'medium' : 'high',
    techniques: ['T1098.003', ...(providers.length > 0 ? ['T1484.002'] : [])],
    facts: {
      roles: roles.map(({ each, outsiders }) => ({
        accountId: each.accountId,
        roleName: each.effect.roleName,
        letsIn: outsiders.map(({ principal, conditions }) => ({ principal, conditions })),
      })),
      providers: providerNames,
    },
    events: eventsOf([...roles.map(({ each }) => each), ...providers]),
  });
};

function hasExternalId({ conditions }: LetIn): boolean {
  return conditions.includes('sts:externalid');
}
