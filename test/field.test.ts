import { existsSync, globSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { alertSubject } from '../src/detection/alerts/alert-row.ts';
import type { OfflineAlert } from '../src/detection/offline/offline.ts';
import { loadRules } from '../src/entry/detection/load-rules.ts';
import { detectedInput } from './entry/detection/detected-input.ts';

/** Small inputs from public bug reports, each with what is right beside it (RIGHT.md). */
const folder = '../shared/field';
const here = existsSync(folder);
if (!here) console.warn(`SKIPPED: ${folder} is not here, so what the field has is not judged`);

/** What `trailhound detect` makes of an input, with the rule beside it where there is one, else with our own rules. */
interface Judged {
  readonly records: number;
  /** The last digits of each event, the rule, and who did it; by event. */
  readonly alerts: readonly string[];
  readonly exitCode: number;
  /** The sentences about what was not read or cannot run, without the paths of the input and of the rule. */
  readonly told: readonly string[];
}

async function judged(name: string): Promise<Judged> {
  const path = join(folder, name);
  const ruleFile = join(folder, name.split('/')[0] ?? '', 'rule.toml');
  const rules = loadRules({ rules: existsSync(ruleFile) ? [ruleFile] : [] });
  const errors = rules.errors.map(({ message }) => message.replace(/^\S+: /, ''));
  if (rules.ruleSet.rules.length === 0) return { records: 0, alerts: [], exitCode: 1, told: errors };
  const { records, alerts, exitCode, told } = await detectedInput(path, rules);
  return {
    records,
    alerts: alerts.map(shown).toSorted(),
    exitCode,
    told: [...errors, ...told].map((line) => line.replaceAll(`${path}/`, '').replaceAll(path, 'it')).toSorted(),
  };
}

function shown(alert: OfflineAlert): string {
  const events = alert.eventRefs.map(({ eventId }) => eventId.slice(-3)).join(' ');
  const [who = ''] = alertSubject(alert).split(/ with | from |: /);
  return `${events} ${alert.rule.name}: ${who}`;
}

/** Records that `aws` wrote: two calls by ana. */
const two = { records: 2, alerts: ['001 t: ana', '002 t: ana'], exitCode: 0, told: [] };
const one = { records: 1, alerts: ['001 t: ana'], exitCode: 0, told: [] };
const consoleCsv =
  "the console's CSV of Event history: it has a few columns of each event; choose Download as JSON, or use aws cloudtrail lookup-events";
const parquet = 'a Parquet file: export its records as JSON';
function cutOff(packing: string): string {
  return `its ${packing} data is cut off: it ends in the middle; what could be unpacked was read, fetch the file again for the rest`;
}

const right: Readonly<Record<string, Judged>> = {
  '001/in.json': two,
  '003/in.json': two,
  '007/raw.ndjson': two,
  '007/strings.json': two,
  '007/strings.ndjson': two,
  '008/eb.json': one,
  '008/sns.json': one,
  '008/sqs.json': one,
  '008/sqslambda.json': one,
  '010/in.json': one,
  '012/event_history.csv': { records: 0, alerts: [], exitCode: 5, told: [`it: ${consoleCsv}`] },
  '012/f': { records: 0, alerts: [], exitCode: 5, told: [`event_history.csv: ${consoleCsv}`] },
  '014/in.json': one,
  '017/splunk.json': one,
  '017/wazuh.json': one,
  '017/wazuh2.json': one,
  '018/logs': {
    records: 7,
    alerts: ['001 t: ana', '002 t: ana', '003 t: ana'],
    exitCode: 5,
    told: [`g.parquet: ${parquet}`, `i.json.bz2: ${cutOff('bzip2')}`],
  },
  '061/in.ndjson': { records: 3, alerts: ['ev0 ev1 ev2 t: somebody'], exitCode: 0, told: [] },
  '067/in.ndjson': {
    records: 0,
    alerts: [],
    exitCode: 1,
    told: ['rule.new_terms.value has a value that the format does not allow; name three fields at most'],
  },
  '068/in.ndjson': {
    records: 0,
    alerts: [],
    exitCode: 1,
    told: [
      'the history window begins within the rule\'s own look-back (from = "now-9m"), so that nothing comes before it; let history_window_start lie further back than from',
    ],
  },
  '092/in.json': { records: 1, alerts: ['024 t: john (role Administrators)'], exitCode: 0, told: [] },
  '094/logs': {
    records: 4,
    alerts: ['001 t: ana', '002 t: ana', '003 t: ana', '004 t: ana'],
    exitCode: 5,
    told: [`o.ocsf.parquet: ${parquet}`, `z.json.zst: ${cutOff('zstd')}`],
  },
  // Opened to an organization is no "opened to everybody", and told as what it is.
  '110/in.json': {
    records: 6,
    alerts: [
      '021 A role or resource was opened to an organization for the first time: ana',
      '024 A bucket policy lets everyone in: ana',
      '025 A bucket policy lets everyone in: ana',
    ],
    exitCode: 0,
    told: [],
  },
  '111/in.json': {
    records: 4,
    alerts: [
      '026 A role was made or changed to trust everybody: ana',
      "026 An identity changed a role's trust policy for the first time: ana",
      '027 A role or resource was opened to an organization for the first time: ana',
    ],
    exitCode: 0,
    told: [],
  },
  '113/in.json': {
    records: 5,
    alerts: [
      '032 The root user made an access key: root',
      "033 The root user's password was changed, or asked to be reset: root",
      '034 A sign-in as the root user failed: root',
      "035 The root user's password was changed, or asked to be reset: root",
      "036 A user's MFA device was deactivated or deleted: root",
    ],
    exitCode: 0,
    told: [],
  },
  '115/in.json': {
    records: 5,
    alerts: [
      "020 A role's trust policy was changed to let another account in: ana",
      "020 An identity changed a role's trust policy for the first time: ana",
      "021 A role's trust policy was changed to let another account in: ana",
      "022 A role's trust policy was changed to let another account in: ana",
      '023 A role was made for another account to take: ana',
      '024 A role was made for another account to take: ana',
    ],
    exitCode: 0,
    told: [],
  },
  '118/in.json': {
    records: 5,
    alerts: [
      '021 A security group was opened to the whole internet: ana',
      '022 A security group was opened to the whole internet: ana',
      '024 A security group was opened to the whole internet: ana',
    ],
    exitCode: 0,
    told: [],
  },
  '150/in.json': { records: 2, alerts: ['001 t: ana'], exitCode: 0, told: [] },
};

describe.skipIf(!here)('what the field has, by its number, is judged as is right', () => {
  test.each(Object.entries(right))('%s', async (name, expected) => {
    expect(await judged(name)).toEqual(expected);
  });

  test('every input that is there', () => {
    const names = globSync(`${folder}/*/*`).map((path) => relative(folder, path));
    const inputs = names.filter((name) => !/\/(?:RIGHT\.md|rule\.toml)$/.test(name));
    expect(Object.keys(right).toSorted()).toEqual(inputs.toSorted());
  });
});
