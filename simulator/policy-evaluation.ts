import { isObject, parseJson, textOf } from './json.ts';
import type { JsonObject, JsonValue } from './json.ts';

/** One request as a policy sees it: context keys are lower case, and a key that is absent is absent from the map. */
export interface PolicyRequest {
  readonly action: string;
  readonly resource: string;
  readonly context: ReadonlyMap<string, string>;
}

export type PolicyDecision = 'allowed' | 'explicitDeny' | 'implicitDeny';

/**
 * Judges a request by all policies that apply together: any Deny wins, else any Allow, else an implicit denial.
 *
 * Documents that do not parse grant nothing (writes refuse them, see {@link documentProblem}).
 */
export function evaluatePolicies(documents: readonly string[], request: PolicyRequest): PolicyDecision {
  let allowed = false;
  for (const statement of documents.flatMap(statementsOf)) {
    if (!applies(statement, request)) continue;
    if (statement['Effect'] === 'Deny') return 'explicitDeny';
    allowed ||= statement['Effect'] === 'Allow';
  }
  return allowed ? 'allowed' : 'implicitDeny';
}

/** Who asks a role for its credentials. */
export interface TrustingPrincipal {
  readonly arn: string;
  /** The role's ARN, where the principal is a session of one. */
  readonly roleArn: string | null;
  readonly accountId: string;
}

/** What a trust policy says: `exact` names the principal itself, `account` leaves it to the principal's own account. */
export type TrustDecision = 'exact' | 'account' | 'explicitDeny' | 'implicitDeny';

/** Judges a trust policy (a resource policy with principals) for one action. */
export function evaluateTrust(document: string, principal: TrustingPrincipal, request: PolicyRequest): TrustDecision {
  let best: TrustDecision = 'implicitDeny';
  for (const statement of statementsOf(document)) {
    const match = principalMatch(statement['Principal'], principal);
    if (
      match === null ||
      !actionApplies(statement, request.action) ||
      !conditionsHold(statement['Condition'], request.context)
    )
      continue;
    if (statement['Effect'] === 'Deny') return 'explicitDeny';
    if (best !== 'exact') best = match;
  }
  return best;
}

/** What is wrong with a policy document, or null: what IAM answers with MalformedPolicyDocument. */
export function documentProblem(text: string): string | null {
  const document = parseJson(text);
  if (!isObject(document)) return 'Syntax errors in policy.';
  const statements = asList(document['Statement']);
  if (statements.length === 0) return 'Syntax error at position (1,1): a policy needs a Statement.';
  for (const statement of statements) {
    if (!isObject(statement)) return 'Syntax errors in policy.';
    if (statement['Effect'] !== 'Allow' && statement['Effect'] !== 'Deny')
      return 'Statement needs an Effect of Allow or Deny.';
    if (statement['Action'] === undefined && statement['NotAction'] === undefined)
      return 'Policy statement must contain actions.';
    const operator = unknownOperator(statement['Condition']);
    if (operator !== null) return `Invalid Condition type : ${operator}.`;
  }
  return null;
}

function statementsOf(text: string): readonly JsonObject[] {
  const document = parseJson(text);
  return isObject(document) ? asList(document['Statement']).filter(isObject) : [];
}

function applies(statement: JsonObject, request: PolicyRequest): boolean {
  return (
    actionApplies(statement, request.action) &&
    resourceApplies(statement, request) &&
    conditionsHold(statement['Condition'], request.context)
  );
}

function actionApplies(statement: JsonObject, action: string): boolean {
  function matches(pattern: string): boolean {
    return wildcardMatches(pattern.toLowerCase(), action.toLowerCase());
  }
  const except = statement['NotAction'];
  return except === undefined ? texts(statement['Action']).some(matches) : !texts(except).some(matches);
}

function resourceApplies(statement: JsonObject, request: PolicyRequest): boolean {
  function matches(pattern: string): boolean {
    return wildcardMatches(withVariables(pattern, request.context), request.resource);
  }
  const except = statement['NotResource'];
  return except === undefined ? texts(statement['Resource']).some(matches) : !texts(except).some(matches);
}

function principalMatch(value: JsonValue | undefined, principal: TrustingPrincipal): 'exact' | 'account' | null {
  if (value === '*') return 'exact';
  const named = isObject(value) ? texts(value['AWS']) : [];
  if (
    named.includes('*') ||
    named.includes(principal.arn) ||
    (principal.roleArn !== null && named.includes(principal.roleArn))
  ) {
    return 'exact';
  }
  const root = new RegExp(`^arn:[a-z-]+:iam::${principal.accountId}:root$`, 'u');
  return named.some((name) => name === principal.accountId || root.test(name)) ? 'account' : null;
}

