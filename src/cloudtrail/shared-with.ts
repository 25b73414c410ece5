import type { JsonObject, JsonValue } from '../model/json.ts';
import { isJsonObject, meaningfulText, objectAt } from './record-fields.ts';
import { writtenList } from './written-list.ts';

/** Everybody with an AWS account, or anybody at all. */
const everyone = 'everyone';

/**
 * Whom a call shares something with by a list of grantees instead of a policy: account IDs, ARNs of organizations and their units,
 * `everyone`; without the account that it belongs to. Snapshots and images of EC2, snapshots of RDS and Redshift, ACLs of S3.
 *
 * Sources of the forms: recorded calls, and the ACL overview in the S3 User Guide.
 *
 * @param account the one that what is shared belongs to.
 */
export function sharedWith(parameters: JsonObject, account: string): readonly string[] {
  const named = [
    ...permissionElements.flatMap((element) => granteesIn(objectAt(objectAt(parameters, element), 'add'))),
    ...(parameters.attributeName === 'restore' ? textsOf(parameters.valuesToAdd) : []),
    ...textsOf(parameters.accountWithRestoreAccess),
  ].map((name) => (name.toLowerCase() === 'all' ? everyone : name));
  const all = isPublicAcl(parameters) ? [...named, everyone] : named;
  return [...new Set(all)].filter((name) => name !== account);
}

const permissionElements = ['createVolumePermission', 'launchPermission', 'loadPermission'] as const;

function granteesIn(added: JsonObject): readonly string[] {
  return writtenList(added)
    .filter(isJsonObject)
    .flatMap(({ userId, group, organizationArn, organizationalUnitArn }) =>
      [userId, group, organizationArn, organizationalUnitArn].flatMap(textsOf),
    );
}

/** Canned, by headers, or written out; also one that lets in only whoever has an AWS account. */
function isPublicAcl(parameters: JsonObject): boolean {
  const canned = [parameters['x-amz-acl'], objectAt(parameters, 'accessControlList')['x-amz-acl']].flatMap(textsOf);
  if (canned.some((acl) => publicAcls.has(acl.toLowerCase()))) return true;
  const headers = grantHeaders.flatMap((header) => textsOf(parameters[header]));
  const { Grant: grants } = objectAt(objectAt(parameters, 'AccessControlPolicy'), 'AccessControlList');
  const groups = writtenList(grants)
    .filter(isJsonObject)
    .flatMap((grant) => textsOf(objectAt(grant, 'Grantee').URI));
  return [...headers, ...groups].some((text) => publicGroup.test(text));
}

const publicAcls: ReadonlySet<string> = new Set(['public-read', 'public-read-write', 'authenticated-read']);
const publicGroup = /\/groups\/global\/(?:AllUsers|AuthenticatedUsers)\b/;
const grantHeaders = ['read', 'write', 'read-acp', 'write-acp', 'full-control'].map((kind) => `x-amz-grant-${kind}`);

function textsOf(value: JsonValue | undefined): readonly string[] {
  return writtenList(value).flatMap((one) => (typeof one === 'number' ? String(one) : (meaningfulText(one) ?? [])));
}
