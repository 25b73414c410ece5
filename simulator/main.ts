import { parseArgs } from 'node:util';
import { demoScenario } from './scenario/demo.ts';
import { startSimulator } from './server.ts';

const usage = `A simulated AWS on the loopback address, for trying and testing.

  node simulator/main.ts [--port N] [--scenario demo | --records DIR] [options]

  --port N                TCP port (default 0: a free one)
  --scenario demo         two accounts with seven days of history, in which an attack unfolds
  --records DIR           serves recorded CloudTrail (*.json), each file shifted to now by itself
  --state FILE            keeps the world over restarts (and FILE.records beside it)
  --request-log FILE      writes every answered call as a line of JSON before it is answered
  --seed N                draws delays, faults and history (default 1)
  --delivery-delay A[-B]  milliseconds until a record is visible (default 500-2500)
  --iam-propagation MS    how long a new key or a key's new status takes until it is obeyed (default 0)
  --lookup-rate N         LookupEvents requests a second per account and region (default 2)
  --neighbour-share S     the part of that rate that others spend, 0 to 1 (default 0)
  --attack-after S        seconds from the first LookupEvents to the attack at the latest; it begins as soon as
                          all history has been read (default 20)
  --attack-interval S     seconds between the attacker's calls after the first ones (default 4)

Standard output is a line of JSON each: first {"ready":true,"url":...}, then the story.
`;

const values = orUsage(readArguments);

if (values.help) {
  process.stdout.write(usage);
} else {
  await run();
}

async function run(): Promise<void> {
  if (values.scenario !== undefined && values.scenario !== 'demo')
    fail(`there is no scenario ${values.scenario}; try demo`);
  if (values.scenario !== undefined && values.records !== undefined)
    fail('--scenario and --records exclude each other');
  // The first line says where the simulator is; a story that begins before that waits.
  const early: object[] = [];
  let ready = false;
  function story(text: string): void {
    if (ready) print({ story: text });
    else early.push({ story: text });
  }
  const seed = numberOf('seed', values.seed);
  const [minMs = 0, maxMs = minMs] = values['delivery-delay']
    .split('-')
    .map((part) => numberOf('delivery-delay', part));
  const simulator = await startSimulator({
    port: numberOf('port', values.port),
    seed,
    deliveryDelay: { minMs, maxMs },
    iamPropagationMs: numberOf('iam-propagation', values['iam-propagation']),
    lookupRate: numberOf('lookup-rate', values['lookup-rate']),
    neighbourShare: numberOf('neighbour-share', values['neighbour-share']),
    ...(values.records === undefined ? {} : { recordsFolder: values.records }),
    ...(values.state === undefined ? {} : { stateFile: values.state }),
    ...(values['request-log'] === undefined ? {} : { requestLogFile: values['request-log'] }),
    ...(values.scenario === undefined
      ? {}
      : {
          scenario: demoScenario({
            seed,
            attackAfterMs: numberOf('attack-after', values['attack-after']) * 1_000,
            attackIntervalMs: numberOf('attack-interval', values['attack-interval']) * 1_000,
          }),
        }),
    story,
  });
  // Whoever started it is gone: nobody hears the story any more, and the state is in its file.
  process.stdout.on('error', () => process.exit(0));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void simulator.stop().then(() => process.exit(0));
    });
  }
  print({ ready: true, ...simulator.world });
  for (const line of early.splice(0)) print(line);
  ready = true;
}

function numberOf(flag: string, text: string): number {
  const number = Number(text);
  if (text === '' || Number.isNaN(number) || number < 0) fail(`--${flag} takes a number, not ${JSON.stringify(text)}`);
  return number;
}

function print(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function fail(message: string): never {
  process.stderr.write(`simulator: ${message}\n`);
  process.exit(2);
}

function readArguments() {
  return parseArgs({
    options: {
      port: { type: 'string', default: '0' },
      scenario: { type: 'string' },
      records: { type: 'string' },
      state: { type: 'string' },
      'request-log': { type: 'string' },
      seed: { type: 'string', default: '1' },
      'delivery-delay': { type: 'string', default: '500-2500' },
      'iam-propagation': { type: 'string', default: '0' },
      'lookup-rate': { type: 'string', default: '2' },
      'neighbour-share': { type: 'string', default: '0' },
      'attack-after': { type: 'string', default: '20' },
      'attack-interval': { type: 'string', default: '4' },
      help: { type: 'boolean', default: false },
    },
  }).values;
}

/** What is wrong with the arguments is told in a line, with where to look; it is no defect that a stack would explain. */
function orUsage<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    process.stderr.write(
      `simulator: ${error instanceof Error ? error.message : String(error)}\n  remedy: --help shows the options\n`,
    );
    process.exit(2);
  }
}
