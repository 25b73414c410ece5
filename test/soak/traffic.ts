import type { TrailRecord } from '../../simulator/cloudtrail-log.ts';
import type { SimulatorControl } from '../../simulator/control.ts';
import { integerBetween, pick, type Random, seededUuid } from '../../simulator/random.ts';

/** Where traffic goes, and how late it may come. */
export interface TrafficOptions {
  readonly control: SimulatorControl;
  readonly random: Random;
  readonly sources: readonly { readonly accountId: string; readonly region: string }[];
  /** The longest time from an event to its visibility: what comes after the last sweep is beyond what anybody can promise. */
  readonly latestMs: number;
}

/** People and programs at work in the simulated accounts, and CloudTrail's odd ways to deliver what they did. */
export interface Traffic {
  /** What happened in the hour before the accounts were watched. */
  history(nowMs: number, records: number): void;
  /** What happens now. */
  tick(nowMs: number): void;
  /** How many records were delivered in which way. */
  readonly counts: Readonly<Record<TrafficKind, number>>;
}

export type TrafficKind =
  'prompt' | 'out of order' | 'late' | 'duplicate' | 'same in another order' | 'corrected' | 'malformed' | 'burst';

interface Deed {
  readonly provider: string;
  readonly action: string;
  readonly readOnly: boolean;
}

const deeds: readonly Deed[] = [
  { provider: 's3', action: 'ListBuckets', readOnly: true },
  { provider: 's3', action: 'GetBucketAcl', readOnly: true },
  { provider: 'ec2', action: 'DescribeInstances', readOnly: true },
  { provider: 'secretsmanager', action: 'GetSecretValue', readOnly: true },
  { provider: 'secretsmanager', action: 'GetSecretValue', readOnly: true },
  { provider: 'iam', action: 'ListUsers', readOnly: true },
  { provider: 'iam', action: 'CreateUser', readOnly: false },
  { provider: 'iam', action: 'PutUserPolicy', readOnly: false },
  { provider: 'iam', action: 'CreateLoginProfile', readOnly: false },
  { provider: 'rds', action: 'DescribeDBInstances', readOnly: true },
  { provider: 'lambda', action: 'ListFunctions20150331', readOnly: true },
  { provider: 'kms', action: 'ListKeys', readOnly: true },
  { provider: 'cloudtrail', action: 'StopLogging', readOnly: false },
];

/** Broken in every way that a record can be. */
const breakages: readonly ((json: string) => string)[] = [
  (json) => json.slice(0, Math.floor(json.length / 2)),
  (json) => `[${json}]`,
  () => 'null',
  (json) => json.replace('"eventID"', '"eventId"'),
  (json) => json.replace(/"eventTime":"[^"]*"/, '"eventTime":"yesterday"'),
  () => '<html><body>Service Unavailable</body></html>',
];

