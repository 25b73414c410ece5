import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ConfigError, loadConfig } from '../../src/entry/config/config.ts';
import { settingPaths } from '../../src/entry/config/config-schema.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trailhound-config-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function written(text: string): string {
  const file = join(folder, 'trailhound.toml');
  writeFileSync(file, text);
  return file;
}
function load(text: string, env: NodeJS.ProcessEnv = {}) {
  return loadConfig(written(text), env);
}
function problems(text: string): readonly string[] {
  try {
    load(text);
  } catch (error) {
    if (error instanceof ConfigError)
      return error.problems.map(({ line, column, message, remedy }) => `${line}:${column} ${message}; ${remedy}`);
    throw error;
  }
  return [];
}

describe('the configuration', () => {
  test('needs no file: everything has a default', () => {
    expect(loadConfig(undefined, {})).toMatchObject({
      dataDir: join(process.cwd(), '.trailhound', 'simulated'),
      accounts: [],
      collection: { pollIntervalMs: 300_000, historyDays: 7 },
    });
  });

  test('takes paths relative to its file and durations in milliseconds', () => {
    const config = load('data_dir = "data"\n[collection]\nsweep_delays = ["10s", "2m"]');
    expect(config.dataDir).toBe(join(folder, 'data'));
    expect(config.collection.sweepDelaysMs).toEqual([10_000, 120_000]);
    expect(config.codec.keyFile).toBe(join(folder, 'data', 'codec.key'));
    expect(config.approval.approvers).toEqual([
      { name: 'local', publicKeyFile: join(folder, 'data', 'approvers', 'local.pub') },
    ]);
  });

  test('is found by TRAILHOUND_CONFIG, and a path given goes before it', () => {
    const file = written('installation = "here"');
    expect(loadConfig(undefined, { TRAILHOUND_CONFIG: file }).installation).toBe('here');
    expect(loadConfig(file, { TRAILHOUND_CONFIG: '/nonexistent' }).installation).toBe('here');
  });

  test('takes secrets from the environment or from files of their own', () => {
    writeFileSync(join(folder, 'key'), 'api-key\n');
    const config = load('[temporal]\napi_key_file = "key"', { TRAILHOUND_STORE_URL: 'postgres://u:p@h/d' });
    expect(config.temporal.apiKey).toBe('api-key');
    expect(config.store.url).toBe('postgres://u:p@h/d');
  });

  test('gives an account its own poll interval, else the common one', () => {
    const { accounts } = load(`
[collection]
poll_interval = "1m"
[[accounts]]
id = "111122223333"
regions = ["us-east-1"]
[[accounts]]
id = "444455556666"
regions = ["us-east-1"]
poll_interval = "10s"
poll_role = { arn = "arn:aws:iam::444455556666:role/Poll", external_id = "x1" }`);
    expect(accounts.map(({ pollIntervalMs }) => pollIntervalMs)).toEqual([60_000, 10_000]);
    expect(accounts[1]?.roles).toEqual({ poll: { arn: 'arn:aws:iam::444455556666:role/Poll', externalId: 'x1' } });
  });

  test('reads an account in all its regions and whole, unless it names some or leaves something out', () => {
    const { accounts } = load(`
[[accounts]]
id = "111122223333"
[[accounts]]
id = "444455556666"
regions = ["us-east-1"]
read = "write-only"`);
    expect(accounts[0]).toMatchObject({ regions: [], discoversRegions: true });
    expect(accounts[0]).not.toHaveProperty('reads');
    expect(accounts[1]).toMatchObject({ regions: ['us-east-1'], reads: 'write-only' });
    expect(accounts[1]).not.toHaveProperty('discoversRegions');
  });
});

