import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import type { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { UpdateAccessKeyCommand } from '@aws-sdk/client-iam';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { demoScenario } from '../../simulator/scenario/demo.ts';
import { startSimulator } from '../../simulator/server.ts';
import type { Simulator } from '../../simulator/server.ts';
import { clientsFor } from './clients.ts';

const simulators: Simulator[] = [];
const production = '111122223333';

afterEach(async () => {
  await Promise.all(simulators.splice(0).map((simulator) => simulator.stop()));
});

async function start(story: string[], stateFile?: string): Promise<Simulator> {
  const simulator = await startSimulator({
    scenario: demoScenario({ seed: 7, attackAfterMs: 60_000, attackIntervalMs: 50 }),
    lookupRate: 1_000,
    story: (text) => story.push(text),
    ...(stateFile === undefined ? {} : { stateFile }),
  });
  simulators.push(simulator);
  return simulator;
}

async function cloudTrailFor(simulator: Simulator, accountId: string, region: string): Promise<CloudTrailClient> {
  const role = simulator.world.accounts.find((account) => account.id === accountId)?.roles.poll;
  const { sts } = clientsFor(simulator.url, simulator.world.credentials);
  const { Credentials } = await sts.send(
    new AssumeRoleCommand({ RoleArn: role?.arn, ExternalId: role?.externalId, RoleSessionName: 'poll' }),
  );
  const credentials = {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  };
  return clientsFor(simulator.url, credentials, region).cloudTrail;
}

async function readAll(simulator: Simulator): Promise<number> {
  let count = 0;
  for (const { id, regions } of simulator.world.accounts) {
    for (const region of regions) {
      const cloudTrail = await cloudTrailFor(simulator, id, region);
      let NextToken: string | undefined;
      do {
        const page = await cloudTrail.send(new LookupEventsCommand({ NextToken }));
        count += page.Events?.length ?? 0;
        NextToken = page.NextToken;
      } while (NextToken !== undefined);
    }
  }
  return count;
}

describe('the demonstration', () => {
  it('holds a week of ordinary work in which only the colleague uses an S3 client, on several days', async () => {
    const simulator = await start([]);
    const records = simulator.control.deliveries().map(({ record }) => record);
    expect(records.length).toBeGreaterThan(500);
    const withTool = records.filter((record) => /S3 Browser|Cyberduck/u.test(JSON.stringify(record['userAgent'])));
    const names = withTool.map((record) => (record['userIdentity'] as { userName: string }).userName);
    expect(new Set(names)).toEqual(new Set(['dana']));
    expect(new Set(withTool.map((record) => (record['eventTime'] as string).slice(0, 10))).size).toBeGreaterThanOrEqual(
      5,
    );
    expect(records.every((record) => record['managementEvent'] === true)).toBe(true);
  });

  it('lets the attack begin once all history has been read, and goes on until the key is switched off', async () => {
    const story: string[] = [];
    const simulator = await start(story);
    expect(await readAll(simulator)).toBeGreaterThan(500);
    await vi.waitFor(() => expect(story.join('\n')).toContain('CreateAccessKey alice'), { timeout: 20_000 });
    expect(story.join('\n')).toMatch(/attacker 203\.0\.113\.77 ListBuckets with AKIA\w{16}: allowed/u);
    expect(story.join('\n')).toMatch(/CreateAccessKey alice with AKIA\w{16}: refused \(AccessDenied\)/u);
    expect(story.join('\n')).toContain('dana');

    const world = simulator.world.accounts.find((account) => account.id === production);
    const key = world?.users.find((user) => user.name === 'ci-deploy')?.accessKeyIds[0];
    const { sts } = clientsFor(simulator.url, simulator.world.credentials);
    const { Credentials } = await sts.send(
      new AssumeRoleCommand({
        RoleArn: world?.roles.respond.arn,
        ExternalId: world?.roles.respond.externalId,
        RoleSessionName: 'TH-1',
      }),
    );
    const { iam } = clientsFor(simulator.url, {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    });
    await iam.send(new UpdateAccessKeyCommand({ UserName: 'ci-deploy', AccessKeyId: key, Status: 'Inactive' }));
    const recorded = simulator.control.deliveries().length;
    await vi.waitFor(() => expect(story.join('\n')).toContain('refused (InvalidAccessKeyId)'), { timeout: 20_000 });
    expect(
      simulator.control
        .deliveries()
        .slice(recorded)
        .map(({ record }) => record['sourceIPAddress']),
    ).not.toContain('203.0.113.77');
  }, 60_000);

  it('goes on after a restart where it stopped, with the same keys and records', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'simulator-')), 'state.json');
    const first = await start([], file);
    const before = {
      world: first.world.accounts,
      records: first.control.deliveries().length,
      credentials: first.world.credentials,
    };
    await simulators.pop()?.stop();
    const second = await start([], file);
    expect(second.world.accounts).toEqual(before.world);
    expect(second.world.credentials).toEqual(before.credentials);
    expect(second.control.deliveries()).toHaveLength(before.records);
  });
});
