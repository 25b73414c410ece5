import { afterEach, expect, test, vi } from 'vitest';
import { listCases } from '../../src/adapters/store/cases/case-store.ts';
import { type AccountState, writesByRoles } from './demonstration.ts';
import { type Installation, openInstallation } from './installation.ts';

// Real servers, a worker of its own, and a machine that other tests may share.
vi.setConfig({ testTimeout: 300_000 });

const account = '111122223333';
const owner = { name: 'deployer', key: 'AKIADEPLOYER00000001' };
const admin = { name: 'admin', key: 'AKIAADMIN00000000001' };

interface Shown {
  readonly status: string;
  readonly look: { readonly ended: boolean } | null;
  readonly plan: {
    readonly digest: string;
    readonly actions: readonly { readonly id: string; readonly recommended: boolean }[];
  } | null;
}

let here: Installation;
afterEach(() => here.close());

function calls(
  by: string,
  operation: 'GetCallerIdentity' | 'UpdateAccessKey',
  input: Readonly<Record<string, string>> = {},
  userAgent = 'aws-cli/2.15.0',
) {
  const service = operation === 'GetCallerIdentity' ? 'sts' : 'iam';
  const from = { region: 'us-east-1', sourceIp: by === owner.key ? '203.0.113.66' : '198.51.100.14', userAgent };
  return here.simulator.control.call({ accessKeyId: by, service, operation, input, ...from });
}

function show(id: string): Promise<Shown> {
  return here.json<Shown>('investigations', 'show', id);
}

interface Waiting {
  readonly id: string;
  readonly plan: NonNullable<Shown['plan']>;
}

/** The case about the key, with a plan that all of AWS's answers support. */
function untilPlanned(): Promise<Waiting> {
  return here.until('a plan waits for a decision', async () => {
    const [one] = await listCases(here.connections.store.db, {});
    if (one === undefined) return undefined;
    const { status, look, plan } = await show(one.id);
    const isWhole = status === 'awaiting-decision' && look?.ended === true;
    return isWhole && plan !== null ? { id: one.id, plan } : undefined;
  });
}

async function deactivate({ id, plan }: Waiting): Promise<void> {
  const chosen = ['--plan', plan.digest, '--actions', `deactivate-${owner.key}`];
  const decision = [...chosen, '--reason', 'not ours', '--key', here.keys.alice, '--wait'];
  const { code, err } = await here.trailhound('investigations', 'approve', id, ...decision);
  expect([code, err]).toEqual([0, expect.any(String)]);
}

function statusOfKey(): string | undefined {
  const { users } = here.simulator.control.iam(account) as AccountState;
  return users.find(({ name }) => name === owner.name)?.keys.find(({ id }) => id === owner.key)?.status;
}

test('a key that somebody switches on again while it is watched is open again: that is proposed to a person, and nothing is done by itself', async () => {
  const createdAt = Date.now() - 60 * 86_400_000;
  const policies = {
    work: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: ['iam:*', 'sts:*'], Resource: '*' }] },
  };
  const users = [owner, admin].map(({ name, key }) => ({ name, createdAt, policies, keys: [{ id: key, createdAt }] }));
  here = await openInstallation({
    simulator: { accounts: [{ id: account, regions: ['us-east-1'], users }], lookupRate: 100 },
    // Long enough that it is switched on while it is watched.
    settings: { collection: { sweep_delays: ['5s', '15s'] }, response: { watch: '30s' } },
  });
  calls(owner.key, 'GetCallerIdentity', {}, 'Boto3/1.34 md/Botocore#1.34 os/linux#6.6.9-kali1-amd64');
  await here.startWorker();
  const first = await untilPlanned();
  await deactivate(first);
  expect(await show(first.id)).toMatchObject({ status: 'watching', waysIn: [{ kind: 'access-key', state: 'closed' }] });
  const writes = writesByRoles(here);

  const on = { UserName: owner.name, AccessKeyId: owner.key, Status: 'Active' };
  expect(calls(admin.key, 'UpdateAccessKey', on)).toMatchObject({ allowed: true });
  const second = await untilPlanned();
  expect(second.id).toBe(first.id);
  expect(await show(first.id)).toMatchObject({
    verdict: null,
    waysIn: [{ kind: 'access-key', state: 'open' }],
    plan: { version: 2, purpose: 'contain' },
  });
  expect(second.plan.actions.filter(({ recommended }) => recommended).map(({ id }) => id)).toEqual([
    `deactivate-${owner.key}`,
  ]);
  expect(writesByRoles(here)).toEqual(writes);
  expect(statusOfKey()).toBe('Active');

  // The same action is a new one in a new plan.
  await deactivate(second);
  expect(statusOfKey()).toBe('Inactive');
});
