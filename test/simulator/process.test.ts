import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { appendFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { CreateAccessKeyCommand, ListAccessKeysCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { afterEach, describe, expect, it } from 'vitest';
import type { WorldDescription } from '../../simulator/world-description.ts';
import { clientsFor } from './clients.ts';
import type { Clients } from './clients.ts';

const main = fileURLToPath(new URL('../../simulator/main.ts', import.meta.url));
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

interface Started {
  readonly child: ChildProcess;
  readonly world: WorldDescription;
}

async function start(...args: string[]): Promise<Started> {
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) {
    return { child, world: JSON.parse(line) as WorldDescription };
  }
  throw new Error('the simulator said nothing');
}

async function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => {
    child.once('exit', resolve);
  });
}

async function responder(world: WorldDescription): Promise<Clients> {
  const role = world.accounts[0]?.roles.respond;
  const { Credentials } = await clientsFor(world.url, world.credentials).sts.send(
    new AssumeRoleCommand({ RoleArn: role?.arn, ExternalId: role?.externalId, RoleSessionName: 'TH-1' }),
  );
  return clientsFor(world.url, {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  });
}

describe('the simulator as a process', () => {
  it('says in its first line where it is and how its accounts are reached', async () => {
    const { world } = await start('--scenario', 'demo');
    expect(world).toMatchObject({ ready: true, credentials: { accountId: '999988887777' } });
    expect(world.accounts.map(({ regions }) => regions.length)).toEqual([3, 2]);
    expect(world.accounts[0]?.roles.poll).toEqual({
      arn: 'arn:aws:iam::111122223333:role/TrailhoundPoll',
      externalId: 'trailhound-poll-111122223333',
    });
  });

  it('forgets nothing that it answered when it is killed, not even with a torn line at the end', async () => {
    const state = join(mkdtempSync(join(tmpdir(), 'simulator-')), 'state.json');
    const first = await start('--scenario', 'demo', '--state', state);
    const before = await responder(first.world);
    const { AccessKey } = await before.iam.send(new CreateAccessKeyCommand({ UserName: 'ci-deploy' }));
    const gone = ended(first.child);
    first.child.kill('SIGKILL');
    await gone;
    appendFileSync(`${state}.records`, '{"seq":99999,"accountId":"1111');

    const second = await start('--scenario', 'demo', '--state', state);
    const after = await responder(second.world);
    const { AccessKeyMetadata = [] } = await after.iam.send(new ListAccessKeysCommand({ UserName: 'ci-deploy' }));
    expect(AccessKeyMetadata.map((key) => key.AccessKeyId)).toContain(AccessKey?.AccessKeyId);
    const deliveries = (await (await fetch(`${second.world.url}/_control/deliveries`)).json()) as {
      record: { eventName: string };
    }[];
    expect(deliveries.filter(({ record }) => record.eventName === 'CreateAccessKey')).toHaveLength(1);
    expect(deliveries.length).toBeGreaterThan(500);
  });

  it('ends on SIGTERM by itself', async () => {
    const { child } = await start();
    const code = ended(child);
    child.kill('SIGTERM');
    expect(await code).toBe(0);
  });

  it('refuses flags that make no sense, by name', async () => {
    const child = spawn(process.execPath, [main, '--scenario', 'nothing'], { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8');
    });
    expect(await ended(child)).toBe(2);
    expect(said).toContain('there is no scenario nothing');
  });
});
