import { writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

/** Preloaded into a measured process: leaves what it used of memory and processors in the file that USAGE_FILE names. */
const { USAGE_FILE } = process.env;
if (isMainThread && USAGE_FILE !== undefined) {
  process.on('exit', () => writeFileSync(USAGE_FILE, JSON.stringify(process.resourceUsage())));
}
