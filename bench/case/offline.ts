import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { generate, type Mix } from '../detect/generate.ts';

/** `investigate` reads what it needs twice: it may take as long again as `detect`. */
const limit = 2;

const { values } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '150' },
    rounds: { type: 'string', default: '3' },
    recordings: { type: 'string', default: '../shared/corpora/cloudtrail-stratus' },
    threads: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  console.info(`How long \`investigate\` takes against \`detect\` over the same files, in processor time of the whole run, one after the other.

  node bench/case/offline.ts [--megabytes 150] [--rounds 3] [--threads 1] [--recordings FOLDER]`);
} else {
  for (const mix of ['benign', 'attack'] as const) await measure(mix);
}

async function measure(mix: Mix): Promise<void> {
  const out = mkdtempSync(join(tmpdir(), 'trailhound-bench-case-'));
  try {
    const { records } = await generate({
      recordings: values.recordings,
      out,
      megabytes: Number(values.megabytes),
      mix,
      seed: 7,
    });
    const runs = Array.from({ length: Number(values.rounds) }, () => ({
      detect: secondsOf(['detect', out, '--output', 'summary', '--threads', values.threads]),
      investigate: secondsOf(['investigate', out, '--json', '--threads', values.threads]),
    }));
    const detect = Math.min(...runs.map((run) => run.detect));
    const investigate = Math.min(...runs.map((run) => run.investigate));
    const ratio = investigate / detect;
    console.info(
      `${mix}: ${records} records, detect ${detect.toFixed(2)} s, investigate ${investigate.toFixed(2)} s, ratio ${ratio.toFixed(2)} (limit ${limit})${ratio > limit ? ' BEYOND' : ''}`,
    );
  } finally {
    rmSync(out, { recursive: true });
  }
}

/** Processor seconds of user code. */
function secondsOf(args: readonly string[]): number {
  const script = `const u=()=>process.resourceUsage().userCPUTime;process.on('exit',()=>process.stderr.write('\\nuser '+u()+'\\n'));`;
  const preload = `data:text/javascript,${encodeURIComponent(script)}`;
  const { stderr, status } = spawnSync(process.execPath, ['--import', preload, 'src/entry/cli/main.ts', ...args], {
    encoding: 'utf8',
    maxBuffer: 1e9,
    // As `npm run trailhound` sets it.
    env: { ...process.env, NODE_COMPILE_CACHE: 'node_modules/.cache/trailhound' },
  });
  const [, micros] = /\nuser (\d+)\n/.exec(stderr) ?? [];
  if (micros === undefined) throw new Error(`trailhound ${args.join(' ')} ended with ${status}: ${stderr.slice(-400)}`);
  return Number(micros) / 1e6;
}
