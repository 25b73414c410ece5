import { counted, forNumber } from '../../model/counted.ts';
import { safe, type SafeText } from '../../model/safe-text.ts';
import type { ComparedCasesInNumbers } from '../../views/compared-cases.ts';

/** What a list of the store's cases cannot show: those that the store has not, or has as closed, and Temporal knows otherwise. */
export function comparedLines(compared: ComparedCasesInNumbers): readonly SafeText[] {
  if (compared === null) return [safe`Not compared with Temporal, which does not answer: a case may be missing here.`];
  const { notInStore, closedInStoreAlone, whole } = compared;
  const least = whole ? safe`` : safe`at least `;
  const named = safe`\`trailhound doctor\` names ${forNumber(notInStore + closedInStoreAlone, 'it', 'them')}.`;
  return [
    ...(notInStore === 0
      ? []
      : [safe`Temporal knows ${least}${counted(notInStore, 'case')} that the store does not have: ${named}`]),
    ...(closedInStoreAlone === 0
      ? []
      : [
          safe`${whole ? safe`` : safe`At least `}${counted(closedInStoreAlone, 'case')} ${forNumber(closedInStoreAlone, 'is', 'are')} closed in the store alone, and ${forNumber(closedInStoreAlone, 'its workflow goes', 'their workflows go')} on: ${named}`,
        ]),
  ];
}
