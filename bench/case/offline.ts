import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { generate } from '../detect/generate.ts';
import { writeOrdinaryAccount } from './ordinary-account.ts';

/** `investigate` may take as long again as `detect`. */
const limit = 2;

const mixes = ['ordinary', 'benign', 'attack'] as const;
type Mix = (typeof mixes)[number];

const { values } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '150' },
    mix: { type: 'string', multiple: true, default: ['ordinary', 'benign'] },
    rounds: { type: 'string', default: '3' },
    recordings: { type: 'string', default: '../shared/corpora/cloudtrail-stratus' },
    threads: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  console.info(`How long \`investigate\` takes against \`detect\` over the same files, in processor time of the whole run, one after the other.

  node bench/case/offline.ts [--megabytes 150] [--mix ordinary|benign|attack]... [--rounds 3] [--threads 1] [--recordings FOLDER]

ordinary  an account with habits, some recorded attacks and two made intrusions in it
benign    every call by a session and from an address of its own, a recorded attack's record in a hundred: no account is so bad
attack    nothing but records of attacks: nearly every one is a case of its own`);
} else {
  for (const mix of mixes) if (values.mix.includes(mix)) await measure(mix);
}

async function measure(mix: Mix): Promise<void> {
  const out = mkdtempSync(join(tmpdir(), 'trailhound-bench-case-'));
  try {
    const { records } = await written(mix, out);
    const runs = Array.from({ length: Number(values.rounds) }, () => ({
      detect: usageOf(['detect', out, '--output', 'summary', '--threads', values.threads]),
      investigate: usageOf(['investigate', out, '--json', '--threads', values.threads]),
    }));
    const detect = best(runs.map((run) => run.detect));
    const investigate = best(runs.map((run) => run.investigate));
    const ratio = investigate.userSeconds / detect.userSeconds;
    console.info(
      `${mix}, ${values.megabytes} MB, ${records} records: detect ${shown(detect)}, investigate ${shown(investigate)}, ratio ${ratio.toFixed(2)} (limit ${limit})${ratio > limit ? ' BEYOND' : ''}`,
    );
  } finally {
    rmSync(out, { recursive: true });
  }
}

function written(mix: Mix, out: string): Promise<{ readonly records: number }> {
  const made = { recordings: values.recordings, megabytes: Number(values.megabytes), seed: 7 };
  return mix === 'ordinary' ? writeOrdinaryAccount(out, made) : generate({ ...made, out, mix });
}

interface Usage {
  /** Of all threads. */
  readonly userSeconds: number;
  readonly wallSeconds: number;
  readonly peakMegabytes: number;
}

function best(runs: readonly Usage[]): Usage {
  return runs.reduce((a, b) => (b.userSeconds < a.userSeconds ? b : a));
}

function shown({ userSeconds, wallSeconds, peakMegabytes }: Usage): string {
  return `${userSeconds.toFixed(2)} s (${wallSeconds.toFixed(1)} s on the wall, ${peakMegabytes.toFixed(0)} MB)`;
}

function usageOf(args: readonly string[]): Usage {
  const script = `const u=()=>process.resourceUsage();process.on('exit',()=>process.stderr.write('\\nused '+u().userCPUTime+' '+u().maxRSS+'\\n'));`;
  const preload = `data:text/javascript,${encodeURIComponent(script)}`;
  const started = performance.now();
  const { stderr, status } = spawnSync(process.execPath, ['--import', preload, 'src/entry/cli/main.ts', ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
    // As `npm run trailhound` sets it.
    env: { ...process.env, NODE_COMPILE_CACHE: 'node_modules/.cache/trailhound' },
  });
  const wallSeconds = (performance.now() - started) / 1000;
  const [, micros, kilobytes] = /\nused (\d+) (\d+)\n/.exec(stderr) ?? [];
  if (micros === undefined) throw new Error(`trailhound ${args.join(' ')} ended with ${status}: ${stderr.slice(-400)}`);
  return { userSeconds: Number(micros) / 1e6, wallSeconds, peakMegabytes: Number(kilobytes) / 1024 };
}
