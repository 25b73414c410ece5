import { describe, expect, test } from 'vitest';
import { ownFields } from '../../src/cloudtrail/own-fields.ts';
import type { JsonObject, JsonValue } from '../../src/model/json.ts';

const everybody = 'http://acs.amazonaws.com/groups/global/AllUsers';
const anyAccount = 'http://acs.amazonaws.com/groups/global/AuthenticatedUsers';

function grants(...grantees: readonly JsonObject[]): JsonObject {
  const list = grantees.map((Grantee) => ({ Grantee, Permission: 'READ' }));
  return { bucketName: 'b', AccessControlPolicy: { Owner: { ID: 'c0ffee' }, AccessControlList: { Grant: list } } };
}

function added(element: string, ...items: readonly JsonObject[]): JsonObject {
  return { [element]: { add: { items } } };
}

/** Decided before it was run, by the API references of EC2, RDS, Redshift and S3. */
describe('trailhound.shared_with says whom a call shares something with', () => {
  test.each<[name: string, request: JsonObject, expected: readonly string[] | undefined]>([
    ['a disk, with another account', added('createVolumePermission', { userId: '444455556666' }), ['444455556666']],
    ['a disk, with the own account', added('createVolumePermission', { userId: '111122223333' }), undefined],
    ['a disk, with everybody', added('createVolumePermission', { group: 'all' }), ['everyone']],
    ['a disk, with both', added('createVolumePermission', { group: 'all' }, { userId: '1' }), ['everyone', '1']],
    ['a disk, no more with another', { createVolumePermission: { remove: { items: [{ userId: '1' }] } } }, undefined],
    ['an image, with an organization', added('launchPermission', { organizationArn: 'arn:o' }), ['arn:o']],
    ['an image, with a unit of one', added('launchPermission', { organizationalUnitArn: 'arn:u' }), ['arn:u']],
    ['an FPGA image', added('loadPermission', { userId: '444455556666' }), ['444455556666']],
    ['an image whose list is one object', { launchPermission: { add: { items: { userId: '4' } } } }, ['4']],
    ['a database', { attributeName: 'restore', valuesToAdd: ['444455556666', '111122223333'] }, ['444455556666']],
    ['a database, with everybody', { attributeName: 'restore', valuesToAdd: ['all'] }, ['everyone']],
    ['another attribute of a database', { attributeName: 'copy', valuesToAdd: ['444455556666'] }, undefined],
    ['a Redshift cluster', { accountWithRestoreAccess: '444455556666' }, ['444455556666']],
    ['a Redshift cluster, with the own account', { accountWithRestoreAccess: '111122223333' }, undefined],
    ['a canned ACL in a list', { 'x-amz-acl': ['public-read'] }, ['everyone']],
    ['a canned ACL as text', { 'x-amz-acl': 'public-read-write' }, ['everyone']],
    ['a canned ACL for whoever has an account', { 'x-amz-acl': ['authenticated-read'] }, ['everyone']],
    ['a canned ACL beside the parameters', { accessControlList: { 'x-amz-acl': 'public-read' } }, ['everyone']],
    ['a private canned ACL', { 'x-amz-acl': ['private'] }, undefined],
    ['a canned ACL for the owner of the bucket', { 'x-amz-acl': ['bucket-owner-full-control'] }, undefined],
    ['a canned ACL for S3 itself', { 'x-amz-acl': ['log-delivery-write'] }, undefined],
    ['a grant to everybody', grants({ ID: 'c0ffee' }, { URI: everybody }), ['everyone']],
    ['a grant to whoever has an account', grants({ URI: anyAccount }), ['everyone']],
    ['a grant to the owner', grants({ ID: 'c0ffee' }), undefined],
    ['a grant to S3 itself', grants({ URI: 'http://acs.amazonaws.com/groups/s3/LogDelivery' }), undefined],
    ['a grant by a header', { 'x-amz-grant-read': [`uri="${everybody}"`] }, ['everyone']],
    ['a grant of everything by a header', { 'x-amz-grant-full-control': `uri=${anyAccount}` }, ['everyone']],
    ['a grant to one by a header', { 'x-amz-grant-write-acp': ['id="c0ffee"'] }, undefined],
    ['a header whose name is in capitals', { 'X-Amz-Grant-Read': `uri="${everybody}"` }, ['everyone']],
    ['headers under the list', { accessControlList: { 'x-amz-grant-read': `uri="${everybody}"` } }, ['everyone']],
    ['a grant to one of nearly that name', { 'x-amz-grant-read': `uri="${everybody}/none"` }, undefined],
    ['a key that is called like the group', { key: 'groups/global/AllUsers', bucketName: 'b' }, undefined],
  ])('%s', (_, requestParameters, expected) => {
    const made = ownFields({ recipientAccountId: '111122223333', requestParameters });
    expect((made as { shared_with?: JsonValue } | undefined)?.shared_with).toEqual(expected);
  });
});
