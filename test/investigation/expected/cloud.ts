import type { JsonObject } from '../../../src/model/json.ts';

/** Who makes a call: what CloudTrail writes as its `userIdentity`. */
export type Who = JsonObject;

export const appAccount = '111122223333';
export const dataAccount = '444455556666';
/** Nobody watches these. */
export const strangeAccount = '999988887777';

export function userOf(account: string, name: string, key: string): Who {
  return {
    type: 'IAMUser',
    principalId: `AIDA${name.toUpperCase().padEnd(12, 'X')}`,
    arn: `arn:aws:iam::${account}:user/${name}`,
    accountId: account,
    accessKeyId: key,
    userName: name,
  };
}

export function sessionOf(account: string, role: string, session: string, key: string): Who {
  return {
    type: 'AssumedRole',
    principalId: `AROA${role.toUpperCase().padEnd(12, 'X')}:${session}`,
    arn: `arn:aws:sts::${account}:assumed-role/${role}/${session}`,
    accountId: account,
    accessKeyId: key,
    sessionContext: {
      sessionIssuer: {
        type: 'Role',
        principalId: `AROA${role.toUpperCase().padEnd(12, 'X')}`,
        arn: `arn:aws:iam::${account}:role/${role}`,
        accountId: account,
        userName: role,
      },
      attributes: { mfaAuthenticated: 'false' },
    },
  };
}

/** A caller of another account, as the account that it called into sees it. */
export function seenFromOutside(who: Who): Who {
  return { type: 'AWSAccount', principalId: who['principalId'] ?? '', accountId: who['accountId'] ?? '' };
}

export interface CallDetails {
  /** Seconds after the beginning. */
  readonly at: number;
  readonly from: string;
  readonly client?: string;
  readonly request?: JsonObject;
  readonly response?: JsonObject;
  readonly error?: string;
  readonly account?: string;
  readonly more?: JsonObject;
}

/** CloudTrail records as they come in, on a day of ours. */
export class Cloud {
  readonly records: JsonObject[] = [];
  readonly #begin = Date.parse('2026-11-20T09:00:00Z');

  /** @param name of service and call, `iam:CreateUser`. */
  call(who: Who, name: string, details: CallDetails): void {
    const [service = '', action = ''] = name.split(':');
    const { at, from, client = 'aws-cli/2.15.0', request = null, response = null, error, account, more = {} } = details;
    this.records.push({
      eventVersion: '1.11',
      userIdentity: who,
      eventTime: new Date(this.#begin + at * 1000).toISOString().replace('.000Z', 'Z'),
      eventSource: `${service}.amazonaws.com`,
      eventName: action,
      awsRegion: 'us-east-1',
      sourceIPAddress: from,
      userAgent: client,
      requestParameters: request,
      responseElements: response,
      ...(error === undefined ? {} : { errorCode: error, errorMessage: 'no' }),
      requestID: `r-${this.records.length}`,
      eventID: `e-${String(this.records.length).padStart(5, '0')}`,
      readOnly: /^(?:Get|List|Describe|Lookup)/u.test(action),
      eventType: 'AwsApiCall',
      managementEvent: true,
      recipientAccountId: account ?? who['accountId'] ?? '',
      eventCategory: 'Management',
      ...more,
    });
  }

  /** Takes a role; both accounts have a record of it where they are two. @returns the session. */
  assume(
    who: Who,
    to: { readonly account: string; readonly role: string; readonly session: string; readonly key: string },
    details: CallDetails,
  ): Who {
    const { account, role, session, key } = to;
    const request = { roleArn: `arn:aws:iam::${account}:role/${role}`, roleSessionName: session };
    const response = {
      credentials: { accessKeyId: key, expiration: 'Nov 20, 2026, 10:00:00 PM', sessionToken: 't' },
      assumedRoleUser: {
        assumedRoleId: `AROA${role.toUpperCase().padEnd(12, 'X')}:${session}`,
        arn: `arn:aws:sts::${account}:assumed-role/${role}/${session}`,
      },
    };
    const isTwo = who['accountId'] !== account;
    const more = isTwo ? { sharedEventID: `shared-${this.records.length}` } : {};
    if (!isTwo || who['accountId'] !== strangeAccount) {
      this.call(who, 'sts:AssumeRole', { ...details, request, response, more });
    }
    if (isTwo) this.call(seenFromOutside(who), 'sts:AssumeRole', { ...details, account, request, response, more });
    return sessionOf(account, role, session, key);
  }
}

/** An ordinary week before and day around: a pipeline, an administrator, an application. */
export function ordinaryTraffic(cloud: Cloud): void {
  const pipeline = userOf(appAccount, 'pipeline', 'AKIAPIPELINE00000001');
  const admin = userOf(appAccount, 'alice', 'AKIAALICE00000000001');
  const application = sessionOf(appAccount, 'app-server', 'task-1', 'ASIAAPPLICATION00001');
  for (let day = -7; day <= 0; day += 1) {
    const morning = day * 86_400;
    for (let run = 0; run < 3; run += 1) {
      const at = morning + run * 600;
      const to = {
        account: dataAccount,
        role: 'deploy',
        session: `run-${day + 7}-${run}`,
        key: `ASIADEPLOY${day + 17}${run}`,
      };
      const session = cloud.assume(pipeline, to, { at, from: '198.51.100.10', client: 'Terraform/1.9' });
      cloud.call(session, 'ec2:DescribeInstances', { at: at + 5, from: '198.51.100.10', client: 'Terraform/1.9' });
    }
    cloud.call(admin, 'iam:ListUsers', { at: morning + 100, from: '198.51.100.20' });
    cloud.call(application, 'dynamodb:DescribeTable', {
      at: morning + 200,
      from: '198.51.100.30',
      client: 'Boto3/1.34',
    });
  }
}
