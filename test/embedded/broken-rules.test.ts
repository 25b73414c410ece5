import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startSimulator, type Simulator } from '../../simulator/server.ts';
import { loadRuleSet } from '../../src/entry/compose/rule-set.ts';
import { loadConfig } from '../../src/entry/config/config.ts';
import { writeSimulatedConfig } from '../../src/entry/start/simulated-aws.ts';
import { prepareCopies, type RunningCopies } from './running-copies.ts';

/* A real start, with its worker, on rules of which some files are broken. */

// Other test files run beside these servers.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const sound = `[rule]
rule_id = "11111111-2222-4333-8444-555555555555"
name = "A sound rule"
description = "d"
risk_score = 21
severity = "low"
type = "query"
language = "kuery"
query = "event.action: CreateUser"
`;

let simulator: Simulator;
let copies: RunningCopies;
beforeAll(async () => {
  simulator = await startSimulator({ accounts: [{ id: '111122223333', regions: ['us-east-1'] }] });
  copies = await prepareCopies();
});
afterAll(async () => {
  await copies.close();
  await simulator.stop();
});

test('a start and its worker name each broken rule file, and go on with all others', async () => {
  const dataDir = join(copies.folder, 'data');
  const rules = join(copies.folder, 'rules');
  await mkdir(rules);
  await writeFile(join(rules, 'broken.toml'), '[rule');
  await writeFile(
    join(rules, 'half.toml'),
    sound.replace('11111111', '22222222').replace('event.action: CreateUser', 'event.action: ('),
  );
  await writeFile(join(rules, 'sound.toml'), sound);
  const config = await writeSimulatedConfig(dataDir, { ready: true, ...structuredClone(simulator.world) } as never);
  await writeFile(config, `\n[rules]\ndirectories = [${JSON.stringify(rules)}]\n`, { flag: 'a' });

  const copy = copies.start(dataDir, config);
  await copy.until(/the promised history of all \d+ account-regions? is covered/);
  const files = ['broken.toml', 'half.toml'];
  const told = copy.output().split('\n');
  for (const file of files) {
    const lines = told.filter((line) => line.includes(join(rules, file)));
    expect(lines).toEqual([expect.stringMatching(/^\d\d:\d\d:\d\dZ ! .*\.toml:\d+:\d+: /)]);
  }
  expect(copy.output()).not.toContain('sound.toml');

  const log = await readFile(join(dataDir, 'logs', 'worker.log'), 'utf8');
  for (const file of files) expect(log).toContain(file);
  const working = log.split('\n').find((line) => line.includes('"working"')) ?? '{}';
  const own = await loadRuleSet(loadConfig(undefined, {}), () => undefined);
  expect(JSON.parse(working)).toMatchObject({ rules: own.rules.length + 1 });
});
