import type { Identity } from '../../model/identity.ts';
import { accountOfPrincipal, provider, role, roleNamed } from '../../cloudtrail/identities.ts';
import { valueAt } from '../../cloudtrail/ecs-path.ts';
import { policyPrincipals } from './policy-principals.ts';
import { allRequested, answered, requested, type StepCall, type Step, type StepTable } from './step.ts';

/** Calls that decide who may come in by a role (IAM and Roles Anywhere API references). */
export const trustSteps: StepTable = {
  'iam.amazonaws.com CreateRole': (call) => trusted(call, 'made-role', 'assumeRolePolicyDocument'),
  'iam.amazonaws.com UpdateAssumeRolePolicy': (call) => trusted(call, 'opened-trust', 'policyDocument'),
  'iam.amazonaws.com CreateSAMLProvider': (call) =>
    vouching(answered(call, 'sAMLProviderArn', 'samlProviderArn', 'SAMLProviderArn'), 'created'),
  'iam.amazonaws.com UpdateSAMLProvider': (call) =>
    vouching(requested(call, 'sAMLProviderArn', 'samlProviderArn', 'SAMLProviderArn'), 'changed'),
  'iam.amazonaws.com CreateOpenIDConnectProvider': (call) =>
    vouching(answered(call, 'openIDConnectProviderArn'), 'created'),
  'iam.amazonaws.com AddClientIDToOpenIDConnectProvider': (call) =>
    vouching(requested(call, 'openIDConnectProviderArn'), 'changed'),
  'iam.amazonaws.com UpdateOpenIDConnectProviderThumbprint': (call) =>
    vouching(requested(call, 'openIDConnectProviderArn'), 'changed'),
  'rolesanywhere.amazonaws.com CreateTrustAnchor': (call) =>
    vouching(answered(call, 'trustAnchor.trustAnchorArn'), 'created'),
  'rolesanywhere.amazonaws.com UpdateTrustAnchor': (call) =>
    vouching(answered(call, 'trustAnchor.trustAnchorArn'), 'changed'),
  'cognito-identity.amazonaws.com CreateIdentityPool': (call) => vouching(answered(call, 'identityPoolId'), 'created'),
  'cognito-identity.amazonaws.com UpdateIdentityPool': (call) => (opensPool(call) ? poolChanged(call) : []),
  'cognito-identity.amazonaws.com SetIdentityPoolRoles': poolChanged,
  'rolesanywhere.amazonaws.com CreateProfile': profiled,
  'rolesanywhere.amazonaws.com UpdateProfile': profiled,
};

/** CloudTrail writes flags as booleans and as texts. */
function opensPool({ ecs }: StepCall): boolean {
  const flag = valueAt(ecs, 'aws.cloudtrail.flattened.request_parameters.allowUnauthenticatedIdentities');
  return flag === true || (typeof flag === 'string' && flag.toLowerCase() === 'true');
}

function poolChanged(call: StepCall): readonly Step[] {
  return vouching(requested(call, 'identityPoolId'), 'changed');
}

function trusted(call: StepCall, how: 'made-role' | 'opened-trust', policyField: string): readonly Step[] {
  const name = requested(call, 'roleName');
  if (name === undefined) return [];
  const to = role(call.accountId, name);
  const { aws, federated } = policyPrincipals(requested(call, policyField));
  const letsIn = [...aws, ...federated];
  return [{ to, how, as: how === 'made-role' ? 'created' : 'changed', letsIn }, ...outsidersLetIn(call, to, aws)];
}

/** Other accounts that can come in by the role from then on. */
function outsidersLetIn(call: StepCall, through: Identity, principals: readonly string[]): readonly Step[] {
  const accounts = principals.map(accountOfPrincipal).filter((each) => each !== undefined);
  const outside = accounts.filter(({ accountId }) => accountId !== call.accountId);
  const distinct = new Map(outside.map((each) => [each.id, each]));
  return [...distinct.values()].map((to) => ({
    from: through,
    to,
    how: 'opened-trust' as const,
    as: 'outside' as const,
  }));
}

function vouching(arn: string | undefined, as: 'created' | 'changed'): readonly Step[] {
  return arn === undefined ? [] : [{ to: provider(arn), how: 'opened-trust', as }];
}

/** A profile of Roles Anywhere makes roles available to whoever a trust anchor vouches for. */
function profiled(call: StepCall): readonly Step[] {
  return allRequested(call, 'roleArns').map((arn) => ({
    to: roleNamed(arn, call.accountId),
    how: 'opened-trust',
    as: 'changed',
    letsIn: [],
  }));
}
