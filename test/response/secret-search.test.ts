import { appendAuditRecords } from '../../src/adapters/store/audit/audit-store.ts';
import { auditRecord } from '../../src/audit/audit-record.ts';
import { randomUUID } from 'node:crypto';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { RespondPorts } from '../../activities/respond.ts';
import type { Instant } from '../../src/model/ids.ts';
import { searchForSecret } from '../harness/secret-search.ts';
import { startRespond } from './response-bench.ts';
import { openResponder, type Responder } from './responder.ts';

let here: Responder;
/** Every secret that IAM handed out, those that were lost included. */
const secrets: string[] = [];
const log: string[] = [];
const visibilityLag = { timeout: 30_000, interval: 300 };

beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('TRACE', (entry) => log.push(JSON.stringify(entry, textOfBigints))) });
  here = await openResponder({
    simulator: { deliveryDelay: { minMs: 200, maxMs: 500 } },
    ports: overhearing,
  });
});
afterAll(() => here.close());

function textOfBigints(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

/** The ports, with somebody who notes each secret that IAM gives out. */
function overhearing(ports: RespondPorts): RespondPorts {
  return {
    ...ports,
    openAccount: async (accountId, session) => {
      const hands = await ports.openAccount(accountId, session);
      const create: typeof hands.keys.create = async (userName) => {
        const made = await hands.keys.create(userName);
        secrets.push(made.value.secret.reveal());
        return made;
      };
      return { ...hands, keys: { ...hands.keys, create } };
    },
  };
}

function search(secret: string) {
  return searchForSecret(secret, {
    clients: [here.client],
    databaseUrls: [here.settings.storeUrl],
    texts: { 'the log of the worker': log.join('\n') },
  });
}

test('a new secret is in no history, no table and no log, whatever went wrong while it was stored', async () => {
  for (const kind of ['none', 'access-denied', 'truncated', 'server-error', 'cut-before'] as const) {
    const { workflowId, input } = await here.bench.compromise();
    if (kind !== 'none') here.simulator.control.addFault({ kind, match: { operation: 'CreateSecret' } });
    await (await startRespond(here.client, workflowId, await input())).result();
  }
  for (const kind of ['truncated', 'cut-after'] as const) {
    const { workflowId, input } = await here.bench.compromise();
    here.simulator.control.addFault({ kind, match: { operation: 'CreateAccessKey' } });
    await (await startRespond(here.client, workflowId, await input())).result();
  }
  expect(secrets.length).toBeGreaterThanOrEqual(7);
  for (const secret of secrets) {
    const { found, searched } = await search(secret);
    expect(found).toEqual([]);
    expect(searched.events).toBeGreaterThan(50);
    expect(searched.rows).toBeGreaterThan(50);
  }
  expect(log.length).toBeGreaterThan(10);
});

test('the same search finds a secret that was planted, in each place and spelling', async () => {
  const secret = 'planted/secret+0123456789abcdefghijklmno';
  function base64(text: string) {
    return Buffer.from(text).toString('base64');
  }
  const plants = {
    plain: `x ${secret} x`,
    URL: `https://example.test/?key=${encodeURIComponent(secret)}`,
    'URL in small letters': encodeURIComponent(secret).replaceAll('%2F', '%2f').replaceAll('%2B', '%2b'),
    escaped: secret.replaceAll('/', '\\/'),
    'escaped by numbers': secret.replaceAll('/', '\\u002f').replaceAll('+', '\\u002b'),
    'markup in hex': secret.replaceAll('/', '&#x2f;').replaceAll('+', '&#x2b;'),
    'base64, 0 bytes in': base64(secret),
    'base64, 1 bytes in': base64(`k${secret}tail`),
    'base64, 2 bytes in': base64(`{"${secret}"}`),
    hex: Buffer.from(secret).toString('hex'),
    numbers: JSON.stringify(Buffer.from(secret)),
  };
  const attempt = randomUUID();
  for (const [spelling, plant] of Object.entries(plants)) {
    const id = `planted-${attempt}-${spelling}`;
    await here.client.workflow.start('respond', { workflowId: id, taskQueue: 'nobody', args: [plant] });
    await appendAuditRecords(here.bench.store.db, [
      auditRecord({
        at: new Date().toISOString() as Instant,
        actor: 'x',
        kind: 'memory-accepted',
        subject: id,
        data: { reason: plant, unknownToStore: [], unknownToRegister: [] },
      }),
    ]);
    log.push(plant);
    const places = [`history of ${id}`, 'table public.audit_records', 'the log of the worker'];
    // Temporal lists a workflow some time after it has begun.
    await vi.waitFor(async () => {
      const { found } = await search(secret);
      function foundIn(place: string) {
        return found.some((each) => each.startsWith(place) && each.endsWith(`(${spelling})`));
      }
      expect(places.filter((place) => !foundIn(place))).toEqual([]);
    }, visibilityLag);
  }
});
