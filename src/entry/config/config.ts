import { dayMs } from '../../model/duration.ts';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { z } from 'zod';
import type { Account, RoleRef } from '../../model/account.ts';
import type { AccountId } from '../../model/ids.ts';
import { configSchema, knownKeys, type ConfigFile } from './config-schema.ts';
import { nearest } from '../terminal/spelling.ts';
import type { SourcePosition } from '../../detection/rule-file/rule-syntax-error.ts';
import { keyPathOf, tomlPlaces, type TomlPlaces } from '../../detection/rule-file/toml-places.ts';
import { readToml } from '../../detection/rule-file/toml-text.ts';
import { expectedWords } from '../../validation/expected-words.ts';
import { TrailhoundError } from '../../model/trailhound-error.ts';

/** What a namespace is for. */
export type NamespaceUse = 'polling' | 'cases';

/** All settings, validated, with absolute paths. Stages and adapters take plain options made of it, never the whole. */
export interface Config {
  /** The file that it was read from; undefined where all is default. */
  readonly file?: string;
  /** Keys, the embedded servers' files and what is known of a running copy. */
  readonly dataDir: string;
  /** The audience of signed decisions: what is approved here is approved nowhere else. */
  readonly installation: string;
  readonly temporal: {
    /** Without it, `start` runs a server of its own. */
    readonly address?: string;
    /** Where a namespace has an address of its own, as in Temporal Cloud. */
    readonly addresses: Readonly<Partial<Record<NamespaceUse, string>>>;
    readonly namespaces: { readonly polling: string; readonly cases: string };
    readonly retention: { readonly pollingMs: number; readonly casesMs: number };
    readonly apiKey?: string;
    readonly tls?: {
      readonly serverName?: string;
      readonly serverCaFile?: string;
      readonly clientCertFile?: string;
      readonly clientKeyFile?: string;
    };
  };
  readonly store: {
    /** Without it, `start` runs a PostgreSQL of its own. */
    readonly url?: string;
    readonly maxConnections: number;
  };
  /** Wished ports of the servers that `start` runs; 0 takes any. */
  readonly embedded: { readonly temporalPort: number; readonly temporalUiPort: number; readonly postgresPort: number };
  readonly aws: {
    readonly endpoint?: string;
    readonly region: string;
    readonly profile?: string;
    readonly credentialsFile?: string;
  };
  readonly accounts: readonly Account[];
  /** Absolute. Trailhound's own rule pack is read as well. */
  readonly rules: { readonly directories: readonly string[] };
  /** MMDB files, absolute: what is collected gets `source.geo` and `source.as` of them. */
  readonly enrichment: { readonly mmdb: readonly string[] };
  readonly collection: {
    readonly pollIntervalMs: number;
    readonly liveLagMs: number;
    readonly sweepDelaysMs: readonly number[];
    readonly historyDays: number;
    /** How long events are kept; longer where a rule looks back further. */
    readonly keepEventsMs: number;
  };
  /** How far before the first alert evidence is looked for. */
  readonly investigation: {
    readonly lookBackMs: number;
    /** So long after a look at a case, new alerts wait for the next. */
    readonly lookAgainAfterMs: number;
    /** Requests to AWS that one look at a case may make. */
    readonly requestBudget: number;
  };
  readonly approval: {
    readonly expiresAfterMs: number;
    readonly approvers: readonly { readonly name: string; readonly publicKeyFile: string }[];
  };
  readonly response: {
    readonly secretNamePrefix: string;
    readonly secretRegion: string;
    /** IAM users, by name or path, that no response touches. */
    readonly guarded: { readonly userNames: readonly string[]; readonly paths: readonly string[] };
    readonly watchMs: number;
    /** How long after IAM shows a key as inactive a call may still go through. */
    readonly watchGraceMs: number;
    /** After a lost answer, how long IAM's lists are given to agree. */
    readonly settleMs: number;
    readonly trailProofTimeoutMs: number;
    /** So soon after it is complete a decision must be begun. */
    readonly beginWithinMs: number;
    /** The key that marks journal rows as the responder's own. */
    readonly journalKeyFile: string;
    /** Where the register of what was spent is kept; without it, in the data folder. */
    readonly register?: { readonly dynamoDbTable: string; readonly region: string; readonly role?: RoleRef };
  };
  readonly codec: { readonly keyFile: string; readonly port: number };
  readonly log: { readonly level: 'debug' | 'info' | 'warn' | 'error' };
}

