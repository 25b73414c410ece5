import { accountIn, nameAt, scalarText, textsIn, type EffectCall, type EffectReaders } from './call.ts';
import { lastPart } from '../../cloudtrail/identities.ts';
import { undone, userNamed } from './credentials.ts';
import type { Effect, EffectOf } from './effect.ts';
import type { JsonValue } from '../../model/json.ts';
import { placeMeant } from './meant.ts';
import { letsInOfDocument, policyDigest } from './policy-content.ts';
import { thing } from './thing.ts';

/** Users, roles, trusts and identity providers: who there is, and who may become whom. */
export const identityEffects: EffectReaders = {
  'iam/CreateUser': (call) => [
    {
      kind: 'user-created',
      userName: userNamed(call),
      userId: scalarText(call.response, 'user.userId') ?? null,
      boundary: scalarText(call.request, 'permissionsBoundary') ?? null,
    },
  ],
  'iam/UpdateUser': (call) => {
    const newName = scalarText(call.request, 'newUserName');
    return newName === undefined ? [] : [{ kind: 'user-renamed', userName: userNamed(call), newName }];
  },
  'iam/UpdateGroup': (call) => {
    const newName = scalarText(call.request, 'newGroupName');
    const groupName = nameAt(call.request, 'groupName');
    return newName === undefined ? [] : [{ kind: 'group-renamed', groupName, newName }];
  },
  'iam/DeleteUser': (call) => undone('deleted', thing.user(call.accountId, userNamed(call))),
  'iam/CreateRole': (call) => [
    {
      kind: 'role-created',
      roleName: nameAt(call.request, 'roleName'),
      roleId: scalarText(call.response, 'role.roleId') ?? null,
      letsIn: letsInOfDocument(call.request['assumeRolePolicyDocument'], call.accountId).letsIn,
      boundary: scalarText(call.request, 'permissionsBoundary') ?? null,
    },
  ],
  'iam/UpdateAssumeRolePolicy': (call) => [
    {
      kind: 'trust-changed',
      roleName: nameAt(call.request, 'roleName'),
      ...letsInOfDocument(call.request['policyDocument'], call.accountId),
      ...documentOf(call.request['policyDocument']),
    },
  ],
  'iam/DeleteRole': (call) => {
    const name = nameAt(call.request, 'roleName');
    return undone('deleted', thing.role(call.accountId, name), thing.trust(call.accountId, name));
  },
  'iam/CreateSAMLProvider': (call) => providerMade('saml', nameAt(call.response, 'sAMLProviderArn', 'SAMLProviderArn')),
  'iam/UpdateSAMLProvider': (call) => providerMade('saml', nameAt(call.request, 'sAMLProviderArn', 'SAMLProviderArn')),
  'iam/DeleteSAMLProvider': (call) =>
    undone('deleted', thing.provider(nameAt(call.request, 'sAMLProviderArn', 'SAMLProviderArn'))),
  'iam/CreateOpenIDConnectProvider': (call) => providerMade('oidc', nameAt(call.response, 'openIDConnectProviderArn')),
  'iam/UpdateOpenIDConnectProviderThumbprint': (call) =>
    providerMade('oidc', nameAt(call.request, 'openIDConnectProviderArn')),
  // The provider was there before, and goes on without it.
  'iam/AddClientIDToOpenIDConnectProvider': (call) =>
    providerMade('oidc', nameAt(call.request, 'openIDConnectProviderArn')).map((made) => ({
      ...made,
      part: clientId(call),
      endsWith: [thing.providerPart(made.arn, clientId(call))],
    })),
  'iam/RemoveClientIDFromOpenIDConnectProvider': (call) =>
    undone('detached', thing.providerPart(nameAt(call.request, 'openIDConnectProviderArn'), clientId(call))),
  'iam/DeleteOpenIDConnectProvider': (call) =>
    undone('deleted', thing.provider(nameAt(call.request, 'openIDConnectProviderArn'))),
  'rolesanywhere/CreateTrustAnchor': (call) =>
    providerMade('trust-anchor', nameAt(call.response, 'trustAnchor.trustAnchorArn', 'trustAnchor.name')),
  'rolesanywhere/UpdateTrustAnchor': (call) =>
    providerMade('trust-anchor', nameAt(call.response, 'trustAnchor.trustAnchorArn')),
  'rolesanywhere/EnableTrustAnchor': (call) =>
    providerMade('trust-anchor', nameAt(call.response, 'trustAnchor.trustAnchorArn')),
  'rolesanywhere/DisableTrustAnchor': (call) =>
    undone('deactivated', thing.provider(nameAt(call.response, 'trustAnchor.trustAnchorArn'))),
  'rolesanywhere/DeleteTrustAnchor': (call) =>
    undone('deleted', thing.provider(nameAt(call.response, 'trustAnchor.trustAnchorArn'))),
  'rolesanywhere/CreateProfile': (call) =>
    providerMade(
      'certificate-profile',
      nameAt(call.response, 'profile.profileArn', 'profile.name'),
      textsIn(call.request, 'roleArns'),
    ),
  'rolesanywhere/UpdateProfile': profileOpened,
  'rolesanywhere/EnableProfile': profileOpened,
  'rolesanywhere/DisableProfile': (call) =>
    undone('deactivated', thing.provider(nameAt(call.response, 'profile.profileArn'))),
  'rolesanywhere/DeleteProfile': (call) =>
    undone('deleted', thing.provider(nameAt(call.response, 'profile.profileArn'))),
  'sso/CreateAccountAssignment': (call) => [
    {
      kind: 'permission-set-granted',
      what: lastPart(nameAt(call.request, 'permissionSetArn')),
      permissionSetArn: nameAt(call.request, 'permissionSetArn'),
      to: nameAt(call.request, 'principalId'),
      accountId: accountIn(scalarText(call.request, 'targetId') ?? ''),
    },
  ],
  'sso/DeleteAccountAssignment': (call) =>
    undone(
      'deleted',
      thing.assignment(
        nameAt(call.request, 'principalId'),
        nameAt(call.request, 'permissionSetArn'),
        scalarText(call.request, 'targetId') ?? call.accountId,
      ),
    ),
  'cognito-identity/SetIdentityPoolRoles': poolsRoles,
  'cognito-identity/DeleteIdentityPool': (call) =>
    undone('deleted', thing.provider(nameAt(call.request, 'identityPoolId'))),
  'identitystore/CreateUser': personCreated,
  'sso-directory/CreateUser': personCreated,
  'identitystore/DeleteUser': (call) => undone('deleted', thing.person(nameAt(call.request, 'userId'))),
  'sso-directory/DeleteUser': (call) => undone('deleted', thing.person(nameAt(call.request, 'userId'))),
  'sso-directory/EnableUser': personCreated,
  'sso-directory/DisableUser': (call) => undone('deactivated', thing.person(nameAt(call.request, 'userId'))),
};

