import { z } from 'zod';
import { externalIdPattern, regionPattern, roleArnPattern } from '../../model/account.ts';
import { dayMs, durationMs, hourMs, minuteMs } from '../../model/duration.ts';

const units = ['ms', 's', 'm', 'h', 'd'] as const;

/** A duration in the file, milliseconds afterwards. */
function duration(minMs = 0) {
  return z.string('a duration such as "30s", "5m" or "7d" is expected').transform((text, context) => {
    const ms = durationMs(text, units);
    if (ms !== undefined && ms >= minMs) return ms;
    context.addIssue({
      code: 'custom',
      message:
        ms === undefined
          ? 'a duration such as "30s", "5m" or "7d" is expected'
          : `a duration of ${minMs / 1_000} s or more is expected`,
    });
    return z.NEVER;
  });
}

/** CloudTrail shows 90 days again: an event that was forgotten sooner would be new once more. */
const shortestKeepMs = 100 * dayMs;

const port = z.int('a port number is expected').min(0).max(65_535);
const text = z.string('a text is expected').min(1, 'an empty text says nothing: remove the setting to use the default');
const httpUrl = z.url({ protocol: /^https?$/, error: 'a URL such as "http://127.0.0.1:4566" is expected' });

const region = z.string().regex(regionPattern, 'an AWS region such as "eu-central-1" is expected');

const externalId = z
  .string('a text is expected')
  .regex(externalIdPattern, 'an external ID has 2 to 1,224 letters, digits and _+=,.@:/-, as STS allows');

const role = z.strictObject({
  arn: z.string('the ARN of an IAM role is expected').regex(roleArnPattern, 'the ARN of an IAM role is expected'),
  external_id: externalId.optional(),
});

const account = z.strictObject({
  id: z
    .string('an account ID is expected, in quotes: twelve digits')
    .regex(/^\d{12}$/, 'an account ID is expected, in quotes: twelve digits'),
  name: text.optional(),
  partition: z.enum(['aws', 'aws-cn', 'aws-us-gov'], 'one of "aws", "aws-cn", "aws-us-gov" is expected').default('aws'),
  lifecycle: z
    .enum(['watched', 'paused', 'retired'], 'one of "watched", "paused", "retired" is expected')
    .default('watched'),
  regions: z
    .union(
      [
        z.literal('all'),
        z
          .array(region)
          .min(1, 'a region at least is expected')
          .refine((regions) => new Set(regions).size === regions.length, 'a region is named twice'),
      ],
      '"all" or a list of AWS regions is expected',
    )
    .default('all'),
  read: z.enum(['all', 'write-only'], 'one of "all", "write-only" is expected').default('all'),
  poll_interval: duration(1_000).optional(),
  poll_role: role.optional(),
  evidence_role: role.optional(),
  respond_role: role.optional(),
});

const tls = z
  .strictObject({
    server_name: text.optional(),
    server_ca_file: text.optional(),
    client_cert_file: text.optional(),
    client_key_file: text.optional(),
  })
  .refine(
    (value) => (value.client_cert_file === undefined) === (value.client_key_file === undefined),
    'client_cert_file and client_key_file belong together: give both or none',
  );

const hostAndPort = z
  .string()
  .regex(/^(\[[0-9a-f:]+\]|[^:\s/]+):\d{1,5}$/i, 'host:port is expected, such as "temporal.example.org:7233"');

const temporal = z.strictObject({
  address: hostAndPort.optional(),
  polling_address: hostAndPort.optional(),
  cases_address: hostAndPort.optional(),
  polling_namespace: text.default('trailhound-polling'),
  cases_namespace: text.default('trailhound-cases'),
  polling_retention: duration(hourMs).prefault('1h'),
  cases_retention: duration(hourMs).prefault('730d'),
  api_key_file: text.optional(),
  tls: tls.optional(),
});

const approver = z.strictObject({ name: text, public_key_file: text });