/** One thing that is wrong in a configuration file. */
export interface ConfigProblem extends SourcePosition {
  readonly message: string;
  readonly remedy: string;
}

/** Everything that is wrong in a configuration file, at once; no value of a setting is quoted, for it may be a secret. */
export class ConfigError extends TrailhoundError {
  override readonly name = 'ConfigError';
  override readonly code = 'config';
  override readonly remedy = 'every setting is described in trailhound.example.toml';
  readonly problems: readonly ConfigProblem[];
  constructor(file: string, problems: readonly ConfigProblem[]) {
    super(
      problems
        .map(({ line, column, message, remedy }) => `${file}:${line}:${column}: ${message}; ${remedy}`)
        .join('\n'),
    );
    this.problems = problems;
  }
}

function parseToml(text: string, file: string): unknown {
  const toml = readToml(text);
  if (toml.kind === 'tables') return toml.tables;
  throw new ConfigError(file, [{ ...toml.position, message: toml.problem, remedy: toml.remedy }]);
}

function unknownKey(path: readonly PropertyKey[], key: string): Pick<ConfigProblem, 'message' | 'remedy'> {
  const known = knownKeys(path);
  const meant = nearest(key, known);
  return {
    message: `there is no setting ${settingName([...path, key])}`,
    remedy: meant === undefined ? `settings here are ${known.join(', ')}` : `did you mean ${meant}?`,
  };
}

/** Without the numbers of entries: the place says which, and people do not count from 0. */
function settingName(path: readonly PropertyKey[]): string {
  return path.filter((part) => typeof part === 'string').join('.');
}

function problemsOf(issue: z.core.$ZodIssue, places: TomlPlaces): readonly ConfigProblem[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      ...places.keyPositionOf(keyPathOf([...issue.path, key])),
      ...unknownKey(issue.path, key),
    }));
  const setting = settingName(issue.path);
  const absent = issue.code === 'invalid_type' && 'input' in issue && issue.input === undefined;
  return [
    {
      ...places.keyPositionOf(keyPathOf(issue.path)),
      message: absent ? `${setting} is missing` : `${setting} is not valid`,
      remedy: issue.message,
    },
  ];
}

function validate(text: string, file: string): ConfigFile {
  const result = configSchema.safeParse(parseToml(text, file), { reportInput: true, error: expectedWords });
  if (result.success) return result.data;
  const places = tomlPlaces(text);
  const problems = result.error.issues.flatMap((issue) => problemsOf(issue, places));
  throw new ConfigError(
    file,
    problems.sort((a, b) => a.line - b.line || a.column - b.column),
  );
}

type AccountEntry = ConfigFile['accounts'][number];
type RoleEntry = NonNullable<AccountEntry['poll_role']>;

function roleOf({ arn, external_id }: RoleEntry) {
  return {
    arn,
    ...(external_id === undefined ? {} : { externalId: external_id }),
  };
}

function accountOf(entry: AccountEntry, pollIntervalMs: number): Account {
  return {
    id: entry.id as AccountId, // twelve digits: the schema has checked it
    name: entry.name ?? entry.id,
    partition: entry.partition,
    lifecycle: entry.lifecycle,
    ...(entry.regions === 'all' ? { regions: [], discoversRegions: true } : { regions: entry.regions }),
    ...(entry.read === 'all' ? {} : { reads: entry.read }),
    roles: {
      ...(entry.poll_role === undefined ? {} : { poll: roleOf(entry.poll_role) }),
      ...(entry.evidence_role === undefined ? {} : { evidence: roleOf(entry.evidence_role) }),
      ...(entry.respond_role === undefined ? {} : { respond: roleOf(entry.respond_role) }),
    },
    pollIntervalMs: entry.poll_interval ?? pollIntervalMs,
  };
}

