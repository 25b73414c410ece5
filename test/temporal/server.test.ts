import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WorkflowFailedError } from '@temporalio/client';
import proto from '@temporalio/proto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseKeyRing } from '../../src/adapters/temporal/codec-keys.ts';
import { createDataConverter, createWorkerDataConverter } from '../../src/adapters/temporal/codec.ts';
import { connectClient, createClient } from '../../src/adapters/temporal/connection.ts';
import { ensureNamespace } from '../../src/adapters/temporal/namespaces.ts';
import { registerSearchAttributes } from '../../src/adapters/temporal/register-search-attributes.ts';
import { replayOpenWorkflows } from '../../src/adapters/temporal/replay-open-workflows.ts';
import {
  buildWorkflowBundle,
  ensureWorkflowBundle,
  requireWorkflowBundle,
} from '../../src/adapters/temporal/workflow-bundle.ts';
import { testTemporal, type TestTemporal } from '../harness/test-servers.ts';
import { workEncrypted } from './encrypted-workers.ts';

let temporal: TestTemporal;
let connection: Awaited<ReturnType<typeof connectClient>>;
let folder: string;
beforeAll(async () => {
  temporal = await testTemporal();
  connection = await connectClient({ address: temporal.address });
  folder = await mkdtemp(join(tmpdir(), 'trailhound-bundle-'));
});
afterAll(async () => {
  await connection.close();
  await rm(folder, { recursive: true });
});

function uniqueName() {
  return `test-${randomBytes(6).toString('hex')}`;
}

describe('a namespace', () => {
  async function retentionOf(namespace: string) {
    const { config } = await connection.workflowService.describeNamespace({ namespace });
    return Number(config?.workflowExecutionRetentionTtl?.seconds);
  }

  test('is made with its retention, and made again only takes over a new one', async () => {
    const name = uniqueName();
    expect(await ensureNamespace(connection, { name, retentionMs: 3_600_000 })).toBe('created');
    expect(await retentionOf(name)).toBe(3_600);
    expect(await ensureNamespace(connection, { name, retentionMs: 7_200_000 })).toBe('updated');
    expect(await retentionOf(name)).toBe(7_200);
  });

  test('has our search attributes, and registering them again is no harm', async () => {
    const name = await temporal.createNamespace();
    await registerSearchAttributes(connection, name);
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace: name });
    expect(Object.keys(customAttributes)).toEqual(expect.arrayContaining(['TrailhoundStatus', 'TrailhoundTags']));
  });

  test('with one of our names under another type is an error, although the server reports success', async () => {
    const name = uniqueName();
    await ensureNamespace(connection, { name, retentionMs: 3_600_000 });
    const { INDEXED_VALUE_TYPE_INT } = proto.temporal.api.enums.v1.IndexedValueType;
    await connection.operatorService.addSearchAttributes({
      namespace: name,
      searchAttributes: { TrailhoundStatus: INDEXED_VALUE_TYPE_INT },
    });
    await expect(registerSearchAttributes(connection, name)).rejects.toThrow(
      `namespace ${name} has search attributes of another type than ours: TrailhoundStatus`,
    );
  });
});

