import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import canonicalize from 'canonicalize';
import { describe, expect, it } from 'vitest';
import { MalformedRecordError } from '../../src/cloudtrail/malformed-record-error.ts';
import { normalizeRecord } from '../../src/cloudtrail/normalize.ts';
import type { JsonObject, JsonValue } from '../../src/model/json.ts';

const corpus = '../shared/corpora/cloudtrail-ecs';

/** Made by databases of the peer or by a mapping that we do not follow. */
const enrichment = [
  /^actor\./,
  /^target\./,
  /\.entity\./,
  /^related\.entity/,
  /^source\.(geo|as)\./,
  /^user_agent\.(os|device)\./,
  /^tags$/,
  /^event\.(created|original)$/,
];
/** Ours alone: the peer's index adds them. */
const ours = /^(?:data_stream\.dataset|event\.dataset|trailhound\..*)$/;

function leaves(value: JsonValue, path = ''): Record<string, string> {
  if (Array.isArray(value)) {
    const elements = value as readonly JsonValue[];
    return {
      [path]:
        canonicalize(path === 'related.user' ? elements.map(String).sort((a, b) => (a < b ? -1 : 1)) : elements) ?? '',
    };
  }
  if (typeof value !== 'object' || value === null) return { [path]: JSON.stringify(value) };
  return Object.assign(
    {},
    ...Object.entries(value).map(([key, child]) => leaves(child, path === '' ? key : `${path}.${key}`)),
  ) as Record<string, string>;
}

function compared(document: JsonObject): Record<string, string> {
  return Object.fromEntries(
    Object.entries(leaves(document)).filter(([path]) => !ours.test(path) && !enrichment.some((e) => e.test(path))),
  );
}

describe.skipIf(!existsSync(corpus))(
  'a CloudTrail record becomes the ECS document that the AWS integration makes of it',
  () => {
    const files = existsSync(corpus) ? readdirSync(corpus).filter((name) => name.endsWith('.json')) : [];
    for (const name of files) {
      const { expected } = JSON.parse(readFileSync(join(corpus, name), 'utf8')) as { expected: JsonObject[] };
      for (const [index, document] of expected.entries()) {
        const original = (document.event as { original?: string }).original;
        if (original === undefined) continue;
        it(`${name}, case ${index + 1}`, () => {
          const made = normalizeRecord(JSON.parse(original) as JsonObject);
          expect(compared(made)).toEqual(compared(document));
        });
      }
    }
  },
);

