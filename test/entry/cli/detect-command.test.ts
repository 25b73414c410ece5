import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** Runs the real command line in a process of its own. */
function trailhound(args: readonly string[], input = ''): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['src/entry/cli/main.ts', ...args],
      { maxBuffer: 1 << 28 },
      (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
      },
    );
    child.stdin?.end(input);
  });
}

function ndjson(text: string) {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

function record(id: string, fields: object = {}) {
  return {
    eventVersion: '1.11',
    eventTime: '2026-01-02T03:04:05Z',
    eventSource: 's3.amazonaws.com',
    eventName: 'ListBuckets',
    eventID: id,
    awsRegion: 'eu-central-1',
    sourceIPAddress: '192.0.2.7',
    userAgent: '[S3 Browser/11.7.5 (https://s3browser.com)]',
    recipientAccountId: '111122223333',
    userIdentity: {
      type: 'IAMUser',
      userName: 'ann',
      accountId: '111122223333',
      arn: 'arn:aws:iam::111122223333:user/ann',
    },
    ...fields,
  };
}

const rule = `[rule]
name = "a listing"
description = "d"
rule_id = "t-1"
risk_score = 47
severity = "medium"
type = "new_terms"
query = 'event.action: ListBuckets and user_agent.original: *S3 Browser*'
[rule.new_terms]
value = ["cloud.account.id", "user.name"]
history_window_start = [{ field = "history_window_start", value = "now-7d" }]
`;

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'trailhound-detect-'));
  writeFileSync(join(folder, 'rule.toml'), rule);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string | Buffer) {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe('trailhound detect', () => {
  it('gives one alert a line, with the fields that scripts rely on', async () => {
    const input = file(
      'a.json',
      JSON.stringify({ Records: [record('late', { eventTime: '2026-01-03T00:00:00Z' }), record('early')] }),
    );
    const { code, stdout } = await trailhound(['detect', '--rules', folder, '--output', 'ndjson', input]);
    expect(code).toBe(0);
    expect(ndjson(stdout)).toEqual([
      {
        '@timestamp': '2026-01-02T03:04:05.000Z',
        rule_id: 't-1',
        rule_name: 'a listing',
        rule_type: 'new_terms',
        severity: 'medium',
        risk_score: 47,
        event_ids: ['early'],
        account_ids: ['111122223333'],
        who: 'ann',
        action: 'ListBuckets',
        source_address: '192.0.2.7',
        new_terms: ['111122223333', 'ann'],
      },
    ]);
  });

  it.each([
    ['a gzipped trail file', gzipSync(JSON.stringify({ Records: [record('a')] }))],
    ['a bare list', JSON.stringify([record('a')])],
    ['a single record', JSON.stringify(record('a'), null, 2)],
    ['one record a line', `${JSON.stringify(record('b', { eventName: 'Other' }))}\n${JSON.stringify(record('a'))}\n`],
    [
      'LookupEvents output',
      JSON.stringify(
        { Events: [{ EventId: 'a', CloudTrailEvent: JSON.stringify(record('a')) }], NextToken: 'x' },
        null,
        4,
      ),
    ],
    [
      'an EventBridge event',
      JSON.stringify({ version: '0', 'detail-type': 'AWS API Call via CloudTrail', detail: record('a') }),
    ],
  ])('reads %s', async (name, content) => {
    const input = file(`${name.replaceAll(' ', '-')}.input`, content);
    const { stdout } = await trailhound(['detect', '-r', folder, '--json', input]);
    expect(ndjson(stdout).map((alert) => alert['event_ids'])).toEqual([['a']]);
  });

  it('takes ECS documents as they are, also what normalize prints', async () => {
    const normalized = await trailhound(['normalize'], JSON.stringify(record('a')));
    expect(normalized.stdout).toContain('"event":{');
    const { stdout } = await trailhound(['detect', '-r', folder, '--json', '-'], normalized.stdout);
    expect(ndjson(stdout).map((alert) => alert['event_ids'])).toEqual([['a']]);
  });

  it('counts, names and skips what is malformed, and judges the rest', async () => {
    const lines = [
      '{"eventID":"x"',
      JSON.stringify(record('a')),
      '[]',
      '7',
      JSON.stringify({ ...record('y'), eventTime: 'yesterday' }),
    ];
    const { code, stdout, stderr } = await trailhound(['detect', '-r', folder, '--json'], lines.join('\n'));
    expect(code).toBe(5);
    expect(ndjson(stdout)).toHaveLength(1);
    expect(stderr).toMatch(/<stdin>:1: record skipped/);
    expect(stderr).toMatch(/3 of 4 records were malformed/);
  });

  it('keeps control characters of hostile records from the terminal', async () => {
    const hostile = record('a\u001B[2J', {
      userIdentity: { type: 'IAMUser', userName: '\u001B]0;x\u0007\u202Eann', accountId: '1' },
    });
    for (const output of ['table', 'csv', 'ndjson', 'summary']) {
      const { stdout, stderr } = await trailhound(['detect', '-r', folder, '-o', output], JSON.stringify(hostile));
      // eslint-disable-next-line no-control-regex -- that is what must not be there
      expect(stdout + stderr).not.toMatch(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E]/);
    }
  });

  it('tells an input that breaks off from a record that is malformed, and judges what could be read', async () => {
    const records = Array.from({ length: 400 }, (_, index) => `${JSON.stringify(record(`cut-${index}`))}\n`);
    const whole = gzipSync(records.join(''));
    const cut = file('cut.json.gz', whole.subarray(0, whole.length - 200));
    const { code, stdout, stderr } = await trailhound([
      'detect',
      '-r',
      join(folder, 'rule.toml'),
      '-o',
      'summary',
      cut,
    ]);
    expect(code).toBe(5);
    expect(stderr).toMatch(/cut\.json\.gz: its gzip data is cut off/);
    expect(stdout).toMatch(/^1 alert of 1 rule on \d+ records in 1 input; 1 input not read to the end\n/);
    const { stderr: told } = await trailhound(['detect', '-r', join(folder, 'rule.toml'), '-o', 'ndjson', cut]);
    expect(told).toMatch(/1 of 1 input could not be read to the end/);
    expect(told).not.toMatch(/malformed/);
  });

  it.each([
    ['detect', ['-o', 'summary']],
    ['investigate', []],
  ])('and %s warns of misspelt fields and of exceptions that do nothing', async (command, more) => {
    const misspelt = file('misspelt.toml', rule.replace('event.action', 'event.acton').replace('t-1', 't-2'));
    const exceptions = file(
      'idle-exceptions.toml',
      `[[exception]]
id = "backup"
rule_id = "t-9"
condition = 'user.nam: ann'
owner = "bob"
reason = "the nightly backup"
`,
    );
    const input = file('judged.json', JSON.stringify([record('a')]));
    const given = ['--rules', misspelt, '--exceptions', exceptions, ...more];
    const { code, stderr } = await trailhound([command, ...given, input]);
    expect(code).toBe(0);
    expect(stderr).toContain('no CloudTrail event has the field event.acton; did you mean event.action?');
    expect(stderr).toContain('exception backup: no rule that was loaded has the ID t-9');
    expect(stderr).toContain('exception backup: no CloudTrail event has the field user.nam; did you mean user.name?');
  });

  it('says what is wrong with a path, and exits 1', async () => {
    const { code, stderr } = await trailhound(['detect', '-r', folder, join(folder, 'nowhere')]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/nowhere does not exist/);
  });

  it('says that a folder without records holds none, so that nobody takes it for good news', async () => {
    const empty = join(folder, 'empty');
    mkdirSync(empty, { recursive: true });
    const { code, stderr } = await trailhound(['detect', '-r', folder, empty]);
    expect(code).toBe(5);
    expect(stderr).toMatch(/there are no files below .*empty: nothing is read/);
  });
});

