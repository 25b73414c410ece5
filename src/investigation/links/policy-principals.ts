/** Whom a policy lets in, as it names them. */
export interface PolicyPrincipals {
  /** Accounts, ARNs, unique IDs, `*`. */
  readonly aws: readonly string[];
  readonly federated: readonly string[];
  readonly services: readonly string[];
}

const nobody: PolicyPrincipals = { aws: [], federated: [], services: [] };

/**
 * The principals that the allowing statements of a policy name; nobody where it cannot be read. `NotPrincipal` with Allow is
 * everybody but a few, so everybody. What conditions narrow is not looked at.
 *
 * @param policy its JSON, percent-encoded as IAM answers it or not, or the parsed document, as S3's records have it.
 */
export function policyPrincipals(policy: unknown): PolicyPrincipals {
  const document = typeof policy === 'string' ? parsed(policy) : policy;
  const statements = listed(fieldOf(document, 'Statement')).filter((each) => fieldOf(each, 'Effect') === 'Allow');
  return statements.map(principalsOf).reduce(together, nobody);
}

function principalsOf(statement: unknown): PolicyPrincipals {
  if (fieldOf(statement, 'NotPrincipal') !== undefined) return { ...nobody, aws: ['*'] };
  const principal = fieldOf(statement, 'Principal');
  if (typeof principal === 'string') return { ...nobody, aws: [principal] };
  return {
    aws: texts(fieldOf(principal, 'AWS')),
    federated: texts(fieldOf(principal, 'Federated')),
    services: texts(fieldOf(principal, 'Service')),
  };
}

function together(a: PolicyPrincipals, b: PolicyPrincipals): PolicyPrincipals {
  return {
    aws: [...new Set([...a.aws, ...b.aws])],
    federated: [...new Set([...a.federated, ...b.federated])],
    services: [...new Set([...a.services, ...b.services])],
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.startsWith('%7B') ? decodeURIComponent(text) : text) as unknown;
  } catch {
    return undefined;
  }
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

function listed(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly unknown[]) : [value];
}

function texts(value: unknown): readonly string[] {
  return listed(value).filter((each) => typeof each === 'string');
}