/** Makes random traffic; the same seed and the same moments make the same traffic. */
export function createTraffic({ control, random, sources, latestMs }: TrafficOptions): Traffic {
  const counts: Record<TrafficKind, number> = {
    prompt: 0,
    'out of order': 0,
    late: 0,
    duplicate: 0,
    'same in another order': 0,
    corrected: 0,
    malformed: 0,
    burst: 0,
  };

  /** Delivers a record some time after its event, and now and then again. */
  function deliver(record: TrailRecord, eventMs: number, nowMs: number): void {
    const kind = pickKind(random);
    counts[kind] += 1;
    const [earliest, latest] = delays(kind, latestMs);
    const again = integerBetween(random, 0, latestMs);
    const visibleAfterMs = eventMs + integerBetween(random, earliest, latest) - nowMs;
    const againAfterMs = eventMs + again - nowMs;
    const json = JSON.stringify(record);
    if (kind === 'malformed') {
      control.insertRecords({ records: [record], visibleAfterMs, text: pick(random, breakages)(json) });
      return;
    }
    control.insertRecords({ records: [record], visibleAfterMs });
    if (kind === 'duplicate') {
      control.insertRecords({ records: [record], visibleAfterMs: againAfterMs, kind: 'duplicate' });
    }
    if (kind === 'same in another order') {
      const text = JSON.stringify(Object.fromEntries(Object.entries(record).toReversed()));
      control.insertRecords({ records: [record], visibleAfterMs: againAfterMs, kind: 'duplicate', text });
    }
    if (kind === 'corrected') {
      control.insertRecords({ records: [corrected(record)], visibleAfterMs: againAfterMs, kind: 'corrected' });
    }
  }

  function happen(nowMs: number, agoMs: number): void {
    const { accountId, region } = pick(random, sources);
    const eventMs = nowMs - agoMs;
    deliver(newRecord(random, accountId, region, eventMs), Math.floor(eventMs / 1000) * 1000, nowMs);
  }

  /** More than a page within a second. */
  function burst(nowMs: number): void {
    const { accountId, region } = pick(random, sources);
    const records = Array.from({ length: integerBetween(random, 60, 130) }, () =>
      newRecord(random, accountId, region, nowMs),
    );
    counts.burst += records.length;
    control.insertRecords({ records, visibleAfterMs: integerBetween(random, 0, 2000) });
  }

  return {
    counts,
    history(nowMs, records) {
      for (let made = 0; made < records; made += 1) happen(nowMs, integerBetween(random, latestMs, 50 * 60_000));
    },
    tick(nowMs) {
      const events = integerBetween(random, 0, 4);
      for (let made = 0; made < events; made += 1) happen(nowMs, integerBetween(random, 0, 2000));
      if (random() < 0.02) burst(nowMs);
    },
  };
}

function pickKind(random: Random): TrafficKind {
  const drawn = random();
  const shares: readonly (readonly [TrafficKind, number])[] = [
    ['late', 0.12],
    ['out of order', 0.2],
    ['duplicate', 0.06],
    ['same in another order', 0.03],
    ['corrected', 0.06],
    ['malformed', 0.04],
  ];
  let sum = 0;
  for (const [kind, share] of shares) {
    sum += share;
    if (drawn < sum) return kind;
  }
  return 'prompt';
}

function delays(kind: TrafficKind, latestMs: number): readonly [number, number] {
  if (kind === 'late') return [latestMs / 2, latestMs];
  return kind === 'out of order' ? [0, latestMs / 2] : [0, 1500];
}

function newRecord(random: Random, accountId: string, region: string, eventMs: number): TrailRecord {
  const deed = pick(random, deeds);
  const user = `user-${integerBetween(random, 1, 5)}`;
  const denied = random() < 0.25;
  return {
    eventVersion: '1.11',
    eventID: seededUuid(random),
    requestID: seededUuid(random),
    eventTime: new Date(eventMs).toISOString().replace(/\.\d+Z$/u, 'Z'),
    eventName: deed.action,
    eventSource: `${deed.provider}.amazonaws.com`,
    eventType: 'AwsApiCall',
    eventCategory: 'Management',
    awsRegion: region,
    recipientAccountId: accountId,
    sourceIPAddress: `203.0.113.${integerBetween(random, 1, 4)}`,
    userAgent: pick(random, ['aws-cli/2.31.0', 'Boto3/1.40.0', 'S3 Browser/11.7.5 (https://s3browser.com)']),
    readOnly: deed.readOnly,
    managementEvent: true,
    ...(denied ? { errorCode: 'AccessDenied', errorMessage: 'not authorized' } : {}),
    requestParameters: deed.action === 'GetSecretValue' ? { secretId: `secret-${integerBetween(random, 1, 9)}` } : null,
    responseElements: null,
    userIdentity: {
      type: 'IAMUser',
      principalId: `AIDA${user.toUpperCase().replace('-', '0000')}`,
      arn: `arn:aws:iam::${accountId}:user/${user}`,
      accountId,
      accessKeyId: `AKIA${user.toUpperCase().replace('-', '0000')}`,
      userName: user,
    },
  };
}

/** What CloudTrail sends to correct a record: the same event ID, another content; here even another outcome. */
function corrected(record: TrailRecord): TrailRecord {
  const { errorCode, errorMessage: _message, ...others } = record;
  const turned = errorCode === undefined ? { ...others, errorCode: 'AccessDenied' } : others;
  return { ...turned, addendum: { reason: 'UPDATED_DATA', updatedFields: 'errorCode' } };
}