describe('what the records of real accounts hold', () => {
  const record = {
    eventVersion: '1.11',
    eventTime: '2026-01-02T03:04:05Z',
    eventSource: 'iam.amazonaws.com',
    eventName: 'CreateUser',
    eventID: 'a',
    awsRegion: 'us-east-1',
    sourceIPAddress: '192.0.2.1',
    recipientAccountId: '111111111111',
    userIdentity: {
      type: 'IAMUser',
      userName: 'ann',
      principalId: 'AIDA1',
      accountId: '222222222222',
      arn: 'arn:aws:iam::222222222222:user/ann',
    },
  };

  it('names the caller account, not the receiving one, and takes the receiving one where nobody is named', () => {
    expect(normalizeRecord(record)).toMatchObject({ cloud: { account: { id: '222222222222' } } });
    expect(normalizeRecord({ ...record, userIdentity: { type: 'Unknown' } })).toMatchObject({
      cloud: { account: { id: '111111111111' } },
    });
  });

  it('names no user where a service acts for itself, and one where a service was invoked by a person', () => {
    const serviceRole = {
      type: 'AssumedRole',
      principalId: 'AROA1:session',
      arn: 'arn:aws:sts::111111111111:assumed-role/AWSServiceRoleForX/session',
      sessionContext: {
        sessionIssuer: {
          arn: 'arn:aws:iam::111111111111:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX',
          userName: 'AWSServiceRoleForX',
        },
      },
    };
    const byService = normalizeRecord({ ...record, userIdentity: serviceRole });
    expect(byService).toMatchObject({ service: { name: 'x.amazonaws.com' } });
    expect(byService.user).toBeUndefined();
    const onBehalf = normalizeRecord({
      ...record,
      userIdentity: { ...record.userIdentity, invokedBy: 'cloudformation.amazonaws.com' },
    });
    expect(onBehalf).toMatchObject({ user: { name: 'ann', id: 'AIDA1' } });
    expect(onBehalf.service).toBeUndefined();
  });

  it('drops what says nothing, before anything else looks at it', () => {
    const made = normalizeRecord({
      ...record,
      userAgent: '-',
      errorCode: '',
      requestParameters: { a: 'none', b: [null, ''], c: { d: '-' } },
    });
    expect(made.user_agent).toBeUndefined();
    expect(made).toMatchObject({ event: { outcome: 'success' } });
    expect(made.aws).not.toHaveProperty('cloudtrail.request_parameters');
    expect(made.aws).not.toHaveProperty('cloudtrail.flattened');
  });

  it('names under related.user whom a call created and on whose behalf it was made, whatever the type', () => {
    const made = normalizeRecord({
      ...record,
      requestParameters: { userName: 'eve' },
      responseElements: { user: { userId: 'AIDAEVE', userName: 'eve' } },
      userIdentity: { ...record.userIdentity, onBehalfOf: { userId: 'person-1' } },
    });
    expect(made).toMatchObject({ related: { user: ['AIDA1', 'ann', 'person-1', 'eve', 'AIDAEVE'] } });
  });

  it('names who signs in to Identity Center while AWS does not know them yet', () => {
    const signIn = {
      ...record,
      eventName: 'UserAuthentication',
      userIdentity: { type: 'Unknown', accountId: '222222222222' },
      additionalEventData: { UserName: 'ann@example.com' },
    };
    expect(normalizeRecord(signIn)).toMatchObject({
      user: { name: 'ann@example.com', email: 'ann@example.com' },
      related: { user: ['ann@example.com'] },
    });
    expect(normalizeRecord({ ...signIn, eventName: 'CreateUser' })).not.toHaveProperty('user');
  });

  it('tells the host that was called and how keys were exchanged, and drops what stands for "no value" there', () => {
    const tlsDetails = {
      tlsVersion: 'TLSv1.3',
      cipherSuite: 'TLS_AES_128_GCM_SHA256',
      clientProvidedHostHeader: 'iam.amazonaws.com',
      keyExchange: 'X25519MLKEM768',
    };
    expect(normalizeRecord({ ...record, tlsDetails })).toMatchObject({
      related: { hosts: ['iam.amazonaws.com'] },
      tls: { curve: 'X25519MLKEM768', client: { server_name: 'iam.amazonaws.com' }, version: '1.3' },
    });
    for (const placeholder of ['-', 'NA', 'N/A', 'null', 'unknown', '']) {
      const nothing = Object.fromEntries(Object.keys(tlsDetails).map((key) => [key, placeholder]));
      const made = normalizeRecord({ ...record, tlsDetails: nothing });
      expect(made).not.toHaveProperty('tls');
      expect(made).not.toHaveProperty('related.hosts');
    }
  });

  it('reads one resource that is in no list', () => {
    const resources = { ARN: 'arn:aws:s3:::b', accountId: '1', type: 'AWS::S3::Bucket' };
    expect(normalizeRecord({ ...record, resources }).aws).toHaveProperty('cloudtrail.resources', [
      { arn: 'arn:aws:s3:::b', account_id: '1', type: 'AWS::S3::Bucket' },
    ]);
  });

  it('keeps one of several equal resources', () => {
    const resource = { ARN: 'arn:aws:s3:::b', accountId: '1', type: 'AWS::S3::Bucket' };
    const made = normalizeRecord({
      ...record,
      resources: [resource, resource, { ...resource, ARN: 'arn:aws:s3:::c' }],
    });
    expect(made.aws).toHaveProperty('cloudtrail.resources.length', 2);
  });

  it('leaves out the flattened copy of a huge parameter, and keeps its text', () => {
    const made = normalizeRecord({ ...record, requestParameters: { policy: 'x'.repeat(40_000) } });
    expect(made.aws).toHaveProperty('cloudtrail.request_parameters.length', '{policy=}'.length + 40_000);
    expect(made.aws).not.toHaveProperty('cloudtrail.flattened');
  });

  it('reads the names that aggregated records use', () => {
    const { eventID: _id, recipientAccountId: _account, userIdentity: _identity, ...rest } = record;
    expect(normalizeRecord({ ...rest, eventId: 'b', accountId: '333333333333' })).toMatchObject({
      event: { id: 'b' },
      cloud: { account: { id: '333333333333' } },
    });
  });

  it('takes the oldest records, which have no event ID, and insight events, which have no name', () => {
    const { eventID: _id, ...old } = record;
    expect(normalizeRecord(old)).toMatchObject({ event: { action: 'CreateUser' } });
    const { eventName: _name, ...insight } = record;
    const made = normalizeRecord({ ...insight, insightDetails: { state: 'Start' } });
    expect(made.aws).toHaveProperty('cloudtrail.flattened.insight_details', { state: 'Start' });
  });

  it('refuses what is no record, and says why', () => {
    expect(() => normalizeRecord({})).toThrow(MalformedRecordError);
    expect(() => normalizeRecord({ ...record, eventTime: '2026-02-30T00:00:00Z' })).toThrow(/eventTime is no time/);
    expect(() => normalizeRecord({ ...record, eventID: 7 })).toThrow(/eventID/);
    expect(() => normalizeRecord({ ...record, eventName: 7 })).toThrow(/eventName/);
    const deep = JSON.parse(`${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`) as JsonObject;
    expect(() => normalizeRecord({ ...record, requestParameters: deep })).toThrow(/nested deeper/);
  });

  it('is not led astray by a key called __proto__', () => {
    const hostile = JSON.parse('{"__proto__": {"polluted": "yes"}, "a": "b"}') as JsonObject;
    const made = normalizeRecord({ ...record, requestParameters: hostile });
    expect(made.aws).toHaveProperty('cloudtrail.request_parameters', '{__proto__={polluted=yes}, a=b}');
    expect(({} as { polluted?: string }).polluted).toBeUndefined();
  });
});
