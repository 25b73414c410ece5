import type { JsonObject } from '../../../src/model/json.ts';
import { appAccount, Cloud, dataAccount, sessionOf, userOf, type Who } from '../expected/cloud.ts';

/** The account of the organisation. */
const rootAccount = '222233334444';
export { appAccount, dataAccount };

export const browser =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36';
export const office = '198.51.100.20';
export const intrudersHome = '203.0.113.66';
export const intrudersTool = 'aws-cli/2.15.30 Python/3.11.8 Linux/6.6.9 exe/x86_64';

const daySeconds = 86_400;
const store = `arn:aws:identitystore::${rootAccount}:identitystore/d-9067642ac7`;

interface Given {
  readonly from: string;
  readonly client?: string;
  readonly request?: JsonObject;
  readonly response?: JsonObject;
  readonly error?: string;
  readonly account?: string;
  readonly more?: JsonObject;
}

/**
 * Weeks of some accounts, as CloudTrail writes them. What differs from one such estate to the next (addresses, keys, minutes) comes of
 * its seed.
 */
export class Estate {
  readonly cloud = new Cloud();
  #state: number;
  #keys = 0;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** From 0 to below `below`, the next of the seed (mulberry32). */
  random(below: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  }

  /** Seconds of a day (0 is the last one), some hours after nine o'clock, and some minutes that differ. */
  at(day: number, hour = 0, minutes = 20): number {
    return day * daySeconds + hour * 3600 + this.random(minutes * 60);
  }

  /** An address of a network that hands out others all the time. */
  hired(network: number): string {
    return `${network}.${this.random(250)}.${this.random(250)}.${1 + this.random(250)}`;
  }

  temporaryKey(): string {
    this.#keys += 1;
    return `ASIA${String(this.random(1e6)).padStart(6, '0')}${String(this.#keys).padStart(10, '0')}`;
  }

  call(who: Who, name: string, at: number, given: Given): void {
    this.cloud.call(who, name, { at, ...given });
  }

  /** A role that a service of AWS took for itself or for what runs on it. @returns the session. */
  taken(service: string, role: string, session: string, at: number, account = appAccount): Who {
    const key = this.temporaryKey();
    this.cloud.call({ type: 'AWSService', invokedBy: `${service}.amazonaws.com` }, 'sts:AssumeRole', {
      at,
      from: `${service}.amazonaws.com`,
      client: `${service}.amazonaws.com`,
      account,
      request: { roleArn: `arn:aws:iam::${account}:role/${role}`, roleSessionName: session },
      response: answered(account, role, session, key, at),
      more: { sharedEventID: `shared-${this.cloud.records.length}`, readOnly: true },
    });
    return sessionOf(account, role, session, key);
  }

  /** A role that somebody took whom a provider vouched for: GitHub, Terraform Cloud. */
  vouched(
    { provider, subject, role, session }: Record<'provider' | 'subject' | 'role' | 'session', string>,
    at: number,
    from: string,
    client: string,
  ): Who {
    const key = this.temporaryKey();
    this.cloud.call(
      {
        type: 'WebIdentityUser',
        principalId: `arn:aws:iam::${appAccount}:oidc-provider/${provider}:sts.amazonaws.com:${subject}`,
        userName: subject,
        identityProvider: `arn:aws:iam::${appAccount}:oidc-provider/${provider}`,
      },
      'sts:AssumeRoleWithWebIdentity',
      {
        at,
        from,
        client,
        account: appAccount,
        request: { roleArn: `arn:aws:iam::${appAccount}:role/${role}`, roleSessionName: session },
        response: {
          ...answered(appAccount, role, session, key, at),
          subjectFromWebIdentityToken: subject,
          audience: 'sts.amazonaws.com',
          provider: `arn:aws:iam::${appAccount}:oidc-provider/${provider}`,
        },
        more: { readOnly: true },
      },
    );
    return sessionOf(appAccount, role, session, key);
  }

  /** A role that another company's account took, with the external ID that was agreed on. */
  byVendor(
    { account, role, session, externalId }: Record<'account' | 'role' | 'session', string> & { externalId?: string },
    at: number,
    from: string,
    client: string,
  ): Who {
    const key = this.temporaryKey();
    this.cloud.call(
      { type: 'AWSAccount', principalId: `AROA${account}VENDOR:${session}`, accountId: account },
      'sts:AssumeRole',
      {
        at,
        from,
        client,
        account: appAccount,
        request: {
          roleArn: `arn:aws:iam::${appAccount}:role/${role}`,
          roleSessionName: session,
          ...(externalId === undefined ? {} : { externalId }),
        },
        response: answered(appAccount, role, session, key, at),
        more: { sharedEventID: `shared-${this.cloud.records.length}`, readOnly: true },
      },
    );
    return sessionOf(appAccount, role, session, key);
  }

