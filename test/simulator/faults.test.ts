import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { CreateAccessKeyCommand, ListAccessKeysCommand, ListUsersCommand } from '@aws-sdk/client-iam';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Simulator } from '../../simulator/server.ts';
import { clientsFor } from './clients.ts';
import type { Clients } from './clients.ts';
import { admin, errorName, startWorld } from './world.ts';

let simulator: Simulator;
let clients: Clients;
let requestLogFile: string;

beforeEach(async () => {
  requestLogFile = join(mkdtempSync(join(tmpdir(), 'simulator-')), 'requests.ndjson');
  simulator = await startWorld({ requestLogFile });
  clients = clientsFor(simulator.url, admin);
});

afterEach(async () => {
  await simulator.stop();
});

async function keysOfNobody(): Promise<number> {
  const answer = await clients.iam.send(new ListAccessKeysCommand({ UserName: 'nobody' }));
  return answer.AccessKeyMetadata?.length ?? 0;
}

const create = new CreateAccessKeyCommand({ UserName: 'nobody' });

describe('faults on demand', () => {
  it('cuts the connection after the side effect: the key is there, the answer is not', async () => {
    simulator.control.addFault({ kind: 'cut-after', match: { operation: 'CreateAccessKey' } });
    expect(await errorName(clients.iam.send(create))).toBe('TimeoutError');
    expect(await keysOfNobody()).toBe(2);
    expect(simulator.control.requests().at(0)).toMatchObject({
      operation: 'CreateAccessKey',
      outcome: 'ok',
      fault: 'cut-after',
    });
  });

  it('cuts the connection before it: nothing was done', async () => {
    simulator.control.addFault({ kind: 'cut-before', match: { operation: 'CreateAccessKey' } });
    expect(await errorName(clients.iam.send(create))).toBe('TimeoutError');
    expect(await keysOfNobody()).toBe(1);
  });

  it('throttles, fails, sends pages that are no answers, and stops when it is told how often', async () => {
    simulator.control.addFault({ kind: 'throttled', match: { service: 'iam' } });
    simulator.control.addFault({ kind: 'server-error', match: { service: 'iam' } });
    simulator.control.addFault({ kind: 'html-error', match: { service: 'cloudtrail' } });
    simulator.control.addFault({ kind: 'truncated', match: { service: 'cloudtrail' } });
    function list(): Promise<string> {
      return errorName(clients.iam.send(new ListUsersCommand({})));
    }
    expect([await list(), await list(), await list()]).toEqual(['Throttling', 'ServiceFailureException', 'no error']);
    function lookup(): Promise<string> {
      return errorName(clients.cloudTrail.send(new LookupEventsCommand({})));
    }
    expect([await lookup(), await lookup(), await lookup()]).toEqual(['SyntaxError', 'SyntaxError', 'no error']);
  });

  it('withdraws a permission until it gives it back', async () => {
    const fault = simulator.control.addFault({ kind: 'access-denied', match: { operation: 'ListUsers' }, times: null });
    expect(await errorName(clients.iam.send(new ListUsersCommand({})))).toBe('AccessDenied');
    simulator.control.removeFault(fault.id);
    expect(await errorName(clients.iam.send(new ListUsersCommand({})))).toBe('no error');
  });

  it('takes them over HTTP as well', async () => {
    const answer = await fetch(`${simulator.url}/_control/faults`, {
      method: 'POST',
      body: JSON.stringify({ kind: 'throttled', match: { operation: 'ListUsers' } }),
    });
    expect(answer.status).toBe(200);
    expect(await errorName(clients.iam.send(new ListUsersCommand({})))).toBe('Throttling');
    const refused = await fetch(`${simulator.url}/_control/faults`, { method: 'POST', body: '{"kind":"gremlins"}' });
    expect(refused.status).toBe(400);
  });
});

describe('the delivery of records', () => {
  async function lookup(): Promise<{ id: string | undefined; addendum: unknown }[]> {
    const { Events = [] } = await clients.cloudTrail.send(
      new LookupEventsCommand({ LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'ListUsers' }] }),
    );
    return Events.map((event) => ({
      id: event.EventId,
      addendum: JSON.parse(event.CloudTrailEvent ?? '{}').addendum?.reason,
    }));
  }

  it('can double a record, correct it under its own ID, and hold it back', async () => {
    simulator.control.addDeliveryFault({ kind: 'duplicate', match: { eventName: 'ListUsers' } });
    await clients.iam.send(new ListUsersCommand({}));
    const doubled = await lookup();
    expect(new Set(doubled.map(({ id }) => id)).size).toBe(1);
    expect(doubled).toHaveLength(2);

    simulator.control.addDeliveryFault({ kind: 'corrected', match: { eventName: 'ListUsers' } });
    await clients.iam.send(new ListUsersCommand({}));
    const corrected = await lookup();
    expect(corrected.map(({ addendum }) => addendum).filter((reason) => reason === 'UPDATED_DATA')).toHaveLength(1);
    expect(new Set(corrected.map(({ id }) => id)).size).toBe(2);

    simulator.control.addDeliveryFault({ kind: 'late', match: { eventName: 'ListUsers' }, delayMs: 3_600_000 });
    await clients.iam.send(new ListUsersCommand({}));
    expect(await lookup()).toHaveLength(4);
    const held = simulator.control
      .deliveries()
      .find(({ record }) => (record['addendum'] as { reason?: string } | undefined)?.reason === 'DELIVERY_DELAY');
    expect(held?.visibleAtMs).toBeGreaterThan(Date.now() + 3_000_000);
  });
});

describe('the request log', () => {
  it('says what was asked and answered, in memory and in the file', async () => {
    const answer = await clients.cloudTrail.send(new LookupEventsCommand({ MaxResults: 5 }));
    const [entry] = simulator.control.requests();
    expect(entry).toMatchObject({
      operation: 'LookupEvents',
      requestId: answer.$metadata.requestId,
      outcome: 'ok',
      eventIds: [],
      lastPage: true,
      input: { MaxResults: 5 },
    });
    expect(JSON.parse(readFileSync(requestLogFile, 'utf8').trim())).toEqual(entry);
  });
});
