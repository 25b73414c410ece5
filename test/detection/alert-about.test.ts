import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalizeRecord } from '../../src/cloudtrail/normalize.ts';
import { AboutReader, aboutFields, aboutSentence } from '../../src/detection/alerts/alert-about.ts';
import { alertLine, alertRow, alertSubject } from '../../src/detection/alerts/alert-row.ts';
import { detectionEventOf } from '../../src/detection/detection-event.ts';
import { createFieldTable, eventFields } from '../../src/detection/fields/document-fields.ts';
import { compileRuleSet } from '../../src/detection/engine.ts';
import { detectOffline } from '../../src/detection/offline/offline.ts';
import { readRuleFile } from '../../src/detection/rule-file/read-rule-file.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { safeJson } from '../../src/model/safe-text.ts';

function ruleSetOf(more = '', type = 'query') {
  const text = `[rule]\nname = "t"\ndescription = "x"\nrule_id = "r"\nrisk_score = 21\nseverity = "low"\ntype = "${type}"\nquery = "event.action: *"\n${more}`;
  return compileRuleSet([readRuleFile('r.toml', text).file ?? []].flat());
}

function record(more: JsonObject): JsonObject {
  return {
    eventTime: '2026-03-01T10:00:00Z',
    eventName: 'CreateAccessKey',
    eventID: 'e',
    sourceIPAddress: '203.0.113.7',
    recipientAccountId: '111122223333',
    ...more,
  };
}

const john = {
  type: 'AssumedRole',
  principalId: 'AROAX:john',
  arn: 'arn:aws:sts::111122223333:assumed-role/Administrators/john',
  accessKeyId: 'ASIAEXAMPLE',
  sessionContext: {
    sessionIssuer: { type: 'Role', userName: 'Administrators', arn: 'arn:aws:iam::111122223333:role/Administrators' },
  },
};

function alertsOf() {
  const ruleSet = ruleSetOf();
  const detection = detectOffline(ruleSet, { keepsAbout: true });
  const document = normalizeRecord(record({}));
  detection.take(detectionEventOf(document, ruleSet.fieldsOf(document)));
  return detection.alerts();
}

function sentence(more: JsonObject): string {
  const fields = createFieldTable();
  const [compiled] = ruleSetOf().rules;
  if (compiled === undefined) throw new TypeError('the rule did not compile');
  return aboutSentence(new AboutReader(fields).read(eventFields(normalizeRecord(record(more)), fields), compiled.rule));
}

