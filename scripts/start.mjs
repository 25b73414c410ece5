// `npm start`: installs, builds, gets Temporal, then runs everything on this machine.
import path from 'node:path';
import { ensureBuilt, ensureInstalled, getTemporal, root, runAttached } from './setup.mjs';

const node = await ensureInstalled();
await ensureBuilt(node);
const temporal = await getTemporal(node);
process.exitCode = await runAttached(
  node,
  [path.join(root, 'src/entry/cli/main.ts'), 'start', ...process.argv.slice(2)],
  { TRAILHOUND_TEMPORAL: temporal },
  { channel: true },
);
