// What every command does first. Plain JavaScript without dependencies, for any Node from 18 on: nothing is installed yet.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const root = fileURLToPath(new URL('..', import.meta.url));
const modules = path.join(root, 'node_modules');
/** Node keeps what it compiles, so that the next start of a short command spends its time on the work. */
export const compileCache = {
  NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? path.join(modules, '.cache', 'trailhound'),
};
const lockFile = path.join(root, 'dist', '.setup.lock');
const neededNode = 24;

/** Ends the process with a message and a remedy instead of a stack. */
function giveUp(message, remedy) {
  console.error(`trailhound: ${message}\n  remedy: ${remedy}`);
  process.exit(1);
}

function say(text) {
  return console.error(`[setup] ${text}`);
}

/** Runs a program with its output shown as it comes; resolves to its exit code. */
export function run(program, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: root, stdio: ['inherit', 2, 2], ...options });
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? (signal === null ? 1 : 128)));
  });
}

/** Runs a program and resolves to what it wrote on stdout; its stderr is shown. */
function capture(program, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'], ...options });
    let text = '';
    child.stdout.setEncoding('utf8');
    child.stdout.on('data', (chunk) => (text += chunk));
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? resolve(text) : reject(new Error(`${program} exited with ${code}`))));
  });
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** A lock is left over where its holder is gone, or has not touched it for long: its number may be another process's by now. */
async function isStale(pid) {
  if (pid > 0 && !isAlive(pid)) return true;
  const touched = await stat(lockFile).catch(() => undefined);
  return touched !== undefined && Date.now() - touched.mtimeMs > 15_000;
}

function lockHolder(file) {
  return readFile(file, 'utf8').then(Number, () => 0);
}

/** Takes a stale lock away; moved first, so that of two who find it stale only one does. */
async function breakLock(pid) {
  const aside = `${lockFile}.${process.pid}`;
  await rename(lockFile, aside).catch(() => undefined);
  if ((await lockHolder(aside)) !== pid) await rename(aside, lockFile).catch(() => undefined);
  await rm(aside, { force: true });
}

async function tryLock() {
  try {
    await mkdir(path.dirname(lockFile), { recursive: true });
    await writeFile(lockFile, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    return giveUp(
      `${path.dirname(lockFile)} cannot be written (${error.code})`,
      'run this as the user to whom the checkout belongs, or in a clone of your own',
    );
  }
}

/** Lets one copy at a time install or build; the others wait, say so, and find it done. */
async function withLock(work) {
  for (let waited = 0; !(await tryLock()); waited += 1) {
    const holder = await lockHolder(lockFile);
    if (await isStale(holder)) await breakLock(holder);
    else if (waited === 5) say('another copy is installing or building; waiting for it');
    await delay(200);
  }
  const heartbeat = setInterval(() => void utimes(lockFile, new Date(), new Date()).catch(() => undefined), 2_000);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    await rm(lockFile, { force: true });
  }
}

async function readPackages(file) {
  return JSON.parse(await readFile(file, 'utf8')).packages;
}

/**
 * Whether node_modules holds what the lock names. npm writes its hidden lock file last, so an interrupted install has none;
 * optional packages of other platforms are not in it.
 */
export async function isInstalled() {
  try {
    const wanted = await readPackages(path.join(root, 'package-lock.json'));
    const present = await readPackages(path.join(modules, '.package-lock.json'));
    return (
      Object.keys(present).every((name) => name in wanted) &&
      Object.entries(wanted).every(([name, { version, integrity, optional }]) => {
        if (name === '') return true;
        const found = present[name];
        return found === undefined ? optional === true : found.version === version && found.integrity === integrity;
      })
    );
  } catch {
    return false;
  }
}

function npmProgram() {
  // Under `npm start`, npm tells where it is itself; run by hand, it is on PATH.
  const script = process.env.npm_execpath;
  return script !== undefined && /\.[cm]?js$/.test(script) ? [process.execPath, script] : ['npm'];
}

/** Where there is no terminal for npm's own bar, says now and then how far it is; returns what ends that. */
function tellInstalled() {
  const startedAt = Date.now();
  const timer = setInterval(async () => {
    const wanted = Object.keys(await readPackages(path.join(root, 'package-lock.json'))).filter((name) => name !== '');
    const unpacked = wanted.filter((name) => existsSync(path.join(root, name, 'package.json')));
    const seconds = Math.round((Date.now() - startedAt) / 1000);
    // Packages of other platforms are in the lock too, and never come.
    say(`still installing: ${unpacked.length} of at most ${wanted.length} packages unpacked after ${seconds} s`);
  }, 10_000);
  return () => clearInterval(timer);
}

