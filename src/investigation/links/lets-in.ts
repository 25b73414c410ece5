import type { Link } from '../../model/link.ts';
import { accountOfIdentity } from './identity-parts.ts';
import { accountOfPrincipal, provider } from '../../cloudtrail/identities.ts';

/**
 * True where a changed trust is what let a caller in: it comes from an account, or by a provider, that the trust names, and not
 * from the role's own account, whose callers may have been let in before.
 */
export function letsIn(trust: Link, assumed: Link): boolean {
  const caller = accountOfIdentity(assumed.from);
  return (trust.letsIn ?? []).some((principal) => {
    // Whoever a provider vouches for is in no account, though the provider is.
    if (assumed.via?.includes(provider(principal).id) === true) return true;
    const named = accountOfPrincipal(principal);
    if (named === undefined) return false;
    if (caller === undefined || caller === accountOfIdentity(trust.to)) return false;
    return named.accountId === null || named.accountId === caller;
  });
}
