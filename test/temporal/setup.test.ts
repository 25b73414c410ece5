import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from '@temporalio/client';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDataConverter, createWorkerDataConverter } from '../../src/adapters/temporal/codec.ts';
import { parseKeyRing } from '../../src/adapters/temporal/codec-keys.ts';
import { connectClient, createClient } from '../../src/adapters/temporal/connection.ts';
import { ensureNamespace } from '../../src/adapters/temporal/namespaces.ts';
import {
  madeNamespace,
  prepareTemporal,
  requireTemporal,
  setUpPorts,
} from '../../src/entry/compose/prepare-temporal.ts';
import { passReplayGate } from '../../src/entry/compose/replay-gate.ts';
import { setUp } from '../../src/commands/set-up.ts';
import { loadConfig, type Config } from '../../src/entry/config/config.ts';
import { temporalConnectionOf } from '../../src/entry/compose/connections.ts';
import { testTemporal, testWorkflowBundle } from '../harness/test-servers.ts';

let config: Config;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trailhound-setup-'));
  const { address } = await testTemporal();
  const name = randomBytes(6).toString('hex');
  const defaults = loadConfig(undefined, {});
  const namespaces = { polling: `polling-${name}`, cases: `cases-${name}` };
  config = { ...defaults, dataDir: folder, temporal: { ...defaults.temporal, address, namespaces } };
});
afterEach(() => rm(folder, { recursive: true }));

test('a worker looks and makes nothing: it says what is missing, and setup makes it, as often as it is run', async () => {
  const { polling, cases } = config.temporal.namespaces;
  await expect(requireTemporal(config)).rejects.toMatchObject({
    message: `Temporal is not set up: there is no namespace ${polling}; there is no namespace ${cases}`,
    remedy: expect.stringContaining('trailhound setup'),
  });
  const connection = await connectClient(temporalConnectionOf(config, 'cases'));
  await ensureNamespace(connection, { name: cases, retentionMs: 86_400_000 });
  await connection.close();
  await expect(requireTemporal(config)).rejects.toThrow(/namespace cases-\w+ lacks the search attributes Trailhound/);
  expect(await prepareTemporal(config)).toEqual({
    namespaces: [
      { name: polling, outcome: 'created' },
      { name: cases, outcome: 'updated' },
    ],
  });
  await requireTemporal(config);
  await prepareTemporal(config);
});

/** A client as Temporal Cloud has them: it may look, and make and change nothing. */
function asInCloud(connection: Connection): Connection {
  function refused(): Promise<never> {
    return Promise.reject(Object.assign(new Error('Request unauthorized.'), { code: 7 }));
  }
  const { workflowService, operatorService } = connection;
  return {
    workflowService: Object.assign(Object.create(workflowService) as typeof workflowService, {
      registerNamespace: refused,
      updateNamespace: refused,
    }),
    operatorService: Object.assign(Object.create(operatorService) as typeof operatorService, {
      addSearchAttributes: refused,
    }),
  } as Partial<Connection> as Connection;
}

test('a client that may make nothing, as in Temporal Cloud, is told what is missing, and keeps what is there', async () => {
  const { cases: name } = config.temporal.namespaces;
  const connection = await connectClient(temporalConnectionOf(config, 'cases'));
  const namespace = { name, retentionMs: 86_400_000 };
  const ports = {
    ...setUpPorts(config),
    namespaces: [namespace],
    make: (wanted: typeof namespace) => madeNamespace(asInCloud(connection), wanted),
  };
  await expect(setUp(ports)).rejects.toMatchObject({
    message: `Temporal does not let these credentials make what is missing: there is no namespace ${name}`,
    remedy: expect.stringContaining('in Temporal Cloud, make namespaces and search attributes there'),
  });
  await ensureNamespace(connection, namespace);
  await expect(setUp(ports)).rejects.toThrow(/missing: namespace cases-\w+ lacks the search attributes Trailhound/);
  await madeNamespace(connection, namespace);
  expect(await setUp(ports)).toEqual({ namespaces: [{ name, outcome: 'kept' }] });
  await connection.close();
});

test('each namespace has the address that the configuration gives it', () => {
  const { temporal } = config;
  const given = { ...config, temporal: { ...temporal, address: 'all:1', addresses: { cases: 'cases.example:7233' } } };
  expect(temporalConnectionOf(given, 'polling').address).toBe('all:1');
  expect(temporalConnectionOf(given, 'cases').address).toBe('cases.example:7233');
});

test('a worker takes no work with a bundle that open workflows do not fit, and asks once for each bundle', async () => {
  await prepareTemporal(config);
  const ring = parseKeyRing(`k1:${randomBytes(32).toString('base64')}`, 'codec.keys');
  const { codePath } = await testWorkflowBundle();
  const connection = await connectClient(temporalConnectionOf(config, 'polling'));
  const { polling, cases } = config.temporal.namespaces;
  const [workerDataConverter, dataConverter] = [createWorkerDataConverter(ring), createDataConverter(ring)];
  const clients = {
    polling: createClient(connection, polling, dataConverter),
    cases: createClient(connection, cases, dataConverter),
    workerDataConverter,
  };
  // Nobody works on it: its history is what the server wrote.
  await clients.polling.workflow.start('detect', {
    taskQueue: 'nobody',
    workflowId: 'detect',
  });
  await expect.poll(() => passReplayGate(config, codePath, clients), { timeout: 20_000 }).not.toBeNull();
  expect(await passReplayGate(config, codePath, clients)).toBeNull();
  expect(await passReplayGate({ ...config, dataDir: join(folder, 'another') }, codePath, clients)).toBe(1);
  await connection.close();
});
