import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'smol-toml';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { retireAccount, saveAccount } from '../../src/adapters/store/accounts/account-store.ts';
import type { AccountId, Instant } from '../../src/model/ids.ts';
import { accountId } from '../collection/collecting.ts';
import { testWorkflowBundle } from '../harness/test-servers.ts';
import { type Installation, openInstallation } from './installation.ts';

vi.setConfig({ testTimeout: 180_000 });

const other = '444455556666' as AccountId;
let here: Installation;

beforeAll(async () => {
  here = await openInstallation({
    simulator: { accounts: [{ id: accountId, regions: ['us-east-1'] }], lookupRate: 100 },
    settings: { collection: { history: '1d' } },
  });
  await here.startWorker();
  await here.until('the account is watched', async () => ((await watched()).length > 0 ? true : undefined));
});
afterAll(() => here.close());

async function watched() {
  const { accounts } = await here.json<{ readonly accounts: readonly { readonly id: string }[] }>('accounts', 'list');
  return accounts.map(({ id }) => id);
}

/** Which records the audit trail has. */
async function onRecord() {
  return here.connections.store.db.selectFrom('audit_records').select('id').orderBy('id').execute();
}

async function writtenConfig(name: string, accounts: readonly object[]): Promise<string> {
  const settings = parse(await readFile(join(here.folder, 'trailhound.toml'), 'utf8'));
  const file = join(here.folder, name);
  await writeFile(file, stringify({ ...settings, accounts }));
  return file;
}

describe('a worker beside a running copy, with other accounts', () => {
  test.each([
    ['none', []],
    ['another', [{ id: other, regions: ['us-east-1'] }]],
  ])('with %s configured ends with a remedy, and leaves no trace of its settings', async (name, accounts) => {
    const before = await onRecord();
    const config = await writtenConfig(`${name}.toml`, accounts);
    const { codePath } = await testWorkflowBundle();
    const { code, err } = await here.trailhound('--config', config, 'worker', '--bundle', codePath);
    expect([code, err]).toEqual([1, expect.stringContaining(`accounts ${accountId} are watched`)]);
    expect(err).toContain('lifecycle = "retired"');
    expect(await onRecord()).toEqual(before);
    expect(await watched()).toEqual([accountId]);
  });

  test('`accounts add` does not narrow what either configuration watches', async () => {
    const elsewhere = await writtenConfig('elsewhere.toml', []);
    for (const config of [join(here.folder, 'trailhound.toml'), elsewhere]) {
      const { code, err } = await here.trailhound(
        '--config',
        config,
        'accounts',
        'add',
        accountId,
        '--region',
        'eu-west-1',
      );
      expect([code, err]).toEqual([1, expect.stringMatching(/remedy: change its \[\[accounts\]\] block .*restart/)]);
    }
    const { accounts } = await here.json<{ readonly accounts: readonly { readonly regions: readonly string[] }[] }>(
      'accounts',
      'list',
    );
    expect(accounts.map(({ regions }) => regions)).toEqual([['us-east-1']]);
  });

  test('that brings accounts ends the one that lacks them, which would judge their cases without the right to act', async () => {
    await saveAccount(
      here.connections.store.db,
      {
        id: other,
        name: 'other',
        partition: 'aws',
        lifecycle: 'watched',
        regions: ['us-east-1'],
        roles: {},
        pollIntervalMs: 300_000,
      },
      'configuration',
      { historyMs: 0, now: new Date().toISOString() as Instant },
    );
    await expect(here.until('never', () => undefined)).rejects.toThrow(
      new RegExp(`the worker ended \\(1\\)[^]*accounts ${other} are watched[^]*remedy: name them`),
    );
  });
});

test('where nothing is watched any more, `coverage --gaps` and `doctor` fail and say so', async () => {
  for (const id of [accountId, other]) await retireAccount(here.connections.store.db, id);
  for (const command of [['coverage', '--gaps'], ['doctor']]) {
    const { code, out } = await here.trailhound(...command);
    expect([code, out]).toEqual([1, expect.stringContaining('no account is watched')]);
  }
});