function documentOf(document: JsonValue | undefined): Pick<EffectOf<'trust-changed'>, 'document'> {
  const digest = policyDigest(document);
  return digest === null ? {} : { document: digest };
}

function clientId({ request }: EffectCall): string {
  return `client ID ${nameAt(request, 'clientID', 'clientId')}`;
}

/** The roles that a profile opens are in the request that changes them, or in the answer of the call that lets it work again. */
function profileOpened(call: EffectCall): readonly Effect[] {
  const changed = textsIn(call.request, 'roleArns');
  const roleArns = changed.length > 0 ? changed : textsIn(call.response, 'profile.roleArns');
  return providerMade('certificate-profile', nameAt(call.response, 'profile.profileArn', 'profile.name'), roleArns);
}

/** The call of the door row that lets nobody in who is not signed in. */
const unnamedShutOut = 'cognito-identity/UpdateIdentityPool';

/** Whoever signs in to an identity pool, or nobody in particular, gets credentials of these roles (SetIdentityPoolRoles). */
function poolsRoles(call: EffectCall): readonly Effect[] {
  const roleArns = ['unauthenticated', 'authenticated'].flatMap(
    (who) => scalarText(call.request, `roles.${who}`) ?? [],
  );
  const pool = nameAt(call.request, 'identityPoolId');
  if (roleArns.length === 0) return undone('restored', thing.provider(pool));
  // Nobody comes in unnamed any more once the pool says so; whoever signs in still does.
  const isForNobodyElse = scalarText(call.request, 'roles.authenticated') === undefined;
  const endsWith = isForNobodyElse ? { endsWith: [thing.door(placeMeant(call), unnamedShutOut, pool)] } : {};
  return providerMade('sign-in-directory', pool, roleArns).map((made) => ({ ...made, ...endsWith }));
}

function personCreated(call: EffectCall): readonly Effect[] {
  const userId =
    scalarText(call.response, 'user.userId') ?? scalarText(call.response, 'userId') ?? nameAt(call.request, 'userId');
  const userName = scalarText(call.request, 'userName') ?? scalarText(call.response, 'user.userName') ?? userId;
  return [{ kind: 'person-created', storeId: nameAt(call.request, 'identityStoreId'), userId, userName }];
}

function providerMade(what: EffectOf<'provider-made'>['what'], arn: string, roleArns: readonly string[] = []) {
  return [{ kind: 'provider-made' as const, what, arn, roleArns }];
}
