import { addressBlock, isPartOfInternet } from './address-block.ts';
import {
  principalsNamed,
  type PolicyCondition,
  type PolicyPrincipal,
  type PolicyStatement,
} from './policy-document.ts';
import { isAllOfIam, isEveryResource, matchesGlob, plainAllActions } from './policy-globs.ts';

/** Whom a policy lets in, as far as it says so by itself. */
export type Entrant =
  /** Whoever has an AWS account, or no account at all. */
  | { readonly kind: 'anyone' }
  | { readonly kind: 'account'; readonly id: string }
  /** Everybody of an organization; its ID, `o-...`. */
  | { readonly kind: 'organization'; readonly id: string }
  | { readonly kind: 'service'; readonly name: string }
  | { readonly kind: 'identity-provider'; readonly name: string }
  /** Everybody who comes by a certain way: a network, an endpoint, a resource. */
  | { readonly kind: 'limited' }
  /** Named by an ID that does not tell an account: a deleted identity, a canonical user, CloudFront's. */
  | { readonly kind: 'other'; readonly id: string };

/** Conditions narrow whom a statement lets in to these. */
type Limit =
  | { readonly kind: 'accounts'; readonly ids: readonly string[] }
  | { readonly kind: 'organizations'; readonly ids: readonly string[] }
  | { readonly kind: 'way' };

/** A principal whom a statement lets in. */
export interface Admission {
  readonly principal: PolicyPrincipal;
  readonly statement: PolicyStatement;
  /** Who the principal is. */
  readonly named: Entrant;
  /** What conditions and denials leave of that; several where they list accounts or organizations. */
  readonly entrants: readonly Entrant[];
}

/**
 * The principals whom the statements of a trust or resource policy let in. Each statement is looked at by itself: its principals under its
 * own conditions, and under those denials that cover the whole of it. What counts as a limit follows AWS's own meaning of "public" ("The
 * meaning of 'public'" in the S3 User Guide): keys that the caller cannot choose, with fixed values.
 */
export function admissionsIn(statements: readonly PolicyStatement[]): readonly Admission[] {
  const denials = statements.filter(({ effect }) => effect === 'Deny');
  return statements.flatMap((statement): readonly Admission[] => {
    if (statement.effect === 'Deny' || givesNoAccess(statement)) return [];
    if (denials.some((denial) => takesBack(denial, statement))) return [];
    const limits = [...limitsOfAllow(statement), ...denials.flatMap((denial) => limitsOfDenial(denial, statement))];
    const takenBack = new Set(denials.filter((denial) => isPlain(denial, statement)).flatMap(namesIn));
    return principalsNamed(statement)
      .filter((principal) => !takenBack.has(nameOf(principal)))
      .map((principal) => {
        const named = entrantOf(principal);
        return { principal, statement, named, entrants: narrowed(named, limits) };
      });
  });
}

/** Whom the statements of a trust or resource policy let in, each once. */
export function letIn(statements: readonly PolicyStatement[]): readonly Entrant[] {
  const entrants = admissionsIn(statements).flatMap((admission) => admission.entrants);
  return [...new Map(entrants.map((entrant) => [JSON.stringify(entrant), entrant])).values()];
}

/** These add to a session that another statement allows. Source: "Pass session tags in AWS STS" in the IAM User Guide. */
const sessionActions: ReadonlySet<string> = new Set(['sts:tagsession', 'sts:setsourceidentity', 'sts:setcontext']);

function givesNoAccess({ actions, notActions }: PolicyStatement): boolean {
  return notActions.length === 0 && actions.length > 0 && actions.every((action) => sessionActions.has(action));
}

/**
 * What the statements of an identity's policy allow on every resource, whatever their conditions: actions in lower case; `*` where
 * it is all actions. A statement that allows all but some counts as one that allows all. All resources of IAM are every resource for
 * IAM's own actions. In a resource's policy, whose statements name principals, "every resource" is that resource only.
 */
export function allowedOnEverything(statements: readonly PolicyStatement[]): readonly string[] {
  const allowed = statements
    .filter((statement) => statement.effect === 'Allow' && principalsNamed(statement).length === 0)
    .flatMap((statement) => {
      const { resources, notResources } = statement;
      if (notResources.length > 0 || resources.some(isEveryResource)) return allowedActions(statement);
      return resources.some(isAllOfIam) ? allowedActionsOfIam(statement) : [];
    });
  return [...new Set(allowed)];
}

function allowedActions({ actions, notActions }: PolicyStatement): readonly string[] {
  return notActions.length > 0 ? ['*'] : actions.flatMap(plainActions);
}

