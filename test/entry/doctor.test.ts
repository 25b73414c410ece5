import { randomBytes } from 'node:crypto';
import { access, chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startSimulator, type Simulator } from '../../simulator/server.ts';
import { createCollectActivities } from '../../activities/collect.ts';
import { createCollectionStore } from '../../src/adapters/store/collection/collection-store.ts';
import { createUpkeepStore } from '../../src/adapters/store/upkeep/upkeep-store.ts';
import { defaultCollectionPolicy } from '../../src/collection/collection-policy.ts';
import { saveAccount, syncAccounts } from '../../src/adapters/store/accounts/account-store.ts';
import { setOperationalAlerts } from '../../src/adapters/store/collection/collection-health-store.ts';
import { fileRegister } from '../../src/adapters/responder/file-register.ts';
import { openStore, type Store } from '../../src/adapters/store/database.ts';
import { createOwnCallRecorder } from '../../src/adapters/store/collection/own-call-recorder.ts';
import { takeTurn } from '../../src/adapters/store/collection/request-pacer.ts';
import { createKeyFileIfMissing, loadKeyRing } from '../../src/adapters/temporal/codec-keys.ts';
import { createDataConverter } from '../../src/adapters/temporal/codec.ts';
import { connectClient, connectWorkers, createClient } from '../../src/adapters/temporal/connection.ts';
import { createWorkers } from '../../src/adapters/temporal/workers.ts';
import type { AccountId, CaseId, Instant } from '../../src/model/ids.ts';
import { lookupSourceId } from '../../src/model/log-source.ts';
import { taskQueues } from '../../src/messages/task-queues.ts';
import { loadConfig, type Config } from '../../src/entry/config/config.ts';
import { examine, renderExamination } from '../../src/entry/doctor/examine.ts';
import { takeInNotedCalls } from '../../src/entry/doctor/noted-calls.ts';
import type { Probe } from '../../src/views/examination.ts';
import { createLocalApproverIfMissing, localApproverFiles } from '../../src/entry/start/approver-files.ts';
import { writeSimulatedConfig } from '../../src/entry/start/simulated-aws.ts';
import { testDatabaseUrl, testTemporal, testWorkflowBundle } from '../harness/test-servers.ts';

const accountId = '111122223333';
const dayMs = 86_400_000;

let simulator: Simulator;
let temporalAddress: string;
let namespaces: Config['temporal']['namespaces'];
let storeUrl: string;
beforeAll(async () => {
  simulator = await startSimulator({ accounts: [{ id: accountId, regions: ['us-east-1'] }] });
  const temporal = await testTemporal();
  temporalAddress = temporal.address;
  namespaces = {
    polling: await temporal.createNamespace({ retentionMs: 3_600_000 }),
    cases: await temporal.createNamespace({ retentionMs: 730 * dayMs }),
  };
  storeUrl = await testDatabaseUrl();
  const store = openStore(storeUrl);
  await store.migrate();
  const account = { ...accountOfWorld(), pollIntervalMs: 300_000 };
  await syncAccounts(store, [account], { historyMs: 3_600_000, now: new Date().toISOString() as Instant });
  await store.close();
});
afterAll(() => simulator.stop());

function accountOfWorld() {
  const [account] = simulator.world.accounts;
  if (account === undefined) throw new Error('the simulator has no account');
  return { ...account, id: accountId as AccountId, lifecycle: 'watched', partition: 'aws' } as const;
}

let folder: string;
let config: Config;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trailhound-doctor-'));
  const loaded = loadConfig(await writeSimulatedConfig(folder, { ready: true, ...writable(simulator.world) }), {});
  config = {
    ...loaded,
    temporal: { ...loaded.temporal, address: temporalAddress, namespaces },
    store: { ...loaded.store, url: storeUrl },
  };
  await createKeyFileIfMissing(config.codec.keyFile);
  await createLocalApproverIfMissing(folder);
});
afterEach(() => rm(folder, { recursive: true }));

