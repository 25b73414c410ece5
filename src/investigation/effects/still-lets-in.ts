import type { AccountId } from '../../model/ids.ts';
import { isWholeAccount } from '../../cloudtrail/identities.ts';
import { accountIn } from './call.ts';
import type { LetIn } from './effect.ts';

/**
 * Whether those whom a later document names still let somebody in, however it spells them: everybody is let in by `*`, and another
 * account by whichever of its own principals is named, for it alone says who comes by that. In one's own account a principal is let in
 * by its own name: what is left to the whole account is for its policies to give.
 */
export function stillLetsIn(later: readonly LetIn[], who: LetIn, ownAccount: AccountId): boolean {
  const [wanted, wantedAccount] = [nameOf(who), who.accountId];
  return later.some((each) => {
    if (each.kind === 'anyone') return true;
    if (who.kind === 'anyone') return false;
    if (nameOf(each) === wanted) return true;
    const isForeign = wantedAccount !== null && wantedAccount !== ownAccount;
    return (isForeign && each.accountId === wantedAccount) || mayBe(each.principal, who, isForeign);
  });
}

/**
 * An organization that a later document lets in, of which somebody whom it does not name may be; null where there is none. Services and
 * providers are in no organization.
 */
export function organizationOf(later: readonly LetIn[], { kind }: LetIn): string | null {
  if (kind !== 'anyone' && kind !== 'account' && kind !== 'other') return null;
  return later.find((each) => each.kind === 'organization')?.principal ?? null;
}

/** An account by its number or as `root`, and a role by itself or in a session, however the document spells it. */
function nameOf({ principal, kind }: LetIn): string {
  const [, account = '', role] =
    /^arn:[^:]*:(?:iam|sts)::(\d{12}):(?:role\/(?:.*\/)?|assumed-role\/)([^/]+)/su.exec(principal) ?? [];
  if (role !== undefined) return `${account} role ${role}`;
  const isWhole = kind === 'account' && isWholeAccount(principal);
  return isWhole ? (accountIn(principal) ?? principal) : principal;
}

/** A unique ID does not say of whom it is, in which account, but whether of a user or of a role. */
function mayBe(uniqueId: string, { principal, kind }: LetIn, isForeign: boolean): boolean {
  const [, prefix] = /^(AIDA|AROA)[A-Z0-9]+$/u.exec(uniqueId) ?? [];
  if (prefix === undefined || kind !== 'account') return false;
  return (
    (isForeign && /:root$|^\d{12}$/u.test(principal)) || principal.includes(prefix === 'AIDA' ? ':user/' : 'role/')
  );
}
