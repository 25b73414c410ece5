import { parseArgs } from 'node:util';
import { simulateCollection } from './simulate-collection.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 32)) },
    sources: { type: 'string', default: '100' },
    days: { type: 'string', default: '365' },
  },
});
const options = { seed: Number(values.seed), sources: Number(values.sources), days: Number(values.days) };
const startedAt = performance.now();
const result = simulateCollection(options);
const wallS = (performance.now() - startedAt) / 1000;
const ratio = (options.days * 86_400) / wallS;
console.log(JSON.stringify({ ...options, ...result, findings: result.findings.slice(0, 20) }, null, 2));
console.log(
  `${options.days} days of ${options.sources} account-regions in ${wallS.toFixed(1)} s: ${Math.round(ratio)} simulated seconds a second (${Math.round(ratio * options.sources)} account-region seconds)`,
);
if (result.findings.length > 0) process.exitCode = 1;
