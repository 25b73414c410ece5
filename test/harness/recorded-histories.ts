import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WorkflowHandle } from '@temporalio/client';
import proto from '@temporalio/proto';
import { Worker } from '@temporalio/worker';
import { failureConverterPath } from '../../src/adapters/temporal/failure-converter-path.ts';
import { testWorkflowBundle } from './test-servers.ts';

const { History } = proto.temporal.api.history.v1;

/** Histories of every workflow, one file each: a change that could not take over an open case fails on them. */
const historiesFolder = fileURLToPath(new URL('../histories/', import.meta.url));

const recording = process.env['TRAILHOUND_RECORD_HISTORIES'] === '1';

/**
 * The ways that are to be recorded: with `TRAILHOUND_RECORD_HISTORIES=1` those that have no history yet, else none. What an earlier
 * version has recorded stays as it is: it is what its open workflows look like.
 */
export async function waysToRecord<W>(ways: Readonly<Record<string, W>>): Promise<readonly (readonly [string, W])[]> {
  if (!recording) return [];
  const recorded = await recordedHistories('');
  return Object.entries(ways).filter(([name]) => !recorded.includes(name));
}

/** How protobuf's values stand in JSON: enums by name, bytes in base64, long numbers in decimal. */
const asText = { enums: String, bytes: String, longs: String } as const;

/** Writes a workflow's history as `<name>.json`, without what tells of the machine that it ran on. */
export async function recordHistory(name: string, handle: WorkflowHandle): Promise<void> {
  await mkdir(historiesFolder, { recursive: true });
  const history = History.toObject(History.fromObject(await handle.fetchHistory()), asText);
  await writeFile(join(historiesFolder, `${name}.json`), `${JSON.stringify(anonymous(history), null, 1)}\n`);
}

/** The names of the recorded histories that begin with a prefix. */
export async function recordedHistories(prefix: string): Promise<readonly string[]> {
  const files = await readdir(historiesFolder).catch((): string[] => []);
  return files.filter((file) => file.startsWith(prefix) && file.endsWith('.json')).map((file) => file.slice(0, -5));
}

/** Reads a recorded history. */
export async function readHistory(name: string): Promise<Readonly<Record<string, unknown>>> {
  return JSON.parse(await readFile(join(historiesFolder, `${name}.json`), 'utf8'));
}

/**
 * Replays a history against the present bundle.
 *
 * @throws DeterminismViolationError where the present workflows would not have done the same.
 */
export async function replay(history: Readonly<Record<string, unknown>>): Promise<void> {
  const { codePath } = await testWorkflowBundle();
  const recorded = History.fromObject(history);
  const workflowId = recorded.events[0]?.workflowExecutionStartedEventAttributes?.workflowId;
  await Worker.runReplayHistory(
    { workflowBundle: { codePath }, dataConverter: { failureConverterPath } },
    recorded,
    workflowId ?? undefined,
  );
}

/** Worker identities and their own queues name host and process, stack traces name paths; no workflow may depend on them. */
function anonymous(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(anonymous);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]): [string, unknown] => {
      if (name === 'identity') return [name, 'worker'];
      if (name === 'name' && isStickyQueue(each)) return [name, 'sticky'];
      if (name === 'stackTrace') return [name, ''];
      if (name === 'encodedAttributes') return [name, withoutStack(each)];
      return [name, anonymous(each)];
    }),
  );
}

/** A worker's own queue is named after its process and host. */
function isStickyQueue(name: unknown): boolean {
  return typeof name === 'string' && /^\d+@/.test(name);
}

/** A failure's message and stack, as the failure converter packs them into a payload. */
function withoutStack(payload: unknown): unknown {
  const packed = payload as { readonly data?: string };
  if (packed.data === undefined) return payload;
  const attributes = JSON.parse(Buffer.from(packed.data, 'base64').toString('utf8')) as Record<string, unknown>;
  const data = Buffer.from(JSON.stringify({ ...attributes, stack_trace: '' })).toString('base64');
  return { ...packed, data };
}