function allowedActionsOfIam(statement: PolicyStatement): readonly string[] {
  const sparesSome = statement.notActions.some((action) => matchesGlob(action.split(':', 1)[0] ?? '', 'iam'));
  if (sparesSome) return [];
  return allowedActions(statement)
    .map((action) => (action === '*' ? 'iam:*' : action))
    .filter((action) => action.startsWith('iam:'));
}

/** An action, and `iam:*` where that is in what it stands for, as in `i*:*`. */
function plainActions(action: string): readonly string[] {
  const plain = plainAllActions(action);
  const [service = '', name = ''] = plain.split(':');
  const isAllOfIam = isWild(service) && name === '*' && matchesGlob(service, 'iam');
  return isAllOfIam ? [plain, 'iam:*'] : [plain];
}

function narrowed(named: Entrant, limits: readonly Limit[]): readonly Entrant[] {
  if (named.kind !== 'anyone' && named.kind !== 'account') return [named];
  const organizations = limits.find(({ kind }) => kind === 'organizations');
  if (named.kind === 'account') return organizations === undefined ? [named] : entrantsOf(organizations);
  const limit = limits.find(({ kind }) => kind === 'accounts') ?? organizations ?? limits[0];
  return limit === undefined ? [named] : entrantsOf(limit);
}

function entrantsOf(limit: Limit): readonly Entrant[] {
  if (limit.kind === 'way') return [{ kind: 'limited' }];
  const kind = limit.kind === 'accounts' ? 'account' : 'organization';
  return limit.ids.map((id) => ({ kind, id }));
}

function entrantOf({ type, value }: PolicyPrincipal): Entrant {
  if (type === 'service') return { kind: 'service', name: value };
  if (type === 'federated') return { kind: 'identity-provider', name: value };
  // `{"*": "*"}`: everybody of every kind.
  if (type === '*') return isWild(value) ? { kind: 'anyone' } : { kind: 'other', id: value };
  if (type !== 'aws') return { kind: 'other', id: value };
  if (isWild(value) && !value.startsWith('arn:')) return { kind: 'anyone' };
  const account = accountOf(value);
  if (account === undefined) return { kind: 'other', id: value };
  return isWild(account) ? { kind: 'anyone' } : { kind: 'account', id: account };
}

const accountId = /^\d{12}$/;

/** An account ID by itself, or that of an ARN, which may have wildcards; `undefined` where there is none. */
function accountOf(text: string): string | undefined {
  if (accountId.test(text)) return text;
  const [arn, , , , account = ''] = text.split(':');
  if (arn !== 'arn') return undefined;
  return accountId.test(account) || isWild(account) ? account : undefined;
}

function isWild(text: string): boolean {
  return /[*?]/.test(text);
}

function limitsOfAllow({ conditions }: PolicyStatement): readonly Limit[] {
  const mustBeThere = new Set(conditions.filter(asksForPresence).map(({ key }) => key));
  return conditions.flatMap((condition) => {
    const { operator, key, values } = condition;
    if (operator === 'bool') return trueForFew.has(key) && values.join() === 'true' ? [way] : [];
    const asked = operator.replace(/^foranyvalue:/, '');
    const plain = alwaysThere.has(key) || mustBeThere.has(key) ? asked.replace(/ifexists$/, '') : asked;
    return positiveOperators.has(plain) ? listOf(limitOf(condition, hasWildcards(plain))) : [];
  });
}

/** `"Null": {"aws:PrincipalOrgID": "false"}`: whoever has no such key is not let in. */
function asksForPresence({ operator, values }: PolicyCondition): boolean {
  return operator === 'null' && values.join() === 'false';
}

/**
 * Keys that AWS gives for every request, anonymous ones included: "if it exists" asks nothing of them. Source: "AWS global condition
 * context keys" in the IAM User Guide, under Availability.
 */
const alwaysThere: ReadonlySet<string> = new Set(['aws:principalaccount', 'aws:userid']);

const positiveOperators: ReadonlySet<string> = new Set([
  'stringequals',
  'stringequalsignorecase',
  'stringlike',
  'arnequals',
  'arnlike',
  'ipaddress',
]);

const negativeOperators: ReadonlySet<string> = new Set([
  'stringnotequals',
  'stringnotequalsignorecase',
  'stringnotlike',
  'arnnotequals',
  'arnnotlike',
  'notipaddress',
]);

function hasWildcards(operator: string): boolean {
  return /like$|^arn/.test(operator);
}

/**
 * What a denial leaves of a statement that it covers: whoever is named by its negative conditions. They hold together, so that
 * whoever is named by any of them comes in; one of another kind leaves a way around all of them.
 */