describe('an alert says who did what, with what, from where and on what', () => {
  test.each<[string, JsonObject, string]>([
    [
      'the person before the role',
      { userIdentity: john, requestParameters: { userName: 'bo' } },
      'john (role Administrators) with ASIAEXAMPLE from 203.0.113.7: CreateAccessKey on bo',
    ],
    [
      'a user by name',
      {
        userIdentity: {
          type: 'IAMUser',
          userName: 'ana',
          principalId: 'AIDAX',
          arn: 'arn:aws:iam::111122223333:user/ana',
        },
      },
      'ana from 203.0.113.7: CreateAccessKey',
    ],
    [
      'root',
      { userIdentity: { type: 'Root', principalId: '111122223333', arn: 'arn:aws:iam::111122223333:root' } },
      'root from 203.0.113.7: CreateAccessKey',
    ],
    [
      'a service',
      { userIdentity: { type: 'AWSService', invokedBy: 'ec2.amazonaws.com' }, sourceIPAddress: 'ec2.amazonaws.com' },
      'ec2.amazonaws.com from ec2.amazonaws.com: CreateAccessKey',
    ],
    [
      'a user whose name reads as none',
      { userIdentity: { type: 'IAMUser', userName: 'none' } },
      'none from 203.0.113.7: CreateAccessKey',
    ],
    [
      'nobody',
      { userIdentity: {}, requestParameters: { bucketName: 'reports' } },
      'somebody from 203.0.113.7: CreateAccessKey on reports',
    ],
  ])('%s', (_, more, expected) => {
    expect(sentence(more)).toBe(expected);
  });

  test("the rule's own investigation fields come with it", () => {
    const ruleSet = ruleSetOf(
      '[rule.investigation_fields]\nfield_names = ["@timestamp", "user.name", "group.name", "aws.cloudtrail.error_code"]',
    );
    const detection = detectOffline(ruleSet, { keepsAbout: true });
    const document = normalizeRecord(
      record({ userIdentity: john, requestParameters: { groupName: 'g' }, errorCode: 'X' }),
    );
    detection.take(detectionEventOf(document, ruleSet.fieldsOf(document)));
    const [alert] = detection.alerts();
    if (alert === undefined) throw new TypeError('there is no alert');
    expect(alertSubject(alert)).toBe(
      'john (role Administrators) with ASIAEXAMPLE from 203.0.113.7: CreateAccessKey on g; error code: X',
    );
    expect(alertRow(alert)).toMatchObject({
      who: 'john',
      role: 'Administrators',
      access_key_id: 'ASIAEXAMPLE',
      source_address: '203.0.113.7',
      action: 'CreateAccessKey',
      target: 'g',
      fields: { 'group.name': 'g', 'aws.cloudtrail.error_code': 'X' },
    });
  });

  test('what is said already is not said again as a field, nor of what kind a resource is', () => {
    const said = { who: 'ci', role: null, key: null, from: '203.0.113.7', action: 'GetBucketAcl', target: 'exports' };
    const fields = {
      'aws.cloudtrail.resources.arn': 'arn:aws:s3:::exports',
      'aws.cloudtrail.resources.type': 'AWS::S3::Bucket',
      'related.user': 'ci',
      'aws.cloudtrail.flattened.request_parameters.maxKeys': '7',
    };
    expect(aboutSentence({ ...said, fields })).toBe('ci from 203.0.113.7: GetBucketAcl on exports; max keys: 7');
  });

  test('a line is the JSON of the row, shows nothing but itself, and says who it was as the log has it', () => {
    const ruleSet = ruleSetOf('[rule.investigation_fields]\nfield_names = ["aws.cloudtrail.error_code"]');
    const detection = detectOffline(ruleSet, { keepsAbout: true });
    for (const more of [{}, { errorCode: 'X\u202E"' }, { userIdentity: { ...john, arn: `${john.arn}\u009B` } }]) {
      const document = normalizeRecord(record({ eventID: JSON.stringify(more), ...more }));
      detection.take(detectionEventOf(document, ruleSet.fieldsOf(document)));
    }
    const alerts = detection.alerts();
    expect(alerts).toHaveLength(3);
    for (const alert of alerts) {
      expect(alertLine(alert)).toBe(safeJson(alertRow(alert)));
      expect(alertLine(alert)).not.toMatch(/[\u202E\u009B]/);
    }
    const said = alerts.map(alertRow).map(({ who, fields }) => JSON.stringify({ who, fields }));
    expect(said.join()).toContain('X\u202E\\"');
    expect(said.join()).toContain('john\u009B');
  });

  test('a line has the time to the millisecond, at any time', () => {
    const [first] = alertsOf();
    if (first === undefined) throw new TypeError('there is no alert');
    fc.assert(
      fc.property(fc.integer({ min: -8.64e15, max: 8.64e15 }), (eventTimeMs) => {
        const { '@timestamp': timestamp } = JSON.parse(alertLine({ ...first, eventTimeMs })) as JsonObject;
        expect(timestamp).toBe(new Date(eventTimeMs).toISOString());
      }),
    );
  });

  test('a threshold names who made it one, beside its values', () => {
    const ruleSet = ruleSetOf('[rule.threshold]\nfield = ["source.address"]\nvalue = 2', 'threshold');
    const detection = detectOffline(ruleSet, { keepsAbout: true });
    for (const eventID of ['a', 'b']) {
      const document = normalizeRecord(record({ eventID, userIdentity: john }));
      detection.take(detectionEventOf(document, ruleSet.fieldsOf(document)));
    }
    expect(detection.alerts().map(alertSubject)).toEqual([
      'john (role Administrators) with ASIAEXAMPLE from 203.0.113.7: CreateAccessKey; 203.0.113.7 (2 events)',
    ]);
  });

  test('long values are cut, and what is not known is left out', () => {
    const about = { who: null, role: null, key: null, from: null, action: 'X', target: null, fields: {} };
    expect(aboutFields(about)).toEqual({ action: 'X' });
    expect(sentence({ requestParameters: { bucketName: 'x'.repeat(5000) } }).length).toBeLessThan(300);
  });
});
