// `npm test`: installs, builds, gets Temporal, then runs all tests; arguments go to vitest. Tests start many processes of ours.
import process from 'node:process';
import { compileCache, ensureBuilt, ensureInstalled, getTemporal, root, runAttached } from './setup.mjs';

process.chdir(root);
const node = await ensureInstalled();
await ensureBuilt(node);
const temporal = await getTemporal(node);
process.exitCode = await runAttached(node, ['node_modules/vitest/vitest.mjs', 'run', ...process.argv.slice(2)], {
  ...compileCache,
  TRAILHOUND_TEMPORAL: temporal,
});