/** The configuration file as it is written: snake_case, durations as text; every setting has its default here. */
export const configSchema = z.strictObject({
  data_dir: text.default('.trailhound'),
  installation: text.default('local'),
  temporal: temporal.prefault({}),
  store: z
    .strictObject({
      url: z.url({ protocol: /^postgres(ql)?$/, error: 'a postgres:// URL is expected' }).optional(),
      max_connections: z.int().min(2).max(1_000).default(10),
    })
    .prefault({}),
  embedded: z
    .strictObject({
      temporal_port: port.default(7233),
      temporal_ui_port: port.default(8233),
      postgres_port: port.default(0),
    })
    .prefault({}),
  aws: z
    .strictObject({
      endpoint: httpUrl.optional(),
      region: region.default('us-east-1'),
      profile: text.optional(),
      credentials_file: text.optional(),
    })
    .prefault({}),
  accounts: z
    .array(account)
    .default([])
    .superRefine((accounts, context) => {
      for (const [index, { id }] of accounts.entries())
        if (accounts.findIndex((other) => other.id === id) !== index)
          context.addIssue({ code: 'custom', path: [index, 'id'], message: `account ${id} is described twice` });
    }),
  rules: z.strictObject({ directories: z.array(text).default([]) }).prefault({}),
  enrichment: z.strictObject({ mmdb: z.array(text).default([]) }).prefault({}),
  collection: z
    .strictObject({
      poll_interval: duration(1_000).prefault('5m'),
      live_lag: duration().prefault('0s'),
      sweep_delays: z.array(duration(1_000)).default([15 * minuteMs, hourMs, dayMs]),
      history: duration().prefault('7d'),
      keep_events: duration(shortestKeepMs).prefault('400d'),
    })
    .prefault({}),
  investigation: z
    .strictObject({
      look_back: duration(minuteMs).prefault('7d'),
      look_again_after: duration(100).prefault('10s'),
      request_budget: z.number().int().nonnegative().default(2_000),
    })
    .prefault({}),
  approval: z
    .strictObject({ expires_after: duration(1_000).prefault('24h'), approvers: z.array(approver).optional() })
    .prefault({}),
  response: z
    .strictObject({
      secret_name_prefix: z
        .string()
        .regex(/^[A-Za-z0-9/_+=.@-]{1,200}$/, 'letters, digits and /_+=.@- are expected, as Secrets Manager allows')
        .default('trailhound/'),
      secret_region: region.optional(),
      protected_users: z.array(text).default([]),
      protected_paths: z
        .array(z.string().regex(/^\/(.*\/)?$/, 'an IAM path such as "/break-glass/" is expected'))
        .default([]),
      watch: duration(1_000).prefault('24h'),
      watch_grace: duration().prefault('1m'),
      settle: duration().prefault('20s'),
      trail_proof_timeout: duration(1_000).prefault('30m'),
      begin_within: duration(1_000).prefault('15m'),
      journal_key_file: text.optional(),
      register: z.strictObject({ dynamodb_table: text, region: region.optional(), role: role.optional() }).optional(),
    })
    .prefault({}),
  codec: z.strictObject({ key_file: text.optional(), port: port.default(8234) }).prefault({}),
  log: z
    .strictObject({
      level: z
        .enum(['debug', 'info', 'warn', 'error'], 'one of "debug", "info", "warn", "error" is expected')
        .default('info'),
    })
    .prefault({}),
});

/** The validated file. */
export type ConfigFile = z.infer<typeof configSchema>;

function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  const definition = schema._zod.def;
  if ('innerType' in definition) return unwrap(definition.innerType as z.core.$ZodType);
  if ('in' in definition) return unwrap(definition.in as z.core.$ZodType);
  return schema;
}

function childrenOf(schema: z.core.$ZodType): Readonly<Record<string, z.core.$ZodType>> {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodArray) return childrenOf(inner.element);
  return inner instanceof z.ZodObject ? inner.shape : {};
}

/** The keys that may stand at a path of the file; indexes of arrays in the path are passed over. */
export function knownKeys(path: readonly PropertyKey[]): readonly string[] {
  let schema: z.core.$ZodType = configSchema;
  for (const key of path.filter((each) => typeof each === 'string')) {
    const child = childrenOf(schema)[key];
    if (child === undefined) return [];
    schema = child;
  }
  return Object.keys(childrenOf(schema));
}

/** Every setting's path, `temporal.tls.server_name`, in the file's order; tables themselves are left out. */
export function settingPaths(path: readonly string[] = []): readonly string[] {
  return knownKeys(path).flatMap((key) => {
    const below = settingPaths([...path, key]);
    return below.length > 0 ? below : [[...path, key].join('.')];
  });
}