type Comparison = (actual: string, expected: string) => boolean;

/** The condition operators that are known; `negated` ones hold for a missing key. */
const operators: Readonly<Record<string, { readonly holds: Comparison; readonly negated?: true }>> = {
  StringEquals: { holds: (actual, expected) => actual === expected },
  StringNotEquals: { holds: (actual, expected) => actual !== expected, negated: true },
  StringEqualsIgnoreCase: { holds: (actual, expected) => actual.toLowerCase() === expected.toLowerCase() },
  StringLike: { holds: (actual, expected) => wildcardMatches(expected, actual) },
  StringNotLike: { holds: (actual, expected) => !wildcardMatches(expected, actual), negated: true },
  ArnEquals: { holds: (actual, expected) => wildcardMatches(expected, actual) },
  ArnLike: { holds: (actual, expected) => wildcardMatches(expected, actual) },
  ArnNotEquals: { holds: (actual, expected) => !wildcardMatches(expected, actual), negated: true },
  ArnNotLike: { holds: (actual, expected) => !wildcardMatches(expected, actual), negated: true },
  Bool: { holds: (actual, expected) => actual.toLowerCase() === expected.toLowerCase() },
  DateLessThan: { holds: (actual, expected) => instant(actual) < instant(expected) },
  DateLessThanEquals: { holds: (actual, expected) => instant(actual) <= instant(expected) },
  DateGreaterThan: { holds: (actual, expected) => instant(actual) > instant(expected) },
  DateGreaterThanEquals: { holds: (actual, expected) => instant(actual) >= instant(expected) },
  IpAddress: { holds: (actual, expected) => actual === expected.replace(/\/32$/u, '') },
};

function unknownOperator(condition: JsonValue | undefined): string | null {
  if (!isObject(condition)) return null;
  return Object.keys(condition).find((name) => name !== 'Null' && !(baseOperator(name) in operators)) ?? null;
}

function conditionsHold(condition: JsonValue | undefined, context: ReadonlyMap<string, string>): boolean {
  if (!isObject(condition)) return true;
  return Object.entries(condition).every(([operator, keys]) =>
    isObject(keys)
      ? Object.entries(keys).every(([key, expected]) =>
          conditionHolds(operator, context.get(key.toLowerCase()), texts(expected), context),
        )
      : false,
  );
}

function conditionHolds(
  operator: string,
  actual: string | undefined,
  expected: readonly string[],
  context: ReadonlyMap<string, string>,
): boolean {
  if (operator === 'Null') return expected.some((value) => (value.toLowerCase() === 'true') === (actual === undefined));
  const known = operators[baseOperator(operator)];
  if (!known) return false;
  if (actual === undefined) return known.negated === true || operator.endsWith('IfExists');
  const { holds, negated } = known;
  const values = expected.map((value) => withVariables(value, context));
  return negated ? values.every((value) => holds(actual, value)) : values.some((value) => holds(actual, value));
}

function baseOperator(name: string): string {
  return name.replace(/^ForAnyValue:|^ForAllValues:/u, '').replace(/IfExists$/u, '');
}

function withVariables(pattern: string, context: ReadonlyMap<string, string>): string {
  return pattern.replace(/\$\{([^}]+)\}/gu, (whole, name: string) => context.get(name.toLowerCase()) ?? whole);
}

function instant(text: string): number {
  return /^\d+$/u.test(text) ? Number(text) * 1_000 : Date.parse(text);
}

function asList(value: JsonValue | undefined): readonly JsonValue[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

function texts(value: JsonValue | undefined): readonly string[] {
  return asList(value).map((item) => (typeof item === 'string' ? item : textOf(item)));
}

/** Matches `*` (any run) and `?` (one character) over the whole text, in linear steps back to the last star. */
export function wildcardMatches(pattern: string, text: string): boolean {
  let at = 0;
  let inPattern = 0;
  let star = -1;
  let resume = 0;
  while (at < text.length) {
    const wanted = pattern[inPattern];
    if (wanted === '*') {
      star = inPattern;
      resume = at;
      inPattern += 1;
    } else if (wanted === '?' || wanted === text[at]) {
      at += 1;
      inPattern += 1;
    } else if (star >= 0) {
      resume += 1;
      at = resume;
      inPattern = star + 1;
    } else {
      return false;
    }
  }
  while (pattern[inPattern] === '*') inPattern += 1;
  return inPattern === pattern.length;
}
