import { readPolicy, type PolicyPrincipal, type PolicyStatement } from '../../cloudtrail/policy-document.ts';
import type { Instant } from '../../model/ids.ts';
import type { JsonValue } from '../../model/json.ts';
import { accountIn } from './call.ts';
import type { Grants, LetIn } from './effect.ts';

/** Managed policies of AWS that amount to administrator: the holder can do everything, or give itself the rest. */
const administratorPolicies =
  /^arn:aws[\w-]*:iam::aws:policy\/(?:AdministratorAccess|IAMFullAccess|AWSOrganizationsFullAccess)$/;
/** All but IAM: passing roles and assuming them lead to the rest. */
const powerPolicies =
  /^arn:aws[\w-]*:iam::aws:policy\/(?:PowerUserAccess|job-function\/SystemAdministrator|AdministratorAccess-Amplify|AdministratorAccess-AWSElasticBeanstalk)$/;
const denyingPolicies = /^arn:aws[\w-]*:iam::aws:policy\/AWSDenyAll$/;

const nothing: Grants = { administrator: false, powers: [], denies: false, unread: false };
const unread: Grants = { ...nothing, unread: true };

/** What an attached policy gives: AWS's own by name; of others the document is not in the call. */
export function grantsOfArn(policyArn: string): Grants {
  if (administratorPolicies.test(policyArn)) return { ...nothing, administrator: true, powers: ['*'] };
  if (powerPolicies.test(policyArn)) return { ...nothing, powers: ['*:*'] };
  if (denyingPolicies.test(policyArn)) return { ...nothing, denies: true };
  return policyArn.includes(':iam::aws:policy/') ? nothing : unread;
}

/**
 * Actions that, on every resource, lead to any right: they write policies, pass or assume any role, or make credentials of
 * others (IAM privilege escalation as AWS's own "permissions management" access level has it).
 */
const leadingActions: ReadonlySet<string> = new Set([
  'iam:*',
  'iam:passrole',
  'iam:createaccesskey',
  'iam:createloginprofile',
  'iam:updateloginprofile',
  'iam:attachuserpolicy',
  'iam:attachrolepolicy',
  'iam:attachgrouppolicy',
  'iam:putuserpolicy',
  'iam:putrolepolicy',
  'iam:putgrouppolicy',
  'iam:createpolicyversion',
  'iam:setdefaultpolicyversion',
  'iam:addusertogroup',
  'iam:updateassumerolepolicy',
  'iam:createpolicy',
  'sts:*',
  'sts:assumerole',
  'organizations:*',
  'sso:*',
  'lambda:*',
]);

/** By these a holder writes its own policies: administrator by another name. */
const selfGranting =
  /^(?:\*|\*:\*|iam:\*|iam:(?:put|attach|add|create)\*|iam:(?:put|attach)(?:user|role)policy|iam:createpolicyversion|iam:setdefaultpolicyversion)$/;

/** What an identity's policy gives, by its document. */
export function grantsOfDocument(document: JsonValue | undefined): Grants {
  if (document === undefined) return unread;
  const read = readPolicy(document);
  if (read.kind === 'unreadable') return unread;
  const allowed = read.statements.filter((statement) => statement.effect === 'Allow').flatMap(widelyAllowed);
  const powers = [...new Set(allowed.filter((action) => isLeading(action)))].sort();
  return {
    administrator: powers.some((action) => selfGranting.test(action)),
    powers,
    denies: powers.length === 0 && read.statements.some(deniesEverything),
    unread: false,
  };
}

function isLeading(action: string): boolean {
  return action === '*' || leadingActions.has(action) || /^(?:iam|sts|\*):.*\*/.test(action);
}