describe('a workflow with the codec', () => {
  const root = fileURLToPath(new URL('./encrypted/', import.meta.url));

  test('runs, and its history shows neither input, activity, result nor failure message', async () => {
    const namespace = await temporal.createNamespace();
    const bundleFile = join(folder, 'workflow-bundle.js');
    await buildWorkflowBundle(bundleFile, root);
    const keyRing = parseKeyRing(`k:${randomBytes(32).toString('base64')}`, 'keys');
    const [dataConverter, ofWorkers] = [createDataConverter(keyRing), createWorkerDataConverter(keyRing)];
    const work = await workEncrypted({ address: temporal.address, namespace, bundleFile, dataConverter: ofWorkers });
    const client = createClient(connection, namespace, dataConverter);
    function start(text: string) {
      return client.workflow.start('passOn', { taskQueue: 'orchestrate', workflowId: uniqueName(), args: [text] });
    }

    const good = await start('a word of the case');
    expect(await good.result()).toBe('a word of the case');
    const bad = await start('fail: a word of the case');
    const failure = await bad.result().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(WorkflowFailedError);
    expect((failure as WorkflowFailedError).cause?.message).toBe('fail: a word of the case');

    for (const handle of [good, bad]) {
      const history = await handle.fetchHistory();
      const bytes = Buffer.from(proto.temporal.api.history.v1.History.encode(history).finish());
      expect(bytes.includes('trailhound-aes-256-gcm')).toBe(true);
      expect(bytes.includes('a word of the case')).toBe(false);
    }
    await work.stop();
  });

  test('that is open is replayed before a new version starts, and a version that does not fit is refused', async () => {
    const namespace = await temporal.createNamespace();
    const [bundleFile, changedFile] = [join(folder, 'same.js'), join(folder, 'changed.js')];
    await buildWorkflowBundle(bundleFile, root);
    await buildWorkflowBundle(changedFile, fileURLToPath(new URL('./changed/', import.meta.url)));
    const keyRing = parseKeyRing(`k:${randomBytes(32).toString('base64')}`, 'keys');
    const [dataConverter, ofWorkers] = [createDataConverter(keyRing), createWorkerDataConverter(keyRing)];
    const work = await workEncrypted({ address: temporal.address, namespace, bundleFile, dataConverter: ofWorkers });
    const client = createClient(connection, namespace, dataConverter);
    const handle = await client.workflow.start('stayOpen', { taskQueue: 'orchestrate', workflowId: uniqueName() });
    await expect.poll(async () => (await handle.describe()).historyLength, { timeout: 20_000 }).toBeGreaterThan(10);
    await work.stop();

    const hookBefore: unknown = Reflect.get(Error, 'prepareStackTrace');
    await expect.poll(() => replayOpenWorkflows(client, ofWorkers, bundleFile), { timeout: 20_000 }).toBe(1);
    // The SDK's hooks for workflows come together: one for stack traces, and one that costs every promise of the thread that has it.
    expect(Reflect.get(Error, 'prepareStackTrace')).toBe(hookBefore);
    await expect(replayOpenWorkflows(client, ofWorkers, changedFile)).rejects.toMatchObject({
      name: 'ReplayMismatchError',
      workflowIds: [handle.workflowId],
      remedy: expect.stringContaining('run the version that was here before'),
    });
  });

  test('needs a bundle that was built, and of these very sources', async () => {
    const file = join(folder, 'dist', 'bundle.js');
    await expect(requireWorkflowBundle(file, root)).rejects.toMatchObject({
      message: `the workflow bundle ${file} is missing`,
      remedy: 'run `npm run build`',
    });
    expect(await ensureWorkflowBundle(file, root)).toBe('built');
    expect(await ensureWorkflowBundle(file, root)).toBe('present');
    expect(await requireWorkflowBundle(file, root)).toBe(file);
    await writeFile(file, 'altered');
    await expect(requireWorkflowBundle(file, root)).rejects.toThrow('was built from other sources than these');
  });
});

test('a server that is not there is an error with the address and the remedy, at once', async () => {
  await expect(connectClient({ address: '127.0.0.1:1' })).rejects.toMatchObject({
    name: 'TemporalUnreachableError',
    message: expect.stringContaining('127.0.0.1:1'),
    remedy: expect.stringContaining('temporal.address'),
  });
});

test('a call that waits to be tried again fails when its connection is closed, and ends no process', async () => {
  const line = await openLine(temporal.address);
  const client = await connectClient({ address: line.address });
  await line.cut();
  const asked = client.workflowService.getSystemInfo({});
  // The first attempt fails at once, and the next one waits for 100 ms at least.
  await client.withDeadline(Date.now() + 10, () => client.workflowService.getSystemInfo({})).catch(() => {});
  await client.close();
  await expect(asked).rejects.toThrow('Channel has been shut down');
});

/** A line to a server that can be cut. */
async function openLine(to: string) {
  const { hostname, port } = new URL(`tcp://${to}`);
  const sockets = new Set<Socket>();
  const listener = createServer((near) => {
    const far = createConnection({ host: hostname, port: Number(port) });
    for (const socket of [near, far]) sockets.add(socket.on('error', () => socket.destroy()));
    near.pipe(far).pipe(near);
  });
  await once(listener.listen(0, '127.0.0.1'), 'listening');
  return {
    address: `127.0.0.1:${(listener.address() as AddressInfo).port}`,
    async cut() {
      listener.close();
      for (const socket of sockets) socket.destroy();
      await once(listener, 'close');
    },
  };
}
