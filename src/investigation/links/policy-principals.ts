import { principalsNamed, readPolicy } from '../../cloudtrail/policy-document.ts';
import type { JsonValue } from '../../model/json.ts';

/** Whom a policy lets in, as it names them. */
export interface PolicyPrincipals {
  /** Accounts, ARNs, unique IDs, `*`. */
  readonly aws: readonly string[];
  readonly federated: readonly string[];
}

/**
 * The principals that the allowing statements of a policy name; nobody where it cannot be read. `NotPrincipal` with Allow is
 * everybody but a few, so everybody. What conditions narrow is not looked at.
 *
 * @param policy in any form in which a record carries one.
 */
export function policyPrincipals(policy: JsonValue | undefined): PolicyPrincipals {
  const read = policy === undefined ? undefined : readPolicy(policy);
  const statements = read?.kind === 'policy' ? read.statements : [];
  const named = statements.filter(({ effect }) => effect === 'Allow').flatMap(principalsNamed);
  function ofType(...types: readonly string[]): readonly string[] {
    return [...new Set(named.filter(({ type }) => types.includes(type)).map(({ value }) => value))];
  }
  return { aws: ofType('aws', '*'), federated: ofType('federated') };
}