function limitsOfDenial(denial: PolicyStatement, allow: PolicyStatement): readonly Limit[] {
  if (!covers(denial, allow)) return [];
  const limits: Limit[] = [];
  if (denial.notPrincipals.length > 0) {
    const ids = denial.notPrincipals.map(({ value }) => accountOf(value) ?? '');
    limits.push(ids.every((id) => accountId.test(id)) ? { kind: 'accounts', ids } : { kind: 'way' });
  }
  for (const condition of denial.conditions) {
    const operator = condition.operator.replace(/^forallvalues:/, '').replace(/ifexists$/, '');
    if (operator === 'bool' && awsServices.has(condition.key) && condition.values.join() === 'false') {
      limits.push({ kind: 'way' });
      continue;
    }
    const limit = negativeOperators.has(operator) ? limitOf(condition, hasWildcards(operator)) : undefined;
    if (limit === undefined) return [];
    limits.push(limit);
  }
  return merged(limits);
}

/** Any of the limits lets in. */
function merged(limits: readonly Limit[]): readonly Limit[] {
  const named = limits.filter((limit) => limit.kind !== 'way');
  const [first] = named;
  if (first === undefined || named.some(({ kind }) => kind !== first.kind)) return limits.slice(0, 1).map(() => way);
  return [{ kind: first.kind, ids: named.flatMap(({ ids }) => ids) }];
}

/** A denial for everybody, whenever a statement allows something, of all that it allows. */
function takesBack(denial: PolicyStatement, allow: PolicyStatement): boolean {
  return holdsWith(denial, allow) && denial.notPrincipals.length === 0 && covers(denial, allow);
}

/** Whether a denial holds whenever an allowance does: it has no condition that the other does not have. */
function holdsWith({ conditions }: PolicyStatement, allow: PolicyStatement): boolean {
  const known = new Set(allow.conditions.map(conditionText));
  return conditions.every((condition) => known.has(conditionText(condition)));
}

function conditionText({ operator, key, values }: PolicyCondition): string {
  return JSON.stringify([operator, key, values.toSorted()]);
}

/** A denial, whenever a statement allows something, of all that it allows, be it for everybody or for some by name. */
function isPlain(denial: PolicyStatement, allow: PolicyStatement): boolean {
  return holdsWith(denial, allow) && denial.principals.length > 0 && coversWhat(denial, allow);
}

function namesIn({ principals }: PolicyStatement): readonly string[] {
  return principals.map(nameOf);
}

/** `444455556666` is short for `arn:aws:iam::444455556666:root`. */
function nameOf({ type, value }: PolicyPrincipal): string {
  return `${type} ${/^arn:[^:]*:iam::(\d{12}):root$/.exec(value)?.[1] ?? value}`;
}

const way: Limit = { kind: 'way' };

function covers(denial: PolicyStatement, allow: PolicyStatement): boolean {
  const isForAll =
    denial.notPrincipals.length > 0 ||
    denial.principals.some(({ type, value }) => value === '*' && (type === 'aws' || type === '*'));
  return isForAll && coversWhat(denial, allow);
}

function coversWhat(denial: PolicyStatement, allow: PolicyStatement): boolean {
  return (
    coversActions(denial, allow) &&
    denial.notResources.length === 0 &&
    (denial.resources.length === 0 ||
      coversEach(denial.resources, allow.notResources.length > 0 ? ['*'] : allow.resources))
  );
}

/** A denial of all but some covers what has nothing in common with these. */
function coversActions(denial: PolicyStatement, allow: PolicyStatement): boolean {
  const allowed = actionsOf(allow);
  return denial.notActions.length === 0
    ? coversEach(denial.actions, allowed)
    : allowed.every((action) => denial.notActions.every((spared) => isApart(action, spared)));
}

/** On resources of one service, all actions are that service's. */
function actionsOf({ actions, notActions, resources, notResources }: PolicyStatement): readonly string[] {
  const services = new Set(resources.map((resource) => /^arn:[^:]*:([a-z0-9-]+):/.exec(resource)?.[1]));
  const [service] = services;
  const isOne = services.size === 1 && service !== undefined && notResources.length === 0;
  const all = isOne ? `${service}:*` : '*';
  return notActions.length > 0 ? [all] : actions.map((action) => (plainAllActions(action) === '*' ? all : action));
}

