// What `.ci/run` does: installs, lints, checks format, types and what is unused, runs all tests; the last line counts them.
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { ensureInstalled, root, run } from './setup.mjs';

process.chdir(root);
const node = await ensureInstalled();
// Tests that need what CI must not fetch look at this.
const env = { ...process.env, CI: 'true' };
function bin(name) {
  return path.join('node_modules', '.bin', name);
}

const checks = [
  ['lint', bin('oxlint'), ['--type-aware', '--deny-warnings']],
  ['format', bin('prettier'), ['--check', '--log-level', 'warn', '.']],
  ['types', bin('tsc'), ['--noEmit']],
  ['unused', bin('knip'), []],
];
const failedChecks = [];
for (const [name, program, args] of checks) {
  console.log(`== ${name}`);
  if ((await run(program, args, { env })) !== 0) failedChecks.push(name);
}

console.log('== tests');
const report = path.join('dist', 'test-report.json');
await rm(report, { force: true });
const testCode = await run(
  node,
  ['scripts/test.mjs', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
  { env },
);

/** A file that cannot be loaded has no tests to count: it is one failure. */
async function countTests() {
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(
      await readFile(report, 'utf8'),
    );
    const unloaded = testResults.filter(
      ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
    );
    return {
      passed: numPassedTests,
      failed: numFailedTests + unloaded.length,
      skipped: numPendingTests + numTodoTests,
    };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

const { passed, failed, skipped } = await countTests();
if (failedChecks.length > 0) console.log(`failed: ${failedChecks.join(', ')}`);
const good = failedChecks.length === 0 && testCode === 0 && failed === 0;
// A run that failed outside its tests (an unhandled error) must not read as if all was well.
const shownFailed = testCode !== 0 && failed === 0 ? 1 : failed;
process.exitCode = good ? 0 : 1;
console.log(`${passed} passed, ${shownFailed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
