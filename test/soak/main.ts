import { parseArgs } from 'node:util';
import { Connection } from '@temporalio/client';
import { ensureNamespace } from '../../src/adapters/temporal/namespaces.ts';
import { registerSearchAttributes } from '../../src/adapters/temporal/register-search-attributes.ts';
import { startControlServer } from '../harness/control-server.ts';
import { runSoak } from './soak-run.ts';

const usage = `Runs the soak test of collection for as long as you like.

  npm run soak -- [--minutes N] [--seed S]

  --minutes N   how long there are traffic and trouble (default 10); the run then waits until all has arrived
  --seed S      draws traffic and trouble (default: random, printed)

Exits with 1 where anything was lost, doubled, uncovered or judged otherwise than the truth says.
`;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1_000_000)) },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) process.stdout.write(usage);
else process.exitCode = await run(positive('minutes', values.minutes), positive('seed', values.seed));

async function run(minutes: number, seed: number): Promise<number> {
  function log(line: string) {
    return process.stderr.write(`${new Date().toISOString()} ${line}\n`);
  }
  log(`seed ${seed}, ${minutes} minutes`);
  const servers = await startControlServer();
  try {
    async function resource(name: string) {
      return (await fetch(`${servers.url}/${name}`)).text();
    }
    const address = await resource('temporal');
    const [polling, cases] = ['soak-polling', 'soak-cases'];
    const connection = await Connection.connect({ address });
    for (const name of [polling, cases]) {
      await ensureNamespace(connection, { name, retentionMs: 3_600_000 });
      await registerSearchAttributes(connection, name);
    }
    await connection.close();
    const outcome = await runSoak({
      seed,
      troubledMs: minutes * 60_000,
      settleMs: 300_000,
      temporal: { address, polling, cases, bundleFile: await resource('bundle') },
      onLine: log,
    });
    process.stdout.write(`${JSON.stringify({ seed, minutes, ...outcome.counts, flaws: outcome.flaws }, null, 2)}\n`);
    for (const mishap of outcome.mishaps) log(`a worker ended by itself: ${mishap}`);
    return outcome.flaws.length + outcome.mishaps.length === 0 ? 0 : 1;
  } finally {
    await servers.stop();
  }
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (value > 0) return value;
  process.stderr.write(`--${name} must be a number above 0, not ${text}\n`);
  process.exit(2);
}
