import type { Identity } from '../../model/identity.ts';
import { accessKey, person, provider, roleNamed, root, session, sessionNamed } from '../../cloudtrail/identities.ts';
import { textAt } from '../../cloudtrail/ecs-path.ts';
import { withheld } from '../../cloudtrail/record-fields.ts';
import { trailInstant } from '../effects/call.ts';
import { begunByService } from './passed-roles.ts';
import { allAnswered, answered, requested, type StepCall, type Step, type StepTable } from './step.ts';

/** Calls whose answer holds temporary credentials (STS and Roles Anywhere API references). */
export const sessionSteps: StepTable = {
  'sts.amazonaws.com AssumeRole': assumedRole,
  'sts.amazonaws.com AssumeRoleWithSAML': assumedRole,
  'sts.amazonaws.com AssumeRoleWithWebIdentity': assumedRole,
  'sts.amazonaws.com AssumeRoot': assumedRoot,
  'sts.amazonaws.com GetSessionToken': (call) => {
    const key = keyGiven(call);
    return key === undefined ? [] : [{ to: key, how: 'minted-session', as: 'used', gave: key }];
  },
  'sts.amazonaws.com GetFederationToken': (call) => {
    const to = sessionNamed(answered(call, 'federatedUser.arn') ?? '') ?? federated(call);
    return to === undefined ? [] : [{ to, how: 'minted-session', as: 'used', ...given(call) }];
  },
  'rolesanywhere.amazonaws.com CreateSession': (call) => {
    const anchor = requested(call, 'trustAnchorArn');
    const to = sessionNamed(allAnswered(call, 'credentialSet.assumedRoleUser.arn')[0] ?? '');
    if (anchor === undefined || to === undefined) return [];
    return [{ from: provider(anchor), to, how: 'assumed-role', as: 'used', ...viaRole(call), ...given(call) }];
  },
};

function assumedRole(call: StepCall): readonly Step[] {
  const to = sessionNamed(answered(call, 'assumedRoleUser.arn') ?? '') ?? sessionAsked(call);
  if (to === undefined) return [];
  const through = viaRole(call).via ?? [];
  // What a service does for itself with its own role leads to nobody; with a role that it was handed, to whoever handed it over.
  if (call.caller.identity.kind === 'service') {
    return begunByService(call, to, through[0]).map((step) => ({ ...step, ...given(call), ...endOf(call) }));
  }
  const vouched = requested(call, 'principalArn') ?? identityProvider(call);
  const via = vouched === undefined ? through : [...through, provider(vouched)];
  return [{ to, how: 'assumed-role', as: 'used', via, ...given(call) }];
}

function assumedRoot(call: StepCall): readonly Step[] {
  const target = /\d{12}/u.exec(requested(call, 'targetPrincipal') ?? '')?.[0];
  if (target === undefined) return [];
  return [{ to: root(target as StepCall['accountId']), how: 'minted-session', as: 'used', ...given(call) }];
}

function identityProvider(call: StepCall): string | undefined {
  if (call.caller.identity.kind !== 'person') return undefined;
  const named = textAt(call.ecs, 'aws.cloudtrail.user_identity.identity_provider');
  return named === 'cognito-identity.amazonaws.com' ? (identityPool(call) ?? named) : named;
}

/** The identity pool that vouches for whoever comes by Cognito: its tokens are for the pool itself. */
function identityPool(call: StepCall): string | undefined {
  const inPrincipal = /^cognito-identity\.amazonaws\.com:([a-z0-9-]+:[0-9a-f-]{36})(?::|$)/u;
  return answered(call, 'audience') ?? inPrincipal.exec(textAt(call.ecs, 'user.id') ?? '')?.[1];
}

function sessionAsked(call: StepCall): Identity | undefined {
  const roleArn = requested(call, 'roleArn');
  const name = requested(call, 'roleSessionName');
  if (roleArn === undefined || name === undefined) return undefined;
  const role = roleNamed(roleArn, call.accountId);
  return session(role.accountId ?? call.accountId, role.name, name);
}

function federated(call: StepCall): Identity | undefined {
  const name = requested(call, 'name');
  return name === undefined ? undefined : session(call.accountId, 'federated-user', name);
}

function viaRole(call: StepCall): { readonly via?: readonly Identity[] } {
  const roleArn = requested(call, 'roleArn');
  return roleArn === undefined ? {} : { via: [roleNamed(roleArn, call.accountId)] };
}

function keyGiven(call: StepCall): Identity | undefined {
  const id = answered(call, 'credentials.accessKeyId') ?? allAnswered(call, 'credentialSet.credentials.accessKeyId')[0];
  return id === undefined ? undefined : accessKey(id, call.accountId);
}

function given(call: StepCall): { readonly gave?: Identity } {
  const key = keyGiven(call);
  return key === undefined ? {} : { gave: key };
}

/** The service has the session's next credentials by a record of their own: each key ends when its own says. */
function endOf(call: StepCall): { readonly ends?: NonNullable<Step['ends']> } {
  const key = answered(call, 'credentials.accessKeyId');
  const until = trailInstant(answered(call, 'credentials.expiration'));
  return key === undefined || until === null ? {} : { ends: { [key]: until } };
}

/** A person's session of a role, whose own record names both (Identity Center's `onBehalfOf`). */
export function personsSession({ caller }: StepCall): readonly Step[] {
  if (caller.person === null || caller.identity.kind !== 'session') return [];
  return [{ from: caller.person, to: caller.identity, how: 'signed-in', as: 'used' }];
}

/** What a directory's own call made: somebody who can sign in. */
export function personMade(call: StepCall): readonly Step[] {
  const store = requested(call, 'identityStoreId');
  const id = answered(call, 'user.userId', 'userId');
  if (store === undefined || id === undefined) return [];
  const names = [requested(call, 'userName'), answered(call, 'user.userName')];
  // CloudTrail hides what people are called.
  const name = names.find((each) => each !== undefined && each !== withheld) ?? id;
  return [{ to: person(store, id, name), how: 'created-user', as: 'created' }];
}

/** Whose password a directory's own call set. */
export function personsPasswordSet(call: StepCall): readonly Step[] {
  const store = requested(call, 'identityStoreId');
  const id = requested(call, 'userId');
  if (store === undefined || id === undefined) return [];
  return [{ to: person(store, id), how: 'set-password', as: 'changed' }];
}