describe('trailhound investigate', () => {
  it('names standard input as such, not the file that it is kept in', async () => {
    const { code, stderr } = await trailhound(['investigate'], '{"Records":[{"eventName":7}]}');
    expect(code).toBe(5);
    expect(stderr).toContain('<stdin>:1: record skipped');
    expect(stderr).not.toContain(tmpdir());
  });

  const federation = '../shared/corpora/cloudtrail-stratus/aws.persistence.sts-federation-token.json';

  it('judges by --as-of: a session that was open then is open, and what its user may do is to be denied', async () => {
    const { stdout } = await trailhound(['investigate', federation, '--as-of', '2024-11-30T09:00:00Z', '--identity']);
    expect(stdout).toContain('open as of 2024-11-30 09:00 UTC');
    expect(stdout).toMatch(
      /open +[0-9a-f]{20} +session ASIASTJKC5GCM7ZE6LUP of user stratus-red-team-user-federation-user, federated as stratus_red_team, until 2024-11-30 20:43:17 UTC/,
    );
    expect(stdout).not.toContain('ended by itself');
    const { stdout: first } = await trailhound(['investigate', federation, '--as-of', '2024-11-30T09:00:00Z']);
    expect(first).toContain('deny user stratus-red-team-user-federation-user everything');
    const { stdout: report } = await trailhound(
      ['investigate', federation, '--as-of', '2024-11-30T09:00:00Z', '--format', 'markdown'], //
    );
    expect(report).not.toContain('**ended**');
    const { stdout: later } = await trailhound(['investigate', federation, '--as-of', '2024-12-02T09:00:00Z']);
    expect(later).not.toContain('session ASIA');
  });

  it('judges old recordings by their last record where no time is named', async () => {
    const { stdout } = await trailhound(['investigate', federation]);
    expect(stdout).toMatch(/open as of 2024-11-\d\d \d\d:\d\d UTC/);
  });

  it('names the span of the cases where --as-of is before them', async () => {
    const { code, stderr } = await trailhound(['investigate', federation, '--as-of', '2024-11-01T00:00:00Z']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/before the first call[\s\S]*2024-11-30 08:43:17 to 2024-11-30 08:43:18 UTC/u);
  });

  it('ends with a command that can be typed as it stands, with the same input', async () => {
    const { stdout } = await trailhound(['investigate', federation, '--as-of', '2024-11-30T09:00:00Z']);
    expect(stdout).toMatch(
      / investigate \S+federation-token\.json --as-of \S+ --case case-\w+ --timeline --evidence --identity$/mu,
    );
  });
});

