import type { AwsPurpose } from './clients.ts';
import { registerPermissions } from './dynamodb-register.ts';
import { examiningPermission, permissionsOf } from './role-permissions.ts';

/** A statement of an IAM policy. */
export interface RoleStatement {
  readonly Sid: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Principal?: { readonly AWS: string };
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly RoleStatement[];
}

/** What the policies are made for; partition and account may be placeholders of a template. */
export interface RoleScope {
  readonly partition: string;
  readonly accountId: string;
  readonly roleNames: Readonly<Record<AwsPurpose, string>>;
  readonly secretNamePrefix: string;
  readonly secretRegion: string;
  /** What no response touches: IAM users by name, and paths with all below. */
  readonly guarded: { readonly userNames: readonly string[]; readonly paths: readonly string[] };
}

/** The names that the roles have where nobody gives them others. */
export const defaultRoleNames = {
  poll: 'TrailhoundPoll',
  evidence: 'TrailhoundEvidence',
  respond: 'TrailhoundRespond',
} as const satisfies Readonly<Record<AwsPurpose, string>>;

function document(...statements: readonly RoleStatement[]): PolicyDocument {
  return {
    Version: '2012-10-17',
    Statement: statements,
  };
}

/** Every action by which IAM changes something begins with one of these. */
const iamWrites = [
  'Add',
  'Attach',
  'Create',
  'Deactivate',
  'Delete',
  'Detach',
  'Enable',
  'Pass',
  'Put',
  'Remove',
  'Reset',
]
  .concat(['Set', 'Tag', 'Untag', 'Update', 'Upload'])
  .map((verb) => `iam:${verb}*`);

/** What an action is allowed on: IAM's by the kind of identity that its name has, secrets by their prefix. */
function resourceOf(
  permission: string,
  { partition, accountId, secretNamePrefix, secretRegion }: Omit<RoleScope, 'roleNames' | 'guarded'>,
): string {
  const [service = '', action = ''] = permission.split(':');
  if (service === 'secretsmanager')
    return `arn:${partition}:secretsmanager:${secretRegion}:${accountId}:secret:${secretNamePrefix}*`;
  // LookupEvents and DescribeRegions know no resources (AWS's service authorization reference).
  if (service !== 'iam') return '*';
  return `arn:${partition}:iam::${accountId}:${action.includes('Role') ? 'role' : 'user'}/*`;
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** What a purpose needs, by what it needs it on; a resource may end in `*`. */
export function neededByResource(
  purpose: AwsPurpose,
  scope: Omit<RoleScope, 'roleNames' | 'guarded'>,
): readonly (readonly [resource: string, permissions: readonly string[]])[] {
  return [...Map.groupBy(permissionsOf[purpose], (permission) => resourceOf(permission, scope))];
}

function allowStatements(purpose: AwsPurpose, scope: RoleScope): readonly RoleStatement[] {
  return neededByResource(purpose, scope).map(([resource, actions], index) => ({
    Sid: `${capitalized(purpose)}${index + 1}`,
    Effect: 'Allow',
    Action: actions,
    Resource: resource,
  }));
}

function roleArn(purpose: AwsPurpose, { partition, accountId, roleNames }: RoleScope): string {
  return `arn:${partition}:iam::${accountId}:role/${roleNames[purpose]}`;
}

/** Whatever else is allowed: not on our own roles, nor on what the configuration protects. */
function denyStatements(scope: RoleScope): readonly RoleStatement[] {
  const { partition, accountId, roleNames, guarded } = scope;
  const iam = `arn:${partition}:iam::${accountId}:`;
  const below = guarded.paths.map((path) => path.replace(/^\/|\/$/g, '')).filter((path) => path !== '');
  const protectedArns = [
    // An ARN has the path before the name.
    ...guarded.userNames.flatMap((name) => [`${iam}user/${name}`, `${iam}user/*/${name}`]),
    ...below.flatMap((path) => [`${iam}user/${path}/*`, `${iam}role/${path}/*`]),
  ];
  return [
    {
      Sid: 'NeverItself',
      Effect: 'Deny',
      Action: iamWrites,
      Resource: Object.values(roleNames).map((name) => `${iam}role/${name}`),
    },
    ...(protectedArns.length === 0
      ? []
      : [{ Sid: 'NeverProtected', Effect: 'Deny', Action: iamWrites, Resource: protectedArns } as const]),
  ];
}

/** The least that a role needs, and for the one that changes things, what it must never touch. */
export function rolePolicy(purpose: AwsPurpose, scope: RoleScope): PolicyDocument {
  return document(
    ...allowStatements(purpose, scope),
    { Sid: 'DoctorLooks', Effect: 'Allow', Action: examiningPermission, Resource: roleArn(purpose, scope) },
    ...(purpose === 'respond' ? denyStatements(scope) : []),
  );
}

/** Who may assume a role: the one principal that Trailhound runs as, with the external ID of this account and purpose. */
export function roleTrust(principalArn: string, externalId: string): PolicyDocument {
  return document(
    {
      Sid: 'Trailhound',
      Effect: 'Allow',
      Principal: { AWS: principalArn },
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { 'sts:ExternalId': externalId } },
    },
    // A response's sessions carry its case as their source identity, on every record of AWS's own trail.
    { Sid: 'NamesItsCase', Effect: 'Allow', Principal: { AWS: principalArn }, Action: 'sts:SetSourceIdentity' },
  );
}

/** What the principal that Trailhound runs as needs itself: to assume the roles, in every account. */
export function principalPolicy(roleArns: readonly string[]): PolicyDocument {
  return document({
    Sid: 'AssumeTrailhoundRoles',
    Effect: 'Allow',
    Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'],
    Resource: roleArns,
  });
}

/**
 * What the role that keeps the register needs, on its table alone; and that nobody, by this role, takes an entry away. PutItem replaces
 * where it comes without the register's condition: that the role is the responder's alone is what keeps the register.
 */
export function registerPolicy(tableArn: string): PolicyDocument {
  return document(
    { Sid: 'KeepTheRegister', Effect: 'Allow', Action: registerPermissions, Resource: tableArn },
    {
      Sid: 'NeverForget',
      Effect: 'Deny',
      Action: ['dynamodb:BatchWriteItem', 'dynamodb:DeleteItem', 'dynamodb:DeleteTable', 'dynamodb:UpdateItem'],
      Resource: tableArn,
    },
  );
}