function writable(world: Simulator['world']) {
  return structuredClone(world) as Mutable<Simulator['world']>;
}
type Mutable<T> = { -readonly [K in keyof T]: T[K] extends object ? Mutable<T[K]> : T[K] };

/** What a probe found that is not well: status, subject, message and remedy. */
async function complaints(probe: Probe, changed: Config): Promise<readonly string[]> {
  return (await examine(changed)).findings
    .filter((finding) => finding.probe === probe && finding.status !== 'ok')
    .map(({ status, subject, message, remedy }) => `${status}: ${subject}: ${message} -> ${remedy}`);
}

function withAccount(change: (account: Config['accounts'][number]) => Config['accounts'][number]): Config {
  return {
    ...config,
    accounts: config.accounts.map(change),
  };
}

describe('doctor', () => {
  test('finds nothing wrong with a whole installation', async () => {
    const connection = await connectWorkers({ address: temporalAddress });
    const { orchestrate, collect, evidence, record, respond } = taskQueues;
    const activities = { nothing: async () => undefined };
    const workers = await createWorkers({
      connections: new Map(Object.values(namespaces).map((name) => [name, connection])),
      bundleFile: (await testWorkflowBundle()).codePath,
      specs: [
        { namespace: namespaces.polling, taskQueue: orchestrate, workflows: true },
        { namespace: namespaces.polling, taskQueue: collect, workflows: false, activities },
        { namespace: namespaces.cases, taskQueue: orchestrate, workflows: true },
        { namespace: namespaces.cases, taskQueue: evidence, workflows: false, activities },
        { namespace: namespaces.cases, taskQueue: record, workflows: false, activities },
        { namespace: namespaces.cases, taskQueue: respond, workflows: false, activities },
      ],
    });
    const running = workers.run();
    try {
      await expect.poll(() => complaints('temporal', config), { timeout: 20_000 }).toEqual([]);
      const examination = await examine(config);
      // Some of the own rules need databases that this installation has not.
      expect(examination.findings.filter(({ status }) => status === 'failed')).toEqual([]);
      expect(new Set(examination.findings.map(({ probe }) => probe))).toEqual(
        new Set(['temporal', 'store', 'cases', 'accounts', 'rules', 'aws', 'keys', 'register', 'clock']),
      );
      expect(renderExamination(examination)).toMatch(/All is well\.$/);
    } finally {
      workers.shutdown();
      await running;
      await connection.close();
    }
  });

  test('says that nothing runs, where nothing runs', async () => {
    const { address: _address, ...temporal } = config.temporal;
    const { url: _url, ...store } = config.store;
    const examination = await examine({ ...config, temporal, store });
    expect(examination.healthy).toBe(false);
    expect(renderExamination(examination)).toMatch(
      /^FAILED {2}temporal, store, accounts, keys: .*: Trailhound is not running on /u,
    );
    expect(renderExamination(examination).match(/is not running/gu)).toHaveLength(1);
    expect(renderExamination(examination)).toMatch(/rules: \d+ rules would run/u);
    expect(renderExamination(examination)).not.toContain('a worker runs');
    expect(renderExamination(examination)).toContain('npm start');
  });
});

describe('the probe of Temporal', () => {
  function withTemporal(change: Partial<Config['temporal']>): Config {
    return {
      ...config,
      temporal: { ...config.temporal, ...change },
    };
  }

  test('fails where nobody answers', async () => {
    expect(await complaints('temporal', withTemporal({ address: '127.0.0.1:1' }))).toEqual([
      expect.stringMatching(/^failed: .*Temporal does not answer at 127\.0\.0\.1:1: .* -> start the server/),
    ]);
  });

  test('fails where a namespace is missing', async () => {
    const missing = withTemporal({ namespaces: { ...namespaces, cases: 'nowhere' } });
    expect(await complaints('temporal', missing)).toEqual([
      expect.stringMatching(/^failed: namespace nowhere: does not exist ->/),
    ]);
  });

  test('fails where no worker serves a queue, and warns of another retention', async () => {
    const temporal = await testTemporal();
    const fresh = { polling: await temporal.createNamespace(), cases: await temporal.createNamespace() };
    expect(await complaints('temporal', withTemporal({ namespaces: fresh }))).toEqual([
      expect.stringContaining('keeps closed workflows for 1 day, configured are 1 hour'),
      expect.stringContaining('nobody serves orchestrate, collect'),
      expect.stringContaining('keeps closed workflows for 1 day, configured are 730 days'),
      expect.stringContaining('nobody serves orchestrate, evidence, record, respond'),
    ]);
  });
});

