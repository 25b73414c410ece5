import { setTimeout as sleep } from 'node:timers/promises';
import {
  type BackfillChange,
  type BackfillPorts,
  type BackfillRequest,
  changeBackfill,
  knownBackfill,
  startBackfill,
} from '../../commands/backfills.ts';
import { counted } from '../../model/counted.ts';
import { plainText, safe, safeJoin, type SafeText } from '../../model/safe-text.ts';
import { backfills, type BackfillsPorts, type BackfillView } from '../../views/backfills.ts';
import { commandLineCaller } from '../compose/account-commands.ts';
import { backfillPorts } from '../compose/backfill-ports.ts';
import { overConnections } from '../compose/over-installation.ts';
import type { Config } from '../config/config.ts';
import { printAnswer, printProse, tellLine } from '../terminal/terminal-output.ts';

interface Output {
  readonly json?: boolean;
}

function overBackfills<T>(config: Config, work: (ports: BackfillPorts & BackfillsPorts) => Promise<T>): Promise<T> {
  return overConnections(config, (connections) => work(backfillPorts(connections)));
}

/** Starts a backfill and, where asked to, follows it to its end; progress goes to stderr. */
export async function printStarted(
  config: Config,
  request: BackfillRequest,
  { wait = false, ...output }: Output & { readonly wait?: boolean },
): Promise<void> {
  const backfill = await overBackfills(config, async (ports) => {
    const started = await startBackfill(ports, commandLineCaller(), request);
    return wait ? await toItsEnd(ports, started) : started;
  });
  if (output.json === true) await printAnswer('backfill start', { backfill });
  else printProse(lineOf(backfill));
  if (wait && backfill.status !== 'completed') process.exitCode = 1;
}

async function toItsEnd(ports: BackfillPorts, started: BackfillView): Promise<BackfillView> {
  let view = started;
  while (view.status === 'running') {
    tellLine(lineOf(view));
    await sleep(1000);
    view = await knownBackfill(ports, view.id);
  }
  return view;
}

export async function printBackfills(config: Config, { json }: Output): Promise<void> {
  const answer = await overBackfills(config, backfills);
  if (json === true) return await printAnswer('backfill list', answer);
  const lines = answer.backfills.map(lineOf);
  printProse(lines.length === 0 ? safe`no backfill is known` : safeJoin(lines, '\n'));
}

export async function printChanged(
  config: Config,
  id: string,
  change: BackfillChange,
  { json }: Output,
): Promise<void> {
  const backfill = await overBackfills(config, (ports) => changeBackfill(ports, commandLineCaller(), { id, change }));
  if (json === true) await printAnswer(`backfill ${change}`, { backfill });
  else printProse(lineOf(backfill));
}

function lineOf({ id, status, progress }: BackfillView): SafeText {
  if (progress === null) return safe`${plainText(id)}: ${plainText(status)}`;
  const { window, readTo, events, paused, trouble } = progress;
  const done = readTo === null ? 0 : shareOf(Date.parse(window.from), Date.parse(readTo), Date.parse(window.to));
  const state = plainText(status === 'running' && paused ? 'paused' : status);
  const failing = trouble === null ? safe`` : safe`; ${plainText(trouble, 400)}`;
  return safe`${plainText(id)}: ${state}, ${done} % read, ${counted(events, 'event')}${failing}`;
}

function shareOf(from: number, at: number, to: number): number {
  return to === from ? 100 : Math.floor((100 * (at - from)) / (to - from));
}
