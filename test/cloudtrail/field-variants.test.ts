import { describe, expect, test } from 'vitest';
import { actorOf, describeActor } from '../../src/cloudtrail/actor.ts';
import { normalizeRecord } from '../../src/cloudtrail/normalize.ts';
import { recordsIn } from '../../src/cloudtrail/record-forms.ts';
import { createFieldTable, eventFields } from '../../src/detection/fields/document-fields.ts';
import { compileKql } from '../../src/detection/kql/compile-kql.ts';
import { parseKql } from '../../src/detection/kql/parse-kql.ts';
import { AboutReader } from '../../src/detection/alerts/alert-about.ts';
import type { Rule } from '../../src/model/rule.ts';
import type { JsonObject, JsonValue } from '../../src/model/json.ts';
import type { EcsDocument } from '../../src/model/trail-event.ts';

const own = '111122223333';
const base = {
  eventVersion: '1.11',
  eventTime: '2026-03-01T10:00:00Z',
  eventSource: 'iam.amazonaws.com',
  eventName: 'ListUsers',
  awsRegion: 'us-east-1',
  sourceIPAddress: '203.0.113.10',
  eventID: 'e-1',
  recipientAccountId: own,
};

function ecsOf(patch: JsonObject): EcsDocument {
  return normalizeRecord({ ...base, ...patch });
}

function issuer(partition: string, path: string, accountId = own): JsonObject {
  const userName = path.slice(path.lastIndexOf('/') + 1);
  const arn = `arn:${partition}:iam::${accountId}:role/${path}`;
  return { sessionIssuer: { type: 'Role', principalId: 'AROAEXAMPLE', arn, accountId, userName }, attributes: {} };
}

function session(name: string, path = 'deploy', partition = 'aws', accountId = own): JsonObject {
  const role = path.slice(path.lastIndexOf('/') + 1);
  return {
    type: 'AssumedRole',
    principalId: `AROAEXAMPLE:${name}`,
    arn: `arn:${partition}:sts::${accountId}:assumed-role/${role}/${name}`,
    accountId,
    accessKeyId: 'ASIAEXAMPLE',
    sessionContext: issuer(partition, path, accountId),
  };
}

const behind = { userId: '9067-u', identityStoreArn: 'arn:aws:identitystore::111122223333:identitystore/d-1' };
const sso = 'aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123';
const linked = 'aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS';

