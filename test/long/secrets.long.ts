import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadConfig } from '../../src/entry/config/config.ts';
import { openConnections } from '../../src/entry/compose/connections.ts';
import { type SearchedFolder, type SearchResult, searchForSecrets } from '../harness/secret-search.ts';
import { approve, newKey, untilPlanned, wholeAttack } from './demonstrations-case.ts';
import { clearPlace, newPlace, npmStart, type Place, pressCtrlC, trailhound } from './npm-start.ts';

/* A whole case of `npm start`, with a rotation: no secret is in what any command printed, in what Temporal and the store answer, or in a file. */

let place: Place;
beforeEach(async () => {
  place = await newPlace();
});
afterEach(() => clearPlace(place));

interface Session {
  readonly accessKeyId: string;
  readonly secret: string;
  readonly token: string;
  readonly accountId: string;
  readonly holder: { readonly kind: string; readonly roleId?: string; readonly sessionName?: string };
}

interface SimulatedWorld {
  readonly accounts: readonly {
    readonly users: readonly { readonly name: string; readonly keys: readonly { readonly secret: string }[] }[];
    readonly secrets: readonly { readonly name: string; readonly versions: readonly { readonly value: string }[] }[];
  }[];
  readonly sessions: readonly Session[];
}

interface KnownSecrets {
  /** Nowhere but where each is kept. */
  readonly never: Readonly<Record<string, string>>;
  /** Session tokens, which AWS's own record of the call has: without the session's secret nobody signs with one. */
  readonly tokens: Readonly<Record<string, string>>;
}

/** By what a session is alike: the latest of each kind is looked for. */
function kindOf({ accountId, holder }: Session): string {
  return [accountId, holder.kind, holder.roleId ?? '', holder.sessionName?.startsWith('TH-') === true].join();
}

/** What the simulated AWS gave out, and what a start made for itself. */
async function knownSecrets({ dataDir }: Place): Promise<KnownSecrets> {
  const world = JSON.parse(await readFile(join(dataDir, 'simulator', 'world.json'), 'utf8')) as SimulatedWorld;
  const sessions = [...new Map(world.sessions.map((session) => [kindOf(session), session])).values()];
  const never: Record<string, string> = {};
  for (const { users, secrets } of world.accounts) {
    for (const { name, keys } of users)
      for (const [at, { secret }] of keys.entries()) never[`key ${at + 1} of ${name}`] = secret;
    for (const { name, versions } of secrets) for (const { value } of versions) never[`value of ${name}`] = value;
  }
  for (const { accessKeyId, secret } of sessions) never[`secret of session ${accessKeyId}`] = secret;
  for (const [name, path] of Object.entries(keptSecrets))
    never[name] = longestLine(await readFile(join(dataDir, path), 'utf8'));
  return {
    never,
    tokens: Object.fromEntries(sessions.map(({ accessKeyId, token }) => [`token ${accessKeyId}`, token])),
  };
}

/** Files of the data folder that are there to keep a secret. */
const keptSecrets = {
  "the approver's key": 'approvers/local.key',
  'the key of the payloads': 'codec.key',
  "the store's password": 'postgres.password',
  "the journal's key": 'responder/journal.key',
} as const;

/** A key's file has lines about it besides. */
function longestLine(text: string): string {
  return text.split('\n').reduce((longest, line) => (line.trim().length > longest.length ? line.trim() : longest), '');
}

/** The simulated AWS is not Trailhound: what it keeps is AWS's. */
function isKept(path: string): boolean {
  return path.startsWith('simulator/') || Object.values<string>(keptSecrets).includes(path);
}

/** Where a token of AWS's record may stand: with the record. */
function isRecordOfAws(found: string): boolean {
  return /^(table public\.(events|event_revisions)(_\d+)?:|raw records: )/.test(found);
}

function commands(id: string): readonly (readonly string[])[] {
  return [
    ['investigations', 'list'],
    ['investigations', 'show', id],
    ['investigations', 'show', id, '--plan', '--timeline', '--evidence', '--identity'],
    ['investigations', 'show', id, '--json'],
    ['investigations', 'events', id],
    ['investigations', 'events', id, '--json'],
    ['investigations', 'graph', id, '--format', 'json'],
    ['investigations', 'report', id],
    ['investigations', 'report', id, '--format', 'html'],
    ['investigations', 'report', id, '--format', 'ocsf'],
    ['audit', 'list'],
    ['audit', 'show', id],
    ['audit', 'show', id, '--json'],
    ['audit', 'changes'],
    ['accounts', 'check'],
    ['coverage', '--json'],
    ['register', 'check'],
    ['doctor'],
    ['doctor', '--json'],
    ['events', 'search', '--limit', 'all'],
    ['events', 'search', '--limit', 'all', '--output', 'csv'],
    ['events', 'export'],
  ];
}

