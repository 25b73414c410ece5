#!/usr/bin/env node
// `npm run -s trailhound -- ARGS`: the command line from a checkout, installed and built where needed.
import path from 'node:path';
import { ensureBuilt, ensureInstalled, root, runAttached } from './setup.mjs';

const args = process.argv.slice(2);
const node = await ensureInstalled();
if (args.includes('start') || args.includes('worker')) await ensureBuilt(node);
// Node keeps what it compiles, so that the next start of a short command spends its time on the work.
const NODE_COMPILE_CACHE = process.env.NODE_COMPILE_CACHE ?? path.join(root, 'node_modules/.cache/trailhound');
process.exitCode = await runAttached(
  node,
  [path.join(root, 'src/entry/cli/main.ts'), ...args],
  { NODE_COMPILE_CACHE },
  { channel: args.includes('start') },
);