describe('trailhound rules', () => {
  it('check shows every error with a caret, and exits 1', async () => {
    const broken = file(
      'broken.toml',
      rule.replace('47', '470').replace('t-1', 't-2').replace('ListBuckets', '(ListBuckets'),
    );
    const query = file('query.toml', rule.replace('t-1', 't-3').replace('ListBuckets and', 'ListBuckets and ('));
    const { code, stdout } = await trailhound(['rules', 'check', broken, query]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/broken\.toml:5:14: error: .*\n {4}5 \| risk_score = 470\n {6}\| {14}\^/);
    expect(stdout).toMatch(/query\.toml:8:\d+: error/);
    expect(stdout).toMatch(/broken\.toml:8:\d+: error: .*close/);
    expect(stdout).toMatch(/3 errors/);
    expect((await trailhound(['rules', 'check', join(folder, 'rule.toml')])).code).toBe(0);
  });

  it.each(['check', 'test'])('%s of nothing is an error, not a success', async (command) => {
    const empty = join(folder, 'no-rules');
    mkdirSync(empty, { recursive: true });
    const { code, stderr } = await trailhound(['rules', command, empty]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/there are no rule files below .*no-rules/);
  });

  it('show finds a rule by the beginning of its ID and by the name of its file', async () => {
    function of(name: string) {
      return trailhound(['rules', 'show', name, '-r', join(folder, 'rule.toml')]);
    }
    expect(await of('t-')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^a listing\n/) });
    expect(await of('rule')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^a listing\n/) });
    expect(await of('x')).toMatchObject({ code: 1 });
  });

  it('list has a line for each rule where it is piped, with the whole ID', async () => {
    const { stdout } = await trailhound(['rules', 'list', '-r', join(folder, 'rule.toml')]);
    expect(stdout.split('\n')[1]).toMatch(/^t-1 +medium +new_terms +a listing$/);
    expect(stdout).toMatch(/\n1 rule\n$/);
  });

  it('diff tells which alerts a change adds and removes', async () => {
    const after = file(
      'after.toml',
      rule
        .replace('ListBuckets', '(ListBuckets or GetBucketAcl)')
        .replace('"cloud.account.id", "user.name"', '"source.ip"'),
    );
    const input = file(
      'diff.json',
      JSON.stringify([record('a'), record('b', { eventName: 'GetBucketAcl', sourceIPAddress: '192.0.2.8' })]),
    );
    const { code, stdout } = await trailhound(['rules', 'diff', join(folder, 'rule.toml'), after, input, '--json']);
    expect(code).toBe(0);
    const { added, removed, unchanged } = JSON.parse(stdout) as {
      added: { new_terms: string[] }[];
      removed: { new_terms: string[] }[];
      unchanged: number;
    };
    expect(added.map((alert) => alert.new_terms)).toEqual([['192.0.2.7'], ['192.0.2.8']]);
    expect(removed.map((alert) => alert.new_terms)).toEqual([['111122223333', 'ann']]);
    expect(unchanged).toBe(0);
  });

  it("test runs Trailhound's own examples and writes JUnit", async () => {
    const { code, stdout } = await trailhound(['rules', 'test', 'rules', '--junit', '-']);
    expect(stdout).toMatch(
      /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuites tests="\d+" failures="0" errors="0">/,
    );
    expect(code).toBe(0);
  });

  it('coverage writes a Navigator layer', async () => {
    const { stdout } = await trailhound(['rules', 'coverage', '--navigator', '-']);
    const layer = JSON.parse(stdout) as {
      domain: string;
      techniques: { techniqueID: string; tactic: string; score: number }[];
    };
    expect(layer.domain).toBe('enterprise-attack');
    expect(layer.techniques).toContainEqual(
      expect.objectContaining({ techniqueID: 'T1567.002', tactic: 'exfiltration', score: 1 }),
    );
  });

  it('explain exits by whether the rule matches', async () => {
    const input = file('explain.json', JSON.stringify([record('a'), record('b', { eventName: 'Other' })]));
    function of(id: string) {
      return trailhound(['explain', join(folder, 'rule.toml'), input, '--event', id]);
    }
    expect(await of('a')).toMatchObject({ code: 0, stdout: expect.stringMatching(/matches event a/) });
    expect(await of('b')).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/no {2}event\.action: ListBuckets {3}\[event\.action = "Other"\]/),
    });
  });

  it('explain tells of many events which come nearest', async () => {
    const far = Array.from({ length: 20 }, (_, index) => record(`far${index}`, { eventName: 'Other', userAgent: 'x' }));
    const near = record('near', { userAgent: 'x' });
    const input = file('many.json', JSON.stringify([...far, near, record('hit')]));
    const { code, stdout } = await trailhound(['explain', join(folder, 'rule.toml'), input]);
    expect(code).toBe(0);
    const told = [...stdout.matchAll(/event (\w+)$/gm)].map(([, id]) => id);
    expect(told.slice(0, 2)).toEqual(['hit', 'near']);
    expect(told).toHaveLength(6);
    expect(stdout).toMatch(/16 more events fit less/);
  });
});
