import { describe, expect, test } from 'vitest';
import { actorKey, actorOf, describeActor } from '../../src/cloudtrail/actor.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { AccountId } from '../../src/model/ids.ts';

const account = '111122223333' as AccountId;

function ecs(userIdentity: JsonObject, user: JsonObject = {}): JsonObject {
  return { cloud: { account: { id: account } }, user, aws: { cloudtrail: { user_identity: userIdentity } } };
}

const role = { type: 'Role', principal_id: 'AROAEXAMPLE', arn: `arn:aws:iam::${account}:role/path/Deployer` };

describe('actorOf', () => {
  test('an IAM user is the same actor with a long-term and with a temporary key', () => {
    const arn = `arn:aws:iam::${account}:user/team/mallory`;
    const user = { name: 'mallory', id: 'AIDAEXAMPLE' };
    const longTerm = actorOf(ecs({ type: 'IAMUser', arn, access_key_id: 'AKIAEXAMPLE' }, user));
    const temporary = actorOf(ecs({ type: 'IAMUser', arn, access_key_id: 'ASIAEXAMPLE' }, user));
    expect(longTerm).toEqual({ kind: 'user', accountId: account, userId: 'AIDAEXAMPLE', name: 'mallory' });
    expect(temporary).toEqual(longTerm);
  });

  test('two users of one name in turn are two actors, for the unique ID differs', () => {
    const first = actorOf(ecs({ type: 'IAMUser' }, { name: 'mallory', id: 'AIDAFIRST' }));
    const second = actorOf(ecs({ type: 'IAMUser' }, { name: 'mallory', id: 'AIDASECOND' }));
    expect(actorKey(first)).not.toBe(actorKey(second));
  });

  test('root is root', () => {
    expect(actorOf(ecs({ type: 'Root', arn: `arn:aws:iam::${account}:root` }, { id: account }))).toEqual({
      kind: 'root',
      accountId: account,
    });
  });

  test('a role session is told by role ID and session name, not by the role alone', () => {
    const session = ecs(
      {
        type: 'AssumedRole',
        arn: `arn:aws:sts::${account}:assumed-role/Deployer/ci-42`,
        session_context: { session_issuer: role },
      },
      { name: 'Deployer', id: 'AROAEXAMPLE:ci-42' },
    );
    expect(actorOf(session)).toEqual({
      kind: 'role-session',
      accountId: account,
      roleId: 'AROAEXAMPLE',
      roleName: 'Deployer',
      sessionName: 'ci-42',
    });
  });

  test('an Identity Center session is the person where the record names one', () => {
    const directory = 'arn:aws:identitystore::111122223333:identitystore/d-1';
    const session = ecs(
      {
        type: 'AssumedRole',
        arn: `arn:aws:sts::${account}:assumed-role/AWSReservedSSO_Admin_1/mallory@example.com`,
        session_context: { session_issuer: role },
        on_behalf_of: { user_id: 'u-1', identity_store_arn: directory },
      },
      { name: 'AWSReservedSSO_Admin_1', id: 'AROAEXAMPLE:mallory@example.com' },
    );
    expect(actorOf(session)).toEqual({ kind: 'person', directory, userId: 'u-1', name: 'mallory@example.com' });
  });

  test('a federated session is the user whose key made it', () => {
    const session = ecs(
      {
        type: 'FederatedUser',
        arn: `arn:aws:sts::${account}:federated-user/anything`,
        session_context: {
          session_issuer: { type: 'IAMUser', principal_id: 'AIDAEXAMPLE', arn: `arn:aws:iam::${account}:user/mallory` },
        },
      },
      { name: 'mallory', id: `${account}:anything` },
    );
    expect(actorOf(session)).toEqual({ kind: 'user', accountId: account, userId: 'AIDAEXAMPLE', name: 'mallory' });
  });

  test('services are services, also through their linked roles; a person whose call a service forwards is not', () => {
    expect(actorOf(ecs({ type: 'AWSService', invoked_by: 'ec2.amazonaws.com' }))).toEqual({
      kind: 'service',
      name: 'ec2.amazonaws.com',
    });
    const linked = { ...role, arn: `arn:aws:iam::${account}:role/aws-service-role/autoscaling.amazonaws.com/AWSX` };
    expect(actorOf(ecs({ type: 'AssumedRole', session_context: { session_issuer: linked } }))).toEqual({
      kind: 'service',
      name: 'autoscaling.amazonaws.com',
    });
    const forwarded = ecs({ type: 'IAMUser', invoked_by: 'cloudformation.amazonaws.com' }, { name: 'mallory' });
    expect(actorOf(forwarded).kind).toBe('user');
  });

  test('principals of other accounts and of web identity providers are outsiders', () => {
    expect(actorOf(ecs({ type: 'AWSAccount' }, { id: 'AROAOTHER:session' }))).toEqual({
      kind: 'external',
      accountId: account,
      principal: 'AROAOTHER:session',
    });
    expect(actorOf(ecs({ type: 'WebIdentityUser' }, { id: 'provider:client:subject' })).kind).toBe('external');
  });

  test('who is Unknown to AWS in the own account is no outsider, and in another account is one', () => {
    function unknownIn(receiving: string): JsonObject {
      return {
        cloud: { account: { id: account } },
        user: { id: 'principal', name: 'ann' },
        aws: { cloudtrail: { recipient_account_id: receiving, user_identity: { type: 'Unknown' } } },
      };
    }
    expect(actorOf(unknownIn(account))).toEqual({
      kind: 'unresolved-key',
      accountId: account,
      accessKeyId: '',
      seenAs: 'principal',
    });
    expect(describeActor(actorOf(unknownIn(account)))).not.toContain('outside');
    expect(actorOf(unknownIn('999988887777')).kind).toBe('external');
  });

  test('callers without credentials are told as such, in the account that they called', () => {
    const actor = actorOf({
      cloud: { account: { id: 'ANONYMOUS_PRINCIPAL' } },
      aws: { cloudtrail: { recipient_account_id: account, user_identity: { type: 'AWSAccount' } } },
    });
    expect(actor).toEqual({ kind: 'external', accountId: account, principal: 'ANONYMOUS_PRINCIPAL' });
    expect(describeActor(actor)).toBe(`anonymous callers of ${account}`);
  });

  test('a withheld name is never an actor of its own', () => {
    const failedLogin = ecs({ type: 'IAMUser', access_key_id: '' }, { name: 'HIDDEN_DUE_TO_SECURITY_REASONS' });
    expect(actorOf(failedLogin)).toEqual({ kind: 'unresolved-key', accountId: account, accessKeyId: '' });
  });

  test('a record without any identity is still somebody', () => {
    expect(actorOf({})).toEqual({ kind: 'unresolved-key', accountId: 'unknown', accessKeyId: '' });
  });
});

describe('actorKey', () => {
  test('no session name can pass for another role or kind', () => {
    const plain = {
      kind: 'role-session',
      accountId: account,
      roleName: 'r',
      roleId: 'AROA1',
      sessionName: 'a',
    } as const;
    const crafted = { ...plain, roleId: 'AROA1/a', sessionName: '' } as const;
    expect(actorKey(plain)).not.toBe(actorKey(crafted));
  });

  test('a very long principal has a short key', () => {
    const long = actorKey({ kind: 'external', accountId: account, principal: 'x'.repeat(5_000) });
    expect(long.length).toBeLessThanOrEqual(200);
    expect(long).not.toBe(actorKey({ kind: 'external', accountId: account, principal: 'x'.repeat(5_001) }));
  });
});

describe('describeActor', () => {
  test('nothing that a log author writes reaches a terminal as a control sequence', () => {
    const text = describeActor({
      kind: 'user',
      accountId: account,
      name: `mal\u001B[2Jlory\u0007\r\n\u202Egnp\u200B${'x'.repeat(500)}`,
    });
    expect(text).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(text.length).toBeLessThan(200);
    expect(text).toContain('mal [2Jlory gnp');
  });
});
