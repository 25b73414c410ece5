import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const usage = `Runs the soak test of responses with as many as you like.

  npm run soak:respond -- [--responses N] [--seed S]

  --responses N  rotations and deactivations (default 300)
  --seed S       draws the trouble (default: random, printed)

Exits with 1 where a live key lacked its secret, a key was told nowhere, or something was told otherwise than it is.
`;

const { values } = parseArgs({
  options: {
    responses: { type: 'string', default: '300' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1_000_000)) },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) process.stdout.write(usage);
else {
  const program = fileURLToPath(new URL('../../scripts/test.mjs', import.meta.url));
  const child = spawn(process.execPath, [program, 'test/soak/respond-soak.test.ts'], {
    stdio: 'inherit',
    env: { ...process.env, TRAILHOUND_SOAK_RESPONSES: values.responses, TRAILHOUND_SOAK_SEED: values.seed },
  });
  child.once('exit', (code) => {
    process.exitCode = code ?? 1;
  });
}
