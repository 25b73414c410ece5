import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const run = promisify(execFile);

/** A checkout with a lock file, and an npm that only writes down what it was asked for. */
let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'trailhound-setup-'));
  await mkdir(join(root, 'scripts'));
  await cp('scripts/setup.mjs', join(root, 'scripts', 'setup.mjs'));
  await writeFile(join(root, 'package.json'), '{"type":"module"}');
  await writeFile(join(root, 'package-lock.json'), lockOf({ one: '1.0.0', 'one-for-windows': '1.0.0' }));
  await writeFile(
    join(root, 'npm.cjs'),
    `const fs = require('node:fs');
     fs.appendFileSync('${join(root, 'npm.log')}', process.argv.slice(2, 3) + '\\n');
     setTimeout(() => {
       fs.mkdirSync('node_modules/.bin', { recursive: true });
       const lock = JSON.parse(fs.readFileSync('package-lock.json', 'utf8'));
       delete lock.packages['node_modules/one-for-windows'];
       fs.writeFileSync('node_modules/.package-lock.json', JSON.stringify(lock));
     }, 300);`,
  );
});
afterEach(() => rm(root, { recursive: true }));

function lockOf(versions: Readonly<Record<string, string>>): string {
  return JSON.stringify({
    packages: {
      '': {},
      ...Object.fromEntries(
        Object.entries(versions).map(([name, version]) => [
          `node_modules/${name}`,
          { version, integrity: `sha512-${name}${version}`, ...(name.endsWith('windows') ? { optional: true } : {}) },
        ]),
      ),
    },
  });
}

function call(expression: string) {
  return run(
    process.execPath,
    ['--input-type=module', '-e', `import * as setup from '${join(root, 'scripts/setup.mjs')}'; ${expression}`],
    {
      env: { ...process.env, npm_execpath: join(root, 'npm.cjs') },
    },
  );
}
async function installs(): Promise<number> {
  return (await readFile(join(root, 'npm.log'), 'utf8').catch(() => '')).split('\n').filter((line) => line === 'ci')
    .length;
}

describe('the install', () => {
  test('happens once, and not again while the lock stays the same', async () => {
    await call('await setup.ensureInstalled()');
    await call('await setup.ensureInstalled()');
    expect(await installs()).toBe(1);
  });

  test('happens again when the lock names another version', async () => {
    await call('await setup.ensureInstalled()');
    await writeFile(join(root, 'package-lock.json'), lockOf({ one: '1.0.1' }));
    await call('await setup.ensureInstalled()');
    expect(await installs()).toBe(2);
  });

  test('happens once where several copies start at once, and the others wait for it', async () => {
    const copies = await Promise.all(Array.from({ length: 3 }, () => call('await setup.ensureInstalled()')));
    expect(await installs()).toBe(1);
    expect(copies).toHaveLength(3);
  });

  test('goes on where a killed copy left its lock behind', async () => {
    await mkdir(join(root, 'dist'));
    await writeFile(join(root, 'dist', '.setup.lock'), String(2 ** 22 - 1));
    await call('await setup.ensureInstalled()');
    expect(await installs()).toBe(1);
  });

  test('goes on where the lock’s number belongs to another process by now', async () => {
    const lock = join(root, 'dist', '.setup.lock');
    await mkdir(join(root, 'dist'));
    await writeFile(lock, String(process.pid));
    await utimes(lock, new Date(0), new Date(0));
    await call('await setup.ensureInstalled()');
    expect(await installs()).toBe(1);
  });

  test('that fails says so and what to do', async () => {
    await writeFile(join(root, 'npm.cjs'), 'process.exit(7)');
    await expect(call('await setup.ensureInstalled()')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/npm ci failed with exit code 7\n {2}remedy: /),
    });
  });
});

test('needs nothing but Node itself', async () => {
  for (const script of ['setup.mjs', 'start.mjs', 'test.mjs', 'trailhound.mjs', 'ci.mjs']) {
    const imports = [...(await readFile(join('scripts', script), 'utf8')).matchAll(/ from '([^']+)'/g)].map(
      ([, name]) => name,
    );
    expect(imports.filter((name) => name !== './setup.mjs' && name?.startsWith('node:') !== true)).toEqual([]);
  }
});