async function install() {
  say('installing dependencies (npm ci), which takes a minute or so at first');
  const [program, ...before] = npmProgram();
  // Warnings about engines are about the Node that npm runs under, not about the one that the packages will run on.
  const args = [...before, 'ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const stopTelling = process.stderr.isTTY ? () => undefined : tellInstalled();
  const code = await run(program, args)
    .catch((error) => giveUp(`npm cannot be run (${error.message})`, 'install npm, which comes with Node'))
    .finally(stopTelling);
  if (code !== 0)
    giveUp(`npm ci failed with exit code ${code}`, 'see its message above; is the npm registry reachable?');
}

/** Node 24 comes from npm with the other dependencies where it exists for this platform. */
function findNode() {
  const installed = path.join(modules, '.bin', 'node');
  if (existsSync(installed)) return installed;
  if (Number(process.versions.node.split('.')[0]) >= neededNode) return process.execPath;
  return giveUp(
    `Node ${neededNode} is needed, this is ${process.version}, and npm has none for ${process.platform}-${process.arch}`,
    `install Node ${neededNode} from https://nodejs.org and run the command again`,
  );
}

/** Installs what is not there or of another version; resolves to the Node to run with. Does nothing twice. */
export async function ensureInstalled() {
  if (Number(process.versions.node.split('.')[0]) < 18)
    giveUp(`Node 18 or newer is needed to begin with, this is ${process.version}`, 'install a newer Node');
  if (!(await isInstalled()))
    await withLock(async () => {
      if (!(await isInstalled())) await install();
    });
  return findNode();
}

/** Bundles the workflows where their sources have changed. */
export function ensureBuilt(node) {
  return withLock(async () => {
    const code = await run(node, ['scripts/build-workflow-bundle.ts']);
    if (code !== 0) giveUp('the workflows could not be bundled', 'see the message above');
  });
}

/** Finds the Temporal CLI or gets it, and resolves to its path. */
export async function getTemporal(node) {
  const found = await capture(node, ['scripts/get-temporal.ts']).catch(() => undefined);
  // It has told why itself.
  return found === undefined ? process.exit(1) : found.trim();
}

/** Name and parent of a process; undefined where /proc does not tell (proc(5): the name is in parentheses and may hold some). */
async function processInfo(pid) {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (stat === undefined) return undefined;
  const end = stat.lastIndexOf(')');
  return { name: stat.slice(stat.indexOf('(') + 1, end), parent: Number(stat.slice(end + 2).split(' ')[1]) };
}

/** Who started us, looked up at once: npm may be ended while we are still installing. */
const starter = process.ppid;
const startedBy = process.env.npm_lifecycle_event === undefined ? Promise.resolve() : processInfo(starter);

/** Whether npm, or the shell in which it runs a script, is gone. */
async function isOrphaned() {
  if (process.ppid !== starter) return true;
  const known = await startedBy;
  // Where the shell has given its place to us, npm is the starter, and whose child npm is is not our business.
  if (known === undefined || known.name.startsWith('npm')) return false;
  return (await processInfo(starter))?.parent !== known.parent;
}

/** npm and its shell pass on no signal that ends them: whoever was started by them looks for it. Returns what ends the looking. */
function whenOrphaned(act) {
  if (process.env.npm_lifecycle_event === undefined) return () => undefined;
  const timer = setInterval(async () => {
    if (!(await isOrphaned())) return;
    clearInterval(timer);
    act();
  }, 500);
  return () => clearInterval(timer);
}

/**
 * Runs a program, passing signals on, and resolves to its exit code. Over a channel to it, it learns of our own end as well, even
 * by SIGKILL.
 */
export function runAttached(program, args, env = {}, { channel = false } = {}) {
  return new Promise((resolve, reject) => {
    const stdio = ['inherit', 'inherit', 'inherit', ...(channel ? ['ipc'] : [])];
    const child = spawn(program, args, { stdio, env: { ...process.env, ...env } });
    // Ctrl-C reaches the child by itself; it decides when all has ended.
    function ignore() {
      return undefined;
    }
    function pass(signal) {
      return child.kill(signal);
    }
    const stopLooking = whenOrphaned(() => child.kill('SIGTERM'));
    process.on('SIGINT', ignore);
    process.on('SIGTERM', pass);
    process.on('SIGHUP', pass);
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      stopLooking();
      process.off('SIGINT', ignore);
      process.off('SIGTERM', pass);
      process.off('SIGHUP', pass);
      resolve(code ?? (signal === null ? 1 : 128 + os.constants.signals[signal]));
    });
  });
}
