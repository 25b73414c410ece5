import { admissionsIn, type Admission } from '../../cloudtrail/policy-access.ts';
import { readPolicy, type PolicyStatement } from '../../cloudtrail/policy-document.ts';
import {
  isEveryResource,
  isEveryResourceOf,
  matchesGlob,
  plainAllActions,
  reachesIam,
} from '../../cloudtrail/policy-globs.ts';
import { canonicalDigest } from '../../digest/canonical-digest.ts';
import type { AccountId, Digest, Instant } from '../../model/ids.ts';
import { wellFormed } from '../../model/well-formed.ts';
import type { JsonValue } from '../../model/json.ts';
import { leadingActions, managedPolicyPowers } from './managed-policies.ts';
import { accountIn } from './call.ts';
import type { Grants, LetIn } from './effect.ts';

const denyingPolicies = /^arn:aws[\w-]*:iam::aws:policy\/AWSDenyAll$/;

const nothing: Grants = { administrator: false, powers: [], denies: false, unread: false };
const unread: Grants = { ...nothing, unread: true };

/** AWS's own policy that denies everything: one's own may bear the same name. */
export function isDenyAll(policyArn: string): boolean {
  return denyingPolicies.test(policyArn);
}

/** What an attached policy gives: AWS's own by name; of others the document is not in the call. */
export function grantsOfArn(policyArn: string): Grants {
  if (isDenyAll(policyArn)) return { ...nothing, denies: true };
  const name = managedPolicyName(policyArn);
  const powers = name === null ? undefined : managedPolicyPowers(name);
  if (powers === undefined) return unread;
  return powers.includes('administrator') ? { ...nothing, administrator: true, powers: ['*'] } : { ...nothing, powers };
}

/** A policy of AWS's own that nobody here has read: AWS makes new ones all the time. */
export function isUnknownManagedPolicy(policyArn: string): boolean {
  const name = managedPolicyName(policyArn);
  return name !== null && !isDenyAll(policyArn) && managedPolicyPowers(name) === undefined;
}

/** The name and path of a policy of AWS's own; null for one of somebody else's. */
function managedPolicyName(policyArn: string): string | null {
  return /^arn:aws[\w-]*:iam::aws:policy\/(.+)$/su.exec(policyArn)?.[1] ?? null;
}

/** By these a holder writes its own policies, or takes on who has others: administrator by another name. */
const selfGrantingActions: readonly string[] = [
  'iam:attachgrouppolicy',
  'iam:attachrolepolicy',
  'iam:attachuserpolicy',
  'iam:createpolicyversion',
  'iam:putgrouppolicy',
  'iam:putrolepolicy',
  'iam:putuserpolicy',
  'iam:setdefaultpolicyversion',
];

/**
 * Actions of IAM's that lead to more rights: they write policies, lift boundaries, pass or assume roles, or make credentials of
 * others (what AWS's own "permissions management" access level has, and the known ways of IAM privilege escalation).
 */
const leadingInIam: readonly string[] = [
  ...selfGrantingActions,
  'iam:addroletoinstanceprofile',
  'iam:addusertogroup',
  'iam:createaccesskey',
  'iam:createloginprofile',
  'iam:createpolicy',
  'iam:createservicespecificcredential',
  'iam:deactivatemfadevice',
  'iam:deleterolepermissionsboundary',
  'iam:deleteuserpermissionsboundary',
  'iam:deleteuserpolicy',
  'iam:detachuserpolicy',
  'iam:passrole',
  'iam:putrolepermissionsboundary',
  'iam:putuserpermissionsboundary',
  'iam:resetservicespecificcredential',
  'iam:updateaccesskey',
  'iam:updateassumerolepolicy',
  'iam:updateloginprofile',
  'sts:assumerole',
];

/** Actions of other services that lead there where they reach everything of the service: they run code with its roles, or make grants. */
const leadingElsewhere: readonly string[] = leadingActions.filter((action) => !/^(?:iam|sts):/u.test(action));

/** All of these services' calls, on every resource, lead there as well. */
const leadingServices = ['organizations:', 'sso:', 'lambda:'] as const;

