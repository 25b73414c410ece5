import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'smol-toml';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { accountId, trailRecord } from '../collection/collecting.ts';
import { testWorkflowBundle } from '../harness/test-servers.ts';
import { type Installation, openInstallation } from './installation.ts';

vi.setConfig({ testTimeout: 180_000 });

const dayMs = 86_400_000;
let here: Installation;

beforeAll(async () => {
  here = await openInstallation({
    simulator: {
      accounts: [
        { id: accountId, regions: ['us-east-1', 'eu-central-1'] },
        { id: '444455556666', regions: ['us-east-1'], name: 'late joiner' },
      ],
      lookupRate: 100,
    },
    settings: { collection: { history: '1d' } },
  });
  here.simulator.control.insertRecords({
    records: [20, 15, 10].map((days) => trailRecord(`old-${days}`, Date.now() - days * dayMs)),
  });
  await here.startWorker();
});
afterAll(() => here.close());

interface Coverage {
  readonly accounts: readonly {
    readonly id: string;
    readonly lifecycle: string;
    readonly learning: { readonly readShare: number };
    readonly sources: readonly {
      readonly region: string;
      readonly gaps: readonly object[];
      readonly windows: readonly { readonly from: string; readonly state: string }[];
    }[];
  }[];
}

function coverage() {
  return here.json<Coverage>('coverage', '--since', '30d');
}

async function untilRead(): Promise<Coverage> {
  return here.until('all history was read', async () => {
    const view = await coverage();
    const all = view.accounts.every((account) => account.learning.readShare === 1);
    return all && view.accounts.length === 2 ? view : undefined;
  });
}

describe('collection, from the command line', () => {
  test('coverage shows each account and region as data and as a timeline, and answers a script by its exit code', async () => {
    const view = await untilRead();
    expect(view.accounts.map((account) => account.sources.map((source) => source.gaps.length))).toEqual([[0, 0], [0]]);
    const { out } = await here.trailhound('coverage');
    expect(out).toContain('late joiner');
    expect(out).toMatch(/us-east-1 +=+/);
    expect((await here.trailhound('coverage', '--gaps')).code).toBe(0);
    const days = await here.json<{ since: string; until: string }>('coverage', '--from', '30d', '--to', '2d');
    expect(Date.parse(days.until) - Date.parse(days.since)).toBe(28 * 86_400_000);
  });

  test('backfill reads a span of the past oldest first, is the same when asked for twice, and says how far it is', async () => {
    await untilRead();
    const args = ['backfill', 'start', '--account', accountId, '--from', '25d', '--to', '2d', '--wait'];
    const { code, out } = await here.trailhound(...args, '--json');
    expect(code).toBe(0);
    const { backfill } = JSON.parse(out) as {
      readonly backfill: { readonly status: string; readonly progress: { readonly events: number } };
    };
    expect(backfill.status).toBe('completed');
    const stored = await here.connections.store.db
      .selectFrom('events')
      .select('event_id')
      .where('event_id', 'like', 'old-%')
      .where('published_seq', 'is not', null)
      .orderBy('published_seq')
      .execute();
    expect(stored.map((row) => row.event_id)).toEqual(['old-20', 'old-15', 'old-10']);
    expect((await here.trailhound('backfill', 'list')).out).toContain('100 % read');
  });

  test('backfill refuses what CloudTrail no longer shows, with what to do instead', async () => {
    const { code, err } = await here.trailhound(
      'backfill',
      'start',
      '--account',
      accountId,
      '--from',
      '91d',
      '--to',
      '1d',
    );
    expect(code).toBe(1);
    expect(err).toContain('remedy: it keeps 90 days');
  });

  test('accounts: a pause has a reason, an owner and an end, and can be ended before', async () => {
    const paused = await here.trailhound(
      'accounts',
      'pause',
      accountId,
      '--reason',
      'moved elsewhere',
      '--owner',
      'ops',
      '--until',
      '1h',
    );
    expect(paused.code).toBe(0);
    expect((await here.trailhound('accounts', 'list')).out).toMatch(/paused until .* by ops: moved/);
    expect((await here.trailhound('accounts', 'resume', accountId)).code).toBe(0);
    const again = await here.trailhound('accounts', 'resume', accountId);
    expect(again.code).toBe(1);
    expect(again.err).toContain('is not paused');
  });

  test('accounts check assumes each role, and what the configuration names is not removed behind its back', async () => {
    const { healthy } = await here.json<{ readonly healthy: boolean }>('accounts', 'check', accountId);
    expect(healthy).toBe(true);
    const added = await here.trailhound('accounts', 'add', accountId, '--region', 'us-east-1');
    expect([added.code, added.err]).toEqual([1, expect.stringContaining('is named in')]);
    const { code, err } = await here.trailhound('accounts', 'remove', accountId);
    expect(code).toBe(1);
    expect(err).toContain('give its [[accounts]] block `lifecycle = "retired"`');
  });

  test('a worker whose configuration names other accounts, or none, ends and says why; who is watched stays so', async () => {
    const { codePath } = await testWorkflowBundle();
    const text = await readFile(join(here.folder, 'trailhound.toml'), 'utf8');
    const { accounts: named, ...settings } = parse(text);
    const [first] = named as readonly object[];
    for (const [index, accounts] of [[{ ...first, id: '999988887777' }], []].entries()) {
      const file = join(here.folder, `other-${index}.toml`);
      await writeFile(file, stringify({ ...settings, accounts }));
      const { code, err } = await here.trailhound('worker', '--config', file, '--bundle', codePath);
      expect(code).toBe(1);
      expect(err).toContain(`the store's accounts ${accountId}, 444455556666 are watched`);
      expect(err).toContain('name them in [[accounts]] as the running copy does');
    }
    const { accounts } = await coverage();
    expect(accounts.map(({ lifecycle }) => lifecycle)).toEqual(['watched', 'watched']);
  });

  test('accounts add watches one more account at once, and remove retires it and keeps what is known', async () => {
    here.simulator.control.addAccount({
      id: '777788889999',
      regions: ['us-east-1'],
      users: [{ name: 'intruder', id: 'AIDAINTRUDER000000001', keys: [{ id: 'AKIAINTRUDER00000001' }] }],
    });
    const roles = here.simulator.world.accounts.find((account) => account.id === '777788889999')?.roles;
    if (roles === undefined) throw new Error('the simulator made no roles');
    const added = await here.trailhound(
      'accounts',
      'add',
      '777788889999',
      '--region',
      'us-east-1',
      '--poll-role',
      roles.poll.arn,
      '--external-id',
      roles.poll.externalId,
      '--evidence-role',
      roles.evidence.arn,
      '--evidence-external-id',
      roles.evidence.externalId,
      '--interval',
      '2s',
    );
    expect(added.code).toBe(0);
    expect(added.err).toContain('to respond in it, name it in the configuration too');
    await here.until('the new account was read', async () => {
      const account = (await coverage()).accounts.find(({ id }) => id === '777788889999');
      return account?.sources[0]?.windows.some((window) => window.state === 'covered') === true ? account : undefined;
    });
    await isLookedInto('777788889999');
    expect((await here.trailhound('accounts', 'remove', '777788889999')).code).toBe(0);
    const retired = (await coverage()).accounts.find(({ id }) => id === '777788889999');
    expect(retired).toMatchObject({ lifecycle: 'retired' });
    expect(retired?.sources[0]?.windows.length).toBeGreaterThan(0);
  });
});

