import { describe, expect, test } from 'vitest';
import { openedToInternet } from '../../src/cloudtrail/ingress-permission.ts';
import { writtenList } from '../../src/cloudtrail/written-list.ts';
import type { JsonObject, JsonValue } from '../../src/model/json.ts';
import { assessed, call, callByAdmin, stand } from '../investigation/assessment/assessed.ts';

const one = { cidrIp: '0.0.0.0/0' };
const other = { cidrIp: '10.0.0.0/8' };

const forms: Readonly<Record<string, (entries: readonly JsonValue[]) => JsonValue>> = {
  'a list': (entries) => [...entries],
  items: (entries) => ({ items: [...entries] }),
  item: (entries) => ({ item: [...entries] }),
  'numbered entries': (entries) => entries.map((content, index) => ({ tag: index + 1, content })),
  'numbered items': (entries) => ({ items: entries.map((content, index) => ({ tag: index + 1, content })) }),
};
const singles: typeof forms = {
  'one entry by itself': ([entry = null]) => entry,
  'one numbered entry': ([entry = null]) => ({ tag: 1, content: entry }),
  'one item': ([entry = null]) => ({ item: entry }),
  'one in items': ([entry = null]) => ({ items: entry }),
};

function doorsOf(records: readonly JsonObject[]): readonly string[] {
  const listing = call(0, 's3', 'ListBuckets');
  return stand(assessed([listing, ...records]).waysIn).filter((each) => !each.startsWith('access-key'));
}

describe('a list that CloudTrail writes', () => {
  test.each(Object.entries(forms))('as %s has its entries', (_form, write) => {
    expect(writtenList(write([one, other]))).toEqual([one, other]);
    expect(writtenList(write(['a', 'b']))).toEqual(['a', 'b']);
    expect(writtenList(write([]))).toEqual([]);
  });

  test.each(Object.entries(singles))('as %s has that one', (_form, write) => {
    expect(writtenList(write([one]))).toEqual([one]);
    expect(writtenList(write(['a']))).toEqual(['a']);
  });

  test('and that is empty has none', () => {
    expect([undefined, null, {}, [], { items: [] }, { item: {} }].flatMap(writtenList)).toEqual([]);
  });

  test.each(Object.entries({ ...forms, ...singles }))(
    'as %s is read alike by rules, by the ways in and by what closes them',
    (_form, write) => {
      const permission = { ipProtocol: 'tcp', fromPort: 22, toPort: 22, ipRanges: write([one]) };
      const request: JsonObject = { groupId: 'sg-1', ipPermissions: write([permission]) };
      expect(openedToInternet(request)).toEqual(['22']);
      const opened = call(1, 'ec2', 'AuthorizeSecurityGroupIngress', { requestParameters: request });
      function afterRevoking(responseElements: JsonObject): readonly string[] {
        const revoked = { requestParameters: request, responseElements };
        return doorsOf([opened, callByAdmin(2, 'ec2', 'RevokeSecurityGroupIngress', revoked)]);
      }
      const [open, ...more] = doorsOf([opened]);
      expect([open, more]).toEqual([expect.stringMatching(/: open$/), []]);
      expect(afterRevoking({ _return: true })).toEqual([open?.replace('open', 'closed')]);
      expect(afterRevoking({ unknownIpPermissionSet: write([permission]) })).toEqual([open]);
    },
  );
});
