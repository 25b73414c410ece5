#!/usr/bin/env node
// `npm run -s trailhound -- ARGS`: the command line from a checkout, installed and built where needed.
import path from 'node:path';
import { compileCache, ensureBuilt, ensureInstalled, root, runAttached } from './setup.mjs';

const args = process.argv.slice(2);
const node = await ensureInstalled();
if (args.includes('start') || args.includes('worker')) await ensureBuilt(node);
process.exitCode = await runAttached(node, [path.join(root, 'src/entry/cli/main.ts'), ...args], compileCache, {
  channel: args.includes('start'),
});
