import { assessedCase, type Assessed } from '../investigation/case/assessed-case.ts';
import { type CaseSight, sightMaterial } from '../investigation/case/case-sight.ts';
import type { CaseId, Instant } from '../model/ids.ts';
import { type CasePorts, caseNamed } from './case.ts';

export interface LiveCasePorts extends Pick<CasePorts, 'caseOf'> {
  /** All that is known of a case, as of an instant. */
  readonly sightOf: (id: CaseId, now: Instant) => Promise<CaseSight>;
  readonly now: () => Instant;
}

/**
 * A live case, assessed now from all that is known of it, with what it was assessed from: the one answer to who is in it, what happened,
 * what it means, and which ways in are open.
 *
 * @throws NoSuchCaseError
 */
export async function liveCase(ports: LiveCasePorts, named: string): Promise<Assessed & { readonly id: CaseId }> {
  const { id } = await caseNamed(ports, named);
  const now = ports.now();
  const sight = await ports.sightOf(id, now);
  const watched: ReadonlySet<string> = new Set(sight.ownAccounts);
  const assessed = assessedCase({
    material: sightMaterial(sight, now),
    identities: sight.identities,
    limits: sight.walk.limits,
    kept: sight.events.length,
    left: sight.left,
    isWatched: (accountId) => watched.has(accountId),
  });
  return { id, ...assessed };
}
