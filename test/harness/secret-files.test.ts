import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { searchForSecrets } from './secret-search.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trailhound-secret-files-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const secret = 'planted/secret+0123456789abcdefghijklmno';
const token = 'another=token+0123456789';

test('a secret is found in any file of a folder, a packed one and rows of SQLite included, by its own name, and not where it is meant to be', async () => {
  await mkdir(join(folder, 'logs'));
  await writeFile(join(folder, 'logs', 'worker.log'), `{"at":"${Buffer.from(token).toString('hex')}"}`);
  await writeFile(join(folder, 'core.123'), Buffer.concat([Buffer.alloc(4_096, 0xff), Buffer.from(secret, 'utf16le')]));
  await writeFile(join(folder, 'old.gz'), gzipSync(`left: ${secret}`));
  await writeFile(join(folder, 'owner.key'), secret);
  const database = new DatabaseSync(join(folder, 'temporal.sqlite'));
  database.exec('create table history (id text, data blob)');
  // Longer than a page, so that in the file it stands in pieces.
  const before = Buffer.alloc(9_000, 'x');
  for (let at = 0; at < 300; at += 1)
    database
      .prepare('insert into history values (?, ?)')
      .run(`run ${at}`, Buffer.concat([before, Buffer.alloc(at), Buffer.from(secret), before]));
  database.close();

  const { found, searched } = await searchForSecrets(
    { key: secret, token },
    { clients: [], databaseUrls: [], texts: {}, folders: [{ path: folder, except: (path) => path === 'owner.key' }] },
  );
  expect(found.toSorted()).toEqual(
    [
      'file core.123: key (two bytes a character)',
      'file logs/worker.log: token (hex)',
      'file old.gz, unpacked: key (plain)',
      'file temporal.sqlite: key (plain)',
      'temporal.sqlite, table history: key (plain)',
    ].toSorted(),
  );
  expect(searched).toMatchObject({ files: 5, rows: 300 });
});