describe('a wrong configuration', () => {
  test('is told all at once, with places and remedies', () => {
    expect(
      problems(`data_dir = 5
[temporal]
adress = "x"
polling_retention = "1 h"
[[accounts]]
id = "12"
[[accounts]]
id = "111122223333"
regions = ["eu-central-1", "nowhere"]
poll_role = { arn = "x", externalid = "y" }`),
    ).toEqual([
      '1:1 data_dir is not valid; a text is expected',
      '3:1 there is no setting temporal.adress; did you mean address?',
      '4:1 temporal.polling_retention is not valid; a duration such as "30s", "5m" or "7d" is expected',
      '6:1 accounts.id is not valid; an account ID is expected, in quotes: twelve digits',
      '9:28 accounts.regions is not valid; an AWS region such as "eu-central-1" is expected',
      '10:15 accounts.poll_role.arn is not valid; the ARN of an IAM role is expected',
      '10:26 there is no setting accounts.poll_role.externalid; did you mean external_id?',
    ]);
  });

  test('that is no TOML is told with its place', () => {
    expect(problems('a = 1\nb = = 2')).toEqual([
      expect.stringMatching(/^2:5 this is not valid TOML: .*; mend the line/),
    ]);
  });

  test('names an account twice only by mistake', () => {
    const block = '[[accounts]]\nid = "111122223333"\nregions = ["us-east-1"]\n';
    expect(problems(block + block)).toEqual(['5:1 accounts.id is not valid; account 111122223333 is described twice']);
  });

  test.each([
    ['one that is too short', 'x'],
    ['one that is too long', 'x'.repeat(1_225)],
    ['a space', 'with a space'],
    ['a letter of no ASCII', 'geräusch'],
  ])('says what STS takes as an external ID: %s is refused', (_what, id) => {
    const role = `poll_role = { arn = "arn:aws:iam::111122223333:role/Poll", external_id = "${id}" }`;
    const [problem, ...more] = problems(`[[accounts]]\nid = "111122223333"\n${role}`);
    expect(problem).toMatch(/^3:\d+ accounts\.poll_role\.external_id is not valid; an external ID has 2 to 1,224/);
    expect(more).toEqual([]);
  });

  test('lists what could stand there where nothing is near', () => {
    expect(problems('[collection]\nkeep_events = "90d"')).toEqual([
      '2:1 collection.keep_events is not valid; a duration of 8640000 s or more is expected',
    ]);
    expect(problems('[log]\nxyzzy = 1')).toEqual(['2:1 there is no setting log.xyzzy; settings here are level']);
  });

  test('is not quoted: a setting may be a secret', () => {
    const shown = problems('[store]\nurl = "mysql://u:hunter2@h/d"').join();
    expect(shown).toContain('a postgres:// URL is expected');
    expect(shown).not.toContain('hunter2');
  });

  test('that is not there is an error with its path', () => {
    expect(() => loadConfig('/nonexistent/t.toml', {})).toThrow(/^\/nonexistent\/t\.toml:1:1: .*ENOENT/);
  });
});

describe('trailhound.example.toml', () => {
  const example = readFileSync('trailhound.example.toml', 'utf8');
  /** With every setting switched on. */
  const full = example.replaceAll(/^#(?=[a-z_[])/gm, '');

  test('loads as it is, and with every setting switched on', () => {
    expect(load(example).accounts).toHaveLength(1);
    writeFileSync(join(folder, 'temporal.api-key'), 'key');
    expect(load(full).temporal.tls?.serverName).toBe('temporal.example.org');
  });

  test('names every setting', () => {
    const unnamed = settingPaths().filter((path) => {
      const name = path.split('.').at(-1);
      return !new RegExp(`(^|[{ ])${name} = `, 'm').test(full);
    });
    expect(unnamed).toEqual([]);
    expect(settingPaths()).toContain('temporal.tls.client_key_file');
  });

  test('shows the defaults as they are', () => {
    const optional = [
      'address',
      'polling_address',
      'cases_address',
      'api_key_file',
      'url',
      'endpoint',
      'profile',
      'credentials_file',
      'secret_region',
    ];
    const switchedOn = full
      .replaceAll(new RegExp(`^(${optional.join('|')}) = .*$`, 'gm'), '')
      .replace(/^\[\[accounts\]\].*?(?=^\[rules\])/ms, '')
      .replace(/^\[temporal\.tls\].*?(?=^\[store\])/ms, '')
      .replace(/^\[response\.register\].*?(?=^\[codec\])/ms, '');
    const defaults = load('');
    expect({ ...load(switchedOn), accounts: [] }).toEqual(defaults);
  });
});
