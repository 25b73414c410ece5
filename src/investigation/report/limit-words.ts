import { safe, type SafeText } from '../../model/safe-text.ts';
import type { WalkLimit } from '../links/walk-limit.ts';
import type { CaseDocument } from './case-document.ts';
import { identityName } from './case-words.ts';
import { counted, forNumber } from '../../model/counted.ts';

/** What stopped the walk from identity to identity, in words. */
export function limitInWords(limit: WalkLimit, { identities }: Pick<CaseDocument, 'identities'>): SafeText {
  const named = identityName(limit.at, identities);
  switch (limit.kind) {
    case 'crowd':
      return safe`${named} handed out ${counted(limit.sessions, 'session')} within a day: only those with alerts, or that were asked for from where the intruder called, are followed`;
    case 'shared-session':
      return safe`${counted(limit.makers, 'caller')} used sessions named ${named}: which of them handed out this one is not on record`;
    case 'handed-before':
      return safe`the service that ${named} was handed to had begun sessions with it before: of the ${limit.sessions} since, only those with alerts are followed`;
    case 'made-by':
      return safe`${named} was made by ${identityName(limit.maker, identities)}, which is not followed: making is no use`;
    case 'password-known':
      return safe`the intruder set the password of ${named}: by whom of the two ${counted(limit.uses, 'use')} of their sessions since then ${forNumber(limit.uses, 'was', 'were')} is not on record, and not followed`;
    case 'latest-only':
      return safe`${named} did more than is looked through: of what it took or made first, only what lasts, what alerts are about, and what was done from where the intruder called is followed, and of that the latest`;
    case 'taken-out':
      return safe`${named} was given a case of its own by a person, and is not followed here`;
    case 'too-many':
      return safe`there are more identities than are followed: ${named} and what came after it are left out`;
  }
}
