import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAddressDatabases } from '../../src/adapters/files/address-database.ts';
import { InputPathError } from '../../src/adapters/files/input-paths.ts';
import { neededEnrichment } from '../../src/detection/index/possible-without.ts';
import { readRuleFile } from '../../src/detection/rule-file/read-rule-file.ts';

const databases = join(import.meta.dirname, '../cloudtrail/address-databases');
const cities = join(databases, 'cities.mmdb');
const networks = join(databases, 'networks.mmdb');
const flatCountries = join(databases, 'countries-flat.mmdb');

/** Rules by what they need. */
const bodies = {
  'needs the network, new_terms': `type = "new_terms"\nquery = 'event.action: ListBuckets'\n[rule.new_terms]\nvalue = ["user.name", "source.as.organization.name"]\nhistory_window_start = [{ field = "history_window_start", value = "now-7d" }]`,
  'needs the place, query': `type = "query"\nquery = 'event.action: ListBuckets and source.geo.country_iso_code: BR'`,
  'needs the network, EQL': `type = "eql"\nlanguage = "eql"\nquery = 'any where event.action == "ListBuckets" and source.as.organization.name : "example vpn"'`,
  'needs the place, EQL sequence': `type = "eql"\nlanguage = "eql"\nquery = 'sequence by user.name, source.geo.city_name with maxspan=1h [any where event.action == "ListBuckets"] [any where event.action == "GetUser"]'`,
  'counts places, threshold': `type = "threshold"\nquery = 'event.action: ListBuckets'\n[rule.threshold]\nfield = ["user.name"]\nvalue = 2\ncardinality = [{ field = "source.geo.country_iso_code", value = 2 }]`,
  'only excludes by network, EQL': `type = "eql"\nlanguage = "eql"\nquery = 'any where event.action == "ListBuckets" and not source.as.organization.name == "Example Carrier"'`,
} as const;

type RuleName = keyof typeof bodies;

function ruleText(name: string, body: string): string {
  const id = name.replaceAll(/[^a-zA-Z]+/g, '-');
  return `[rule]\nname = "${name}"\ndescription = "d"\nrule_id = "${id}"\nrisk_score = 21\nseverity = "low"\n${body}\n`;
}

function record(eventID: string, eventName: string, sourceIPAddress: string, minute: number) {
  return {
    eventVersion: '1.11',
    eventTime: `2026-01-02T03:${String(minute).padStart(2, '0')}:00Z`,
    eventSource: eventName === 'GetUser' ? 'iam.amazonaws.com' : 's3.amazonaws.com',
    eventName,
    eventID,
    awsRegion: 'eu-central-1',
    sourceIPAddress,
    recipientAccountId: '111122223333',
    userIdentity: { type: 'IAMUser', userName: 'ann', accountId: '111122223333' },
  };
}

const input = JSON.stringify({
  Records: [
    record('from-france', 'ListBuckets', '192.0.2.7', 0),
    record('from-brazil', 'ListBuckets', '198.51.100.9', 1),
    record('brazil-again', 'GetUser', '198.51.100.9', 2),
    record('from-nowhere', 'GetUser', '203.0.113.1', 3),
    record('by-aws', 'GetUser', 'cloudformation.amazonaws.com', 4),
  ],
});

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'trailhound-enrichment-'));
  for (const [name, body] of Object.entries(bodies)) {
    writeFileSync(join(folder, `${name.replaceAll(/[^a-zA-Z]+/g, '-')}.toml`), ruleText(name, body));
  }
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function trailhound(...args: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = execFile(process.execPath, ['src/entry/cli/main.ts', ...args], (error, stdout, stderr) => {
      if (error === null) resolve({ stdout, stderr });
      else reject(new Error(`${error.message}\n${stderr}`));
    });
    child.stdin?.end(input);
  });
}