  /** Somebody comes to an account's console by Identity Center. @returns their session. */
  person(name: string, permissionSet: string, at: number, from: string, account = appAccount): Who {
    const role = `AWSReservedSSO_${permissionSet}_0123456789abcdef`;
    const session = `${name}@example.com`;
    const key = this.temporaryKey();
    this.cloud.call(
      {
        type: 'IdentityCenterUser',
        accountId: rootAccount,
        onBehalfOf: { userId: `id-${name}`, identityStoreArn: store },
      },
      'sso:Federate',
      {
        at,
        from,
        client: browser,
        account: rootAccount,
        more: {
          eventType: 'AwsServiceEvent',
          serviceEventDetails: { role_name: permissionSet, account_id: account },
          readOnly: true,
        },
      },
    );
    this.cloud.call(
      { type: 'SAMLUser', principalId: `hashed:${session}`, userName: session, identityProvider: 'hashed' },
      'sts:AssumeRoleWithSAML',
      {
        at: at + 1,
        from,
        client: 'aws-internal/3 aws-sdk-java/1.12.783 Linux/5.10.240',
        account,
        request: {
          roleArn: `arn:aws:iam::${account}:role/aws-reserved/sso.amazonaws.com/${role}`,
          principalArn: `arn:aws:iam::${account}:saml-provider/AWSSSO_0123456789abcdef_DO_NOT_DELETE`,
          roleSessionName: session,
        },
        response: {
          ...answered(account, role, session, key, at),
          subject: session,
          issuer: 'https://portal.sso.us-east-1.amazonaws.com/saml',
        },
        more: { readOnly: true },
      },
    );
    const who = sessionOf(account, role, session, key);
    const path = { arn: `arn:aws:iam::${account}:role/aws-reserved/sso.amazonaws.com/${role}` };
    const context = who['sessionContext'] as JsonObject;
    return {
      ...who,
      sessionContext: { ...context, sessionIssuer: { ...(context['sessionIssuer'] as JsonObject), ...path } },
      onBehalfOf: { userId: `id-${name}`, identityStoreArn: store },
    };
  }

  /** A user or root signs in to the console. */
  signIn(who: Who, at: number, from: string, mfa = 'Yes'): void {
    const { accessKeyId: _key, ...identity } = who;
    this.cloud.call(identity, 'signin:ConsoleLogin', {
      at,
      from,
      client: browser,
      response: { ConsoleLogin: 'Success' },
      more: {
        eventType: 'AwsConsoleSignIn',
        readOnly: false,
        additionalEventData: { MFAUsed: mfa, MobileVersion: 'No', LoginTo: 'https://console.aws.amazon.com/' },
      },
    });
  }

  /** What goes on in most accounts every day, and raises no alert. */
  background(firstDay: number, lastDay = 0): void {
    const alice = 'alice';
    for (let day = firstDay; day <= lastDay; day += 1) {
      const morning = this.at(day);
      const who = this.person(alice, 'ReadOnly', morning, office);
      this.call(who, 'ec2:DescribeInstances', morning + 60, { from: office, client: browser });
      const other = this.person(alice, 'ReadOnly', morning + 600, office, dataAccount);
      this.call(other, 'rds:DescribeDBInstances', morning + 660, { from: office, client: browser });
      const task = this.taken('ecs-tasks', 'web-task', `${day + 400}f0c1d2e3f4a5b6c7d8e9f0a1b2c3`, this.at(day, -6));
      this.call(task, 'ssm:GetParameters', this.at(day, -5), {
        from: '10.0.3.17',
        client: 'aws-sdk-go-v2/1.30.3',
        request: { names: ['/web/config'], withDecryption: false },
      });
      this.config(day);
    }
  }

  /** AWS Config looks at everything every day, by its own role. */
  config(day: number): void {
    const who = linkedSession(appAccount, 'config.amazonaws.com', 'AWSServiceRoleForConfig', this.temporaryKey());
    for (const name of ['iam:ListRoles', 's3:ListBuckets', 'iam:GetAccountAuthorizationDetails'])
      this.call(who, name, this.at(day, -7), { from: 'config.amazonaws.com', client: 'config.amazonaws.com' });
  }
}

/** A service's session of the role that belongs to it. */
export function linkedSession(account: string, service: string, role: string, key: string): Who {
  const who = sessionOf(account, role, role, key);
  const context = who['sessionContext'] as JsonObject;
  const arn = `arn:aws:iam::${account}:role/aws-service-role/${service}/${role}`;
  return {
    ...who,
    sessionContext: { ...context, sessionIssuer: { ...(context['sessionIssuer'] as JsonObject), arn } },
    invokedBy: service,
  };
}

/** A user in the console: with temporary keys. */
export function consoleUser(name: string, account = appAccount): Who {
  return userOf(account, name, `ASIA${name.toUpperCase().padEnd(16, '0')}`);
}

export function rootOf(account: string, key?: string): Who {
  return {
    type: 'Root',
    principalId: account,
    arn: `arn:aws:iam::${account}:root`,
    accountId: account,
    ...(key === undefined ? {} : { accessKeyId: key }),
  };
}

function answered(account: string, role: string, session: string, key: string, at: number): JsonObject {
  return {
    credentials: { accessKeyId: key, expiration: expiration(at + 3600), sessionToken: 't' },
    assumedRoleUser: {
      assumedRoleId: `AROA${role.toUpperCase().padEnd(12, 'X')}:${session}`,
      arn: `arn:aws:sts::${account}:assumed-role/${role}/${session}`,
    },
  };
}

/** As STS's answers are written: `Nov 21, 2026, 10:00:00 PM`. */
function expiration(at: number): string {
  const when = new Date(Date.parse('2026-11-20T09:00:00Z') + at * 1000);
  return when.toLocaleString('en-US', { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'UTC' });
}
