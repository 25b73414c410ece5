// Installs moto's server (PyPI) into a virtual environment outside the checkout and prints the path of its program.
// Contract tests run the same cases against it and against the simulator. Ends with 1 and one line where it cannot.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const version = '5.2.5';
const cacheDir = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'trailhound');
const pointerFile = join(cacheDir, `moto-${version}.path`);

const installed = existsSync(pointerFile) ? readFileSync(pointerFile, 'utf8') : '';
if (installed !== '' && existsSync(installed)) print(installed);
else print(install());

/** Builds an environment of its own name and then points to it in one step: two installers at once do no harm. */
function install() {
  mkdirSync(cacheDir, { recursive: true });
  const environment = join(cacheDir, `moto-${version}-${process.pid}-${Date.now()}`);
  run('python3', ['-m', 'venv', environment], environment);
  run(join(environment, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', `moto[server]==${version}`], environment);
  const program = join(environment, 'bin', 'moto_server');
  writeFileSync(`${pointerFile}.${process.pid}`, program);
  renameSync(`${pointerFile}.${process.pid}`, pointerFile);
  return program;
}

function run(program, args, environment) {
  const { status, error, stderr } = spawnSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] });
  if (status === 0) return;
  rmSync(environment, { recursive: true, force: true });
  const reason = error?.message ?? stderr.trim().split('\n').at(-1);
  process.stderr.write(`moto cannot be installed: ${program} ${args.slice(0, 3).join(' ')}: ${reason}\n`);
  process.exit(1);
}

function print(program) {
  process.stdout.write(`${program}\n`);
}
