import type { Instant } from '../../model/ids.ts';
import type { CaseEffects } from '../case/case-effects.ts';
import { justBefore, type Undoing } from '../case/undoings.ts';
import { thing } from '../effects/thing.ts';
import type { RoleSession } from './sessions.ts';

/**
 * The end of a role for what gets new sessions of it by its name: profiles of Roles Anywhere, associations of pods and configurations of
 * services go on naming it, and give sessions of whatever has that name since.
 */
export function endOfRole(
  known: Pick<CaseEffects, 'doneTo' | 'replacedBy' | 'undoneSince'>,
  { accountId, roleName }: Pick<RoleSession, 'accountId' | 'roleName'>,
  since: Instant,
): Undoing | null {
  const role = thing.role(accountId, roleName);
  const deleted = known.undoneSince([role], since);
  if (deleted === null) return null;
  const isMadeAnew =
    known.replacedBy('role-created', [role], justBefore(deleted.at)) !== null ||
    known
      .doneTo(role)
      .some(({ effect, at }) => effect.kind === 'role-created' && Date.parse(at) >= Date.parse(deleted.at));
  return isMadeAnew ? null : deleted;
}
