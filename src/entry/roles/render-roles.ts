import type { AwsPurpose } from '../../adapters/aws/clients.ts';
import { principalPolicy, registerPolicy } from '../../adapters/aws/role-policies.ts';
import type { AccountId } from '../../model/ids.ts';
import type { Config } from '../config/config.ts';
import { type Role, roleSet } from './role-set.ts';

/** How the roles are written. */
export type RolesFormat = 'json' | 'cloudformation' | 'terraform';

export interface RolesRequest {
  /** The ARN of the user or role that Trailhound runs as; a placeholder where not given. */
  readonly principalArn?: string;
  /** JSON: this account alone. */
  readonly accountId?: AccountId;
}

/** The roles of the watched accounts in one of the formats that people deploy. */
export function renderRoles(format: RolesFormat, config: Config, request: RolesRequest): string {
  if (format === 'cloudformation') return cloudFormation(config);
  return format === 'terraform' ? terraform(config) : json(config, request);
}

function indented(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

function json(config: Config, { principalArn = 'TRAILHOUND_PRINCIPAL_ARN', accountId }: RolesRequest): string {
  const ids = accountId === undefined ? config.accounts.map(({ id }) => id) : [accountId];
  const accounts = (ids.length === 0 ? ['ACCOUNT_ID'] : ids).map((id) => ({
    account: id,
    roles: rolesOfAccount(config, id, principalArn),
  }));
  // IAM takes no wildcard for a partition, and Trailhound may assume these roles and no other.
  const arns = accounts.flatMap(({ account, roles }) =>
    roles.map(({ name }) => `arn:${partitionOf(config, account)}:iam::${account}:role/${name}`),
  );
  return indented({ principalPolicy: principalPolicy(arns), accounts, ...registerOf(config) });
}

/** The policy of the role that keeps the register, where it is in a table: in the account of that role, or of Trailhound itself. */
function registerOf({ response: { register } }: Config) {
  if (register === undefined) return {};
  const [, partition = 'aws', , , account = 'ACCOUNT_ID'] = register.role?.arn.split(':') ?? [];
  const table = `arn:${partition}:dynamodb:${register.region}:${account}:table/${register.dynamoDbTable}`;
  return { register: { table, policy: registerPolicy(table) } };
}

function partitionOf(config: Config, accountId: string): string {
  return config.accounts.find(({ id }) => id === accountId)?.partition ?? 'aws';
}

function rolesOfAccount(config: Config, accountId: string, principalArn: string): readonly Role[] {
  const account = config.accounts.find(({ id }) => id === accountId);
  function externalId(purpose: AwsPurpose): string {
    return account?.roles[purpose]?.externalId ?? `trailhound-${purpose}-${accountId}`;
  }
  return roleSet(config, { partition: partitionOf(config, accountId), accountId, principalArn, externalId });
}

const parameterDescriptions = {
  TrailhoundPrincipalArn: 'ARN of the IAM user or role that Trailhound runs as',
  ExternalIdBase: 'Begins the external IDs; the purpose and the account ID follow, so that each account has its own',
} as const;

/** One template for a stack, and for a StackSet over all accounts: what differs by account comes from pseudo parameters. */
function cloudFormation(config: Config): string {
  const roles = roleSet(config, {
    partition: '${AWS::Partition}',
    accountId: '${AWS::AccountId}',
    principalArn: '${TrailhoundPrincipalArn}',
    externalId: (purpose) => `\${ExternalIdBase}-${purpose}-\${AWS::AccountId}`,
  });
  const [principal, base] = Object.entries(parameterDescriptions);
  return indented({
    AWSTemplateFormatVersion: '2010-09-09',
    Description: 'The roles by which Trailhound watches this account, looks into it, and changes it after an approval',
    Parameters: {
      [principal?.[0] ?? '']: {
        Type: 'String',
        Description: principal?.[1],
        AllowedPattern: '^arn:aws[a-z-]*:iam::\\d{12}:(user|role)/.+$',
      },
      [base?.[0] ?? '']: {
        Type: 'String',
        Description: base?.[1],
        Default: 'trailhound',
        AllowedPattern: '^[A-Za-z0-9+=,.@:/-]{2,64}$',
      },
    },
    Resources: Object.fromEntries(roles.map((role) => [role.name, cloudFormationRole(role)])),
    Outputs: Object.fromEntries(
      roles.flatMap(({ name, externalId }) => [
        [`${name}Arn`, { Value: { 'Fn::GetAtt': [name, 'Arn'] } }],
        [`${name}ExternalId`, { Value: { 'Fn::Sub': externalId } }],
      ]),
    ),
  });
}

function cloudFormationRole({ name, description, trust, policy }: Role): object {
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName: name,
      Description: description,
      MaxSessionDuration: 3600,
      AssumeRolePolicyDocument: substituted(trust),
      Policies: [{ PolicyName: name, PolicyDocument: substituted(policy) }],
    },
  };
}

/** Every text with a placeholder in it becomes a substitution. */
function substituted(value: unknown): unknown {
  if (typeof value === 'string') return value.includes('${') ? { 'Fn::Sub': value } : value;
  if (Array.isArray(value)) return value.map(substituted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, substituted(each)]));
}

/** HCL takes a JSON policy as a heredoc, in which its own references are filled in. */
function terraform(config: Config): string {
  const roles = roleSet(config, {
    partition: '${data.aws_partition.current.partition}',
    accountId: '${data.aws_caller_identity.current.account_id}',
    principalArn: '${var.trailhound_principal_arn}',
    externalId: (purpose) => `\${var.external_id_base}-${purpose}-\${data.aws_caller_identity.current.account_id}`,
  });
  return [
    `variable "trailhound_principal_arn" {\n  type        = string\n  description = "${parameterDescriptions.TrailhoundPrincipalArn}"\n}`,
    `variable "external_id_base" {\n  type        = string\n  default     = "trailhound"\n  description = "${parameterDescriptions.ExternalIdBase}"\n}`,
    'data "aws_caller_identity" "current" {}\n\ndata "aws_partition" "current" {}',
    ...roles.map(terraformRole),
  ].join('\n\n');
}

function heredoc(document: unknown): string {
  return `<<-JSON\n${indented(document).replace(/^/gm, '    ')}\n  JSON`;
}

function terraformRole({ purpose, name, description, externalId, trust, policy }: Role): string {
  return [
    `resource "aws_iam_role" "trailhound_${purpose}" {\n  name                 = "${name}"\n  description          = "${description}"\n  max_session_duration = 3600\n  assume_role_policy   = ${heredoc(trust)}\n}`,
    `resource "aws_iam_role_policy" "trailhound_${purpose}" {\n  name   = "${name}"\n  role   = aws_iam_role.trailhound_${purpose}.id\n  policy = ${heredoc(policy)}\n}`,
    `output "trailhound_${purpose}" {\n  value = { arn = aws_iam_role.trailhound_${purpose}.arn, external_id = "${externalId}" }\n}`,
  ].join('\n\n');
}