/** Actions that a statement allows on every resource; all but some count as all. */
function widelyAllowed({ actions, notActions, resources, notResources }: PolicyStatement): readonly string[] {
  const everywhere = notResources.length > 0 || resources.some(isEverything);
  // PassRole on every role is written with a wildcard in the role's ARN as well.
  const everyRole = resources.some((resource) => /^arn:aws[\w*-]*:iam::[\d*]*:(?:role\/)?\*$/.test(resource));
  if (notActions.length > 0) {
    // `Allow NotAction iam:*` is AWS's own way to write a power user.
    return everywhere ? [notActions.some((action) => action.startsWith('iam:')) ? '*:*' : '*'] : [];
  }
  if (everywhere) return actions.map(plainAction);
  return everyRole ? actions.map(plainAction).filter((action) => /^(?:iam|sts):/.test(action)) : [];
}

function plainAction(action: string): string {
  return /^\*+$/.test(action) ? '*' : action;
}

function isEverything(resource: string): boolean {
  return /^(?:\*+|arn:\*|arn:aws[\w-]*:\*:\*:\*:\*)$/.test(resource);
}

/** `Deny * on *`, with no condition but on when a session was issued. */
export function deniesEverything(statement: PolicyStatement): boolean {
  return (
    statement.effect === 'Deny' &&
    statement.actions.some((action) => plainAction(action) === '*' || action === '*:*') &&
    statement.resources.some(isEverything) &&
    statement.conditions.length === 0
  );
}

/** What a policy document denies in full, and to whom. */
export type Denial =
  | { readonly kind: 'all' }
  /** Sessions issued before an instant (`aws:TokenIssueTime`). */
  | { readonly kind: 'older-sessions'; readonly before: Instant }
  /** One session (`aws:userid`), by its name. */
  | { readonly kind: 'session'; readonly sessionName: string };

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
    if (condition.key !== 'aws:userid') return [];
    return condition.values.flatMap((each) =>
      each.includes(':') ? [{ kind: 'session' as const, sessionName: each.slice(each.indexOf(':') + 1) }] : [],
    );
  });
}

/** Whom a trust or a resource's policy lets in; nobody where the document cannot be read. */
export function letsInOfDocument(document: JsonValue | undefined): {
  readonly letsIn: readonly LetIn[];
  readonly unread: boolean;
} {
  if (document === undefined) return { letsIn: [], unread: true };
  const read = readPolicy(document);
  if (read.kind === 'unreadable') return { letsIn: [], unread: true };
  const letsIn = read.statements
    .filter((statement) => statement.effect === 'Allow')
    .flatMap((statement) => principalsOf(statement).map((principal) => letIn(principal, statement)));
  return { letsIn: distinct(letsIn), unread: false };
}

function principalsOf({ principals, notPrincipals }: PolicyStatement): readonly PolicyPrincipal[] {
  return notPrincipals.length > 0 ? [{ type: 'aws', value: '*' }] : principals;
}

function letIn({ type, value }: PolicyPrincipal, { conditions }: PolicyStatement): LetIn {
  return {
    principal: value,
    kind: kindOf(type, value),
    accountId: type === 'aws' ? accountIn(value) : null,
    conditions: [...new Set(conditions.map(({ key }) => key))].sort(),
  };
}

function kindOf(type: string, value: string): LetIn['kind'] {
  if (type === 'service') return 'service';
  if (type === 'federated') return 'provider';
  if (value === '*' || /^arn:aws[\w-]*:iam::\*:/.test(value)) return 'anyone';
  return accountIn(value) === null ? 'other' : 'account';
}

/** An account, or everybody, as a share's list names it. */
export function letInByName(name: string): LetIn {
  const anyone = name === '*' || name === 'all';
  return {
    principal: anyone ? '*' : name,
    kind: anyone
      ? 'anyone'
      : name.endsWith('.amazonaws.com')
        ? 'service'
        : accountIn(name) === null
          ? 'other'
          : 'account',
    accountId: accountIn(name),
    conditions: [],
  };
}

function distinct(list: readonly LetIn[]): readonly LetIn[] {
  return [...new Map(list.map((each) => [`${each.kind} ${each.principal} ${each.conditions.join()}`, each])).values()];
}