/** Evidence is gathered in an account that was added by command, and nothing that would change it is proposed. */
async function isLookedInto(account: string): Promise<void> {
  const checked = await here.json<{
    readonly healthy: boolean;
    readonly findings: readonly { readonly subject: string; readonly status: string }[];
  }>('accounts', 'check', account);
  expect([checked.healthy, checked.findings.map(({ status }) => status)]).toEqual([true, ['ok', 'ok', 'warning']]);
  here.simulator.control.insertRecords({
    accountId: account,
    records: [
      trailRecord('stopped', Date.now(), {
        recipientAccountId: account,
        eventSource: 'cloudtrail.amazonaws.com',
        eventName: 'StopLogging',
        readOnly: false,
        userIdentity: {
          type: 'IAMUser',
          principalId: 'AIDAINTRUDER000000001',
          arn: `arn:aws:iam::${account}:user/intruder`,
          accountId: account,
          accessKeyId: 'AKIAINTRUDER00000001',
          userName: 'intruder',
        },
      }),
    ],
  });
  const shown = await here.until('a case has a plan and knows its user', async () => {
    const { investigations } = await here.json<{ investigations: readonly { id: string; account: string }[] }>(
      'investigations',
      'list',
    );
    const id = investigations.find((each) => each.account === account)?.id;
    if (id === undefined) return undefined;
    const view = await here.json<ShownCase>('investigations', 'show', id);
    // A first plan is made of what the store has; what AWS is asked comes after.
    return view.plan === null || !view.evidence.some(({ kind }) => kind === 'user-state') ? undefined : view;
  });
  expect(shown.plan).toMatchObject({
    actions: [{ type: 'account-not-ours', byHand: true }],
    byHand: [expect.stringContaining(`Nothing can be changed in account ${account} from here`)],
  });
  const user = shown.evidence.find(({ kind }) => kind === 'user-state');
  expect(user).toMatchObject({ availability: 'complete' });
}

interface ShownCase {
  readonly plan: { readonly actions: readonly object[]; readonly byHand: readonly string[] } | null;
  readonly evidence: readonly { readonly kind: string; readonly availability: string }[];
}
