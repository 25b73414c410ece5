import { isWholeAccount } from '../../cloudtrail/identities.ts';
import { matchesGlob } from '../../cloudtrail/policy-globs.ts';
import type { Grants, LetIn } from './effect.ts';

/** Whether whoever a document lets in was let in by the one before it, as far as both say: then it opens nothing. */
export function letsInNobodyNew(after: readonly LetIn[], before: readonly LetIn[]): boolean {
  return after.every((who) => isBoundService(who) || before.some((each) => covers(each, who)));
}

/** What a service of AWS may take, only somebody with rights in the account hands to it. */
function isBoundService({ kind, unbound }: LetIn): boolean {
  return kind === 'service' && unbound !== true;
}

function covers(wider: LetIn, who: LetIn): boolean {
  return covered(wider, who) && conditionsCover(wider, who);
}

function covered({ kind, principal, accountId }: LetIn, who: LetIn): boolean {
  if (principal === who.principal) return kind === who.kind;
  if (kind === 'anyone') return who.kind !== 'service';
  const isWhole = kind === 'account' && isWholeAccount(principal);
  return isWhole && who.kind === 'account' && who.accountId === accountId;
}

/** Conditions whose values are not known may be others: only what a provider has to say is compared. */
function conditionsCover({ conditions, claims = {} }: LetIn, who: LetIn): boolean {
  return conditions.every((key) => {
    const asked = claims[key];
    const said = who.claims?.[key];
    return asked !== undefined && said !== undefined && patternsCover(asked, said);
  });
}

/** Whether each of some patterns lies within one of others. */
function patternsCover(wider: readonly string[], patterns: readonly string[]): boolean {
  // A `?` of the wider one would take a star of the other for one character.
  return patterns.every((pattern) =>
    wider.some((each) => each === pattern || (!each.includes('?') && matchesGlob(each, pattern))),
  );
}

/** What a later trust asks that an earlier one of the same provider did not, by the values that it asks for; null where it asks no more. */
export function narrowedClaims(later: LetIn, who: LetIn): string | null {
  if (later.principal !== who.principal || covers(later, who)) return null;
  const values = Object.entries(later.claims ?? {}).flatMap(([key, patterns]) =>
    patternsCover(who.claims?.[key] ?? ['*'], patterns) && !patternsCover(patterns, who.claims?.[key] ?? ['*'])
      ? patterns
      : [],
  );
  return values.length === 0 ? null : values.join(', ');
}

/** Whether what a policy grants was granted by the one before it: who may give themselves everything had everything. */
export function grantsNothingNew(after: Grants, before: Grants): boolean {
  if (before.administrator) return true;
  return (
    !after.unread &&
    !before.unread &&
    !after.administrator &&
    after.powers.every((each) => before.powers.includes(each))
  );
}