/** What the mapping makes of a record, decided by docs/ecs-mapping.md and the peer's pipeline before it was run. */
const mapped: readonly (readonly [name: string, patch: JsonObject, path: string, expected: JsonValue | undefined])[] = [
  [
    'the host that was called',
    { tlsDetails: { clientProvidedHostHeader: 'iam.amazonaws.com' } },
    'related.hosts',
    ['iam.amazonaws.com'],
  ],
  [
    'a host of an endpoint',
    { tlsDetails: { clientProvidedHostHeader: 'vpce-1.sts.us-east-1.vpce.amazonaws.com' } },
    'related.hosts',
    ['vpce-1.sts.us-east-1.vpce.amazonaws.com'],
  ],
  [
    'a host with a port',
    { tlsDetails: { clientProvidedHostHeader: 'localhost:4566' } },
    'related.hosts',
    ['localhost:4566'],
  ],
  ['no host', { tlsDetails: { clientProvidedHostHeader: '-' } }, 'related.hosts', undefined],
  ['no host, in words', { tlsDetails: { clientProvidedHostHeader: 'NA' } }, 'related.hosts', undefined],
  ['an empty host', { tlsDetails: { clientProvidedHostHeader: '' } }, 'related.hosts', undefined],
  ['no TLS', { tlsDetails: null }, 'related.hosts', undefined],
  ['TLS as a text', { tlsDetails: 'none' }, 'tls', undefined],
  [
    'the ID of a created user',
    {
      eventName: 'CreateUser',
      requestParameters: { userName: 'eve' },
      responseElements: { user: { userId: 'AIDAEVE', userName: 'eve' } },
    },
    'related.user',
    ['eve', 'AIDAEVE'],
  ],
  ['a created user that is no object', { responseElements: { user: 'eve' } }, 'related.user', undefined],
  [
    'a created user without an ID',
    { requestParameters: { userName: 'eve' }, responseElements: { user: { userName: 'eve' } } },
    'related.user',
    ['eve'],
  ],
  ['the new name of a user', { requestParameters: { userName: 'a', newUserName: 'b' } }, 'related.user', ['a', 'b']],
  [
    'a user that the request names twice',
    { userIdentity: { type: 'IAMUser', userName: 'ana' }, requestParameters: { userName: 'ana' } },
    'related.user',
    ['ana'],
  ],
  [
    'on whose behalf, of a session',
    { userIdentity: { ...session('ana'), onBehalfOf: behind } },
    'related.user',
    ['ana', 'AROAEXAMPLE:ana', 'deploy', '9067-u'],
  ],
  [
    'on whose behalf, of a user',
    { userIdentity: { type: 'IAMUser', userName: 'ana', principalId: 'AIDA1', onBehalfOf: behind } },
    'related.user',
    ['AIDA1', 'ana', '9067-u'],
  ],
  [
    'on whose behalf, of Identity Center',
    { userIdentity: { type: 'IdentityCenterUser', onBehalfOf: behind } },
    'related.user',
    ['9067-u'],
  ],
  [
    'on whose behalf, of nobody known',
    { userIdentity: { type: 'Unknown', onBehalfOf: behind } },
    'related.user',
    ['9067-u'],
  ],
  [
    'on whose behalf, of an account',
    { userIdentity: { type: 'AWSAccount', principalId: 'AIDA1', onBehalfOf: behind } },
    'related.user',
    ['AIDA1', '9067-u'],
  ],
  [
    'on whose behalf, of a federated user',
    { userIdentity: { type: 'FederatedUser', onBehalfOf: behind } },
    'related.user',
    ['9067-u'],
  ],
  ['on whose behalf, of root', { userIdentity: { type: 'Root', onBehalfOf: behind } }, 'related.user', ['9067-u']],
  [
    'on whose behalf, of SAML',
    { userIdentity: { type: 'SAMLUser', userName: 'bob', onBehalfOf: behind } },
    'related.user',
    ['bob', '9067-u'],
  ],
  [
    'on whose behalf, of a web identity',
    { userIdentity: { type: 'WebIdentityUser', userName: 'bob', onBehalfOf: behind } },
    'related.user',
    ['bob', '9067-u'],
  ],
  [
    'on whose behalf, of a service',
    { userIdentity: { type: 'AWSService', invokedBy: 'q.amazonaws.com', onBehalfOf: behind } },
    'related.user',
    ['9067-u'],
  ],
  ['on nobody’s behalf', { userIdentity: { type: 'Unknown', onBehalfOf: { userId: '' } } }, 'related.user', undefined],
  [
    'the ID of Identity Center',
    { userIdentity: { type: 'IdentityCenterUser', onBehalfOf: behind } },
    'user.id',
    '9067-u',
  ],
  [
    'the ID of Identity Center beside its own',
    { userIdentity: { type: 'IdentityCenterUser', principalId: 'p', onBehalfOf: behind } },
    'user.id',
    'p',
  ],
  [
    'a sign-in of somebody not known yet',
    {
      eventName: 'UserAuthentication',
      userIdentity: { type: 'Unknown', accountId: own },
      additionalEventData: { UserName: 'ana' },
    },
    'user.name',
    'ana',
  ],
  [
    'a sign-in of Identity Center',
    {
      eventName: 'UserAuthentication',
      userIdentity: { type: 'IdentityCenterUser', accountId: own },
      additionalEventData: { UserName: 'ana' },
    },
    'user.name',
    'ana',
  ],
  [
    'a sign-in that names nobody',
    { eventName: 'UserAuthentication', userIdentity: { type: 'Unknown', accountId: own }, additionalEventData: {} },
    'user.name',
    undefined,
  ],
  [
    'a name that is not of a sign-in',
    { eventName: 'CredentialChallenge', userIdentity: { type: 'Unknown' }, additionalEventData: { UserName: 'ana' } },
    'user.name',
    undefined,
  ],
  [
    'a sign-in’s name among the others',
    {
      eventName: 'UserAuthentication',
      userIdentity: { type: 'Unknown' },
      additionalEventData: { UserName: 'ana@example.com' },
    },
    'related.user',
    ['ana@example.com'],
  ],
  [
    'a sign-in’s name as mail address',
    {
      eventName: 'UserAuthentication',
      userIdentity: { type: 'Unknown' },
      additionalEventData: { UserName: 'ana@example.com' },
    },
    'user.email',
    'ana@example.com',
  ],
  [
    'the key exchange',
    { tlsDetails: { tlsVersion: 'TLSv1.3', cipherSuite: 'TLS_AES_128_GCM_SHA256', keyExchange: 'X25519MLKEM768' } },
    'tls.curve',
    'X25519MLKEM768',
  ],
  ['the version of TLS', { tlsDetails: { tlsVersion: 'TLSv1.3' } }, 'tls.version', '1.3'],
  ['the protocol of TLS', { tlsDetails: { tlsVersion: 'TLSv1.2' } }, 'tls.version_protocol', 'tls'],
  ...['unknown', 'NA', 'N/A', 'null', '-', 'none', 'undefined', 'Unknown', 'NULL', ''].map(
    (nothing) =>
      [
        `${nothing || 'nothing'} for a cipher`,
        { tlsDetails: { tlsVersion: nothing, cipherSuite: nothing, keyExchange: nothing } },
        'tls',
        undefined,
      ] as const,
  ),
  [
    'one resource that is no list',
    { resources: { ARN: 'arn:aws:s3:::b', accountId: own, type: 'AWS::S3::Bucket' } },
    'aws.cloudtrail.resources',
    [{ arn: 'arn:aws:s3:::b', account_id: own, type: 'AWS::S3::Bucket' }],
  ],
  ['a resource twice', { resources: [{ ARN: 'a' }, { ARN: 'a' }] }, 'aws.cloudtrail.resources', [{ arn: 'a' }]],
  [
    'a resource by the beginning of its ARN',
    { resources: [{ type: 'AWS::S3::Object', ARNPrefix: 'arn:aws:s3:::b/' }] },
    'aws.cloudtrail.resources',
    [{ type: 'AWS::S3::Object', ARNPrefix: 'arn:aws:s3:::b/' }],
  ],
  ['an empty list of resources', { resources: [] }, 'aws.cloudtrail.resources', undefined],
  ['resources as a text', { resources: 'arn:aws:s3:::b' }, 'aws.cloudtrail.resources', undefined],
  [
    'a session of China',
    { userIdentity: session('ana@example.cn', 'deploy', 'aws-cn') },
    'related.user',
    ['ana@example.cn', 'ana', 'AROAEXAMPLE:ana@example.cn', 'deploy'],
  ],
  [
    'a session of GovCloud',
    { userIdentity: session('ana', 'deploy', 'aws-us-gov') },
    'related.user',
    ['ana', 'AROAEXAMPLE:ana', 'deploy'],
  ],
  [
    'a session of the secret regions',
    { userIdentity: session('ana', 'deploy', 'aws-iso-b') },
    'related.user',
    ['ana', 'AROAEXAMPLE:ana', 'deploy'],
  ],
  [
    'a service-linked role of China',
    { userIdentity: session('s', linked, 'aws-cn') },
    'service.name',
    'ecs.amazonaws.com',
  ],
  [
    'a service-linked role of GovCloud is no user',
    { userIdentity: session('s', linked, 'aws-us-gov') },
    'user',
    undefined,
  ],
  [
    'a service that acts for a person',
    { userIdentity: { ...session('ana'), invokedBy: 'cloudformation.amazonaws.com' } },
    'user.name',
    'deploy',
  ],
  [
    'a service that acts for a person is no service',
    { userIdentity: { ...session('ana'), invokedBy: 'cloudformation.amazonaws.com' } },
    'service',
    undefined,
  ],
  [
    'a service',
    { userIdentity: { type: 'AWSService', invokedBy: 'ec2.amazonaws.com' } },
    'service.name',
    'ec2.amazonaws.com',
  ],
  ['a mail address of a session', { userIdentity: session('ana@example.com', sso) }, 'user.email', 'ana@example.com'],
  ['an address', {}, 'source.ip', '203.0.113.10'],
  ['an address of IPv6', { sourceIPAddress: '2001:db8::7' }, 'source.ip', '2001:db8::7'],
  [
    'an address of IPv6, all of it',
    { sourceIPAddress: '2001:0db8:0000:0000:0000:0000:0000:0007' },
    'source.ip',
    '2001:0db8:0000:0000:0000:0000:0000:0007',
  ],
  ['an address of IPv4 in IPv6', { sourceIPAddress: '::ffff:203.0.113.7' }, 'source.ip', '::ffff:203.0.113.7'],
  ['a service as address', { sourceIPAddress: 'cloudformation.amazonaws.com' }, 'source.ip', undefined],
  [
    'a service as address is kept',
    { sourceIPAddress: 'cloudformation.amazonaws.com' },
    'source.address',
    'cloudformation.amazonaws.com',
  ],
  ['AWS itself as address', { sourceIPAddress: 'AWS Internal' }, 'source.address', 'AWS Internal'],
  ['AWS itself is no IP', { sourceIPAddress: 'AWS Internal' }, 'related.ip', undefined],
  ['an address with a port', { sourceIPAddress: '203.0.113.7:443' }, 'source.ip', undefined],
  ['two addresses', { sourceIPAddress: '203.0.113.7, 10.0.0.1' }, 'source.ip', undefined],
  ['an address of a link', { sourceIPAddress: 'fe80::1%eth0' }, 'source.ip', undefined],
  [
    'an endpoint',
    { vpcEndpointId: 'vpce-1', vpcEndpointAccountId: own },
    'aws.cloudtrail.vpc_endpoint_account_id',
    own,
  ],
  [
    'a network event of an endpoint',
    {
      eventCategory: 'NetworkActivity',
      eventType: 'AwsVpceEvents',
      vpcEndpointId: 'vpce-1',
      errorCode: 'VpceAccessDenied',
    },
    'event.outcome',
    'failure',
  ],
  [
    'its category',
    { eventCategory: 'NetworkActivity', eventType: 'AwsVpceEvents' },
    'aws.cloudtrail.event_category',
    'NetworkActivity',
  ],
  [
    'from the console, as text',
    { sessionCredentialFromConsole: 'true' },
    'aws.cloudtrail.session_credential_from_console',
    'true',
  ],
  [
    'from the console, as a boolean',
    { sessionCredentialFromConsole: true },
    'aws.cloudtrail.session_credential_from_console',
    true,
  ],
  ['no identity', { userIdentity: null }, 'user', undefined],
  ['no identity, and so the account that received it', { userIdentity: null }, 'cloud.account.id', own],
  ['an identity that is empty', { userIdentity: {} }, 'cloud.account.id', own],
  ['an identity that is a text', { userIdentity: '{type=IAMUser}' }, 'user', undefined],
  ['an error code', { errorCode: 'AccessDenied' }, 'event.outcome', 'failure'],
  [
    'an error code with its side',
    { errorCode: 'Client.UnauthorizedOperation' },
    'aws.cloudtrail.error_code',
    'Client.UnauthorizedOperation',
  ],
  ['an error message alone', { errorMessage: 'no' }, 'event.outcome', 'failure'],
  ['an empty error code', { errorCode: '' }, 'event.outcome', 'success'],
  ['no error code', { errorCode: null }, 'event.outcome', 'success'],
  ['a dash for an error code', { errorCode: '-' }, 'event.outcome', 'success'],
  [
    'a sign-in',
    { eventName: 'ConsoleLogin', responseElements: { ConsoleLogin: 'Success' } },
    'event.outcome',
    'success',
  ],
  [
    'a sign-in that failed',
    { eventName: 'ConsoleLogin', responseElements: { ConsoleLogin: 'Failure' } },
    'event.outcome',
    'failure',
  ],
  [
    'a sign-in that failed without an answer',
    { eventName: 'ConsoleLogin', errorMessage: 'Failed authentication' },
    'event.outcome',
    'failure',
  ],
  [
    'a sign-in with MFA',
    { eventName: 'ConsoleLogin', additionalEventData: { MFAUsed: 'Yes' } },
    'aws.cloudtrail.console_login.additional_eventdata.mfa_used',
    true,
  ],
  [
    'a sign-in without MFA',
    { eventName: 'ConsoleLogin', additionalEventData: { MFAUsed: 'No' } },
    'aws.cloudtrail.console_login.additional_eventdata.mfa_used',
    false,
  ],
  [
    'insights',
    {
      eventName: undefined as unknown as null,
      eventCategory: 'Insight',
      insightDetails: { eventName: 'RunInstances', state: 'Start' },
    },
    'aws.cloudtrail.flattened.insight_details.state',
    'Start',
  ],
  [
    'insights in both accounts',
    { eventCategory: 'Insight', insightDetails: { state: 'End' }, sharedEventID: 's-1' },
    'aws.cloudtrail.shared_event_id',
    's-1',
  ],
  [
    'an event of a service',
    {
      eventType: 'AwsServiceEvent',
      userIdentity: { accountId: own, invokedBy: 'kms.amazonaws.com' },
      serviceEventDetails: { keyId: 'k' },
    },
    'aws.cloudtrail.service_event_details',
    '{keyId=k}',
  ],
  [
    'a corrected copy',
    { addendum: { reason: 'DELIVERY_DELAY', originalEventID: 'e-0', updatedFields: 'x' } },
    'aws.cloudtrail.addendum.original_event_id',
    'e-0',
  ],
  ['an event ID of aggregated records', { eventID: null, eventId: 'e-2' }, 'event.id', 'e-2'],
  ['a time with a zone', { eventTime: '2026-03-01T11:00:00+01:00' }, '@timestamp', '2026-03-01T10:00:00.000Z'],
  ['a time with milliseconds', { eventTime: '2026-03-01T10:00:00.5Z' }, '@timestamp', '2026-03-01T10:00:00.500Z'],
  ['a role of a session', { userIdentity: session('ana') }, 'user.name', 'deploy'],
  [
    'whose federation it is',
    {
      userIdentity: {
        type: 'FederatedUser',
        principalId: `${own}:bob`,
        arn: `arn:aws:sts::${own}:federated-user/bob`,
        sessionContext: { sessionIssuer: { type: 'IAMUser', userName: 'ana' } },
      },
    },
    'user.name',
    'ana',
  ],
  [
    'the name of a federation',
    {
      userIdentity: {
        type: 'FederatedUser',
        principalId: `${own}:bob`,
        arn: `arn:aws:sts::${own}:federated-user/bob`,
        sessionContext: { sessionIssuer: { type: 'IAMUser', userName: 'ana' } },
      },
    },
    'related.user',
    ['bob', `${own}:bob`, 'ana'],
  ],
  [
    'nobody’s account',
    { userIdentity: { type: 'AWSAccount', principalId: '', accountId: 'ANONYMOUS_PRINCIPAL' } },
    'cloud.account.id',
    'ANONYMOUS_PRINCIPAL',
  ],
  [
    'a person of a web identity',
    {
      userIdentity: {
        type: 'WebIdentityUser',
        principalId: 'accounts.google.com:app:1',
        userName: '1',
        identityProvider: 'accounts.google.com',
      },
    },
    'aws.cloudtrail.user_identity.identity_provider',
    'accounts.google.com',
  ],
  [
    'a credential of Identity Center',
    { userIdentity: { type: 'IdentityCenterUser', credentialId: 'c-1' } },
    'aws.cloudtrail.user_identity.credential_id',
    'c-1',
  ],
];

