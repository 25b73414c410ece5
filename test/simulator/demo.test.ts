import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import type { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import {
  type IAMClient,
  ListAccessKeysCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { demoScenario } from '../../simulator/scenario/demo.ts';
import { startSimulator } from '../../simulator/server.ts';
import type { Simulator } from '../../simulator/server.ts';
import { clientsFor } from './clients.ts';

const simulators: Simulator[] = [];
const production = '111122223333';
const analytics = '444455556666';

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

/** Clients under one of the roles that an account gives to Trailhound. */
async function clientsUnder(simulator: Simulator, accountId: string, purpose: Purpose, region: string) {
  const role = simulator.world.accounts.find((account) => account.id === accountId)?.roles[purpose];
  const { sts } = clientsFor(simulator.url, simulator.world.credentials);
  const { Credentials } = await sts.send(
    new AssumeRoleCommand({ RoleArn: role?.arn, ExternalId: role?.externalId, RoleSessionName: purpose }),
  );
  const credentials = {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  };
  return clientsFor(simulator.url, credentials, region);
}

type Purpose = 'poll' | 'evidence' | 'respond';

async function cloudTrailFor(simulator: Simulator, accountId: string, region: string): Promise<CloudTrailClient> {
  return (await clientsUnder(simulator, accountId, 'poll', region)).cloudTrail;
}

async function iamFor(simulator: Simulator, accountId: string, purpose: Purpose): Promise<IAMClient> {
  return (await clientsUnder(simulator, accountId, purpose, 'us-east-1')).iam;
}

function keysOf(simulator: Simulator, userName: string): readonly string[] {
  const account = simulator.world.accounts.find(({ id }) => id === production);
  return account?.users.find(({ name }) => name === userName)?.accessKeyIds ?? [];
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

  it('lets the attack begin once all history has been read, and go on by four ways until each of them is closed', async () => {
    const story: string[] = [];
    const simulator = await start(story);
    function told(what: string | RegExp) {
      return expect(story.join('\n')).toMatch(what);
    }
    function untilTold(what: string | RegExp) {
      return vi.waitFor(() => told(what), { timeout: 20_000 });
    }
    expect(await readAll(simulator)).toBeGreaterThan(500);
    await untilTold(/AssumeRole \S+deploy-from-production with AKIA\w{16}: allowed/u);
    told(/attacker 203\.0\.113\.77 ListBuckets with AKIA\w{16}: allowed/u);
    told(/GetSecretValue prod\/payments\/database with AKIA\w{16}: allowed/u);
    told(/CreateAccessKey alice with AKIA\w{16}: refused \(AccessDenied\)/u);
    told('dana');

    // The second act waits until somebody has looked into the first.
    const evidence = await iamFor(simulator, production, 'evidence');
    await evidence.send(new ListAccessKeysCommand({ UserName: 'ci-deploy' }));
    await untilTold(/StopLogging acme-trail with ASIA\w{16}: refused \(AccessDenied/u);
    await untilTold(
      /GetBucketAcl acme-customer-exports with AKIA\w{16}: allowed\n(?:.*\n)*.*GetBucketAcl acme-customer-exports with AKIA/u,
    );
    const ways = [
      ...new Set(story.flatMap((line) => /^attacker .* with (A[KS]IA\w{16}): allowed/u.exec(line)?.[1] ?? [])),
    ];
    expect(ways.map((id) => id.slice(0, 4)).toSorted()).toEqual(['AKIA', 'AKIA', 'ASIA', 'ASIA']);
    function last(id: string) {
      return story.findLast((line) => line.startsWith('attacker ') && line.includes(`with ${id}`));
    }
    function refused() {
      return ways.filter((id) => last(id)?.includes(': refused (') === true);
    }

    const responder = await iamFor(simulator, production, 'respond');
    const stolen = keysOf(simulator, 'ci-deploy')[0];
    const off = { UserName: 'ci-deploy', AccessKeyId: stolen, Status: 'Inactive' } as const;
    const recorded = simulator.control.deliveries().length;
    await responder.send(new UpdateAccessKeyCommand(off));
    await untilTold('refused (InvalidAccessKeyId)');
    // A key alone closes nothing but itself: its sessions, the made user and the role's session go on.
    const callsSoFar = story.length;
    await vi.waitFor(() => expect(story.length).toBeGreaterThan(callsSoFar + 8), { timeout: 20_000 });
    expect(refused()).toEqual([stolen]);
    const withStolenKey = simulator.control
      .deliveries()
      .slice(recorded)
      .map(({ record }) => JSON.stringify(record));
    expect(
      withStolenKey.filter(
        (record) => record.includes(`"accessKeyId":"${stolen}"`) && !record.includes('UpdateAccessKey'),
      ),
    ).toEqual([]);

    function denial(Condition?: object) {
      return JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Deny', Action: '*', Resource: '*', Condition }],
      });
    }
    for (const UserName of ['ci-deploy', 'svc-backup'])
      await responder.send(new PutUserPolicyCommand({ UserName, PolicyName: 'deny', PolicyDocument: denial() }));
    const older = { DateLessThan: { 'aws:TokenIssueTime': new Date().toISOString() } };
    const elsewhere = await iamFor(simulator, analytics, 'respond');
    const revocation = { RoleName: 'deploy-from-production', PolicyName: 'revoke', PolicyDocument: denial(older) };
    await elsewhere.send(new PutRolePolicyCommand(revocation));
    await vi.waitFor(() => expect(refused().toSorted()).toEqual(ways.toSorted()), { timeout: 20_000 });
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
