import type { AccountId, Instant } from '../../model/ids.ts';
import type { IdentityReader } from '../evidence-ports.ts';
import { sealEvidence, type EvidenceOf } from './evidence-content.ts';

/** Evidence: an IAM user's keys, password, MFA, policies and groups, as IAM shows them now. */
export async function userState(
  accountId: AccountId,
  userName: string,
  reader: IdentityReader,
  takenAt: Instant,
): Promise<EvidenceOf<'user-state'>> {
  const state = await reader.userState(accountId, userName);
  return sealEvidence({
    kind: 'user-state',
    source: 'IAM',
    takenAt,
    content: { ...state, accountId, userName },
    availability: availabilityOf(state.problems.length, state.keys !== null),
    why: state.problems.length === 0 ? undefined : state.problems.join(' '),
  });
}

/** Without the keys, nothing can be planned: the rest is no substitute. */
function availabilityOf(problems: number, keysKnown: boolean): 'complete' | 'partial' | 'unavailable' {
  if (!keysKnown) return 'unavailable';
  return problems === 0 ? 'complete' : 'partial';
}