describe('the probe of the store', () => {
  function withStore(url: string): Config {
    return { ...config, store: { ...config.store, url } };
  }

  test('fails where nobody answers, and does not show the password', async () => {
    const [complaint] = await complaints('store', withStore('postgres://u:hunter2@127.0.0.1:1/d'));
    expect(complaint).toMatch(/^failed: 127\.0\.0\.1:1\/d: does not answer: .*ECONNREFUSED/);
    expect(complaint).not.toContain('hunter2');
  });

  test('fails where the schema is not there', async () => {
    expect(await complaints('store', withStore(await testDatabaseUrl()))).toEqual([
      expect.stringMatching(/^failed: .*its schema lacks 0001-collection, .* -> start a worker/),
    ]);
  });
});

describe('the probe of AWS', () => {
  test('fails without an account', async () => {
    expect(await complaints('aws', { ...config, accounts: [] })).toEqual([
      expect.stringContaining('no account is configured'),
    ]);
  });

  test('fails where the credentials are wrong, for each purpose', async () => {
    await writeFile(
      join(folder, 'simulator', 'aws-credentials'),
      '[default]\naws_access_key_id = AKIANOBODY0000000000\naws_secret_access_key = nothing\n',
    );
    const found = await complaints('aws', config);
    expect(found).toHaveLength(3);
    for (const complaint of found)
      expect(complaint).toMatch(/^failed: account 111122223333 .* -> let this process's credentials assume/);
  });

  test('fails where the external ID is wrong', async () => {
    const wrong = withAccount((account) => ({
      ...account,
      roles: { ...account.roles, poll: { arn: account.roles.poll?.arn ?? '', externalId: 'another' } },
    }));
    expect(await complaints('aws', wrong)).toEqual([
      expect.stringMatching(/^failed: account 111122223333 .*, poll: access-denied: .* -> .* with external ID another/),
    ]);
  });

  test('fails where a permission is missing, and names it', async () => {
    const weak = withAccount((account) => ({
      ...account,
      roles: { ...account.roles, ...(account.roles.evidence === undefined ? {} : { respond: account.roles.evidence }) },
    }));
    expect(await complaints('aws', weak)).toEqual([
      expect.stringMatching(
        /, respond: .*TrailhoundEvidence.* is not allowed .*iam:UpdateAccessKey.* -> grant .*iam:UpdateAccessKey/,
      ),
      expect.stringMatching(
        /^failed: .*, respond: .*TrailhoundEvidence may change the account, and read it for evidence/,
      ),
    ]);
  });

  test('fails where the role is of another account', async () => {
    const other = withAccount((account) => ({ ...account, id: '999999999999' as typeof account.id }));
    expect(await complaints('aws', other)).toEqual(
      expect.arrayContaining(
        Array.from({ length: 3 }, () => expect.stringContaining(`the credentials belong to account ${accountId}`)),
      ),
    );
  });

  test('fails where a role is named that is another account’s, whatever AWS says', async () => {
    const foreign = 'arn:aws:iam::999999999999:role/TrailhoundPoll';
    const found = await complaints(
      'aws',
      withAccount((account) => ({ ...account, roles: { ...account.roles, poll: { arn: foreign } } })),
    );
    expect(found).toContainEqual(
      expect.stringMatching(/^failed: .*, poll: .*TrailhoundPoll is a role of account 999999999999 .* -> name a role/),
    );
  });

  test('fails for regions that are not enabled or do not exist, each with what to do, and is content with the others', async () => {
    const regions = ['us-east-1', 'eu-central-1', 'ap-east-1', 'us-esat-1'];
    const found = await complaints(
      'aws',
      withAccount((account) => ({ ...account, regions })),
    );
    expect(found).toHaveLength(1);
    const [told = '', remedies = ''] = found[0]?.split(' -> ') ?? [];
    expect(told.match(/LookupEvents in \S+ failed: invalid-credentials/g)).toEqual([
      'LookupEvents in ap-east-1 failed: invalid-credentials',
      'LookupEvents in us-esat-1 failed: invalid-credentials',
    ]);
    expect(remedies).toMatch(/^enable ap-east-1 for the account, .*; enable us-esat-1 for the account, /);
    expect(`${told}${remedies}`).not.toMatch(/us-east-1|eu-central-1/);
  });

  test('asks every region, and says of each what it lacks and what fails there', async () => {
    const faults = [
      { kind: 'access-denied', match: { operation: 'LookupEvents', region: 'us-east-1' }, times: null } as const,
      { kind: 'server-error', match: { operation: 'LookupEvents', region: 'eu-west-1' }, times: null } as const,
    ].map((fault) => simulator.control.addFault(fault));
    const before = simulator.control.requests().length;
    try {
      const regions = ['us-east-1', 'eu-west-1', 'sa-east-1'];
      const found = await complaints(
        'aws',
        withAccount((account) => ({ ...account, regions })),
      );
      expect(found).toEqual([
        expect.stringMatching(
          /is not allowed cloudtrail:LookupEvents in us-east-1; LookupEvents in eu-west-1 failed: .* -> grant cloudtrail:LookupEvents in us-east-1; check that eu-west-1 exists/,
        ),
      ]);
      const asked = simulator.control.requests(before).filter(({ operation }) => operation === 'LookupEvents');
      expect(new Set(asked.map(({ region }) => region))).toEqual(new Set(regions));
    } finally {
      for (const { id } of faults) simulator.control.removeFault(id);
    }
  });

  test.each([
    ['server-error', /LookupEvents in us-east-1 failed: .* -> check that us-east-1 exists and is enabled/],
    ['cut-before', /LookupEvents in us-east-1 failed: .* -> check that us-east-1 exists and is enabled/],
  ] as const)('fails where LookupEvents does (%s), with what to do about that', async (kind, told) => {
    const fault = simulator.control.addFault({ kind, match: { operation: 'LookupEvents' }, times: null });
    try {
      expect(await complaints('aws', config)).toEqual([expect.stringMatching(told)]);
    } finally {
      simulator.control.removeFault(fault.id);
    }
  });
});

describe('the calls that an examination makes', () => {
  function answered(after: number) {
    return simulator.control.requests(after).map(({ requestId }) => requestId);
  }

  test('stand in the log of our own calls, every one of them', async () => {
    const before = simulator.control.requests().length;
    await examine(config);
    const store = openStore(storeUrl);
    const rows = await store.db.selectFrom('own_calls').select('aws_request_id').execute();
    await store.close();
    const made = answered(before);
    expect(made.length).toBeGreaterThan(5);
    expect(rows.map((row) => row.aws_request_id)).toEqual(expect.arrayContaining(made));
  });

  test('are kept for it where there is no store yet, and are taken in by the first worker', async () => {
    const before = simulator.control.requests().length;
    await examine({ ...config, store: { ...config.store, url: 'postgres://u:p@127.0.0.1:1/d' } });
    const made = answered(before);
    expect(made.length).toBeGreaterThan(5);
    const store = openStore(storeUrl);
    await takeInNotedCalls(config.dataDir, createOwnCallRecorder(store.db));
    const rows = await store.db.selectFrom('own_calls').select('aws_request_id').execute();
    await store.close();
    expect(rows.map((row) => row.aws_request_id)).toEqual(expect.arrayContaining(made));
  });
});

describe('the probe of accounts', () => {
  async function changedStore(change: (db: Store['db'], store: Store) => Promise<unknown>): Promise<Config> {
    const url = await testDatabaseUrl();
    const store = openStore(url);
    await store.migrate();
    await change(store.db, store);
    await store.close();
    return { ...config, store: { ...config.store, url } };
  }
  /** Who watches reads no trail. */
  const nobody = { reader: null as never, pacer: null as never, ringDetect: async () => {} };
  const options = { historyMs: 3_600_000, now: new Date().toISOString() as Instant };
  const added = { id: '444455556666' as AccountId, name: 'other', partition: 'aws', roles: {} } as const;

  test('fails where nothing is watched, and where what is configured is not', async () => {
    expect(await complaints('accounts', await changedStore(async () => undefined))).toEqual([
      expect.stringMatching(/^failed: accounts: no account is watched -> add an/),
      expect.stringMatching(/^failed: account 111122223333 .*is not watched -> start a worker/),
    ]);
  });

  test('fails where the running copy watches what this configuration does not name', async () => {
    const other = { ...added, lifecycle: 'watched', regions: ['us-east-1'], pollIntervalMs: 1_000 } as const;
    const changed = await changedStore(async (db) => {
      for (const account of [{ ...accountOfWorld(), pollIntervalMs: 1_000 }, other])
        await saveAccount(db, account, 'configuration', options);
    });
    expect(await complaints('accounts', changed)).toEqual([
      expect.stringMatching(/^failed: account 444455556666: is watched by another configuration than/),
    ]);
  });

  test('fails where reading is behind', async () => {
    const changed = await changedStore(async (db) => {
      await saveAccount(db, { ...accountOfWorld(), pollIntervalMs: 1_000 }, 'configuration', options);
      const alert = { kind: 'behind', subject: 'lookup/111122223333/us-east-1', sentence: 'nothing was read' } as const;
      await setOperationalAlerts(db, [alert], options.now);
    });
    expect(await complaints('accounts', changed)).toEqual([
      expect.stringMatching(/^failed: lookup\/111122223333\/us-east-1: behind since .*: nothing was read/),
    ]);
  });

  test('warns of records that could not be read, with their events and how to look them up', async () => {
    const alert = {
      kind: 'malformed',
      subject: 'lookup/111122223333/us-east-1',
      sentence: '1 record could not be read, and no rule has judged it: 9c0f (it is no JSON)',
    } as const;
    const changed = await changedStore((db) => setOperationalAlerts(db, [alert], options.now).then(() => undefined));
    const complaint = (await complaints('accounts', changed)).at(-1);
    expect(complaint).toMatch(
      /^warning: lookup\/111122223333\/us-east-1: malformed since .*: 1 record .* 9c0f \(it is no/,
    );
    expect(complaint).toMatch(/-> .*coverage --since 7d.*aws cloudtrail lookup-events --region us-east-1 /);
  });

  test('leaves a case that makes no progress to the probe of the store, which fails and says where to look', async () => {
    const caseId = 'TH-STUCK1' as CaseId;
    const openedAt = new Date(Date.now() - 11 * 60_000).toISOString() as Instant;
    const changed = await changedStore(async (db, store) => {
      await saveAccount(db, { ...accountOfWorld(), pollIntervalMs: 300_000 }, 'configuration', options);
      await db
        .insertInto('cases')
        .values({
          id: caseId,
          actor_key: 'user',
          actor: JSON.stringify({ kind: 'user', accountId, name: 'mallory' }),
          account_id: accountId as AccountId,
          status: 'gathering',
          severity: 'low',
          opened_at: openedAt,
        })
        .execute();
      const collect = createCollectActivities({
        store: createCollectionStore(store),
        upkeep: createUpkeepStore(store, 3_600_000),
        policy: defaultCollectionPolicy,
        ...nobody,
      });
      await collect.watchCollection();
    });
    expect(await complaints('store', changed)).toEqual([
      expect.stringMatching(
        /^failed: TH-STUCK1: this case has made no progress since .* -> see `trailhound investigations show TH-STUCK1`/,
      ),
    ]);
    expect(await complaints('accounts', changed)).toEqual([]);
  });
});

describe('the probe of files', () => {
  test('names a broken rule file and a database that cannot be read', async () => {
    const broken = join(folder, 'rules');
    await mkdir(broken);
    await writeFile(join(broken, 'broken.toml'), '[rule');
    expect(await complaints('rules', { ...config, rules: { directories: [broken] } })).toContainEqual(
      expect.stringContaining('broken.toml'),
    );
    const absent = join(folder, 'absent.mmdb');
    expect(await complaints('enrichment', { ...config, enrichment: { mmdb: [absent] } })).toEqual([
      expect.stringMatching(/^failed: enrichment: .*absent\.mmdb.* -> correct `enrichment.mmdb`/),
    ]);
  });
});

describe('the reading of the trail for a trial', () => {
  function lookups(after: number) {
    return simulator.control.requests(after).filter(({ operation }) => operation === 'LookupEvents');
  }
  function served() {
    return simulator.control.requests().length;
  }

  test('takes its turn from the limiter that all workers share, and stands in the log of our own calls', async () => {
    const store = openStore(storeUrl);
    try {
      const source = lookupSourceId(accountId as AccountId, 'us-east-1');
      // Others have booked the turns of the next second.
      await takeTurn(store.db, source, 1_000);
      const booked = await store.db
        .selectFrom('request_pacing')
        .select('next_allowed_at')
        .where('source_id', '=', source)
        .executeTakeFirstOrThrow();
      const before = served();
      expect(await complaints('aws', config)).toEqual([]);
      const made = lookups(before);
      expect(made).toHaveLength(1);
      for (const { at, requestId } of made) {
        expect(Date.parse(at)).toBeGreaterThanOrEqual(Date.parse(booked.next_allowed_at));
        const row = store.db.selectFrom('own_calls').selectAll().where('aws_request_id', '=', requestId);
        // A call of the doctor is known as ours; that its footprint comes back is not waited for.
        expect(await row.executeTakeFirst()).toMatchObject({ operation: 'cloudtrail:LookupEvents', region: null });
      }
    } finally {
      await store.close();
    }
  });

  test.each([
    ['nobody set the store up', () => testDatabaseUrl(), 'the store has not been set up yet: it is empty'],
    [
      'the store does not answer',
      () => 'postgres://u:p@127.0.0.1:1/d',
      'the store does not answer at 127.0.0.1:1/d: connect ECONNREFUSED 127.0.0.1:1',
    ],
  ])('is left out, and said to be, where %s', async (_case, url, why) => {
    const before = served();
    expect(await complaints('aws', { ...config, store: { ...config.store, url: await url() } })).toEqual([
      `warning: LookupEvents: was not tried: the limiter that all its users share is in the store, and ${why} -> start a worker, and ask again`,
    ]);
    expect(lookups(before)).toEqual([]);
  });
});

describe('the probe of keys', () => {
  test('fails where the codec key is missing', async () => {
    await rm(config.codec.keyFile);
    expect(await complaints('keys', config)).toEqual([
      expect.stringMatching(/^failed: codec keys: .*cannot be read \(ENOENT\)/),
    ]);
  });

  test('fails where the codec key is not the one that Temporal’s content was written with', async () => {
    const temporal = await testTemporal();
    const polling = await temporal.createNamespace();
    const otherFile = join(folder, 'other.key');
    await createKeyFileIfMissing(otherFile);
    const connection = await connectClient({ address: temporalAddress });
    const client = createClient(connection, polling, createDataConverter(await loadKeyRing(otherFile)));
    await client.workflow.start('none', { taskQueue: 'none', workflowId: randomBytes(4).toString('hex'), args: ['x'] });
    const changed = { ...config, temporal: { ...config.temporal, namespaces: { ...namespaces, polling } } };
    await expect
      .poll(() => complaints('keys', changed), { timeout: 20_000 })
      .toEqual([
        expect.stringMatching(/^failed: codec keys: a payload was encrypted with codec key .* not in the key ring/),
      ]);
    await connection.close();
  });

  test('fails where an approver’s key is missing, and where the private one is open to others', async () => {
    await chmod(localApproverFiles(folder).privateKey, 0o644);
    expect(await complaints('keys', config)).toEqual([expect.stringContaining('may be read by others (mode 644)')]);
    await rm(localApproverFiles(folder).publicKey);
    expect(await complaints('keys', config)).toEqual([
      expect.stringContaining('the public key of approver local cannot be read'),
    ]);
  });
});

describe('the probe of the clock', () => {
  test('fails where this machine is minutes away from AWS', async () => {
    const server = createServer((_request, response) => {
      response.setHeader('date', new Date(Date.now() + 120_000).toUTCString());
      response
        .writeHead(403, { 'content-type': 'text/xml' })
        .end('<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>');
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect(await complaints('clock', { ...config, aws: { ...config.aws, endpoint } })).toEqual([
      expect.stringMatching(/^failed: this machine against AWS: 1[12]\d s behind -> let a time service/),
    ]);
    server.close();
  });

  test('says what to do where this process has no credentials to ask with', async () => {
    const credentialsFile = join(folder, 'no-credentials');
    await writeFile(credentialsFile, '');
    expect(await complaints('clock', { ...config, aws: { ...config.aws, credentialsFile } })).toEqual([
      expect.stringMatching(/^failed: clock: invalid-credentials: .* -> give this process AWS credentials/),
    ]);
  });

  test('fails where nothing answers', async () => {
    const unreachable = { ...config, aws: { ...config.aws, endpoint: 'http://127.0.0.1:1' } };
    expect(await complaints('clock', unreachable)).toEqual([expect.stringMatching(/^failed: clock: .*ECONNREFUSED/)]);
    const { findings } = await examine(unreachable);
    const told = renderExamination({ healthy: false, findings }).split('\n');
    const refused = told.filter((line) => line.includes('ECONNREFUSED 127.0.0.1:1'));
    expect(refused).toEqual([expect.stringMatching(/^FAILED {2}aws: .* and \d+ more, clock: unreachable: /u)]);
    expect(told[told.indexOf(refused[0] ?? '') + 1]).toContain('start what serves http://127.0.0.1:1');
    expect(told.join('\n')).not.toContain("role's trust policy");
  });
});

describe('doctor looks at the register of what the responder has spent', () => {
  function registerFolder() {
    return join(folder, 'responder', 'register');
  }

  test("begins none, and finds one well that is the own user's alone and agrees with the store", async () => {
    expect(await complaints('register', config)).toEqual([]);
    await expect(access(registerFolder())).rejects.toThrow('ENOENT');
    await fileRegister(registerFolder(), () => new Date().toISOString() as Instant).since();
    expect(await complaints('register', config)).toEqual([]);
  });

  test('says where others may write it, and where the store does not know what it knows', async () => {
    const register = fileRegister(registerFolder(), () => new Date().toISOString() as Instant);
    const at = new Date().toISOString() as Instant;
    const execution = { workflowId: 'w', runId: 'r' };
    const action = { kind: 'action', planDigest: `sha256:${'1'.repeat(64)}`, actionId: 'a', intentId: 'i' } as const;
    await register.spend({ ...action, caseId: 'TH-1' as CaseId, execution, at });
    expect((await complaints('register', config)).join()).toMatch(
      /^failed: register .*: Responses are stopped: the register has 1 action that the store does not know.* -> .*trailhound register accept/,
    );
    await chmod(registerFolder(), 0o777);
    expect((await complaints('register', config)).join()).toMatch(
      /may be written by others \(mode 777.* -> `chmod 700/,
    );
  });

  test('and names the permission that a table lacks', async () => {
    const response = { ...config.response, register: { dynamoDbTable: 'trailhound-register', region: 'us-east-1' } };
    simulator.control.addFault({ kind: 'access-denied', match: { operation: 'Query' }, times: null });
    const found = (await complaints('register', { ...config, response })).join();
    simulator.control.removeFault();
    expect(found).toMatch(
      /register in table trailhound-register.*dynamodb:Query on table trailhound-register was denied/,
    );
  });
});
