import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import { IAMClient } from '@aws-sdk/client-iam';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { STSClient } from '@aws-sdk/client-sts';
import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from '@smithy/types';
import type { Account, RoleRef } from '../../model/account.ts';
import type { AccountId } from '../../model/ids.ts';
import { assumedRoleCredentials, type SessionLabel } from './credentials.ts';
import { refuseUnreadableAnswers, type WireProtocol } from './readable-answers.ts';

/** What a client is for; it chooses the account's role, and with it what AWS lets us do. */
export type AwsPurpose = 'poll' | 'evidence' | 'respond';

/** A call that AWS answered, with success or an error: the request ID is in its CloudTrail record too. */
export interface AnsweredCall {
  readonly awsRequestId: string;
  /** `iam:CreateAccessKey`, ... */
  readonly operation: string;
  /** Null for calls made before a role is assumed. */
  readonly accountId: AccountId | null;
  readonly atMs: number;
  readonly session: SessionLabel | null;
}

export interface AwsAccessOptions {
  /**
   * One endpoint for all services (a simulator, moto, LocalStack). Without it the SDK honours `AWS_ENDPOINT_URL_<SERVICE>`
   * and `AWS_ENDPOINT_URL` by itself.
   */
  readonly endpoint?: string;
  /** Where STS is called, and Secrets Manager when no region is named. */
  readonly region: string;
  /** Trailhound's version: the user agent carries it. */
  readonly version: string;
  /** The process's own credentials; without them the SDK's default chain (environment, profile, instance). */
  readonly credentials?: AwsCredentialIdentity | AwsCredentialIdentityProvider;
  /** Names our sessions where the caller gives no label. */
  readonly sessionName?: string;
  /** Told of every answered call, before the caller is; it must not throw. */
  readonly onAnswer?: (call: AnsweredCall) => void;
  /** Whole request and answer; 10 s where not given. */
  readonly requestTimeoutMs?: number;
}

/** SDK clients by account, region and purpose, made once and shared. */
export interface AwsAccess {
  cloudTrail(account: Account, region: string, purpose: AwsPurpose, session?: SessionLabel): CloudTrailClient;
  /** In the partition's first region: any region lists all of them. */
  ec2(account: Account, purpose: AwsPurpose): EC2Client;
  iam(account: Account, purpose: AwsPurpose, session?: SessionLabel): IAMClient;
  sts(account: Account, purpose: AwsPurpose, session?: SessionLabel): STSClient;
  secretsManager(account: Account, region: string, purpose: AwsPurpose, session?: SessionLabel): SecretsManagerClient;
  /** Under a role of the register's own, or the process's own credentials: the register belongs to no watched account. */
  dynamoDb(region: string, role: RoleRef | undefined): DynamoDBClient;
  /** The process's own identity, before any role is assumed. */
  ownSts(): STSClient;
  /** Closes all sockets. */
  destroy(): void;
}

/** IAM is global: its endpoint is in one region of each partition, which every account has. */
const iamRegions: Readonly<Record<Account['partition'], string>> = {
  aws: 'us-east-1',
  'aws-cn': 'cn-north-1',
  'aws-us-gov': 'us-gov-west-1',
};

/**
 * One attempt everywhere but for evidence and STS. For CloudTrail, SDK retries spend two requests a second that the limiter
 * does not see; for writes, a retry after a lost answer makes a second key, and the SDK takes `LimitExceededException`
 * for throttling. Evidence reads and AssumeRole are repeatable and share no tight budget.
 */
const attemptsByUse = { cloudTrail: 1, respond: 1, otherwise: 3 } as const;

/**
 * Each response has a session of its own, and clients with it: those that were not used for longest are forgotten, and end with
 * their last request. A client is cheap to make again; a session costs a call to STS, so those of a thousand accounts are kept.
 */
const keptClients = 500;
const keptSessions = 2_000;

/** The value of a key, made where there is none; it counts as used now. */
function keptOrMade<T>(kept: Map<string, T>, key: string, most: number, make: () => T): T {
  const value = kept.get(key) ?? make();
  kept.delete(key);
  kept.set(key, value);
  const [oldest] = kept.keys();
  if (kept.size > most && oldest !== undefined) kept.delete(oldest);
  return value;
}

/** Requests under way at once to one host: all accounts' to a region's endpoint share its connections. */
const socketsPerHost = 500;

/** How each service writes its answers. */
const protocols = {
  cloudtrail: 'json',
  dynamodb: 'json',
  ec2: 'query',
  iam: 'query',
  secretsmanager: 'json',
  sts: 'query',
} as const satisfies Record<string, WireProtocol>;

type AnyClient = CloudTrailClient | DynamoDBClient | EC2Client | IAMClient | STSClient | SecretsManagerClient;

