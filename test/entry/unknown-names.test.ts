import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { openStore } from '../../src/adapters/store/database.ts';
import { addHeldBack } from '../../src/adapters/store/detection/held-back-store.ts';
import { runCommandLine } from '../../src/entry/cli/main.ts';
import type { Instant } from '../../src/model/ids.ts';
import { testDatabaseUrl } from '../harness/test-servers.ts';

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'trailhound-unknown-'));
  mkdirSync(join(folder, 'rules'));
  writeFileSync(
    join(folder, 'rules', 'rule.toml'),
    `[rule]\nname = "a listing"\ndescription = "d"\nrule_id = "listing-1"\nrisk_score = 47\nseverity = "medium"\ntype = "query"\nquery = 'event.action: ListBuckets'\n`,
  );
  writeFileSync(
    join(folder, 'rules', 'exceptions.toml'),
    `[[exception]]\nid = "nightly-backup"\nrule_id = "listing-1"\ncondition = "user.name: ann"\nowner = "bob"\nreason = "the nightly backup"\n`,
  );
  const dataDir = join(folder, 'data');
  mkdirSync(join(dataDir, 'approvers'), { recursive: true });
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  writeFileSync(join(dataDir, 'approvers', 'local.key'), privateKey.export({ type: 'pkcs8', format: 'pem' }), {
    mode: 0o600,
  });
  writeFileSync(join(folder, 'alice.pem'), publicKey.export({ type: 'spki', format: 'pem' }));
  writeFileSync(join(folder, 'codec.keys'), `k1 ${randomBytes(32).toString('base64')}\n`, { mode: 0o600 });
  // Nothing runs here, and nothing is configured to.
  writeFileSync(
    join(folder, 'alone.toml'),
    `[rules]\ndirectories = ["rules"]\n[[accounts]]\nid = "111122223333"\nname = "prod"\nregions = ["us-east-1"]\n`,
  );
  // The store answers; Temporal does not.
  const url = await testDatabaseUrl();
  const store = openStore(url);
  await store.migrate();
  await addHeldBack(store.db, [
    { exceptionId: 'gone', ruleId: 'listing-1', events: 1, lastEventTime: '2026-01-02T00:00:00Z' as Instant },
  ]);
  await store.close();
  writeFileSync(
    join(folder, 'half.toml'),
    `[rules]\ndirectories = ["rules"]\n[store]\nurl = ${JSON.stringify(url)}\n[temporal]\naddress = "127.0.0.1:1"\n` +
      `[[approval.approvers]]\nname = "alice"\npublic_key_file = "alice.pem"\n`,
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a command within this process, with what it writes caught. */
async function trailhound(config: string, args: readonly string[]) {
  vi.stubEnv('TRAILHOUND_DATA_DIR', join(folder, 'data'));
  vi.stubEnv('TRAILHOUND_CONFIG', '');
  vi.stubEnv('TRAILHOUND_STORE_URL', undefined);
  const written = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    vi.spyOn(process[stream], 'write').mockImplementation((part: string | Uint8Array) => {
      written[stream] += typeof part === 'string' ? part : Buffer.from(part).toString('utf8');
      return true;
    });
  }
  const code = await runCommandLine(['--config', join(folder, config), ...args]);
  return { code, ...written };
}

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  process.exitCode = undefined;
});

const reason = ['--reason', 'nobody knows it'];

describe('a name that nobody knows is told as such', () => {
  test.each([
    ['rules exceptions', ['rules', 'exceptions', 'nigthly-backup'], 'did you mean nightly-backup?'],
    ['rules exceptions of a rule', ['rules', 'exceptions', 'listing-1'], 'whose exceptions are nightly-backup'],
    ['accounts check', ['accounts', 'check', '999999999999'], 'account 999999999999 is in no configuration'],
    ['backfill cancel', ['backfill', 'cancel', 'nightly'], 'as `backfill list` shows it'],
  ])('%s, where nothing runs', async (_, args, said) => {
    const { code, stderr } = await trailhound('alone.toml', args);
    expect(code).toBeGreaterThan(0);
    expect(stderr).toContain(said);
    expect(stderr).not.toMatch(/^trailhound: Trailhound is not running/mu);
  });

  test('rules exceptions: one of a file is told of only where it can be asked', async () => {
    const { code, stderr } = await trailhound('alone.toml', ['rules', 'exceptions', 'nightly-backup']);
    expect([code, stderr]).toEqual([1, expect.stringContaining('Trailhound is not running')]);
  });

  test('rules exceptions: one that stands in no file any more is known to the store', async () => {
    expect(await trailhound('half.toml', ['rules', 'exceptions', 'gone'])).toMatchObject({
      code: 0,
      stdout: 'it prevented no alert\n',
    });
    const none = await trailhound('half.toml', ['rules', 'exceptions', 'never']);
    expect([none.code, none.stderr]).toEqual([1, expect.stringContaining('there is no exception never')]);
  });

  test.each([
    ['audit show', ['audit', 'show', 'TH-NOWHERE']],
    ['investigations show', ['investigations', 'show', 'TH-NOWHERE']],
    [
      'investigations approve',
      ['investigations', 'approve', 'TH-NOWHERE', '--plan', '1f0c9a2b7d3e48aa5b6c', ...reason],
    ],
    ['investigations replan', ['investigations', 'replan', 'TH-NOWHERE', ...reason]],
    ['investigations stop', ['investigations', 'stop', 'TH-NOWHERE', ...reason]],
    ['investigations undo', ['investigations', 'undo', 'TH-NOWHERE', ...reason]],
    ['investigations note', ['investigations', 'note', 'TH-NOWHERE', 'called the owner']],
    ['investigations accept', ['investigations', 'accept', 'TH-NOWHERE', '5f0c2a91d37be8460c1f', ...reason]],
    ['investigations close', ['investigations', 'close', 'TH-NOWHERE', '--verdict', 'inconclusive', ...reason]],
  ])('%s, where Temporal does not answer', async (_, args) => {
    const { code, stderr } = await trailhound('half.toml', args);
    expect([code, stderr]).toEqual([1, expect.stringContaining('trailhound: there is no case TH-NOWHERE')]);
  });

  test.each([
    ['pause', ['accounts', 'pause', '999999999999', '--until', '24h', ...reason]],
    ['resume', ['accounts', 'resume', '999999999999']],
    ['remove', ['accounts', 'remove', '999999999999']],
  ])('accounts %s, where Temporal does not answer', async (_, args) => {
    const { code, stderr } = await trailhound('half.toml', args);
    expect([code, stderr]).toEqual([1, expect.stringContaining('account 999999999999 is not watched')]);
  });
});
