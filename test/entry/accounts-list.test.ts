import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { storePause, saveAccount } from '../../src/adapters/store/accounts/account-store.ts';
import { openStore, type Store } from '../../src/adapters/store/database.ts';
import type { Account } from '../../src/model/account.ts';
import type { AccountId, Instant } from '../../src/model/ids.ts';
import { answers } from '../../src/views/answers.ts';
import { testDatabaseUrl } from '../harness/test-servers.ts';

const now = '2026-11-24T12:00:00.000Z' as Instant;
function roleOf(name: string) {
  return { arn: `arn:aws:iam::111122223333:role/${name}`, externalId: `${name}-1` };
}
const pause = { reason: 'moved', owner: 'ops', until: '2026-11-25T12:00:00.000Z' as Instant };
/** With all that an account can have. */
const full: Account = {
  id: '111122223333' as AccountId,
  name: 'payments',
  partition: 'aws',
  lifecycle: 'watched',
  regions: ['us-east-1'],
  discoversRegions: true,
  reads: 'write-only',
  roles: { poll: roleOf('poll'), evidence: roleOf('evidence'), respond: roleOf('respond') },
  pollIntervalMs: 60_000,
};

let url: string;
let store: Store;
beforeAll(async () => {
  url = await testDatabaseUrl();
  store = openStore(url);
  await store.migrate();
  await saveAccount(store.db, full, 'configuration', { historyMs: 0, now });
  await storePause(store.db, full.id, pause);
});
afterAll(() => store.close());

test('`accounts list --json` answers all that is known of an account, and nothing that its form does not promise', async () => {
  const env = { ...process.env, TRAILHOUND_CONFIG: '', TRAILHOUND_STORE_URL: url };
  const command = ['src/entry/cli/main.ts', 'accounts', 'list', '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, command, { env });
  const answer = answers['accounts list'].parse(JSON.parse(stdout));
  expect(answer).toEqual({ accounts: [{ ...full, lifecycle: 'paused', pause, learning: expect.anything() }] });

  const [account] = answer.accounts;
  if (account === undefined) throw new Error('no account was listed');
  const unpromised = [
    { ...answer, more: 1 },
    { accounts: [{ ...account, more: 1 }] },
    { accounts: [{ ...account, roles: { ...account.roles, more: roleOf('more') } }] },
    { accounts: [{ ...account, roles: { poll: { ...roleOf('poll'), more: 1 } } }] },
    { accounts: [{ ...account, pause: { ...pause, more: 1 } }] },
    { accounts: [{ ...account, learning: { ...account.learning, more: 1 } }] },
  ];
  for (const each of unpromised) expect(answers['accounts list'].safeParse(each).success).toBe(false);
});