/** Gives SDK v3 clients that assume the account's role for the purpose, or use the process's own credentials where it has none. */
export function createAwsAccess(options: AwsAccessOptions): AwsAccess {
  const clients = new Map<string, AnyClient>();
  const providers = new Map<string, AwsCredentialIdentityProvider>();
  const defaultLabel: SessionLabel = { sessionName: options.sessionName ?? 'trailhound' };

  const common = {
    customUserAgent: [['trailhound', options.version]] as [string, string][],
    requestHandler: {
      connectionTimeout: 3_000,
      requestTimeout: options.requestTimeoutMs ?? 10_000,
      throwOnRequestTimeout: true,
      httpAgent: { maxSockets: socketsPerHost },
      httpsAgent: { maxSockets: socketsPerHost },
    },
    ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
  };
  function made<C extends AnyClient>(key: string, make: () => C): C {
    return keptOrMade(clients, key, keptClients, make) as C;
  } // a key starts with the service's name, so the class is C

  let own: STSClient | undefined;
  function ownSts(): STSClient {
    if (own !== undefined) return own;
    own = new STSClient({
      ...common,
      region: options.region,
      maxAttempts: attemptsByUse.otherwise,
      ...(options.credentials === undefined ? {} : { credentials: options.credentials }),
    });
    refuseUnreadableAnswers(stackOf(own), protocols.sts);
    reportAnswers(own, 'sts', null, null, options.onAnswer);
    return own;
  }

  /** All that read share STS's connections: else each account and region would open its own, at every poll anew. */
  function shared() {
    return { ...common, requestHandler: ownSts().config.requestHandler };
  }

  function credentialsFor(account: Account, purpose: AwsPurpose, label: SessionLabel) {
    return roleCredentials(account.roles[purpose], label);
  }

  function roleCredentials(role: RoleRef | undefined, label: SessionLabel) {
    if (role === undefined) return options.credentials === undefined ? {} : { credentials: options.credentials };
    const key = `${role.arn}/${role.externalId ?? ''}/${labelKey(label)}`;
    const provider = keptOrMade(providers, key, keptSessions, () => assumedRoleCredentials(ownSts(), role, label));
    return { credentials: provider };
  }

  function settings(account: Account, region: string, purpose: AwsPurpose, label: SessionLabel) {
    return {
      // A write goes out on a connection of its response's own: one that another's silence let grow stale would lose its answer.
      ...(purpose === 'respond' ? common : shared()),
      region,
      maxAttempts: purpose === 'respond' ? attemptsByUse.respond : attemptsByUse.otherwise,
      ...credentialsFor(account, purpose, label),
    };
  }

  function clientFor<C extends AnyClient>(
    service: keyof typeof protocols,
    account: Account,
    region: string,
    purpose: AwsPurpose,
    session: SessionLabel | undefined,
    make: (given: ReturnType<typeof settings>) => C,
  ): C {
    const label = session ?? defaultLabel;
    return made(`${service}/${account.id}/${region}/${purpose}/${labelKey(label)}`, () => {
      const client = make(settings(account, region, purpose, label));
      refuseUnreadableAnswers(stackOf(client), protocols[service]);
      reportAnswers(client, service, account.id, session ?? null, options.onAnswer);
      return client;
    });
  }

  return {
    cloudTrail: (account, region, purpose, session) =>
      clientFor(
        'cloudtrail',
        account,
        region,
        purpose,
        session,
        (given) => new CloudTrailClient({ ...given, maxAttempts: attemptsByUse.cloudTrail }),
      ),
    ec2: (account, purpose) =>
      clientFor('ec2', account, iamRegions[account.partition], purpose, undefined, (given) => new EC2Client(given)),
    iam: (account, purpose, session) =>
      clientFor('iam', account, iamRegions[account.partition], purpose, session, (given) => new IAMClient(given)),
    sts: (account, purpose, session) =>
      clientFor('sts', account, options.region, purpose, session, (given) => new STSClient(given)),
    secretsManager: (account, region, purpose, session) =>
      clientFor('secretsmanager', account, region, purpose, session, (given) => new SecretsManagerClient(given)),
    dynamoDb: (region, role) =>
      made(`dynamodb/${region}/${role?.arn ?? ''}/${role?.externalId ?? ''}`, () => {
        const client = new DynamoDBClient({
          ...common,
          region,
          maxAttempts: attemptsByUse.otherwise,
          ...roleCredentials(role, registerLabel),
        });
        refuseUnreadableAnswers(stackOf(client), protocols.dynamodb);
        return client;
      }),
    ownSts,
    destroy: () => {
      for (const client of clients.values()) client.destroy();
      own?.destroy();
      own = undefined;
      clients.clear();
      providers.clear();
    },
  };
}

/** All clients' stacks are alike but for their input types. */
function stackOf(client: AnyClient): IAMClient['middlewareStack'] {
  return client.middlewareStack as IAMClient['middlewareStack'];
}

/** Names the sessions that read and write the responder's register. */
const registerLabel: SessionLabel = { sessionName: 'trailhound-register' };

function labelKey(label: SessionLabel): string {
  return `${label.sessionName}/${label.sourceIdentity ?? ''}`;
}

/** Adds a step to the client's middleware that reads the request ID off every answer, good or bad. */
function reportAnswers(
  client: AnyClient,
  service: string,
  accountId: AccountId | null,
  session: SessionLabel | null,
  onAnswer: AwsAccessOptions['onAnswer'],
): void {
  function report(commandName: string | undefined, metadata: unknown): void {
    const awsRequestId = (metadata as { readonly requestId?: unknown } | undefined)?.requestId;
    if (typeof awsRequestId !== 'string' || awsRequestId === '') return;
    const operation = `${service}:${(commandName ?? 'Unknown').replace(/Command$/, '')}`;
    onAnswer?.({ awsRequestId, operation, accountId, atMs: Date.now(), session });
  }
  stackOf(client).add(
    (next, context) => async (args) => {
      try {
        const result = await next(args);
        report(context.commandName, (result.output as { readonly $metadata?: unknown }).$metadata);
        return result;
      } catch (error) {
        report(context.commandName, (error as { readonly $metadata?: unknown } | null)?.$metadata);
        throw error;
      }
    },
    { step: 'initialize', name: 'trailhoundAnswers' },
  );
}