/** Whether no action fits both patterns, as far as what stands before their first wildcards tells. */
function isApart(a: string, b: string): boolean {
  const [before, other] = [a, b].map((pattern) => /^[^*?]*/.exec(pattern)?.[0] ?? '') as [string, string]; // two in, two out
  const isWhole = before === a && other === b;
  return isWhole ? a !== b : !before.startsWith(other) && !other.startsWith(before);
}

/** Each text is one of the patterns, or begins as one that ends in `*` and has no other wildcard. */
function coversEach(patterns: readonly string[], texts: readonly string[]): boolean {
  return texts.every((text) =>
    patterns.some(
      (pattern) => pattern === text || (/^[^*?]*\*$/.test(pattern) && text.startsWith(pattern.slice(0, -1))),
    ),
  );
}

const awsServices: ReadonlySet<string> = new Set(['aws:principalisawsservice', 'aws:viaawsservice']);

/** Keys that are true for AWS's services, or for whoever comes from within a network. */
const trueForFew: ReadonlySet<string> = new Set([
  'aws:principalisawsservice',
  'elasticfilesystem:accessedviamounttarget',
]);

type LimitKind = 'accounts' | 'arns' | 'organizations' | 'network' | 'fixed' | 'identity';

/** Keys whose value the caller does not choose. External IDs, user agents, MFA and TLS are no such: anybody can have them. */
const limitingKeys: ReadonlyMap<string, LimitKind> = new Map([
  ['aws:principalaccount', 'accounts'],
  ['aws:sourceaccount', 'accounts'],
  ['aws:sourceowner', 'accounts'],
  ['aws:vpceaccount', 'accounts'],
  ['kms:calleraccount', 'accounts'],
  ['s3:dataaccesspointaccount', 'accounts'],
  ['aws:principalarn', 'arns'],
  ['aws:sourcearn', 'arns'],
  ['s3:dataaccesspointarn', 'arns'],
  ['aws:principalorgid', 'organizations'],
  ['aws:principalorgpaths', 'organizations'],
  ['aws:sourceorgid', 'organizations'],
  ['aws:sourceorgpaths', 'organizations'],
  ['aws:vpceorgid', 'organizations'],
  ['aws:vpceorgpaths', 'organizations'],
  ['aws:sourceip', 'network'],
  ['aws:sourcevpc', 'fixed'],
  ['aws:sourcevpce', 'fixed'],
  ['s3:accesspointnetworkorigin', 'fixed'],
  ['aws:principalservicename', 'fixed'],
  ['aws:principalservicenameslist', 'fixed'],
  ['aws:userid', 'identity'],
]);

/** What a condition's values narrow to; `undefined` where one of them is as good as none. */
function limitOf({ key, values }: PolicyCondition, wildcards: boolean): Limit | undefined {
  const kind = limitingKeys.get(key);
  if (kind === undefined || values.length === 0) return undefined;
  function wild(text: string): boolean {
    return wildcards && isWild(text);
  }
  switch (kind) {
    case 'accounts':
      return values.some(wild) ? undefined : { kind: 'accounts', ids: values };
    case 'arns':
      return arnLimit(values, wildcards);
    case 'organizations': {
      const ids = values.map((value) => value.split('/', 1)[0] ?? '');
      return ids.some(wild) ? undefined : { kind: 'organizations', ids };
    }
    case 'network':
      return isNarrowNetwork(values) ? way : undefined;
    case 'fixed':
      return values.some(wild) ? undefined : way;
    case 'identity':
      // A role's or user's own ID, or the account's, which its root has.
      return values.every((value) => /^[^*?]{16}|^\d{12}$/.test(value)) ? way : undefined;
  }
}

/** ARNs name an account each, or, as those of buckets do, something that is one account's. */
function arnLimit(arns: readonly string[], wildcards: boolean): Limit | undefined {
  const accounts = arns.map(accountOf);
  if (accounts.every((account) => account !== undefined && accountId.test(account)))
    return { kind: 'accounts', ids: accounts.filter((account) => account !== undefined) };
  const isNarrow = arns.every((arn) => {
    if (!wildcards || !isWild(arn)) return true;
    const [, , service = '', , account = '', ...resource] = arn.split(':');
    if (accountId.test(account)) return true;
    // The name of a bucket is nobody else's, and its ARN has no account whatever a pattern says.
    return (account === '' || service === 's3') && !isWild(service) && /^[^*?]{3}/.test(resource.join(':'));
  });
  return isNarrow ? way : undefined;
}

function isNarrowNetwork(blocks: readonly string[]): boolean {
  return !isPartOfInternet(blocks.map(addressBlock).filter((block) => block !== undefined));
}

function listOf<T>(value: T | undefined): readonly T[] {
  return value === undefined ? [] : [value];
}