describe('a record of the field is mapped as is right', () => {
  test.each(mapped)('%s', (_, patch, path, expected) => {
    const document = ecsOf(patch);
    const found = path
      .split('.')
      .reduce<JsonValue | undefined>((value, key) => (value as JsonObject | undefined)?.[key], document);
    expect(found).toEqual(expected);
  });
});

/** Who did it, in a case's words and in an alert's. */
const named: readonly (readonly [name: string, patch: JsonObject, inCase: string, inAlert: string | null])[] = [
  ['a user', { userIdentity: { type: 'IAMUser', userName: 'ana', accountId: own } }, `IAM user ana in ${own}`, 'ana'],
  ['root', { userIdentity: { type: 'Root', accountId: own } }, `root of ${own}`, 'root'],
  [
    'somebody not known, of the own account',
    { userIdentity: { type: 'Unknown', accountId: own } },
    `unknown identity in ${own} (203.0.113.10)`,
    null,
  ],
  [
    'somebody not known, who gave a name',
    {
      eventName: 'UserAuthentication',
      userIdentity: { type: 'Unknown', accountId: own, principalId: own },
      additionalEventData: { UserName: 'ana' },
    },
    `unknown identity in ${own} (ana)`,
    'ana',
  ],
  [
    'nobody',
    { userIdentity: { type: 'AWSAccount', accountId: 'ANONYMOUS_PRINCIPAL', principalId: '' } },
    `anonymous callers of ${own}`,
    'anonymous callers',
  ],
  [
    'a name that AWS hides',
    {
      eventName: 'ConsoleLogin',
      userIdentity: { type: 'IAMUser', accountId: own, userName: 'HIDDEN_DUE_TO_SECURITY_REASONS' },
    },
    `unknown identity in ${own}`,
    null,
  ],
  [
    'a person’s session',
    { userIdentity: session('ana@example.com') },
    `session ana@example.com of role deploy in ${own}`,
    'ana@example.com (role deploy)',
  ],
  [
    'a session whose ARN is missing',
    {
      userIdentity: {
        type: 'AssumedRole',
        principalId: 'AROAX:ana',
        accountId: own,
        sessionContext: issuer('aws', 'deploy'),
      },
    },
    `session ana of role deploy in ${own}`,
    'ana (role deploy)',
  ],
  [
    'a person of Identity Center, by the session',
    { userIdentity: session('ana@example.com', sso) },
    `session ana@example.com of role AWSReservedSSO_Admin_0123 in ${own}`,
    'ana@example.com (role AWSReservedSSO_Admin_0123)',
  ],
  [
    'a person of Identity Center, by name',
    { userIdentity: { ...session('ana@example.com', sso), onBehalfOf: behind } },
    'person ana@example.com (Identity Center)',
    'ana@example.com (role AWSReservedSSO_Admin_0123)',
  ],
  [
    'a service-linked role',
    { userIdentity: session('s', linked) },
    'AWS service ecs.amazonaws.com',
    'ecs.amazonaws.com',
  ],
  [
    'a service-linked role of China',
    { userIdentity: session('s', linked, 'aws-cn') },
    'AWS service ecs.amazonaws.com',
    'ecs.amazonaws.com',
  ],
  [
    'a service',
    { userIdentity: { type: 'AWSService', invokedBy: 'ec2.amazonaws.com' }, sourceIPAddress: 'ec2.amazonaws.com' },
    'AWS service ec2.amazonaws.com',
    'ec2.amazonaws.com',
  ],
  [
    'a service that does not say which',
    { userIdentity: { type: 'AWSService' }, sourceIPAddress: 'ec2.amazonaws.com' },
    'AWS service ec2.amazonaws.com',
    'ec2.amazonaws.com',
  ],
  [
    'a session of another account',
    { userIdentity: session('ana', 'deploy', 'aws', '444455556666') },
    'session ana of role deploy in 444455556666',
    'ana (role deploy)',
  ],
  [
    'another account’s user by its ID',
    { userIdentity: { type: 'AWSAccount', accountId: '444455556666', principalId: 'AIDAX' } },
    'principal AIDAX of account 444455556666',
    'AIDAX',
  ],
  [
    'another account by itself',
    { userIdentity: { type: 'AWSAccount', accountId: '444455556666' } },
    'outside principal account 444455556666 in 444455556666',
    'account 444455556666',
  ],
  [
    'a federation by a user’s key',
    {
      userIdentity: {
        type: 'FederatedUser',
        accountId: own,
        principalId: `${own}:bob`,
        arn: `arn:aws:sts::${own}:federated-user/bob`,
        sessionContext: {
          sessionIssuer: {
            type: 'IAMUser',
            userName: 'ana',
            arn: `arn:aws:iam::${own}:user/ana`,
            principalId: 'AIDA1',
          },
        },
      },
    },
    `IAM user ana in ${own}`,
    'bob',
  ],
  [
    'a person of SAML',
    { userIdentity: { type: 'SAMLUser', principalId: 'x:bob', userName: 'bob' } },
    `outside principal x:bob in ${own}`,
    'bob',
  ],
  [
    'a person of a web identity',
    { userIdentity: { type: 'WebIdentityUser', principalId: 'accounts.google.com:app:1', userName: '1' } },
    `outside principal accounts.google.com:app:1 in ${own}`,
    '1',
  ],
  [
    'a user of a directory',
    { userIdentity: { type: 'Directory', userName: 'bob', accountId: own } },
    `outside principal bob in ${own}`,
    'bob',
  ],
];

