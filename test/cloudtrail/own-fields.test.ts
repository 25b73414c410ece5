import { describe, expect, test } from 'vitest';
import { normalizeRecord } from '../../src/cloudtrail/normalize.ts';
import { ecsEventOf } from '../../src/cloudtrail/ecs-event.ts';
import type { JsonObject, JsonValue } from '../../src/model/json.ts';

function ours(record: JsonObject): JsonValue | undefined {
  return normalizeRecord({
    eventTime: '2026-03-01T10:00:00Z',
    eventName: 'X',
    recipientAccountId: '111122223333',
    ...record,
  }).trailhound;
}

function asked(requestParameters: JsonObject): JsonValue | undefined {
  return ours({ requestParameters });
}

const statement = {
  Effect: 'Allow',
  Principal: { AWS: ['444455556666', 'arn:aws:iam::111122223333:root'] },
  Action: '*',
};
const policy = JSON.stringify({ Statement: statement });

describe('trailhound.policy says what the policies of a call come to', () => {
  test.each(['policyDocument', 'assumeRolePolicyDocument', 'policy', 'resourcePolicy', 'policyText', 'accessPolicies'])(
    'in %s',
    (name) => {
      expect(asked({ [name]: policy })).toEqual({
        policy: { lets_in: ['other-account', 'own-account'], other_accounts: ['444455556666'] },
      });
    },
  );

  test('below other elements, as SQS has it, and as an object, as S3 has it', () => {
    expect(asked({ attributes: { Policy: policy } })).toHaveProperty('policy.other_accounts', ['444455556666']);
    expect(asked({ bucketPolicy: { Statement: [statement] }, policy: '' })).toHaveProperty('policy.lets_in');
    expect(asked({ attributeName: 'Policy', attributeValue: policy })).toHaveProperty('policy.lets_in');
  });

  test('what is denied to everybody under no condition, nobody is let in to', () => {
    const allow = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/*' };
    const deny = { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: 'arn:aws:s3:::b/*' };
    function letIn(...statements: readonly JsonObject[]): JsonValue | undefined {
      return asked({ bucketPolicy: { Statement: statements } });
    }
    expect(letIn(allow, deny)).toBeUndefined();
    const anyone = { policy: { lets_in: ['anyone'] } };
    expect(letIn(allow, { ...deny, Action: 's3:PutObject' })).toEqual(anyone);
    expect(letIn(allow, { ...deny, Resource: 'arn:aws:s3:::other/*' })).toEqual(anyone);
    expect(letIn(allow, { ...deny, Principal: { AWS: 'arn:aws:iam::111122223333:root' } })).toEqual(anyone);
    expect(letIn(allow, { ...deny, Condition: { Bool: { 'aws:SecureTransport': 'false' } } })).toEqual(anyone);
  });

  test('where a policy should be and none can be read, it says so', () => {
    expect(asked({ attributes: { Policy: '' } })).toEqual({ policy: { withdrawn: true } });
    expect(asked({ bucketName: 'b', policy: '' })).toBeUndefined();
    expect(asked({ policyDocument: '{"Statement": [' })).toEqual({ policy: { unreadable: ['no JSON'] } });
    expect(asked({ policyDocument: ' '.repeat(300_000) + policy })).toEqual({ policy: { unreadable: ['too long'] } });
    expect(asked({ policyName: 'x', description: '{ no policy', policy: '' })).toBeUndefined();
  });

  test.each<[string, JsonObject, readonly string[]]>([
    ['Lambda, to everybody', { statementId: 's', action: 'lambda:InvokeFunction', principal: '*' }, ['anyone']],
    ['Lambda, to an account', { statementId: 's', principal: '444455556666' }, ['other-account']],
    ['Lambda, to a service', { statementId: 's', principal: 's3.amazonaws.com' }, ['service']],
    ['Lambda, to an organization', { statementId: 's', principal: '*', principalOrgID: 'o-1' }, ['organization']],
    ['Lambda, for one source', { statementId: 's', principal: '*', sourceArn: 'arn:aws:s3:::b' }, ['limited']],
    ['SQS', { actions: ['*'], aWSAccountIds: ['444455556666', '111122223333'] }, ['other-account', 'own-account']],
    [
      'EventBridge',
      {
        statementId: 's',
        principal: '*',
        condition: { type: 'StringEquals', key: 'aws:PrincipalOrgID', value: 'o-1' },
      },
      ['organization'],
    ],
  ])('permissions given by their parts: %s', (_, parameters, expected) => {
    expect(asked(parameters)).toHaveProperty('policy.lets_in', expected);
  });
});

describe('trailhound.opened_to_internet says which ports a call opens to the internet', () => {
  function permission(fromPort: number, toPort: number, cidrIp: string, ipProtocol = 'tcp'): JsonObject {
    return {
      ipProtocol,
      fromPort,
      toPort,
      ipRanges: { items: [{ cidrIp }] },
      ipv6Ranges: {},
    };
  }

  test.each<[string, readonly JsonObject[], JsonValue | undefined]>([
    [
      '22 to a private network beside 443 to all',
      [permission(443, 443, '0.0.0.0/0'), permission(22, 22, '10.0.0.0/8')],
      ['443'],
    ],
    ['a range that contains 22', [permission(20, 25, '0.0.0.0/0')], ['20', '21', '22', '23', '25']],
    ['half the internet', [permission(22, 22, '0.0.0.0/1')], ['22']],
    ['every protocol', [{ ipProtocol: '-1', ipv6Ranges: { items: [{ cidrIpv6: '::/0' }] } }], ['all']],
    ['pings', [permission(8, -1, '0.0.0.0/0', 'icmp')], undefined],
    ['one address', [permission(22, 22, '203.0.113.7/32')], undefined],
    ['a network of 8 bits', [permission(22, 22, '52.0.0.0/8')], undefined],
  ])('%s', (_, items, expected) => {
    const made = asked({ groupId: 'sg-1', ipPermissions: { items } });
    expect(made === undefined ? undefined : (made as JsonObject).opened_to_internet).toEqual(expected);
  });

  test('all ports', () => {
    expect(asked({ ipPermissions: { items: [permission(0, 65_535, '0.0.0.0/0')] } })).toHaveProperty(
      'opened_to_internet',
      expect.arrayContaining(['all', '22']),
    );
    const unlimited = ['all', '20', '21', '22'];
    for (const all of [permission(-1, -1, '0.0.0.0/0'), { ipProtocol: '6', ipRanges: [{ cidrIp: '0.0.0.0/0' }] }]) {
      const { opened_to_internet: opened } = asked({ ipPermissions: { items: [all] } }) as JsonObject;
      expect((opened as readonly string[]).slice(0, 4)).toEqual(unlimited);
    }
    expect(asked({ ipPermissions: { items: [permission(1, 65_535, '0.0.0.0/0')] } })).toHaveProperty(
      'opened_to_internet',
      expect.arrayContaining(['22', '3389']),
    );
  });

  test('calls of the older form and changed rules too', () => {
    expect(asked({ groupId: 'sg-1', ipProtocol: 'tcp', fromPort: 22, toPort: 22, cidrIp: '0.0.0.0/0' })).toEqual({
      opened_to_internet: ['22'],
    });
    const rule = { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIpv4: '0.0.0.0/0' };
    const request = { GroupId: 'sg-1', SecurityGroupRule: { SecurityGroupRuleId: 'sgr-1', SecurityGroupRule: rule } };
    expect(asked({ ModifySecurityGroupRulesRequest: request })).toEqual({ opened_to_internet: ['22'] });
  });
});

describe('trailhound.user keeps names that the peer takes for "no value"', () => {
  test.each(['none', '-'])('%s', (name) => {
    const userIdentity = { type: 'IAMUser', userName: name };
    expect(ours({ userIdentity, requestParameters: { userName: name } })).toEqual({ user: { name, target: { name } } });
    const sessionContext = { sessionIssuer: { arn: `arn:aws:iam::111122223333:role/${name}`, userName: name } };
    expect(ours({ userIdentity: { type: 'AssumedRole', sessionContext } })).toEqual({ user: { name } });
  });

  test('a document that is ECS already gets our fields from its own', () => {
    const flattened = { request_parameters: { userName: 'bo', policyDocument: policy } };
    const document = { ecs: { version: '8.11.0' }, '@timestamp': '2026-03-01T10:00:00Z', user: { name: 'ana' } };
    const cloudtrail = { flattened, recipient_account_id: '111122223333' };
    expect(ecsEventOf({ kind: 'ecs', document: { ...document, aws: { cloudtrail } } }).trailhound).toEqual({
      user: { name: 'ana', target: { name: 'bo' } },
      policy: { lets_in: ['other-account', 'own-account'], other_accounts: ['444455556666'] },
    });
  });

  test('a service that acts for itself has no name', () => {
    expect(ours({ userIdentity: { type: 'AWSService', userName: 'none' } })).toBeUndefined();
  });
});
