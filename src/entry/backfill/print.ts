import { setTimeout as sleep } from 'node:timers/promises';
import { counted } from '../../model/counted.ts';
import { storeAuditLog } from '../../adapters/store/audit/audit-store.ts';
import {
  type BackfillChange,
  type BackfillPorts,
  type BackfillRequest,
  changeBackfill,
  startBackfill,
} from '../../commands/backfills.ts';
import type { Instant } from '../../model/ids.ts';
import { commandLineCaller } from '../compose/account-commands.ts';
import type { Config } from '../config/config.ts';
import { type Connections, openConnections } from '../compose/connections.ts';
import { printLine, tellLine } from '../terminal/terminal-output.ts';
import {
  type BackfillView,
  changeBackfillWorkflow,
  listBackfills,
  showBackfill,
  startBackfillWorkflow,
} from './backfills.ts';
import { plainText, safe, safeJoin, safeJson, type SafeText } from '../../model/safe-text.ts';

interface Output {
  readonly json?: boolean;
}

function backfillPorts({ store, polling }: Connections): BackfillPorts {
  return {
    start: (request) => startBackfillWorkflow(polling, request),
    change: (id, change) => changeBackfillWorkflow(polling, id, change),
    auditLog: storeAuditLog(store.db),
    now: () => new Date().toISOString() as Instant,
  };
}

/** Starts a backfill and, where asked to, follows it to its end; progress goes to stderr. */
export async function printStarted(
  config: Config,
  request: BackfillRequest,
  options: Output & { readonly wait?: boolean },
): Promise<void> {
  const connections = await openConnections(config);
  try {
    const id = await startBackfill(backfillPorts(connections), commandLineCaller(), request);
    let view = await showBackfill(connections.polling, id);
    while (options.wait === true && view.status === 'running') {
      tellLine(lineOf(view));
      await sleep(1000);
      view = await showBackfill(connections.polling, id);
    }
    printViews([view], options, 'backfill');
    if (options.wait === true && view.status !== 'completed') process.exitCode = 1;
  } finally {
    await connections.close();
  }
}

export async function printBackfills(config: Config, options: Output): Promise<void> {
  const connections = await openConnections(config);
  try {
    printViews(await listBackfills(connections.polling), options, 'backfills');
  } finally {
    await connections.close();
  }
}

export async function printChanged(config: Config, id: string, change: BackfillChange, options: Output): Promise<void> {
  const connections = await openConnections(config);
  try {
    await changeBackfill(backfillPorts(connections), commandLineCaller(), { id, change });
    printViews([await showBackfill(connections.polling, id)], options, 'backfill');
  } finally {
    await connections.close();
  }
}

function printViews(views: readonly BackfillView[], { json }: Output, name: 'backfill' | 'backfills'): void {
  const text = views.length === 0 ? safe`no backfill is known` : safeJoin(views.map(lineOf), '\n');
  const value = name === 'backfill' ? { backfill: views[0] } : { backfills: views };
  printLine(json === true ? safeJson(value) : text);
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
