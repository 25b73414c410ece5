import type { JsonObject, JsonValue } from '../model/json.ts';
import { accessListIn, anybody } from './access-list.ts';
import { isJsonObject, meaningfulText, objectAt } from './record-fields.ts';
import { writtenList } from './written-list.ts';

/** Everybody with an AWS account, or anybody at all. */
const everyone = 'everyone';

/**
 * Whom a call shares something with by a list of grantees instead of a policy: account IDs, ARNs of organizations and their units,
 * `everyone`; without the account that it belongs to. Of an ACL of S3 only whether it lets in everyone: its
 * canonical IDs say nothing of whose they are. Snapshots and images of EC2, snapshots of RDS and Redshift, ACLs of S3.
 *
 * Sources of the forms: recorded calls.
 *
 * @param account the one that what is shared belongs to.
 */
export function sharedWith(parameters: JsonObject, account: string): readonly string[] {
  const named = [
    ...permissionElements.flatMap((element) => granteesIn(objectAt(objectAt(parameters, element), 'add'))),
    ...(parameters.attributeName === 'restore' ? textsOf(parameters.valuesToAdd) : []),
    ...textsOf(parameters.accountWithRestoreAccess),
  ].map((name) => (name.toLowerCase() === 'all' ? everyone : name));
  const all = accessListIn(parameters)?.includes(anybody) === true ? [...named, everyone] : named;
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

function textsOf(value: JsonValue | undefined): readonly string[] {
  return writtenList(value).flatMap((one) => (typeof one === 'number' ? String(one) : (meaningfulText(one) ?? [])));
}
