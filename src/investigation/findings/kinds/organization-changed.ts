import { safe, safeJoin } from '../../../model/safe-text.ts';
import { isOwnersRepair } from '../../habits/repairs.ts';
import { delegatedAdministrator } from '../../effects/doors/share-doors.ts';
import type { FindingKind } from '../case-finding.ts';
import { drawnFrom, eventsOf, inWords, suspicious } from '../drawing.ts';
import { actionName } from './denied-attempts.ts';

/** An account left its organization, was closed, or lost the policies that held it; or somebody tried. */
export const organizationChanged: FindingKind = (ground) => {
  const isRepair = isOwnersRepair(ground);
  const found = drawnFrom(ground, 'organization-changed').found.filter((each) => !isRepair(each));
  const delegated = drawnFrom(ground, 'shared').found.filter(
    ({ effect, undone }) => effect.by === delegatedAdministrator && undone === null,
  );
  const changes = [
    ...found.map(({ effect }) => `${effect.what} ${effect.name}`),
    ...delegated.flatMap(({ effect }) =>
      effect.with.map(
        ({ principal }) => `${principal} administers ${effect.resource.replace(/\.amazonaws\.com$/u, '')}`,
      ),
    ),
  ];
  const tried = ground.calls.calls.filter(({ attempted }) => attempted.includes('organization-changed'));
  return suspicious({
    kind: kindOf(
      found.map(({ effect }) => effect.what),
      tried.map(({ action }) => action),
    ),
    sentence: safeJoin(
      [
        ...(changes.length > 0 ? [safe`The organization was changed: ${inWords(changes)}.`] : []),
        ...(tried.length > 0 ? [safe`Tried in vain: ${inWords(tried.map(actionName))}.`] : []),
      ],
      ' ',
    ),
    confidence: changes.length > 0 ? 'high' : 'medium',
    techniques: ['T1685'],
    facts: {
      delegated: delegated.map(({ effect }) => ({
        service: effect.resource,
        to: effect.with.map(({ principal }) => principal),
      })),
      changed: found.map(({ effect }) => ({ what: effect.what, name: effect.name })),
      tried: tried.map(actionName),
    },
    events: [...eventsOf([...found, ...delegated]), ...tried],
  });
};

function kindOf(done: readonly string[], tried: readonly string[]): string {
  const all = [...done, ...tried];
  if (all.some((what) => /closed|CloseAccount/.test(what))) return 'account-closed';
  return all.some((what) => /^left$|removed|LeaveOrganization|RemoveAccount/.test(what))
    ? 'organization-left'
    : 'organization-changed';
}
