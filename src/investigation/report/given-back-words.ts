import { safe, type SafeText } from '../../model/safe-text.ts';
import { nameInId } from '../case/assessed-case.ts';
import { accountOfIdentity, kindOf } from '../links/identity-parts.ts';
import type { CaseDocument, DocumentEntry } from './case-document.ts';
import { identityInWords } from './identity-words.ts';

/** `gives back what user mallory took`; null for a call that gives nothing back. Who took it need not be of the case. */
export function givenBackInWords(
  { takenBy }: Pick<DocumentEntry, 'takenBy'>,
  { identities }: Pick<CaseDocument, 'identities'>,
): SafeText | null {
  if (takenBy === undefined) return null;
  const known = identities.find(({ id }) => id === takenBy);
  const taker = known ?? {
    kind: kindOf(takenBy),
    name: nameInId(takenBy),
    account: accountOfIdentity(takenBy) ?? null,
  };
  return safe`gives back what ${identityInWords(taker)} took`;
}
