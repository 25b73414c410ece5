import { describe, expect, test } from 'vitest';
import { remediesOf } from '../../../src/investigation/plan/remedies.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { accessKeyId, accountId, userName } from '../trail-records.ts';
import { assessed, call, alertsOn, ownKeyMade } from './assessed.ts';

const day = 1440;
const home = { sourceIPAddress: '198.51.100.10', userAgent: 'aws-cli/2.15.0' };
const elsewhere = { ...home, sourceIPAddress: '203.0.113.99' };
const newKey = 'AKIAEXAMPLE00000NEW1';

/** So many days of the user's own work, up to the day before. */
function workedFor(days: number, place: JsonObject = home): readonly JsonObject[] {
  return Array.from({ length: days }, (_, index) => call(-(index + 1) * day, 'ec2', 'DescribeInstances', place));
}

function asOwner(key: string): JsonObject {
  return {
    userIdentity: {
      type: 'IAMUser',
      principalId: 'AIDAEXAMPLEOWNER',
      arn: `arn:aws:iam::${accountId}:user/${userName}`,
      accountId,
      accessKeyId: key,
      userName,
    },
  };
}

function made(place: JsonObject): JsonObject {
  return ownKeyMade(1, newKey, place);
}

function used(place: JsonObject): JsonObject {
  return call(2, 'sts', 'GetCallerIdentity', { ...asOwner(newKey), ...place });
}

function ended(place: JsonObject): JsonObject {
  return call(3, 'iam', 'UpdateAccessKey', {
    ...asOwner(newKey),
    ...place,
    requestParameters: { userName, accessKeyId, status: 'Inactive' },
  });
}

describe('a key that its owner rotated', () => {
  test('from where they have always worked, with the old one taken away, is quiet', () => {
    const first = made(home);
    const assessment = assessed([...workedFor(20), first, used(home), ended(home)], {
      alerts: alertsOn(first, used(home)),
    });
    expect(assessment.quiet).toBe(true);
    expect(assessment.findings.map(({ facts }) => facts['because'])).toContain('rotation');
    expect(remediesOf(assessment).filter(({ recommended }) => recommended)).toEqual([]);
  });

  test.each([
    ['where it was made from elsewhere', 20, [made(elsewhere), used(home), ended(home)]],
    ['where the new one is used from elsewhere', 20, [made(home), used(elsewhere), ended(home)]],
    ['where the old one goes on', 20, [made(home), used(home)]],
    ['where its owner is known for a few days', 5, [made(home), used(home), ended(home)]],
    [
      'where more is done with it',
      20,
      [
        made(home),
        used(home),
        ended(home),
        call(4, 'iam', 'CreateUser', { ...asOwner(newKey), ...home, requestParameters: { userName: 'backdoor' } }),
      ],
    ],
  ])('is loud and advised on %s', (_, days, records) => {
    const assessment = assessed([...workedFor(days), ...records], { alerts: alertsOn(...records.slice(0, 1)) });
    expect(assessment.quiet).toBe(false);
    expect(remediesOf(assessment).some(({ recommended }) => recommended)).toBe(true);
  });
});

describe('what was done alike from the first day of the records on', () => {
  function deployed(at: number, place: JsonObject): JsonObject {
    return call(at, 'lambda', 'UpdateFunctionCode20150331v2', {
      ...place,
      requestParameters: { functionName: 'api' },
      responseElements: { functionName: 'api' },
    });
  }

  function deploysFor(days: number, place: JsonObject = home, began = days): readonly JsonObject[] {
    return Array.from({ length: days }, (_, index) => deployed((index - began) * day, place));
  }

  test('for two weeks is loud, and nothing is advised', () => {
    const records = deploysFor(20);
    const assessment = assessed(records, { alerts: alertsOn(...records.slice(0, 1)) });
    expect([assessment.quiet, assessment.advises]).toEqual([false, false]);
    expect(assessment.findings.map(({ facts }) => facts['because'])).toContain('routine');
    expect(remediesOf(assessment).length).toBeGreaterThan(0);
    expect(remediesOf(assessment).filter(({ recommended }) => recommended)).toEqual([]);
  });

  test.each([
    ['for a week', deploysFor(8)],
    [
      'from another place than the one known before',
      [...workedFor(3, home), ...workedFor(30, home), ...deploysFor(20, elsewhere)],
    ],
    [
      'with something else done besides',
      [...deploysFor(20), call(1, 'iam', 'CreateUser', { ...home, requestParameters: { userName: 'x' } })],
    ],
  ])('is advised on %s', (_, records) => {
    const first = records.find(({ eventName }) => eventName === 'UpdateFunctionCode20150331v2');
    expect(assessed(records, { alerts: first === undefined ? [] : alertsOn(first) }).advises).toBe(true);
  });
});
