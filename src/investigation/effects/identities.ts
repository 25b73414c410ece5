import { accountIn, lastPart, named, text, texts, type Call, type EffectReaders } from './call.ts';
import { undone, userNamed } from './credentials.ts';
import type { Effect, EffectOf } from './effect.ts';
import { letsInOfDocument } from './policy-content.ts';
import { thing } from './thing.ts';

/** Users, roles, trusts and identity providers: who there is, and who may become whom. */
export const identityEffects: EffectReaders = {
  'iam/CreateUser': (call) => [
    {
      kind: 'user-created',
      userName: userNamed(call),
      userId: text(call.response, 'user.userId') ?? null,
      boundary: text(call.request, 'permissionsBoundary') ?? null,
    },
  ],
  'iam/UpdateUser': (call) => {
    const newName = text(call.request, 'newUserName');
    return newName === undefined ? [] : [{ kind: 'user-renamed', userName: userNamed(call), newName }];
  },
  'iam/UpdateGroup': (call) => {
    const newName = text(call.request, 'newGroupName');
    const groupName = named(call.request, 'groupName');
    return newName === undefined ? [] : [{ kind: 'group-renamed', groupName, newName }];
  },
  'iam/DeleteUser': (call) => undone('deleted', thing.user(call.accountId, userNamed(call))),
  'iam/CreateRole': (call) => [
    {
      kind: 'role-created',
      roleName: named(call.request, 'roleName'),
      roleId: text(call.response, 'role.roleId') ?? null,
      letsIn: letsInOfDocument(call.request['assumeRolePolicyDocument'], call.accountId).letsIn,
      boundary: text(call.request, 'permissionsBoundary') ?? null,
    },
  ],
  'iam/UpdateAssumeRolePolicy': (call) => [
    {
      kind: 'trust-changed',
      roleName: named(call.request, 'roleName'),
      ...letsInOfDocument(call.request['policyDocument'], call.accountId),
    },
  ],
  'iam/DeleteRole': (call) => {
    const name = named(call.request, 'roleName');
    return undone('deleted', thing.role(call.accountId, name), thing.trust(call.accountId, name));
  },
  'iam/CreateSAMLProvider': (call) => providerMade('saml', named(call.response, 'sAMLProviderArn', 'SAMLProviderArn')),
  'iam/UpdateSAMLProvider': (call) => providerMade('saml', named(call.request, 'sAMLProviderArn', 'SAMLProviderArn')),
  'iam/DeleteSAMLProvider': (call) =>
    undone('deleted', thing.provider(named(call.request, 'sAMLProviderArn', 'SAMLProviderArn'))),
  'iam/CreateOpenIDConnectProvider': (call) => providerMade('oidc', named(call.response, 'openIDConnectProviderArn')),
  'iam/UpdateOpenIDConnectProviderThumbprint': (call) =>
    providerMade('oidc', named(call.request, 'openIDConnectProviderArn')),
  'iam/AddClientIDToOpenIDConnectProvider': (call) =>
    providerMade('oidc', named(call.request, 'openIDConnectProviderArn')),
  'iam/DeleteOpenIDConnectProvider': (call) =>
    undone('deleted', thing.provider(named(call.request, 'openIDConnectProviderArn'))),
  'rolesanywhere/CreateTrustAnchor': (call) =>
    providerMade('trust-anchor', named(call.response, 'trustAnchor.trustAnchorArn', 'trustAnchor.name')),
  'rolesanywhere/UpdateTrustAnchor': (call) =>
    providerMade('trust-anchor', named(call.response, 'trustAnchor.trustAnchorArn')),
  'rolesanywhere/EnableTrustAnchor': (call) =>
    providerMade('trust-anchor', named(call.response, 'trustAnchor.trustAnchorArn')),
  'rolesanywhere/DisableTrustAnchor': (call) =>
    undone('deactivated', thing.provider(named(call.response, 'trustAnchor.trustAnchorArn'))),
  'rolesanywhere/DeleteTrustAnchor': (call) =>
    undone('deleted', thing.provider(named(call.response, 'trustAnchor.trustAnchorArn'))),
  'rolesanywhere/CreateProfile': (call) =>
    providerMade(
      'certificate-profile',
      named(call.response, 'profile.profileArn', 'profile.name'),
      texts(call.request, 'roleArns'),
    ),
  'rolesanywhere/UpdateProfile': profileOpened,
  'rolesanywhere/EnableProfile': profileOpened,
  'rolesanywhere/DisableProfile': (call) =>
    undone('deactivated', thing.provider(named(call.response, 'profile.profileArn'))),
  'rolesanywhere/DeleteProfile': (call) =>
    undone('deleted', thing.provider(named(call.response, 'profile.profileArn'))),
  'sso/CreateAccountAssignment': (call) => [
    {
      kind: 'permission-set-granted',
      what: lastPart(named(call.request, 'permissionSetArn')),
      permissionSetArn: named(call.request, 'permissionSetArn'),
      to: named(call.request, 'principalId'),
      accountId: accountIn(text(call.request, 'targetId') ?? ''),
    },
  ],
  'sso/DeleteAccountAssignment': (call) =>
    undone(
      'deleted',
      thing.assignment(
        named(call.request, 'principalId'),
        named(call.request, 'permissionSetArn'),
        text(call.request, 'targetId') ?? call.accountId,
      ),
    ),
  'cognito-identity/SetIdentityPoolRoles': poolsRoles,
  'cognito-identity/DeleteIdentityPool': (call) =>
    undone('deleted', thing.provider(named(call.request, 'identityPoolId'))),
  'identitystore/CreateUser': personCreated,
  'sso-directory/CreateUser': personCreated,
  'identitystore/DeleteUser': (call) => undone('deleted', thing.person(named(call.request, 'userId'))),
  'sso-directory/DeleteUser': (call) => undone('deleted', thing.person(named(call.request, 'userId'))),
  'sso-directory/EnableUser': personCreated,
  'sso-directory/DisableUser': (call) => undone('deactivated', thing.person(named(call.request, 'userId'))),
};

/** The roles that a profile opens are in the request that changes them, or in the answer of the call that lets it work again. */
function profileOpened(call: Call): readonly Effect[] {
  const changed = texts(call.request, 'roleArns');
  const roleArns = changed.length > 0 ? changed : texts(call.response, 'profile.roleArns');
  return providerMade('certificate-profile', named(call.response, 'profile.profileArn', 'profile.name'), roleArns);
}

/** Whoever signs in to an identity pool, or nobody in particular, gets credentials of these roles (SetIdentityPoolRoles). */
function poolsRoles(call: Call): readonly Effect[] {
  const roleArns = ['unauthenticated', 'authenticated'].flatMap((who) => text(call.request, `roles.${who}`) ?? []);
  return providerMade('sign-in-directory', named(call.request, 'identityPoolId'), roleArns);
}

function personCreated(call: Call): readonly Effect[] {
  const userId = text(call.response, 'user.userId') ?? text(call.response, 'userId') ?? named(call.request, 'userId');
  const userName = text(call.request, 'userName') ?? text(call.response, 'user.userName') ?? userId;
  return [{ kind: 'person-created', storeId: named(call.request, 'identityStoreId'), userId, userName }];
}

function providerMade(what: EffectOf<'provider-made'>['what'], arn: string, roleArns: readonly string[] = []) {
  return [{ kind: 'provider-made' as const, what, arn, roleArns }];
}