/** Paths in a file are relative to that file. */
type ResolvePath = (path: string) => string;

function tlsOf(tls: NonNullable<ConfigFile['temporal']['tls']>, at: ResolvePath) {
  return {
    ...(tls.server_name === undefined ? {} : { serverName: tls.server_name }),
    ...(tls.server_ca_file === undefined ? {} : { serverCaFile: at(tls.server_ca_file) }),
    ...(tls.client_cert_file === undefined ? {} : { clientCertFile: at(tls.client_cert_file) }),
    ...(tls.client_key_file === undefined ? {} : { clientKeyFile: at(tls.client_key_file) }),
  };
}

function readSecret(file: string, setting: string, configFile: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new ConfigError(configFile, [
      {
        line: 1,
        column: 1,
        message: `${setting}: ${file} cannot be read (${reason})`,
        remedy: 'correct the path or its permissions',
      },
    ]);
  }
}

function temporalOf(
  entry: ConfigFile['temporal'],
  at: ResolvePath,
  env: NodeJS.ProcessEnv,
  file: string,
): Config['temporal'] {
  const apiKey =
    env['TRAILHOUND_TEMPORAL_API_KEY'] ??
    (entry.api_key_file === undefined ? undefined : readSecret(at(entry.api_key_file), 'temporal.api_key_file', file));
  return {
    ...(entry.address === undefined ? {} : { address: entry.address }),
    addresses: {
      ...(entry.polling_address === undefined ? {} : { polling: entry.polling_address }),
      ...(entry.cases_address === undefined ? {} : { cases: entry.cases_address }),
    },
    namespaces: { polling: entry.polling_namespace, cases: entry.cases_namespace },
    retention: { pollingMs: entry.polling_retention, casesMs: entry.cases_retention },
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(entry.tls === undefined ? {} : { tls: tlsOf(entry.tls, at) }),
  };
}

function storeOf(entry: ConfigFile['store'], env: NodeJS.ProcessEnv): Config['store'] {
  const url = env['TRAILHOUND_STORE_URL'] ?? entry.url;
  return { ...(url === undefined ? {} : { url }), maxConnections: entry.max_connections };
}

function awsOf(entry: ConfigFile['aws'], at: ResolvePath): Config['aws'] {
  return {
    ...(entry.endpoint === undefined ? {} : { endpoint: entry.endpoint }),
    region: entry.region,
    ...(entry.profile === undefined ? {} : { profile: entry.profile }),
    ...(entry.credentials_file === undefined ? {} : { credentialsFile: at(entry.credentials_file) }),
  };
}

function registerOf(
  { dynamodb_table: dynamoDbTable, region, role }: NonNullable<ConfigFile['response']['register']>,
  defaultRegion: string,
) {
  return { dynamoDbTable, region: region ?? defaultRegion, ...(role === undefined ? {} : { role: roleOf(role) }) };
}

function approversOf(entry: ConfigFile['approval'], at: ResolvePath, dataDir: string) {
  return (
    entry.approvers?.map(({ name, public_key_file }) => ({ name, publicKeyFile: at(public_key_file) })) ?? [
      { name: 'local', publicKeyFile: join(dataDir, 'approvers', 'local.pub') },
    ]
  );
}

