import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../../src/adapters/store/database.ts';
import { addHeldBack } from '../../../src/adapters/store/detection/held-back-store.ts';
import { normalizeRecord } from '../../../src/cloudtrail/normalize.ts';
import { detectionEventOf } from '../../../src/detection/detection-event.ts';
import { loadRuleSet } from '../../../src/entry/compose/rule-set.ts';
import { loadConfig } from '../../../src/entry/config/config.ts';
import type { Instant } from '../../../src/model/ids.ts';
import { testDatabaseUrl } from '../../harness/test-servers.ts';

const rule = `[rule]
name = "a listing"
description = "d"
rule_id = "t-1"
risk_score = 47
severity = "medium"
type = "query"
query = 'event.action: ListBuckets'
`;

const exceptions = `[[exception]]
id = "backup"
rule_id = "t-1"
condition = "user.name: ann"
owner = "bob"
reason = "the nightly \\u001b[31mbackup"

[[exception]]
id = "migration"
rule_id = ["t-1", "t-2"]
condition = "user.name: cem"
owner = "dora"
reason = "moved in January"
expires = 2026-01-31
`;

function record(eventID: string, userName: string, eventTime = '2026-01-02T03:04:05Z') {
  return {
    eventVersion: '1.11',
    eventTime,
    eventSource: 's3.amazonaws.com',
    eventName: 'ListBuckets',
    eventID,
    awsRegion: 'eu-central-1',
    sourceIPAddress: '192.0.2.7',
    recipientAccountId: '111122223333',
    userIdentity: { type: 'IAMUser', userName, accountId: '111122223333' },
  };
}

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'trailhound-exceptions-'));
  writeFileSync(join(folder, 'rule.toml'), rule);
  writeFileSync(join(folder, 'exceptions.toml'), exceptions);
  const ofPlace = rule.replace('t-1', 't-3').replace('ListBuckets', 'ListBuckets and source.geo.country_iso_code: FR');
  writeFileSync(join(folder, 'place.toml'), ofPlace);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function trailhound(args: readonly string[], storeUrl: string | undefined, input = '') {
  const { TRAILHOUND_CONFIG: _config, TRAILHOUND_STORE_URL: _url, ...others } = process.env;
  const env = {
    ...others,
    TRAILHOUND_DATA_DIR: join(folder, 'data'),
    ...(storeUrl === undefined ? {} : { TRAILHOUND_STORE_URL: storeUrl }),
  };
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const child = execFile(process.execPath, ['src/entry/cli/main.ts', ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
    child.stdin?.end(input);
  });
}

describe('trailhound rules exceptions', () => {
  it('tells what each exception held back live, also one that stands in no file any more', async () => {
    const url = await testDatabaseUrl();
    const store = openStore(url);
    await store.migrate();
    const lastEventTime = '2026-01-02T00:00:00Z' as Instant;
    await addHeldBack(store.db, [{ exceptionId: 'backup', ruleId: 't-1', events: 3, lastEventTime }]);
    await addHeldBack(store.db, [
      { exceptionId: 'backup', ruleId: 't-1', events: 2, lastEventTime: '2026-01-01T00:00:00Z' as Instant },
      { exceptionId: 'forgotten', ruleId: 't-9', events: 1, lastEventTime },
    ]);
    await store.close();
    const none = await trailhound(['rules', 'exceptions', 'backup'], url);
    expect(none).toMatchObject({ code: 0, stdout: 'it prevented no alert\n' });
    const { code, stdout } = await trailhound(['rules', 'exceptions', '--rules', folder, '--json'], url);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      exceptions: [
        {
          id: 'backup',
          rules: [{ id: 't-1', name: 'a listing' }],
          owner: 'bob',
          expires: null,
          state: 'active',
          heldBack: { events: 5, alerts: 0, lastEventTime },
        },
        {
          id: 'migration',
          rules: [{ name: 'a listing' }, { id: 't-2', name: null }],
          owner: 'dora',
          expires: '2026-01-31T00:00:00.000Z',
          state: 'expired',
          heldBack: { events: 0, alerts: 0, lastEventTime: null },
        },
        { id: 'forgotten', owner: null, state: 'removed', heldBack: { events: 1 } },
      ],
    });
  });

  it('lists them where no installation can be asked, and keeps control characters from the terminal', async () => {
    const { code, stdout, stderr } = await trailhound(['rules', 'exceptions', '--rules', folder], undefined);
    expect(code).toBe(0);
    expect(stderr).toContain('what they held back live is not known');
    expect(stdout).toMatch(/backup +a listing +bob .*active +- +-/);
    expect(stdout).toMatch(
      /migration +a listing, t-2 \(no such rule\) +dora +moved in January +2026-01-31 00:00:00 +expired +- +-/,
    );
    expect(stdout).not.toContain('\u001b');
  });
});

describe('the rules of a worker', () => {
  it('mark what exceptions in its configured folders hold back, and say which rules cannot fire', async () => {
    const file = join(folder, 'trailhound.config');
    writeFileSync(file, `[rules]\ndirectories = ["."]\n`);
    const warnings: string[] = [];
    const ruleSet = await loadRuleSet(loadConfig(file, {}), (line) => warnings.push(line));
    function heldBackBy(userName: string) {
      const ecs = normalizeRecord(record('1', userName));
      const found = ruleSet.candidatesOf(detectionEventOf(ecs, ruleSet.fieldsOf(ecs)));
      return found.find(({ ruleIndex }) => ruleSet.rules[ruleIndex]?.rule.id === 't-1')?.heldBackBy;
    }
    expect(['ann', 'cem', 'eve'].map(heldBackBy)).toEqual(['backup', 'migration', null]);
    expect(warnings).toEqual([
      expect.stringMatching(/exception migration: no rule that was loaded has the ID t-2$/),
      expect.stringMatching(/exception migration: it expired on 2026-01-31 00:00:00 UTC: take it out, or renew it$/),
      expect.stringMatching(
        /place\.toml: cannot fire: it needs source\.geo, which databases in `enrichment\.mmdb` give$/,
      ),
    ]);
  });
});

describe('trailhound detect', () => {
  it('says what each exception held back of its input', async () => {
    const records = [
      record('1', 'ann'),
      record('2', 'ann', '2026-02-02T00:00:00Z'),
      record('3', 'cem'),
      record('4', 'cem', '2026-02-02T00:00:00Z'), // after the expiry
      record('5', 'eve'),
    ];
    const input = JSON.stringify({ Records: records });
    const { stdout, stderr } = await trailhound(['detect', '--rules', folder, '--output', 'ndjson'], undefined, input);
    const ids = stdout
      .split('\n')
      .flatMap((line) => (line === '' ? [] : (JSON.parse(line) as { event_ids: string[] }).event_ids));
    expect(ids.toSorted()).toEqual(['4', '5']);
    expect(stderr).toMatch(/exception backup \(bob: .*\) held back 2 events\b/);
    expect(stderr).toMatch(/exception migration \(dora: moved in January\) held back 1 event\b/);
  });
});