function lines(text: string): readonly Record<string, unknown>[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** Names of the rules that alerted, and of those that are said to be unable to. */
async function detected(...mmdb: readonly string[]) {
  const options = mmdb.flatMap((path) => ['--mmdb', path]);
  const { stdout, stderr } = await trailhound('detect', '--rules', folder, '--output', 'ndjson', ...options);
  const unable = [...stderr.matchAll(/^cannot fire on records without enrichment: (.*) \(needs (.*)\)$/gm)];
  return {
    alerted: [...new Set(lines(stdout).map(({ rule_name: name }) => String(name)))].toSorted(),
    unable: unable.map(([, name, lacks]) => `${name}: ${lacks}`).toSorted(),
  };
}

describe('address databases', () => {
  it('give a record the place and the network of its address, and add nothing where they know nothing', async () => {
    const { stdout } = await trailhound('normalize', '--mmdb', cities, '--mmdb', networks);
    expect(lines(stdout)).toMatchObject([
      {
        source: {
          ip: '192.0.2.7',
          geo: {
            country_iso_code: 'FR',
            country_name: 'France',
            continent_name: 'Europe',
            city_name: 'Lyon',
            location: { lat: 45.75, lon: 4.85 },
          },
          as: { number: 64496, organization: { name: 'Example Carrier' } },
        },
      },
      { source: { geo: { city_name: 'Recife' }, as: { number: 64511, organization: { name: 'Example VPN' } } } },
      { source: { geo: { city_name: 'Recife' } } },
      { source: { ip: '203.0.113.1' } },
      { source: { address: 'cloudformation.amazonaws.com' } },
    ]);
    const unknown = lines(stdout).slice(3);
    expect(unknown.map(({ source }) => Object.keys(source as object))).not.toContainEqual(
      expect.arrayContaining([expect.stringMatching(/^(?:geo|as)$/)]),
    );
  });

  it('are read in the layouts of MaxMind and in the flat one, for both versions of IP', async () => {
    const flat = await openAddressDatabases([flatCountries]);
    expect(flat('198.51.100.9')).toEqual({ geo: { country_iso_code: 'BR' } });
    expect(flat('2001:db8::1')).toEqual({ geo: { country_iso_code: 'JP' } });
    expect([...flat.gives]).toEqual(['source.geo']);
    const both = await openAddressDatabases([cities, networks]);
    expect(both('2001:db8::1')).toMatchObject({ geo: { city_name: 'Osaka' }, as: { number: 65536 } });
    expect([...both.gives].toSorted()).toEqual(['source.as', 'source.geo']);
    await expect(openAddressDatabases([join(databases, 'make.py')])).rejects.toThrow(InputPathError);
  });
});

describe('a rule that needs enrichment', () => {
  const lacking = [
    'counts places, threshold: source.geo',
    'needs the network, EQL: source.as',
    'needs the network, new_terms: source.as',
    'needs the place, EQL sequence: source.geo',
    'needs the place, query: source.geo',
  ];

  it('is named as unable to fire where there is none', async () => {
    expect(await detected()).toEqual({ alerted: ['only excludes by network, EQL'], unable: lacking });
  });

  it('fires with it', async () => {
    expect(await detected(cities, networks)).toEqual({ alerted: Object.keys(bodies).toSorted(), unable: [] });
  });

  it('is still named where the databases give something else', async () => {
    const { alerted, unable } = await detected(flatCountries);
    expect(unable).toEqual(lacking.filter((line) => line.endsWith('source.as')));
    expect(alerted).toContain('needs the place, query' satisfies RuleName);
  });
});

describe('what an EQL query needs', () => {
  function needs(query: string) {
    const { file, errors } = readRuleFile(
      'r.toml',
      ruleText('r', `type = "eql"\nlanguage = "eql"\nquery = '''${query}'''`),
    );
    if (file === null) throw new Error(errors.map(({ message }) => message).join('\n'));
    return neededEnrichment(file);
  }

  it.each([
    ['any where source.geo.country_name != null', ['source.geo']],
    ['any where source.geo.country_name == null', []],
    ['any where source.geo.country_name != "France"', []],
    ['any where not source.geo.country_name in ("France", "Brazil")', []],
    ['any where source.geo.country_name in~ ("france")', ['source.geo']],
    ['any where source.as.number == 64496', ['source.as']],
    ['any where source.as.number == 64496 or event.action == "GetUser"', []],
    ['any where not (source.as.number == 64496 or event.action == "GetUser")', []],
    ['any where not (source.as.number != 64496 or event.action == "GetUser")', ['source.as']],
    ['any where stringContains(source.as.organization.name, "VPN")', ['source.as']],
    [
      'any where source.as.organization.name like~ "*vpn*" and source.geo.country_name : "brazil"',
      ['source.geo', 'source.as'],
    ],
    ['any where length(source.as.organization.name) > 3', []], // what is computed of a field is left open
    ['sequence with maxspan=1h [any where true] [any where source.as.number == 1]', ['source.as']],
    ['sequence with maxspan=1h [any where true] ![any where source.as.number == 1] [any where true]', []],
    ['sequence by user.name, source.as.number [any where true] [any where true]', ['source.as']],
    ['sequence by user.name, ?source.as.number [any where true] [any where true]', []],
  ])('%s', (query, expected) => {
    expect(needs(query)).toEqual(expected);
  });
});