/** What an identity's policy gives, by its document. */
export function grantsOfDocument(document: JsonValue | undefined): Grants {
  if (document === undefined) return unread;
  const read = readPolicy(document);
  if (read.kind === 'unreadable') return unread;
  const allowed = read.statements.filter((statement) => statement.effect === 'Allow');
  const powers = [...new Set(allowed.flatMap(powersOf))].sort();
  return {
    administrator: allowed.some(isSelfGranting),
    powers,
    denies: powers.length === 0 && read.statements.some(deniesEverything),
    unread: false,
  };
}

/** The actions that a statement allows where they lead to more, as it writes them; `*:*` for all but some. */
function powersOf(statement: PolicyStatement): readonly string[] {
  const { actions, notActions } = statement;
  const leading = leadingBy(statement);
  if (leading.length === 0) return [];
  if (notActions.length > 0) {
    const left = leading.filter((action) => !isAmong(action, notActions));
    if (left.length === 0) return [];
    // `Allow NotAction iam:*` is AWS's own way to write a power user.
    return [leadingInIam.every((action) => left.includes(action)) ? '*' : '*:*'];
  }
  const reachesAll = reachOf(statement) === 'everything';
  return actions
    .filter(
      (glob) =>
        leading.some((action) => matchesGlob(glob, action)) ||
        (reachesAll && leadingServices.some((service) => glob === `${service}*`)),
    )
    .map(plainAllActions);
}

function isSelfGranting(statement: PolicyStatement): boolean {
  const { actions, notActions } = statement;
  if (reachOf(statement) === 'elsewhere') return false;
  return selfGrantingActions.some((action) =>
    notActions.length > 0 ? !isAmong(action, notActions) : isAmong(action, actions),
  );
}

function isAmong(action: string, globs: readonly string[]): boolean {
  return globs.some((glob) => matchesGlob(glob, action));
}

/** The actions that lead to more on what a statement reaches. */
function leadingBy(statement: PolicyStatement): readonly string[] {
  const { resources, notResources } = statement;
  const reach = reachOf(statement);
  // One role that is named may be passed to the services that it is for.
  const named = leadingInIam.filter((action) => action !== 'iam:passrole');
  const inIam = { everything: leadingInIam, iam: leadingInIam, named, elsewhere: [] }[reach];
  function reachesAllOf(action: string): boolean {
    const [service = ''] = action.split(':');
    return notResources.length === 0 && resources.some((resource) => isEveryResourceOf(service, resource));
  }
  return [...inIam, ...leadingElsewhere.filter((action) => reach === 'everything' || reachesAllOf(action))];
}

/** Everything; many things of IAM's by a pattern, or some by their names; nothing of IAM's. */
type Reach = 'everything' | 'iam' | 'named' | 'elsewhere';

/** All resources but some count as all. A resource of IAM's, however few, may be one with more rights. */
function reachOf({ resources, notResources }: PolicyStatement): Reach {
  if (notResources.length > 0) return notResources.some(isEveryResource) ? 'elsewhere' : 'everything';
  if (resources.some(isEveryResource)) return 'everything';
  const inIam = resources.filter(reachesIam);
  if (inIam.length === 0) return 'elsewhere';
  return inIam.some((resource) => /[*?$]/.test(resource)) ? 'iam' : 'named';
}

/** `Deny * on *`, with no condition. Calls that know no resources are matched by `*` alone: an ARN's pattern spares them. */
function deniesEverything(statement: PolicyStatement): boolean {
  return (
    statement.effect === 'Deny' &&
    statement.actions.some((action) => plainAllActions(action) === '*') &&
    statement.resources.some((resource) => /^\*+$/.test(resource)) &&
    statement.conditions.length === 0
  );
}

/** What a policy document denies in full, and to whom. */
export type Denial =
  | { readonly kind: 'all' }
  /** Sessions issued before an instant (`aws:TokenIssueTime`). */
  | { readonly kind: 'older-sessions'; readonly before: Instant }
  /** One session (`aws:userid`), by its role's unique ID, `*` for any, and its name. */
  | { readonly kind: 'session'; readonly roleId: string; readonly sessionName: string };