/** What prints AWS's records as they are. */
function rawCommands(id: string): readonly (readonly string[])[] {
  return [
    ['investigations', 'show', id, '--events'],
    ['investigations', 'events', id, '--raw'],
    ['events', 'search', '--limit', 'all', '--json', '--include-own'],
  ];
}

test('after a whole case with a new key, no secret is in an output, a history, a row or a file, and one that is planted is found', async () => {
  const outputs: Record<string, string> = {};
  async function run(kind: string, command: readonly string[]): Promise<string> {
    const { code, out, err } = await trailhound(place, ...command);
    outputs[`${kind}: ${command.join(' ')}`] = `${out}\n${err}`;
    expect([command, code, err]).toEqual([command, expect.toBeOneOf([0, 1]), expect.any(String)]);
    expect([command, out.length > 0]).toEqual([command, true]);
    return out;
  }
  const copy = npmStart(place);
  await untilPlanned(place, wholeAttack);
  const closing = await approve(place, wholeAttack, '--wait');
  const before = await knownSecrets(place);
  const rotating = await approve(place, newKey, '--wait');
  const id = rotating.caseId;
  for (const [name, { out, err }] of Object.entries({ closing, rotating })) outputs[`output: ${name}`] = out + err;
  for (const command of commands(id)) await run('output', command);
  let records = '';
  for (const command of rawCommands(id)) records = await run('raw records', command);
  const exported = join(place.dataDir, '..', 'exported.ndjson');
  await writeFile(exported, records);
  await run('output', ['detect', exported]);
  await run('output', ['investigate', exported]);

  const after = await knownSecrets(place);
  const never = { ...before.never, ...after.never };
  const tokens = { ...before.tokens, ...after.tokens };
  const made = Object.keys(after.never).filter((name) => !(name in before.never) && name.startsWith('key '));
  expect(made).toEqual([expect.stringContaining('ci-deploy')]);

  /** All that answers while it runs. */
  async function searchServers(secrets: Readonly<Record<string, string>>): Promise<SearchResult> {
    const connections = await openConnections(
      loadConfig(join(place.dataDir, 'simulated.toml'), { TRAILHOUND_DATA_DIR: place.dataDir }),
    );
    try {
      const { storeUrl } = JSON.parse(await readFile(join(place.dataDir, 'running.json'), 'utf8')) as {
        readonly storeUrl: string;
      };
      return await searchForSecrets(secrets, {
        clients: [connections.polling, connections.cases],
        codecs: connections.dataConverter.payloadCodecs ?? [],
        databaseUrls: [storeUrl],
        texts: outputs,
      });
    } finally {
      await connections.close();
    }
  }
  const answered = await searchServers(never);
  expect(answered.found).toEqual([]);
  expect(answered.searched.events).toBeGreaterThan(500);
  expect(answered.searched.rows).toBeGreaterThan(500);
  const ofTokens = await searchServers(tokens);
  expect(ofTokens.found.filter((found) => !isRecordOfAws(found))).toEqual([]);
  // A record of AssumeRole has one: the search is one that finds them.
  expect(ofTokens.found.filter((found) => found.startsWith('table public.events'))).not.toEqual([]);

  const code = await pressCtrlC(copy);
  expect([code ?? 0, copy.output()]).toEqual([0, expect.stringContaining('stopped; the next start goes on from here')]);
  // Everything has ended: what was in memory is in the files.
  const cluster = (await readFile(join(place.dataDir, 'postgres-folder'), 'utf8').catch(() => '')).trim();
  const folders: readonly SearchedFolder[] = [
    { path: place.dataDir, except: isKept },
    ...(cluster === '' ? [] : [{ path: cluster }]),
  ];
  function searchFiles() {
    return searchForSecrets(never, {
      clients: [],
      databaseUrls: [],
      folders,
      texts: { 'the output of the start': copy.output() },
    });
  }
  const kept = await searchFiles();
  expect(kept.found).toEqual([]);
  expect(kept.searched.files).toBeGreaterThan(500);
  expect(kept.searched.rows).toBeGreaterThan(100);
  console.log('searched', {
    answered: answered.searched,
    kept: kept.searched,
    secrets: Object.keys({ ...never, ...tokens }).length,
  });

  const [name = ''] = made;
  await appendFile(
    join(place.dataDir, 'logs', 'worker.log'),
    Buffer.from(`{"key":"${never[name]}"}`).toString('base64'),
  );
  expect((await searchFiles()).found).toEqual([
    expect.stringMatching(/^file logs\/worker\.log: key \d of ci-deploy \(base64/),
  ]);
});
