import type { JsonObject, JsonValue } from '../model/json.ts';
import { isJsonObject, meaningfulText, objectAt } from './record-fields.ts';
import { writtenList } from './written-list.ts';

/** Everybody, or whoever has an AWS account. */
export const anybody = '*';

/**
 * Whom a request's ACL of S3 lets in besides the owner: {@link anybody}, canonical IDs and mail addresses of accounts; null where the request
 * shows no ACL. It may be a canned one, grants in headers (CloudTrail writes both beside the parameters or under `accessControlList`), or
 * grants in the body. Groups of S3's own, such as the one that delivers logs, are nobody.
 *
 * Sources of the forms: recorded calls, and the ACL overview in the S3 User Guide.
 */
export function accessListIn(parameters: JsonObject): readonly string[] | null {
  const canned = headersOf(parameters, cannedHeader);
  const granted = headersOf(parameters, grantHeader).flatMap(granteesIn);
  const policy = objectAt(parameters, 'AccessControlPolicy');
  const inBody = writtenList(objectAt(policy, 'AccessControlList').Grant).filter(isJsonObject);
  if (canned.length + granted.length + inBody.length === 0) return null;
  // Every ACL has its owner's own grant; any other canonical ID is another account.
  const owner = meaningfulText(objectAt(policy, 'Owner').ID);
  return [
    ...new Set([
      ...canned.flatMap((acl) => (publicAcl.test(acl) ? [anybody] : [])),
      ...[...granted, ...inBody.flatMap(granteeIn)].flatMap(({ by, name }) => {
        if (by === 'uri') return publicGroup.test(name) ? [anybody] : [];
        return by === 'id' && name === owner ? [] : [name];
      }),
    ]),
  ];
}

const cannedHeader = /^x-amz-acl$/iu;
const grantHeader = /^x-amz-grant-/iu;
const publicAcl = /^(?:public-read|authenticated-read)/iu;
const publicGroup = /\/groups\/global\/(?:AllUsers|AuthenticatedUsers)$/u;

function headersOf(parameters: JsonObject, name: RegExp): readonly string[] {
  return [parameters, ...writtenList(parameters.accessControlList).filter(isJsonObject)].flatMap((from) =>
    Object.keys(from)
      .filter((key) => name.test(key))
      .flatMap((key) => textsOf(from[key])),
  );
}

interface Grantee {
  /** A group by its address, an account by its canonical ID or by its mail address. */
  readonly by: 'uri' | 'id' | 'mail';
  readonly name: string;
}

const kinds = { uri: 'uri', id: 'id', emailaddress: 'mail' } as const;

/** `uri="http://acs.amazonaws.com/groups/global/AllUsers", id="79a5..."`. */
function granteesIn(header: string): readonly Grantee[] {
  return header.split(',').flatMap((each): readonly Grantee[] => {
    const [, kind = '', name = ''] = /^\s*(uri|id|emailAddress)\s*=\s*"?([^"]*?)"?\s*$/iu.exec(each) ?? [];
    return name === '' ? [] : [{ by: kinds[kind.toLowerCase() as keyof typeof kinds], name }];
  });
}

function granteeIn(grant: JsonObject): readonly Grantee[] {
  const { URI: uri, ID: id, EmailAddress: mail } = objectAt(grant, 'Grantee');
  return [
    ...textsOf(uri).map((name) => ({ by: 'uri' as const, name })),
    ...textsOf(id).map((name) => ({ by: 'id' as const, name })),
    ...textsOf(mail).map((name) => ({ by: 'mail' as const, name })),
  ];
}

function textsOf(value: JsonValue | undefined): readonly string[] {
  return writtenList(value).flatMap((one) => meaningfulText(one) ?? []);
}