/** What of an identity's access a document denies in full. */
export function denialsIn(document: JsonValue | undefined): readonly Denial[] {
  if (document === undefined) return [];
  const read = readPolicy(document);
  if (read.kind === 'unreadable') return [];
  return read.statements.flatMap((statement): readonly Denial[] => {
    if (statement.effect !== 'Deny' || !deniesEverything({ ...statement, conditions: [] })) return [];
    const [condition, ...others] = statement.conditions;
    if (condition === undefined) return [{ kind: 'all' }];
    if (others.length > 0) return [];
    const [value] = condition.values;
    if (value === undefined) return [];
    if (condition.key === 'aws:tokenissuetime' && /^datelessthan(?:equals)?$/.test(condition.operator)) {
      return [{ kind: 'older-sessions', before: value as Instant }];
    }
    // Any other operator denies others, and may spare this one.
    if (condition.key !== 'aws:userid' || !/^string(?:equals|like)$/.test(condition.operator)) return [];
    return condition.values.flatMap((each) => deniedSessions(each, condition.operator === 'stringlike'));
  });
}

function deniedSessions(userId: string, isGlob: boolean): readonly Denial[] {
  const [, roleId, sessionName] = /^([^:]+):(.+)$/s.exec(userId) ?? [];
  if (roleId === undefined || sessionName === undefined || (roleId === '*' && !isGlob)) return [];
  return [{ kind: 'session', roleId, sessionName }];
}

interface LetInBy {
  readonly letsIn: readonly LetIn[];
  readonly unread: boolean;
}

/**
 * Whom a trust lets in; nobody where the document cannot be read. A service that may act for resources of another account lets in that
 * account.
 */
export function letsInOfDocument(document: JsonValue | undefined, ownAccount: AccountId): LetInBy {
  const { letsIn, unread } = letsInAtResource(document, ownAccount);
  // Only the account itself hands a role to a service, whatever the trust says of sources.
  return { letsIn: letsIn.map(asBound), unread };
}

function asBound({ unbound: _unbound, ...bound }: LetIn): LetIn {
  return bound;
}

/** The same of a resource's own policy, where a service that no condition binds acts for whoever asks it to. */
export function letsInAtResource(document: JsonValue | undefined, ownAccount: AccountId): LetInBy {
  if (document === undefined) return { letsIn: [], unread: true };
  const read = readPolicy(document);
  if (read.kind === 'unreadable') return { letsIn: [], unread: true };
  return {
    letsIn: distinct(admissionsIn(read.statements).flatMap((each) => admitted(each, ownAccount))),
    unread: false,
  };
}

/** What must be of an account for a service to act: an ARN or an account, any of a list. */
type Source = readonly string[];

/**
 * A service, and the other accounts for whose resources it may act: anybody's, unless one of its sources has nothing but named accounts
 * (the confused deputy of the IAM User Guide). A bucket's ARN names none.
 */
export function actingFor(service: LetIn, sources: readonly Source[], ownAccount: AccountId): readonly LetIn[] {
  const owners = sources.map((source) => source.map(accountIn));
  const isBound = owners.some((each) => each.length > 0 && !each.includes(null));
  const others = [...new Set(owners.flat())].flatMap((owner) =>
    owner === null || owner === ownAccount ? [] : [{ ...letInByName(owner), conditions: service.conditions }],
  );
  return [isBound ? asBound(service) : { ...service, unbound: true }, ...others];
}

const sourceKeys = /^(?:aws:source(?:account|arn|owner)|kms:encryptioncontext:.+:arn)$/u;
/** With `IfExists` or `ForAllValues` a call without the key passes; with `Not`, every other one. */
const bindingOperators = /^(?:foranyvalue:)?(?:string(?:equals|equalsignorecase|like)|arn(?:equals|like))$/u;

function sourcesOf({ conditions }: PolicyStatement): readonly Source[] {
  return conditions.flatMap(({ key, operator, values }) =>
    sourceKeys.test(key) && !operator.includes('not')
      ? // What binds nothing still says for whom it is meant.
        [bindingOperators.test(operator) ? values : [...values, '*']]
      : [],
  );
}