function fromFile(entry: ConfigFile, at: ResolvePath, env: NodeJS.ProcessEnv, file: string | undefined): Config {
  const dataDir = env['TRAILHOUND_DATA_DIR'] === undefined ? at(entry.data_dir) : resolve(env['TRAILHOUND_DATA_DIR']);
  const { collection, approval, response, codec, embedded } = entry;
  return {
    ...(file === undefined ? {} : { file }),
    dataDir,
    installation: entry.installation,
    temporal: temporalOf(entry.temporal, at, env, file ?? 'configuration'),
    store: storeOf(entry.store, env),
    embedded: {
      temporalPort: embedded.temporal_port,
      temporalUiPort: embedded.temporal_ui_port,
      postgresPort: embedded.postgres_port,
    },
    aws: awsOf(entry.aws, at),
    accounts: entry.accounts.map((each) => accountOf(each, collection.poll_interval)),
    rules: { directories: entry.rules.directories.map(at) },
    enrichment: { mmdb: entry.enrichment.mmdb.map(at) },
    collection: {
      pollIntervalMs: collection.poll_interval,
      liveLagMs: collection.live_lag,
      sweepDelaysMs: collection.sweep_delays,
      historyDays: collection.history / dayMs,
      keepEventsMs: collection.keep_events,
    },
    investigation: {
      lookBackMs: entry.investigation.look_back,
      lookAgainAfterMs: entry.investigation.look_again_after,
      requestBudget: entry.investigation.request_budget,
    },
    approval: { expiresAfterMs: approval.expires_after, approvers: approversOf(approval, at, dataDir) },
    response: {
      secretNamePrefix: response.secret_name_prefix,
      secretRegion: response.secret_region ?? entry.aws.region,
      guarded: { userNames: response.protected_users, paths: response.protected_paths },
      watchMs: response.watch,
      watchGraceMs: response.watch_grace,
      settleMs: response.settle,
      trailProofTimeoutMs: response.trail_proof_timeout,
      beginWithinMs: response.begin_within,
      journalKeyFile:
        response.journal_key_file === undefined
          ? join(dataDir, 'responder', 'journal.key')
          : at(response.journal_key_file),
      ...(response.register === undefined ? {} : { register: registerOf(response.register, entry.aws.region) }),
    },
    codec: {
      keyFile: codec.key_file === undefined ? join(dataDir, 'codec.key') : at(codec.key_file),
      port: codec.port,
    },
    log: entry.log,
  };
}

function readConfigFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new ConfigError(file, [
      {
        line: 1,
        column: 1,
        message: `the configuration file cannot be read (${reason})`,
        remedy: 'correct the path or its permissions; trailhound.example.toml is one to start from',
      },
    ]);
  }
}

/**
 * Reads the configuration: the file at `path`, else the one named by TRAILHOUND_CONFIG, else defaults alone.
 * Secrets may come from the environment: TRAILHOUND_STORE_URL, TRAILHOUND_TEMPORAL_API_KEY; TRAILHOUND_DATA_DIR moves the data folder.
 * @throws ConfigError with every problem of the file, each with its place and remedy
 */
export function loadConfig(path: string | undefined, env: NodeJS.ProcessEnv): Config {
  const named = path ?? env['TRAILHOUND_CONFIG'];
  if (named === undefined || named === '')
    return fromFile(configSchema.parse({ data_dir: simulatedDataDir }), (each) => resolve(each), env, undefined);
  const file = resolve(named);
  return fromFile(validate(readConfigFile(file), named), (each) => resolve(dirname(file), each), env, file);
}

/** Where `npm start` without a configuration keeps its simulation, apart from what a real installation knows. */
const simulatedDataDir = '.trailhound/simulated';

/** The configuration that `start` writes for the simulated AWS into a data folder. */
export function simulatedConfigFile(dataDir: string): string {
  return join(dataDir, 'simulated.toml');
}

/**
 * The configuration for a command that works on an installation from the outside: as {@link loadConfig}, but where none is named,
 * the one of the simulated AWS that `npm start` runs from this folder.
 */
export function loadConfigOfInstallation(path: string | undefined, env: NodeJS.ProcessEnv): Config {
  const config = loadConfig(path, env);
  const simulated = simulatedConfigFile(config.dataDir);
  return config.file === undefined && existsSync(simulated) ? loadConfig(simulated, env) : config;
}