function alertsWho(document: EcsDocument): string | null {
  const fields = createFieldTable();
  const { who, role } = new AboutReader(fields).read(eventFields(document, fields), {
    investigationFields: [],
  } as unknown as Rule);
  return role === null ? who : `${who} (role ${role})`;
}

describe('who did it is told in words', () => {
  test.each(named)('%s', (_, patch, inCase, inAlert) => {
    const document = ecsOf(patch);
    expect(describeActor(actorOf(document))).toBe(inCase);
    expect(alertsWho(document)).toBe(inAlert);
  });
});

function asked(text: string, query: string): boolean {
  const fields = createFieldTable();
  const [found] = recordsIn(text);
  if (found === undefined || !('kind' in found) || found.kind !== 'cloudtrail') throw new TypeError('no record in it');
  return compileKql(parseKql(query), fields)(eventFields(normalizeRecord(found.record), fields));
}

describe('integers beyond 2^53 keep their digits, in KQL too', () => {
  const field = 'aws.cloudtrail.flattened.request_parameters.n';
  const big = '9007199254740993';
  test.each<[number: string, query: string, expected: boolean]>([
    [big, `${field}: ${big}`, true],
    [big, `${field}: 9007199254740992`, false],
    [big, `${field}: "${big}"`, true],
    [big, `${field} >= ${big}`, true],
    ['-9007199254740993', `${field}: "-9007199254740993"`, true],
    ['18446744073709551615', `${field}: 18446744073709551615`, true],
    ['9007199254740992', `${field}: 9007199254740992`, true],
    ['0.1', `${field}: 0.1`, true],
    ['1', `${field}: 1`, true],
    ['[9007199254740993, 1]', `${field}: ${big}`, true],
    [big, `aws.cloudtrail.request_parameters: *${big}*`, true],
  ])('%s, %s: %s', (number, query, expected) => {
    const text = JSON.stringify({ ...base, requestParameters: { n: 0 } }).replace('"n":0', `"n":${number}`);
    expect(asked(text, query)).toBe(expected);
  });
});