function admitted({ principal, statement, named, entrants }: Admission, ownAccount: AccountId): readonly LetIn[] {
  const conditions = [...new Set(statement.conditions.map(({ key }) => key))].sort();
  const as = { principal: principal.value, conditions };
  switch (named.kind) {
    case 'service':
      return actingFor({ ...as, kind: 'service', accountId: null }, sourcesOf(statement), ownAccount);
    case 'identity-provider':
      return [{ ...as, kind: 'provider', accountId: null, ...claimsOf(statement) }];
    case 'account':
      // Of an account that is named, a condition leaves some: nobody knows whom.
      return [{ ...as, kind: 'account', accountId: accountIn(named.id) }];
    case 'anyone':
      return entrants.map((entrant) => ({ ...as, ...narrowedTo(entrant) }));
    default:
      return [{ ...as, kind: 'other', accountId: null }];
  }
}

/** Of conditions that ask for a value, or one like it: another kind of condition says nothing of who is meant. */
function claimsOf({ conditions }: PolicyStatement): Pick<LetIn, 'claims'> {
  const claims = [...Map.groupBy(conditions, ({ key }) => key)].flatMap(
    ([key, [only, ...others]]): readonly (readonly [string, readonly string[]])[] => {
      if (only === undefined || others.length > 0) return [];
      const { operator, values } = only;
      const isPlain = /^string(?:equals|like)$/u.test(operator) && values.length > 0;
      // Where a value is asked for to the letter, a star is a star.
      const isLiteral = operator === 'stringequals' && values.some((value) => /[*?]/u.test(value));
      return isPlain && !isLiteral ? [[key, values]] : [];
    },
  );
  return claims.length === 0 ? {} : { claims: Object.fromEntries(claims) };
}

/** The digest of what a policy says, however it is spelt; null for one that cannot be read. */
export function policyDigest(document: JsonValue | undefined): Digest | null {
  const read = document === undefined ? null : readPolicy(document);
  return read === null || read.kind === 'unreadable' ? null : canonicalDigest(wellFormed(read.statements));
}

/** Everybody of some accounts or organizations; what is not theirs alone leaves anyone. */
function narrowedTo(entrant: Admission['entrants'][number]): Pick<LetIn, 'kind' | 'accountId'> & Partial<LetIn> {
  const accountId = entrant.kind === 'account' ? accountIn(entrant.id) : null;
  if (accountId !== null) return { principal: accountId, kind: 'account', accountId };
  if (entrant.kind === 'organization' && organizationId.test(entrant.id)) {
    return { principal: entrant.id, kind: 'organization', accountId: null };
  }
  return { kind: 'anyone', accountId: null };
}

/** `o-exampleorgid`. */
export const organizationId = /^o-[a-z0-9]+$/u;

/** An account, everybody, or a service that acts for whoever asks it, as a share's list names it. */
export function letInByName(name: string): LetIn {
  if (name === '*' || name === 'all') return { principal: '*', kind: 'anyone', accountId: null, conditions: [] };
  if (servicePrincipal.test(name)) {
    return { principal: name, kind: 'service', accountId: null, conditions: [], unbound: true };
  }
  const accountId = accountIn(name);
  return { principal: name, kind: accountId === null ? 'other' : 'account', accountId, conditions: [] };
}

/** `s3.amazonaws.com`, `logs.eu-west-1.amazonaws.com`; no URL, though its host may end so. */
const servicePrincipal = /^[a-z0-9-]+(?:\.[a-z0-9-]+){0,3}\.amazonaws\.com(?:\.cn)?$/u;

/** Whether a resource lets somebody in who is not just a service for what is the account's own. */
/** The ARN of IAM's that the name of a holder of a service's rights ends with: `principal arn:aws:iam::111122223333:role/ops`. */
export function principalIn(holder: string): string | undefined {
  return /(?:^| )(arn:aws[\w-]*:(?:iam|sts)::\d{12}:\S+)$/u.exec(holder)?.[1];
}

/** The account of a holder of a service's rights, where it names one. */
export function accountOfHolder(holder: string): string | null {
  return principalIn(holder)?.split(':')[4] ?? null;
}

export function isOutside({ kind, unbound }: LetIn): boolean {
  return kind !== 'service' || unbound === true;
}

function distinct(list: readonly LetIn[]): readonly LetIn[] {
  return [
    ...new Map(
      list.map((each) => [`${each.kind} ${each.principal} ${each.conditions.join()} ${each.unbound ?? false}`, each]),
    ).values(),
  ];
}
